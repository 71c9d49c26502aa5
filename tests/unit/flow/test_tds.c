#include "../unit.h"

#include "flow/tds.h"

static const uint8_t STREAM[] = {
	0x12, 0x01, 0x00, 0x0b, 0, 0, 0, 0, 'a', 'b', 'c', /* PRELOGIN with "abc" */
	0x12, 0x01, 0x00, 0x08, 0, 0, 1, 0,                /* one with nothing */
	0x04, 0x01, 0x00, 0x09, 0, 0, 2, 0, 'd',           /* a response with "d" */
	0x17, 0x03, 0x03, 0x00, 0x01, 'e',                 /* a bare record */
	0x12, 0x01,                                        /* no header any more */
};
static const uint8_t PAYLOAD[] = { 'a', 'b', 'c', 'd', 0x17, 0x03, 0x03, 0x00, 0x01, 'e',
	0x12, 0x01 };

static size_t deframe(struct bytes stream, size_t chunk, uint8_t *ret, enum err *ret_err)
{
	struct tds_deframer deframer = { 0 };
	struct bytes payload;
	size_t len = 0;

	for (size_t at = 0; at < stream.len; at += chunk) {
		struct bytes in = bytes_first(bytes_after(stream, at), chunk);

		while ((*ret_err = tds_next(&deframer, &in, &payload)) == ERR_OK) {
			memcpy(ret + len, payload.at, payload.len);
			len += payload.len;
		}
		if (*ret_err != ERR_MORE)
			break;
	}
	return len;
}

static void test_takes_headers_off_however_the_stream_is_cut(void **state)
{
	uint8_t got[sizeof STREAM];
	enum err err;

	(void)state;
	for (size_t chunk = 1; chunk <= sizeof STREAM; chunk++) {
		size_t len = deframe(bytes_over(STREAM, sizeof STREAM), chunk, got, &err);

		assert_int_equal(err, ERR_MORE);
		assert_int_equal(len, sizeof PAYLOAD);
		assert_memory_equal(got, PAYLOAD, len);
	}
}

static void test_a_cut_stream_gives_what_is_there(void **state)
{
	uint8_t got[sizeof STREAM];
	enum err err;

	(void)state;
	assert_int_equal(deframe(bytes_over(STREAM, 10), 10, got, &err), 2);
	assert_int_equal(err, ERR_MORE);
}

static void test_another_packet_type_is_refused_for_good(void **state)
{
	static const uint8_t login[] = { 0x10, 0x01, 0x00, 0x09, 0, 0, 1, 0, 'x' };
	struct tds_deframer deframer = { 0 };
	struct bytes in = bytes_over(login, sizeof login);
	struct bytes more = bytes_over(STREAM, sizeof STREAM);
	struct bytes payload;

	(void)state;
	assert_int_equal(tds_next(&deframer, &in, &payload), ERR_VALUE);
	assert_int_equal(tds_next(&deframer, &more, &payload), ERR_VALUE);
}

static void test_a_length_shorter_than_its_header_is_a_lie(void **state)
{
	static const uint8_t lie[] = { 0x12, 0x01, 0x00, 0x07, 0, 0, 0, 0 };
	uint8_t got[sizeof lie];
	enum err err;

	(void)state;
	assert_int_equal(deframe(bytes_over(lie, sizeof lie), 3, got, &err), 0);
	assert_int_equal(err, ERR_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_headers_off_however_the_stream_is_cut),
		cmocka_unit_test(test_a_cut_stream_gives_what_is_there),
		cmocka_unit_test(test_another_packet_type_is_refused_for_good),
		cmocka_unit_test(test_a_length_shorter_than_its_header_is_a_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
