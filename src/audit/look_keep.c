/* What was found becomes a setting: where it stands in lines, what it says, its fix. */
#include "audit/look_inside.h"

#include "audit/suppress.h"
#include "base/hash.h"

#define MODERN (1 << RANK_TLS12 | 1 << RANK_TLS13)

/* Bytes of a line that are looked at behind a place, and before it for what a deletion
 * leaves there. Thousands of findings may stand in one line of megabytes. */
#define BEHIND_MAX ((size_t)4096)

/* The end of the line, or as far as is looked. */
static size_t line_end(struct bytes text, size_t at)
{
	struct bytes left = bytes_first(bytes_after(text, at), BEHIND_MAX);

	return at + bytes_find(left, bytes_of_string("\n"));
}

/* The line around the place; of a long one what stands around it. */
static struct bytes snippet_of(const struct positions *positions, size_t at)
{
	struct bytes text = positions->text;
	size_t from = positions_line_start(positions, at);
	size_t to = line_end(text, at);

	while (from < at && (text.at[from] == ' ' || text.at[from] == '\t'))
		from++;
	if (to - from > SNIPPET_MAX && at - from > SNIPPET_MAX / 4)
		from = at - SNIPPET_MAX / 4;
	while (from < at && (text.at[from] & 0xc0) == 0x80)
		from++;
	if (to - from > SNIPPET_MAX)
		to = from + SNIPPET_MAX;
	while (to > from && to < text.len && (text.at[to] & 0xc0) == 0x80)
		to--;
	while (to > from && (text.at[to - 1] == '\r' || text.at[to - 1] == ' '))
		to--;
	return bytes_over(text.at + from, to - from);
}

/* A line without its white space: what an id is made of. */
static struct bytes without_space(struct bytes line, uint8_t ret_text[SNIPPET_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] > ' ')
			ret_text[len++] = line.at[i];
	return bytes_over(ret_text, len);
}

static const struct hash_key id_key = { 0x746c7373756e7365, 0x617564697469 };

static uint64_t line_of(const struct setting *setting)
{
	uint8_t text[SNIPPET_MAX];

	return hash_bytes(&id_key, without_space(setting->snippet, text));
}

/* The same wherever the line stands: path, rule, what the line says without white space,
 * and how many like it came before. */
static uint64_t id_of(const struct looking *looking, const struct setting *setting)
{
	size_t count = looking->out->count;
	uint64_t parts[4] = { 0 };

	parts[0] = hash_bytes(&id_key, setting->path);
	parts[1] = hash_bytes(&id_key, bytes_of_string(setting->rule));
	parts[2] = looking->lines[count];
	for (size_t i = 0; i < count; i++)
		parts[3] += looking->lines[i] == parts[2] &&
			    looking->out->settings[i].rule == setting->rule;
	return hash_bytes(&id_key, bytes_over(parts, sizeof parts));
}

static struct setting *make_room(struct looking *looking)
{
	struct looked *out = looking->out;
	struct setting *more;
	uint64_t *lines;

	if (out->count == SETTINGS_FILE_MAX) {
		out->left_out++;
		return NULL;
	}
	if (out->count == looking->room) {
		looking->room = looking->room == 0 ? 8 : 2 * looking->room;
		more = arena_take(looking->arena, looking->room * sizeof *more);
		lines = arena_take(looking->arena, looking->room * sizeof *lines);
		if (more == NULL || lines == NULL) {
			looking->err = ERR_MEMORY;
			return NULL;
		}
		if (out->count > 0) {
			memcpy(more, out->settings, out->count * sizeof *more);
			memcpy(lines, looking->lines, out->count * sizeof *lines);
		}
		out->settings = more;
		looking->lines = lines;
	}
	return &out->settings[out->count];
}

static void add_why(struct setting *setting, const char *why)
{
	if (why != NULL && setting->why_count < SETTING_WHY_MAX)
		setting->why[setting->why_count++] = why;
}

/* "PROTOCOL is a constant of this file". */
static const char *followed_text(struct looking *looking, struct bytes name)
{
	struct text text;
	const char *copy;

	if (name.len == 0)
		return NULL;
	text_init(&text, 1024);
	text_quote_terminal(&text, bytes_first(name, 64));
	text_add(&text, " is set elsewhere in this file");
	copy = arena_string(looking->arena, bytes_of_string(text_string(&text)));
	text_done(&text);
	return copy;
}

/* True if nothing but a comment on this line stands there: it goes with its statement. */
static bool is_rest(struct bytes rest)
{
	while (rest.len > 0 && rest.at[0] <= ' ')
		rest = bytes_after(rest, 1);
	return rest.len == 0 || rest.at[0] == '#' ||
	       bytes_start_with(rest, bytes_of_string("//"));
}

/* Deleted with its whole line, where it stands alone there. */
static void add_deletion(
	const struct looking *looking, const struct found *found, struct setting *setting)
{
	struct bytes text = looking->text;
	size_t from = positions_line_start(&looking->positions, found->statement_at);
	size_t end = found->statement_at + found->statement_len;
	size_t to = line_end(text, end);
	bool alone = is_rest(bytes_first(bytes_after(text, end), to - end)) &&
		     found->statement_at - from <= BEHIND_MAX && to - end < BEHIND_MAX;

	for (size_t i = from; alone && i < found->statement_at; i++)
		alone = text.at[i] <= ' ';
	if (!alone) {
		from = found->statement_at;
		to = end;
	} else if (to < text.len) {
		to++;
	}
	setting->fix.edits[0] = (struct setting_edit){ from, to - from, { 0 } };
	setting->fix.edit_count = 1;
}

/* What a template puts in is not known. */
static bool holds_template(struct bytes text)
{
	static const char *const marks[] = { "{{", "{%", "${", "<%" };

	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (bytes_find(text, bytes_of_string(marks[i])) < text.len)
			return true;
	return false;
}

/* Where something is deleted the default counts. It is no worse than what takes old
 * versions alone, nor than a lowest version that is old; else it may lack the TLS 1.2
 * that stood there. */
static bool may_be_deleted(const struct setting *setting)
{
	uint16_t versions = setting->range.on | setting->range.maybe;

	if (setting->means != SETTING_SET)
		return false;
	return (versions & MODERN) == 0 || (setting->floor && (versions & ~MODERN) != 0);
}

static bool is_safe(const struct looking *looking, const struct rule *rule,
	const struct setting *setting)
{
	const struct setting_edit *edit = &setting->fix.edits[0];

	if (!rule->edit.safe || setting->fix.edit_count == 0 ||
		(rule->edit.deletes && !may_be_deleted(setting)))
		return false;
	return !holds_template(
		bytes_first(bytes_after(looking->text, edit->at), edit->len));
}

/* A constant's value stands elsewhere: then there are words only. */
static void add_edits(
	const struct looking *looking, const struct found *found, struct setting *setting)
{
	const struct rule *rule = found->rule;

	if (rule->edit.deletes && found->statement_len > 0 && !found->joined)
		add_deletion(looking, found, setting);
	/* What stands there already, and does not do for the policy, is no fix. */
	if (rule->edit.replaces && found->followed.len == 0 && !found->joined &&
		!bytes_equal(bytes_first(bytes_after(looking->text, found->value_at),
				     found->value_len),
			rule->edit.with)) {
		setting->fix.edits[0] = (struct setting_edit){ found->value_at,
			found->value_len, rule->edit.with };
		setting->fix.edit_count = 1;
	}
	setting->fix.safe = is_safe(looking, rule, setting);
}

static enum setting_means means_of(
	const struct protocol_list *list, const struct rule *rule)
{
	if (list->known == 0)
		return SETTING_UNKNOWN;
	if (rule->tells_unknown && list->range.on == 0 &&
		list->range.maybe == VERSIONS_USUAL && !list->defers)
		return SETTING_UNKNOWN;
	if (list->defers)
		return list->unknown == 0 ? SETTING_DEFERS : SETTING_UNKNOWN;
	return SETTING_SET;
}

/* A file may be of several kinds, and they may read it alike. */
static bool is_kept(const struct looking *looking, const struct found *found)
{
	for (size_t i = 0; i < looking->out->count; i++)
		if (looking->out->settings[i].at == found->at &&
			looking->out->settings[i].rule == found->rule->id)
			return true;
	return false;
}

/* Where it stands in lines, and what can be done about it there. */
static enum err place_in_text(
	struct looking *looking, const struct found *found, struct setting *setting)
{
	struct positions *positions = &looking->positions;
	enum err err = positions->marks != NULL
			       ? ERR_OK
			       : positions_of(looking->text, looking->arena, positions);

	if (err != ERR_OK)
		return err;
	setting->line = positions_line(positions, found->at);
	setting->column = positions_column(positions, found->at);
	setting->snippet = snippet_of(positions, found->at);
	if (found->followed.len > 0) {
		setting->source_line = positions_line(positions, found->followed_at);
		setting->source_column = positions_column(positions, found->followed_at);
	}
	add_why(setting, followed_text(looking, found->followed));
	add_edits(looking, found, setting);
	add_why(setting, suppress(looking->rules, looking->text, setting));
	return ERR_OK;
}

void look_keep(struct looking *looking, const struct found *found)
{
	const struct protocol_list *list = found->list;
	struct setting *setting;

	/* Nothing known and nothing to tell is no finding: the words are another's. */
	if (list->known == 0 && list->unknown == 0)
		return;
	if (means_of(list, found->rule) == SETTING_UNKNOWN && !found->rule->tells_unknown)
		return;
	if (found->rule->otherwise && !looking->ending) {
		look_defer(looking, found);
		return;
	}
	setting = is_kept(looking, found) ? NULL : make_room(looking);
	if (setting == NULL)
		return;
	*setting = (struct setting){
		.path = looking->path,
		.at = found->at,
		.len = found->value_at + found->value_len - found->at,
		.snippet = found->shown,
		.rule = found->rule->id,
		.product = found->rule->product,
		.side = found->rule->side,
		.means = found->absent ? SETTING_ABSENT : means_of(list, found->rule),
		.place = looking->place,
		.range = list->range,
		.floor = list->floor,
		.one_of = found->one_of,
		.fix.words = found->rule->fix,
	};
	/* A word that was not understood may add any version. */
	if (setting->means == SETTING_SET && list->unknown > 0)
		setting->range.maybe |= (uint16_t)(VERSIONS_USUAL & ~setting->range.on);
	if (setting->means == SETTING_UNKNOWN)
		setting->range = (struct version_range){ 0, VERSIONS_USUAL };
	add_why(setting, found->rule->why);
	if (found->shown.len == 0)
		looking->err = place_in_text(looking, found, setting);
	if (looking->err != ERR_OK)
		return;
	looking->lines[looking->out->count] = line_of(setting);
	setting->id = id_of(looking, setting);
	looking->out->count++;
}

const struct images *look_images(struct looking *looking)
{
	if (looking->images != NULL)
		return looking->images;
	looking->images = arena_take(looking->arena, sizeof *looking->images);
	if (looking->images == NULL) {
		looking->err = ERR_MEMORY;
		return NULL;
	}
	if (looking->beside != NULL)
		*looking->images = *looking->beside;
	images_add(looking->images, looking->text);
	return looking->images;
}
