#include "cli/scan_targets.h"

#include <stdio.h>

/* No target begins so. */
static enum err no_file(const char *path, struct fault *why)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, 1024);
	text_quote_terminal(&quoted, bytes_of_string(path));
	return fault_set(why, ERR_USAGE,
		"scan: there is no file %s; name one that holds targets, one a line, "
		"or a target, as erp.example.net:443",
		text_string(&quoted));
}

/* "10.0.4.0/24" is none. */
static bool is_path(const char *text)
{
	return (text[0] == '/' || text[0] == '.' || text[0] == '~') &&
	       strchr(text, '/') != NULL;
}

/* A file of that name is read; else it is a target. "-" is standard input. */
static enum err take_operand(struct targets *targets, const char *operand,
	enum err (*take)(struct targets *targets, const char *text, struct fault *why),
	struct fault *why)
{
	enum err err = targets_read(targets, operand, take, why);

	if (err != ERR_NOT_FOUND && err != ERR_TYPE)
		return err;
	return is_path(operand) ? no_file(operand, why) : take(targets, operand, why);
}

/* Up to the comma behind it. Digits alone are no name: they are another port of it. */
static size_t length_of_one(const char *text)
{
	size_t len = strcspn(text, ",");

	while (text[len] == ',') {
		size_t digits = strspn(text + len + 1, "0123456789");

		if (digits == 0 || strchr(",", text[len + 1 + digits]) == NULL)
			break;
		len += 1 + digits;
	}
	return len;
}

/* Each between commas. */
static enum err exclude_each(struct targets *targets, const char *text, struct fault *why)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && *text != '\0') {
		char one[TARGETS_TEXT_MAX];
		size_t len = length_of_one(text);

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
	/* An empty variable of a script must not ask whom it was to spare. */
	if (exclude[0] == '\0')
		return fault_set(why, ERR_USAGE, "scan: --exclude names nobody");
	err = targets_read(targets, exclude, targets_exclude, why);
	if (err != ERR_NOT_FOUND && err != ERR_TYPE)
		return err;
	return is_path(exclude) ? no_file(exclude, why)
				: exclude_each(targets, exclude, why);
}

/* A place with more addresses than one, until all have ended. */
struct open_place {
	uint64_t used;
	uint64_t place;
	uint64_t left;
};

/* A share is other work than the whole, UDP than TCP, and versions alone than all. */
static enum err open_journal(struct scan_targets *targets,
	const struct scan_targets_setting *setting, const uint32_t shard[static 2],
	struct fault *why)
{
	const struct hash_key key = { (uint64_t)setting->mass << 33 |
					      (uint64_t)setting->udp << 32 | shard[0],
		shard[1] };
	uint64_t digest = targets_digest(&targets->targets);

	if (setting->resume == NULL)
		return ERR_OK;
	return journal_open(setting->resume,
		hash_bytes(&key, bytes_over(&digest, sizeof digest)), &targets->journal,
		why);
}

/* Operands that are no files are targets, or were refused. Silence would be taken for a
 * scan without findings. */
static enum err no_target(const struct scan_targets_setting *setting, struct fault *why)
{
	const char *only = setting->operands[0];
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, 1024);
	if (setting->operand_count > 1)
		return fault_set(why, ERR_USAGE, "scan: no file named holds a target");
	text_quote_terminal(&quoted, bytes_of_string(only));
	return fault_set(why, ERR_USAGE, "scan: %s holds no target",
		strcmp(only, "-") == 0 ? "standard input" : text_string(&quoted));
}

enum err scan_targets_begin(struct scan_targets *targets,
	const struct scan_targets_setting *setting, struct fault *why)
{
	static const struct hash_key key = { 1, 1 }; /* places are ours */
	uint32_t shard[] = { 0, 1 };
	enum err err = ERR_OK;

	*targets = (struct scan_targets){ .all_addresses = setting->all_addresses,
		.excludes = setting->exclude != NULL };
	targets_init(&targets->targets);
	table_init(&targets->open, sizeof(struct open_place), sizeof(uint64_t),
		TARGETS_LINES_MAX, &key);
	if (setting->shard != NULL)
		err = targets_read_shard(setting->shard, &shard[0], &shard[1], why);
	for (size_t i = 0; i < setting->operand_count && err == ERR_OK; i++)
		err = take_operand(
			&targets->targets, setting->operands[i], targets_add, why);
	if (err == ERR_OK && targets->targets.total == 0)
		err = no_target(setting, why);
	if (err == ERR_OK)
		err = take_exclusions(&targets->targets, setting->exclude, why);
	if (err == ERR_OK && targets->targets.wide && !setting->yes)
		err = fault_set(why, ERR_USAGE,
			"a range has more than 65,536 addresses: --yes asks them all");
	if (err == ERR_OK)
		err = open_journal(targets, setting, shard, why);
	if (err == ERR_OK)
		err = resolver_new(setting->dns, &targets->resolver, why);
	/* The order is the same on all machines that share a scan, and in each run. */
	targets->walk = targets_walk(&targets->targets, 0, shard[0], shard[1]);
	return err;
}

void scan_targets_done(struct scan_targets *targets)
{
	resolver_free(targets->resolver);
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

enum err scan_targets_note(struct scan_targets *targets, struct fault *why)
{
	return targets->journal == NULL ? ERR_OK : journal_flush(targets->journal, why);
}

static enum err note_open(struct scan_targets *targets, struct fault *why)
{
	struct open_place *open;

	if (targets->journal == NULL)
		return ERR_OK;
	open = table_take(&targets->open, &targets->found.tag);
	if (open == NULL)
		return fault_set(why, ERR_LIMIT,
			"--resume: too many names with several addresses");
	open->used = 1;
	open->left = targets->found.count;
	return ERR_OK;
}

/* Addresses that are excluded are none that was found. */
static enum err take_answer(struct scan_targets *targets, struct fault *why)
{
	struct resolver_answer *found = &targets->found;
	size_t kept = 0;
	enum err err = resolver_take(targets->resolver, found, why);

	targets->found_next = 0;
	if (err != ERR_OK) {
		targets->any |= err != ERR_AGAIN;
		found->count = 0;
		return err;
	}
	for (size_t i = 0; i < found->count; i++)
		if (!targets_exclude_address(&targets->targets,
			    &found->targets[i].address, found->targets[i].port))
			found->targets[kept++] = found->targets[i];
	found->count = targets->all_addresses || kept == 0 ? kept : 1;
	targets->any |= kept > 0;
	targets->named = true;
	(void)snprintf(targets->host, sizeof targets->host, "%s", found->host);
	return found->count > 1 ? note_open(targets, why) : ERR_OK;
}

static void take_address(struct scan_targets *targets, const struct target *target)
{
	char text[ADDRESS_TEXT_MAX];

	targets->found.targets[0] = (struct dial_target){ target->address, target->port };
	targets->found.count = 1;
	targets->found.tag = target->place;
	targets->found_next = 0;
	targets->named = false;
	(void)snprintf(targets->host, sizeof targets->host, "%s",
		address_text(&target->address, text));
}

/* Passes names on to the resolver until there is an address, or it has enough of them. */
static enum err begin_next(struct scan_targets *targets, struct fault *why)
{
	struct target target;
	enum err err = ERR_OK;

	while (err == ERR_OK && resolver_open(targets->resolver) < RESOLVE_AT_ONCE) {
		if (!targets_next(&targets->walk, &target))
			return resolver_open(targets->resolver) > 0 ? ERR_AGAIN : ERR_END;
		if (is_done(targets, target.place)) {
			targets->any = true;
			targets->done_before++;
			continue;
		}
		if (target.name == NULL) {
			targets->any = true;
			take_address(targets, &target);
			return ERR_OK;
		}
		err = resolver_ask(
			targets->resolver, target.name, target.port, target.place);
	}
	return err == ERR_OK ? ERR_AGAIN : fault_set(why, err, "memory ran out");
}

/* Said once, for silence would be taken for a scan without findings. */
static enum err end(struct scan_targets *targets, struct fault *why)
{
	if (targets->any || !targets->excludes)
		return ERR_END;
	targets->any = true;
	return fault_set(
		why, ERR_NOT_FOUND, "scan: --exclude leaves none of the targets");
}

enum err scan_targets_next(
	struct scan_targets *targets, struct scan_target *ret, struct fault *why)
{
	while (targets->found_next == targets->found.count) {
		enum err err = take_answer(targets, why);

		if (err == ERR_AGAIN)
			err = begin_next(targets, why);
		if (err == ERR_AGAIN) /* what stands in /etc/hosts is there at once */
			err = take_answer(targets, why);
		if (err == ERR_END)
			return end(targets, why);
		if (err != ERR_OK)
			return err;
	}
	*ret = (struct scan_target){ .at = targets->found.targets[targets->found_next++],
		.host = bytes_of_string(targets->host),
		.tag = targets->found.tag };
	if (targets->named)
		ret->server_name = ret->host;
	return ERR_OK;
}

struct exchange_guest *scan_targets_guest(struct scan_targets *targets)
{
	return resolver_guest(targets->resolver);
}
