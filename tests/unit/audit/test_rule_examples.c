/* Every example of every file of rules: `test_rule_examples FILE...`. Each rule has three
 * that find something and three that find nothing. */
#include "examples.h"

#define EXAMPLES_EACH 3

static size_t wrong;

static void complain(
	const char *path, const struct rule_example *example, const struct text *found)
{
	wrong++;
	print_error("%s, line %u: %s finds%s\n", path, example->line, example->rule,
		text_len(found) > 0 ? text_string(found) : " nothing");
}

/* What the rule finds, as examples write it, is held against what it should. */
static void run_example(const char *path, const struct rule_example *example)
{
	struct looked looked;
	struct rule_set may;
	struct text found, line;
	struct arena own;
	size_t count = 0;
	bool fine = true;

	text_init(&found, 65536);
	text_init(&line, 4096);
	arena_init(&own, EXAMPLES_MEM);
	needles_which(needles, scratch, example->text, &may);
	assert_true(needles_any(needles, scratch, example->text) ||
		    memcmp(&may, &(struct rule_set){ 0 }, sizeof may) == 0);
	assert_int_equal(
		look_into(&rules, &may, example->file, example->text, &own, &looked),
		ERR_OK);
	for (size_t i = 0; i < looked.count; i++) {
		if (strcmp(looked.settings[i].rule, example->rule) != 0)
			continue;
		text_reset(&line);
		text_format(&line, "%u: ", looked.settings[i].line);
		setting_text(&looked.settings[i], &line);
		text_format(&found, " \"%s\"", text_string(&line));
		fine = fine && count < example->find_count &&
		       bytes_equal(example->finds[count],
			       bytes_of_string(text_string(&line)));
		count++;
	}
	if (!fine || count != example->find_count)
		complain(path, example, &found);
	text_done(&found);
	text_done(&line);
	arena_done(&own);
}

static void test_examples_find_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < path_count; i++) {
		for (size_t j = 0; j < files[i].count; j++)
			run_example(paths[i], &files[i].all[j]);
	}
	assert_int_equal(wrong, 0);
}

static void count_examples(const char *id, size_t *ret_positive, size_t *ret_negative)
{
	for (size_t i = 0; i < path_count; i++) {
		const struct rule_example *examples = files[i].all;

		for (size_t j = 0; j < files[i].count; j++) {
			if (strcmp(examples[j].rule, id) != 0)
				continue;
			*ret_positive += examples[j].find_count > 0;
			*ret_negative += examples[j].find_count == 0;
		}
	}
}

static void test_every_rule_has_examples_of_both_kinds(void **state)
{
	size_t bare = 0;

	(void)state;
	for (size_t i = 0; i < rules.count; i++) {
		size_t positive = 0, negative = 0;

		count_examples(rules.all[i]->id, &positive, &negative);
		if (positive >= EXAMPLES_EACH && negative >= EXAMPLES_EACH)
			continue;
		bare++;
		print_error("%s has %zu examples that find something and %zu that do "
			    "not; %d each are expected\n",
			rules.all[i]->id, positive, negative, EXAMPLES_EACH);
	}
	assert_int_equal(bare, 0);
}

/* What the rules name must be there: an example of no rule tests nothing. */
static void test_every_example_has_its_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < path_count; i++) {
		const struct rule_example *examples = files[i].all;

		for (size_t j = 0; j < files[i].count; j++) {
			size_t known = 0;

			for (size_t k = 0; k < rules.count; k++)
				known += strcmp(rules.all[k]->id, examples[j].rule) == 0;
			if (known != 1)
				fail_msg("%s, line %u: there is no rule %s", paths[i],
					examples[j].line, examples[j].rule);
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_example_has_its_rule),
		cmocka_unit_test(test_examples_find_what_they_say),
		cmocka_unit_test(test_every_rule_has_examples_of_both_kinds),
	};

	paths = (const char *const *)argv + 1;
	path_count = (size_t)argc - 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
