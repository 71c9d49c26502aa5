/*
 * An interface, by a ring of AF_PACKET shared with the kernel (TPACKET_V3, see
 * Documentation/networking/packet_mmap.rst of Linux): no copy and no system call a
 * packet.
 *
 * Ethernet and loopback frames come whole; a tag of 802.1Q that the kernel took off is
 * put back in front. Of every other kind of interface, and of "any", the payload comes
 * behind a header of Linux cooked v2, written here.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/live.h"
#include "sys/signals.h"

#define LINK_ETHERNET 1 /* LINKTYPE_ of tcpdump.org */
#define LINK_COOKED_2 276

static struct tpacket_block_desc *block_at(const struct live *live)
{
	return (struct tpacket_block_desc *)(void *)(live->ring +
	                                             live->block * LIVE_BLOCK_LEN);
}

/* Takes the next block if the kernel has handed it over. */
static bool take_block(struct live *live)
{
	struct tpacket_block_desc *block = block_at(live);
	uint32_t status = __atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE);

	if ((status & TP_STATUS_USER) == 0)
		return false;
	live->holds = true;
	live->in_block = block->hdr.bh1.num_pkts;
	live->next = (uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
	return true;
}

static void give_block_back(struct live *live)
{
	__atomic_store_n(&block_at(live)->hdr.bh1.block_status, TP_STATUS_KERNEL,
	        __ATOMIC_RELEASE);
	live->holds = false;
	live->block = (live->block + 1) % live->blocks;
}

static void write_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The room reserved before each frame takes the addresses, moved up by a tag. */
static uint8_t *put_tag_back(uint8_t *at, const struct tpacket3_hdr *header)
{
	uint16_t kind = header->tp_status & TP_STATUS_VLAN_TPID_VALID
	                        ? header->hv1.tp_vlan_tpid
	                        : ETHERTYPE_VLAN;

	memmove(at - LIVE_TAG_LEN, at, 2 * ETH_ALEN);
	at -= LIVE_TAG_LEN;
	write_u16(at + 2 * ETH_ALEN, kind);
	write_u16(at + 2 * ETH_ALEN + 2, (uint16_t)header->hv1.tp_vlan_tci);
	return at;
}

/* LINKTYPE_LINUX_SLL2: the kind of payload, the interface, and who sent it. */
static uint8_t *put_cooked_header(uint8_t *at, const struct sockaddr_ll *link)
{
	at -= LIVE_COOKED_LEN;
	memset(at, 0, LIVE_COOKED_LEN);
	memcpy(at, &link->sll_protocol, 2); /* is big-endian already */
	uint32_t index = htonl((uint32_t)link->sll_ifindex);
	memcpy(at + 4, &index, sizeof index);
	write_u16(at + 8, link->sll_hatype);
	at[10] = link->sll_pkttype;
	at[11] = link->sll_halen;
	memcpy(at + 12, link->sll_addr, sizeof link->sll_addr);
	return at;
}

/* So the link's address follows it at once. */
_Static_assert(sizeof(struct tpacket3_hdr) % TPACKET_ALIGNMENT == 0, "no gap");

/* Writes the frame at header; false for the outgoing copy of what the loopback
 * interface will hand in again. */
static bool read_frame(const struct live *live, uint8_t *at, struct frame *ret)
{
	const struct tpacket3_hdr *header = (const void *)at;
	const struct sockaddr_ll *link =
	        (const void *)(at + sizeof *header);
	uint8_t *bytes = at + header->tp_mac;
	uint32_t added = 0;

	if (link->sll_pkttype == PACKET_OUTGOING && link->sll_hatype == ARPHRD_LOOPBACK)
		return false;
	if (live->cooked) {
		bytes = put_cooked_header(bytes, link);
		added = LIVE_COOKED_LEN;
	} else if ((header->tp_status & TP_STATUS_VLAN_VALID) != 0 &&
	           header->tp_snaplen >= 2 * ETH_ALEN) {
		bytes = put_tag_back(bytes, header);
		added = LIVE_TAG_LEN;
	}
	*ret = (struct frame){
		.at = header->tp_sec * TIME_SECOND + header->tp_nsec,
		.link_type = live->cooked ? LINK_COOKED_2 : LINK_ETHERNET,
		.wire_len = header->tp_len + added,
		.bytes = bytes_over(bytes, header->tp_snaplen + added),
	};
	return true;
}

static size_t read_frames(struct live *live, struct frame ret_frames[SOURCE_BATCH_MAX])
{
	size_t count = 0;
	uint64_t bytes = 0;

	for (; live->in_block > 0 && count < SOURCE_BATCH_MAX; live->in_block--) {
		uint8_t *at = live->next;

		live->next += ((const struct tpacket3_hdr *)(void *)at)->tp_next_offset;
		if (!read_frame(live, at, &ret_frames[count]))
			continue;
		bytes += ret_frames[count].wire_len;
		count++;
	}
	atomic_store_explicit(&live->bytes,
	        atomic_load_explicit(&live->bytes, memory_order_relaxed) + bytes,
	        memory_order_relaxed);
	return count;
}

/* The kernel counts from the last time it was asked. Whoever is always behind never
 * waits for a block, so it is asked where progress is told. */
static void count_drops(struct live *live)
{
	struct tpacket_stats_v3 stats = { 0 };
	socklen_t len = sizeof stats;

	if (getsockopt(live->socket, SOL_PACKET, PACKET_STATISTICS, &stats, &len) != 0)
		return;
	atomic_fetch_add_explicit(&live->drops, stats.tp_drops, memory_order_relaxed);
	atomic_fetch_add_explicit(
	        &live->freezes, stats.tp_freeze_q_cnt, memory_order_relaxed);
}

static enum err interface_fault(const struct live *live, int number, struct fault *why)
{
	struct sockaddr_ll bound = { 0 };
	socklen_t len = sizeof bound;

	/* Linux unbinds the socket of an interface that is removed. */
	if (getsockname(live->socket, (struct sockaddr *)&bound, &len) == 0 &&
	        bound.sll_ifindex != live->index)
		return fault_set(why, ERR_NOT_FOUND,
		        "interface %s has vanished; everything before is kept",
		        live->name);
	if (number == ENETDOWN)
		return fault_set(why, ERR_IO,
		        "interface %s went down; everything before is kept", live->name);
	return fault_set(
	        why, ERR_IO, "capturing on %s: %s", live->name, strerror(number));
}

/* Waits for a block. ERR_AGAIN: none for timeout_ms, or a stop is wanted. */
static enum err wait_for_block(struct live *live, int timeout_ms, struct fault *why)
{
	int number = 0;
	socklen_t len = sizeof number;
	enum err readable = signals_wait_readable(live->socket, timeout_ms);

	if (take_block(live))
		return ERR_OK;
	/* Asking takes the error away, so it must be told now. */
	if (getsockopt(live->socket, SOL_SOCKET, SO_ERROR, &number, &len) == 0 &&
	        number != 0)
		return interface_fault(live, number, why);
	return readable == ERR_OK ? ERR_OK : ERR_AGAIN;
}

static enum err source_live_next(struct source *source, int timeout_ms,
        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why)
{
	struct live *live = (struct live *)source;

	for (;;) {
		/* The frames of the last batch are no longer looked at. */
		if (live->holds && live->in_block == 0)
			give_block_back(live);
		if (!live->holds && !take_block(live)) {
			enum err err = wait_for_block(live, timeout_ms, why);
			if (err != ERR_OK)
				return err;
		}
		if (live->holds)
			*ret_count = read_frames(live, ret_frames);
		if (*ret_count > 0)
			return ERR_OK;
		if (signals_stop_wanted())
			return ERR_AGAIN;
	}
}

static struct source_progress source_live_progress(struct source *source)
{
	struct live *live = (struct live *)source;

	count_drops(live);
	return (struct source_progress){
		.bytes_read = atomic_load_explicit(&live->bytes, memory_order_relaxed),
		.drops = atomic_load_explicit(&live->drops, memory_order_relaxed),
		.freezes = atomic_load_explicit(&live->freezes, memory_order_relaxed),
	};
}

static void source_live_close(struct source *source)
{
	struct live *live = (struct live *)source;

	if (live->ring != NULL)
		munmap(live->ring, live->ring_len);
	if (live->socket >= 0)
		close(live->socket);
	free(live);
}

static const struct source_kind source_live_kind = {
	.next = source_live_next,
	.progress = source_live_progress,
	.close = source_live_close,
};

enum err source_open_live(
        const struct source_live *wanted, struct source **ret, struct fault *why)
{
	struct live *live = calloc(1, sizeof *live);

	if (live == NULL)
		return fault_set(
		        why, ERR_MEMORY, "cannot capture: %s", err_sentence(ERR_MEMORY));
	live->source.kind = &source_live_kind;
	live->source.links.understood = true; /* they are of our making */
	live->socket = -1;
	enum err err = live_open(live, wanted, why);
	if (err != ERR_OK) {
		source_live_close(&live->source);
		return err;
	}
	*ret = &live->source;
	return ERR_OK;
}
