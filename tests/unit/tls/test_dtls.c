#include "../unit.h"

#include "tls/dtls.h"
#include "tls/record.h"
#include "tls/version.h"

/* ServerHelloDone as message 0, in one record, and an alert behind it. */
static const uint8_t DATAGRAM[] = {
	22,
	0xfe,
	0xfd, /* handshake, DTLS 1.2 */
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	5, /* epoch 0, sequence 5 */
	0,
	12, /* length */
	14,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0, /* type, length, seq, offset, length */
	21,
	0xfe,
	0xfd, /* alert */
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	6,
	0,
	2,
	2,
	40,
};

static void test_takes_the_records_of_a_datagram(void **state)
{
	struct bytes datagram = bytes_over(DATAGRAM, sizeof DATAGRAM);
	struct dtls_record record;

	(void)state;
	assert_true(dtls_check(datagram));
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_OK);
	assert_int_equal(record.type, CONTENT_HANDSHAKE);
	assert_int_equal(record.version, VERSION_DTLS12);
	assert_int_equal(record.epoch, 0);
	assert_int_equal(record.sequence, 5);
	assert_int_equal(record.payload.len, 12);
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_OK);
	assert_int_equal(record.type, CONTENT_ALERT);
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_END);
}

static void test_refuses_every_cut_of_a_record(void **state)
{
	struct dtls_record record = { .type = 99 };

	(void)state;
	for (size_t len = 1; len < 25; len++) {
		struct bytes datagram = bytes_over(DATAGRAM, len);

		assert_int_equal(dtls_record_next(&datagram, &record), ERR_SHORT);
		assert_int_equal(datagram.len, 0);
	}
	assert_int_equal(record.type, 99);
}

static bool check_with(size_t at, uint8_t value)
{
	uint8_t lie[sizeof DATAGRAM];

	memcpy(lie, DATAGRAM, sizeof lie);
	lie[at] = value;
	return dtls_check(bytes_over(lie, sizeof lie));
}

static void test_checks_that_it_looks_like_a_handshake(void **state)
{
	(void)state;
	assert_false(check_with(0, 0x40)); /* no content type */
	assert_false(check_with(1, 0x03)); /* TLS */
	assert_false(check_with(12, 11));  /* shorter than a fragment's header */
	assert_false(check_with(13, 200)); /* no handshake type */
	assert_false(check_with(24, 1));   /* longer than its message */
}

static void test_takes_the_version_of_old_openssl(void **state)
{
	uint8_t old[sizeof DATAGRAM];
	struct bytes datagram = bytes_over(old, sizeof old);
	struct dtls_record record;

	(void)state;
	memcpy(old, DATAGRAM, sizeof old);
	old[1] = 0x01;
	old[2] = 0x00;
	assert_true(dtls_check(datagram));
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_OK);
	assert_int_equal(record.version, VERSION_DTLS10_OPENSSL);
}

/* RFC 9147, 4: 001CSLEE. */
static void test_steps_over_encrypted_records_of_dtls_1_3(void **state)
{
	static const uint8_t sealed[] = { 0x2e, 0, 1, 0, 2, 7, 7, /* S, L, epoch 2 */
		0x22, 0, 7, 7, 7 };                               /* neither */
	struct bytes datagram = bytes_over(sealed, sizeof sealed);
	struct dtls_record record;

	(void)state;
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_OK);
	assert_int_equal(record.type, 0);
	assert_int_equal(record.epoch, 2);
	assert_int_equal(record.payload.len, 2);
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_OK);
	assert_int_equal(record.payload.len, 3);
	assert_int_equal(dtls_record_next(&datagram, &record), ERR_END);
}

/* Feeds the bytes [from, to) of message seq, which has five bytes, 'a' to 'e'. */
static enum err feed(struct dtls_joiner *joiner, uint8_t seq, uint8_t from, uint8_t to)
{
	uint8_t fragment[12 + 5] = { 11, 0, 0, 5, 0, seq, 0, 0, from, 0, 0,
		(uint8_t)(to - from) };

	for (uint8_t i = from; i < to; i++)
		fragment[12 + i - from] = (uint8_t)('a' + i);
	return dtls_joiner_take(joiner, bytes_over(fragment, 12u + to - from));
}

static void assert_next(struct dtls_joiner *joiner)
{
	struct handshake_message message;

	assert_true(dtls_joiner_next(joiner, &message));
	assert_int_equal(message.type, HANDSHAKE_CERTIFICATE);
	assert_true(message.whole);
	assert_int_equal(message.body.len, 5);
	assert_memory_equal(message.body.at, "abcde", 5);
}

static void assert_none(struct dtls_joiner *joiner)
{
	struct handshake_message message;

	assert_false(dtls_joiner_next(joiner, &message));
}

static void test_joins_overlapping_fragments_in_any_order(void **state)
{
	struct dtls_joiner *joiner = dtls_joiner_new();

	(void)state;
	assert_int_equal(feed(joiner, 0, 3, 5), ERR_OK);
	assert_none(joiner);
	assert_int_equal(feed(joiner, 0, 1, 4), ERR_OK);
	assert_none(joiner);
	assert_int_equal(feed(joiner, 0, 0, 2), ERR_OK);
	assert_next(joiner);
	assert_none(joiner);
	dtls_joiner_free(joiner);
}

static void test_answers_interleaved_messages_in_order_and_once(void **state)
{
	struct dtls_joiner *joiner = dtls_joiner_new();

	(void)state;
	assert_int_equal(feed(joiner, 1, 0, 5), ERR_OK);
	assert_int_equal(feed(joiner, 0, 0, 2), ERR_OK);
	assert_none(joiner);
	assert_int_equal(feed(joiner, 0, 2, 5), ERR_OK);
	assert_next(joiner);
	assert_next(joiner);
	assert_int_equal(feed(joiner, 0, 0, 5), ERR_OK); /* sent again */
	assert_none(joiner);
	dtls_joiner_free(joiner);
}

static void test_takes_several_fragments_of_one_record(void **state)
{
	static const uint8_t two[] = {
		11,
		0,
		0,
		5,
		0,
		0,
		0,
		0,
		3,
		0,
		0,
		2,
		'd',
		'e',
		11,
		0,
		0,
		5,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		3,
		'a',
		'b',
		'c',
	};
	struct dtls_joiner *joiner = dtls_joiner_new();

	(void)state;
	assert_int_equal(dtls_joiner_take(joiner, bytes_over(two, sizeof two)), ERR_OK);
	assert_next(joiner);
	dtls_joiner_free(joiner);
}

static void test_refuses_a_fragment_that_contradicts(void **state)
{
	static const uint8_t longer[] = { 11, 0, 0, 5, 0, 0, 0, 0, 4, 0, 0, 2, 1, 2 };
	static const uint8_t other[] = { 11, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 'a' };
	static const uint8_t cut[] = { 11, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 3, 'a' };
	struct dtls_joiner *joiner = dtls_joiner_new();

	(void)state;
	assert_int_equal(feed(joiner, 0, 0, 2), ERR_OK);
	assert_int_equal(
		dtls_joiner_take(joiner, bytes_over(longer, sizeof longer)), ERR_VALUE);
	assert_int_equal(
		dtls_joiner_take(joiner, bytes_over(other, sizeof other)), ERR_DUPLICATE);
	assert_int_equal(
		dtls_joiner_take(joiner, bytes_over(cut, sizeof cut)), ERR_VALUE);
	assert_int_equal(feed(joiner, 0, 2, 5), ERR_OK);
	assert_next(joiner);
	dtls_joiner_free(joiner);
}

static void test_leaves_out_a_message_too_far_ahead(void **state)
{
	struct dtls_joiner *joiner = dtls_joiner_new();

	(void)state;
	assert_int_equal(feed(joiner, DTLS_MESSAGES_MAX - 1, 0, 5), ERR_OK);
	assert_int_equal(feed(joiner, DTLS_MESSAGES_MAX, 0, 5), ERR_LIMIT);
	dtls_joiner_free(joiner);
}

/* The answer to a hello with a cookie, where the capture lacks the first flight. */
static void test_a_hello_need_not_be_the_first_message(void **state)
{
	uint8_t hello[12 + 41] = { 1, 0, 0, 41, 0, 1, 0, 0, 0, 0, 0, 41, 0xfe, 0xfd };
	struct dtls_joiner *joiner = dtls_joiner_new();
	struct handshake_message message;

	(void)state;
	assert_int_equal(
		dtls_joiner_take(joiner, bytes_over(hello, sizeof hello)), ERR_OK);
	assert_true(dtls_joiner_next(joiner, &message));
	assert_int_equal(message.type, HANDSHAKE_CLIENT_HELLO);
	assert_int_equal(message.body.len, 41);
	dtls_joiner_free(joiner);
}

static void test_a_message_past_the_ceiling_does_not_stop_the_next(void **state)
{
	static const uint8_t large[] = { 11, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'a' };
	struct dtls_joiner *joiner = dtls_joiner_new();
	struct handshake_message message;

	(void)state;
	assert_int_equal(
		dtls_joiner_take(joiner, bytes_over(large, sizeof large)), ERR_LIMIT);
	assert_int_equal(feed(joiner, 1, 0, 5), ERR_OK);
	assert_true(dtls_joiner_next(joiner, &message));
	assert_false(message.whole);
	assert_int_equal(message.body.len, 0);
	assert_next(joiner);
	dtls_joiner_free(joiner);
}

static void test_reads_a_hello_verify_request(void **state)
{
	static const uint8_t body[] = { 0xfe, 0xff, 2, 7, 8 };
	uint16_t version = 0;
	struct bytes cookie;

	(void)state;
	assert_int_equal(hello_verify_request_parse(
				 bytes_over(body, sizeof body), &version, &cookie),
		ERR_OK);
	assert_int_equal(version, VERSION_DTLS10);
	assert_int_equal(cookie.len, 2);
	for (size_t len = 0; len < sizeof body; len++)
		assert_int_equal(hello_verify_request_parse(
					 bytes_over(body, len), &version, &cookie),
			ERR_SHORT);
	assert_int_equal(hello_verify_request_parse(
				 bytes_over("\x03\x03\x00", 3), &version, &cookie),
		ERR_VALUE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_the_records_of_a_datagram),
		cmocka_unit_test(test_refuses_every_cut_of_a_record),
		cmocka_unit_test(test_checks_that_it_looks_like_a_handshake),
		cmocka_unit_test(test_takes_the_version_of_old_openssl),
		cmocka_unit_test(test_steps_over_encrypted_records_of_dtls_1_3),
		cmocka_unit_test(test_joins_overlapping_fragments_in_any_order),
		cmocka_unit_test(test_answers_interleaved_messages_in_order_and_once),
		cmocka_unit_test(test_takes_several_fragments_of_one_record),
		cmocka_unit_test(test_refuses_a_fragment_that_contradicts),
		cmocka_unit_test(test_leaves_out_a_message_too_far_ahead),
		cmocka_unit_test(test_a_hello_need_not_be_the_first_message),
		cmocka_unit_test(test_a_message_past_the_ceiling_does_not_stop_the_next),
		cmocka_unit_test(test_reads_a_hello_verify_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
