#include "asked.h"

/* Versions */

static void test_the_highest_common_version_is_taken(void **state)
{
	(void)state; /* RFC 8446, 4.2.1 */
	assert_int_equal(answer().version, VERSION_TLS13);
	policy.versions = 1 << RANK_TLS12;
	assert_int_equal(answer().version, VERSION_TLS12);
	policy.versions = 1 << RANK_TLS10;
	assert_refused(REFUSAL_VERSION, ALERT_PROTOCOL_VERSION);
}

static void test_a_server_that_knows_no_list_goes_by_the_legacy_version(void **state)
{
	(void)state; /* RFC 5246, E.1 */
	run_on(STACK_OPENSSL_1_0_2);
	policy.versions = 1 << RANK_TLS11;
	assert_int_equal(answer().version, VERSION_TLS11);
}

static void test_openssl_1_0_refuses_a_version_without_a_word(void **state)
{
	(void)state; /* ssl/s23_srvr.c: there is no method to send an alert with */
	run_on(STACK_OPENSSL_1_0_1);
	offer_up_to(RANK_TLS10);
	policy.versions = 1 << RANK_TLS12;
	assert_refused(REFUSAL_VERSION, ALERT_NOT_SENT);
}

static void test_an_ssl3_hello_is_refused_in_its_own_words(void **state)
{
	(void)state; /* RFC 6101, 5.4 has no protocol_version */
	offer_up_to(RANK_SSL3);
	assert_refused(REFUSAL_VERSION, ALERT_HANDSHAKE_FAILURE);
}

static void test_go_takes_the_clients_first_version(void **state)
{
	(void)state; /* crypto/tls, mutualVersion() */
	offer.version_order[0] = RANK_TLS12;
	offer.version_order[1] = RANK_TLS13;
	assert_int_equal(answer().version, VERSION_TLS13);
	run_on(STACK_GO);
	assert_int_equal(answer().version, VERSION_TLS12);
}

static void test_go_does_not_take_tls13_for_a_legacy_version(void **state)
{
	(void)state; /* RFC 8446, 4.2.1; handshake_server_tls13.go */
	offer_up_to(RANK_TLS12);
	offer.legacy_version = 0x0304;
	assert_int_equal(answer().version, VERSION_TLS12);
	run_on(STACK_GO);
	assert_refused(REFUSAL_VERSION, ALERT_ILLEGAL_PARAMETER);
}

static void test_gnutls_wants_the_legacy_version_too(void **state)
{
	(void)state; /* lib/handshake.c, _gnutls_negotiate_version() */
	policy.versions = 1 << RANK_TLS12 | 1 << RANK_TLS13;
	offer.legacy_version = VERSION_TLS10;
	offer.versions_legacy = 1 << RANK_SSL3 | 1 << RANK_TLS10;
	assert_int_equal(answer().version, VERSION_TLS13);
	run_on(STACK_GNUTLS);
	assert_refused(REFUSAL_VERSION, ALERT_PROTOCOL_VERSION);
}

static void test_jsse_wants_the_legacy_version_that_tls13_demands(void **state)
{
	(void)state; /* RFC 8446, 4.1.2; ClientHello.java */
	offer.legacy_version = 0x0304;
	assert_int_equal(answer().refusal, REFUSAL_NONE);
	run_on(STACK_JSSE);
	assert_refused(REFUSAL_VERSION, ALERT_PROTOCOL_VERSION);
}

static void test_jsse_wants_uncompressed_points(void **state)
{
	(void)state; /* RFC 8422, 5.1.2; ECPointFormatsExtension.java */
	offer_up_to(RANK_TLS12);
	offer.point_formats_sent = true;
	assert_int_equal(answer().refusal, REFUSAL_NONE); /* with a key of RSA */
	run_on(STACK_JSSE);
	assert_refused(REFUSAL_MALFORMED, ALERT_UNEXPECTED_MESSAGE);
}

static void test_a_fallback_is_refused_if_the_server_can_do_more(void **state)
{
	(void)state; /* RFC 7507, 3 */
	offer_up_to(RANK_TLS11);
	offer.fallback_scsv = true;
	assert_refused(REFUSAL_FALLBACK, ALERT_INAPPROPRIATE_FALLBACK);
	run_on(STACK_JSSE); /* knows nothing of it */
	assert_int_equal(answer().refusal, REFUSAL_NONE);
	run_on(STACK_OPENSSL_3_0);
	policy.versions = 1 << RANK_TLS11;
	assert_int_equal(answer().refusal, REFUSAL_NONE);
}

static void test_a_level_ends_old_versions(void **state)
{
	(void)state; /* OpenSSL 3.5, ssl/ssl_cert.c; in 3.0 it is SHA-1 that is missing */
	offer_up_to(RANK_TLS10);
	profile.security_level = 1;
	assert_refused(REFUSAL_SIGNATURE, ALERT_INTERNAL_ERROR);
	run_on(STACK_OPENSSL_3_5);
	assert_refused(REFUSAL_VERSION, ALERT_PROTOCOL_VERSION);
	run_on(STACK_OPENSSL_1_1_1);
	assert_int_equal(answer().refusal, REFUSAL_NONE);
}

static void test_quic_has_tls13_alone_and_needs_a_protocol(void **state)
{
	(void)state; /* RFC 9001, 4.2 and 8.1 */
	offer.format = HELLO_QUIC;
	memcpy(policy.alpn[0], "h3", 3);
	policy.alpn_count = 1;
	assert_refused(REFUSAL_ALPN, ALERT_NO_APPLICATION_PROTOCOL);
	offer.alpn[0] = bytes_of_string("h3");
	offer.alpn_count = 1;
	assert_int_equal(answer().version, VERSION_TLS13);
	policy.versions = 1 << RANK_TLS12;
	assert_refused(REFUSAL_VERSION, ALERT_PROTOCOL_VERSION);
}

static void test_dtls_is_told_in_its_own_numbers(void **state)
{
	(void)state; /* RFC 6347, 4.1 */
	offer.format = HELLO_DTLS;
	offer.versions_legacy = 1 << RANK_TLS11 | 1 << RANK_TLS12;
	assert_int_equal(answer().version, VERSION_DTLS12);
	policy.versions = 1 << RANK_TLS11;
	assert_int_equal(answer().version, VERSION_DTLS10);
}

/* What else a hello lacks, or has too much of */

static void test_null_compression_must_be_offered(void **state)
{
	(void)state; /* RFC 5246, 7.4.1.2; RFC 8446, 4.1.2 */
	offer.only_null_compression = false;
	assert_refused(REFUSAL_COMPRESSION, ALERT_ILLEGAL_PARAMETER);
	offer_up_to(RANK_TLS12);
	assert_int_equal(answer().refusal, REFUSAL_NONE);
	offer.null_compression = false;
	assert_refused(REFUSAL_COMPRESSION, ALERT_DECODE_ERROR);
	run_on(STACK_JSSE); /* never looks */
	assert_int_equal(answer().refusal, REFUSAL_NONE);
	run_on(STACK_GNUTLS); /* of TLS 1.3 asks no more than of 1.2 */
	offer.null_compression = true;
	offer_up_to(RANK_TLS13);
	assert_int_equal(answer().refusal, REFUSAL_NONE);
}

static void test_what_the_policy_needs_is_demanded_up_to_tls12(void **state)
{
	(void)state; /* RFC 7627, 5.2; RFC 5746, 3.6; RFC 6066, 3 */
	policy.needs_extended_master_secret = true;
	assert_int_equal(answer().refusal, REFUSAL_NONE);
	offer_up_to(RANK_TLS12);
	assert_refused(REFUSAL_EXTENDED_MASTER_SECRET, ALERT_HANDSHAKE_FAILURE);
	offer.extended_master_secret = true;
	policy.needs_secure_renegotiation = true;
	assert_refused(REFUSAL_SECURE_RENEGOTIATION, ALERT_HANDSHAKE_FAILURE);
	offer.secure_renegotiation = true;
	policy.needs_server_name = true;
	assert_refused(REFUSAL_SERVER_NAME, ALERT_UNRECOGNIZED_NAME);
}

static void test_protocols_are_matched_if_both_name_some(void **state)
{
	(void)state; /* RFC 7301, 3.2 */
	memcpy(policy.alpn[0], "h2", 3);
	policy.alpn_count = 1;
	assert_int_equal(answer().refusal, REFUSAL_NONE);
	offer.alpn[0] = bytes_of_string("imap");
	offer.alpn_count = 1;
	assert_refused(REFUSAL_ALPN, ALERT_NO_APPLICATION_PROTOCOL);
}

static void test_empty_lists_are_malformed(void **state)
{
	(void)state; /* RFC 8446, 4.2.7: at least one */
	offer.groups = (struct offer_codes){ .sent = true, .empty = true };
	offer.key_shares.count = 0;
	assert_refused(REFUSAL_MALFORMED, ALERT_DECODE_ERROR);
	offer.suites = (struct offer_codes){ .empty = true };
	assert_refused(REFUSAL_MALFORMED, ALERT_ILLEGAL_PARAMETER);
}

/* The chain of decisions */

static void test_the_chain_tells_every_step_with_its_section(void **state)
{
	struct negotiation got;
	struct decisions told;

	(void)state;
	negotiate(&profile, &offer, &got, &told);
	assert_int_equal(told.count, 4);
	assert_string_equal(told.items[0].what, "version");
	assert_string_equal(told.items[0].section, "RFC 8446, 4.2.1");
	assert_string_equal(told.items[0].text, "TLS 1.3 is the highest that both allow");
	assert_string_equal(told.items[1].what, "cipher suite");
	assert_string_equal(told.items[2].what, "group");
	assert_string_equal(told.items[3].what, "signature");
}

static void test_the_chain_tells_that_nothing_is_signed(void **state)
{
	struct negotiation got;
	struct decisions told;

	(void)state;
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x009c));
	negotiate(&profile, &offer, &got, &told);
	assert_string_equal(told.items[told.count - 1].what, "signature");
	assert_string_equal(told.items[told.count - 1].section, "RFC 5246, 7.4.7.1");
	assert_string_equal(told.items[told.count - 1].text,
		"nothing is signed: the client encrypts to the certificate's key");
}

static void test_the_chain_changes_nothing(void **state)
{
	struct negotiation with, without;
	struct decisions told;

	(void)state;
	for (int id = 0; id < STACK_COUNT; id++) {
		run_on((enum stack_id)id);
		negotiate(&profile, &offer, &with, &told);
		negotiate(&profile, &offer, &without, NULL);
		assert_int_equal(with.refusal, without.refusal);
		assert_int_equal(with.version, without.version);
		assert_int_equal(with.cipher, without.cipher);
		assert_int_equal(with.group, without.group);
		assert_int_equal(with.signature, without.signature);
	}
}

static void test_every_stack_has_a_name_and_is_found_by_it(void **state)
{
	(void)state;
	for (int id = 0; id < STACK_COUNT; id++) {
		const struct stack *stack = stack_of((enum stack_id)id);

		assert_ptr_equal(stack_find(stack_name(stack)), stack);
	}
	assert_null(stack_find("openssl"));
}

static void test_every_refusal_has_words(void **state)
{
	(void)state;
	assert_null(refusal_text(REFUSAL_NONE));
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++)
		assert_non_null(refusal_text((enum refusal)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_highest_common_version_is_taken),
		TEST(test_a_server_that_knows_no_list_goes_by_the_legacy_version),
		TEST(test_openssl_1_0_refuses_a_version_without_a_word),
		TEST(test_an_ssl3_hello_is_refused_in_its_own_words),
		TEST(test_go_takes_the_clients_first_version),
		TEST(test_go_does_not_take_tls13_for_a_legacy_version),
		TEST(test_gnutls_wants_the_legacy_version_too),
		TEST(test_jsse_wants_the_legacy_version_that_tls13_demands),
		TEST(test_jsse_wants_uncompressed_points),
		TEST(test_a_fallback_is_refused_if_the_server_can_do_more),
		TEST(test_a_level_ends_old_versions),
		TEST(test_quic_has_tls13_alone_and_needs_a_protocol),
		TEST(test_dtls_is_told_in_its_own_numbers),
		TEST(test_null_compression_must_be_offered),
		TEST(test_what_the_policy_needs_is_demanded_up_to_tls12),
		TEST(test_protocols_are_matched_if_both_name_some),
		TEST(test_empty_lists_are_malformed),
		TEST(test_the_chain_tells_every_step_with_its_section),
		TEST(test_the_chain_tells_that_nothing_is_signed),
		TEST(test_the_chain_changes_nothing),
		TEST(test_every_stack_has_a_name_and_is_found_by_it),
		TEST(test_every_refusal_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
