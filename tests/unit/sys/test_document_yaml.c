#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "sys/document_yaml.h"

static struct arena arena;
static struct document document;
static struct fault why;

static enum err read_bytes(struct bytes all)
{
	arena_done(&arena);
	arena_init(&arena, (size_t)64 << 20);
	why = (struct fault){ 0 };
	return document_read_yaml(all, "a.yaml", &arena, &document, &why);
}

static enum err read(const char *text)
{
	return read_bytes(bytes_of_string(text));
}

static void assert_text(const struct node *node, const char *text)
{
	assert_non_null(node);
	assert_int_equal(node->kind, NODE_SCALAR);
	assert_true(bytes_equal(node->text, bytes_of_string(text)));
}

static void test_reads_what_is_written_and_where(void **state)
{
	(void)state;
	assert_int_equal(read("a: 1\nb:\n  - x\n  - \"y\\u00e4\"\n"), ERR_OK);
	assert_int_equal(document.root->kind, NODE_MAPPING);
	assert_int_equal(document.root->count, 2);
	assert_text(node_find(document.root, bytes_of_string("a")), "1");

	const struct node *list = node_find(document.root, bytes_of_string("b"));

	assert_int_equal(list->kind, NODE_LIST);
	assert_text(list->first, "x");
	assert_int_equal(list->first->line, 3);
	assert_int_equal(list->first->column, 5);
	assert_text(list->first->next, "y\xc3\xa4");
	assert_null(node_find(document.root, bytes_of_string("c")));
}

/* What is refused, and what is said of it. */
static const struct fault_case {
	const char *text;
	enum err err;
	const char *said;
} cases[] = {
	{ "", ERR_VALUE, "a.yaml, line 1, column 1: nothing stands here" },
	{ "a: 1\nb: 2\na: 3\n", ERR_DUPLICATE,
		"a.yaml, line 3, column 1: a stands here again; it stood at line 1" },
	{ "a: &x 1\nb: *x\n", ERR_VALUE, "a.yaml, line 1, column 4: anchors" },
	{ "a: *x\n", ERR_VALUE, "a.yaml, line 1, column 4: anchors" },
	{ "a: !!int 1\n", ERR_VALUE, "a.yaml, line 1, column 4: anchors" },
	{ "[a, b]: 1\n", ERR_VALUE, "a.yaml, line 1, column 1: a key must be a scalar" },
	{ "a: 1\n---\nb: 2\n", ERR_VALUE, "a.yaml, line 2, column 1: a second document" },
	{ "a: [1, 2\n", ERR_VALUE, "a.yaml, line 2, column 1: this is not YAML: " },
	{ "a: \"\\0\"\n", ERR_VALUE, "a.yaml, line 1, column 4: a zero byte" },
	{ "a: \xff\n", ERR_VALUE, "this is not YAML: " },
	{ "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", ERR_LIMIT,
		"a.yaml, line 1, column 17: this is nested too deeply" },
};

static void test_refuses_what_it_does_not_take(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(read(cases[i].text), cases[i].err);
		if (strstr(why.text, cases[i].said) == NULL)
			fail_msg("%s is not told as %s", why.text, cases[i].said);
	}
}

static void test_refuses_too_many_keys_and_too_many_bytes(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 2 * YAML_BYTES_MAX);
	for (unsigned i = 0; i <= YAML_KEYS_MAX; i++)
		text_format(&text, "k%u: 1\n", i);
	assert_int_equal(read(text_string(&text)), ERR_LIMIT);
	while (text_len(&text) <= YAML_BYTES_MAX)
		text_add(&text, "# a long remark\n");
	assert_int_equal(read(text_string(&text)), ERR_LIMIT);
	assert_non_null(strstr(why.text, "larger than"));
	text_done(&text);
}

static void test_every_cut_is_read_or_refused(void **state)
{
	static const char text[] = "a: { b: [1, \"two\"], c: |\n   three\n }\n";

	(void)state;
	for (size_t len = 0; len < sizeof text; len++)
		if (read_bytes(bytes_over(text, len)) != ERR_OK)
			assert_non_null(strstr(why.text, "a.yaml, line "));
}

static void test_out_of_memory_is_said(void **state)
{
	(void)state;
	arena_done(&arena);
	arena_init(&arena, 64);
	assert_int_equal(document_read_yaml(bytes_of_string("a: [1, 2, 3]"), "a.yaml",
				 &arena, &document, &why),
		ERR_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_is_written_and_where),
		cmocka_unit_test(test_refuses_what_it_does_not_take),
		cmocka_unit_test(test_refuses_too_many_keys_and_too_many_bytes),
		cmocka_unit_test(test_every_cut_is_read_or_refused),
		cmocka_unit_test(test_out_of_memory_is_said),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_done(&arena);
	return failed;
}
