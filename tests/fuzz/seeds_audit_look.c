/*
 * seeds_audit_look - writes inputs for fuzz_audit_look, one for each example of the
 * rules.
 *
 * Usage: seeds_audit_look FOLDER FILE.yaml...
 */
#include <stdio.h>
#include <stdlib.h>

#include "audit/rules.h"
#include "sys/document_yaml.h"

#define EXAMPLES_MEM ((size_t)256 << 20)

static void give_up(const char *path)
{
	perror(path);
	exit(EXIT_FAILURE);
}

static void write_seed(const char *folder, const struct rule_example *example)
{
	char path[4096];
	FILE *file;

	(void)snprintf(
		path, sizeof path, "%s/%s-%u", folder, example->rule, example->line);
	file = fopen(path, "wb");
	if (file == NULL)
		give_up(path);
	(void)fwrite(example->file.at, 1, example->file.len, file);
	(void)fputc('\n', file);
	(void)fwrite(example->text.at, 1, example->text.len, file);
	if (fclose(file) != 0)
		give_up(path);
}

static void write_seeds(const char *folder, const char *path, struct arena *arena)
{
	static char memory[YAML_BYTES_MAX];
	const struct rule_example *examples;
	struct document document = { 0 };
	struct fault why = { 0 };
	FILE *file = fopen(path, "rb");
	size_t len, count;

	if (file == NULL)
		give_up(path);
	len = fread(memory, 1, sizeof memory, file);
	(void)fclose(file);
	if (document_read_yaml(bytes_over(memory, len), path, arena, &document, &why) !=
			ERR_OK ||
		rules_examples(&document, arena, &examples, &count, &why) != ERR_OK) {
		(void)fprintf(stderr, "%s\n", why.text);
		exit(EXIT_FAILURE);
	}
	for (size_t i = 0; i < count; i++)
		write_seed(folder, &examples[i]);
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		struct arena arena;

		arena_init(&arena, EXAMPLES_MEM);
		write_seeds(argv[1], argv[i], &arena);
		arena_done(&arena);
	}
	return EXIT_SUCCESS;
}
