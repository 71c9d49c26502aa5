#include "../unit.h"

#include <string.h>

#include "sys/foreign.h"

static const char *name_of(const char *start, size_t len)
{
	return foreign_name(bytes_over(start, len));
}

static void test_knows_formats_by_their_first_bytes(void **state)
{
	(void)state;
	assert_non_null(strstr(name_of("\177ELF\2\1", 6), "ELF"));
	assert_non_null(strstr(name_of("BZh91AY", 7), "bzip2 -d"));
	assert_non_null(strstr(name_of("PK\3\4", 4), "zip"));
	assert_non_null(strstr(name_of("snoop\0\0\0\0\0\0\2", 12), "editcap"));
}

static void test_knows_a_tar_by_its_257th_byte(void **state)
{
	char tar[512] = "etc/passwd";

	(void)state;
	memcpy(tar + 257, "ustar", 5);
	assert_non_null(strstr(name_of(tar, sizeof tar), "tar -x"));
	assert_null(name_of(tar, 200)); /* zeros are no text */
}

static void test_parts_text_from_json(void **state)
{
	(void)state;
	assert_string_equal(name_of("hello\n", 6), "text");
	assert_string_equal(name_of(" \n[1, 2]", 8), "JSON text");
	assert_string_equal(name_of("", 0), "empty");
	assert_null(name_of("\1\2\3", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knows_formats_by_their_first_bytes),
		cmocka_unit_test(test_knows_a_tar_by_its_257th_byte),
		cmocka_unit_test(test_parts_text_from_json),
	};

	return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
