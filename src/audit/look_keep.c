/* What was found becomes a setting: where it stands in lines, what it says, its fix. */
#include "audit/look_inside.h"

#include "audit/suppress.h"
#include "base/hash.h"

/* Bytes that go on a character are not counted. RFC 3629, 3. */
static uint32_t characters(struct bytes text)
{
	uint32_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += (text.at[i] & 0xc0) != 0x80;
	return count;
}

static size_t line_start(struct bytes text, size_t at)
{
	while (at > 0 && text.at[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(struct bytes text, size_t at)
{
	return at + bytes_find(bytes_after(text, at), bytes_of_string("\n"));
}

static uint32_t line_number(struct looking *looking, size_t at)
{
	if (at < looking->line_at) {
		looking->line_at = 0;
		looking->line = 1;
	}
	for (; looking->line_at < at; looking->line_at++)
		looking->line += looking->text.at[looking->line_at] == '\n';
	return looking->line;
}

static uint32_t column_number(const struct looking *looking, size_t at)
{
	size_t start = line_start(looking->text, at);

	return 1 + characters(bytes_over(looking->text.at + start, at - start));
}

/* The line around the place; of a long one what stands around it. */
static struct bytes snippet_of(struct bytes text, size_t at)
{
	size_t from = line_start(text, at);
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

/* The same wherever the line stands: path, rule, what the line says without white space,
 * and how many like it came before. */
static uint64_t id_of(const struct looking *looking, const struct setting *setting)
{
	static const struct hash_key key = { 0x746c7373756e7365, 0x617564697469 };
	uint8_t text[SNIPPET_MAX], other_text[SNIPPET_MAX];
	struct bytes line = without_space(setting->snippet, text);
	uint64_t parts[4] = { 0 };

	parts[0] = hash_bytes(&key, setting->path);
	parts[1] = hash_bytes(&key, bytes_of_string(setting->rule));
	parts[2] = hash_bytes(&key, line);
	for (size_t i = 0; i < looking->out->count; i++) {
		const struct setting *other = &looking->out->settings[i];

		parts[3] += other->rule == setting->rule &&
			    bytes_equal(without_space(other->snippet, other_text), line);
	}
	return hash_bytes(&key, bytes_over(parts, sizeof parts));
}

static struct setting *make_room(struct looking *looking)
{
	struct looked *out = looking->out;
	struct setting *more;

	if (out->count == SETTINGS_FILE_MAX) {
		out->left_out++;
		return NULL;
	}
	if (out->count == looking->room) {
		looking->room = looking->room == 0 ? 8 : 2 * looking->room;
		more = arena_take(looking->arena, looking->room * sizeof *more);
		if (more == NULL) {
			looking->err = ERR_MEMORY;
			return NULL;
		}
		if (out->count > 0)
			memcpy(more, out->settings, out->count * sizeof *more);
		out->settings = more;
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
	size_t from = line_start(text, found->statement_at);
	size_t end = found->statement_at + found->statement_len;
	size_t to = line_end(text, end);
	bool alone = is_rest(bytes_first(bytes_after(text, end), to - end));

	for (size_t i = from; i < found->statement_at; i++)
		alone = alone && text.at[i] <= ' ';
	if (!alone) {
		from = found->statement_at;
		to = end;
	} else if (to < text.len) {
		to++;
	}
	setting->fix.edits[0] = (struct setting_edit){ from, to - from, { 0 } };
	setting->fix.edit_count = 1;
}

/* A constant's value stands elsewhere: then there are words only. */
static void add_edits(
	const struct looking *looking, const struct found *found, struct setting *setting)
{
	const struct rule *rule = found->rule;

	if (rule->edit.deletes && found->statement_len > 0 && !found->joined)
		add_deletion(looking, found, setting);
	if (rule->edit.replaces && found->followed.len == 0 && !found->joined) {
		setting->fix.edits[0] = (struct setting_edit){ found->value_at,
			found->value_len, rule->edit.with };
		setting->fix.edit_count = 1;
	}
	setting->fix.safe = rule->edit.safe && setting->fix.edit_count > 0;
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
static void place_in_text(
	struct looking *looking, const struct found *found, struct setting *setting)
{
	setting->line = line_number(looking, found->at);
	setting->column = column_number(looking, found->at);
	setting->snippet = snippet_of(looking->text, found->at);
	if (found->followed.len > 0) {
		setting->source_line = line_number(looking, found->followed_at);
		setting->source_column = column_number(looking, found->followed_at);
	}
	add_why(setting, followed_text(looking, found->followed));
	add_edits(looking, found, setting);
	suppress(looking->text, setting);
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
		.fix.words = found->rule->fix,
	};
	/* A word that was not understood may add any version. */
	if (setting->means == SETTING_SET && list->unknown > 0)
		setting->range.maybe |= (uint16_t)(VERSIONS_USUAL & ~setting->range.on);
	if (setting->means == SETTING_UNKNOWN)
		setting->range = (struct version_range){ 0, VERSIONS_USUAL };
	add_why(setting, found->rule->why);
	if (found->shown.len == 0)
		place_in_text(looking, found, setting);
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
