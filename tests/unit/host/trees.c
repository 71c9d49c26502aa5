#include "trees.h"

#include "../unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../sys/scratch.h"
#include "base/attr.h"
#include "host/host.h"

static void write_file(struct scratch *scratch, const struct tree_file *file)
{
	char path[256];
	FILE *out;

	(void)snprintf(path, sizeof path, "%s/%s", scratch->directory, file->path);
	for (char *at = path + strlen(scratch->directory) + 1; *at != '\0'; at++)
		if (*at == '/') {
			*at = '\0';
			(void)mkdir(path, 0755);
			*at = '/';
		}
	if (strncmp(file->text, "-> ", 3) == 0) {
		assert_int_equal(symlink(file->text + 3, path), 0);
		return;
	}
	out = fopen(path, "w");
	assert_non_null(out);
	for (const char *at = file->text; *at != '\0'; at++)
		assert_int_not_equal(fputc(*at == 1 ? 0 : *at, out), EOF);
	assert_int_equal(fclose(out), 0);
}

static void add_side(struct text *text, const char *name, const struct host_side *side)
{
	if (side->absent)
		return;
	text_format(text, ", %s ", name);
	version_range_text(side->range, text);
}

void tree_look(const char *directory, struct text *text)
{
	struct host_report report;
	struct arena arena;
	struct fault why;
	struct host host;
	struct root root;

	assert_int_equal(root_open(directory, &root, &why), ERR_OK);
	arena_init(&arena, HOST_ARENA_MAX);
	assert_int_equal(host_begin(&host, &report, &root, false, &arena, &why), ERR_OK);
	assert_int_equal(host_look(&host, &why), ERR_OK);
	for (const struct host_stack *at = report.stacks; at != NULL; at = at->next) {
		text_format(text, "%s %s", at->stack,
			at->release != NULL ? at->release : at->of);
		add_side(text, "client", &at->client);
		add_side(text, "server", &at->server);
		if (at->of != NULL && strncmp(at->of, "in ", 3) == 0)
			text_format(text, ", %s", at->of);
		text_char(text, '\n');
	}
	for (const struct host_process *at = report.processes; at != NULL; at = at->next)
		text_format(text, "process %u: %s %s, %s\n", (unsigned)at->pid, at->stack,
			at->library, host_mapped_name(at->mapped));
	for (const struct host_note *at = report.notes; at != NULL; at = at->next)
		text_format(text, "note: %s: %s\n", at->about, at->why);
	arena_done(&arena);
	root_close(&root);
}

static void check_line(const char *text, const char *want)
{
	bool never = strncmp(want, "! ", 2) == 0;
	const char *found = strstr(text, never ? want + 2 : want);

	if (never && found != NULL)
		fail_msg("\"%s\" stands in\n%s", want + 2, text);
	if (!never && (found == NULL || found[strlen(want)] != '\n'))
		fail_msg("no line \"%s\" in\n%s", want, text);
}

void tree_check(void **state)
{
	const struct tree *tree = *state;
	struct text CLEANUP(text_done) text;
	void *own = NULL;

	text_init(&text, 65536);
	assert_int_equal(scratch_setup(&own), 0);
	for (size_t i = 0; i < COUNT_OF(tree->files) && tree->files[i].path != NULL; i++)
		write_file(own, &tree->files[i]);
	tree_look(((struct scratch *)own)->directory, &text);
	for (size_t i = 0; i < COUNT_OF(tree->want) && tree->want[i] != NULL; i++)
		check_line(text_string(&text), tree->want[i]);
	assert_int_equal(scratch_teardown(&own), 0);
}
