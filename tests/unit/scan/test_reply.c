#include "../unit.h"

#include "../crypto.h"
#include "base/attr.h"
#include "scan/primes.h"
#include "scan/reply.h"

/* clang-format off */
#define SIXTEEN    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
#define THIRTY_TWO SIXTEEN, SIXTEEN

/* TLS 1.2, DHE-RSA with DEFLATE and extended_master_secret; a "certificate" of two bytes;
 * a prime of 0x00 0x11, a public key of one byte, signed by rsa_pkcs1_sha256. */
static const uint8_t HELLO[] = {
	0x16, 0x03, 0x03, 0x00, 0x30,
	0x02, 0x00, 0x00, 0x2c, 0x03, 0x03, THIRTY_TWO, 0x00, 0x00, 0x33, 0x01,
	0x00, 0x04, 0x00, 0x17, 0x00, 0x00,
};
static const uint8_t REST[] = {
	0x16, 0x03, 0x03, 0x00, 0x2a,
	0x0b, 0x00, 0x00, 0x08, 0x00, 0x00, 0x05, 0x00, 0x00, 0x02, 0x30, 0x00,
	0x0c, 0x00, 0x00, 0x12, 0x00, 0x02, 0x00, 0x11, 0x00, 0x01, 0x02, 0x00, 0x01, 0x05,
	0x04, 0x01, 0x00, 0x04, 1, 2, 3, 4,
	0x0e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};
static const uint8_t ALERT[] = { 0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46 };
/* clang-format on */

static const struct hash_key KEY = { 1, 2 };

struct heard {
	struct reply_reader reader;
	struct answer answer;
	struct reply reply;
};

static void begin(struct heard *heard)
{
	reply_reader_init(&heard->reader, &test_crypto, &KEY);
	heard->answer = answer();
	heard->answer.listener = &heard->reader.listener;
}

static void end(struct heard *heard)
{
	const struct probe_result result = { .reached = true, .answer = &heard->answer };

	heard->reply = reply_of(&heard->reader, &result);
	reply_reader_done(&heard->reader);
	answer_done(&heard->answer);
}

static void test_a_hello_and_what_follows_is_told(void **state)
{
	struct heard heard;

	(void)state;
	begin(&heard);
	assert_true(answer_take(&heard.answer, bytes_over(HELLO, sizeof HELLO)));
	(void)answer_take(&heard.answer, bytes_over(REST, sizeof REST));
	end(&heard);
	assert_int_equal(heard.reply.kind, REPLY_ACCEPTED);
	assert_false(heard.reply.hollow);
	assert_int_equal(heard.reply.version, VERSION_TLS12);
	assert_int_equal(heard.reply.suite, 0x0033);
	assert_true(heard.reply.compressed);
	assert_int_equal(heard.reply.says, HELLO_SAYS_EXTENDED_MASTER_SECRET);
	assert_int_not_equal(heard.reply.leaf, 0);
	assert_int_equal(heard.reply.dh_bits, 5);
	assert_int_equal(heard.reply.scheme, 0x0401);
	assert_null(prime_name(heard.reply.dh_prime));
}

/* clang-format off */
/* TLS 1.2 with a list of one SCT; its certificate's status; done. RFC 6962, 3.3.1; RFC
 * 6066, 8. */
static const uint8_t STAPLED[] = {
	0x16, 0x03, 0x03, 0x00, 0x54,
	0x02, 0x00, 0x00, 0x33, 0x03, 0x03, THIRTY_TWO, 0x00, 0xc0, 0x2f, 0x00,
	0x00, 0x0b, 0x00, 0x12, 0x00, 0x07, 0x00, 0x05, 0x00, 0x03, 0xaa, 0xbb, 0xcc,
	0x0b, 0x00, 0x00, 0x08, 0x00, 0x00, 0x05, 0x00, 0x00, 0x02, 0x30, 0x00,
	0x16, 0x00, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x55,
	0x0e, 0x00, 0x00, 0x00,
};
/* clang-format on */

static void test_a_staple_and_timestamps_are_kept(void **state)
{
	static const uint8_t list[] = { 0x00, 0x05, 0x00, 0x03, 0xaa, 0xbb, 0xcc };
	struct heard heard;
	const struct probe_result result = { .reached = true, .answer = &heard.answer };
	struct reply reply;

	(void)state;
	begin(&heard);
	(void)answer_take(&heard.answer, bytes_over(STAPLED, sizeof STAPLED));
	reply = reply_of(&heard.reader, &result);
	assert_true(reply.stapled);
	assert_int_equal(reply.staple.len, 1);
	assert_int_equal(reply.staple.at[0], 0x55);
	assert_true(bytes_equal(reply.timestamps, bytes_over(list, sizeof list)));
	reply_reader_done(&heard.reader);
	answer_done(&heard.answer);
}

/* What has to follow does not, or is something else. */
static void test_a_hello_with_nothing_behind_is_hollow(void **state)
{
	static const uint8_t nonsense[] = { 0x17, 0x03, 0x03, 0x00, 0x01, 0x00 };
	struct heard heard;

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		begin(&heard);
		(void)answer_take(&heard.answer, bytes_over(HELLO, sizeof HELLO));
		if (turn == 0)
			answer_timed_out(&heard.answer);
		else
			(void)answer_take(
				&heard.answer, bytes_over(nonsense, sizeof nonsense));
		end(&heard);
		assert_int_equal(heard.reply.kind, REPLY_ACCEPTED);
		assert_true(heard.reply.hollow);
	}
}

static void test_an_alert_is_told(void **state)
{
	struct heard heard;

	(void)state;
	begin(&heard);
	(void)answer_take(&heard.answer, bytes_over(ALERT, sizeof ALERT));
	end(&heard);
	assert_int_equal(heard.reply.kind, REPLY_REFUSED);
	assert_true(heard.reply.alert_seen);
	assert_int_equal(heard.reply.alert, ALERT_PROTOCOL_VERSION);
	assert_int_equal(heard.reply.version, VERSION_NONE);
}

static void test_other_languages_are_quoted(void **state)
{
	struct heard heard;

	(void)state;
	begin(&heard);
	(void)answer_take(&heard.answer, bytes_of_string("HTTP/1.1 400 Bad Request"));
	end(&heard);
	assert_int_equal(heard.reply.kind, REPLY_NOT_TLS);
	assert_memory_equal(heard.reply.start, "HTTP/1.1 400", 12);
}

/* What says a client's hello is no server of TLS. */
static void test_an_echo_is_another_language(void **state)
{
	static const uint16_t suites[] = { 0x002f };
	const struct hello_plan plan = { .record_version = 0x0301,
		.legacy_version = 0x0303,
		.suites = { suites, 1 } };
	static const uint8_t seed[SHA256_LEN] = { 0 };
	struct draws draws = draws_from(&test_crypto, seed);
	static uint8_t room[HELLO_WRITE_MAX];
	struct writer w = writer_over(room, sizeof room);
	struct heard heard;

	(void)state;
	assert_int_equal(hello_write(&plan, &test_crypto, &draws, &w), ERR_OK);
	begin(&heard);
	(void)answer_take(&heard.answer, writer_written(&w));
	end(&heard);
	assert_int_equal(heard.reply.kind, REPLY_NOT_TLS);
	assert_false(heard.reply.answered);
}

static void test_who_was_not_reached_is_told_from_who_did_not_answer(void **state)
{
	static const struct {
		enum exchange_end end;
		enum reply_kind kind;
	} ends[] = {
		{ EXCHANGE_REFUSED, REPLY_NO_LISTENER },
		{ EXCHANGE_UNREACHABLE, REPLY_UNREACHABLE },
		{ EXCHANGE_NO_CONNECT, REPLY_NO_CONNECT },
		{ EXCHANGE_LOCAL, REPLY_LOCAL },
		{ EXCHANGE_STOPPED, REPLY_STOPPED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		const struct probe_result result = { .end = ends[i].end };
		struct reply_reader reader;

		reply_reader_init(&reader, &test_crypto, &KEY);
		assert_int_equal(reply_of(&reader, &result).kind, ends[i].kind);
		reply_reader_done(&reader);
	}
}

static void test_known_primes_have_names(void **state)
{
	(void)state;
	assert_string_equal(prime_name(0xd66436f79bbd6b2e), "RFC 3526 group 14");
	assert_string_equal(prime_name(0x8ae47dca3d24e9b6), "nginx before 1.11.0");
	assert_null(prime_name(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_hello_and_what_follows_is_told),
		cmocka_unit_test(test_a_staple_and_timestamps_are_kept),
		cmocka_unit_test(test_a_hello_with_nothing_behind_is_hollow),
		cmocka_unit_test(test_an_alert_is_told),
		cmocka_unit_test(test_other_languages_are_quoted),
		cmocka_unit_test(test_an_echo_is_another_language),
		cmocka_unit_test(
			test_who_was_not_reached_is_told_from_who_did_not_answer),
		cmocka_unit_test(test_known_primes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
