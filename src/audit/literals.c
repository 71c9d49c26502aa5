#include "audit/literals.h"

#include "audit/look_wants.h"

/* In nearly all names that rules have, so that these are few stems' literals. */
static const char *const common[] = { "ssl", "tls" };

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

static bool take_needles(struct literals *literals, struct arena *arena)
{
	for (size_t i = 0; i < literals->rules->count; i++) {
		const struct rule *rule = literals->rules->all[i];
		uint16_t *all = arena_take(arena, (rule->needle_count + 1) * sizeof *all);

		for (size_t j = 0; j < rule->needle_count; j++)
			if (all == NULL ||
				!number_of(literals, rule->needles[j], &all[j]))
				return false;
		literals->of_rules[i] = (struct numbers){ all, rule->needle_count };
	}
	return true;
}

/* The longest stem in a literal: the rarest of them; stem_count if it has none. */
static size_t stem_of(
	const struct literals *literals, struct bytes literal, size_t *ret_before)
{
	size_t longest = literals->stem_count;

	for (size_t i = 0; i < literals->stem_count; i++) {
		struct bytes stem = literals->stems[i].text;
		size_t before = bytes_find_caseless(literal, stem);

		if (before == literal.len ||
			(longest < literals->stem_count &&
				stem.len <= literals->stems[longest].text.len))
			continue;
		longest = i;
		*ret_before = before;
	}
	return longest;
}

/* Shorter ones first, so that none is added that another one stands in. */
static bool take_stems(struct literals *literals)
{
	size_t longest = 0, before;

	for (size_t i = 0; i < COUNT_OF(common); i++)
		literals->stems[literals->stem_count++].text = bytes_of_string(common[i]);
	for (size_t i = 0; i < literals->count; i++)
		if (literals->all[i].len > longest)
			longest = literals->all[i].len;
	for (size_t len = 1; len <= longest; len++)
		for (size_t i = 0; i < literals->count; i++) {
			struct bytes literal = literals->all[i];

			if (literal.len != len || stem_of(literals, literal, &before) <
							  literals->stem_count)
				continue;
			if (literals->stem_count == STEMS_MAX)
				return false;
			literals->stems[literals->stem_count++].text = literal;
		}
	return true;
}

/* The literals of each stem, one behind the other. */
static bool take_standings(struct literals *literals, struct arena *arena)
{
	size_t room = (literals->count + 1) * sizeof(struct standing);
	struct standing *all = arena_take(arena, room);
	size_t *stems = arena_take(arena, (literals->count + 1) * sizeof *stems);
	size_t *before = arena_take(arena, (literals->count + 1) * sizeof *before);

	if (arena_refused(arena))
		return false;
	for (size_t i = 0; i < literals->count; i++)
		stems[i] = stem_of(literals, literals->all[i], &before[i]);
	for (size_t i = 0; i < literals->stem_count; i++) {
		struct stem *stem = &literals->stems[i];

		stem->in = all;
		for (size_t j = 0; j < literals->count; j++) {
			struct bytes literal = literals->all[j];
			size_t next = before[j] + stem->text.len;

			if (stems[j] == i)
				*all++ = (struct standing){ (uint16_t)j,
					(uint16_t)before[j],
					next < literal.len ? byte_lower(literal.at[next])
							   : 0 };
		}
		stem->count = (size_t)(all - stem->in);
	}
	return true;
}

static void take_kinds(struct literals *literals)
{
	for (size_t i = 0; i < literals->rules->count; i++)
		for (size_t kind = 0; kind < kind_count; kind++)
			if (look_wants(literals->rules->all[i], kind))
				rule_set_add(&literals->of_kinds[kind], i);
}

enum err literals_of(const struct rules *rules, struct arena *arena, struct literals *ret,
	struct fault *why)
{
	*ret = (struct literals){ .rules = rules };
	ret->all = arena_take(arena, LITERALS_MAX * sizeof *ret->all);
	ret->stems = arena_take(arena, STEMS_MAX * sizeof *ret->stems);
	ret->of_rules = arena_take(arena, (rules->count + 1) * sizeof *ret->of_rules);
	if (!arena_refused(arena) && take_needles(ret, arena) && take_stems(ret) &&
		take_standings(ret, arena)) {
		take_kinds(ret);
		return ERR_OK;
	}
	return arena_refused(arena)
		       ? fault_set(why, ERR_MEMORY, "memory ran out")
		       : fault_set(why, ERR_LIMIT,
				 "the rules have too many needles, or an empty one");
}

static bool literal_set_has(const struct literal_set *set, size_t literal)
{
	return (set->words[literal / 64] >> literal % 64 & 1) != 0;
}

/* In a file about TLS a stem stands everywhere: the byte behind it tells nearly always.
 */
bool literals_around(const struct literals *literals, size_t number, struct bytes text,
	size_t end, struct literal_set *found)
{
	const struct stem *stem = &literals->stems[number];
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
		found->words[standing.literal / 64] |= UINT64_C(1)
						       << standing.literal % 64;
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

static bool is_for_kinds(
	const struct literals *literals, struct kind_set kinds_there, size_t rule)
{
	for (size_t kind = 0; kind < kind_count; kind++)
		if (kind_set_has(&kinds_there, kind) &&
			rule_set_has(&literals->of_kinds[kind], rule))
			return true;
	return false;
}

bool literals_rules(const struct literals *literals, struct kind_set of,
	const struct literal_set *found, struct rule_set *ret)
{
	bool any = false;

	*ret = (struct rule_set){ 0 };
	for (size_t i = 0; i < literals->rules->count; i++) {
		if (!has_one(found, literals->of_rules[i]))
			continue;
		rule_set_add(ret, i);
		any = any || is_for_kinds(literals, of, i);
	}
	return any;
}
