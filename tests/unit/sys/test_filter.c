#include "../unit.h"

#include <string.h>

#include "sys/filter.h"

static void test_compiles_what_libpcap_knows(void **state)
{
	struct filter filter = { 0 };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(
		filter_compile("tcp port 443 or udp", 1, 0, &filter, &why), ERR_OK);
	assert_true(filter.program.len > 4);
	filter_done(&filter);
	assert_null(filter.program.filter);
}

static void test_without_text_keeps_the_first_bytes_of_all(void **state)
{
	struct filter filter = { 0 };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(filter_compile(NULL, 1, 96, &filter, &why), ERR_OK);
	assert_int_equal(filter.program.len, 1);
	assert_int_equal(filter.program.filter[0].code, BPF_RET | BPF_K);
	assert_int_equal(filter.program.filter[0].k, 96);
	filter_done(&filter);
}

static void test_tells_libpcaps_words(void **state)
{
	struct filter filter = { 0 };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(
		filter_compile("tcp \033[2J prt", 1, 0, &filter, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "\"tcp \\x1b[2J prt\" cannot be used: "));
	assert_null(strchr(why.text, '\033')); /* not in libpcap's words either */
	assert_int_equal(filter_compile("ether host 1:2:3:4:5:6", 101, 0, &filter, &why),
		ERR_USAGE); /* raw IP has no such addresses */
}

static void test_explains_why_vlan_cannot_be_asked(void **state)
{
	struct filter filter = { 0 };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(
		filter_compile("tcp and (vlan 7)", 1, 0, &filter, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "leave \"vlan\" out"));
	assert_int_equal(
		filter_compile("host myvlan.invalid.", 1, 0, &filter, &why), ERR_USAGE);
	assert_null(strstr(why.text, "leave \"vlan\" out"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compiles_what_libpcap_knows),
		cmocka_unit_test(test_without_text_keeps_the_first_bytes_of_all),
		cmocka_unit_test(test_tells_libpcaps_words),
		cmocka_unit_test(test_explains_why_vlan_cannot_be_asked),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
