/* Texts of a file that are configurations or commands: all of it, what stands in its
 * values, what a command writes into a file. */
#include "audit/look_matching.h"
#include "audit/look_wants.h"

#define COMMAND_RULES_MAX 256

static bool holds(struct bytes text, struct bytes part)
{
	return bytes_find_caseless(text, part) < text.len;
}

/* One of each depth is enough: what was read is done with when the next begins. */
static struct reading *read_into_spare(struct looking *looking, struct bytes text,
	const struct syntax *syntax, unsigned depth)
{
	struct reading *reading = looking->spare[depth];

	if (reading == NULL)
		reading = arena_take(looking->arena, sizeof *reading);
	looking->spare[depth] = reading;
	if (reading == NULL) {
		looking->err = ERR_MEMORY;
		return NULL;
	}
	reading->looking = looking;
	reading->syntax = syntax;
	reading->releases.of = reading->lacked.of = NULL;
	looking->err = directives_read(text, syntax, looking->arena, &reading->all);
	looking->out->cut = looking->out->cut || reading->all.cut;
	return looking->err == ERR_OK ? reading : NULL;
}

/* The rules for commands that may apply to this file, sought once. */
static void seek_command_rules(struct looking *looking)
{
	size_t kind = kind_find(bytes_of_string("commands"));

	if (looking->command_rules != NULL)
		return;
	looking->command_rules = arena_take(
		looking->arena, COMMAND_RULES_MAX * sizeof *looking->command_rules);
	if (looking->command_rules == NULL) {
		looking->err = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < looking->rules->count; i++)
		if (looking->command_rule_count < COMMAND_RULES_MAX &&
			rule_is_of_directives(looking->rules->all[i]) &&
			look_applies(looking, i, kind))
			looking->command_rules[looking->command_rule_count++] =
				looking->rules->all[i];
}

bool look_has_command_rules(struct looking *looking)
{
	seek_command_rules(looking);
	return looking->command_rule_count > 0;
}

bool look_is_option(const struct looking *looking, struct bytes text)
{
	for (size_t i = 0; i < looking->command_rule_count; i++)
		for (size_t j = 0; j < looking->command_rules[i]->needle_count; j++)
			if (holds(text, looking->command_rules[i]->needles[j]))
				return true;
	return false;
}

/* A script that writes files. */
static bool may_write(struct bytes text)
{
	static const char *const marks[] = { "<<", "sed ", ">>", "tee " };

	if (bytes_find(text, bytes_of_string("\n")) == text.len)
		return false;
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (bytes_find(text, bytes_of_string(marks[i])) < text.len)
			return true;
	return false;
}

/* A text that has a file's name is read as that file. */
static void look_at_named(
	struct looking *looking, struct bytes name, struct bytes text, unsigned depth)
{
	struct kind_set set = kinds_of(name, text);

	for (size_t kind = 0; kind < kind_count; kind++)
		if (kind_set_has(&set, kind) && kinds[kind].syntax != NULL)
			look_at_lines(looking, text, kind, depth);
}

/* Quotation marks, and the line that begins a here-document, are no part of it. */
static struct bytes bare_text(struct bytes text)
{
	if (text.len >= 2 && (text.at[0] == '"' || text.at[0] == '\'') &&
		text.at[text.len - 1] == text.at[0])
		return bytes_over(text.at + 1, text.len - 2);
	if (bytes_start_with(text, bytes_of_string("<<")))
		return bytes_after(text, bytes_find(text, bytes_of_string("\n")) + 1);
	return text;
}

/* All the items of a list: its text from the first to the last; empty if it is none. */
static struct bytes items_of(const struct reading *reading, size_t index)
{
	struct bytes first = { 0 }, last = { 0 };

	for (size_t i = index + 1; i < reading->all.count; i++) {
		const struct directive *item = at_index(reading, i);

		if (item->block != index || item->name.len > 0 || item->opens)
			break;
		/* Then each is a command of its own. */
		if (bytes_find(item->value, bytes_of_string(" ")) < item->value.len &&
			bare_text(item->value).len == item->value.len)
			return (struct bytes){ 0 };
		first = first.at == NULL ? item->value : first;
		last = item->value;
	}
	if (first.at == NULL || last.at <= first.at)
		return (struct bytes){ 0 };
	return bytes_over(first.at, (size_t)(last.at - first.at) + last.len);
}

static bool is_command(const struct syntax *syntax)
{
	return syntax->reader == NOTATION_COMMANDS ||
	       syntax->reader == NOTATION_COMMAND_LIST;
}

/* Of which configurations the values may be commands. */
static bool may_hold_commands(const struct syntax *syntax)
{
	return syntax->reader == NOTATION_YAML || syntax->reader == NOTATION_XML ||
	       bytes_equal(bytes_of_string(syntax->name), bytes_of_string("hcl")) ||
	       bytes_equal(bytes_of_string(syntax->name), bytes_of_string("ini")) ||
	       bytes_equal(bytes_of_string(syntax->name), bytes_of_string("properties"));
}

static bool nests(const struct syntax *syntax)
{
	return may_hold_commands(syntax) || is_command(syntax);
}

/* In a file of another kind there must be a name of one of its own. */
static bool needs_name(const struct rule *rule)
{
	for (size_t kind = 0; kind < kind_count; kind++)
		if (kind_set_has(&rule->kinds, kind) && !kind_needs_name(kind))
			return false;
	return true;
}

/* Code holds commands, and what it writes, in its strings; so does a configuration that
 * nests, and a command writes whatever file it likes. */
void look_wants(const struct rule *rule, enum look_wants ret[KINDS_MAX])
{
	bool commands =
		kind_set_has(&rule->kinds, kind_find(bytes_of_string("commands")));
	bool of_directives = rule_is_of_directives(rule);
	bool written = look_is_written(rule);

	for (size_t kind = 0; kind < kind_count; kind++) {
		const char *syntax = kinds[kind].syntax;

		ret[kind] = WANTS_NOT;
		if (kind_set_has(&rule->kinds, kind) ||
			(kinds[kind].family != NULL && of_directives && commands))
			ret[kind] = WANTS;
		else if (syntax != NULL && (of_directives || written) &&
			 nests(syntax_find(bytes_of_string(syntax))))
			ret[kind] = !written && needs_name(rule) ? WANTS_NAMED : WANTS;
		else if (kinds[kind].family != NULL && written)
			ret[kind] = WANTS_MARKED;
	}
}

/* The text of a block scalar or a here-document is a file of its own, if its key is named
 * as one: "nginx.conf: |"; what a command writes is the file that it writes to. */
static void look_at_texts(const struct reading *reading, unsigned depth)
{
	struct looking *looking = reading->looking;
	bool commands = is_command(reading->syntax);

	if (depth + 1 >= LOOK_DEPTH)
		return;
	for (size_t i = 0; i < reading->all.count && look_goes_on(looking); i++) {
		const struct directive *at = at_index(reading, i);
		bool lines = bytes_find(at->value, bytes_of_string("\n")) < at->value.len;
		bool named = at->name.len > 0 && at->name.at[0] != '-';

		if (named && (lines || commands) && !at->opens)
			look_at_named(looking, at->name, at->value, depth + 1);
		/* What a substitution seeks is not written. */
		if (!commands || !bytes_equal(at->name, bytes_of_string("s")))
			look_at_written(looking, bare_text(at->value), depth + 1);
		if (commands || !may_hold_commands(reading->syntax))
			continue;
		look_at_command(looking, bare_text(at->value), false, depth + 1);
		if (at->opens)
			look_at_command(looking, items_of(reading, i), true, depth + 1);
	}
}

void look_at_command(
	struct looking *looking, struct bytes text, bool list, unsigned depth)
{
	const struct syntax *syntax =
		syntax_find(bytes_of_string(list ? "command-list" : "commands"));
	struct reading *reading;

	seek_command_rules(looking);
	if (text.len < 2 || depth >= LOOK_DEPTH || looking->err != ERR_OK ||
		(!look_is_option(looking, text) && !may_write(text)))
		return;
	reading = read_into_spare(looking, text, syntax, depth);
	for (size_t i = 0; reading != NULL && i < looking->command_rule_count; i++)
		matching_try(reading, looking->command_rules[i]);
	if (reading != NULL)
		look_at_texts(reading, depth);
}

void look_at_text(struct looking *looking, struct bytes text, size_t kind, unsigned depth)
{
	const struct syntax *syntax = syntax_find(bytes_of_string(kinds[kind].syntax));
	struct reading *reading = NULL;
	bool all = nests(syntax) && looking->may_hold_others;

	if (depth >= LOOK_DEPTH)
		return;
	for (size_t i = 0; i < looking->rules->count && looking->err == ERR_OK; i++) {
		const struct rule *rule = looking->rules->all[i];
		bool applies =
			rule_is_of_directives(rule) && look_applies(looking, i, kind);

		if (reading == NULL && (applies || all))
			reading = read_into_spare(looking, text, syntax, depth);
		if (reading == NULL && (applies || all))
			return;
		if (applies && looking->err == ERR_OK)
			matching_try(reading, rule);
	}
	if (reading != NULL && looking->err == ERR_OK && all)
		look_at_texts(reading, depth);
}

void look_at_directives(struct looking *looking, size_t kind)
{
	look_at_text(looking, looking->text, kind, 0);
}
