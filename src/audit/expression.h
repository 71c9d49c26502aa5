/*
 * expression - what an expression of code makes of a protocol list.
 *
 * Its words, numbers and strings are handed to the list's evaluator; signs say what is
 * turned; a name that the dialect does not know is looked for once in the file.
 */
#ifndef AUDIT_EXPRESSION_H
#define AUDIT_EXPRESSION_H

#include "audit/shapes.h"

struct expression {
	const struct tokens *tokens;
	struct protocol_list list;
	struct token_span span; /* what is evaluated */
	struct bytes self;      /* the name that is assigned: "X = X | Y" adds to it */
	struct bytes followed;  /* the constant whose value was taken; empty: none */
	size_t followed_at;     /* where that stands */
	uint8_t *claimed;       /* a bit a token: it was evaluated; NULL: not kept */
	size_t *budget; /* tokens that may be looked at to follow names; NULL: any */
	bool turned;    /* what it adds is taken away */
	bool joined;    /* it goes on with what was evaluated before */
	bool compares;  /* it is a condition, and no list */
	bool restores;  /* what the name had before is put back */
	bool chooses;   /* one of several, and which are not known */
	size_t choices; /* "a ? b : c": on is what both have on, perhaps what one has */
};

/* Marks the tokens of a span as evaluated. */
void expression_claim(uint8_t *claimed, struct token_span span);

/* What the span comes to; how: as it is assigned. */
void expression_evaluate(
	struct expression *expression, struct token_span span, enum shape_assigns how);

#endif
