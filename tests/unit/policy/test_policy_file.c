#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "policy/policy_file.h"
#include "sys/document_yaml.h"

static struct policy policy;
static struct fault why;

static enum err read(const char *text)
{
	struct document document;
	struct arena arena;
	enum err err;

	why = (struct fault){ 0 };
	arena_init(&arena, (size_t)64 << 20);
	err = document_read_yaml(
		bytes_of_string(text), "p.yaml", &arena, &document, &why);
	if (err == ERR_OK)
		err = policy_of_document(&document, &policy, &why);
	arena_done(&arena);
	return err;
}

static const char whole[] = "name: a-1.2\n"
			    "title: A title\n"
			    "source: \"A \\\"source\\\"\"\n"
			    "dates:\n"
			    "  - on: 2024-09\n"
			    "    note: was too early\n"
			    "  - { on: 2025-03-01, said: 2024-08-28 }\n"
			    "versions: [TLS 1.2, \"1.3\"]\n"
			    "cipher-suites-1.3: [TLS_AES_128_GCM_SHA256]\n"
			    "cipher-suites-1.2:\n"
			    "  - ECDHE-RSA-AES128-GCM-SHA256\n"
			    "  - tls_rsa_with_aes_128_cbc_sha\n"
			    "order: server\n"
			    "groups: [x25519, P-256, \"0x6399\"]\n"
			    "signature-schemes: [rsa_pkcs1_sha256, ed25519]\n"
			    "keys:\n"
			    "  - { kind: ecdsa, curve: secp384r1 }\n"
			    "  - { kind: rsa, bits: 2048, signature: rsa_pkcs1_sha256 }\n"
			    "dh-bits: 2048\n"
			    "extended-master-secret: required\n"
			    "secure-renegotiation: optional\n"
			    "server-name: required\n"
			    "compression: refused\n"
			    "alpn: [h2, http/1.1]\n";

static void test_reads_every_list(void **state)
{
	(void)state;
	assert_int_equal(read(whole), ERR_OK);
	assert_string_equal(policy.name, "a-1.2");
	assert_string_equal(policy.source, "A \"source\"");
	assert_int_equal(policy.versions, 1 << RANK_TLS12 | 1 << RANK_TLS13);
	assert_int_equal(policy.suites13.count, 1);
	assert_int_equal(policy.suites12.count, 2);
	assert_int_equal(policy.suites12.codes[0], 0xc02f); /* by OpenSSL's name */
	assert_int_equal(policy.suites12.codes[1], 0x002f);
	assert_int_equal(policy.groups.count, 3);
	assert_int_equal(policy.groups.codes[1], 23);
	assert_int_equal(policy.groups.codes[2], 0x6399);
	assert_int_equal(policy.schemes.codes[1], 0x0807);
}

static void test_reads_every_single_thing(void **state)
{
	(void)state;
	assert_int_equal(read(whole), ERR_OK);
	assert_true(policy.server_order);
	assert_int_equal(policy.dh_bits_min, 2048);
	assert_true(policy.needs_extended_master_secret);
	assert_false(policy.needs_secure_renegotiation);
	assert_true(policy.needs_server_name);
	assert_false(policy.compression);
	assert_int_equal(policy.key_count, 2);
	assert_int_equal(policy.keys[0].curve, 24);
	assert_int_equal(policy.keys[1].bits, 2048);
	assert_int_equal(policy.keys[1].signature, 0x0401);
	assert_int_equal(policy.date_count, 2);
	assert_string_equal(policy.dates[0].note, "was too early");
	assert_string_equal(policy.dates[1].said, "2024-08-28");
	assert_string_equal(policy.alpn[1], "http/1.1");
}

static void test_what_is_written_is_read_as_the_same(void **state)
{
	struct policy first;
	struct text text;

	(void)state;
	assert_int_equal(read(whole), ERR_OK);
	first = policy;
	text_init(&text, 65536);
	policy_write_yaml(&first, &text);
	assert_int_equal(read(text_string(&text)), ERR_OK);
	assert_memory_equal(&first, &policy, sizeof first);
	text_done(&text);
}

static void test_what_is_not_said_is_left_open(void **state)
{
	(void)state;
	assert_int_equal(read("name: a\nversions: [ssl3]\n"), ERR_OK);
	assert_int_equal(policy.versions, 1 << RANK_SSL3);
	assert_int_equal(policy.suites12.count + policy.groups.count, 0);
	assert_false(policy.server_order);
	assert_int_equal(policy.dh_bits_min, 0);
}

#define SOUND "name: a\nversions: [TLS 1.2]\n"

/* A fault, where it stands and what is said. */
static const struct fault_case {
	const char *text;
	const char *said;
} cases[] = {
	{ "- a\n", "p.yaml, line 1, column 1: a policy should be a mapping, not a list" },
	{ "versions: [TLS 1.2]\n", "line 1, column 1: a policy has a name" },
	{ "name: a\n", "line 1, column 1: a policy says which versions" },
	{ SOUND "verisons: []\n", "line 3, column 1: a policy has no field verisons; did "
				  "you mean versions?" },
	{ SOUND "shoe-size: 1\n", "line 3, column 1: a policy has no field shoe-size" },
	{ SOUND "groups: x25519\n",
		"line 3, column 9: groups should be a list, not a scalar" },
	{ SOUND "groups:\n  - [x25519]\n",
		"line 4, column 5: group should be a scalar, not a list" },
	{ SOUND "cipher-suites-1.2:\n  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265\n",
		"line 4, column 5: no cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265;"
		" did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?" },
	{ SOUND "cipher-suites-1.2: [ECDHE-RSA-AES128-GCM-SHA265]\n",
		"column 21: no cipher suite ECDHE-RSA-AES128-GCM-SHA265; did you mean "
		"ECDHE-RSA-AES128-GCM-SHA256?" },
	{ SOUND "groups: [x25591]\n", "no group x25591; did you mean x25519?" },
	{ SOUND "groups: [\"\\e[1m\"]\n", "no group \\x1b[1m; names are those of IANA" },
	{ SOUND "groups: [x25519, x25519]\n",
		"line 3, column 18: the group x25519 stands here again" },
	{ SOUND "signature-schemes: [rsa_pss_sha256]\n", "no signature scheme" },
	{ SOUND "cipher-suites-1.2: [TLS_AES_128_GCM_SHA256]\n",
		"TLS_AES_128_GCM_SHA256 belongs to cipher-suites-1.3" },
	{ SOUND "cipher-suites-1.3: [TLS_AES_128_GCM_SHA256]\n",
		"line 3, column 1: suites of TLS 1.3 are listed, which versions" },
	{ SOUND "cipher-suites-1.3: [TLS_RSA_WITH_AES_128_CBC_SHA]\n",
		"TLS_RSA_WITH_AES_128_CBC_SHA belongs to cipher-suites-1.2" },
	{ SOUND "cipher-suites-1.2: [TLS_FALLBACK_SCSV]\n",
		"TLS_FALLBACK_SCSV signals and is no cipher suite" },
	{ "name: a\nversions: [TLS 1.3]\ncipher-suites-1.2: [AES128-SHA]\n",
		"line 3, column 1: suites of TLS 1.2 and before are listed" },
	{ "name: a\nversions: [TLS 1.4]\n", "line 2, column 12: no version TLS 1.4" },
	{ "name: a\nversions: [DTLS 1.2]\n", "line 2, column 12: no version DTLS 1.2" },
	{ "name: a\nversions: [1.2, TLSv1.2]\n",
		"column 17: the version TLSv1.2 stands" },
	{ "name: a\nversions: []\n", "line 2, column 11: at least one version" },
	{ "name: A b\nversions: [1.2]\n", "line 1, column 7: a name is of small" },
	{ "name: ''\nversions: [1.2]\n", "line 1, column 7: a name is expected" },
	{ SOUND "title: \"\\a\"\n",
		"line 3, column 8: title holds what cannot be shown" },
	{ SOUND "order: both\n", "column 8: order is client or server, not both" },
	{ SOUND "compression: yes\n", "compression is refused or allowed, not yes" },
	{ SOUND "server-name: [a]\n", "server-name should be a scalar, not a list" },
	{ SOUND "dh-bits: 1o24\n",
		"line 3, column 10: dh-bits is a number from 512 to 16384, not 1o24" },
	{ SOUND "dh-bits: 99999999999999999999\n", "dh-bits is a number from 512" },
	{ SOUND "keys: [{ bits: 2048 }]\n", "line 3, column 8: a key says its kind" },
	{ SOUND "keys: [{ kind: rsa }]\n", "a key of kind rsa says how many bits" },
	{ SOUND "keys: [{ kind: ed25519, bits: 2048 }]\n", "has no bits to choose" },
	{ SOUND "keys: [{ kind: dsa, bits: 2048, curve: P-256 }]\n", "has no curve" },
	{ SOUND "keys: [{ kind: ecdsa, curve: x25519 }]\n",
		"line 3, column 30: x25519 is no curve to sign on with ECDSA" },
	{ SOUND "keys: [{ kind: rsa, size: 2048 }]\n",
		"line 3, column 21: a key has kind, bits, curve and signature, not "
		"size" },
	{ SOUND "keys: [{ kind: gost }]\n", "kind is rsa or rsa-pss or ecdsa" },
	{ SOUND "dates: [{ on: 2025-02-30 }]\n", "line 3, column 15: a date is written" },
	{ SOUND "dates: [{ said: 2025 }]\n",
		"line 3, column 9: a date says on which day" },
	{ SOUND "dates: [{ on: 2025, off: 1 }]\n",
		"a date has on, said and note, not off" },
	{ SOUND "dates:\n  - on: 2025-03-01\n  - on: 2024-11\n",
		"line 5, column 5: dates stand oldest first: 2024-11 is before "
		"2025-03-01" },
	{ SOUND "groups: [x25519, 0x3a3a]\n",
		"line 3, column 18: 0x3a3a is GREASE, which stands for no group" },
	{ SOUND "dates: [2025]\n", "a date should be a mapping, not a scalar" },
	{ SOUND "alpn: ['']\n", "a protocol of ALPN has a name" },
	{ SOUND "alpn: [h234567890123456789012345678901234]\n",
		"holds at most 31 bytes" },
};

static void test_each_fault_has_its_place_and_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (read(cases[i].text) == ERR_OK)
			fail_msg("%s is taken", cases[i].text);
		if (strstr(why.text, cases[i].said) == NULL ||
			strstr(why.text, "p.yaml, line ") != why.text)
			fail_msg("%s is not told as %s", why.text, cases[i].said);
	}
}

static void test_a_fault_leaves_the_policy_alone(void **state)
{
	(void)state;
	assert_int_equal(read(SOUND), ERR_OK);
	assert_int_equal(read("name: b\nversions: [1.3]\norder: x\n"), ERR_VALUE);
	assert_string_equal(policy.name, "a");
}

static void test_lists_have_ceilings(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 65536);
	text_add(&text, SOUND "cipher-suites-1.2:\n");
	for (unsigned i = 0; i <= POLICY_CODES_MAX; i++)
		text_format(&text, "  - 0x%04x\n", 0xd100 + i);
	assert_int_equal(read(text_string(&text)), ERR_LIMIT);
	assert_non_null(strstr(why.text, "line 260, column 5: a list holds at most 256"));
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_every_list),
		cmocka_unit_test(test_reads_every_single_thing),
		cmocka_unit_test(test_what_is_written_is_read_as_the_same),
		cmocka_unit_test(test_what_is_not_said_is_left_open),
		cmocka_unit_test(test_each_fault_has_its_place_and_its_words),
		cmocka_unit_test(test_a_fault_leaves_the_policy_alone),
		cmocka_unit_test(test_lists_have_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
