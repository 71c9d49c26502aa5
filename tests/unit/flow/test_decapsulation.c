#include "../unit.h"

#include <string.h>

#include "flow/decapsulation.h"
#include "flow/walk.h"

static const struct hash_key KEY = { 1, 2 };

/* The segment that every frame below carries: 192.0.2.1:40000 to 198.51.100.2:443. */
#define TCP_LEN 22
#define TCP                                                    \
	0x9c, 0x40, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 2,        \
		0x50, 0x18, 0, 100, 0, 0, 0, 0, /* no options */ \
		'h', 'i'
#define IPV4(protocol, len, place)                                       \
	0x45, 0, 0, 20 + (len), 0, 7, (place) >> 8, (place) & 0xff, 64, \
		protocol, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2
#define IPV6(next, len)                                               \
	0x60, 0, 0, 0, 0, len, next, 64,                              \
		0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, \
		0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define UDP(port, len) 0xc3, 0x50, (port) >> 8, (port) & 0xff, 0, 8 + (len), 0, 0
#define ETHERNET(type) \
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, (type) >> 8, (type) & 0xff

#define PACKET     IPV4(6, TCP_LEN, 0), TCP
#define PACKET_LEN (20 + TCP_LEN)
#define FRAME      ETHERNET(0x0800), PACKET
#define FRAME_LEN  (14 + PACKET_LEN)
#define PADDING    0, 0, 0, 0, 0, 0

#define WAY(link, ...)                                                       \
	{                                                                    \
		#__VA_ARGS__, link, sizeof((const uint8_t[]){ __VA_ARGS__ }), \
			{ __VA_ARGS__ }                                      \
	}

/* Every way to the same segment. */
static const struct way {
	const char *name;
	uint32_t link_type;
	size_t len;
	uint8_t bytes[160];
} ways[] = {
	WAY(1, FRAME),
	WAY(1, FRAME, PADDING),
	WAY(1, ETHERNET(0x8100), 0, 5, 0x08, 0, PACKET, PADDING),
	WAY(1, ETHERNET(0x88a8), 0, 5, 0x81, 0, 0, 6, 0x08, 0, PACKET),
	WAY(1, ETHERNET(0x9100), 0, 5, 0x08, 0, PACKET),
	WAY(1, ETHERNET(0x88e7), 0, 0, 0, 1, FRAME), /* 802.1ah */
	WAY(1, ETHERNET(0x8909), 1, 1, 0, 1, 0, 5, 0x08, 0, PACKET), /* group tag */
	WAY(1, ETHERNET(PACKET_LEN + 8), 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0, PACKET),
	WAY(1, ETHERNET(PACKET_LEN + 3), 6, 6, 3, PACKET),
	WAY(1, ETHERNET(0x8847), 0, 1, 0, 0, 0, 2, 1, 0, PACKET), /* two labels */
	WAY(1, ETHERNET(0x8847), 0, 2, 1, 0, 0, 0, 0, 0, FRAME), /* control word */
	WAY(1, ETHERNET(0x8847), 0, 2, 1, 0, FRAME),
	WAY(1, ETHERNET(0x8864), 0x11, 0, 0, 1, 0, PACKET_LEN + 2, 0, 0x21, PACKET,
		PADDING), /* PPPoE */
	WAY(0, 2, 0, 0, 0, PACKET), /* little-endian family */
	WAY(0, 0, 0, 0, 2, PACKET),
	WAY(108, 0, 0, 0, 2, PACKET),
	WAY(9, 0xff, 3, 0, 0x21, PACKET), /* PPP */
	WAY(9, 0x21, PACKET), /* without address, with a short protocol */
	WAY(50, 0xff, 3, 0, 0x21, PACKET),
	WAY(51, 0x11, 0, 0, 1, 0, PACKET_LEN + 2, 0, 0x21, PACKET),
	WAY(12, PACKET),
	WAY(101, PACKET),
	WAY(228, PACKET),
	WAY(104, 0x0f, 0, 8, 0, PACKET), /* Cisco HDLC */
	WAY(113, 0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0, PACKET),
	WAY(276, 8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, PACKET),
	WAY(239, 2, 0, 0, 1, 5, 0, 1, 0, 0, 0, 0, 0, PACKET_LEN + 4, 0, 9, 0, PACKET),
	WAY(101, IPV4(4, PACKET_LEN, 0), PACKET),
	WAY(101, IPV6(4, PACKET_LEN), PACKET),
	WAY(101, IPV6(60, PACKET_LEN + 8), 4, 0, 0, 0, 0, 0, 0, 0, PACKET),
	WAY(101, IPV6(51, PACKET_LEN + 12), 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, PACKET),
	WAY(101, IPV6(44, PACKET_LEN + 8), 4, 0, 0, 0, 0, 0, 0, 9, PACKET),
	WAY(101, IPV4(137, PACKET_LEN + 4, 0), 0, 2, 1, 0, PACKET),
	WAY(101, IPV4(47, PACKET_LEN + 4, 0), 0, 0, 8, 0, PACKET), /* GRE */
	WAY(101, IPV4(47, FRAME_LEN + 16, 0), 0xb0, 0, 0x65, 0x58, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, FRAME), /* checksum, key, sequence number; bridged */
	WAY(101, IPV4(47, PACKET_LEN + 20, 0), 0x30, 0x81, 0x88, 0x0b, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0x21, PACKET), /* PPTP */
	WAY(101, IPV4(47, FRAME_LEN + 4, 0), 0, 0, 0x88, 0xbe, FRAME), /* ERSPAN I */
	WAY(101, IPV4(47, FRAME_LEN + 16, 0), 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5,
		0, 1, 0, 0, 0, 0, FRAME), /* II */
	WAY(101, IPV4(47, FRAME_LEN + 28, 0), 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5,
		0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, FRAME), /* III */
	WAY(101, IPV4(17, FRAME_LEN + 16, 0), UDP(4789, FRAME_LEN + 8), 8, 0, 0, 0, 0, 0,
		5, 0, FRAME), /* VXLAN */
	WAY(101, IPV4(17, PACKET_LEN + 16, 0), UDP(4790, PACKET_LEN + 8), 12, 0, 0, 1, 0,
		0, 5, 0, PACKET),
	WAY(101, IPV4(17, FRAME_LEN + 20, 0), UDP(6081, FRAME_LEN + 12), 1, 0, 0x65,
		0x58, 0, 0, 5, 0, 1, 2, 3, 0, FRAME), /* GENEVE, one option */
	WAY(101, IPV4(17, PACKET_LEN + 16, 0), UDP(2152, PACKET_LEN + 8), 0x30, 0xff, 0,
		PACKET_LEN, 0, 0, 0, 1, PACKET), /* GTP */
	WAY(101, IPV4(17, PACKET_LEN + 24, 0), UDP(2152, PACKET_LEN + 16), 0x34, 0xff, 0,
		PACKET_LEN + 8, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0, PACKET),
};

static struct frame frame_over(uint32_t link_type, const uint8_t *at, size_t len)
{
	return (struct frame){ .at = TIME_SECOND,
		.link_type = link_type,
		.wire_len = (uint32_t)len,
		.bytes = bytes_over(at, len) };
}

#define FRAME_OVER(link_type, bytes) frame_over(link_type, bytes, sizeof(bytes))

static void assert_is_the_segment(const struct packet *packet)
{
	char text[ADDRESS_TEXT_MAX];

	assert_string_equal(address_text(&packet->source, text), "192.0.2.1");
	assert_string_equal(address_text(&packet->destination, text), "198.51.100.2");
	assert_int_equal(packet->protocol, IP_PROTOCOL_TCP);
	assert_int_equal(packet->source_port, 40000);
	assert_int_equal(packet->destination_port, 443);
	assert_int_equal(packet->sequence, 1);
	assert_int_equal(packet->acknowledged, 2);
	assert_int_equal(packet->flags, TCP_ACK | TCP_PSH);
	assert_int_equal(packet->wire_len, 2);
	assert_int_equal(packet->payload.len, 2);
	assert_memory_equal(packet->payload.at, "hi", 2);
}

static void test_every_link_type_and_tunnel_leads_to_the_segment_inside(void **state)
{
	struct decapsulation *d = decapsulation_new(&KEY, 4);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct frame frame =
			frame_over(ways[i].link_type, ways[i].bytes, ways[i].len);
		struct packet packet;

		if (decapsulate(d, &frame, &packet) != ERR_OK)
			fail_msg("no way through %s", ways[i].name);
		assert_is_the_segment(&packet);
	}
	assert_int_equal(decapsulation_counters(d)->segments, COUNT_OF(ways));
	assert_int_equal(decapsulation_counters(d)->cut, 0);
	decapsulation_free(d);
}

static void test_no_cut_gives_more_than_was_captured(void **state)
{
	struct decapsulation *d = decapsulation_new(&KEY, 4);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		for (size_t len = 0; len < ways[i].len; len++) {
			struct frame frame =
				frame_over(ways[i].link_type, ways[i].bytes, len);
			struct packet packet = { .sequence = 77 };

			frame.wire_len = (uint32_t)ways[i].len;
			if (decapsulate(d, &frame, &packet) != ERR_OK)
				assert_int_equal(packet.sequence, 77);
			else
				assert_true(packet.payload.len <= len);
		}
	}
	assert_int_equal(decapsulation_counters(d)->fragments, 0);
	decapsulation_free(d);
}

static void assert_same(const struct packet *a, const struct packet *b)
{
	assert_int_equal(a->at, b->at);
	assert_true(address_equal(&a->source, &b->source));
	assert_true(address_equal(&a->destination, &b->destination));
	assert_int_equal(a->source_port, b->source_port);
	assert_int_equal(a->destination_port, b->destination_port);
	assert_int_equal(a->protocol, b->protocol);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->sequence, b->sequence);
	assert_int_equal(a->acknowledged, b->acknowledged);
	assert_int_equal(a->wire_len, b->wire_len);
	assert_int_equal(a->payload.len, b->payload.len);
	assert_ptr_equal(a->payload.at, b->payload.at);
}

/* Frames that may take the short cut. */
static const struct way plain_ways[] = {
	WAY(1, FRAME, PADDING),
	WAY(1, ETHERNET(0x8100), 0, 5, 0x08, 0, PACKET, PADDING),
	WAY(1, ETHERNET(0x86dd), IPV6(6, TCP_LEN), TCP),
	WAY(1, ETHERNET(0x8100), 0, 5, 0x86, 0xdd, IPV6(17, 10), UDP(443, 2), 'h', 'i'),
	WAY(1, ETHERNET(0x0800), IPV4(17, 10, 0), UDP(443, 2), 'h', 'i', PADDING,
		PADDING, PADDING),
};

/* Both ways through a frame answer the same; a failure writes nothing. */
static void compare_ways(struct decapsulation *d, struct fragments *fragments,
	const struct frame *frame)
{
	struct packet packet = { .sequence = 77, .wire_len = 77, .flags = 77 };
	struct packet untouched = packet;
	struct walk walk;
	enum err err = decapsulate(d, frame, &packet);

	assert_int_equal(err, walk_frame(fragments, frame, &walk));
	assert_same(&packet, err == ERR_OK ? &walk.packet : &untouched);
}

static void test_the_short_cut_says_what_the_long_way_says(void **state)
{
	struct decapsulation *d = decapsulation_new(&KEY, 4);
	struct fragments *fragments = fragments_new(&KEY, 4);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(plain_ways); i++) {
		for (size_t at = 12; at < plain_ways[i].len; at++) {
			struct way way = plain_ways[i];
			struct frame frame = frame_over(1, way.bytes, way.len);

			for (unsigned value = 0; value < 256; value++) {
				way.bytes[at] = (uint8_t)value;
				compare_ways(d, fragments, &frame);
			}
			frame.bytes.len = at;
			compare_ways(d, fragments, &frame);
		}
	}
	assert_in_range(decapsulation_counters(d)->segments, 1000, SIZE_MAX);
	assert_in_range(decapsulation_counters(d)->datagrams, 1000, SIZE_MAX);
	fragments_free(fragments);
	decapsulation_free(d);
}

static enum err decapsulate_one(const struct frame *frame, struct packet *ret,
	struct decapsulation_counters *ret_counters)
{
	struct decapsulation *d = decapsulation_new(&KEY, 4);
	enum err err = decapsulate(d, frame, ret);

	*ret_counters = *decapsulation_counters(d);
	decapsulation_free(d);
	return err;
}

static void test_a_payload_cut_by_the_capture_keeps_its_length_on_the_wire(void **state)
{
	static const uint8_t bytes[] = { FRAME };
	struct frame frame = FRAME_OVER(1, bytes);
	struct decapsulation_counters counters;
	struct packet packet;

	(void)state;
	frame.bytes.len--;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_OK);
	assert_int_equal(packet.payload.len, 1);
	assert_int_equal(packet.wire_len, 2);
	assert_int_equal(counters.cut, 1);
}

static void test_a_total_length_of_zero_means_all_that_is_there(void **state)
{
	uint8_t bytes[] = { FRAME };
	struct frame frame = FRAME_OVER(1, bytes);
	struct decapsulation_counters counters;
	struct packet packet;

	(void)state;
	bytes[14 + 3] = 0;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_OK);
	assert_is_the_segment(&packet);
}

static void test_a_datagram_on_a_tunnels_port_that_is_none_is_handed_out(void **state)
{
	static const uint8_t bytes[] = { IPV4(17, 11, 0), UDP(4789, 3), 8, 0, 0 };
	struct frame frame = FRAME_OVER(101, bytes);
	struct decapsulation_counters counters;
	struct packet packet;

	(void)state;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_OK);
	assert_int_equal(packet.protocol, IP_PROTOCOL_UDP);
	assert_int_equal(packet.destination_port, 4789);
	assert_int_equal(packet.payload.len, 3);
	assert_int_equal(counters.datagrams, 1);
	assert_int_equal(counters.tunnelled, 0);
}

static void test_teredo_carries_ipv6(void **state)
{
	static const uint8_t bytes[] = { IPV4(17, 8 + 8 + 40 + TCP_LEN, 0),
		UDP(3544, 8 + 40 + TCP_LEN), 0, 0, 1, 2, 3, 4, 5, 6, /* origin */
		IPV6(6, TCP_LEN), TCP };
	struct frame frame = FRAME_OVER(101, bytes);
	struct decapsulation_counters counters;
	struct packet packet;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_OK);
	assert_string_equal(address_text(&packet.source, text), "2001:db8::1");
	assert_int_equal(counters.tunnelled, 1);
}

static void test_lies_are_counted_as_malformed(void **state)
{
	static const uint8_t short_tcp[] = { IPV4(6, 10, 0), TCP };
	uint8_t header[] = { PACKET };
	uint8_t offset[] = { PACKET };
	struct frame frames[] = { FRAME_OVER(101, short_tcp), FRAME_OVER(228, header),
		FRAME_OVER(101, offset) };
	struct packet packet = { .sequence = 77 };

	(void)state;
	header[0] = 0x44;      /* an IP header of 16 bytes */
	offset[20 + 12] = 0x40; /* a TCP header of 16 bytes */
	for (size_t i = 0; i < COUNT_OF(frames); i++) {
		struct decapsulation_counters counters;

		assert_int_not_equal(
			decapsulate_one(&frames[i], &packet, &counters), ERR_OK);
		assert_int_equal(counters.malformed, 1);
	}
	assert_int_equal(packet.sequence, 77);
}

static void test_what_is_not_ours_has_a_counter_of_its_own(void **state)
{
	static const uint8_t arp[] = { ETHERNET(0x0806), 0, 1, 8, 0 };
	static const uint8_t icmp[] = { IPV4(1, 4, 0), 8, 0, 0, 0 };
	struct frame frame = FRAME_OVER(1, arp);
	struct decapsulation_counters counters;
	struct packet packet;

	(void)state;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_AGAIN);
	assert_int_equal(counters.other, 1);
	frame = FRAME_OVER(101, icmp);
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_AGAIN);
	assert_int_equal(counters.other, 1);
	frame.link_type = 189; /* USB */
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_UNSUPPORTED);
	assert_int_equal(counters.unknown_link, 1);
	assert_null(link_type_name(189));
	assert_string_equal(link_type_name(276), "Linux cooked v2");
}

static void test_headers_without_end_are_given_up(void **state)
{
	uint8_t tags[14 + 4 * DECAPSULATION_DEPTH_MAX] = { ETHERNET(0x8100) };
	struct frame frame = FRAME_OVER(1, tags);
	struct decapsulation_counters counters;
	struct packet packet;

	(void)state;
	for (size_t i = 14; i < sizeof tags; i += 4)
		tags[i + 2] = 0x81;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_LIMIT);
	assert_int_equal(counters.too_deep, 1);
}

static void test_fragments_in_any_order_are_joined(void **state)
{
	/* the first 16 bytes of the segment, and the other 6 */
	static const uint8_t whole[] = { TCP };
	uint8_t first[] = { IPV4(6, 16, 0x2000), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0 };
	uint8_t last[] = { IPV4(6, 6, 2), 0, 0, 0, 0, 0, 0 };
	struct decapsulation *d = decapsulation_new(&KEY, 4);
	struct frame frames[] = { FRAME_OVER(101, last), FRAME_OVER(101, first) };
	struct packet packet;

	(void)state;
	memcpy(first + 20, whole, 16);
	memcpy(last + 20, whole + 16, 6);
	assert_int_equal(decapsulate(d, &frames[0], &packet), ERR_AGAIN);
	assert_int_equal(decapsulate(d, &frames[1], &packet), ERR_OK);
	assert_is_the_segment(&packet);
	assert_int_equal(decapsulation_counters(d)->fragments, 1);
	assert_int_equal(decapsulation_counters(d)->joined, 1);
	decapsulation_free(d);
}

static void test_a_fragment_cut_by_the_capture_is_not_held(void **state)
{
	static const uint8_t first[] = { IPV4(6, 16, 0x2000), 1, 2, 3, 4, 5, 6, 7, 8 };
	struct frame frame = FRAME_OVER(101, first);
	struct decapsulation_counters counters;
	struct packet packet;

	(void)state;
	assert_int_equal(decapsulate_one(&frame, &packet, &counters), ERR_SHORT);
	assert_int_equal(counters.malformed, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_every_link_type_and_tunnel_leads_to_the_segment_inside),
		cmocka_unit_test(test_no_cut_gives_more_than_was_captured),
		cmocka_unit_test(test_the_short_cut_says_what_the_long_way_says),
		cmocka_unit_test(
			test_a_payload_cut_by_the_capture_keeps_its_length_on_the_wire),
		cmocka_unit_test(test_a_total_length_of_zero_means_all_that_is_there),
		cmocka_unit_test(
			test_a_datagram_on_a_tunnels_port_that_is_none_is_handed_out),
		cmocka_unit_test(test_teredo_carries_ipv6),
		cmocka_unit_test(test_lies_are_counted_as_malformed),
		cmocka_unit_test(test_what_is_not_ours_has_a_counter_of_its_own),
		cmocka_unit_test(test_headers_without_end_are_given_up),
		cmocka_unit_test(test_fragments_in_any_order_are_joined),
		cmocka_unit_test(test_a_fragment_cut_by_the_capture_is_not_held),
	};

	return cmocka_run_group_tests_name("decapsulation", tests, NULL, NULL);
}
