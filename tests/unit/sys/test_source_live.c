/* In a network namespace of its own, with a pair of veth: "near" is captured from,
 * frames are sent from "far". As root only. */
#define _GNU_SOURCE /* unshare */
#include "child.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sys/signals.h"
#include "sys/source.h"

#define WAIT_MS  2000 /* for what must come; nothing is timed */
#define QUIET_MS 100  /* for what must not come */

static void run(const char *const arguments[])
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		execvp(arguments[0], (char *const *)(uintptr_t)arguments);
		_exit(127);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static void make_network(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
		fprintf(stderr, "skipped: needs root and network namespaces\n");
		_exit(CHILD_SKIPPED);
	}
	/* Without IPv6 nothing is sent but what a test sends. */
	RUN("ip", "link", "add", "name", "near", "type", "veth", "peer", "name", "far");
	RUN("ip", "link", "set", "near", "addrgenmode", "none");
	RUN("ip", "link", "set", "far", "addrgenmode", "none");
	RUN("ip", "link", "set", "lo", "up");
	RUN("ip", "link", "set", "near", "up");
	RUN("ip", "link", "set", "far", "up");
}

/* Ethernet with a tag of 802.1Q (VLAN 7), IPv4, UDP to port 5000. */
static const uint8_t TAGGED[] = {
	0x02,
	0,
	0,
	0,
	0,
	1,
	0x02,
	0,
	0,
	0,
	0,
	2, /* to, from */
	0x81,
	0x00,
	0x00,
	0x07, /* tag */
	0x08,
	0x00, /* IPv4 */
	0x45,
	0,
	0,
	32,
	0,
	1,
	0,
	0,
	64,
	17,
	0x66,
	0xca, /* length 32, UDP */
	10,
	0,
	0,
	1,
	10,
	0,
	0,
	2, /* from, to */
	0x10,
	0x00,
	0x13,
	0x88,
	0,
	12,
	0,
	0, /* 4096 to 5000 */
	'd',
	'a',
	't',
	'a',
};
#define TAG_AT       12
#define UNTAGGED_LEN (sizeof TAGGED - 4)
#define PORT_AT      36 /* without the tag: the destination's */

static size_t untagged(uint8_t ret[UNTAGGED_LEN], uint16_t port)
{
	memcpy(ret, TAGGED, TAG_AT);
	memcpy(ret + TAG_AT, TAGGED + TAG_AT + 4, sizeof TAGGED - TAG_AT - 4);
	ret[PORT_AT] = (uint8_t)(port >> 8);
	ret[PORT_AT + 1] = (uint8_t)port;
	return UNTAGGED_LEN;
}

/* Closing a socket of this kind waits for the kernel, so each child opens one. */
static void send_frame(const char *interface, const void *bytes, size_t len)
{
	static int out = -1;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(interface),
	};

	if (out < 0)
		out = socket(AF_PACKET, SOCK_RAW, 0);
	CHECK(out >= 0);
	CHECK(sendto(out, bytes, len, 0, (struct sockaddr *)&to, sizeof to) ==
		(ssize_t)len);
}

static struct source *open_live(const struct source_live *wanted)
{
	struct source *source = NULL;
	struct fault why = { 0 };

	if (source_open_live(wanted, &source, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		_exit(1);
	}
	return source;
}

/* The one frame that is there, or that comes. */
static struct frame next_frame(struct source *source)
{
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count = 0;

	CHECK(source_next(source, WAIT_MS, frames, &count, &why) == ERR_OK);
	CHECK(count == 1);
	return frames[0];
}

static bool is_quiet(struct source *source)
{
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count;

	return source_next(source, QUIET_MS, frames, &count, &why) == ERR_AGAIN;
}

static void a_tag_is_put_back(void *state)
{
	(void)state;
	make_network();
	struct source *source = open_live(&(struct source_live){ .interface = "near" });

	send_frame("far", TAGGED, sizeof TAGGED);
	struct frame frame = next_frame(source);
	CHECK(frame.link_type == 1);
	CHECK(bytes_equal(frame.bytes, bytes_over(TAGGED, sizeof TAGGED)));
	CHECK(frame.wire_len == sizeof TAGGED);
	CHECK(frame.at > 1700000000 * TIME_SECOND);
	CHECK(is_quiet(source));
	source_close(source);
}

static void a_filter_lets_through_what_it_names(void *state)
{
	uint8_t bytes[UNTAGGED_LEN];

	(void)state;
	make_network();
	struct source *source = open_live(&(struct source_live){
		.interface = "near", .filter = "udp dst port 6000", .snaplen = 40 });

	send_frame("far", bytes, untagged(bytes, 5000));
	send_frame("far", bytes, untagged(bytes, 6000));
	struct frame frame = next_frame(source);
	CHECK(frame.bytes.len == 40 && frame.wire_len == UNTAGGED_LEN);
	CHECK(bytes_equal(frame.bytes, bytes_over(bytes, 40)));
	CHECK(is_quiet(source));
	source_close(source);
}

static void a_packet_on_loopback_comes_once(void *state)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int out = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	close(out);
	make_network();
	struct source *source =
		open_live(&(struct source_live){ .interface = "lo", .filter = "udp" });

	out = socket(AF_INET, SOCK_DGRAM, 0); /* of the new namespace */
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(sendto(out, "x", 1, 0, (struct sockaddr *)&to, sizeof to) == 1);
	CHECK(next_frame(source).bytes.len == 14 + 20 + 8 + 1);
	CHECK(is_quiet(source));
	source_close(source);
	close(out);
}

static void any_is_cooked(void *state)
{
	uint8_t bytes[UNTAGGED_LEN];

	(void)state;
	make_network();
	struct source *source = open_live(&(struct source_live){
		.interface = "any", .filter = "udp and dst host 10.0.0.2" });

	send_frame("far", bytes, untagged(bytes, 5000));
	/* Out of one end and into the other: two frames, perhaps two batches. */
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count = 0;
	CHECK(source_next(source, WAIT_MS, frames, &count, &why) == ERR_OK && count > 0);
	CHECK(frames[0].link_type == 276);
	CHECK(frames[0].bytes.len == 20 + UNTAGGED_LEN - 14);
	CHECK(frames[0].bytes.at[0] == 0x08 && frames[0].bytes.at[1] == 0x00);
	CHECK(memcmp(frames[0].bytes.at + 20, bytes + 14, UNTAGGED_LEN - 14) == 0);
	source_close(source);
}

#define FLOWS 64

/* Drains the source: how many frames of each flow, which is told by the byte at `at`. */
static void count_flows(struct source *source, size_t at, unsigned counts[FLOWS])
{
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count;

	while (source_next(source, QUIET_MS, frames, &count, &why) == ERR_OK)
		for (size_t i = 0; i < count; i++) {
			CHECK(frames[i].bytes.at[at] < FLOWS);
			counts[frames[i].bytes.at[at]]++;
		}
}

/* Four frames of each flow came: all to one, and not all flows to the same. */
static void check_share(struct source *first, struct source *second, size_t at)
{
	unsigned a[FLOWS] = { 0 };
	unsigned b[FLOWS] = { 0 };
	unsigned of_a = 0;

	count_flows(first, at, a);
	count_flows(second, at, b);
	for (size_t i = 0; i < FLOWS; i++) {
		CHECK((a[i] == 4 && b[i] == 0) || (a[i] == 0 && b[i] == 4));
		of_a += a[i];
	}
	CHECK(of_a > 0 && of_a < 4 * FLOWS);
	source_close(first);
	source_close(second);
}

#define FROM_AT     26 /* without the tag: the source's address */
#define TO_AT       30
#define PROTOCOL_AT 23

/* Datagrams of one flow may go by other ports: those of a tunnel's ends do. */
static void workers_share_flows_and_lose_none(void *state)
{
	uint8_t bytes[UNTAGGED_LEN];
	struct source_live live = { .interface = "near", .fanout_group = 77 };

	(void)state;
	make_network();
	struct source *first = open_live(&live);
	struct source *second = open_live(&live);

	for (unsigned i = 0; i < 4 * FLOWS; i++) {
		untagged(bytes, (uint16_t)(6000 + i));
		bytes[TO_AT + 3] = (uint8_t)(i % FLOWS);
		send_frame("far", bytes, sizeof bytes);
	}
	check_share(first, second, TO_AT + 3);
}

/* Segments of one connection there and back, each with another tag, as they go out. */
static void tags_and_directions_part_no_connection(void *state)
{
	struct source_live live = { .interface = "near", .fanout_group = 77 };

	(void)state;
	make_network();
	struct source *first = open_live(&live);
	struct source *second = open_live(&live);

	for (unsigned i = 0; i < 4 * FLOWS; i++) {
		uint8_t bytes[sizeof TAGGED];
		uint8_t *ports = bytes + 4 + PORT_AT - 2;
		bool back = i / FLOWS % 2 == 1;

		memcpy(bytes, TAGGED, sizeof bytes);
		bytes[TAG_AT + 3] = (uint8_t)i;
		bytes[4 + PROTOCOL_AT] = 6; /* TCP */
		memcpy(ports, (const uint8_t[]){ 0x80, (uint8_t)(i % FLOWS), 1, 187 }, 4);
		if (back) {
			memcpy(bytes + 4 + FROM_AT, TAGGED + 4 + TO_AT, 4);
			memcpy(bytes + 4 + TO_AT, TAGGED + 4 + FROM_AT, 4);
			memcpy(ports,
				(const uint8_t[]){ 1, 187, 0x80, (uint8_t)(i % FLOWS) },
				4);
		}
		bytes[sizeof bytes - 1] = (uint8_t)(i % FLOWS);
		send_frame("near", bytes, sizeof bytes);
	}
	check_share(first, second, sizeof TAGGED - 1);
}

static void drops_are_counted(void *state)
{
	static uint8_t bytes[1400];
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count;
	size_t seen = 0;

	(void)state;
	make_network();
	untagged(bytes, 5000);
	struct source *source = open_live(
		&(struct source_live){ .interface = "near", .ring_bytes = 1 << 20 });

	for (int i = 0; i < 2000; i++) /* 2.8 MB into a ring of 1 MB */
		send_frame("far", bytes, sizeof bytes);
	CHECK(source_progress(source).drops > 0); /* though nobody waits for more */
	while (source_next(source, QUIET_MS, frames, &count, &why) == ERR_OK)
		seen += count;
	CHECK(seen > 100);
	CHECK(source_progress(source).drops == 2000 - seen);
	CHECK(source_progress(source).freezes > 0);
	source_close(source);
}

static void check_end(const char *verb, enum err err, const char *sentence)
{
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count;
	enum err got;

	make_network();
	struct source *source = open_live(&(struct source_live){ .interface = "near" });

	if (strcmp(verb, "down") == 0)
		RUN("ip", "link", "set", "near", "down");
	else
		RUN("ip", "link", "delete", "near");
	do {
		got = source_next(source, WAIT_MS, frames, &count, &why);
	} while (got == ERR_OK);
	CHECK(got == err);
	CHECK(strstr(why.text, sentence) != NULL);
	source_close(source);
}

static void an_interface_that_goes_down_is_told(void *state)
{
	(void)state;
	check_end("down", ERR_IO, "interface near went down");
}

static void an_interface_that_vanishes_is_told(void *state)
{
	(void)state;
	check_end("delete", ERR_NOT_FOUND, "interface near has vanished");
}

static void a_stop_ends_the_waiting(void *state)
{
	struct frame frames[SOURCE_BATCH_MAX];
	struct fault why = { 0 };
	size_t count;

	(void)state;
	make_network();
	CHECK(signals_catch(&why) == ERR_OK);
	struct source *source = open_live(&(struct source_live){ .interface = "near" });

	signals_stop();
	CHECK(source_next(source, -1, frames, &count, &why) == ERR_AGAIN);
	source_close(source);
}

static enum err open_fails(const struct source_live *live, struct fault *why)
{
	struct source *source = NULL;
	enum err err = source_open_live(live, &source, why);

	CHECK(err != ERR_OK && source == NULL);
	return err;
}

static void what_cannot_be_opened_is_explained(void *state)
{
	struct fault why = { 0 };

	(void)state;
	make_network();
	struct source_live live = { .interface = "no\nne" };
	CHECK(open_fails(&live, &why) == ERR_NOT_FOUND);
	CHECK(strstr(why.text, "no interface no\\x0ane") != NULL);
	live = (struct source_live){ .interface = "near", .filter = "tcp prt 1" };
	CHECK(open_fails(&live, &why) == ERR_USAGE);
	live = (struct source_live){ .interface = "near", .ring_bytes = 1 };
	CHECK(open_fails(&live, &why) == ERR_LIMIT);
	RUN("ip", "link", "set", "near", "down");
	live = (struct source_live){ .interface = "near" };
	CHECK(open_fails(&live, &why) == ERR_IO);
	CHECK(strstr(why.text, "ip link set near up") != NULL);
	CHECK(setuid(65534) == 0);
	CHECK(open_fails(&live, &why) == ERR_PERMISSION);
	CHECK(strstr(why.text, "setcap cap_net_raw+ep") != NULL);
}

#define IN_CHILD(body)                                                                   \
	static void test_##body(void **state)                                            \
	{                                                                                \
		run_in_child(body, *state);                                              \
	}

IN_CHILD(a_tag_is_put_back)
IN_CHILD(a_filter_lets_through_what_it_names)
IN_CHILD(a_packet_on_loopback_comes_once)
IN_CHILD(any_is_cooked)
IN_CHILD(workers_share_flows_and_lose_none)
IN_CHILD(tags_and_directions_part_no_connection)
IN_CHILD(drops_are_counted)
IN_CHILD(an_interface_that_goes_down_is_told)
IN_CHILD(an_interface_that_vanishes_is_told)
IN_CHILD(a_stop_ends_the_waiting)
IN_CHILD(what_cannot_be_opened_is_explained)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_tag_is_put_back),
		cmocka_unit_test(test_a_filter_lets_through_what_it_names),
		cmocka_unit_test(test_a_packet_on_loopback_comes_once),
		cmocka_unit_test(test_any_is_cooked),
		cmocka_unit_test(test_workers_share_flows_and_lose_none),
		cmocka_unit_test(test_tags_and_directions_part_no_connection),
		cmocka_unit_test(test_drops_are_counted),
		cmocka_unit_test(test_an_interface_that_goes_down_is_told),
		cmocka_unit_test(test_an_interface_that_vanishes_is_told),
		cmocka_unit_test(test_a_stop_ends_the_waiting),
		cmocka_unit_test(test_what_cannot_be_opened_is_explained),
	};

	return cmocka_run_group_tests_name("source_live", tests, NULL, NULL);
}
