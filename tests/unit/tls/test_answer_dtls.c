#include "../unit.h"

#include "tls/answer_dtls.h"
#include "tls/version.h"

#define SIXTEEN    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
#define THIRTY_TWO SIXTEEN, SIXTEEN

/* clang-format off */
/* DTLS 1.2 with a session id of one byte, no cookie and one suite. */
static const uint8_t HELLO[] = {
	0x01, 0x00, 0x00, 0x2b, 0xfe, 0xfd, THIRTY_TWO, 0x01, 0x77, 0x00,
	0x00, 0x02, 0xc0, 0x2f, 0x01, 0x00,
};
enum { COOKIE_AT = 4 + 34 + 2 };

/* Its flight: record 0, message 0, whole. */
static const uint8_t FLIGHT[] = {
	0x16, 0xfe, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x37,
	0x01, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x2b,
	0xfe, 0xfd, THIRTY_TWO, 0x01, 0x77, 0x00, 0x00, 0x02, 0xc0, 0x2f, 0x01, 0x00,
};

/* HelloVerifyRequest, with a cookie of two bytes. RFC 6347, 4.2.1. */
static const uint8_t VERIFY[] = {
	0x16, 0xfe, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x11,
	0x03, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
	0xfe, 0xff, 0x02, 0xc0, 0x0c,
};

/* The flight upon it: record 1, message 1, the cookie in its place. */
static const uint8_t SECOND_FLIGHT[] = {
	0x16, 0xfe, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x39,
	0x01, 0x00, 0x00, 0x2d, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x2d,
	0xfe, 0xfd, THIRTY_TWO, 0x01, 0x77, 0x02, 0xc0, 0x0c, 0x00, 0x02, 0xc0, 0x2f,
	0x01, 0x00,
};

/* DTLS 1.2, RSA: hello, which is in two fragments, the second first; done. Message 1 and 2
 * as upon a HelloVerifyRequest. */
static const uint8_t HELLO_SECOND_HALF[] = {
	0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x22,
	0x02, 0x00, 0x00, 0x26, 0x00, 0x01, 0x00, 0x00, 0x10, 0x00, 0x00, 0x16,
	15, 16, SIXTEEN, 0x00, 0x00, 0x2f, 0x00,
};
static const uint8_t HELLO_FIRST_HALF_AND_DONE[] = {
	0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x1c,
	0x02, 0x00, 0x00, 0x26, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
	0xfe, 0xfd, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x0c,
	0x0e, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* handshake_failure, fatal. */
static const uint8_t ALERT[] = {
	0x15, 0xfe, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
	0x02, 0x28,
};

/* DTLS 1.3: a ServerHello with supported_versions. RFC 9147, 5.3. */
static const uint8_t SERVER_HELLO_13[] = {
	0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x3a,
	0x02, 0x00, 0x00, 0x2e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x2e,
	0xfe, 0xfd, THIRTY_TWO, 0x00, 0x13, 0x01, 0x00,
	0x00, 0x06, 0x00, 0x2b, 0x00, 0x02, 0xfe, 0xfc,
};
/* clang-format on */

static struct bytes all_of(const void *at, size_t len)
{
	return bytes_over(at, len);
}
#define ALL(array) all_of(array, sizeof(array))

static struct answer_dtls begin(struct bytes hello)
{
	struct answer_dtls dtls;

	assert_int_equal(answer_dtls_begin(&dtls, hello), ERR_OK);
	return dtls;
}

static void assert_flight(struct answer_dtls *dtls, struct bytes expected)
{
	uint8_t room[8192];
	struct writer w = writer_over(room, answer_dtls_flight_max(sizeof HELLO));

	assert_int_equal(answer_dtls_flight(dtls, &w), ERR_OK);
	assert_int_equal(writer_written(&w).len, expected.len);
	assert_memory_equal(room, expected.at, expected.len);
}

static bool take(struct answer_dtls *dtls, struct bytes datagram)
{
	bool again;

	return answer_dtls_take(dtls, datagram, &again);
}

static void test_says_hello_again_with_the_cookie(void **state)
{
	struct answer_dtls dtls = begin(ALL(HELLO));
	bool again;

	(void)state;
	assert_flight(&dtls, ALL(FLIGHT));
	assert_true(answer_dtls_take(&dtls, ALL(VERIFY), &again));
	assert_true(again);
	assert_flight(&dtls, ALL(SECOND_FLIGHT));
	assert_true(answer_dtls_take(&dtls, ALL(VERIFY), &again));
	assert_false(again); /* the first sent again */
	answer_dtls_done(&dtls);
}

static void test_fragments_are_joined_to_a_flight(void **state)
{
	struct answer_dtls dtls = begin(ALL(HELLO));

	(void)state;
	assert_true(take(&dtls, ALL(VERIFY)));
	assert_true(take(&dtls, ALL(HELLO_SECOND_HALF)));
	assert_false(take(&dtls, ALL(HELLO_FIRST_HALF_AND_DONE)));
	assert_int_equal(dtls.answer.outcome, ANSWER_ACCEPTED);
	assert_int_equal(dtls.answer.conversation.version, VERSION_DTLS12);
	assert_int_equal(dtls.answer.conversation.cipher, 0x002f);
	assert_false(dtls.answer.conversation.retried);
	answer_dtls_done(&dtls);
}

static void test_an_alert_refuses(void **state)
{
	struct answer_dtls dtls = begin(ALL(HELLO));

	(void)state;
	assert_false(take(&dtls, ALL(ALERT)));
	assert_int_equal(dtls.answer.outcome, ANSWER_REFUSED);
	assert_int_equal(dtls.answer.alert, 40);
	answer_dtls_done(&dtls);
}

/* RFC 9147, 4: a unified header without connection id, with a length. */
static void test_dtls13_is_accepted_once_a_certificate_must_have_come(void **state)
{
	uint8_t encrypted[5 + 256] = { 0x2e, 0x00, 0x00, 0x01, 0x00 };
	struct answer_dtls dtls = begin(ALL(HELLO));

	(void)state;
	assert_true(take(&dtls, ALL(SERVER_HELLO_13)));
	assert_int_equal(dtls.answer.conversation.version, VERSION_DTLS13);
	assert_false(take(&dtls, ALL(encrypted)));
	assert_int_equal(dtls.answer.outcome, ANSWER_ACCEPTED);
	answer_dtls_done(&dtls);
}

static void test_what_begins_as_something_else_is_no_tls(void **state)
{
	struct answer_dtls dtls = begin(ALL(HELLO));

	(void)state;
	assert_false(take(&dtls, bytes_of_string("SIP/2.0 400 Bad Request")));
	assert_int_equal(dtls.answer.outcome, ANSWER_NOT_TLS);
	assert_memory_equal(dtls.answer.start, "SIP/2.0", 7);
	answer_dtls_done(&dtls);
}

/* RFC 6347, 4.1.2.7: a datagram cut short is as if it had not come. */
static void test_every_cut_is_passed_over(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof ALERT; len++) {
		struct answer_dtls dtls = begin(ALL(HELLO));

		assert_true(take(&dtls, ALL(VERIFY)));
		assert_true(take(&dtls, bytes_over(ALERT, len)));
		answer_dtls_done(&dtls);
	}
}

/* Each datagram but the last is full, and each fragment says where it lies. */
static void test_a_long_hello_is_cut_into_datagrams(void **state)
{
	static uint8_t longer[3000], room[3 * ANSWER_DTLS_DATAGRAM + 300];
	struct writer w = writer_over(room, sizeof room);
	struct answer_dtls dtls;

	(void)state;
	memcpy(longer, HELLO, sizeof HELLO);
	longer[2] = (sizeof longer - 4) >> 8;
	longer[3] = (sizeof longer - 4) & 0xff;
	dtls = begin(ALL(longer));
	assert_int_equal(answer_dtls_flight(&dtls, &w), ERR_OK);
	assert_int_equal(writer_written(&w).len, sizeof longer - 4 + 3 * 25);
	assert_int_equal(room[ANSWER_DTLS_DATAGRAM], 0x16);
	assert_memory_equal(room + ANSWER_DTLS_DATAGRAM + 13 + 6, "\x00\x04\x97", 3);
	assert_memory_equal(room + 2 * ANSWER_DTLS_DATAGRAM + 13 + 6, "\x00\x09\x2e", 3);
	assert_true(writer_written(&w).len <= answer_dtls_flight_max(sizeof longer));
	answer_dtls_done(&dtls);
}

static void test_what_is_no_hello_is_not_said(void **state)
{
	struct answer_dtls dtls;

	(void)state;
	for (size_t len = 0; len < sizeof HELLO; len++) {
		assert_int_equal(
			answer_dtls_begin(&dtls, bytes_over(HELLO, len)), ERR_VALUE);
		answer_dtls_done(&dtls);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says_hello_again_with_the_cookie),
		cmocka_unit_test(test_fragments_are_joined_to_a_flight),
		cmocka_unit_test(test_an_alert_refuses),
		cmocka_unit_test(
			test_dtls13_is_accepted_once_a_certificate_must_have_come),
		cmocka_unit_test(test_what_begins_as_something_else_is_no_tls),
		cmocka_unit_test(test_every_cut_is_passed_over),
		cmocka_unit_test(test_a_long_hello_is_cut_into_datagrams),
		cmocka_unit_test(test_what_is_no_hello_is_not_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
