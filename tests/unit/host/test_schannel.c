/* Each row of the decisions of Windows and .NET Framework (D18 to D50, T2). */
#include "../unit.h"

#include "base/attr.h"
#include "host/schannel.h"

enum {
	SSL2 = 1 << RANK_SSL2,
	SSL3 = 1 << RANK_SSL3,
	TLS10 = 1 << RANK_TLS10,
	TLS11 = 1 << RANK_TLS11,
	TLS12 = 1 << RANK_TLS12,
	TLS13 = 1 << RANK_TLS13,
};

#define NOT_THERE                                                                        \
	{                                                                                \
		false, 0                                                                 \
	}
#define IS(number)                                                                       \
	{                                                                                \
		true, number                                                             \
	}

static const struct {
	struct dword enabled;
	struct dword off;
	enum schannel_state state;
	bool half;
} states[] = {
	{ NOT_THERE, NOT_THERE, SCHANNEL_SYSTEM, false },
	{ IS(1), IS(0), SCHANNEL_ENABLED, false },
	{ IS(0xffffffff), IS(0), SCHANNEL_ENABLED, false },
	{ IS(1), IS(1), SCHANNEL_OFF, true },
	{ IS(0xffffffff), IS(0xffffffff), SCHANNEL_OFF, true },
	{ IS(0), IS(1), SCHANNEL_DISABLED, false },
	{ IS(0), IS(0), SCHANNEL_DISABLED, true },
	{ IS(1), NOT_THERE, SCHANNEL_ENABLED, false },
	{ IS(0), NOT_THERE, SCHANNEL_DISABLED, false },
	{ NOT_THERE, IS(0), SCHANNEL_ENABLED, false },
	{ NOT_THERE, IS(1), SCHANNEL_OFF, false },
};

static void test_two_values_make_a_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		assert_int_equal(schannel_state_of(states[i].enabled, states[i].off),
			states[i].state);
		assert_int_equal(
			schannel_half(states[i].enabled, states[i].off), states[i].half);
	}
}

static void test_a_state_over_the_systems_default(void **state)
{
	static const struct {
		enum version_rank rank;
		enum schannel_state state;
		uint16_t on;
		uint16_t can;
	} rows[] = {
		{ RANK_TLS10, SCHANNEL_SYSTEM, TLS10, TLS12 },
		{ RANK_TLS10, SCHANNEL_OFF, 0, TLS10 | TLS12 },
		{ RANK_TLS10, SCHANNEL_DISABLED, 0, TLS12 },
		{ RANK_TLS12, SCHANNEL_ENABLED, TLS10 | TLS12, 0 },
		{ RANK_TLS12, SCHANNEL_DISABLED, TLS10, 0 },
		/* which this system does not have */
		{ RANK_TLS13, SCHANNEL_ENABLED, TLS10, TLS12 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct schannel_versions versions = { TLS10, TLS12 };

		schannel_apply(&versions, rows[i].rank, rows[i].state);
		assert_int_equal(versions.on, rows[i].on);
		assert_int_equal(versions.can, rows[i].can);
	}
}

static void test_bits_and_known_sums_of_winhttp(void **state)
{
	static const struct {
		uint32_t mask;
		uint16_t versions;
	} masks[] = {
		{ 0x8, SSL2 },
		{ 0x20, SSL3 },
		{ 0x80, TLS10 },
		{ 0x200, TLS11 },
		{ 0x800, TLS12 },
		{ 0x2000, TLS13 },
		{ 0xa0, SSL3 | TLS10 },
		{ 0xaa0, SSL3 | TLS10 | TLS11 | TLS12 },
		{ 0xa00, TLS11 | TLS12 },
		{ 0xa8, SSL2 | SSL3 | TLS10 },
		{ 0x2800, TLS12 | TLS13 },
		{ 0x1, 0 },
		{ 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(masks); i++)
		assert_int_equal(winhttp_mask(masks[i].mask), masks[i].versions);
}

/* D41: what Schannel has disabled, then the mask, then the default. */
static void test_precedence_of_winhttp(void **state)
{
	struct schannel_versions all = { SSL3 | TLS10 | TLS11 | TLS12, 0 };
	struct schannel_versions off = { TLS12, TLS10 };
	struct dword none = NOT_THERE, mask = IS(0xa80);

	(void)state;
	assert_int_equal(winhttp_versions(SSL3 | TLS10, none, true, all), SSL3 | TLS10);
	assert_int_equal(
		winhttp_versions(SSL3 | TLS10, mask, true, all), TLS10 | TLS11 | TLS12);
	assert_int_equal(winhttp_versions(SSL3 | TLS10, mask, false, all), SSL3 | TLS10);
	assert_int_equal(winhttp_versions(SSL3 | TLS10, mask, true, off), TLS10 | TLS12);
}

#define SYSTEM (TLS12 | TLS13)

static const struct {
	struct dotnet_case application;
	enum dotnet_step step;
	uint16_t versions;
} dotnet[] = {
	/* 1. code */
	{ { 350, TLS10, IS(1), IS(1) }, DOTNET_CODE, TLS10 },
	{ { 480, TLS12, NOT_THERE, NOT_THERE }, DOTNET_CODE, TLS12 },
	/* 2. the system */
	{ { 350, 0, IS(1), NOT_THERE }, DOTNET_SYSTEM_DEFAULT, SYSTEM },
	{ { 450, 0, IS(1), IS(1) }, DOTNET_SYSTEM_DEFAULT, SYSTEM },
	{ { 470, 0, NOT_THERE, NOT_THERE }, DOTNET_SYSTEM_TARGET, SYSTEM },
	{ { 481, 0, NOT_THERE, IS(0) }, DOTNET_SYSTEM_TARGET, SYSTEM },
	/* 3. strong cryptography */
	{ { 350, 0, NOT_THERE, IS(1) }, DOTNET_STRONG_CRYPTO, TLS10 | TLS11 | TLS12 },
	{ { 452, 0, IS(0), IS(1) }, DOTNET_STRONG_CRYPTO, TLS10 | TLS11 | TLS12 },
	{ { 460, 0, NOT_THERE, NOT_THERE }, DOTNET_STRONG_TARGET, TLS10 | TLS11 | TLS12 },
	{ { 462, 0, IS(0), NOT_THERE }, DOTNET_STRONG_TARGET, TLS10 | TLS11 | TLS12 },
	{ { 472, 0, IS(0), NOT_THERE }, DOTNET_STRONG_TARGET, TLS10 | TLS11 | TLS12 },
	/* 4. neither */
	{ { 350, 0, NOT_THERE, NOT_THERE }, DOTNET_OLD, SSL3 | TLS10 },
	{ { 452, 0, NOT_THERE, NOT_THERE }, DOTNET_OLD, SSL3 | TLS10 },
	{ { 462, 0, NOT_THERE, IS(0) }, DOTNET_OLD, SSL3 | TLS10 },
};

static void test_dotnet_in_the_order_that_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(dotnet); i++) {
		uint16_t versions = 0;

		assert_int_equal(
			dotnet_versions(&dotnet[i].application, SYSTEM, &versions),
			dotnet[i].step);
		assert_int_equal(versions, dotnet[i].versions);
	}
}

static void test_wcf_by_target(void **state)
{
	static const struct {
		unsigned target;
		uint16_t versions;
	} rows[] = { { 350, SSL3 | TLS10 }, { 452, SSL3 | TLS10 },
		{ 460, TLS10 | TLS11 | TLS12 }, { 462, TLS10 | TLS11 | TLS12 },
		{ 470, TLS10 | TLS11 | TLS12 }, { 471, SYSTEM }, { 480, SYSTEM } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(
			dotnet_wcf_versions(rows[i].target, SYSTEM), rows[i].versions);
}

/* T2: what a target reaches where it leaves it to Windows. */
static void test_the_highest_that_is_reached(void **state)
{
	static const struct {
		unsigned target;
		uint16_t system;
		uint16_t reached;
		uint16_t doubted;
	} rows[] = {
		{ 350, TLS12 | TLS13, TLS12, 0 },
		{ 350, TLS10, TLS10, 0 },
		{ 452, TLS12 | TLS13, TLS12 | TLS13, TLS13 },
		{ 462, TLS12, TLS12, 0 },
		{ 462, TLS12 | TLS13, TLS12 | TLS13, 0 },
		{ 481, TLS12 | TLS13, TLS12 | TLS13, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint16_t doubted = 0xffff;

		assert_int_equal(dotnet_reached(rows[i].target, rows[i].system, &doubted),
			rows[i].reached);
		assert_int_equal(doubted, rows[i].doubted);
	}
}

static void test_the_release_that_is_installed(void **state)
{
	(void)state;
	assert_int_equal(dotnet_release(1), 0);
	assert_int_equal(dotnet_release(379893), 452);
	assert_int_equal(dotnet_release(394806), 462);
	assert_int_equal(dotnet_release(459999), 462);
	assert_int_equal(dotnet_release(460798), 470);
	assert_int_equal(dotnet_release(528049), 480);
	assert_int_equal(dotnet_release(533325), 481);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_values_make_a_state),
		cmocka_unit_test(test_a_state_over_the_systems_default),
		cmocka_unit_test(test_bits_and_known_sums_of_winhttp),
		cmocka_unit_test(test_precedence_of_winhttp),
		cmocka_unit_test(test_dotnet_in_the_order_that_decides),
		cmocka_unit_test(test_wcf_by_target),
		cmocka_unit_test(test_the_highest_that_is_reached),
		cmocka_unit_test(test_the_release_that_is_installed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
