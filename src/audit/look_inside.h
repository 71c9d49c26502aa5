/*
 * look_inside - a file that is being looked into, as its readers share it.
 *
 * To be included by look*.c only.
 */
#ifndef AUDIT_LOOK_INSIDE_H
#define AUDIT_LOOK_INSIDE_H

#include "audit/expression.h"
#include "audit/look.h"

struct looking {
	const struct rules *rules;
	const struct rule_set *may;
	struct bytes path;
	struct bytes text;
	struct arena *arena;
	struct looked *out;
	size_t room;
	enum setting_place place;
	enum err err;

	/* Lines are counted from the last place on, for places mostly come in order. */
	size_t line_at;
	uint32_t line;
};

/* A finding on its way: where, what was evaluated, what it came to. */
struct found {
	const struct rule *rule;
	size_t at; /* where it is told */
	size_t value_at;
	size_t value_len;
	size_t statement_at; /* what "edit: delete" takes; 0 long: cannot */
	size_t statement_len;
	const struct protocol_list *list;
	struct bytes followed; /* a constant, */
	size_t followed_at;    /* and where its value stands */
	bool joined; /* several places, or several values: it is mended by hand */
	bool absent; /* what it comes to because nothing is said */
};

/* Keeps it, if the list says something. */
void look_keep(struct looking *looking, const struct found *found);

/* True if the rule may apply: its needles stand there, and what it needs. */
bool look_applies(const struct looking *looking, size_t rule, size_t kind);

void look_at_code(struct looking *looking, size_t kind);
void look_at_directives(struct looking *looking, size_t kind);

#endif
