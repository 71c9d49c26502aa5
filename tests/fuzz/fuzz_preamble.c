#include <stdlib.h>

#include "base/reader.h"
#include "watch/preamble.h"

/* However the turns of a talk are cut into pieces, the same is found at the same
 * place of either side's stream, and called the same. Each turn of the input is a
 * byte whose lowest bit is the side, two of length, and the bytes. */

#define TURNS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct turn {
	enum side side;
	struct bytes bytes;
};

struct findings {
	enum preamble_found found[2];
	size_t at[2]; /* where TLS begins; 0 unless found */
	enum upgrade upgrade;
};

static bool has_turned(enum preamble_found found)
{
	return found != PREAMBLE_PLAIN && found != PREAMBLE_NEVER;
}

static size_t read_turns(struct bytes input, struct turn *turns)
{
	struct reader r = reader_over(input);
	size_t count = 0;

	while (count < TURNS_MAX && reader_more(&r)) {
		enum side side = reader_u8(&r) & 1 ? SIDE_SERVER : SIDE_CLIENT;
		size_t len = reader_u16(&r);

		if (len > reader_left(&r))
			len = reader_left(&r);
		turns[count++] = (struct turn){ side, reader_take(&r, len) };
	}
	return count;
}

/* What is handed on must be the end of what was given, byte for byte. */
static void check_tail(
	const struct preamble_result *result, struct bytes given, size_t turn_given)
{
	struct bytes rest = result->rest;

	if (rest.len > turn_given || rest.at + rest.len != given.at + given.len)
		abort();
}

static void give(struct preamble *preamble, struct findings *findings, size_t given[2],
	enum side side, struct bytes piece)
{
	struct preamble_result result;

	if (has_turned(findings->found[side]))
		return;
	result = preamble_take(preamble, side, piece);
	given[side] += piece.len;
	findings->found[side] = result.found;
	if (!has_turned(result.found))
		return;
	check_tail(&result, piece, given[side]);
	findings->at[side] = given[side] - result.held.len - result.rest.len;
}

/* False if memory ran out. */
static bool run(
	const struct turn *turns, size_t count, size_t chunk, struct findings *ret)
{
	struct preamble *preamble = preamble_new();
	struct findings findings = { 0 };
	size_t given[2] = { 0 };

	if (preamble == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		for (size_t at = 0; at < turns[i].bytes.len; at += chunk)
			give(preamble, &findings, given, turns[i].side,
				bytes_first(bytes_after(turns[i].bytes, at), chunk));
	findings.upgrade = preamble_upgrade(preamble);
	preamble_free(preamble);
	*ret = findings;
	return true;
}

static void check_same(const struct findings *a, const struct findings *b)
{
	for (size_t side = 0; side < 2; side++)
		if (a->found[side] != b->found[side] || a->at[side] != b->at[side])
			abort();
	if (a->upgrade != b->upgrade)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t chunks[] = { 1, 3, 17, 61 };
	struct turn turns[TURNS_MAX];
	size_t count = read_turns(bytes_over(data, size), turns);
	struct findings whole;
	struct findings cut;

	if (!run(turns, count, SIZE_MAX / 2, &whole))
		return 0;
	for (size_t i = 0; i < COUNT_OF(chunks); i++)
		if (run(turns, count, chunks[i], &cut))
			check_same(&whole, &cut);
	return 0;
}
