/* Registries: what was exported, in every encoding, every cut, and what lies. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "host/registry.h"

static struct arena arena;

#define KEY "HKEY_LOCAL_MACHINE\\SOFTWARE\\Test"

static const char FILE_TEXT[] = "Windows Registry Editor Version 5.00\r\n\r\n"
				"; a comment\r\n[" KEY "]\r\n"
				"\"Enabled\"=dword:ffffffff\r\n"
				"\"Quoted \\\"name\\\"\"=\"a \\\"b\\\"\"\r\n"
				"\"Hex\"=hex(4):00,08,00,00\r\n"
				"\"Gone\"=dword:1\r\n\"Gone\"=-\r\n";

static struct registry read_bytes(struct bytes all)
{
	struct registry registry = { 0 };

	arena_done(&arena);
	arena_init(&arena, (size_t)64 << 20);
	(void)(registry_read(&registry, all, &arena) == ERR_OK);
	return registry;
}

static void check(struct registry registry)
{
	const struct registry_value *value = registry_find(&registry, KEY, "enabled");

	assert_non_null(value);
	assert_true(value->is_number);
	assert_int_equal(value->number, 0xffffffff);
	assert_int_equal(registry_find(&registry, KEY, "Hex")->number, 0x800);
	assert_null(registry_find(&registry, KEY, "Gone"));
	assert_true(registry_has(&registry, "HKEY_LOCAL_MACHINE\\SOFTWARE"));
	assert_false(registry_has(&registry, "HKEY_LOCAL_MACHINE\\SYSTEM"));
}

static void test_reads_every_encoding(void **state)
{
	uint8_t little[2 * sizeof FILE_TEXT] = { 0xff, 0xfe };
	uint8_t big[2 * sizeof FILE_TEXT] = { 0xfe, 0xff };
	char marked[sizeof FILE_TEXT + 3] = "\xef\xbb\xbf";
	size_t len = sizeof FILE_TEXT - 1;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		little[2 + 2 * i] = (uint8_t)FILE_TEXT[i];
		big[3 + 2 * i] = (uint8_t)FILE_TEXT[i];
	}
	memcpy(marked + 3, FILE_TEXT, len);
	check(read_bytes(bytes_over(FILE_TEXT, len)));
	check(read_bytes(bytes_over(little, 2 + 2 * len)));
	check(read_bytes(bytes_over(little + 2, 2 * len))); /* without its mark */
	check(read_bytes(bytes_over(big, 2 + 2 * len)));
	check(read_bytes(bytes_over(marked, 3 + len)));
}

static void test_reads_what_reg_query_printed(void **state)
{
	struct registry registry = read_bytes(bytes_of_string(
		"\r\nHKLM\\SOFTWARE\\Test\r\n    Enabled    REG_DWORD    0xffffffff\r\n"
		"    Two words    REG_SZ    a b  c\r\n    Hex    REG_DWORD    "
		"0x800\r\n"));

	(void)state;
	check(registry);
	assert_int_equal(registry_find(&registry, KEY, "Two words")->text.len, 6);
}

/* As people write them, and as scripts ask for them. */
static void test_the_case_of_keys_does_not_count(void **state)
{
	static const char *const texts[] = {
		"[hkey_local_machine\\software\\TEST]\n\"ENABLED\"=DWORD:00000003\n",
		"hklm\\software\\test\n    enabled    REG_DWORD    3\n",
		("HKEY_LOCAL_MACHINE\\Software\\test\r\n    (Standard)    REG_SZ    \r\n"
		 "    Enabled    REG_DWORD    0x3\r\n\r\nEnde der Suche: 1\r\n"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct registry registry = read_bytes(bytes_of_string(texts[i]));

		assert_int_equal(registry_find(&registry, KEY, "Enabled")->number, 3);
	}
}

/* As regedit writes a list of suites: REG_MULTI_SZ, wrapped behind backslashes. */
static void test_reads_strings_over_several_lines(void **state)
{
	static const char head[] = "[" KEY "]\r\n\"Functions\"=hex(7):54,00,4c,\\\r\n  "
				   "00,53,00,00,00,\\\r\n  58,00,00,00,00,00\r\n"
				   "\"Path\"=hex(2):43,00,3a,00,00,00\r\n"
				   "\"Enabled\"=dword:1\r\n";
	struct registry registry = read_bytes(bytes_of_string(head));

	(void)state;
	assert_true(bytes_equal(registry_find(&registry, KEY, "Functions")->text,
		bytes_of_string("TLS\nX\n\n")));
	assert_true(bytes_equal(
		registry_find(&registry, KEY, "Path")->text, bytes_of_string("C:\n")));
	assert_int_equal(registry_find(&registry, KEY, "Enabled")->number, 1);
	for (size_t len = 0; len < sizeof head; len++)
		assert_true(read_bytes(bytes_over(head, len)).count <= 3);
}

static void test_a_control_set_is_the_current_one(void **state)
{
	struct registry registry = read_bytes(
		bytes_of_string("[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\X]"
				"\n\"a\"=dword:2\n"));

	(void)state;
	assert_int_equal(
		registry_find(&registry,
			"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\X", "a")
			->number,
		2);
	assert_true(registry_has(
		&registry, "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control"));
}

static void test_a_deleted_key_takes_all_below_it(void **state)
{
	struct registry registry =
		read_bytes(bytes_of_string("[" KEY "\\Deep]\n\"a\"=dword:2\n[-" KEY
					   "]\n[" KEY "s]\n\"a\"=dword:3\n"));

	(void)state;
	assert_null(registry_find(&registry, KEY "\\Deep", "a"));
	assert_int_equal(registry_find(&registry, KEY "s", "a")->number, 3);
}

/* "@=-" deletes what has no name, and leaves the key. */
static void test_a_deleted_default_is_no_deleted_key(void **state)
{
	struct registry registry = read_bytes(bytes_of_string(
		"[" KEY "]\n\"a\"=dword:2\n@=\"x\"\n@=-\n[-" KEY "\\b]\n"));

	(void)state;
	assert_int_equal(registry_find(&registry, KEY, "a")->number, 2);
	assert_null(registry_find(&registry, KEY, ""));
}

/* What is written again below a deleted key is there again. */
static void test_a_deleted_key_may_come_again(void **state)
{
	struct registry registry =
		read_bytes(bytes_of_string("[" KEY "]\n\"a\"=dword:2\n"
					   "\"b\"=dword:2\n[-" KEY "]\n"
					   "[" KEY "]\n@=\"x\"\n"
					   "\"A\"=dword:4\n"));

	(void)state;
	assert_int_equal(registry_find(&registry, KEY, "a")->number, 4);
	assert_null(registry_find(&registry, KEY, "b"));
}

#define MANY 100000

/* Whoever asks for each of them, as for each program that is installed, does not wait. */
static void test_many_are_found_each(void **state)
{
	struct text CLEANUP(text_done) text;
	struct registry registry;
	char key[64];

	(void)state;
	text_init(&text, (size_t)16 << 20);
	for (unsigned i = 0; i < MANY; i++)
		text_format(&text, "[%s\\%u]\n\"Name\"=dword:%x\n", KEY, i, i);
	registry = read_bytes(bytes_over(text_string(&text), text_len(&text)));
	assert_int_equal(registry.count, MANY);
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(key, sizeof key, "%s\\%u", KEY, i);
		assert_int_equal(registry_find(&registry, key, "name")->number, i);
	}
}

static void test_every_cut_ends(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof FILE_TEXT; len++) {
		struct registry registry = read_bytes(bytes_over(FILE_TEXT, len));

		assert_true(registry.count <= 5);
	}
}

static void test_lies_are_no_numbers(void **state)
{
	static const char *const lies[] = { "dword:", "dword:123456789a", "dword:xyz",
		"hex(4):00,08", "hex(4):zz,00,00,00", "hex(7):", "hex(7):zz,00",
		"hex(7):54", "hex(7):1ff,00", "hex(7):\\", "\"", "=", "" };
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lies); i++) {
		struct registry registry;
		const struct registry_value *value;

		(void)snprintf(text, sizeof text, "[%s]\n\"a\"=%s\n", KEY, lies[i]);
		registry = read_bytes(bytes_of_string(text));
		value = registry_find(&registry, KEY, "a");
		assert_true(value == NULL || !value->is_number);
	}
	assert_int_equal(read_bytes(bytes_of_string("no registry at all\n")).count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_every_encoding),
		cmocka_unit_test(test_reads_what_reg_query_printed),
		cmocka_unit_test(test_the_case_of_keys_does_not_count),
		cmocka_unit_test(test_reads_strings_over_several_lines),
		cmocka_unit_test(test_a_control_set_is_the_current_one),
		cmocka_unit_test(test_a_deleted_key_takes_all_below_it),
		cmocka_unit_test(test_a_deleted_default_is_no_deleted_key),
		cmocka_unit_test(test_a_deleted_key_may_come_again),
		cmocka_unit_test(test_many_are_found_each),
		cmocka_unit_test(test_every_cut_ends),
		cmocka_unit_test(test_lies_are_no_numbers),
	};
	int failed;

	arena_init(&arena, 4096);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return failed;
}
