/* What several workers, and the walk that they shared, come to. */
#include "cli/auditing.h"

struct bytes audit_path(const char *name)
{
	struct bytes path = bytes_of_string(name);

	while (bytes_start_with(path, bytes_of_string("./")))
		do
			path = bytes_after(path, 1);
		while (path.len > 0 && path.at[0] == '/');
	return path;
}

void audited_add(struct audited *all, const struct audited *one)
{
	all->files += one->files;
	all->bytes += one->bytes;
	all->looked_into += one->looked_into;
	all->binaries += one->binaries;
	all->archives += one->archives;
	all->broken += one->broken;
	all->encrypted += one->encrypted;
	all->bombs += one->bombs;
	all->cut += one->cut;
	all->left_out += one->left_out;
	noted_join(&all->noted, &one->noted);
	for (unsigned i = 0; i < TREE_SKIPPED_COUNT; i++)
		all->skipped[i] += one->skipped[i];
}

void audited_add_end(
	struct audited *all, enum archive_end end, const char *name, struct arena *arena)
{
	static const enum noted_kind noted[] = {
		[ARCHIVE_WHOLE] = NOTED_COUNT,
		[ARCHIVE_ENCRYPTED] = NOTED_ENCRYPTED,
		[ARCHIVE_BROKEN] = NOTED_BROKEN,
		[ARCHIVE_CEILING] = NOTED_BOMB,
	};

	all->encrypted += end == ARCHIVE_ENCRYPTED;
	all->broken += end == ARCHIVE_BROKEN;
	all->bombs += end == ARCHIVE_CEILING;
	if (noted[end] < NOTED_COUNT)
		noted_add(&all->noted, noted[end], name, arena);
}

void audited_add_walk(struct audited *all, const struct tree *tree, struct arena *arena)
{
	static const struct {
		enum tree_skipped what;
		enum noted_kind kind;
	} named[] = {
		{ TREE_SPECIAL, NOTED_SPECIAL },
		{ TREE_TOO_LONG, NOTED_TOO_LONG },
		{ TREE_UNREADABLE, NOTED_UNREADABLE },
	};

	for (unsigned i = 0; i < TREE_SKIPPED_COUNT; i++)
		all->skipped[i] += tree_skipped(tree, (enum tree_skipped)i);
	for (size_t i = 0; i < COUNT_OF(named); i++) {
		const char *name;

		for (size_t j = 0;
			j < TREE_NAMED_MAX &&
			(name = tree_skipped_name(tree, named[i].what, j)) != NULL;
			j++)
			noted_add(&all->noted, named[i].kind, name, arena);
	}
}
