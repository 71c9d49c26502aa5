#include "audit/look_inside.h"

#include "audit/binary.h"
#include "base/encoding.h"

#define WIDE_STEP ((size_t)65536)
#define PROBE     8192 /* bytes that tell whether it is text, as git has it */

/* Parts of a path that say what lies below. To add one: a line here. */
static const struct {
	const char *name;
	enum setting_place place;
} places[] = {
	{ "3rdparty", PLACE_VENDORED },
	{ "contrib", PLACE_VENDORED },
	{ "doc", PLACE_EXAMPLE },
	{ "docs", PLACE_EXAMPLE },
	{ "example", PLACE_EXAMPLE },
	{ "examples", PLACE_EXAMPLE },
	{ "external", PLACE_VENDORED },
	{ "fixtures", PLACE_TEST },
	{ "node_modules", PLACE_VENDORED },
	{ "sample", PLACE_EXAMPLE },
	{ "samples", PLACE_EXAMPLE },
	{ "spec", PLACE_TEST },
	{ "specs", PLACE_TEST },
	{ "t", PLACE_TEST },
	{ "test", PLACE_TEST },
	{ "testdata", PLACE_TEST },
	{ "testing", PLACE_TEST },
	{ "tests", PLACE_TEST },
	{ "third-party", PLACE_VENDORED },
	{ "third_party", PLACE_VENDORED },
	{ "thirdparty", PLACE_VENDORED },
	{ "vendor", PLACE_VENDORED },
	{ "vendored", PLACE_VENDORED },
};

static enum setting_place place_of_part(struct bytes part, bool last)
{
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (bytes_equal_caseless(part, bytes_of_string(places[i].name)))
			return places[i].place;
	}
	if (last && (pattern_fits(part, bytes_of_string("test_*")) ||
			    pattern_fits(part, bytes_of_string("*_test.*")) ||
			    pattern_fits(part, bytes_of_string("*_spec.*")) ||
			    pattern_fits(part, bytes_of_string("*.test.*")) ||
			    pattern_fits(part, bytes_of_string("*Tests.*")) ||
			    pattern_fits(part, bytes_of_string("*Test.*")) ||
			    pattern_fits(part, bytes_of_string("*.spec.*"))))
		return PLACE_TEST;
	if (!last && (pattern_fits(part, bytes_of_string("*.Tests")) ||
			     pattern_fits(part, bytes_of_string("*.Test"))))
		return PLACE_TEST;
	if (last && (pattern_fits(part, bytes_of_string("*.example")) ||
			    pattern_fits(part, bytes_of_string("*.sample"))))
		return PLACE_EXAMPLE;
	return PLACE_OWN;
}

enum setting_place place_of(struct bytes path)
{
	enum setting_place place = PLACE_OWN;

	while (path.len > 0 && place == PLACE_OWN) {
		size_t len = bytes_find(path, bytes_of_string("/"));

		place = place_of_part(bytes_first(path, len), len == path.len);
		path = bytes_after(path, len + 1);
	}
	return place;
}

static bool holds_any(struct bytes text, const struct bytes *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_find_caseless(text, parts[i]) < text.len)
			return true;
	return false;
}

void look_narrow(struct looking *looking)
{
	for (size_t i = 0; i < looking->rules->count; i++) {
		const struct rule *rule = looking->rules->all[i];

		if (rule_set_has(&looking->may, i) &&
			(holds_any(looking->text, rule->misses, rule->miss_count) ||
				(rule->need_count > 0 &&
					!holds_any(looking->text, rule->needs,
						rule->need_count))))
			looking->may.words[i / 64] &= ~(UINT64_C(1) << i % 64);
		else if (rule_set_has(&looking->may, i) &&
			 (rule_is_of_directives(rule) || look_is_written(rule)))
			looking->may_hold_others = true;
	}
}

bool look_applies(const struct looking *looking, size_t index, size_t kind)
{
	return rule_set_has(&looking->may, index) &&
	       kind_set_has(&looking->rules->all[index]->kinds, kind);
}

/* Kinds of the same reader are read once each; a file seldom has more than two. */
static enum err look_as_all_kinds(struct looking *looking)
{
	struct kind_set set;

	*looking->out = (struct looked){ 0 };
	if (kind_is_prose(looking->path) || kind_is_result(looking->text))
		return ERR_OK;
	set = looking->kinds = kinds_of_file(looking->path, looking->text);
	look_narrow(looking);
	for (size_t kind = 0; kind < kind_count && looking->err == ERR_OK; kind++) {
		if (!kind_set_has(&set, kind))
			continue;
		if (kinds[kind].family != NULL)
			look_at_code(looking, kind);
		else
			look_at_directives(looking, kind);
	}
	if (looking->err == ERR_OK)
		look_tell_deferred(looking);
	return looking->err;
}

enum err look_into(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes text, struct arena *arena, struct looked *ret)
{
	struct looking looking = {
		.rules = rules,
		.may = *may,
		.path = path,
		.text = text,
		.arena = arena,
		.out = ret,
		.place = place_of(path),
	};

	return look_as_all_kinds(&looking);
}

bool look_asks_beside(
	const struct rules *rules, const struct rule_set *may, struct bytes path)
{
	struct kind_set kinds_by_name = kinds_of(path, (struct bytes){ 0 });

	for (size_t i = 0; i < rules->count; i++)
		if (rules->all[i]->when.is_image && rule_set_has(may, i) &&
			kind_sets_meet(&rules->all[i]->kinds, &kinds_by_name))
			return true;
	return false;
}

/* True of bytes that are no text: a zero stands there, and it is no UTF-16. */
static bool is_binary(struct bytes file, struct encoding encoding)
{
	struct bytes start = bytes_first(file, PROBE);

	return start.len > 0 && memchr(start.at, 0, start.len) != NULL &&
	       encoding.kind == ENCODING_BYTES;
}

/* Where in the file a byte of its text stands. */
static size_t place_in_file(
	const struct looking *looking, struct encoding encoding, size_t at)
{
	if (encoding.kind != ENCODING_BYTES)
		at = 2 * positions_units(&looking->positions, at);
	return encoding.mark + at;
}

static void lead_back(
	const struct looking *looking, struct encoding encoding, struct setting *setting)
{
	size_t end = place_in_file(looking, encoding, setting->at + setting->len);

	setting->at = place_in_file(looking, encoding, setting->at);
	setting->len = end - setting->at;
	for (size_t i = 0; i < setting->fix.edit_count; i++) {
		struct setting_edit *edit = &setting->fix.edits[i];

		end = place_in_file(looking, encoding, edit->at + edit->len);
		edit->at = place_in_file(looking, encoding, edit->at);
		edit->len = end - edit->at;
		edit->with = encoding_bytes(encoding, edit->with, looking->arena);
	}
}

/* Text of UTF-16 in a binary has a zero behind each letter, and is sought without it,
 * some at a time. */
static bool seek_wide(const struct looker *looker, struct bytes file, struct arena *arena,
	struct seeking *seeking)
{
	size_t longest = needles_longest(looker->needles), len = 0;
	uint8_t *narrow = arena_take(arena, WIDE_STEP + longest);

	for (size_t i = 0; narrow != NULL && i < file.len; i++) {
		if (file.at[i] != 0)
			narrow[len++] = file.at[i];
		if (len < WIDE_STEP + longest && i + 1 < file.len)
			continue;
		needles_seek(looker->needles, looker->scratch, seeking,
			bytes_over(narrow, len));
		if (len > longest) {
			memmove(narrow, narrow + len - longest, longest);
			len = longest;
		}
	}
	return narrow != NULL;
}

/* A binary's first bytes tell; nothing in prose decides anything. */
struct kind_set look_kinds(struct bytes path, struct bytes start)
{
	const char *binary = binary_kind(start);
	struct kind_set set = { 0 };

	if (binary == NULL)
		return kind_is_prose(path) ? set : kinds_of_file(path, start);
	kind_set_add(&set, kind_find(bytes_of_string(binary)));
	return set;
}

enum err look_seek(const struct looker *looker, struct bytes path, struct bytes file,
	struct arena *arena, struct sought *ret)
{
	bool is_read = binary_kind(file) != NULL;
	struct seeking seeking = { 0 };
	struct kind_set set;
	enum err err = ERR_OK;

	*ret = (struct sought){ .encoding = encoding_of(file), .text = file };
	if (!is_read)
		err = encoding_text(file, ret->encoding, arena, &ret->text);
	else if (!seek_wide(looker, file, arena, &seeking))
		err = ERR_MEMORY;
	if (err != ERR_OK)
		return err;
	set = look_kinds(path, ret->text);
	if (!is_read && !needles_any(looker->needles, looker->scratch, &set, ret->text))
		return ERR_OK;
	needles_seek(looker->needles, looker->scratch, &seeking, ret->text);
	ret->any = needles_found(looker->needles, &seeking, &set, &ret->may);
	ret->is_binary = ret->any && !is_read && is_binary(file, ret->encoding);
	ret->any = ret->any && !ret->is_binary;
	return ERR_OK;
}

enum err look_into_sought(const struct looker *looker, struct bytes path,
	const struct sought *sought, const struct images *beside, struct arena *arena,
	struct looked *ret)
{
	struct looking looking = {
		.rules = looker->rules,
		.may = sought->may,
		.path = path,
		.text = sought->text,
		.arena = arena,
		.out = ret,
		.place = place_of(path),
		.beside = beside,
	};
	enum err err;

	if (binary_kind(sought->text) != NULL)
		return look_into_binary(
			looker->rules, &sought->may, path, sought->text, arena, ret);
	err = look_as_all_kinds(&looking);
	for (size_t i = 0; err == ERR_OK && i < ret->count; i++)
		lead_back(&looking, sought->encoding, &ret->settings[i]);
	return err == ERR_OK && arena_refused(arena) ? ERR_MEMORY : err;
}

enum err look_into_file(const struct looker *looker, struct bytes path, struct bytes file,
	struct arena *arena, struct looked *ret)
{
	struct sought sought;
	enum err err = look_seek(looker, path, file, arena, &sought);

	*ret = (struct looked){ 0 };
	if (err != ERR_OK || !sought.any)
		return err;
	return look_into_sought(looker, path, &sought, NULL, arena, ret);
}
