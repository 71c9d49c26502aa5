#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/filter.h"
#include "sys/live.h"

#define LINK_ETHERNET 1 /* LINKTYPE_ of tcpdump.org */
#define LINK_RAW      101

#define RING_USUAL (32 * 1024 * 1024) /* 25 ms of 10 Gbit/s; three are under 100 MB */
#define RING_LEAST (4 * LIVE_BLOCK_LEN)
#define RING_MOST  (1024 * 1024 * 1024) /* the kernel takes it from memory for good */
#define RETIRE_MS  20 /* a block not yet full is handed out after this */

static enum err open_fault(const struct live *live, const char *what, struct fault *why)
{
	int number = errno;

	if (number == EPERM || number == EACCES)
		return fault_set(why, ERR_PERMISSION,
		        "capturing on %s needs a permission (CAP_NET_RAW): run it with "
		        "sudo, or once: sudo setcap cap_net_raw+ep \"$(command -v "
		        "tlsunset)\"",
		        live->name);
	return fault_set(why, number == ENOMEM ? ERR_MEMORY : ERR_IO,
	        "cannot capture on %s (%s): %s", live->name, what, strerror(number));
}

static enum err set_option(
        struct live *live, int option, int value, const char *what, struct fault *why)
{
	if (setsockopt(live->socket, SOL_PACKET, option, &value, sizeof value) != 0)
		return open_fault(live, what, why);
	return ERR_OK;
}

/* The socket hears nothing until it is bound, so that no packet slips past the
 * filter before it is set. */
static enum err open_socket(struct live *live, struct fault *why)
{
	int type = live->cooked ? SOCK_DGRAM : SOCK_RAW;

	if (live->socket >= 0)
		close(live->socket);
	live->socket = socket(AF_PACKET, type | SOCK_CLOEXEC, 0);
	return live->socket < 0 ? open_fault(live, "socket", why) : ERR_OK;
}

static enum err find_interface(struct live *live, const char *name, struct fault *why)
{
	struct ifreq request = { 0 };

	if (strcmp(name, "any") == 0) {
		live->cooked = true;
		return open_socket(live, why);
	}
	if (strlen(name) >= sizeof request.ifr_name)
		return fault_set(why, ERR_NOT_FOUND,
		        "there is no interface %s; "
		        "\"ip link\" shows all",
		        live->name);
	memcpy(request.ifr_name, name, strlen(name) + 1);
	if (ioctl(live->socket, SIOCGIFINDEX, &request) != 0)
		return fault_set(why, ERR_NOT_FOUND,
		        "there is no interface %s; "
		        "\"ip link\" shows all",
		        live->name);
	live->index = request.ifr_ifindex;
	if (ioctl(live->socket, SIOCGIFFLAGS, &request) != 0)
		return open_fault(live, "flags", why);
	if ((request.ifr_flags & IFF_UP) == 0)
		return fault_set(why, ERR_IO,
		        "interface %s is down; bring it up with: ip link set %s up",
		        live->name, live->name);
	if (ioctl(live->socket, SIOCGIFHWADDR, &request) != 0)
		return open_fault(live, "kind", why);

	unsigned short kind = request.ifr_hwaddr.sa_family;
	live->cooked = kind != ARPHRD_ETHER && kind != ARPHRD_LOOPBACK;
	return live->cooked ? open_socket(live, why) : ERR_OK;
}

/* For cooked sockets the kernel runs the filter on what follows the link's header. */
static enum err set_filter(
        struct live *live, const struct source_live *wanted, struct fault *why)
{
	struct filter filter;

	if (wanted->filter == NULL && wanted->snaplen == 0)
		return ERR_OK;
	enum err err = filter_compile(wanted->filter,
	        live->cooked ? LINK_RAW : LINK_ETHERNET, wanted->snaplen, &filter, why);
	if (err != ERR_OK)
		return err;
	if (setsockopt(live->socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter.program,
	            sizeof filter.program) != 0)
		err = open_fault(live, "filter", why);
	filter_done(&filter);
	return err;
}

static enum err map_ring(struct live *live, size_t wanted, struct fault *why)
{
	size_t len = wanted == 0 ? RING_USUAL : wanted;

	if (len < RING_LEAST || len > RING_MOST)
		return fault_set(why, ERR_LIMIT,
		        "a ring of %zu bytes: it must be between 1 MB and 1 GB", len);
	live->blocks = len / LIVE_BLOCK_LEN;
	live->ring_len = live->blocks * LIVE_BLOCK_LEN;
	/* In this version of the ring frames are of any length; the kernel only
	 * wants the numbers to agree. */
	struct tpacket_req3 request = {
		.tp_block_size = LIVE_BLOCK_LEN,
		.tp_block_nr = (unsigned)live->blocks,
		.tp_frame_size = LIVE_BLOCK_LEN,
		.tp_frame_nr = (unsigned)live->blocks,
		.tp_retire_blk_tov = RETIRE_MS,
	};
	if (setsockopt(live->socket, SOL_PACKET, PACKET_RX_RING, &request,
	            sizeof request) != 0)
		return open_fault(live, "ring", why);
	void *ring = mmap(NULL, live->ring_len, PROT_READ | PROT_WRITE, MAP_SHARED,
	        live->socket, 0);
	if (ring == MAP_FAILED)
		return open_fault(live, "mapping the ring", why);
	live->ring = ring;
	return ERR_OK;
}

static enum err prepare(
        struct live *live, const struct source_live *wanted, struct fault *why)
{
	enum err err = set_option(live, PACKET_VERSION, TPACKET_V3, "version", why);

	if (err == ERR_OK)
		err = set_option(live, PACKET_RESERVE, LIVE_ROOM, "reserve", why);
	if (err == ERR_OK)
		err = set_filter(live, wanted, why);
	if (err == ERR_OK)
		err = map_ring(live, wanted->ring_bytes, why);
	return err;
}

static enum err listen_to(
        struct live *live, const struct source_live *wanted, struct fault *why)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = live->index,
	};
	struct packet_mreq all = {
		.mr_ifindex = live->index,
		.mr_type = PACKET_MR_PROMISC,
	};

	if (bind(live->socket, (const struct sockaddr *)&address, sizeof address) != 0)
		return open_fault(live, "bind", why);
	if (live->index != 0 && setsockopt(live->socket, SOL_PACKET,
	                                PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0)
		return open_fault(live, "promiscuous mode", why);
	if (wanted->fanout_group != 0 && !live_share(live, wanted->fanout_group))
		return open_fault(live, "fanout", why);
	return ERR_OK;
}

static void name_interface(struct live *live, const char *name)
{
	struct text quoted;

	text_init(&quoted, sizeof live->name - 1);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(name), IFNAMSIZ - 1));
	memcpy(live->name, text_string(&quoted), text_len(&quoted) + 1);
	text_done(&quoted);
}

enum err live_open(struct live *live, const struct source_live *wanted, struct fault *why)
{
	name_interface(live, wanted->interface);

	enum err err = open_socket(live, why);
	if (err == ERR_OK)
		err = find_interface(live, wanted->interface, why);
	if (err == ERR_OK)
		err = prepare(live, wanted, why);
	if (err == ERR_OK)
		err = listen_to(live, wanted, why);
	return err;
}
