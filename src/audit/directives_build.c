#include "audit/directives_inside.h"

uint8_t building_byte(const struct building *building, size_t at)
{
	return at < building->file.len ? building->file.at[at] : '\n';
}

size_t building_line_end(const struct building *building, size_t at)
{
	return at + bytes_find(bytes_after(building->file, at), bytes_over("\n", 1));
}

struct bytes building_span(const struct building *building, size_t from, size_t to)
{
	return bytes_over(building->file.at + from, to - from);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct bytes directive_trimmed(struct bytes text)
{
	while (text.len > 0 && is_space(text.at[0]))
		text = bytes_after(text, 1);
	while (text.len > 0 && is_space(text.at[text.len - 1]))
		text.len--;
	return text;
}

static bool grow(struct building *building)
{
	size_t room = building->room == 0 ? 64 : 2 * building->room;
	struct directive *more = arena_take(building->arena, room * sizeof *more);

	if (more == NULL)
		return false;
	if (building->out->count > 0)
		memcpy(more, building->all, building->out->count * sizeof *more);
	building->all = more;
	building->room = room;
	building->out->all = more;
	return true;
}

struct directive *building_add(struct building *building)
{
	struct directive *added;

	if (building->out->count >= DIRECTIVES_MAX) {
		building->out->cut = true;
		building->at = building->file.len;
		return NULL;
	}
	if (building->out->count == building->room && !grow(building)) {
		building->err = ERR_MEMORY;
		building->at = building->file.len;
		return NULL;
	}
	added = &building->all[building->out->count++];
	*added = (struct directive){
		.block = building->depth > 0 ? building->blocks[building->depth - 1]
					     : NO_BLOCK
	};
	return added;
}

void building_open(struct building *building)
{
	if (building->out->count == 0)
		return;
	building->all[building->out->count - 1].opens = true;
	if (building->depth < BLOCKS_MAX)
		building->blocks[building->depth++] =
			(uint32_t)(building->out->count - 1);
	else
		building->deeper++;
}

void building_close(struct building *building)
{
	if (building->deeper > 0)
		building->deeper--;
	else if (building->depth > 0)
		building->depth--;
}
