#include "../unit.h"

#include <string.h>

#include "report/export.h"

static struct text text, unsaid;

static const struct policy sound = {
	.name = "p",
	.versions = 1 << RANK_TLS12,
	.suites12 = { 2, { 0xc02f, 0x002f } },
	.groups = { 2, { 29, 23 } },
};

static const char *exported(const char *kind, const struct policy *policy)
{
	text_reset(&text);
	text_reset(&unsaid);
	export_policy(policy, export_find(kind), EXPORT_OPENSSL_3_0, &text, &unsaid);
	return text_string(&text);
}

static void assert_says(const char *all, const char *line)
{
	if (strstr(all, line) == NULL)
		fail_msg("%s does not say %s", all, line);
}

static void test_kinds_are_found_by_name_and_stand_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < export_kind_count; i++) {
		assert_ptr_equal(export_find(export_kinds[i].name), &export_kinds[i]);
		if (i > 0)
			assert_true(strcmp(export_kinds[i - 1].name,
					    export_kinds[i].name) < 0);
	}
	assert_null(export_find("iis"));
}

static void test_suites_and_groups_are_in_openssl_s_words(void **state)
{
	(void)state;
	assert_says(exported("nginx", &sound),
		"\nssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA;\n");
	assert_says(text_string(&text), "\nssl_ecdh_curve X25519:prime256v1;\n");
	assert_string_equal(text_string(&unsaid), "");
}

static void test_an_open_list_is_left_open(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.suites12.count = policy.groups.count = 0;
	assert_null(strstr(exported("nginx", &policy), "ssl_ciphers"));
	assert_null(strstr(text_string(&text), "ssl_ecdh_curve"));
}

static void test_old_versions_take_level_0(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.versions |= 1 << RANK_TLS10;
	assert_says(exported("haproxy", &policy), ":AES128-SHA:@SECLEVEL=0\n");
	assert_says(
		text_string(&text), "ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.2 no-tlsv11");
	policy.suites12.count = 0;
	assert_says(exported("nginx", &policy), "ssl_ciphers DEFAULT:@SECLEVEL=0;");
}

static void test_haproxy_has_no_longer_parameters_than_4096_bits(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.dh_bits_min = 4096;
	assert_says(exported("haproxy", &policy), "default-dh-param 4096\n");
	assert_null(strstr(text_string(&unsaid), "ssl-dh-param-file"));
	policy.dh_bits_min = 8192;
	assert_says(exported("haproxy", &policy), "default-dh-param 4096\n");
	assert_says(text_string(&unsaid), "4096 bits at most; 8192 take");
}

static void test_a_version_between_can_be_left_out(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.versions |= 1 << RANK_TLS10;
	assert_says(exported("openssl", &policy), "\nProtocol = ALL,-TLSv1.1\n");
	assert_says(exported("postfix", &policy), "= >=TLSv1, <=TLSv1.2, !TLSv1.1\n");
	assert_says(exported("apache", &policy), "SSLProtocol -all +TLSv1 +TLSv1.2\n");
}

static void test_what_the_library_lacks_is_left_out_and_said(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.groups.codes[0] = 4588;
	assert_says(exported("nginx", &policy), "\nssl_ecdh_curve prime256v1;\n");
	assert_string_equal(text_string(&unsaid),
		"nginx differs: OpenSSL 3.0 lacks X25519MLKEM768\n");
}

/* 0xfe00 is nobody's: six characters each, and two between. */
static void test_what_has_no_room_is_counted(void **state)
{
	struct policy policy = sound;

	(void)state;
	for (uint16_t i = 0; i < 200; i++)
		policy.suites12.codes[i] = (uint16_t)(0xfe00 + i);
	policy.suites12.count = 200;
	(void)exported("nginx", &policy);
	assert_says(text_string(&unsaid), ", 0xfe70 and 87 more\n");
}

static void test_nginx_has_no_parameters_of_its_own(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.suites12.codes[0] = 0x009e;
	(void)exported("nginx", &policy);
	assert_says(
		text_string(&unsaid), "DHE suites are not spoken without ssl_dhparam");
	(void)exported("nginx", &sound);
	assert_string_equal(text_string(&unsaid), "");
}

static void test_a_list_of_nothing_known_is_not_an_open_one(void **state)
{
	struct policy policy = sound;

	(void)state;
	policy.groups = (struct policy_codes){ 1, { 4588 } };
	assert_says(exported("nginx", &policy), "\nssl_ecdh_curve X25519MLKEM768;\n");
	assert_says(text_string(&unsaid), "so it will not start");
}

static void test_a_registry_file_has_its_head_first_and_its_line_ends(void **state)
{
	static const char head[] = "Windows Registry Editor Version 5.00\r\n; ";

	(void)state;
	assert_memory_equal(exported("iis-reg", &sound), head, sizeof head - 1);
	assert_says(text_string(&text),
		"\"Functions\"=\"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"
		"TLS_RSA_WITH_AES_128_CBC_SHA\"\r\n");
	for (const char *at = text_string(&text); *at != '\0'; at++)
		assert_true(*at != '\n' || at[-1] == '\r');
}

static int begin(void **state)
{
	(void)state;
	text_init(&text, 65536);
	text_init(&unsaid, 65536);
	return 0;
}

static int end(void **state)
{
	(void)state;
	text_done(&text);
	text_done(&unsaid);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_are_found_by_name_and_stand_in_order),
		cmocka_unit_test(test_suites_and_groups_are_in_openssl_s_words),
		cmocka_unit_test(test_an_open_list_is_left_open),
		cmocka_unit_test(test_what_has_no_room_is_counted),
		cmocka_unit_test(test_old_versions_take_level_0),
		cmocka_unit_test(test_haproxy_has_no_longer_parameters_than_4096_bits),
		cmocka_unit_test(test_a_version_between_can_be_left_out),
		cmocka_unit_test(test_what_the_library_lacks_is_left_out_and_said),
		cmocka_unit_test(test_nginx_has_no_parameters_of_its_own),
		cmocka_unit_test(test_a_list_of_nothing_known_is_not_an_open_one),
		cmocka_unit_test(
			test_a_registry_file_has_its_head_first_and_its_line_ends),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
