/* Every example of every file of rules: `test_rule_examples FILE...`. Each rule has three
 * that find something and three that find nothing. */
#include "examples.h"

#include "audit/binary.h"

#define EXAMPLES_EACH 3

static size_t wrong;

static void complain(
	const char *path, const struct rule_example *example, const struct text *found)
{
	wrong++;
	print_error("%s, line %u: %s finds%s\n", path, example->line, example->rule,
		text_len(found) > 0 ? text_string(found) : " nothing");
}

/* A binary as examples write it: a fact a line, "symbol TLSv1_method"; all other lines
 * are texts that stand in it. */
#define LISTED_MAX 16

struct listing {
	struct fact facts[LISTED_MAX];
	struct fact_argument arguments[LISTED_MAX][FACT_ARGUMENTS_MAX];
	size_t count;
};

static struct bytes next_word(struct bytes *line)
{
	size_t len = bytes_find(*line, bytes_of_string(" "));
	struct bytes word = bytes_first(*line, len);

	*line = bytes_after(*line, len + 1);
	return word;
}

/* "192", "|192", "\"TLSv1\"+\"TLSv1.1\"", "?" */
static struct fact_argument argument_of(struct bytes word)
{
	struct fact_argument argument = { 0 };

	argument.adds = bytes_start_with(word, bytes_of_string("|"));
	argument.is_number =
		number_parse(bytes_after(word, argument.adds ? 1 : 0), &argument.number);
	while (word.len > 0 && word.at[0] == '"') {
		size_t len = bytes_find(bytes_after(word, 1), bytes_of_string("\""));

		assert_true(argument.text_count < FACT_TEXTS_MAX);
		argument.texts[argument.text_count++] =
			bytes_first(bytes_after(word, 1), len);
		word = bytes_after(word, len + 3);
	}
	return argument;
}

static void take_line(struct listing *listing, struct bytes text, struct bytes line)
{
	static const char *const words[] = { [FACT_LIBRARY] = "library",
		[FACT_SYMBOL] = "symbol",
		[FACT_DEFINED] = "defined",
		[FACT_STATED] = "stated",
		[FACT_CALL] = "call" };
	struct fact *fact = &listing->facts[listing->count];
	struct fact_argument *arguments = listing->arguments[listing->count];
	struct bytes word = next_word(&line);
	size_t kind = 0;

	while (kind < COUNT_OF(words) && !bytes_equal(word, bytes_of_string(words[kind])))
		kind++;
	if (kind == COUNT_OF(words))
		return;
	assert_true(listing->count++ < LISTED_MAX);
	*fact = (struct fact){ .kind = (enum fact_kind)kind };
	fact->at = (size_t)(line.at - text.at);
	fact->len = line.len;
	fact->name = next_word(&line);
	fact->value = line;
	fact->arguments = arguments;
	while (kind == FACT_CALL && line.len > 0) {
		assert_true(fact->argument_count < FACT_ARGUMENTS_MAX);
		arguments[fact->argument_count++] = argument_of(next_word(&line));
	}
}

static void look_into_listing(const struct rule_example *example,
	const struct rule_set *may, struct arena *own, struct looked *looked)
{
	struct listing listing = { .count = 0 };
	struct bytes left = example->text;
	char kind[16] = "";

	while (left.len > 0) {
		size_t len = bytes_find(left, bytes_of_string("\n"));

		take_line(&listing, example->text, bytes_first(left, len));
		left = bytes_after(left, len + 1);
	}
	assert_true(example->file.len < sizeof kind);
	memcpy(kind, example->file.at, example->file.len);
	assert_int_equal(look_into_facts(&rules, may, example->file, example->text, kind,
				 &(struct binary){ listing.facts, listing.count, false },
				 own, looked),
		ERR_OK);
	for (size_t i = 0; i < looked->count; i++) {
		struct setting *setting = &looked->settings[i];

		assert_int_equal(setting->line, 0);
		for (size_t j = 0; j <= setting->at; j++)
			setting->line += j == 0 || example->text.at[j - 1] == '\n';
	}
}

static bool is_binary_kind(struct bytes name)
{
	size_t kind = kind_find(name);

	return kind < kind_count && kinds[kind].family == NULL &&
	       kinds[kind].syntax == NULL;
}

static void look_into_example(
	const struct rule_example *example, struct arena *own, struct looked *looked)
{
	const struct looker looker = { &rules, needles, scratch };
	struct seeking seeking = { 0 };
	struct kind_set set;
	struct rule_set may;

	if (is_binary_kind(example->file)) {
		set = look_kinds(example->file, example->text);
		needles_seek(needles, scratch, &seeking, example->text);
		(void)needles_found(needles, &seeking, &set, &may);
		look_into_listing(example, &may, own, looked);
		return;
	}
	assert_int_equal(
		look_into_file(&looker, example->file, example->text, own, looked),
		ERR_OK);
}

/* What the rule finds, as examples write it, is held against what it should. */
static void run_example(const char *path, const struct rule_example *example)
{
	struct looked looked;
	struct text found, line;
	struct arena own;
	size_t count = 0;
	bool fine = true;

	text_init(&found, 65536);
	text_init(&line, 4096);
	arena_init(&own, EXAMPLES_MEM);
	look_into_example(example, &own, &looked);
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
