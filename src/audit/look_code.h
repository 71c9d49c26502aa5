/*
 * look_code - code that is being looked into, as its parts share it.
 *
 * To be included by look_code.c, look_joined.c, look_others.c and look_strings.c only.
 */
#ifndef AUDIT_LOOK_CODE_H
#define AUDIT_LOOK_CODE_H

#include "audit/look_inside.h"
#include "audit/surroundings.h"

/* Rules that may apply to one file; more is a mistake in the needles. */
#define ACTIVE_MAX 512

/* Names with "*" of different letters; past it each token may be one. */
#define WILD_MAX 256

/* Of all joined rules in one file; they are held against one another. */
#define MEMBERS_MAX 1024

/* A place that a rule names: the name, and its value. */
struct place {
	const struct rule *rule;
	const struct rule_name *name;
	size_t first; /* tokens of the name */
	size_t last;
	struct token_span value;
	enum shape_assigns how;
	bool whole_call; /* all arguments are the value */
};

struct code {
	struct looking *looking;
	struct tokens tokens;
	size_t base; /* where the tokens' text begins in the file */
	bool inner;  /* a text in a file of something else */
	const struct rule *active[ACTIVE_MAX];
	size_t active_count;
	uint64_t names[256]; /* of these: by first byte, bit n: one is of n (mod 64) bytes
			      */
	uint64_t wild[WILD_MAX]; /* pairs of those that hold "*" */
	size_t wild_count;
	uint64_t pairs;                    /* of the token at hand, if there are such */
	struct place members[MEMBERS_MAX]; /* of rules whose places are joined */
	size_t member_count;
	struct place others[MEMBERS_MAX]; /* of rules that tell what no other has */
	size_t other_count;
	uint8_t *claimed; /* a bit a token: a rule has it; NULL if no rule asks */
	size_t budget;    /* tokens that may still be looked at to follow names */
};

/* Evaluates the place on top of a list; the list is in *ret. */
void code_evaluate(struct code *code, const struct place *place, struct expression *ret);

/* False of what is chosen among several, and of what a test expects. */
bool code_decides(struct code *code, const struct place *place);

/* Tells what stands there. */
void code_keep(struct code *code, const struct place *place, const struct expression *e,
	bool joined);

/* Evaluates together what stands in one function and is about one object. */
void code_tell_joined(struct code *code);

/* A string may be a command, and all that stand in one bracket too. */
void code_look_at_string(const struct code *code, size_t at);

/* False of a string that only holds what should have been written, or explains. */
bool code_may_be_written(const struct code *code, size_t at);

/* Tells the places of general rules that no other rule has. */
void code_tell_others(struct code *code);

#endif
