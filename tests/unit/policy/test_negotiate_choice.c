#include "asked.h"

/* Groups */

static void test_openssl_takes_the_clients_first_share(void **state)
{
	(void)state; /* 3.0, tls_parse_ctos_key_share(): whatever the server prefers */
	policy.server_order = true;
	allow(&policy.groups, CODES(23, 29));
	list(&offer.key_shares, CODES(29, 23));
	assert_suite(0x1302, 29);
}

static void test_a_group_without_a_share_is_asked_for(void **state)
{
	(void)state; /* RFC 8446, 4.1.4 */
	list(&offer.key_shares, CODES(29));
	allow(&policy.groups, CODES(24, 23));
	assert_int_equal(answer().group, 24);
	assert_true(answer().retried);
}

static void test_within_a_tuple_a_share_is_better(void **state)
{
	(void)state; /* OpenSSL 3.5: { X25519MLKEM768 }, { X25519, P-256 }, ... */
	run_on(STACK_OPENSSL_3_5);
	policy.server_order = true;
	list(&offer.key_shares, CODES(23));
	assert_int_equal(answer().group, 23);
	assert_false(answer().retried);
	list(&offer.groups, CODES(4588, 29, 23));
	assert_int_equal(answer().group, 4588);
	assert_true(answer().retried);
}

static void test_gnutls_chooses_a_group_before_it_looks_at_shares(void **state)
{
	(void)state; /* lib/ext/key_share.c */
	run_on(STACK_GNUTLS);
	policy.server_order = true;
	allow(&policy.groups, CODES(23, 29));
	assert_int_equal(answer().group, 23);
	assert_true(answer().retried);
	run_on(STACK_GO);
	assert_int_equal(answer().group, 29);
	assert_false(answer().retried);
}

static void test_a_share_that_is_not_named_is_illegal(void **state)
{
	(void)state; /* RFC 8446, 4.2.8 */
	list(&offer.key_shares, CODES(25));
	assert_refused(REFUSAL_MALFORMED, ALERT_ILLEGAL_PARAMETER);
}

static void test_tls13_needs_its_extensions(void **state)
{
	(void)state; /* RFC 8446, 9.2 */
	offer.key_shares.sent = false;
	offer.key_shares.count = 0;
	assert_refused(REFUSAL_GROUP, ALERT_MISSING_EXTENSION);
	list(&offer.key_shares, CODES(29));
	offer.schemes.sent = false;
	assert_refused(REFUSAL_SIGNATURE, ALERT_MISSING_EXTENSION);
}

static void test_without_groups_only_old_openssl_does_ecdhe(void **state)
{
	(void)state; /* RFC 8422, 4 */
	offer_up_to(RANK_TLS12);
	offer.groups = (struct offer_codes){ .empty = true };
	assert_suite(0x009c, CODE_NONE);
	run_on(STACK_OPENSSL_1_0_2);
	assert_suite(0xc02f, 23);
}

static void test_jsse_takes_groups_it_never_heard_of_for_none(void **state)
{
	(void)state; /* NamedGroup.java has no brainpool */
	run_on(STACK_JSSE);
	offer_up_to(RANK_TLS12);
	allow(&policy.suites12, CODES(0xc02f, 0x009c));
	list(&offer.groups, CODES(26));
	assert_suite(0xc02f, 29);
	list(&offer.groups, CODES(26, 22));
	assert_suite(0x009c, CODE_NONE);
}

static void test_jsse_does_rsa_key_exchange_only_where_it_is_told_to(void **state)
{
	(void)state; /* java.security of 17.0.21: TLS_RSA_* is disabled */
	run_on(STACK_JSSE);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x009c));
	assert_refused(REFUSAL_SUITE, ALERT_HANDSHAKE_FAILURE);
	allow(&policy.suites12, CODES(0x009c));
	assert_suite(0x009c, CODE_NONE);
}

static void test_another_suite_is_taken_where_no_curve_is_shared(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	list(&offer.groups, CODES(22));
	assert_suite(0x009c, CODE_NONE);
	offer_suites(CODES(0xc02f));
	assert_refused(REFUSAL_GROUP, ALERT_HANDSHAKE_FAILURE);
}

static void test_finite_field_groups_are_for_tls13(void **state)
{
	(void)state; /* RFC 7919; OpenSSL from 3.0 on */
	list(&offer.groups, CODES(256));
	list(&offer.key_shares, CODES(256));
	assert_suite(0x1301, 256);
	offer_up_to(RANK_TLS12);
	assert_suite(0x009c, CODE_NONE);
}

/* Suites */

static void test_who_prefers_decides_the_suite(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	allow(&policy.suites12, CODES(0xc013, 0xc02f));
	assert_suite(0xc02f, 29);
	policy.server_order = true;
	assert_suite(0xc013, 29);
}

static void test_go_has_an_order_of_its_own(void **state)
{
	(void)state; /* crypto/tls/cipher_suites.go */
	run_on(STACK_GO);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0xc013, 0xcca8, 0xc02f));
	assert_suite(0xcca8, 29); /* the client's first is not AES-GCM */
	offer_suites(CODES(0x009c, 0xcca8, 0xc02f));
	assert_suite(0xcca8, 29); /* nor does that with RSA key exchange count */
	offer_suites(CODES(0xc02f, 0xcca8));
	assert_suite(0xc02f, 29);
}

static void test_dhe_needs_parameters(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x009e));
	assert_refused(REFUSAL_SUITE, ALERT_HANDSHAKE_FAILURE);
	profile.dh_bits = 1024;
	assert_int_equal(answer().dh_bits, 1024);
	profile.security_level = 1;
	assert_int_equal(answer().dh_bits, 1024);
	profile.dh_bits = 768;
	assert_refused(REFUSAL_GROUP, ALERT_HANDSHAKE_FAILURE);
	profile.dh_bits = 1024;
	profile.security_level = 2;
	assert_refused(REFUSAL_GROUP, ALERT_HANDSHAKE_FAILURE);
	profile.dh_auto = true;
	assert_int_equal(answer().dh_bits, 2048);
	profile.dh_auto = false;
	profile.dh_bits = 2048;
	policy.dh_bits_min = 3072;
	assert_int_equal(answer().refusal, REFUSAL_SUITE);
}

/* Microsoft Learn, "TLS Cipher Suites in Windows Server 2022": enabled, and last. */
static void test_schannel_has_triple_des_by_default(void **state)
{
	(void)state;
	run_on(STACK_SCHANNEL);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x000a));
	assert_suite(0x000a, CODE_NONE);
	offer_suites(CODES(0x000a, 0x002f));
	policy.server_order = true;
	assert_suite(0x002f, CODE_NONE);
}

/* The least size is of all finite-field groups, those of RFC 7919 too. */
static void test_named_groups_are_as_large_as_the_policy_wants(void **state)
{
	(void)state;
	policy.dh_bits_min = 3072;
	list(&offer.groups, CODES(256, 257));
	list(&offer.key_shares, CODES(256));
	assert_int_equal(answer().group, 257);
	assert_true(answer().retried);
	list(&offer.groups, CODES(256));
	assert_refused(REFUSAL_GROUP, ALERT_HANDSHAKE_FAILURE);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x009e));
	run_on(STACK_GNUTLS);
	assert_refused(REFUSAL_SUITE, ALERT_HANDSHAKE_FAILURE);
	list(&offer.groups, CODES(256, 257));
	assert_int_equal(answer().dh_bits, 3072);
}

static void test_gnutls_gives_no_dhe_without_a_named_group(void **state)
{
	(void)state; /* RFC 7919, 4 */
	run_on(STACK_GNUTLS);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x009e));
	profile.dh_bits = 2048;
	list(&offer.groups, CODES(29, 257));
	assert_int_equal(answer().dh_bits, 3072);
	allow(&policy.groups, CODES(29));
	assert_int_equal(answer().refusal, REFUSAL_SUITE);
}

static void test_a_level_ends_weak_suites(void **state)
{
	(void)state; /* OpenSSL, ssl/ssl_cert.c */
	run_on(STACK_OPENSSL_1_1_1);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x0018, 0x002f)); /* DH_anon with RC4 */
	profile.security_level = 3;
	assert_refused(REFUSAL_SUITE, ALERT_HANDSHAKE_FAILURE); /* no forward secrecy */
	profile.security_level = 2;
	assert_suite(0x002f, CODE_NONE);
}

static void test_no_tls13_suite_is_a_refusal_though_tls12_would_do(void **state)
{
	(void)state; /* RFC 8446, 4.1.1: the version is chosen first */
	offer_suites(CODES(0x1304, 0xc02f));
	assert_refused(REFUSAL_SUITE, ALERT_HANDSHAKE_FAILURE);
}

/* Signatures and certificates */

static void test_a_certificate_of_ecdsa_must_be_on_an_offered_curve(void **state)
{
	(void)state; /* RFC 8422, 5.1 */
	offer_up_to(RANK_TLS12);
	give_ecdsa(25);
	assert_refused(REFUSAL_CERTIFICATE, ALERT_HANDSHAKE_FAILURE);
	give_ecdsa(24);
	assert_suite(0xc02b, 29);
	run_on(STACK_GNUTLS); /* does not look */
	give_ecdsa(25);
	assert_suite(0xc02b, 29);
}

static void test_in_tls13_the_curve_is_the_schemes(void **state)
{
	(void)state; /* RFC 8446, 4.2.3 */
	give_ecdsa(24);
	assert_refused(REFUSAL_SIGNATURE, ALERT_HANDSHAKE_FAILURE);
	list(&offer.schemes, CODES(0x0403, 0x0503));
	assert_int_equal(answer().signature, 0x0503);
}

static void test_of_two_certificates_the_suite_decides(void **state)
{
	(void)state;
	profile.certificates[1] = (struct policy_key){ KEY_ECDSA, 0, 23, 0x0401 };
	profile.certificate_count = 2;
	assert_int_equal(
		answer().certificate, 1); /* TLS 1.3: the client's first scheme */
	offer_up_to(RANK_TLS12);
	assert_int_equal(answer().certificate, 1); /* the client's first suite */
	offer_suites(CODES(0xc02f, 0xc02b));
	assert_int_equal(answer().certificate, 0);
}

static void test_gnutls_and_go_take_the_first_certificate_that_can_sign(void **state)
{
	(void)state; /* lib/auth/cert.c; crypto/tls, getCertificate() */
	profile.certificates[1] = (struct policy_key){ KEY_ECDSA, 0, 23, 0x0401 };
	profile.certificate_count = 2;
	run_on(STACK_GNUTLS);
	assert_int_equal(answer().certificate, 0);
	run_on(STACK_GO);
	assert_int_equal(answer().certificate, 0);
	list(&offer.schemes, CODES(0x0401, 0x0403));
	assert_int_equal(answer().certificate, 1);
	run_on(STACK_JSSE); /* PKCS#1 does not count in TLS 1.3 */
	assert_int_equal(answer().certificate, 1);
}

static void test_haproxy_picks_a_certificate_before_openssl_chooses(void **state)
{
	(void)state; /* src/ssl_sock.c of 2.6 */
	profile.certificates[1] = (struct policy_key){ KEY_ECDSA, 0, 23, 0x0401 };
	profile.certificate_count = 2;
	run_on(STACK_HAPROXY);
	assert_int_equal(answer().certificate, 0); /* no server name: the first */
	offer.server_name = true;
	assert_int_equal(answer().certificate, 1);
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0xc02f));
	assert_int_equal(answer().certificate, 0); /* no suite for ECDSA */
	list(&offer.schemes, CODES(0x0804));       /* PSS is no scheme of RSA's to it */
	assert_refused(REFUSAL_CERTIFICATE, ALERT_HANDSHAKE_FAILURE);
	offer.schemes.sent = false;
	offer.schemes.count = 0;
	assert_int_equal(answer().certificate, 0);
}

static void test_haproxy_takes_chacha_where_the_client_begins_with_it(void **state)
{
	(void)state;
	allow(&policy.suites13, CODES(0x1301, 0x1303));
	policy.server_order = true;
	offer_suites(CODES(0x1303, 0x1301));
	assert_suite(0x1301, 29);
	run_on(STACK_HAPROXY);
	assert_suite(0x1303, 29);
	offer_suites(CODES(0x1302, 0x1303, 0x1301));
	assert_suite(0x1301, 29);
}

static void test_a_key_too_short_for_its_hash_takes_another_scheme(void **state)
{
	(void)state; /* RFC 8017, 9.1.1 */
	profile.certificates[0].bits = 1024;
	list(&offer.schemes, CODES(0x0806, 0x0805));
	assert_int_equal(answer().signature, 0x0805);
	list(&offer.schemes, CODES(0x0806));
	assert_refused(REFUSAL_SIGNATURE, ALERT_HANDSHAKE_FAILURE);
}

static void test_a_key_for_pss_alone_does_not_decrypt(void **state)
{
	(void)state; /* RFC 8446, 4.2.3 */
	profile.certificates[0] = (struct policy_key){ KEY_RSA_PSS, 2048, 0, 0 };
	offer_up_to(RANK_TLS12);
	list(&offer.schemes, CODES(0x0809));
	assert_suite(0xc02f, 29);
	offer_suites(CODES(0x009c));
	assert_int_equal(answer().refusal, REFUSAL_CERTIFICATE);
}

static void test_no_schemes_mean_sha1_where_it_is_allowed(void **state)
{
	(void)state; /* RFC 5246, 7.4.1.4.1 */
	offer_up_to(RANK_TLS12);
	offer.schemes.sent = false;
	assert_int_equal(answer().signature, 0x0201);
	profile.security_level = 1;
	assert_refused(REFUSAL_SIGNATURE, ALERT_HANDSHAKE_FAILURE);
	run_on(STACK_OPENSSL_1_1_1); /* counts it for 80 bits */
	assert_int_equal(answer().signature, 0x0201);
	profile.security_level = 2;
	assert_refused(REFUSAL_SIGNATURE, ALERT_INTERNAL_ERROR);
}

static void test_gnutls_does_not_sign_with_sha224(void **state)
{
	(void)state; /* lib/algorithms/sign.c: it has no number there */
	offer_up_to(RANK_TLS12);
	list(&offer.schemes, CODES(0x0301));
	assert_int_equal(answer().signature, 0x0301);
	run_on(STACK_GNUTLS);
	allow(&policy.schemes, CODES(0x0301, 0x0401));
	assert_suite(0x009c, CODE_NONE); /* RSA key exchange, then */
}

static bool takes_key(enum stack_id stack, enum key_kind kind, uint16_t scheme)
{
	run_on(stack);
	profile.certificates[0] = (struct policy_key){ .kind = (uint8_t)kind };
	list(&offer.schemes, CODES(scheme));
	return answer().refusal == REFUSAL_NONE;
}

static void test_not_every_stack_has_every_kind_of_key(void **state)
{
	static const struct {
		enum key_kind kind;
		uint16_t scheme;
		bool go, nss;
	} kinds[] = {
		{ KEY_ED25519, 0x0807, true, false },
		{ KEY_ED448, 0x0808, false, false },
		{ KEY_RSA_PSS, 0x0809, false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		enum key_kind kind = kinds[i].kind;
		uint16_t scheme = kinds[i].scheme;

		allow(&policy.schemes, CODES(scheme));
		assert_true(takes_key(STACK_OPENSSL_3_0, kind, scheme));
		assert_int_equal(takes_key(STACK_GO, kind, scheme), kinds[i].go);
		assert_int_equal(takes_key(STACK_NSS, kind, scheme), kinds[i].nss);
	}
}

static void test_a_level_wants_keys_as_strong(void **state)
{
	static const struct {
		struct policy_key key;
		unsigned most;
	} keys[] = {
		{ { .kind = KEY_RSA, .bits = 1024 }, 1 },
		{ { .kind = KEY_RSA, .bits = 2048 }, 2 },
		{ { .kind = KEY_RSA, .bits = 3072 }, 3 },
		{ { .kind = KEY_ECDSA, .curve = 23 }, 3 },
		{ { .kind = KEY_ECDSA, .curve = 25 }, 5 },
		{ { .kind = KEY_ED25519 }, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		for (unsigned level = 0; level <= SECURITY_LEVEL_MAX; level++) {
			assert_int_equal(level_takes_key(stack_of(STACK_OPENSSL_3_0),
						 level, &keys[i].key),
				level <= keys[i].most);
			assert_true(
				level_takes_key(stack_of(STACK_GO), level, &keys[i].key));
		}
}

static void test_old_openssl_signs_with_what_nobody_offered(void **state)
{
	(void)state; /* 1.0.x, tls1_process_sigalgs() */
	run_on(STACK_OPENSSL_1_0_2);
	offer_up_to(RANK_TLS12);
	list(&offer.schemes, CODES(0x0403));
	assert_int_equal(answer().signature, 0x0201);
	assert_true(answer().unoffered);
	list(&offer.schemes, CODES(0x0804)); /* nothing at all that it knows */
	assert_refused(REFUSAL_SIGNATURE, ALERT_HANDSHAKE_FAILURE);
}

static void test_who_accepts_no_issuer_of_ours_gets_no_certificate(void **state)
{
	(void)state; /* RFC 8446, 4.2.3 */
	list(&offer.cert_schemes, CODES(0x0403));
	assert_refused(REFUSAL_SIGNATURE, ALERT_HANDSHAKE_FAILURE);
	profile.certificates[0].signature = 0; /* not known */
	assert_int_equal(answer().refusal, REFUSAL_NONE);
}

static void test_nothing_is_signed_for_rsa_key_exchange(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0x009c));
	assert_int_equal(answer().signature, CODE_NONE);
	assert_int_equal(answer().certificate, 0);
	list(&offer.schemes, CODES(0x0403)); /* OpenSSL wants a scheme all the same */
	assert_refused(REFUSAL_SIGNATURE, ALERT_HANDSHAKE_FAILURE);
	run_on(STACK_GO);
	assert_int_equal(answer().refusal, REFUSAL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_openssl_takes_the_clients_first_share),
		TEST(test_a_group_without_a_share_is_asked_for),
		TEST(test_within_a_tuple_a_share_is_better),
		TEST(test_gnutls_chooses_a_group_before_it_looks_at_shares),
		TEST(test_a_share_that_is_not_named_is_illegal),
		TEST(test_tls13_needs_its_extensions),
		TEST(test_without_groups_only_old_openssl_does_ecdhe),
		TEST(test_jsse_takes_groups_it_never_heard_of_for_none),
		TEST(test_jsse_does_rsa_key_exchange_only_where_it_is_told_to),
		TEST(test_another_suite_is_taken_where_no_curve_is_shared),
		TEST(test_finite_field_groups_are_for_tls13),
		TEST(test_who_prefers_decides_the_suite),
		TEST(test_go_has_an_order_of_its_own),
		TEST(test_dhe_needs_parameters),
		TEST(test_schannel_has_triple_des_by_default),
		TEST(test_named_groups_are_as_large_as_the_policy_wants),
		TEST(test_gnutls_gives_no_dhe_without_a_named_group),
		TEST(test_a_level_ends_weak_suites),
		TEST(test_no_tls13_suite_is_a_refusal_though_tls12_would_do),
		TEST(test_a_certificate_of_ecdsa_must_be_on_an_offered_curve),
		TEST(test_in_tls13_the_curve_is_the_schemes),
		TEST(test_of_two_certificates_the_suite_decides),
		TEST(test_gnutls_and_go_take_the_first_certificate_that_can_sign),
		TEST(test_haproxy_picks_a_certificate_before_openssl_chooses),
		TEST(test_haproxy_takes_chacha_where_the_client_begins_with_it),
		TEST(test_a_key_too_short_for_its_hash_takes_another_scheme),
		TEST(test_a_key_for_pss_alone_does_not_decrypt),
		TEST(test_no_schemes_mean_sha1_where_it_is_allowed),
		TEST(test_gnutls_does_not_sign_with_sha224),
		TEST(test_not_every_stack_has_every_kind_of_key),
		TEST(test_a_level_wants_keys_as_strong),
		TEST(test_old_openssl_signs_with_what_nobody_offered),
		TEST(test_who_accepts_no_issuer_of_ours_gets_no_certificate),
		TEST(test_nothing_is_signed_for_rsa_key_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
