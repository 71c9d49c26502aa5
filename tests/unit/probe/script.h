/*
 * script - conversations with a server of a script, for tests of dialogues.
 */
#ifndef TESTS_UNIT_PROBE_SCRIPT_H
#define TESTS_UNIT_PROBE_SCRIPT_H

#include "../unit.h"

#include "probe/starttls.h"

#define HOST "erp.example.net"

/* What the server says in turn, and what it was asked before each. */
struct turn {
	const char *ask;
	size_t ask_len;
	const char *says;
	size_t says_len;
};

#define TURN(ask, says)                                                                  \
	{                                                                                \
		ask, sizeof(ask) - 1, says, sizeof(says) - 1                             \
	}
#define TURNS_MAX 3

/* One conversation and its end. */
struct script {
	enum upgrade upgrade;
	enum starttls_outcome outcome;
	const char *reason; /* NULL: not looked at */
	bool later;
	struct turn turns[TURNS_MAX];
};

static inline void expect_ask(struct bytes sent, const struct turn *turn)
{
	assert_int_equal(sent.len, turn->ask_len);
	if (sent.len > 0)
		assert_memory_equal(sent.at, turn->ask, sent.len);
}

/* The server says `says` in pieces; answers what is sent in return. */
static inline struct bytes hear(
	struct starttls *starttls, const struct turn *turn, size_t piece)
{
	struct bytes says = bytes_over(turn->says, turn->says_len);
	struct bytes sent = { 0 };

	for (; says.len > 0; says = bytes_after(says, piece)) {
		struct starttls_wish wish;

		assert_int_equal(starttls->outcome, STARTTLS_MORE);
		wish = starttls_take(starttls, bytes_first(says, piece));
		if (wish.send.len > 0)
			sent = wish.send;
		assert_int_equal(wish.rest.len, 0);
	}
	return sent;
}

static inline void expect_reason(const struct starttls *starttls, const char *reason)
{
	struct text text;

	text_init(&text, 1024);
	starttls_reason(starttls, &text);
	assert_int_equal(text_end(&text), ERR_OK);
	assert_string_equal(text_string(&text), reason);
	text_done(&text);
}

static inline void play_in_pieces(const struct script *script, size_t piece)
{
	static const struct turn nothing;
	struct starttls starttls;
	struct bytes sent;

	starttls_begin(script->upgrade, bytes_of_string(HOST), &starttls, &sent);
	for (size_t i = 0; i < TURNS_MAX && script->turns[i].says != NULL; i++) {
		expect_ask(sent, &script->turns[i]);
		sent = hear(&starttls, &script->turns[i], piece);
	}
	if (script->upgrade != UPGRADE_MYSQL || script->outcome != STARTTLS_READY)
		expect_ask(sent, &nothing);
	assert_int_equal(starttls.outcome, script->outcome);
	assert_int_equal(starttls.later, script->later);
	if (script->reason != NULL)
		expect_reason(&starttls, script->reason);
}

static inline void play(const struct script *script)
{
	play_in_pieces(script, 1);
	play_in_pieces(script, 7);
	play_in_pieces(script, 4096);
}

#endif
