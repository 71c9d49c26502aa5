#include <stdlib.h>

#include "base/reader.h"
#include "chunks.h"
#include "fuzz.h"
#include "watch/preamble.h"

/* However the turns of a talk are cut into pieces, the same is found at the same
 * place of either side's stream, and called the same; and the stream goes on there,
 * byte for byte. Each turn of the input is a byte whose lowest bit is the side, two
 * of length, and the bytes; with its next bit set they are filling and not in the
 * input, so that a small one reaches the end of the window. */

#define WHOLE       ROOM
#define TURNS_MAX   64
#define FILLING_MAX (2 * PREAMBLE_MAX) /* of all turns */
#define ROOM        (FILLING_MAX + 65536)

struct turn {
	enum side side;
	bool filling;
	struct bytes bytes;
};

struct talk {
	struct turn turns[TURNS_MAX];
	size_t count;
	size_t len[2]; /* of each side's stream */
	uint8_t streams[2][ROOM];
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

static void read_talk(struct bytes input, struct talk *ret)
{
	struct reader r = reader_over(input);
	size_t filling = FILLING_MAX;

	ret->count = ret->len[SIDE_CLIENT] = ret->len[SIDE_SERVER] = 0;
	while (ret->count < TURNS_MAX && reader_more(&r)) {
		uint8_t kind = reader_u8(&r);
		size_t len = reader_u16(&r);
		enum side side = kind & 1 ? SIDE_SERVER : SIDE_CLIENT;
		uint8_t *at = ret->streams[side] + ret->len[side];
		size_t *left = &filling;
		size_t read_left = reader_left(&r);

		if (!(kind & 2))
			left = &read_left;
		if (len > *left)
			len = *left;
		*left -= len;
		if (kind & 2)
			memset(at, 'x', len);
		else if (len > 0)
			memcpy(at, reader_take(&r, len).at, len);
		ret->len[side] += len;
		ret->turns[ret->count++] =
			(struct turn){ side, (kind & 2) != 0, bytes_over(at, len) };
	}
}

static bool stands_at(const uint8_t *stream, size_t len, size_t at, struct bytes bytes)
{
	return at <= len && bytes_equal(bytes, bytes_over(stream + at, bytes.len));
}

/* What is handed on must be the end of what was given, byte for byte. */
static size_t check_tail(const struct preamble_result *result, const struct talk *talk,
	enum side side, size_t given)
{
	size_t tail = result->held.len + result->rest.len;

	if (tail > given ||
		!stands_at(talk->streams[side], given, given - tail, result->held) ||
		!stands_at(talk->streams[side], given, given - result->rest.len,
			result->rest))
		abort();
	return given - tail;
}

static void give(struct preamble *preamble, const struct talk *talk,
	struct findings *findings, enum side side, struct bytes piece)
{
	struct preamble_result result;

	if (has_turned(findings->found[side]))
		return;
	result = preamble_take(preamble, side, piece);
	findings->found[side] = result.found;
	if (has_turned(result.found))
		findings->at[side] = check_tail(&result, talk, side,
			(size_t)(piece.at + piece.len - talk->streams[side]));
}

/* The next of chunks: of that size, or of one by their seed if it is 0. Of filling a
 * thousand times as much, for speed. */
static struct bytes next_piece(struct chunks *chunks, bool filling, size_t size)
{
	struct bytes piece;

	if (size == 0 && !filling)
		return chunks_next(chunks);
	piece = bytes_first(chunks->rest, filling ? (size + 1) * 1000 : size);
	chunks->rest = bytes_after(chunks->rest, piece.len);
	return piece;
}

/* Pieces of that size, or of sizes by a seed if it is 0. False if memory ran out. */
static bool run(const struct talk *talk, size_t size, uint32_t seed, struct findings *ret)
{
	struct preamble *preamble = preamble_new();
	struct findings findings = { 0 };
	struct chunks chunks = { .state = seed };

	if (preamble == NULL)
		return false;
	for (size_t i = 0; i < talk->count; i++) {
		const struct turn *turn = &talk->turns[i];

		chunks.rest = turn->bytes;
		while (chunks.rest.len > 0)
			give(preamble, talk, &findings, turn->side,
				next_piece(&chunks, turn->filling, size));
	}
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
	static const size_t sizes[] = { 1, 17, 0 };
	static struct talk talk;
	struct findings whole;
	struct findings cut;

	if (size == 0 || size > ROOM - FILLING_MAX)
		return 0;
	read_talk(bytes_over(data, size), &talk);
	if (!run(&talk, WHOLE, 0, &whole))
		return 0;
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		if (run(&talk, sizes[i], data[size / 2] * 8u + (uint32_t)i, &cut))
			check_same(&whole, &cut);
	return 0;
}
