#include "../unit.h"

#include "tls/alert.h"

static enum err parse(const uint8_t *at, size_t len, struct alert *ret)
{
	return alert_parse(bytes_over(at, len), ret);
}

static const uint8_t REFUSED[] = { 2, 70 }; /* fatal, protocol_version */

static void test_reads_what_was_sent(void **state)
{
	struct alert alert;

	(void)state;
	assert_int_equal(parse(REFUSED, sizeof REFUSED, &alert), ERR_OK);
	assert_int_equal(alert.level, ALERT_FATAL);
	assert_int_equal(alert.description, ALERT_PROTOCOL_VERSION);
}

static void test_refuses_every_cut_and_writes_nothing(void **state)
{
	struct alert alert = { .level = 9 };

	(void)state;
	assert_int_equal(parse(REFUSED, 0, &alert), ERR_SHORT);
	assert_int_equal(parse(REFUSED, 1, &alert), ERR_SHORT);
	assert_int_equal(alert.level, 9);
}

static void test_tells_an_encrypted_alert_by_its_length(void **state)
{
	static const uint8_t sealed[24] = { 2, 70 };
	struct alert alert;

	(void)state;
	assert_int_equal(parse(sealed, sizeof sealed, &alert), ERR_LONG);
}

static void test_refuses_a_level_that_does_not_exist(void **state)
{
	static const uint8_t lie[] = { 3, 70 };
	struct alert alert;

	(void)state;
	assert_int_equal(parse(lie, sizeof lie, &alert), ERR_VALUE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_was_sent),
		cmocka_unit_test(test_refuses_every_cut_and_writes_nothing),
		cmocka_unit_test(test_tells_an_encrypted_alert_by_its_length),
		cmocka_unit_test(test_refuses_a_level_that_does_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
