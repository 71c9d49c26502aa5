#include "../unit.h"

#include "../crypto.h"
#include "base/draws.h"

static const uint8_t SEED[SHA256_LEN] = { 1, 2, 3 };

static void test_a_seed_draws_the_same_however_it_is_cut(void **state)
{
	struct draws whole = draws_from(&test_crypto, SEED);
	struct draws cut = draws_from(&test_crypto, SEED);
	uint8_t a[100], b[100];

	(void)state;
	draws_fill(&whole, a, sizeof a);
	for (size_t i = 0; i < sizeof b; i++)
		draws_fill(&cut, &b[i], 1);
	assert_memory_equal(a, b, sizeof a);
	assert_memory_not_equal(a, a + SHA256_LEN, SHA256_LEN);
}

/* SHA-256 over 32 zero bytes and eight more, by coreutils. */
static void test_the_first_block_is_the_hash_of_seed_and_zero(void **state)
{
	static const uint8_t zero[SHA256_LEN];
	struct draws draws = draws_from(&test_crypto, zero);
	uint8_t got[4];

	(void)state;
	draws_fill(&draws, got, sizeof got);
	assert_memory_equal(got, "\x2c\x34\xce\x1d", sizeof got);
}

static void test_numbers_stay_below_and_reach_all(void **state)
{
	struct draws draws = draws_from(&test_crypto, SEED);
	unsigned seen = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		uint32_t number = draws_below(&draws, 5);

		assert_true(number < 5);
		seen |= 1u << number;
	}
	assert_int_equal(seen, 0x1f);
	assert_int_equal(draws_below(&draws, 1), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_seed_draws_the_same_however_it_is_cut),
		cmocka_unit_test(test_the_first_block_is_the_hash_of_seed_and_zero),
		cmocka_unit_test(test_numbers_stay_below_and_reach_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
