#include "../unit.h"

#include <string.h>

#include "../sys/scratch.h"
#include "cli/baselines.h"

static enum err read_text(struct scratch *scratch, const char *text, struct baseline *ret)
{
	struct fault why = { 0 };

	return baseline_read(
		scratch_write(scratch, "baseline", text, strlen(text)), ret, &why);
}

static void assert_known(struct scratch *scratch, const char *text)
{
	struct baseline known;

	assert_int_equal(read_text(scratch, text, &known), ERR_OK);
	assert_true(baseline_has(&known, 0x39c0789c16fe1421));
	assert_false(baseline_has(&known, 0x39c0789c16fe1420));
	assert_int_equal(known.count, 1);
	baseline_done(&known);
}

/* As the program wrote it, and as an editor or a hook laid it out anew. */
static void test_ids_are_read_however_lines_are_laid_out(void **state)
{
	assert_known(*state, "{\"format\":\"tlsunset-audit-1\",\"findings\":[\n"
			     "{\"id\":\"39c0789c16fe1421\",\"path\":\"a\"}]}");
	assert_known(*state, "{\n  \"format\": \"tlsunset-audit-1\",\n  \"findings\": [\n"
			     "    {\r\n\t\"id\" : \"39c0789c16fe1421\"\n}]}");
	assert_known(*state, "{ \"$schema\": \"https://docs.oasis-open.org/sarif/x\",\n"
			     "\"name\": \"tlsunset\", \"partialFingerprints\": {\n"
			     "\"tlsunset/v1\": \"39c0789c16fe1421\" } }");
}

/* A text that was found may hold what looks like an id; rules have names for ids. */
static void test_what_is_no_id_is_none(void **state)
{
	assert_known(*state,
		"{\"format\":\"tlsunset-audit-1\",\"id\":\"39c0789c16fe1421\","
		"\"snippet\":\"\\\"id\\\":\\\"39c0789c16fe1420\\\"\","
		"\"id\":\"nginx-ssl\",\"id\":\"39c0789c16fe14201\",\"id\"}");
}

static void test_what_is_no_audit_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "text", "{\"format\":\"tlsunset-scan-1\"}",
		"{\"format\":", "{\"format\":\"tlsunset-aud",
		"{\"bomFormat\":\"CycloneDX\",\"name\":\"tlsunset\"}",
		"{\"$schema\":\"https://docs.oasis-open.org/sarif/\",\"name\":\"other\"}",
		"{\"format\":\"tlsunset-audit-2\",\"findings\":[]}",
		"{\"format\":\"tlsunset-audit-10\",\"findings\":[]}",
		"{\"format\":\"tlsunset-audit-1\",\"id\":\"39c0789c16fe1421\","
	};
	struct baseline known;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_int_equal(read_text(*state, texts[i], &known), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_ids_are_read_however_lines_are_laid_out, scratch_setup,
			scratch_teardown),
		cmocka_unit_test_setup_teardown(
			test_what_is_no_id_is_none, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_audit_is_refused,
			scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
