#include "../unit.h"

#include "base/text.h"

#define CEILING 4096

enum medium {
	JSON,
	TERMINAL,
	CSV,
};

static void assert_quoted(enum medium medium, struct bytes all, const char *expected)
{
	struct text text;

	text_init(&text, CEILING);
	if (medium == JSON)
		text_quote_json(&text, all);
	else if (medium == TERMINAL)
		text_quote_terminal(&text, all);
	else
		text_quote_csv(&text, all);
	assert_int_equal(text_end(&text), ERR_OK);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void assert_all(
	const char *all, const char *json, const char *terminal, const char *csv)
{
	assert_quoted(JSON, bytes_of_string(all), json);
	assert_quoted(TERMINAL, bytes_of_string(all), terminal);
	assert_quoted(CSV, bytes_of_string(all), csv);
}

static void test_plain_text_stays_as_it_is(void **state)
{
	(void)state;
	assert_all("", "\"\"", "", "\"\"");
	assert_all(
		"mail.example", "\"mail.example\"", "mail.example", "\"mail.example\"");
	assert_all("b\xc3\xbc"
		   "cher \xe2\x82\xac \xf0\x9f\x94\x92",
		"\"b\xc3\xbc"
		"cher \xe2\x82\xac \xf0\x9f\x94\x92\"",
		"b\xc3\xbc"
		"cher \xe2\x82\xac \xf0\x9f\x94\x92",
		"\"b\xc3\xbc"
		"cher \xe2\x82\xac \xf0\x9f\x94\x92\"");
}

static void test_what_the_medium_is_made_of_is_escaped(void **state)
{
	(void)state;
	assert_all("a\"b\\c", "\"a\\\"b\\\\c\"", "a\"b\\c", "\"a\"\"b\\c\"");
	assert_all("a,b\r\nc", "\"a,b\\u000d\\u000ac\"", "a,b\\x0d\\x0ac",
		"\"a,b\\x0d\\x0ac\"");
}

static void test_terminal_escapes_reach_no_terminal(void **state)
{
	(void)state;
	assert_all("\x1b]0;owned\x07", "\"\\u001b]0;owned\\u0007\"", "\\x1b]0;owned\\x07",
		"\"\\x1b]0;owned\\x07\"");
	/* U+009B is CSI for a terminal of eight bits. */
	assert_all("\xc2\x9b"
		   "2J",
		"\"\\u009b2J\"", "\\xc2\\x9b2J", "\"\\xc2\\x9b2J\"");
	assert_all("\x7f", "\"\\u007f\"", "\\x7f", "\"\\x7f\"");
}

static void test_what_turns_or_hides_text_is_shown(void **state)
{
	(void)state;
	assert_all("\xe2\x80\xae"
		   "moc",
		"\"\\u202emoc\"", "\\xe2\\x80\\xaemoc", "\"\\xe2\\x80\\xaemoc\"");
	assert_all(
		"\xef\xbb\xbf", "\"\\ufeff\"", "\\xef\\xbb\\xbf", "\"\\xef\\xbb\\xbf\"");
	assert_all("\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"", "\\xf3\\xa0\\x81\\x81",
		"\"\\xf3\\xa0\\x81\\x81\"");
}

static void test_a_zero_is_a_character_like_others(void **state)
{
	(void)state;
	assert_quoted(JSON, bytes_over("a\0b", 3), "\"a\\u0000b\"");
	assert_quoted(TERMINAL, bytes_over("a\0b", 3), "a\\x00b");
	assert_quoted(CSV, bytes_over("\0=", 2), "\"\\x00=\"");
}

/* Unicode 15, table 3-7: overlong forms, surrogates, beyond the last, cut short. */
static void test_what_is_not_utf8_is_replaced(void **state)
{
	(void)state;
	assert_all("\xff", "\"\\ufffd\"", "\\xff", "\"\\xff\"");
	assert_all("\xc0\xaf", "\"\\ufffd\\ufffd\"", "\\xc0\\xaf", "\"\\xc0\\xaf\"");
	assert_all("\xe0\x9f\xbf", "\"\\ufffd\\ufffd\\ufffd\"", "\\xe0\\x9f\\xbf",
		"\"\\xe0\\x9f\\xbf\"");
	assert_all("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"", "\\xed\\xa0\\x80",
		"\"\\xed\\xa0\\x80\"");
	assert_all("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"",
		"\\xf4\\x90\\x80\\x80", "\"\\xf4\\x90\\x80\\x80\"");
	assert_all("a\xe2\x82", "\"a\\ufffd\\ufffd\"", "a\\xe2\\x82", "\"a\\xe2\\x82\"");
}

/* A cut-off character must not take the quotation mark behind it along. */
static void test_a_cut_character_does_not_swallow_what_follows(void **state)
{
	(void)state;
	assert_all("\xc3\"", "\"\\ufffd\\\"\"", "\\xc3\"", "\"\\xc3\"\"\"");
}

static void test_a_field_that_would_be_a_formula_is_not(void **state)
{
	(void)state;
	assert_quoted(CSV, bytes_of_string("=1+1"), "\"'=1+1\"");
	assert_quoted(CSV, bytes_of_string("+1"), "\"'+1\"");
	assert_quoted(CSV, bytes_of_string("-1"), "\"'-1\"");
	assert_quoted(CSV, bytes_of_string("@a"), "\"'@a\"");
	assert_quoted(CSV, bytes_of_string("\t=1"), "\"\\x09=1\"");
	assert_quoted(CSV, bytes_of_string("a=1"), "\"a=1\"");
}

static void test_numbers_are_written_and_grouped(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, CEILING);
	text_number(&text, 0);
	text_char(&text, ' ');
	text_number(&text, UINT64_MAX);
	text_char(&text, ' ');
	text_grouped(&text, 999);
	text_char(&text, ' ');
	text_grouped(&text, 1204881);
	text_char(&text, ' ');
	text_grouped(&text, UINT64_MAX);
	assert_string_equal(text_string(&text), "0 18446744073709551615 999 1,204,881 "
						"18,446,744,073,709,551,615");
	text_done(&text);
}

static void test_formats_and_hexadecimals_are_appended(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, CEILING);
	text_format(&text, "%s=%d;", "a", -1);
	text_format(&text, "%s", "");
	text_hex(&text, bytes_over("\x00\xa5\xff", 3));
	assert_string_equal(text_string(&text), "a=-1;00a5ff");
	assert_int_equal(text_len(&text), 11);
	text_done(&text);
}

static void test_the_ceiling_is_exact_and_kept_for_good(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 4);
	text_add(&text, "abcd");
	assert_int_equal(text_end(&text), ERR_OK);
	text_char(&text, 'e');
	assert_int_equal(text_end(&text), ERR_LIMIT);
	text_add(&text, "");
	text_format(&text, "%s", "");
	assert_int_equal(text_end(&text), ERR_LIMIT);
	assert_string_equal(text_string(&text), "abcd");
	text_reset(&text);
	assert_string_equal(text_string(&text), "");
	text_add(&text, "efgh");
	assert_int_equal(text_end(&text), ERR_OK);
	assert_string_equal(text_string(&text), "efgh");
	text_done(&text);
}

static void test_a_text_grows_over_many_appends(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 100000);
	for (int i = 0; i < 100000; i++)
		text_char(&text, (char)('a' + i % 26));
	assert_int_equal(text_end(&text), ERR_OK);
	assert_int_equal(text_len(&text), 100000);
	assert_int_equal(text_string(&text)[99999], 'a' + 99999 % 26);
	assert_int_equal(text_string(&text)[100000], '\0');
	text_done(&text);
}

static void test_an_empty_text_is_a_string_too(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, CEILING);
	assert_string_equal(text_string(&text), "");
	assert_int_equal(text_len(&text), 0);
	text_done(&text);
	assert_string_equal(text_string(&text), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_text_stays_as_it_is),
		cmocka_unit_test(test_what_the_medium_is_made_of_is_escaped),
		cmocka_unit_test(test_terminal_escapes_reach_no_terminal),
		cmocka_unit_test(test_what_turns_or_hides_text_is_shown),
		cmocka_unit_test(test_a_zero_is_a_character_like_others),
		cmocka_unit_test(test_what_is_not_utf8_is_replaced),
		cmocka_unit_test(test_a_cut_character_does_not_swallow_what_follows),
		cmocka_unit_test(test_a_field_that_would_be_a_formula_is_not),
		cmocka_unit_test(test_numbers_are_written_and_grouped),
		cmocka_unit_test(test_formats_and_hexadecimals_are_appended),
		cmocka_unit_test(test_the_ceiling_is_exact_and_kept_for_good),
		cmocka_unit_test(test_a_text_grows_over_many_appends),
		cmocka_unit_test(test_an_empty_text_is_a_string_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
