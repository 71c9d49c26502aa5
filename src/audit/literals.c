#include "audit/literals.h"

#include "audit/look_wants.h"

/* Each is in many literals, so that stems are few; the first stand in the fewest files,
 * so that seldom a literal is compared in vain. Of what stands in most files ("vers",
 * "cur") each place costs more than the stems that it would save. */
static const char *const common[] = { "ssl", "tls", "protocol", "curl", "curity",
	"crypto-pol" };

#define NAMES_OF_KIND_MAX 64 /* patterns of one kind: twice what there is */

_Static_assert(LITERALS_MAX <= UINT16_MAX, "a literal's number is of 16 bits");

/* Its number; a new one is added. */
static bool number_of(struct literals *literals, struct bytes text, uint16_t *ret)
{
	size_t i = 0;

	while (i < literals->count && !bytes_equal_caseless(literals->all[i], text))
		i++;
	if (text.len == 0 || text.len > UINT16_MAX || i == LITERALS_MAX)
		return false;
	if (i == literals->count)
		literals->all[literals->count++] = text;
	*ret = (uint16_t)i;
	return true;
}

static bool take_numbers(struct literals *literals, const struct bytes *texts,
	size_t count, struct arena *arena, struct numbers *ret)
{
	uint16_t *all = arena_take(arena, (count + 1) * sizeof *all);

	for (size_t i = 0; i < count; i++)
		if (all == NULL || !number_of(literals, texts[i], &all[i]))
			return false;
	*ret = (struct numbers){ all, count };
	return true;
}

static bool take_rules(struct literals *literals, struct arena *arena)
{
	for (size_t i = 0; i < literals->rules->count; i++) {
		const struct rule *rule = literals->rules->all[i];

		if (!take_numbers(literals, rule->needles, rule->needle_count, arena,
			    &literals->of_rules[i]) ||
			!take_numbers(literals, rule->needs, rule->need_count, arena,
				&literals->needed[i]))
			return false;
	}
	return true;
}

/* The first stem that stands in a literal; all of them if it has none. */
static size_t stem_of(const struct stems *stems, struct bytes literal, size_t *ret_before)
{
	size_t i = 0;

	for (; i < stems->count; i++) {
		*ret_before = bytes_find_caseless(literal, stems->all[i].text);
		if (*ret_before < literal.len)
			break;
	}
	return i;
}

static bool is_of(const struct literal_set *of, size_t literal)
{
	return of == NULL || literal_set_has(of, literal);
}

/* The common ones that are in one of the literals. Shorter ones first, so that none is
 * added that another one stands in. */
static bool take_stems(const struct literals *literals, const struct literal_set *of,
	struct stems *stems)
{
	size_t longest = 0, before;

	for (size_t i = 0; i < COUNT_OF(common); i++)
		stems->all[stems->count++].text = bytes_of_string(common[i]);
	for (size_t i = 0; i < literals->count; i++)
		if (literals->all[i].len > longest)
			longest = literals->all[i].len;
	for (size_t len = 1; len <= longest; len++)
		for (size_t i = 0; i < literals->count; i++) {
			struct bytes literal = literals->all[i];

			if (literal.len != len || !is_of(of, i) ||
				stem_of(stems, literal, &before) < stems->count)
				continue;
			if (stems->count == STEMS_MAX)
				return false;
			stems->all[stems->count++].text = literal;
		}
	return true;
}

/* Of a literal the stem that it is found by. */
struct found_by {
	size_t stem;
	size_t before;
};

static struct standing standing_of(
	struct bytes literal, size_t number, const struct found_by *by, size_t stem_len)
{
	size_t next = by->before + stem_len;

	return (struct standing){ (uint16_t)number, (uint16_t)by->before,
		next < literal.len ? byte_lower(literal.at[next]) : 0 };
}

/* The literals of each stem, one behind the other; a stem that has none is dropped. */
static bool take_standings(const struct literals *literals, const struct literal_set *of,
	struct arena *arena, struct stems *stems)
{
	size_t count = literals->count, kept = 0;
	struct standing *all = arena_take(arena, (count + 1) * sizeof *all);
	struct found_by *by = arena_take(arena, (count + 1) * sizeof *by);

	if (arena_refused(arena))
		return false;
	for (size_t i = 0; i < count; i++)
		if (is_of(of, i))
			by[i].stem = stem_of(stems, literals->all[i], &by[i].before);
	for (size_t i = 0; i < stems->count; i++) {
		struct stem stem = { stems->all[i].text, all, 0 };

		for (size_t j = 0; j < count; j++)
			if (is_of(of, j) && by[j].stem == i)
				*all++ = standing_of(
					literals->all[j], j, &by[j], stem.text.len);
		stem.count = (size_t)(all - stem.in);
		if (stem.count > 0)
			stems->all[kept++] = stem;
	}
	stems->count = kept;
	return true;
}

bool literals_stems(const struct literals *literals, const struct literal_set *of,
	struct arena *arena, struct stems *ret)
{
	*ret = (struct stems){ arena_take(arena, STEMS_MAX * sizeof *ret->all), 0 };
	return ret->all != NULL && take_stems(literals, of, ret) &&
	       take_standings(literals, of, arena, ret);
}

static void add_numbers(struct literal_set *set, struct numbers numbers)
{
	for (size_t i = 0; i < numbers.count; i++)
		literal_set_add(set, numbers.all[i]);
}

static bool take_marks(struct literals *literals, struct literal_set *ret)
{
	uint16_t number;

	*ret = (struct literal_set){ 0 };
	for (size_t i = 0; look_mark(i) != NULL; i++) {
		if (!number_of(literals, bytes_of_string(look_mark(i)), &number))
			return false;
		literal_set_add(ret, number);
	}
	return true;
}

/* Of the kinds that a text is of by its name alone. */
static bool take_names(struct literals *literals, struct arena *arena)
{
	for (size_t kind = 0; kind < kind_count; kind++) {
		const char *const *patterns = kinds[kind].patterns;
		struct bytes parts[NAMES_OF_KIND_MAX];
		size_t count = 0;

		if (kinds[kind].syntax == NULL || !kind_needs_name(kind))
			continue;
		for (; patterns[count] != NULL; count++) {
			if (count == NAMES_OF_KIND_MAX)
				return false;
			parts[count] = pattern_part(bytes_of_string(patterns[count]));
		}
		if (!take_numbers(literals, parts, count, arena, &literals->names[kind]))
			return false;
	}
	return true;
}

/* The rule may find something in a file of the kind where one of the literals stands. */
static void want(struct literals *literals, size_t kind, const struct literal_set *either)
{
	for (size_t i = 0; i < COUNT_OF(either->words); i++)
		literals->of_kinds[kind].words[i] |= either->words[i];
}

static bool take_kinds(struct literals *literals)
{
	struct literal_set marks, needles;
	enum look_wants wants[KINDS_MAX];

	if (!take_marks(literals, &marks))
		return false;
	for (size_t i = 0; i < literals->rules->count; i++) {
		needles = (struct literal_set){ 0 };
		add_numbers(&needles, literals->of_rules[i]);
		look_wants(literals->rules->all[i], wants);
		for (size_t kind = 0; kind < kind_count; kind++)
			if (wants[kind] != WANTS_NOT) {
				rule_set_add(wants[kind] == WANTS_NAMED
						     ? &literals->for_named[kind]
						     : &literals->for_kinds[kind],
					i);
				want(literals, kind,
					wants[kind] == WANTS_MARKED ? &marks : &needles);
			}
	}
	return true;
}

enum err literals_of(const struct rules *rules, struct arena *arena, struct literals *ret,
	struct fault *why)
{
	*ret = (struct literals){ .rules = rules };
	ret->all = arena_take(arena, LITERALS_MAX * sizeof *ret->all);
	ret->of_rules = arena_take(arena, (rules->count + 1) * sizeof *ret->of_rules);
	ret->needed = arena_take(arena, (rules->count + 1) * sizeof *ret->needed);
	ret->names = arena_take(arena, kind_count * sizeof *ret->names);
	ret->for_kinds = arena_take(arena, kind_count * sizeof *ret->for_kinds);
	ret->for_named = arena_take(arena, kind_count * sizeof *ret->for_named);
	ret->of_kinds = arena_take(arena, kind_count * sizeof *ret->of_kinds);
	if (!arena_refused(arena) && take_rules(ret, arena) && take_names(ret, arena) &&
		take_kinds(ret))
		return ERR_OK;
	return arena_refused(arena)
		       ? fault_set(why, ERR_MEMORY, "memory ran out")
		       : fault_set(why, ERR_LIMIT,
				 "the rules have too many needles, or an empty one");
}

/* In a file about TLS a stem stands everywhere: the byte behind it tells nearly always.
 */
bool literals_around(const struct literals *literals, const struct stem *stem,
	struct bytes text, size_t end, struct literal_set *found)
{
	size_t at = end - stem->text.len;
	uint8_t next = end < text.len ? byte_lower(text.at[end]) : 0;
	bool any = false;

	for (size_t i = 0; i < stem->count; i++) {
		struct standing standing = stem->in[i];

		if ((standing.next != 0 && standing.next != next) ||
			standing.before > at ||
			literal_set_has(found, standing.literal) ||
			!bytes_start_with_caseless(
				bytes_after(text, at - standing.before),
				literals->all[standing.literal]))
			continue;
		literal_set_add(found, standing.literal);
		any = true;
	}
	return any;
}

static bool has_one(const struct literal_set *found, struct numbers numbers)
{
	for (size_t i = 0; i < numbers.count; i++)
		if (literal_set_has(found, numbers.all[i]))
			return true;
	return false;
}

static bool has_name(const struct literals *literals, const struct literal_set *found,
	const struct rule *rule)
{
	for (size_t kind = 0; kind < kind_count; kind++)
		if (kind_set_has(&rule->kinds, kind) &&
			has_one(found, literals->names[kind]))
			return true;
	return false;
}

static bool is_for_kinds(const struct literals *literals, struct kind_set kinds_there,
	const struct literal_set *found, size_t rule)
{
	for (size_t kind = 0; kind < kind_count; kind++) {
		if (!kind_set_has(&kinds_there, kind))
			continue;
		if (rule_set_has(&literals->for_kinds[kind], rule) ||
			(rule_set_has(&literals->for_named[kind], rule) &&
				has_name(literals, found, literals->rules->all[rule])))
			return true;
	}
	return false;
}

bool literals_rules(const struct literals *literals, struct kind_set of,
	const struct literal_set *found, struct rule_set *ret)
{
	bool any = false;

	*ret = (struct rule_set){ 0 };
	for (size_t i = 0; i < literals->rules->count; i++) {
		if (!has_one(found, literals->of_rules[i]) ||
			(literals->needed[i].count > 0 &&
				!has_one(found, literals->needed[i])))
			continue;
		rule_set_add(ret, i);
		any = any || is_for_kinds(literals, of, found, i);
	}
	return any;
}
