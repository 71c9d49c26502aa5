#include "scan/hunt.h"

#define ROOM_FIRST 8

void hunt_init(struct hunt *hunt, const uint16_t *offer, size_t count)
{
	*hunt = (struct hunt){ .offer = offer, .offer_count = count };
}

static bool is_settled(const struct hunt *hunt, size_t i)
{
	return (hunt->settled[i / 64] >> i % 64 & 1) != 0;
}

static void settle(struct hunt *hunt, size_t i)
{
	hunt->settled[i / 64] |= UINT64_C(1) << i % 64;
}

static size_t place_of(const struct hunt *hunt, uint32_t code)
{
	size_t i = 0;

	while (i < hunt->offer_count && hunt->offer[i] != code)
		i++;
	return i;
}

size_t hunt_open(const struct hunt *hunt, size_t most, uint16_t *ret_codes)
{
	size_t count = 0;

	for (size_t i = 0; i < hunt->offer_count && count < most; i++)
		if (!is_settled(hunt, i))
			ret_codes[count++] = hunt->offer[i];
	return count;
}

bool hunt_over(const struct hunt *hunt)
{
	for (size_t i = 0; i < hunt->offer_count; i++)
		if (!is_settled(hunt, i))
			return false;
	return true;
}

bool hunt_is_open(const struct hunt *hunt, uint32_t code)
{
	size_t i = place_of(hunt, code);

	return i < hunt->offer_count && !is_settled(hunt, i);
}

bool hunt_has(const struct hunt *hunt, uint32_t code)
{
	for (size_t i = 0; i < hunt->count; i++)
		if (hunt->found[i] == code)
			return true;
	return false;
}

static bool grow(struct hunt *hunt, struct arena *arena)
{
	size_t room = hunt->room > 0 ? 2 * hunt->room : ROOM_FIRST;
	uint32_t *found = arena_take(arena, room * sizeof *found);

	if (found == NULL)
		return false;
	if (hunt->count > 0)
		memcpy(found, hunt->found, hunt->count * sizeof *found);
	hunt->found = found;
	hunt->room = room;
	return true;
}

bool hunt_found(struct hunt *hunt, uint32_t code, struct arena *arena)
{
	hunt_refused_one(hunt, code);
	if (hunt_has(hunt, code))
		return true;
	if (hunt->count == hunt->room && !grow(hunt, arena))
		return false;
	hunt->found[hunt->count++] = code;
	return true;
}

void hunt_refused_one(struct hunt *hunt, uint32_t code)
{
	size_t i = place_of(hunt, code);

	if (i < hunt->offer_count)
		settle(hunt, i);
}

void hunt_refused(struct hunt *hunt, size_t most)
{
	for (size_t i = 0; i < hunt->offer_count && most > 0; i++) {
		if (is_settled(hunt, i))
			continue;
		settle(hunt, i);
		most--;
	}
}

void hunt_again(struct hunt *hunt)
{
	memset(hunt->settled, 0, sizeof hunt->settled);
	for (size_t i = 0; i < hunt->count; i++)
		hunt_refused_one(hunt, hunt->found[i]);
}
