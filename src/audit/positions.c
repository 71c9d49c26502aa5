#include "audit/positions.h"

#define BLOCK ((size_t)4096)

/* From one block's start on, or some of its bytes. RFC 3629, 3: bytes that go on a
 * character are none; of four bytes it is a pair of UTF-16. */
static void step_over(
	struct position_mark *mark, struct bytes text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		uint8_t c = text.at[i];

		if (c == '\n') {
			mark->lines++;
			mark->line_start = (uint32_t)(i + 1);
		}
		mark->characters += (c & 0xc0) != 0x80;
		mark->units += (uint32_t)((c & 0xc0) != 0x80) + (c >= 0xf0);
	}
}

enum err positions_of(struct bytes text, struct arena *arena, struct positions *ret)
{
	size_t count = text.len / BLOCK + 1;
	struct position_mark *marks, now = { 0 };

	if (text.len >= UINT32_MAX)
		return ERR_LIMIT;
	marks = arena_take(arena, count * sizeof *marks);
	if (marks == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		marks[i] = now;
		step_over(&now, text, i * BLOCK,
			i + 1 < count ? (i + 1) * BLOCK : text.len);
	}
	*ret = (struct positions){ text, marks };
	return ERR_OK;
}

static struct position_mark before(const struct positions *positions, size_t at)
{
	size_t end = at < positions->text.len ? at : positions->text.len;
	struct position_mark mark = positions->marks[end / BLOCK];

	step_over(&mark, positions->text, end / BLOCK * BLOCK, end);
	return mark;
}

uint32_t positions_line(const struct positions *positions, size_t at)
{
	return 1 + before(positions, at).lines;
}

uint32_t positions_column(const struct positions *positions, size_t at)
{
	struct position_mark mark = before(positions, at);

	return 1 + mark.characters - before(positions, mark.line_start).characters;
}

size_t positions_line_start(const struct positions *positions, size_t at)
{
	return before(positions, at).line_start;
}

size_t positions_units(const struct positions *positions, size_t at)
{
	return before(positions, at).units;
}
