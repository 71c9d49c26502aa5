#include "../unit.h"

#include <string.h>

#include "flow/capture_format.h"

/* One frame of two bytes at 1.5 s, of 60 on the wire. */
static const uint8_t PCAP_LITTLE[] = {
	0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0,             /* microseconds, 2.4 */
	0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0,       /* zone, sigfigs, snaplen */
	1, 0, 0, 0x24,                                  /* Ethernet, FCS of 4 bytes */
	1, 0, 0, 0, 0x20, 0xa1, 0x07, 0, 2, 0, 0, 0, 60, 0, 0, 0, /* record */
	0xaa, 0xbb,
};
static const size_t PCAP_HEADER = 24;
static const size_t PCAP_CAPTURED = 32; /* low byte of the captured length */

static const uint8_t PCAP_BIG_NANO[] = {
	0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4,             /* nanoseconds, 2.4 */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
	0, 0, 0, 113,                                   /* Linux cooked */
	0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, /* record */
	0xaa,
};

static const uint8_t PCAP_MODIFIED[] = {
	0x34, 0xcd, 0xb2, 0xa1, 2, 0, 4, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0,
	1, 0, 0, 0,
	1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, /* record */
	9, 0, 0, 0, 8, 0, 4, 0,                         /* interface, protocol, type */
	0xaa,
};

#define SECTION_LITTLE \
	0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, \
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28, 0, 0, 0
#define SECTION_BIG \
	0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, \
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28
/* Ethernet, snaplen 3, with one option of if_tsresol. */
#define INTERFACE_LITTLE(resolution) \
	1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, \
	9, 0, 1, 0, resolution, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0
/* A packet of one byte at that many ticks. */
#define ENHANCED_LITTLE(high, low) \
	6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, high, 0, 0, 0, low, 0, 0, 0, \
	1, 0, 0, 0, 60, 0, 0, 0, 0xaa, 0, 0, 0, 36, 0, 0, 0

static const uint8_t TWO_SECTIONS[] = {
	SECTION_LITTLE,
	INTERFACE_LITTLE(6),
	0xbc, 0x0b, 0, 0, 16, 0, 0, 0, 1, 2, 3, 4, 16, 0, 0, 0, /* unknown block */
	ENHANCED_LITTLE(0, 5),
	3, 0, 0, 0, 20, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3, 4, 20, 0, 0, 0, /* simple */
	5, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* statistics */
	5, 0, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	40, 0, 0, 0,
	SECTION_BIG,
	0, 0, 0, 1, 0, 0, 0, 20, 0, 101, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, /* raw IP */
	0, 0, 0, 2, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, /* obsolete */
	0, 0, 0, 2, 0, 0, 0, 2, 0xcc, 0xdd, 0, 0, 0, 0, 0, 36,
};

/* Decodes all of a file and answers its end; frames beyond max are not written. */
static enum err decode(struct bytes in, struct frame *ret, size_t max, size_t *ret_count)
{
	struct capture_decoder *decoder = capture_decoder_new();
	struct frame frame;
	enum err err;

	assert_non_null(decoder);
	*ret_count = 0;
	while ((err = capture_next(decoder, &in, &frame)) == ERR_OK) {
		if (*ret_count < max)
			ret[*ret_count] = frame;
		(*ret_count)++;
	}
	if (err == ERR_MORE && in.len == 0)
		err = ERR_END;
	capture_decoder_free(decoder);
	return err;
}

#define DECODE(bytes, frames, count) \
	decode(bytes_over(bytes, sizeof(bytes)), frames, COUNT_OF(frames), count)

static void test_reads_microseconds_and_drops_the_flags_of_the_link_type(void **state)
{
	struct frame frame[1];
	size_t count;

	(void)state;
	assert_int_equal(DECODE(PCAP_LITTLE, frame, &count), ERR_END);
	assert_int_equal(count, 1);
	assert_int_equal(frame->at, TIME_SECOND + TIME_SECOND / 2);
	assert_int_equal(frame->link_type, 1);
	assert_int_equal(frame->wire_len, 60);
	assert_int_equal(frame->bytes.len, 2);
	assert_int_equal(frame->bytes.at[1], 0xbb);
}

static void test_reads_nanoseconds_and_the_other_byte_order(void **state)
{
	struct frame frame[1];
	size_t count;

	(void)state;
	assert_int_equal(DECODE(PCAP_BIG_NANO, frame, &count), ERR_END);
	assert_int_equal(count, 1);
	assert_int_equal(frame->at, TIME_SECOND + 7);
	assert_int_equal(frame->link_type, 113);
}

static void test_reads_the_longer_records_of_the_modified_format(void **state)
{
	struct frame frame[1];
	size_t count;

	(void)state;
	assert_int_equal(DECODE(PCAP_MODIFIED, frame, &count), ERR_END);
	assert_int_equal(count, 1);
	assert_int_equal(frame->at, TIME_SECOND + 2000);
	assert_int_equal(frame->bytes.at[0], 0xaa);
}

static void test_every_cut_asks_for_more_and_says_how_much(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof PCAP_LITTLE; len++) {
		struct capture_decoder *decoder = capture_decoder_new();
		struct bytes in = bytes_over(PCAP_LITTLE, len);
		struct frame frame = { .link_type = 77 };

		assert_int_equal(capture_next(decoder, &in, &frame), ERR_MORE);
		assert_true(capture_needs(decoder) > in.len);
		assert_int_equal(in.len, len < PCAP_HEADER ? len : len - PCAP_HEADER);
		assert_int_equal(frame.link_type, 77);
		capture_decoder_free(decoder);
	}
}

static void test_a_frame_too_long_to_be_believed_is_refused(void **state)
{
	uint8_t lie[sizeof PCAP_LITTLE];
	struct frame frame[1];
	size_t count;

	(void)state;
	memcpy(lie, PCAP_LITTLE, sizeof lie);
	lie[PCAP_CAPTURED + 2] = 5; /* 327,682 bytes */
	assert_int_equal(DECODE(lie, frame, &count), ERR_LIMIT);
}

static void test_tells_a_capture_from_its_first_bytes(void **state)
{
	(void)state;
	assert_int_equal(capture_check(bytes_over(PCAP_LITTLE, 4)), ERR_OK);
	assert_int_equal(capture_check(bytes_over(TWO_SECTIONS, 4)), ERR_OK);
	assert_int_equal(capture_check(bytes_over(TWO_SECTIONS, 3)), ERR_MORE);
	assert_int_equal(capture_check(bytes_of_string("GET / HTTP/1.1")), ERR_TYPE);
}

static void test_reads_sections_of_both_byte_orders_and_all_packet_blocks(void **state)
{
	struct frame frame[3];
	size_t count;

	(void)state;
	assert_int_equal(DECODE(TWO_SECTIONS, frame, &count), ERR_END);
	assert_int_equal(count, 3);
	assert_int_equal(frame[0].at, 5000);
	assert_int_equal(frame[0].wire_len, 60);
	assert_int_equal(frame[1].at, 5000); /* simple: as the frame before */
	assert_int_equal(frame[1].bytes.len, 3); /* the snaplen */
	assert_int_equal(frame[1].wire_len, 9);
	assert_int_equal(frame[2].link_type, 101);
	assert_int_equal(frame[2].at, 7000);
	assert_int_equal(frame[2].bytes.at[1], 0xdd);
}

static void test_adds_up_the_drops_of_all_sections(void **state)
{
	struct capture_decoder *decoder = capture_decoder_new();
	struct bytes in = bytes_over(TWO_SECTIONS, sizeof TWO_SECTIONS);
	struct frame frame;

	(void)state;
	while (capture_next(decoder, &in, &frame) == ERR_OK)
		;
	assert_int_equal(capture_drops(decoder), 7);
	assert_string_equal(capture_format_name(decoder), "pcapng");
	capture_decoder_free(decoder);
}

static void test_a_cut_section_gives_the_frames_before_the_cut(void **state)
{
	struct frame frame[3];
	size_t count;
	size_t most = 0;

	(void)state;
	for (size_t len = 0; len < sizeof TWO_SECTIONS; len++) {
		enum err err = decode(bytes_over(TWO_SECTIONS, len), frame, 3, &count);

		assert_true(err == ERR_MORE || err == ERR_END);
		assert_in_range(count, most, 2);
		most = count;
	}
	assert_int_equal(most, 2);
}

static time_ns time_of(uint8_t resolution, uint8_t high, uint8_t low)
{
	uint8_t file[] = { SECTION_LITTLE, INTERFACE_LITTLE(0), ENHANCED_LITTLE(0, 0) };
	struct frame frame[1] = { 0 };
	size_t count;

	file[28 + 20] = resolution;
	file[60 + 12] = high;
	file[60 + 16] = low;
	assert_int_equal(DECODE(file, frame, &count), ERR_END);
	assert_int_equal(count, 1);
	return frame->at;
}

static void test_counts_time_in_every_resolution(void **state)
{
	(void)state;
	assert_int_equal(time_of(0, 0, 3), 3 * TIME_SECOND);
	assert_int_equal(time_of(3, 0, 3), 3000000);
	assert_int_equal(time_of(9, 0, 3), 3);
	assert_int_equal(time_of(12, 1, 0), 4294967);   /* picoseconds */
	assert_int_equal(time_of(127, 1, 0), 0);
	assert_int_equal(time_of(0x80 | 1, 0, 3), TIME_SECOND + TIME_SECOND / 2);
	assert_int_equal(time_of(0x80 | 32, 2, 0), 2 * TIME_SECOND);
	assert_int_equal(time_of(0x80 | 40, 0x80, 0), TIME_SECOND / 2);
	assert_int_equal(time_of(0x80 | 64, 0x80, 0), TIME_SECOND * 128 / 4294967296);
	assert_int_equal(time_of(0x80 | 127, 0xff, 0), 0);
	assert_true(time_of(0, 0xff, 0) == UINT64_MAX); /* past the year 2554 */
}

static time_ns time_moved_by(int8_t seconds)
{
	uint8_t sign = seconds < 0 ? 0xff : 0;
	uint8_t file[] = {
		SECTION_LITTLE,
		1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, /* interface */
		14, 0, 8, 0, (uint8_t)seconds, sign, sign, sign, sign, sign, sign, sign,
		/* the list ends without an end */
		32, 0, 0, 0,
		ENHANCED_LITTLE(1, 0),
	};
	struct frame frame[1] = { 0 };
	size_t count;

	assert_int_equal(DECODE(file, frame, &count), ERR_END);
	return frame->at;
}

static void test_adds_the_interfaces_offset(void **state)
{
	time_ns plain = UINT64_C(4294967296) * 1000;

	(void)state;
	assert_int_equal(time_moved_by(0), plain);
	assert_int_equal(time_moved_by(9), plain + 9 * TIME_SECOND);
	assert_int_equal(time_moved_by(-9), plain - 9 * TIME_SECOND);
	assert_int_equal(time_moved_by(-128), plain - 128 * TIME_SECOND);
}

static void test_a_record_that_contradicts_itself_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} lies[] = {
		{ 4, 24 },            /* a section shorter than its fields */
		{ 8, 0 },             /* no byte order */
		{ 12, 2 },            /* another major version */
		{ 28 + 4, 30 },       /* a block of no whole number of words */
		{ 28 + 4, 8 },        /* shorter than any */
		{ 28 + 18, 200 },     /* an option longer than its block */
		{ 28 + 28, 36 },      /* the two lengths differ */
		{ 60 + 8, 1 },        /* no such interface */
		{ 60 + 20, 5 },       /* more captured than the block holds */
	};
	const uint8_t good[] = { SECTION_LITTLE, INTERFACE_LITTLE(6),
		ENHANCED_LITTLE(0, 1) };
	struct frame frame[1];
	size_t count;

	(void)state;
	assert_int_equal(DECODE(good, frame, &count), ERR_END);
	for (size_t i = 0; i < COUNT_OF(lies); i++) {
		uint8_t lie[sizeof good];

		memcpy(lie, good, sizeof lie);
		lie[lies[i].at] = lies[i].value;
		assert_int_equal(DECODE(lie, frame, &count), ERR_VALUE);
		assert_int_equal(count, 0);
	}
}

static void test_a_long_unknown_block_is_stepped_over_in_parts(void **state)
{
	const uint8_t start[] = { SECTION_LITTLE, INTERFACE_LITTLE(6),
		0xbc, 0x0b, 0, 0, 0, 0, 0x10, 0 }; /* a megabyte follows */
	const uint8_t packet[] = { ENHANCED_LITTLE(0, 5) };
	uint8_t filler[4096] = { 0 };
	struct capture_decoder *decoder = capture_decoder_new();
	struct bytes in = bytes_over(start, sizeof start);
	struct frame frame;

	(void)state;
	assert_int_equal(capture_next(decoder, &in, &frame), ERR_MORE);
	for (size_t left = 0x100000 - 8; left > 0; left -= in.len) {
		in = bytes_over(filler, left < sizeof filler ? left : sizeof filler);
		size_t fed = in.len;

		assert_int_equal(capture_next(decoder, &in, &frame), ERR_MORE);
		assert_int_equal(in.len, 0);
		in.len = fed;
	}
	in = bytes_over(packet, sizeof packet);
	assert_int_equal(capture_next(decoder, &in, &frame), ERR_OK);
	assert_int_equal(frame.at, 5000);
	capture_decoder_free(decoder);
}

static void test_the_number_of_interfaces_has_a_ceiling(void **state)
{
	const uint8_t section[] = { SECTION_LITTLE };
	const uint8_t interface[] = { INTERFACE_LITTLE(6) };
	struct capture_decoder *decoder = capture_decoder_new();
	struct bytes in = bytes_over(section, sizeof section);
	struct frame frame;

	(void)state;
	assert_int_equal(capture_next(decoder, &in, &frame), ERR_MORE);
	for (int i = 0; i < CAPTURE_INTERFACES_MAX; i++) {
		in = bytes_over(interface, sizeof interface);
		assert_int_equal(capture_next(decoder, &in, &frame), ERR_MORE);
	}
	in = bytes_over(interface, sizeof interface);
	assert_int_equal(capture_next(decoder, &in, &frame), ERR_LIMIT);
	capture_decoder_free(decoder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_reads_microseconds_and_drops_the_flags_of_the_link_type),
		cmocka_unit_test(test_reads_nanoseconds_and_the_other_byte_order),
		cmocka_unit_test(test_reads_the_longer_records_of_the_modified_format),
		cmocka_unit_test(test_every_cut_asks_for_more_and_says_how_much),
		cmocka_unit_test(test_a_frame_too_long_to_be_believed_is_refused),
		cmocka_unit_test(test_tells_a_capture_from_its_first_bytes),
		cmocka_unit_test(
			test_reads_sections_of_both_byte_orders_and_all_packet_blocks),
		cmocka_unit_test(test_adds_up_the_drops_of_all_sections),
		cmocka_unit_test(test_a_cut_section_gives_the_frames_before_the_cut),
		cmocka_unit_test(test_counts_time_in_every_resolution),
		cmocka_unit_test(test_adds_the_interfaces_offset),
		cmocka_unit_test(test_a_record_that_contradicts_itself_is_refused),
		cmocka_unit_test(test_a_long_unknown_block_is_stepped_over_in_parts),
		cmocka_unit_test(test_the_number_of_interfaces_has_a_ceiling),
	};

	return cmocka_run_group_tests_name("capture_format", tests, NULL, NULL);
}
