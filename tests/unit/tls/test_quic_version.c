#include "../unit.h"

#include "tls/quic_version.h"

static void test_versions_have_the_names_that_people_use(void **state)
{
	static const struct {
		uint32_t version;
		const char *name;
	} all[] = {
		{ 0x00000001, "QUIC v1" },
		{ 0x6b3343cf, "QUIC v2" },
		{ 0x709a50c4, "QUIC v2-draft" },
		{ 0xff00001d, "draft-29" },
		{ 0x51303436, "Q046" },
		{ 0x54303531, "T051" },
		{ 0xfaceb002, "0xfaceb002" },
		{ 0xff000000, "0xff000000" },
		{ 0x51303a36, "0x51303a36" },
	};
	char text[QUIC_VERSION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		assert_string_equal(quic_version_text(all[i].version, text), all[i].name);
}

static void test_reserved_ones_are_told_from_all_others(void **state)
{
	(void)state;
	assert_true(quic_version_is_reserved(0x1a2a3a4a));
	assert_true(quic_version_is_reserved(0xfafafafa));
	assert_false(quic_version_is_reserved(0x00000001));
	assert_false(quic_version_is_reserved(0x1a2a3a4b));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions_have_the_names_that_people_use),
		cmocka_unit_test(test_reserved_ones_are_told_from_all_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
