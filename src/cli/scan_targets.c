#include "cli/scan_targets.h"

#include <stdio.h>

/* A file of that name is read; else it is a target. "-" is standard input. */
static enum err take_operand(struct targets *targets, const char *operand,
	enum err (*take)(struct targets *targets, const char *text, struct fault *why),
	struct fault *why)
{
	enum err err = targets_read(targets, operand, take, why);

	if (err != ERR_NOT_FOUND && err != ERR_TYPE)
		return err;
	return take(targets, operand, why);
}

/* Each between commas. */
static enum err exclude_each(struct targets *targets, const char *text, struct fault *why)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && *text != '\0') {
		char one[TARGETS_TEXT_MAX];
		size_t len = strcspn(text, ",");

		if (len >= sizeof one)
			return fault_set(why, ERR_USAGE, "--exclude: too long a name");
		memcpy(one, text, len);
		one[len] = '\0';
		err = targets_exclude(targets, one, why);
		text += len + (text[len] == ',');
	}
	return err;
}

static enum err take_exclusions(
	struct targets *targets, const char *exclude, struct fault *why)
{
	enum err err;

	if (exclude == NULL)
		return ERR_OK;
	err = targets_read(targets, exclude, targets_exclude, why);
	if (err != ERR_NOT_FOUND && err != ERR_TYPE)
		return err;
	return exclude_each(targets, exclude, why);
}

/* A place with more addresses than one, until all have ended. */
struct open_place {
	uint64_t used;
	uint64_t place;
	uint64_t left;
};

/* A share is other work than the whole. */
static enum err open_journal(struct scan_targets *targets, const char *path,
	const uint32_t shard[static 2], struct fault *why)
{
	const struct hash_key key = { shard[0], shard[1] };
	uint64_t digest = targets_digest(&targets->targets);

	if (path == NULL)
		return ERR_OK;
	return journal_open(path, hash_bytes(&key, bytes_over(&digest, sizeof digest)),
		&targets->journal, why);
}

enum err scan_targets_begin(struct scan_targets *targets,
	const struct scan_targets_setting *setting, struct fault *why)
{
	static const struct hash_key key = { 1, 1 }; /* places are ours */
	uint32_t shard[] = { 0, 1 };
	enum err err = ERR_OK;

	*targets = (struct scan_targets){ .all_addresses = setting->all_addresses };
	targets_init(&targets->targets);
	table_init(&targets->open, sizeof(struct open_place), sizeof(uint64_t),
		TARGETS_LINES_MAX, &key);
	if (setting->shard != NULL)
		err = targets_read_shard(setting->shard, &shard[0], &shard[1], why);
	for (size_t i = 0; i < setting->operand_count && err == ERR_OK; i++)
		err = take_operand(
			&targets->targets, setting->operands[i], targets_add, why);
	if (err == ERR_OK)
		err = take_exclusions(&targets->targets, setting->exclude, why);
	if (err == ERR_OK && targets->targets.wide && !setting->yes)
		err = fault_set(why, ERR_USAGE,
			"a range has more than 65,536 addresses: --yes asks them all");
	if (err == ERR_OK)
		err = open_journal(targets, setting->resume, shard, why);
	/* The order is the same on all machines that share a scan, and in each run. */
	targets->walk = targets_walk(&targets->targets, 0, shard[0], shard[1]);
	return err;
}

void scan_targets_done(struct scan_targets *targets)
{
	journal_close(targets->journal);
	table_done(&targets->open);
	targets_done(&targets->targets);
}

static bool is_done(const struct scan_targets *targets, uint64_t place)
{
	return targets->journal != NULL && journal_has(targets->journal, place);
}

/* Of a place with several addresses the last counts. */
enum err scan_targets_ended(struct scan_targets *targets, uint64_t tag, struct fault *why)
{
	struct open_place *open = table_find(&targets->open, &tag);

	if (targets->journal == NULL)
		return ERR_OK;
	if (open != NULL && open->left > 0 && --open->left > 0)
		return ERR_OK;
	return journal_note(targets->journal, tag, why);
}

static enum err note_open(struct scan_targets *targets, struct fault *why)
{
	struct open_place *open;

	if (targets->journal == NULL)
		return ERR_OK;
	open = table_take(&targets->open, &targets->target.place);
	if (open == NULL)
		return fault_set(why, ERR_LIMIT,
			"--resume: too many names with several addresses");
	open->used = 1;
	open->left = targets->found_count;
	return ERR_OK;
}

/* Addresses that are excluded are none that was found. */
static enum err find(struct scan_targets *targets, struct fault *why)
{
	size_t count = 0, kept = 0;
	enum err err = dial_resolve(
		targets->target.name, targets->target.port, targets->found, &count, why);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < count; i++)
		if (!targets_exclude_address(
			    &targets->targets, &targets->found[i].address))
			targets->found[kept++] = targets->found[i];
	targets->found_next = 0;
	targets->found_count = targets->all_addresses || kept == 0 ? kept : 1;
	(void)snprintf(targets->host, sizeof targets->host, "%s", targets->target.name);
	return targets->found_count > 1 ? note_open(targets, why) : ERR_OK;
}

static enum err begin_next(struct scan_targets *targets, struct fault *why)
{
	char text[ADDRESS_TEXT_MAX];

	do
		if (!targets_next(&targets->walk, &targets->target))
			return ERR_END;
	while (is_done(targets, targets->target.place));
	if (targets->target.name != NULL)
		return find(targets, why);
	targets->found[0] =
		(struct dial_target){ targets->target.address, targets->target.port };
	targets->found_next = 0;
	targets->found_count = 1;
	(void)snprintf(targets->host, sizeof targets->host, "%s",
		address_text(&targets->target.address, text));
	return ERR_OK;
}

enum err scan_targets_next(
	struct scan_targets *targets, struct scan_target *ret, struct fault *why)
{
	while (targets->found_next == targets->found_count) {
		enum err err = begin_next(targets, why);

		if (err != ERR_OK)
			return err;
	}
	*ret = (struct scan_target){ .at = targets->found[targets->found_next++],
		.host = bytes_of_string(targets->host),
		.tag = targets->target.place };
	if (targets->target.name != NULL)
		ret->server_name = ret->host;
	return ERR_OK;
}
