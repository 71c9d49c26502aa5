#include "cli/fixing.h"

#include <stdlib.h>

#include "audit/mend.h"
#include "policy/setting_judge.h"
#include "sys/log.h"
#include "sys/output.h"

#define LOOK_MAX ((size_t)512 << 20)

/* One file at a time. */
struct mender {
	struct fixing *fixing;
	struct needles *needles;
	struct needles_scratch *scratch;
	struct arena arena;
	struct mend mend;
	struct file_state was; /* of the file at hand, before it was read */
	uint8_t *memory;       /* AUDIT_FILE_MAX, and one byte more */
};

static bool is_safe(const struct mender *mender, const struct setting *setting)
{
	return setting->fix.safe &&
	       !setting_is_suppressed(setting, mender->fixing->now) &&
	       setting_judge(mender->fixing->policy, setting).verdict != SETTING_PASSES;
}

/* A file that is not looked into to its end is not changed. */
static bool read_whole(
	struct mender *mender, const char *path, struct bytes *ret, struct fault *why)
{
	const char *const paths[] = { path };
	struct tree_walker *walker = NULL;
	struct tree *tree = NULL;
	struct tree_file file;
	size_t len = 0, got = 1;
	bool fine = file_state_read(path, &mender->was) &&
		    tree_new(paths, 1, NULL, &tree, why) == ERR_OK &&
		    tree_walker_new(tree, &walker) == ERR_OK && tree_next(walker, &file);

	while (fine && got > 0 && len <= AUDIT_FILE_MAX) {
		fine = tree_read(
			&file, len, mender->memory + len, AUDIT_FILE_MAX + 1 - len, &got);
		len += got;
	}
	tree_walker_free(walker);
	tree_free(tree);
	*ret = bytes_over(mender->memory, len);
	return fine && len <= AUDIT_FILE_MAX;
}

static void gather(struct mender *mender, const struct looked *looked)
{
	for (size_t i = 0; i < looked->count; i++) {
		const struct setting *setting = &looked->settings[i];

		if (!is_safe(mender, setting))
			continue;
		for (size_t j = 0; j < setting->fix.edit_count; j++)
			(void)mend_add(&mender->mend, &setting->fix.edits[j]);
	}
}

static enum err write_out(struct mender *mender, struct bytes path, struct fault *why)
{
	struct text CLEANUP(text_done) text;
	struct fixing *fixing = mender->fixing;
	const char *name = arena_string(&mender->arena, path);
	struct bytes all;
	enum err err;

	text_init(&text, 4 * AUDIT_FILE_MAX);
	if (fixing->dry)
		mend_diff(&mender->mend, path, &text);
	else
		mend_text(&mender->mend, &text);
	err = text_end(&text);
	if (err != ERR_OK || name == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	all = bytes_over(text_string(&text), text_len(&text));
	if (fixing->dry) {
		err = output_write(all);
	} else if (output_replace_file(name, &mender->was, all, why) != ERR_OK) {
		log_fault(why);
		fixing->failed++;
		return ERR_OK;
	}
	fixing->files++;
	fixing->edits += mender->mend.count;
	return err;
}

static enum err mend_file(struct mender *mender, struct bytes path, struct fault *why)
{
	const struct looker looker = { mender->fixing->rules, mender->needles,
		mender->scratch };
	struct looked looked;
	const char *name;
	struct bytes text;
	enum err err;

	arena_reset(&mender->arena);
	name = arena_string(&mender->arena, path);
	if (name == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	if (!read_whole(mender, name, &text, why))
		return ERR_OK;
	err = look_into_file(&looker, path, text, &mender->arena, &looked);
	if (err != ERR_OK)
		return fault_set(why, err, "memory ran out");
	mender->mend = (struct mend){ .text = text, .shown = mender->fixing->shown };
	gather(mender, &looked);
	return mender->mend.count > 0 ? write_out(mender, path, why) : ERR_OK;
}

static enum err mend_all(
	struct mender *mender, const struct audited *audited, struct fault *why)
{
	struct bytes before = { 0 };
	enum err err = ERR_OK;

	for (size_t i = 0; i < audited->count && err == ERR_OK; i++) {
		const struct setting *setting = &audited->settings[i];

		if (!is_safe(mender, setting) || bytes_equal(before, setting->path))
			continue;
		before = setting->path;
		err = mend_file(mender, setting->path, why);
	}
	return err;
}

enum err fixing_run(
	struct fixing *fixing, const struct audited *audited, struct fault *why)
{
	struct mender *mender = calloc(1, sizeof *mender);
	enum err err;

	if (mender == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	mender->fixing = fixing;
	mender->memory = malloc(AUDIT_FILE_MAX + 1);
	arena_init(&mender->arena, LOOK_MAX);
	err = mender->memory == NULL ? fault_set(why, ERR_MEMORY, "memory ran out")
				     : needles_new(fixing->rules, &mender->needles, why);
	if (err == ERR_OK)
		err = needles_scratch_new(mender->needles, &mender->scratch, why);
	if (err == ERR_OK)
		err = mend_all(mender, audited, why);
	if (err == ERR_IO)
		(void)fault_set(why, err, "standard output cannot be written");
	needles_scratch_free(mender->scratch);
	needles_free(mender->needles);
	arena_done(&mender->arena);
	free(mender->memory);
	free(mender);
	return err;
}
