/*
 * pieces - talks of a client and a server that end in TLS, given to a preamble in
 * pieces of every size.
 */
#ifndef TESTS_UNIT_WATCH_PIECES_H
#define TESTS_UNIT_WATCH_PIECES_H

#include "../unit.h"

#include "hellos.h"
#include "watch/preamble.h"

struct turn {
	enum side side;
	struct bytes bytes;
};

#define CLIENT(text)                                                                     \
	{                                                                                \
		SIDE_CLIENT,                                                             \
		{                                                                        \
			(const uint8_t *)(text), sizeof(text) - 1                        \
		}                                                                        \
	}
#define SERVER(text)                                                                     \
	{                                                                                \
		SIDE_SERVER,                                                             \
		{                                                                        \
			(const uint8_t *)(text), sizeof(text) - 1                        \
		}                                                                        \
	}

struct seen {
	enum preamble_found found[2];
	size_t at[2]; /* where TLS begins; else what was given */
	enum upgrade upgrade;
};

static bool has_turned(enum preamble_found found)
{
	return found != PREAMBLE_PLAIN && found != PREAMBLE_NEVER;
}

static void give(
	struct preamble *preamble, struct seen *seen, enum side side, struct bytes piece)
{
	struct preamble_result result;

	if (has_turned(seen->found[side]))
		return;
	result = preamble_take(preamble, side, piece);
	seen->found[side] = result.found;
	seen->at[side] += piece.len;
	if (has_turned(result.found))
		seen->at[side] -= result.held.len + result.rest.len;
}

static struct seen run(const struct turn *turns, size_t count, size_t chunk)
{
	struct preamble *preamble = preamble_new();
	struct seen seen = { 0 };

	assert_non_null(preamble);
	for (size_t i = 0; i < count; i++)
		for (size_t at = 0; at < turns[i].bytes.len; at += chunk)
			give(preamble, &seen, turns[i].side,
				bytes_first(bytes_after(turns[i].bytes, at), chunk));
	seen.upgrade = preamble_upgrade(preamble);
	preamble_free(preamble);
	return seen;
}

static size_t plain_of(const struct turn *turns, size_t count, enum side side)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += turns[i].side == side ? turns[i].bytes.len : 0;
	return sum;
}

static const size_t CHUNKS[] = { 1, 2, 3, 5, 7, 11, 40, 100000 };

/* All but the last turns are plaintext; both sides turn in the last two. */
static inline void expect_upgrade(const struct turn *turns, size_t count,
	enum upgrade upgrade, enum preamble_found found)
{
	for (size_t i = 0; i < COUNT_OF(CHUNKS); i++) {
		struct seen seen = run(turns, count, CHUNKS[i]);

		assert_int_equal(seen.found[SIDE_CLIENT], found);
		assert_int_equal(
			seen.at[SIDE_CLIENT], plain_of(turns, count - 2, SIDE_CLIENT));
		assert_true(has_turned(seen.found[SIDE_SERVER]));
		assert_int_equal(
			seen.at[SIDE_SERVER], plain_of(turns, count - 2, SIDE_SERVER));
		assert_int_equal(seen.upgrade, upgrade);
	}
}

static inline void expect_found(const struct turn *turns, size_t count,
	enum preamble_found client, enum preamble_found server)
{
	for (size_t i = 0; i < COUNT_OF(CHUNKS); i++) {
		struct seen seen = run(turns, count, CHUNKS[i]);

		assert_int_equal(seen.found[SIDE_CLIENT], client);
		assert_int_equal(seen.found[SIDE_SERVER], server);
	}
}

#define EXPECT_UPGRADE(upgrade, ...)                                                     \
	do {                                                                             \
		const struct turn turns[] = { __VA_ARGS__, CLIENT(CLIENT_HELLO),         \
			SERVER(SERVER_HELLO) };                                          \
		expect_upgrade(turns, COUNT_OF(turns), upgrade, PREAMBLE_TLS);           \
	} while (0)
#define EXPECT_FOUND(client, server, ...)                                                \
	do {                                                                             \
		const struct turn turns[] = { __VA_ARGS__ };                             \
		expect_found(turns, COUNT_OF(turns), client, server);                    \
	} while (0)

#endif
