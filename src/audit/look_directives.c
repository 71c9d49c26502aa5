/* Rules for configurations, over their directives. */
#include "audit/look_inside.h"

/* True if one of the blocks around it has a name that the rule wants. */
static bool lies_within(
	const struct directives *all, const struct directive *at, const struct rule *rule)
{
	uint32_t block = at->block;

	if (rule->within_count == 0)
		return true;
	for (size_t depth = 0; block != NO_BLOCK && depth < BLOCKS_MAX; depth++) {
		for (size_t i = 0; i < rule->within_count; i++)
			if (pattern_fits(all->all[block].name, rule->within[i]))
				return true;
		block = all->all[block].block;
	}
	return false;
}

static bool is_named(const struct directive *at, const struct rule *rule)
{
	for (size_t i = 0; i < rule->name_count; i++)
		if (pattern_fits(at->name, rule->names[i].pattern))
			return true;
	return false;
}

static void try_rule(struct looking *looking, const struct directives *all,
	const struct directive *at, const struct rule *rule)
{
	struct protocol_list list = protocol_list_begin(rule->dialect);
	struct found found = { .rule = rule, .list = &list };
	bool ended = at->end < looking->text.len && looking->text.at[at->end] == ';';

	if (!is_named(at, rule) || !lies_within(all, at, rule))
		return;
	protocol_list_text(&list, at->value);
	found.at = at->at;
	found.value_at =
		at->value.len > 0 ? (size_t)(at->value.at - looking->text.at) : at->end;
	found.value_len = at->value.len;
	found.statement_at = at->at;
	found.statement_len = at->end - at->at + ended;
	look_keep(looking, &found);
}

void look_at_directives(struct looking *looking, size_t kind)
{
	const struct syntax *syntax = syntax_find(bytes_of_string(kinds[kind].syntax));
	struct directives all = { 0 };
	bool read = false;

	for (size_t i = 0; i < looking->rules->count && looking->err == ERR_OK; i++) {
		const struct rule *rule = looking->rules->all[i];

		if (rule->find != FIND_DIRECTIVE || !look_applies(looking, i, kind))
			continue;
		if (!read)
			looking->err = directives_read(
				looking->text, syntax, looking->arena, &all);
		read = true;
		for (size_t at = 0; at < all.count && looking->err == ERR_OK; at++)
			try_rule(looking, &all, &all.all[at], rule);
	}
	looking->out->cut = looking->out->cut || all.cut;
}
