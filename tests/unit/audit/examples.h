/*
 * examples - what the tests of all examples share: the rules, and the files of rules that
 * are the program's arguments, read once.
 */
#ifndef TESTS_AUDIT_EXAMPLES_H
#define TESTS_AUDIT_EXAMPLES_H

#include "built_in.h"

#include <stdio.h>
#include <string.h>

#include "sys/document_yaml.h"

#define FILE_MAX     YAML_BYTES_MAX
#define FILES_MAX    128
#define EXAMPLES_MEM ((size_t)256 << 20)

static const char *const *paths;
static size_t path_count;
static struct {
	const struct rule_example *all;
	size_t count;
} files[FILES_MAX]; /* of paths, in their order; read once */
static struct arena texts;
static void read_examples(void);

static int set_up(void **state)
{
	if (read_built_in(state) != 0)
		return -1;
	arena_init(&texts, EXAMPLES_MEM);
	read_examples();
	return 0;
}

static int tear_down(void **state)
{
	arena_done(&texts);
	return forget_built_in(state);
}

static struct document read_file(const char *path)
{
	static char memory[FILE_MAX];
	struct document document = { 0 };
	struct fault why = { 0 };
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(memory, 1, sizeof memory, file);
	fclose(file);
	if (document_read_yaml(bytes_over(memory, len), path, &texts, &document, &why) !=
		ERR_OK)
		fail_msg("%s", why.text);
	return document;
}

static void read_examples(void)
{
	assert_true(path_count <= FILES_MAX);
	for (size_t i = 0; i < path_count; i++) {
		struct document document = read_file(paths[i]);
		struct fault why = { 0 };

		if (rules_examples(&document, &texts, &files[i].all, &files[i].count,
			    &why) != ERR_OK)
			fail_msg("%s", why.text);
	}
}

#endif
