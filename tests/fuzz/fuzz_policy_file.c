/* Any bytes as a policy file: what is refused has its place told; what is taken is the
 * same after it was written and read again, and can be shown, compared and exported. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "policy/policy_file.h"
#include "report/export.h"
#include "report/policy_show.h"
#include "sys/document_yaml.h"

#define FILE_MAX 65536 /* longer only takes longer */

static void must(bool holds)
{
	if (!holds)
		abort();
}

static enum err read(struct bytes all, struct policy *ret, struct fault *why)
{
	struct document document;
	struct arena arena;
	enum err err;

	arena_init(&arena, (size_t)64 << 20);
	err = document_read_yaml(all, "f.yaml", &arena, &document, why);
	if (err == ERR_OK)
		err = policy_of_document(&document, ret, why);
	arena_done(&arena);
	return err;
}

static void check_written(const struct policy *policy)
{
	struct policy again;
	struct fault why;
	struct text text;

	text_init(&text, (size_t)1 << 20);
	policy_write_yaml(policy, &text);
	if (text_end(&text) == ERR_OK) {
		enum err err = read(bytes_of_string(text_string(&text)), &again, &why);

		must(err == ERR_OK || err == ERR_MEMORY);
		must(err != ERR_OK || memcmp(policy, &again, sizeof again) == 0);
	}
	text_done(&text);
}

static void check_shown(const struct policy *policy)
{
	struct text text, unsaid;

	text_init(&text, (size_t)1 << 20);
	text_init(&unsaid, (size_t)1 << 20);
	policy_show_text(policy, 80, &text);
	policy_show_json(policy, &text);
	must(policy_diff_text(policy, policy, &text));
	for (size_t i = 0; i < export_kind_count; i++)
		export_policy(
			policy, &export_kinds[i], EXPORT_OPENSSL_3_0, &text, &unsaid);
	must(text_end(&text) != ERR_LIMIT && text_end(&unsaid) != ERR_LIMIT);
	text_done(&text);
	text_done(&unsaid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault why = { 0 };
	struct policy policy;
	enum err err;

	if (size > FILE_MAX)
		return 0;
	err = read(bytes_over(data, size), &policy, &why);
	if (err == ERR_OK) {
		check_written(&policy);
		check_shown(&policy);
	} else if (err != ERR_MEMORY) {
		must(strncmp(why.text, "f.yaml, line ", 13) == 0);
	}
	return 0;
}
