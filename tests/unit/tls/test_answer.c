#include "../unit.h"

#include "base/attr.h"
#include "tls/answer.h"
#include "tls/version.h"

#define SIXTEEN    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
#define THIRTY_TWO SIXTEEN, SIXTEEN

/* clang-format off */
/* TLS 1.2, ECDHE-RSA: hello, key exchange over X25519 signed by rsa_pss_rsae_sha256 (of
 * one byte), done; three records. */
static const uint8_t TLS12[] = {
	0x16, 0x03, 0x03, 0x00, 0x2a,
	0x02, 0x00, 0x00, 0x26, 0x03, 0x03, THIRTY_TWO, 0x00, 0xc0, 0x2f, 0x00,
	0x16, 0x03, 0x03, 0x00, 0x0e,
	0x0c, 0x00, 0x00, 0x0a, 0x03, 0x00, 0x1d, 0x01, 0xaa, 0x08, 0x04, 0x00, 0x01, 0xbb,
	0x16, 0x03, 0x03, 0x00, 0x04,
	0x0e, 0x00, 0x00, 0x00,
};

/* TLS 1.3 over X25519 (a key of one byte), without what is encrypted. */
static const uint8_t TLS13[] = {
	0x16, 0x03, 0x03, 0x00, 0x3b,
	0x02, 0x00, 0x00, 0x37, 0x03, 0x03, THIRTY_TWO, 0x00, 0x13, 0x01, 0x00,
	0x00, 0x0f,                                     /* extensions */
	0x00, 0x2b, 0x00, 0x02, 0x03, 0x04,             /* supported_versions */
	0x00, 0x33, 0x00, 0x05, 0x00, 0x1d, 0x00, 0x01, 0xee, /* key_share */
	0x14, 0x03, 0x03, 0x00, 0x01, 0x01,
};

/* A HelloRetryRequest that wants secp384r1. */
static const uint8_t RETRY[] = {
	0x16, 0x03, 0x03, 0x00, 0x38,
	0x02, 0x00, 0x00, 0x34, 0x03, 0x03,
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65,
	0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2,
	0xc8, 0xa8, 0x33, 0x9c,
	0x00, 0x13, 0x01, 0x00,
	0x00, 0x0c,                                     /* extensions */
	0x00, 0x2b, 0x00, 0x02, 0x03, 0x04,             /* supported_versions */
	0x00, 0x33, 0x00, 0x02, 0x00, 0x18,             /* key_share: the group alone */
};

/* unrecognized_name as a warning (RFC 6066, 3), then protocol_version. */
static const uint8_t WARNED_AND_REFUSED[] = {
	0x15, 0x03, 0x01, 0x00, 0x02, 0x01, 0x70,
	0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46,
};

/* SSL 2.0's SERVER-HELLO with a certificate of one byte and one cipher. */
static const uint8_t SSLV2[] = {
	0x80, 0x1f, 0x04, 0x00, 0x01, 0x00, 0x02, 0x00, 0x01, 0x00, 0x03, 0x00, 0x10,
	0xcc, 0x01, 0x00, 0x80, SIXTEEN,
};
static const size_t SSLV2_SPECS_LEN = 10; /* low byte */
/* clang-format on */

static struct answer take(const void *at, size_t len)
{
	struct answer all = answer();

	(void)answer_take(&all, bytes_over(at, len));
	answer_done(&all);
	return all;
}

/* The same whole, in two at every place, and byte by byte. */
static struct answer take_every_cut(const uint8_t *at, size_t len)
{
	struct answer whole = take(at, len);

	for (size_t cut = 0; cut <= len; cut++) {
		struct answer two = answer();

		if (answer_take(&two, bytes_over(at, cut)))
			(void)answer_take(&two, bytes_over(at + cut, len - cut));
		assert_int_equal(two.outcome, whole.outcome);
		assert_int_equal(two.conversation.version, whole.conversation.version);
		assert_int_equal(two.conversation.group, whole.conversation.group);
		answer_done(&two);
	}
	return whole;
}

static void test_tls12_is_heard_to_its_hello_done(void **state)
{
	struct answer told = take_every_cut(TLS12, sizeof TLS12);

	(void)state;
	assert_int_equal(told.outcome, ANSWER_ACCEPTED);
	assert_int_equal(told.conversation.version, VERSION_TLS12);
	assert_int_equal(told.conversation.cipher, 0xc02f);
	assert_int_equal(told.conversation.group, 0x001d);
	assert_int_equal(told.conversation.signature_scheme, 0x0804);
	assert_int_equal(take(TLS12, sizeof TLS12 - 1).outcome, ANSWER_PENDING);
}

static size_t add_encrypted(uint8_t *room, size_t len)
{
	const uint8_t header[] = { 0x17, 0x03, 0x03, (uint8_t)(len >> 8), (uint8_t)len };

	memcpy(room, header, sizeof header);
	memset(room + sizeof header, 0x55, len);
	return sizeof header + len;
}

/* TLS13 and an encrypted record of len. */
static size_t then_encrypted(uint8_t *room, size_t len)
{
	memcpy(room, TLS13, sizeof TLS13);
	return sizeof TLS13 + add_encrypted(room + sizeof TLS13, len);
}

/* As JSSE sends them: EncryptedExtensions, a certificate, and what is behind it. */
static size_t then_apart(uint8_t *room, size_t last)
{
	size_t len = then_encrypted(room, 49);

	len += add_encrypted(room + len, 431);
	return last > 0 ? len + add_encrypted(room + len, last) : len;
}

static void test_tls13_is_accepted_once_a_certificate_must_have_come(void **state)
{
	uint8_t room[512];
	struct answer told = take_every_cut(room, then_encrypted(room, 256));

	(void)state;
	assert_int_equal(told.outcome, ANSWER_ACCEPTED);
	assert_int_equal(told.conversation.version, VERSION_TLS13);
	assert_int_equal(told.conversation.group, 0x001d);
	assert_int_equal(take(room, sizeof TLS13).outcome, ANSWER_PENDING);
	assert_int_equal(take(room, then_encrypted(room, 255)).outcome, ANSWER_PENDING);
}

/* RFC 8446, 5.2: two bytes, the type, the tag. */
static void test_an_encrypted_alert_refuses(void **state)
{
	uint8_t room[512];
	struct answer told = take(room, then_encrypted(room, 19));

	(void)state;
	assert_int_equal(told.outcome, ANSWER_REFUSED);
	assert_true(told.inferred);
	assert_false(told.alert_seen);
}

static void test_what_follows_a_certificate_of_its_own_is_waited_for(void **state)
{
	uint8_t room[1024];
	size_t len = then_apart(room, 0);
	struct answer told = answer();

	(void)state;
	assert_true(answer_take(&told, bytes_over(room, len)));
	assert_true(answer_may_be_out(&told));
	answer_timed_out(&told);
	assert_int_equal(told.outcome, ANSWER_ACCEPTED);
	assert_false(answer_may_be_out(&told));
	assert_int_equal(
		take_every_cut(room, then_apart(room, 45)).outcome, ANSWER_ACCEPTED);
	assert_int_equal(take(room, then_apart(room, 44)).outcome, ANSWER_PENDING);
}

/* RFC 8446, 5.4: JSSE pads by 16 bytes. However the connection ends then. */
static void test_a_padded_alert_behind_a_certificate_refuses(void **state)
{
	static void (*const ends[])(struct answer * answer) = { answer_closed,
		answer_reset, answer_timed_out };
	uint8_t room[1024];
	size_t len = then_apart(room, 35);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct answer told = answer();

		assert_true(answer_take(&told, bytes_over(room, len)));
		ends[i](&told);
		assert_int_equal(told.outcome, ANSWER_REFUSED);
		assert_true(told.inferred);
		assert_false(told.alert_seen);
		answer_done(&told);
	}
}

static void test_who_hangs_up_behind_a_certificate_has_not_accepted(void **state)
{
	uint8_t room[1024];
	struct answer told = answer();

	(void)state;
	assert_true(answer_take(&told, bytes_over(room, then_apart(room, 0))));
	answer_closed(&told);
	assert_int_equal(told.outcome, ANSWER_CLOSED);
	answer_done(&told);
}

static void test_a_retry_names_the_group(void **state)
{
	struct answer told = take_every_cut(RETRY, sizeof RETRY);

	(void)state;
	assert_int_equal(told.outcome, ANSWER_RETRY);
	assert_true(told.conversation.retried);
	assert_int_equal(told.conversation.group, 0x0018);
}

static void test_a_warning_is_stepped_over_and_a_fatal_alert_refuses(void **state)
{
	struct answer told =
		take_every_cut(WARNED_AND_REFUSED, sizeof WARNED_AND_REFUSED);

	(void)state;
	assert_int_equal(told.outcome, ANSWER_REFUSED);
	assert_true(told.alert_seen);
	assert_int_equal(told.alert, ALERT_PROTOCOL_VERSION);
	assert_int_equal(take(WARNED_AND_REFUSED, 7).outcome, ANSWER_PENDING);
}

static void test_ssl2_is_accepted_if_a_cipher_is_left(void **state)
{
	uint8_t none[sizeof SSLV2 - 3];
	struct answer told = take_every_cut(SSLV2, sizeof SSLV2);

	(void)state;
	assert_int_equal(told.outcome, ANSWER_ACCEPTED);
	assert_int_equal(told.conversation.version, VERSION_SSL2);
	memcpy(none, SSLV2, sizeof none);
	none[1] -= 3;
	none[SSLV2_SPECS_LEN] = 0;
	assert_int_equal(take_every_cut(none, sizeof none).outcome, ANSWER_REFUSED);
}

/* draft-hickman, 5.2.5: NO-CIPHER-ERROR. */
static void test_an_error_of_ssl2_refuses(void **state)
{
	static const uint8_t error[] = { 0x80, 0x03, 0x00, 0x00, 0x01 };
	struct answer told = take_every_cut(error, sizeof error);

	(void)state;
	assert_int_equal(told.outcome, ANSWER_REFUSED);
	assert_int_equal(told.sslv2_error, 1);
}

static void test_what_is_no_tls_is_quoted(void **state)
{
	static const uint8_t http[] = "HTTP/1.1 400 Bad Request\r\nServer: x\r\nContent-"
				      "Length: 0\r\nConnection: close\r\n\r\n";
	struct answer told = take(http, sizeof http - 1);

	(void)state;
	assert_int_equal(told.outcome, ANSWER_NOT_TLS);
	assert_int_equal(told.start_len, ANSWER_START_MAX);
	assert_memory_equal(told.start, http, ANSWER_START_MAX);
	assert_int_equal(
		take_every_cut((const uint8_t *)"220 mail", 8).outcome, ANSWER_NOT_TLS);
}

static void test_what_begins_as_tls_and_goes_on_otherwise_is_malformed(void **state)
{
	uint8_t spoilt[sizeof TLS12];

	(void)state;
	memcpy(spoilt, TLS12, sizeof spoilt);
	spoilt[8] = 0x27; /* the hello claims a byte of the next message */
	assert_int_equal(take(spoilt, sizeof spoilt).outcome, ANSWER_MALFORMED);
	spoilt[8] = 0x26;
	spoilt[47] = 0x99; /* the second record's type */
	assert_int_equal(take(spoilt, sizeof spoilt).outcome, ANSWER_MALFORMED);
	assert_int_equal(take("\x17\x03\x03\x00\x01\x00", 6).outcome, ANSWER_MALFORMED);
}

/* Warnings without end. */
static void test_what_never_ends_is_too_long(void **state)
{
	struct answer all = answer();
	size_t fed = 0;

	(void)state;
	while (answer_take(&all, bytes_over(WARNED_AND_REFUSED, 7)))
		fed += 7;
	assert_int_equal(all.outcome, ANSWER_TOO_LONG);
	assert_in_range(fed, ANSWER_BYTES_MAX - 7, ANSWER_BYTES_MAX);
	answer_done(&all);
}

static void test_how_it_ended_counts_only_if_the_answer_was_not_out(void **state)
{
	struct answer closed = answer(), reset = answer(), silent = answer();
	struct answer refused = take(WARNED_AND_REFUSED, sizeof WARNED_AND_REFUSED);

	(void)state;
	answer_closed(&closed);
	answer_reset(&reset);
	answer_timed_out(&silent);
	answer_reset(&refused);
	assert_int_equal(closed.outcome, ANSWER_CLOSED);
	assert_int_equal(reset.outcome, ANSWER_RESET);
	assert_int_equal(silent.outcome, ANSWER_SILENT);
	assert_int_equal(refused.outcome, ANSWER_REFUSED);
	assert_string_equal(answer_outcome_name(silent.outcome), "silent");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tls12_is_heard_to_its_hello_done),
		cmocka_unit_test(
			test_tls13_is_accepted_once_a_certificate_must_have_come),
		cmocka_unit_test(test_an_encrypted_alert_refuses),
		cmocka_unit_test(
			test_what_follows_a_certificate_of_its_own_is_waited_for),
		cmocka_unit_test(test_a_padded_alert_behind_a_certificate_refuses),
		cmocka_unit_test(test_who_hangs_up_behind_a_certificate_has_not_accepted),
		cmocka_unit_test(test_a_retry_names_the_group),
		cmocka_unit_test(
			test_a_warning_is_stepped_over_and_a_fatal_alert_refuses),
		cmocka_unit_test(test_ssl2_is_accepted_if_a_cipher_is_left),
		cmocka_unit_test(test_an_error_of_ssl2_refuses),
		cmocka_unit_test(test_what_is_no_tls_is_quoted),
		cmocka_unit_test(
			test_what_begins_as_tls_and_goes_on_otherwise_is_malformed),
		cmocka_unit_test(test_what_never_ends_is_too_long),
		cmocka_unit_test(test_how_it_ended_counts_only_if_the_answer_was_not_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
