#include "audit/look_matching.h"

#include "base/release.h"

#define PATH_MAX_LEN 512  /* of a directive: names of its blocks and its own */
#define PAIR_MAX     8    /* directives between a name and its value */
#define NEAR_MAX     1024 /* directives before and behind that may stand beside one */

static size_t add_part(uint8_t *to, size_t len, size_t room, struct bytes part)
{
	if (part.len == 0 || len + part.len + 1 > room)
		return len;
	if (len > 0)
		to[len++] = '.';
	memcpy(to + len, part.at, part.len);
	return len + part.len;
}

/* "spec.template.spec.minTLSVersion": what has no name is left out. */
static struct bytes path_of(const struct reading *reading, const struct directive *at,
	uint8_t memory[PATH_MAX_LEN])
{
	const struct directive *chain[BLOCKS_MAX + 1];
	size_t count = 0, len = 0;

	while (count < COUNT_OF(chain)) {
		chain[count++] = at;
		if (at->block == NO_BLOCK)
			break;
		at = at_index(reading, at->block);
	}
	while (count > 0)
		len = add_part(memory, len, PATH_MAX_LEN, chain[--count]->name);
	return bytes_over(memory, len);
}

/* True if the path, or what stands behind one of its points, is what the pattern says. */
static bool path_fits(struct bytes path, struct bytes pattern)
{
	while (path.len > 0) {
		if (pattern_fits(path, pattern))
			return true;
		path = bytes_after(path, bytes_find(path, bytes_of_string(".")) + 1);
	}
	return false;
}

static struct bytes last_part(struct bytes name)
{
	size_t at = name.len;

	while (at > 0 && name.at[at - 1] != '.')
		at--;
	return bytes_after(name, at);
}

static bool is_among(struct bytes text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal(text, bytes_of_string(*words)))
			return true;
	return false;
}

static struct bytes unquoted(struct bytes text)
{
	if (text.len >= 2 && (text.at[0] == '"' || text.at[0] == '\''))
		return bytes_over(text.at + 1, text.len - 2);
	return text;
}

/* Of "value" beside "name": what is named there; else empty. */
static struct bytes told_name(const struct reading *reading, const struct directive *at)
{
	static const char *const values[] = { "ParameterValue", "Value", "value", NULL };
	static const char *const names[] = { "Key", "Name", "ParameterName", "key",
		"name", NULL };
	size_t index = (size_t)(at - reading->all.all);
	size_t from = index > PAIR_MAX ? index - PAIR_MAX : 0;
	size_t to = index + PAIR_MAX < reading->all.count ? index + PAIR_MAX
							  : reading->all.count;

	for (size_t i = from; is_among(at->name, values) && i < to; i++)
		if (at_index(reading, i)->block == at->block &&
			is_among(at_index(reading, i)->name, names))
			return unquoted(at_index(reading, i)->value);
	return (struct bytes){ 0 };
}

static bool is_named(const struct reading *reading, const struct directive *at,
	const struct rule *rule)
{
	uint8_t memory[PATH_MAX_LEN];
	struct bytes path = { 0 }, told = told_name(reading, at);

	for (size_t i = 0; i < rule->name_count; i++) {
		struct bytes pattern = rule->names[i].pattern;

		if (pattern_fits(at->name, pattern) ||
			(told.len > 0 && pattern_fits(told, pattern)))
			return true;
		/* Paths are made for few. */
		if (rule->names[i].count < 2 &&
			bytes_find(at->name, bytes_of_string(".")) == at->name.len)
			continue;
		if (!pattern_fits(last_part(at->name), last_part(pattern)))
			continue;
		if (path.len == 0)
			path = path_of(reading, at, memory);
		if (path_fits(path, pattern))
			return true;
	}
	return false;
}

struct bytes matching_header(const struct directive *at, uint8_t memory[HEADER_MAX])
{
	size_t len = 0;
	struct bytes parts[] = { at->name, at->value };

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (len > 0 && len < HEADER_MAX)
			memory[len++] = ' ';
		for (size_t j = 0; j < parts[i].len && len < HEADER_MAX; j++) {
			uint8_t c = parts[i].at[j];

			if (c == '"' || c == '\'')
				continue;
			if (c <= ' ' && (len == 0 || memory[len - 1] == ' '))
				continue;
			memory[len++] = c <= ' ' ? ' ' : c;
		}
	}
	return bytes_over(memory, len);
}

/* By its name, or, if the pattern has a space, by name and value. */
static bool header_fits(
	const struct directive *at, const struct bytes *patterns, size_t count)
{
	uint8_t memory[HEADER_MAX];

	if (at->name.len == 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		bool both =
			bytes_find(patterns[i], bytes_of_string(" ")) < patterns[i].len;

		if (pattern_fits(
			    both ? matching_header(at, memory) : at->name, patterns[i]))
			return true;
	}
	return false;
}

static bool lies_within(const struct reading *reading, const struct directive *at,
	const struct rule *rule)
{
	uint32_t block = at->block;

	for (size_t depth = 0; block != NO_BLOCK && depth <= BLOCKS_MAX; depth++) {
		const struct directive *around = at_index(reading, block);

		if (header_fits(around, rule->within, rule->within_count))
			return true;
		block = around->block;
	}
	return rule->within_count == 0;
}

bool matching_around(
	const struct reading *reading, uint32_t block, const struct directive *at)
{
	uint32_t around = at->block;

	for (size_t depth = 0; depth <= BLOCKS_MAX; depth++) {
		if (around == block)
			return true;
		if (around == NO_BLOCK)
			return false;
		around = at_index(reading, around)->block;
	}
	return false;
}

static bool stands_beside(
	const struct reading *reading, size_t index, const struct rule *rule)
{
	size_t from = index > NEAR_MAX ? index - NEAR_MAX : 0;
	size_t to = index + NEAR_MAX < reading->all.count ? index + NEAR_MAX
							  : reading->all.count;

	for (size_t i = from; i < to && rule->beside_count > 0; i++)
		if (header_fits(at_index(reading, i), rule->beside, rule->beside_count) &&
			matching_around(reading, at_index(reading, i)->block,
				at_index(reading, index)))
			return true;
	return rule->beside_count == 0;
}

/* True if nothing stands in its block that the rule says must not. */
static bool lacks_all(
	const struct reading *reading, size_t index, const struct rule *rule)
{
	const struct directive *at = at_index(reading, index);
	size_t from = index > NEAR_MAX ? index - NEAR_MAX : 0;
	size_t to = index + NEAR_MAX < reading->all.count ? index + NEAR_MAX
							  : reading->all.count;

	for (size_t i = from; i < to && rule->lack_count > 0; i++)
		if (at_index(reading, i)->block == at->block &&
			header_fits(at_index(reading, i), rule->lacks, rule->lack_count))
			return false;
	return true;
}

/* Behind the "@" of Bicep's "Microsoft.Storage/storageAccounts@2019-04-01". */
static struct bytes behind_at(struct bytes value)
{
	return bytes_after(value, bytes_find(value, bytes_of_string("@")));
}

static bool is_release(
	const struct reading *reading, size_t index, const struct rule *rule)
{
	const struct directive *at = at_index(reading, index);
	uint8_t memory[PATH_MAX_LEN];

	return pattern_fits(last_part(at->name), last_part(rule->when.name)) &&
	       path_fits(path_of(reading, at, memory), rule->when.name);
}

static bool is_lacked(
	const struct reading *reading, size_t index, const struct rule *rule)
{
	return header_fits(at_index(reading, index), rule->lacks, rule->lack_count);
}

static size_t slot_of(uint32_t block)
{
	return block == NO_BLOCK ? 0 : (size_t)block + 1;
}

/* Leaves it empty if memory ran out. */
static void seek_firsts(struct reading *reading, const struct rule *rule,
	bool (*fits)(const struct reading *, size_t, const struct rule *),
	struct firsts *ret)
{
	size_t count = reading->all.count;

	if (ret->of == rule)
		return;
	if (ret->room < count + 1) {
		ret->in = arena_take(
			reading->looking->arena, (count + 1) * sizeof ret->in[0]);
		ret->room = ret->in == NULL ? 0 : count + 1;
	}
	ret->of_all = NO_BLOCK;
	if (ret->in == NULL) {
		reading->looking->err = ERR_MEMORY;
		return;
	}
	memset(ret->in, 0xff, (count + 1) * sizeof ret->in[0]);
	for (size_t i = 0; i < count; i++) {
		uint32_t *first = &ret->in[slot_of(at_index(reading, i)->block)];

		if (*first != NO_BLOCK || !fits(reading, i, rule))
			continue;
		*first = (uint32_t)i;
		ret->of_all = ret->of_all == NO_BLOCK ? (uint32_t)i : ret->of_all;
	}
	ret->of = rule;
}

/* The first in the block, or in one around it; or NO_BLOCK, which is larger than all. */
static uint32_t first_around(
	const struct reading *reading, const struct firsts *firsts, uint32_t block)
{
	uint32_t least = NO_BLOCK;

	for (size_t depth = 0; firsts->room > 0 && depth <= BLOCKS_MAX; depth++) {
		uint32_t first = firsts->in[slot_of(block)];

		least = first < least ? first : least;
		if (block == NO_BLOCK)
			break;
		block = at_index(reading, block)->block;
	}
	return least;
}

/* The release stands around the place, or, where its name has a path, anywhere. */
static bool is_when(struct reading *reading, size_t index, const struct rule *rule)
{
	struct bytes name = rule->when.name, dot = bytes_of_string(".");
	uint32_t first;

	if (name.len == 0)
		return true;
	if (rule->when.is_image) {
		const struct images *images = look_images(reading->looking);

		return images != NULL &&
		       images_are_before(images, name, rule->when.before);
	}
	if (bytes_equal(name, bytes_of_string("@")))
		return release_is_before(
			behind_at(at_index(reading, index)->value), rule->when.before);
	seek_firsts(reading, rule, is_release, &reading->releases);
	first = bytes_find(name, dot) < name.len
			? reading->releases.of_all
			: first_around(reading, &reading->releases,
				  at_index(reading, index)->block);
	return first != NO_BLOCK &&
	       release_is_before(at_index(reading, first)->value, rule->when.before);
}

/* True if the block has the directive, or one in it has. */
static bool has_directive(
	const struct reading *reading, size_t index, const struct rule *rule)
{
	for (size_t i = index + 1; i < reading->all.count; i++) {
		if (!matching_around(reading, (uint32_t)index, at_index(reading, i)))
			return false;
		if (is_named(reading, at_index(reading, i), rule))
			return true;
	}
	return false;
}

/* The name means something else. */
static bool is_unlike(const struct directive *at, const struct rule *rule)
{
	for (size_t i = 0; i < rule->unlike_count; i++)
		if (pattern_fits(at->name, rule->unlike[i]))
			return true;
	return false;
}

bool matching_fits(struct reading *reading, size_t index, const struct rule *rule)
{
	const struct directive *at = at_index(reading, index);

	return !at->program && is_named(reading, at, rule) && !is_unlike(at, rule) &&
	       lies_within(reading, at, rule) && stands_beside(reading, index, rule) &&
	       lacks_all(reading, index, rule) && is_when(reading, index, rule);
}

/* Of a block: true if one of them stands in it. */
static bool holds_one(
	const struct reading *reading, size_t index, const struct rule *rule)
{
	for (size_t i = index + 1; i < reading->all.count && rule->hold_count > 0; i++) {
		if (!matching_around(reading, (uint32_t)index, at_index(reading, i)))
			return false;
		if (header_fits(at_index(reading, i), rule->holds, rule->hold_count))
			return true;
	}
	return rule->hold_count == 0;
}

/* Of a block: true if none of them stands in it, or in a block around it. */
static bool lacks_around(struct reading *reading, size_t index, const struct rule *rule)
{
	if (rule->lack_count == 0)
		return true;
	seek_firsts(reading, rule, is_lacked, &reading->lacked);
	return first_around(reading, &reading->lacked, (uint32_t)index) == NO_BLOCK;
}

bool matching_lacks(struct reading *reading, size_t index, const struct rule *rule)
{
	const struct directive *at = at_index(reading, index);

	return at->opens && header_fits(at, rule->within, rule->within_count) &&
	       stands_beside(reading, index, rule) &&
	       !has_directive(reading, index, rule) && holds_one(reading, index, rule) &&
	       lacks_around(reading, index, rule) && is_when(reading, index, rule);
}
