/*
 * binary_code - the last steps of a stack machine's code, and what they hand to a call.
 *
 * Compilers write a constant right before its use, so a call's arguments are read back
 * from it. What is not plainly a constant is not known; it is never guessed.
 *
 * To be included by binary*.c only.
 */
#ifndef AUDIT_BINARY_CODE_H
#define AUDIT_BINARY_CODE_H

#include "audit/binary_inside.h"

/* A list of eight texts takes 34. */
#define STEPS_MAX 64

enum step_kind {
	STEP_OTHER,
	STEP_NUMBER,
	STEP_TEXT,
	STEP_VALUE,  /* one value more, which is not known: a variable */
	STEP_RESULT, /* of a call: it took what stood before */
	STEP_COPY,   /* of the newest value */
	STEP_OR,     /* of the newest two */
	STEP_ARRAY,  /* a new list, its length before it */
	STEP_STORE,  /* into a list: it, the index, the value */
	STEP_JUMP,   /* always, to elsewhere */
};

struct step {
	enum step_kind kind;
	uint64_t number;
	struct bytes text;
};

struct steps {
	struct step last[STEPS_MAX];
	size_t count; /* of all that there were */
};

void steps_add(struct steps *steps, enum step_kind kind);
void steps_number(struct steps *steps, uint64_t number);
void steps_text(struct steps *steps, struct bytes text);

/* What a call of so many arguments that comes next is handed. */
void steps_arguments(const struct steps *steps, size_t count,
	struct fact_argument ret[FACT_ARGUMENTS_MAX]);

#endif
