#include "scan/targets.h"

#include <stdlib.h>

#include "base/attr.h"
#include "scan/targets_inside.h"

/* What stands once: the digest of a name or address, and a port. Two hashes of 64 bits:
 * that two of a million are alike is as likely as nothing. */
struct single {
	uint64_t used;
	uint64_t digest[2];
};

void targets_init(struct targets *targets)
{
	static const struct hash_key key = { 3,
		3 }; /* who lists targets is no stranger */

	*targets = (struct targets){ 0 };
	table_init(&targets->singles, sizeof(struct single),
		sizeof(((struct single *)NULL)->digest), (size_t)TARGETS_LINES_MAX * 4,
		&key);
	arena_init(&targets->arena, (size_t)1 << 28); /* TARGETS_LINES_MAX names */
}

void targets_done(struct targets *targets)
{
	table_done(&targets->singles);
	free(targets->ranges);
	free(targets->lines);
	free(targets->excluded);
	arena_done(&targets->arena);
}

/* How many addresses a range has; PERMUTATION_MAX for more than that. */
static uint64_t size_of(const struct target_range *range)
{
	unsigned open = 128u - range->bits;

	return open < 62 ? UINT64_C(1) << open : PERMUTATION_MAX;
}

static bool range_holds(const struct target_range *range, const struct address *address)
{
	size_t whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(range->first.bytes, address->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       ((range->first.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

static struct address address_in(const struct target_range *range, uint64_t number)
{
	struct address address = range->first;

	for (size_t i = ADDRESS_LEN; i-- > 0 && number > 0; number >>= 8)
		address.bytes[i] = (uint8_t)(address.bytes[i] | (number & 0xff));
	return address;
}

/* Doubles the room of a heap array; false: memory ran out. */
static bool make_room(void **array, size_t count, size_t *room, size_t len)
{
	size_t wanted = *room == 0 ? 16 : *room * 2;
	void *larger;

	if (count < *room)
		return true;
	larger = realloc(*array, wanted * len);
	if (larger == NULL)
		return false;
	*array = larger;
	*room = wanted;
	return true;
}

static struct single single_of(
	const char *name, const struct address *address, uint16_t port)
{
	static const struct hash_key keys[] = { { 1, 1 }, { 2, 2 } };
	struct bytes what = name != NULL ? bytes_of_string(name)
					 : bytes_over(address->bytes, ADDRESS_LEN);
	uint8_t all[2 + 1 + DIAL_HOST_MAX] = { (uint8_t)(port >> 8), (uint8_t)port,
		name != NULL };
	struct single single = { 0 };

	memcpy(all + 3, what.at, what.len);
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		single.digest[i] = hash_bytes(&keys[i], bytes_over(all, 3 + what.len));
	return single;
}

/* Notes the line's ports; those that were there before are taken off. False: memory ran
 * out. */
static bool note_singles(struct targets *targets, struct target_text *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->port_count; i++) {
		const struct single key = single_of(text->is_name ? text->name : NULL,
			&text->range.first, text->ports[i]);
		struct single *entry;

		if (table_find(&targets->singles, key.digest) != NULL)
			continue;
		entry = table_take(&targets->singles, key.digest);
		if (entry == NULL)
			return false;
		entry->used = 1;
		text->ports[kept++] = text->ports[i];
	}
	text->port_count = kept;
	return true;
}

static bool note_range(struct targets *targets)
{
	void *ranges = targets->ranges;

	if (!make_room(&ranges, targets->range_count, &targets->range_room,
		    sizeof *targets->ranges))
		return false;
	targets->ranges = ranges;
	targets->ranges[targets->range_count++] = targets->count;
	return true;
}

/* The ports in the arena; NULL: memory ran out. */
static const uint16_t *keep_ports(struct targets *targets, const struct target_text *text)
{
	uint16_t *ports = arena_take(&targets->arena, text->port_count * sizeof *ports);

	if (ports != NULL)
		memcpy(ports, text->ports, text->port_count * sizeof *ports);
	return ports;
}

/* The name in the arena, or NULL of a range. False: memory ran out. */
static bool keep_name(
	struct targets *targets, const struct target_text *text, const char **ret)
{
	*ret = text->is_name ? arena_string(&targets->arena, bytes_of_string(text->name))
			     : NULL;
	return !text->is_name || *ret != NULL;
}

static bool add_line(
	struct targets *targets, const struct target_text *text, uint64_t size)
{
	const uint16_t *ports = keep_ports(targets, text);
	void *lines = targets->lines;
	const char *name;

	if (ports == NULL || !keep_name(targets, text, &name) ||
		!make_room(
			&lines, targets->count, &targets->room, sizeof *targets->lines))
		return false;
	targets->lines = lines;
	targets->lines[targets->count++] = (struct target_line){ targets->total, name,
		text->range, ports, text->port_count };
	targets->total += size * text->port_count;
	targets->wide |= size > TARGETS_WIDE;
	return true;
}

enum err targets_keep(
	struct targets *targets, struct target_text *text, struct fault *why)
{
	uint64_t size = text->is_name ? 1 : size_of(&text->range);
	bool kept;

	if (targets->count == TARGETS_LINES_MAX ||
		size > PERMUTATION_MAX / TARGETS_PORTS_MAX / 2 ||
		targets->total > PERMUTATION_MAX / 2)
		return fault_set(why, ERR_LIMIT, "%s: too many targets", text->said);
	kept = size == 1 ? note_singles(targets, text) : note_range(targets);
	if (kept && text->port_count > 0)
		kept = add_line(targets, text, size);
	return kept ? ERR_OK : fault_set(why, ERR_MEMORY, "memory ran out");
}

static bool add_exclusion(struct targets *targets, const struct target_text *text)
{
	const uint16_t *ports = text->ports_named ? keep_ports(targets, text) : NULL;
	void *excluded = targets->excluded;
	const char *name;

	if ((text->ports_named && ports == NULL) || !keep_name(targets, text, &name) ||
		!make_room(&excluded, targets->excluded_count, &targets->excluded_room,
			sizeof *targets->excluded))
		return false;
	targets->excluded = excluded;
	targets->excluded[targets->excluded_count++] = (struct target_exclusion){ name,
		text->range, ports, text->ports_named ? text->port_count : 0 };
	return true;
}

enum err targets_exclude(struct targets *targets, const char *text, struct fault *why)
{
	struct target_text read;
	enum err err = target_text_read(text, &read, why);

	if (err != ERR_OK)
		return err;
	if (targets->excluded_count == TARGETS_LINES_MAX)
		return fault_set(why, ERR_LIMIT, "%s: too many are left out", text);
	return add_exclusion(targets, &read)
		       ? ERR_OK
		       : fault_set(why, ERR_MEMORY, "memory ran out");
}

static bool has_port(const uint16_t *ports, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (ports[i] == port)
			return true;
	return false;
}

static bool excludes_port(const struct target_exclusion *excluded, uint16_t port)
{
	return excluded->port_count == 0 ||
	       has_port(excluded->ports, excluded->port_count, port);
}

bool targets_exclude_address(
	const struct targets *targets, const struct address *address, uint16_t port)
{
	for (size_t i = 0; i < targets->excluded_count; i++) {
		const struct target_exclusion *one = &targets->excluded[i];

		if (one->name == NULL && range_holds(&one->range, address) &&
			excludes_port(one, port))
			return true;
	}
	return false;
}

static bool is_name_excluded(
	const struct targets *targets, const char *name, uint16_t port)
{
	struct bytes wanted = bytes_of_string(name);

	for (size_t i = 0; i < targets->excluded_count; i++) {
		const struct target_exclusion *one = &targets->excluded[i];

		if (one->name != NULL && excludes_port(one, port) &&
			bytes_equal_caseless(wanted, bytes_of_string(one->name)))
			return true;
	}
	return false;
}

static const struct target_line *line_of(const struct targets *targets, uint64_t number)
{
	size_t low = 0, high = targets->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (targets->lines[middle].before <= number)
			low = middle;
		else
			high = middle;
	}
	return &targets->lines[low];
}

/* Of a range: whether its target stands elsewhere, too, which then tells it: alone, or in
 * a range before. */
static bool stands_elsewhere(const struct targets *targets,
	const struct target_line *line, const struct target *target)
{
	const struct single key = single_of(NULL, &target->address, target->port);

	if (line->name != NULL || line->range.bits == 128)
		return false;
	if (table_find(&targets->singles, key.digest) != NULL)
		return true;
	for (size_t i = 0; i < targets->range_count; i++) {
		const struct target_line *one = &targets->lines[targets->ranges[i]];

		if (one == line)
			return false;
		if (range_holds(&one->range, &target->address) &&
			has_port(one->ports, one->port_count, target->port))
			return true;
	}
	return false;
}

static bool is_excluded(const struct targets *targets, const struct target *target)
{
	return target->name != NULL
		       ? is_name_excluded(targets, target->name, target->port)
		       : targets_exclude_address(targets, &target->address, target->port);
}

struct targets_walk targets_walk(
	const struct targets *targets, uint64_t seed, uint32_t shard, uint32_t shards)
{
	const struct hash_key key = { seed, 0 };

	return (struct targets_walk){ .targets = targets,
		.order = permutation_of(targets->total, &key),
		.first = shard,
		.next = shard,
		.step = shards };
}

bool targets_next(struct targets_walk *walk, struct target *ret)
{
	const struct targets *targets = walk->targets;

	while (walk->next < targets->total) {
		uint64_t place = walk->next;
		uint64_t number = permutation_at(&walk->order, place);
		const struct target_line *line = line_of(targets, number);
		struct target target = { .place = place, .name = line->name };

		walk->next += walk->step;
		number -= line->before;
		target.port = line->ports[number % line->port_count];
		if (line->name == NULL)
			target.address =
				address_in(&line->range, number / line->port_count);
		if (is_excluded(targets, &target) ||
			stands_elsewhere(targets, line, &target))
			continue;
		*ret = target;
		return true;
	}
	return false;
}

static uint64_t fold(uint64_t so_far, const void *at, size_t len)
{
	const struct hash_key key = { so_far, len };

	return hash_bytes(&key, bytes_over(at, len));
}

uint64_t targets_digest(const struct targets *targets)
{
	uint64_t digest = fold(0, &targets->total, sizeof targets->total);

	for (size_t i = 0; i < targets->count; i++) {
		const struct target_line *line = &targets->lines[i];

		digest = line->name != NULL
				 ? fold(digest, line->name, strlen(line->name))
				 : fold(digest, &line->range, sizeof line->range);
		digest = fold(
			digest, line->ports, line->port_count * sizeof line->ports[0]);
	}
	return digest;
}

uint64_t targets_walk_places(const struct targets_walk *walk)
{
	uint64_t total = walk->targets->total;

	return total <= walk->first ? 0 : (total - walk->first - 1) / walk->step + 1;
}

uint64_t targets_walk_passed(const struct targets_walk *walk)
{
	return (walk->next - walk->first) / walk->step;
}
