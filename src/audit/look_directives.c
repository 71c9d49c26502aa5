/* Rules for configurations, over their directives. */
#include "audit/look_matching.h"

#define ITEMS_MAX 256 /* of a list of versions */

/* A list's items have no names. */
static void evaluate_items(
	const struct reading *reading, size_t index, struct protocol_list *list)
{
	size_t last = index + ITEMS_MAX;

	if (!at_index(reading, index)->opens)
		return;
	for (size_t i = index + 1; i < reading->all.count && i < last; i++) {
		const struct directive *item = at_index(reading, i);

		if (item->block == index && item->name.len == 0 && !item->opens)
			protocol_list_text(list, item->value);
		else if (item->block == NO_BLOCK || item->block < index)
			return;
	}
}

static void evaluate(const struct reading *reading, size_t index, const struct rule *rule,
	struct protocol_list *list)
{
	const struct directive *at = at_index(reading, index);

	if (rule->reads_name)
		protocol_list_text(list, at->name);
	if (at->value.len > 0 || !at->opens)
		protocol_list_text(list, at->value);
	evaluate_items(reading, index, list);
	if (rule->reads_block && at->block != NO_BLOCK)
		protocol_list_text(list, at_index(reading, at->block)->name);
}

/* True if nothing else stands on its line. Of YAML, JSON and HCL only then can it be
 * deleted: commas, brackets and quotation marks around it would be left. */
static bool is_alone(
	const struct reading *reading, uint32_t block, size_t from, size_t end)
{
	struct bytes text = reading->looking->text;

	/* An option: its command stays. */
	if (reading->syntax->reader == NOTATION_COMMANDS)
		return block != NO_BLOCK;
	if (reading->syntax->reader == NOTATION_LINES && !reading->syntax->commas)
		return true;
	while (from > 0 && (text.at[from - 1] == ' ' || text.at[from - 1] == '\t'))
		from--;
	while (end < text.len && (text.at[end] == ' ' || text.at[end] == '\r'))
		end++;
	return (from == 0 || text.at[from - 1] == '\n') &&
	       (end >= text.len || text.at[end] == '\n' || text.at[end] == '#');
}

/* True if an edit that was kept deletes what stands there. */
static bool is_deleted(struct looking *looking, size_t at)
{
	const struct looked *out = looking->out;

	looking->work += out->count;
	for (size_t i = 0; i < out->count; i++) {
		const struct setting_fix *fix = &out->settings[i].fix;

		if (fix->edit_count > 0 && fix->edits[0].with.len == 0 &&
			at >= fix->edits[0].at &&
			at < fix->edits[0].at + fix->edits[0].len)
			return true;
	}
	return false;
}

/* True if nothing would be left of its mapping or list. YAML 1.2.2, 8.2: a key with
 * nothing under it is null, which who reads a mapping there refuses. */
static bool empties_block(const struct reading *reading, size_t index)
{
	uint32_t block = at_index(reading, index)->block;

	if (reading->syntax->reader != NOTATION_YAML || block == NO_BLOCK)
		return false;
	for (size_t i = block + 1; i < reading->all.count; i++) {
		const struct directive *at = at_index(reading, i);

		if (at->block == NO_BLOCK || at->block < block)
			return true;
		if (i != index && at->block == block &&
			!is_deleted(reading->looking, at->at))
			return false;
	}
	return true;
}

/* A general rule says nothing of what this one knows. */
static void take(struct reading *reading, size_t index, const struct rule *rule)
{
	const struct directive *at = at_index(reading, index);

	if (rule->otherwise)
		return;
	look_take(reading->looking,
		at->name.len > 0 ? (size_t)(at->name.at - reading->looking->text.at)
				 : at->at);
}

/* A name that a value refers to, and where that has its own. */
struct followed {
	struct bytes name;
	size_t at;
};

static void keep(struct reading *reading, size_t index, const struct rule *rule,
	const struct protocol_list *list, struct followed followed, bool whole)
{
	struct looking *looking = reading->looking;
	const struct directive *at = at_index(reading, index);
	struct found found = { .rule = rule,
		.list = list,
		.followed = followed.name,
		.followed_at = followed.at };
	bool ended;
	size_t from =
		at->name.len > 0 ? (size_t)(at->name.at - looking->text.at) : at->at;
	if (list->known > 0)
		take(reading, index, rule);
	if (from > looking->text.len || (rule->otherwise && list->unknown > 0))
		return;
	found.at = from;
	found.value_at = at->value.len > 0 ? (size_t)(at->value.at - looking->text.at)
					   : from + at->name.len;
	found.value_len = at->value.len;
	if (whole) {
		size_t end = from + (at->end - at->at);

		whole = is_alone(reading, at->block, from, end) &&
			!empties_block(reading, index);
		ended = end < looking->text.len && looking->text.at[end] == ';';
		found.statement_at = from;
		found.statement_len = whole ? end - from + ended : 0;
	}
	found.joined = rule->repeats == REPEATS_JOINED || at->opens;
	found.absent = rule->find == FIND_ABSENCE;
	look_keep(looking, &found);
}

/* The last run of characters of names in a value: what it refers to, as in
 * "[parameters('x')]", "var.x", "!Ref X". */
static struct bytes reference_in(struct bytes value)
{
	size_t end = value.len, from;

	for (; end > 0; end--) {
		uint8_t c = value.at[end - 1];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '_')
			break;
	}
	for (from = end; from > 0; from--) {
		uint8_t c = value.at[from - 1];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || c == '_' || c == '-'))
			break;
	}
	return bytes_after(bytes_first(value, end), from);
}

/* What is behind "x string =" of Bicep's "param x string = 'TLS1_0'". */
static struct bytes declared(struct bytes value, struct bytes name)
{
	size_t at = bytes_find(value, bytes_of_string("="));

	if (at == value.len || !bytes_start_with(value, name) || value.len <= name.len ||
		(value.at[name.len] != ' ' && value.at[name.len] != '='))
		return (struct bytes){ 0 };
	return bytes_after(value, at + 1);
}

static bool is_any(struct bytes text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(text, bytes_of_string(words[i])))
			return true;
	return false;
}

static const char *const defaults[] = { "Default", "default", "defaultValue" };
static const char *const holders[] = { "locals", "parameters", "variables" };
static const char *const words[] = { "param", "var" };

static const struct directive *block_of(
	const struct reading *reading, const struct directive *at)
{
	return at->block == NO_BLOCK ? NULL : at_index(reading, at->block);
}

/* True if it may give some name a value. */
static bool defines(const struct reading *reading, const struct directive *at)
{
	const struct directive *in = block_of(reading, at);

	return is_any(at->name, words, COUNT_OF(words)) ||
	       (in != NULL && (is_any(at->name, defaults, COUNT_OF(defaults)) ||
				      is_any(in->name, holders, COUNT_OF(holders))));
}

/* Each match asks, and most files have none. */
static void seek_definitions(struct reading *reading)
{
	size_t count = 0;

	if (reading->defined_in == reading->all.all)
		return;
	for (size_t i = 0; i < reading->all.count; i++)
		count += defines(reading, at_index(reading, i));
	reading->definition_count = 0;
	reading->definitions = arena_take(
		reading->looking->arena, (count + 1) * sizeof *reading->definitions);
	if (reading->definitions == NULL) {
		reading->looking->err = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < reading->all.count; i++)
		if (defines(reading, at_index(reading, i)))
			reading->definitions[reading->definition_count++] = (uint32_t)i;
	reading->defined_in = reading->all.all;
}

/* What the directive gives the name; empty: nothing. */
static struct bytes given(
	const struct reading *reading, const struct directive *at, struct bytes name)
{
	const struct directive *in = block_of(reading, at);
	uint8_t memory[HEADER_MAX];

	if (in != NULL && is_any(at->name, defaults, COUNT_OF(defaults)) &&
		(bytes_equal(in->name, name) ||
			(bytes_equal(in->name, bytes_of_string("variable")) &&
				bytes_equal(bytes_after(matching_header(in, memory), 9),
					name))))
		return at->value;
	if (in != NULL && bytes_equal(at->name, name) &&
		is_any(in->name, holders, COUNT_OF(holders)))
		return at->value;
	if (is_any(at->name, words, COUNT_OF(words)))
		return declared(at->value, name);
	return (struct bytes){ 0 };
}

/* The value by which a name is known elsewhere in the file; empty: it is not. */
static struct bytes definition_of(struct reading *reading, struct bytes name)
{
	struct bytes value = { 0 };

	if (name.len > 0)
		seek_definitions(reading);
	for (size_t i = 0;
		name.len > 0 && value.len == 0 && i < reading->definition_count; i++)
		value = given(reading, at_index(reading, reading->definitions[i]), name);
	return value;
}

/* The value itself, or, if no word of it is known, what it refers to; a name without
 * quotation marks that the file has a value for is that, whatever else it means. */
static void keep_one(struct reading *reading, size_t index, const struct rule *rule)
{
	const struct directive *at = at_index(reading, index);
	struct protocol_list list = protocol_list_begin(rule->dialect);
	struct followed followed = { 0 };
	struct bytes value;

	evaluate(reading, index, rule, &list);
	if ((list.known == 0 || bytes_equal(reference_in(at->value), at->value)) &&
		at->value.len > 0 && at->value.len < HEADER_MAX && !rule->reads_name) {
		followed.name = reference_in(at->value);
		value = definition_of(reading, followed.name);
		if (value.len > 0) {
			list = protocol_list_begin(rule->dialect);
			protocol_list_text(&list, value);
			followed.at = (size_t)(value.at - reading->looking->text.at);
		} else {
			followed.name.len = 0;
		}
	}
	keep(reading, index, rule, &list, followed, true);
}

/* A template chooses between the two, so that none of them is the last. */
static bool is_chosen(const struct reading *reading, size_t from, size_t to)
{
	static const char *const marks[] = { "{%", "{{", "<%" };
	size_t at = at_index(reading, from)->end, end = at_index(reading, to)->at;
	struct bytes between;

	if (at > end || end > reading->looking->text.len)
		return false;
	between = bytes_over(reading->looking->text.at + at, end - at);
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (bytes_find(between, bytes_of_string(marks[i])) < between.len)
			return true;
	return false;
}

/* "tls-version" is "tls_version", as MySQL has it. */
static bool is_same_name(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (byte_lower(a.at[i] == '-' ? '_' : a.at[i]) !=
			byte_lower(b.at[i] == '-' ? '_' : b.at[i]))
			return false;
	return true;
}

static bool is_repeated(const struct reading *reading, size_t match)
{
	const struct directive *at = at_index(reading, reading->matches[match]);

	for (size_t i = match + 1; i < reading->match_count; i++) {
		const struct directive *other = at_index(reading, reading->matches[i]);

		if (other->block == at->block && is_same_name(other->name, at->name))
			return !is_chosen(
				reading, reading->matches[match], reading->matches[i]);
	}
	return false;
}

/* What stands in the blocks around comes first; then those of the block itself. */
static void join_block(const struct reading *reading, uint32_t block,
	const struct rule *rule, struct protocol_list *list)
{
	uint32_t chain[BLOCKS_MAX + 2];
	size_t count = 0;

	for (chain[count++] = block; block != NO_BLOCK && count < COUNT_OF(chain);) {
		block = at_index(reading, block)->block;
		chain[count++] = block;
	}
	while (count-- > 0)
		for (size_t i = 0; i < reading->match_count; i++)
			if (at_index(reading, reading->matches[i])->block == chain[count])
				evaluate(reading, reading->matches[i], rule, list);
}

static void keep_joined(struct reading *reading, const struct rule *rule)
{
	for (size_t i = 0; i < reading->match_count; i++) {
		uint32_t block = at_index(reading, reading->matches[i])->block;
		struct protocol_list list = protocol_list_begin(rule->dialect);
		bool first = true;

		for (size_t j = 0; j < i && first; j++)
			first = at_index(reading, reading->matches[j])->block != block;
		if (!first)
			continue;
		join_block(reading, block, rule, &list);
		keep(reading, reading->matches[i], rule, &list, (struct followed){ 0 },
			false);
	}
}

static void find_matches(struct reading *reading, const struct rule *rule)
{
	reading->match_count = 0;
	for (size_t i = 0; i < reading->all.count && look_goes_on(reading->looking);
		i++) {
		if (!matching_fits(reading, i, rule))
			continue;
		if (reading->match_count == MATCHES_MAX) {
			reading->looking->out->cut = true;
			return;
		}
		reading->matches[reading->match_count++] = i;
	}
}

static void find_absences(struct reading *reading, const struct rule *rule)
{
	for (size_t i = 0; i < reading->all.count && look_goes_on(reading->looking);
		i++) {
		struct protocol_list list = protocol_list_begin(rule->dialect);

		if (!matching_lacks(reading, i, rule))
			continue;
		protocol_list_text(&list, rule->absent);
		keep(reading, i, rule, &list, (struct followed){ 0 }, false);
	}
}

void matching_try(struct reading *reading, const struct rule *rule)
{
	if (rule->find == FIND_ABSENCE) {
		find_absences(reading, rule);
		return;
	}
	find_matches(reading, rule);
	if (rule->repeats == REPEATS_JOINED) {
		keep_joined(reading, rule);
		return;
	}
	for (size_t i = 0; i < reading->match_count; i++)
		if (rule->repeats == REPEATS_EACH || !is_repeated(reading, i))
			keep_one(reading, reading->matches[i], rule);
		else
			take(reading, reading->matches[i], rule);
}
