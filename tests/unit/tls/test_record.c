#include "../unit.h"

#include "tls/record.h"

/* A handshake record of five bytes, an empty one of application data, an alert. */
static const uint8_t STREAM[] = {
	22, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5, /* handshake */
	23, 0x03, 0x03, 0x00, 0x00,                /* application data, empty */
	21, 0x03, 0x03, 0x00, 0x02, 1, 0,          /* alert */
};

static void test_hands_out_whole_records_without_copying(void **state)
{
	struct record_deframer deframer = record_deframer();
	struct bytes in = bytes_over(STREAM, sizeof STREAM);
	struct record_piece piece;

	(void)state;
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_OK);
	assert_int_equal(piece.type, CONTENT_HANDSHAKE);
	assert_int_equal(piece.version, 0x0301);
	assert_int_equal(piece.record_len, 5);
	assert_true(piece.first && piece.last);
	assert_ptr_equal(piece.payload.at, STREAM + RECORD_HEADER_LEN);
	assert_int_equal(piece.payload.len, 5);
}

static void test_hands_out_an_empty_record(void **state)
{
	struct record_deframer deframer = record_deframer();
	struct bytes in = bytes_over(STREAM + 10, sizeof STREAM - 10);
	struct record_piece piece;

	(void)state;
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_OK);
	assert_int_equal(piece.type, CONTENT_APPLICATION_DATA);
	assert_true(piece.first && piece.last);
	assert_int_equal(piece.payload.len, 0);
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_OK);
	assert_int_equal(piece.type, CONTENT_ALERT);
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_MORE);
	assert_int_equal(in.len, 0);
}

static void test_every_cut_in_two_gives_the_same_payloads(void **state)
{
	static const uint8_t payloads[] = { 1, 2, 3, 4, 5, 1, 0 };

	(void)state;
	for (size_t cut = 0; cut <= sizeof STREAM; cut++) {
		struct record_deframer deframer = record_deframer();
		struct bytes in = bytes_over(STREAM, cut);
		struct record_piece piece;
		uint8_t got[sizeof STREAM];
		size_t len = 0, ends = 0;

		for (int half = 0; half < 2; half++) {
			while (record_next(&deframer, &in, &piece) == ERR_OK) {
				if (piece.payload.len > 0)
					memcpy(got + len, piece.payload.at,
						piece.payload.len);
				len += piece.payload.len;
				ends += piece.last;
			}
			in = bytes_after(bytes_over(STREAM, sizeof STREAM), cut);
		}
		assert_int_equal(ends, 3);
		assert_int_equal(len, sizeof payloads);
		assert_memory_equal(got, payloads, sizeof payloads);
	}
}

static void test_says_where_a_record_begins_and_ends(void **state)
{
	struct record_deframer deframer = record_deframer();
	struct record_piece piece;
	struct bytes in = bytes_over(STREAM, 7);

	(void)state;
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_OK);
	assert_true(piece.first && !piece.last);
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_MORE);
	in = bytes_over(STREAM + 7, 3);
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_OK);
	assert_true(!piece.first && piece.last);
	assert_int_equal(piece.record_len, 5);
}

static void test_a_fault_is_final(void **state)
{
	static const uint8_t http[] = { 'G', 'E', 'T', ' ', '/' };
	struct record_deframer deframer = record_deframer();
	struct bytes in = bytes_over(http, sizeof http);
	struct record_piece piece;

	(void)state;
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_VALUE);
	in = bytes_over(STREAM, sizeof STREAM);
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_VALUE);
}

static void test_refuses_a_length_that_no_version_allows(void **state)
{
	static const uint8_t most[] = { 23, 3, 3, 0x48, 0x00 };
	static const uint8_t lie[] = { 23, 3, 3, 0x48, 0x01 };
	struct record_deframer deframer = record_deframer();
	struct bytes in = bytes_over(most, sizeof most);
	struct record_piece piece;

	(void)state;
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_MORE);
	deframer = record_deframer();
	in = bytes_over(lie, sizeof lie);
	assert_int_equal(record_next(&deframer, &in, &piece), ERR_LIMIT);
	assert_int_equal(record_check(bytes_over(lie, sizeof lie)), ERR_VALUE);
}

static void test_checks_as_much_as_is_there(void **state)
{
	(void)state;
	for (size_t len = 0; len < RECORD_HEADER_LEN; len++)
		assert_int_equal(record_check(bytes_over(STREAM, len)), ERR_MORE);
	assert_int_equal(record_check(bytes_over(STREAM, sizeof STREAM)), ERR_OK);
	assert_int_equal(record_check(bytes_over("\x19", 1)), ERR_VALUE);
	assert_int_equal(record_check(bytes_over("\x13", 1)), ERR_VALUE);
	assert_int_equal(record_check(bytes_over("\x16\x02", 2)), ERR_VALUE);
}

static void test_a_stream_does_not_open_with_an_empty_record(void **state)
{
	(void)state;
	assert_int_equal(record_check(bytes_over(STREAM + 10, 5)), ERR_VALUE);
}

/* RFC 5246, E.1: servers take a hello in a record of any version 3.x. */
static void test_only_a_handshake_record_may_claim_any_minor_version(void **state)
{
	(void)state;
	assert_int_equal(record_check(bytes_over("\x16\x03\xff\x00\x05", 5)), ERR_OK);
	assert_int_equal(record_check(bytes_over("\x16\x03\x04\x00\x05", 5)), ERR_OK);
	assert_int_equal(record_check(bytes_over("\x17\x03\x04\x00\x05", 5)), ERR_OK);
	assert_int_equal(record_check(bytes_over("\x17\x03\x05", 3)), ERR_VALUE);
}

static void test_writes_as_few_records_as_it_takes(void **state)
{
	static uint8_t all[RECORD_PLAINTEXT_MAX + 1], room[sizeof all + 10];
	struct writer w = writer_over(room, sizeof room);
	struct bytes written;

	(void)state;
	record_write(CONTENT_HANDSHAKE, 0x0301, bytes_over(all, sizeof all), &w);
	written = writer_written(&w);
	assert_int_equal(written.len, sizeof room);
	assert_memory_equal(written.at, "\x16\x03\x01\x40\x00", 5);
	assert_memory_equal(
		written.at + 5 + RECORD_PLAINTEXT_MAX, "\x16\x03\x01\x00\x01\x00", 6);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hands_out_whole_records_without_copying),
		cmocka_unit_test(test_hands_out_an_empty_record),
		cmocka_unit_test(test_every_cut_in_two_gives_the_same_payloads),
		cmocka_unit_test(test_says_where_a_record_begins_and_ends),
		cmocka_unit_test(test_a_fault_is_final),
		cmocka_unit_test(test_refuses_a_length_that_no_version_allows),
		cmocka_unit_test(test_checks_as_much_as_is_there),
		cmocka_unit_test(test_a_stream_does_not_open_with_an_empty_record),
		cmocka_unit_test(
		        test_only_a_handshake_record_may_claim_any_minor_version),
		cmocka_unit_test(test_writes_as_few_records_as_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
