#include "../unit.h"

#include "base/attr.h"
#include "policy/certificate_key.h"

static void test_keys_are_known_by_their_names(void **state)
{
	static const struct {
		const char *type, *signature;
		struct policy_key key;
	} cases[] = {
		{ "RSA", "sha256WithRSAEncryption", { KEY_RSA, 2048, 0, 0x0401 } },
		{ "EC P-256", "ecdsa-with-SHA256", { KEY_ECDSA, 2048, 23, 0x0403 } },
		{ "EC brainpoolP256r1", "unknown", { KEY_ECDSA, 2048, 26, 0 } },
		{ "Ed25519", NULL, { KEY_ED25519, 2048, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct certificate leaf = { .key_type = cases[i].type,
			.signature = cases[i].signature,
			.key_bits = 2048 };
		struct policy_key key;

		assert_true(certificate_key(&leaf, &key));
		assert_int_equal(key.kind, cases[i].key.kind);
		assert_int_equal(key.bits, cases[i].key.bits);
		assert_int_equal(key.curve, cases[i].key.curve);
		assert_int_equal(key.signature, cases[i].key.signature);
	}
}

static void test_what_has_no_word_is_not_guessed(void **state)
{
	static const char *const types[] = { "EC", "EC wap-wsg-idm-ecid-wtls1",
		"1.2.643.7.1.1.1.1", "", "unknown" };
	struct policy_key key;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		struct certificate leaf = { .key_type = types[i] };

		assert_false(certificate_key(&leaf, &key));
	}
}

static void test_a_listed_key_is_at_least_so_long(void **state)
{
	struct policy policy = { .keys = { { KEY_RSA, 3072, 0, 0x0401 },
					 { KEY_ECDSA, 0, 24, 0 } },
		.key_count = 2 };

	(void)state;
	assert_true(policy_takes_key(
		&policy, &(struct policy_key){ KEY_RSA, 4096, 0, 0x0401 }));
	assert_false(policy_takes_key(
		&policy, &(struct policy_key){ KEY_RSA, 2048, 0, 0x0401 }));
	assert_false(policy_takes_key(
		&policy, &(struct policy_key){ KEY_RSA, 4096, 0, 0x0201 }));
	assert_true(policy_takes_key(
		&policy, &(struct policy_key){ KEY_ECDSA, 384, 24, 0x0503 }));
	assert_false(policy_takes_key(
		&policy, &(struct policy_key){ KEY_ECDSA, 256, 23, 0x0403 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_known_by_their_names),
		cmocka_unit_test(test_what_has_no_word_is_not_guessed),
		cmocka_unit_test(test_a_listed_key_is_at_least_so_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
