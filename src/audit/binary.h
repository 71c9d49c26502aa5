/*
 * binary - what a program or library says of itself without being run: what it is linked
 * with, what it takes from others, how it was built, and what is handed to some methods.
 *
 * Pure: bytes in, facts out. What a fact means for TLS is a rule's to say (data/audit).
 * Text in facts is a stranger's, and the file's or the arena's.
 *
 * To add a format: its row in binary.c, binary_<format>.c, a kind in kinds.c, a test in
 * tests/unit/audit, an input in tests/fuzz/corpus/audit_binary.
 */
#ifndef AUDIT_BINARY_H
#define AUDIT_BINARY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

/* Of one file: the largest browsers have some ten thousand imports. */
#define FACTS_MAX 32768

/* What is told of a call's arguments; a method with more is not looked for. */
#define FACT_ARGUMENTS_MAX 8

/* Of a list of texts in one argument: there are six versions. */
#define FACT_TEXTS_MAX 8

enum fact_kind {
	FACT_LIBRARY, /* it is linked with: "libssl.so.3" */
	FACT_SYMBOL,  /* it takes from others: "TLSv1_method" */
	FACT_DEFINED, /* a version of symbols that it gives: "GNUTLS_3_7_3" */
	FACT_STATED,  /* name and value: "go" is "1.19.8" */
	FACT_CALL,    /* a method that it calls: "System.setProperty" */
};

struct fact_argument {
	bool is_number;
	bool adds; /* to what was not seen: "x | number" */
	uint64_t number;
	struct bytes texts[FACT_TEXTS_MAX];
	size_t text_count; /* 0, and no number: not known */
};

struct fact {
	enum fact_kind kind;
	struct bytes name;
	struct bytes value; /* of a statement */
	struct bytes by;    /* the method that calls */
	const struct fact_argument *arguments;
	size_t argument_count;
	size_t at; /* where in the file */
	size_t len;
};

struct binary {
	const struct fact *facts;
	size_t count;
	bool cut; /* there were more facts, or a part is not as it should be */
};

/* The kind of file (audit/kinds.h) that its first bytes tell: "elf"; NULL: of no format
 * that is read. */
const char *binary_kind(struct bytes file);

/* All facts of a file that has a kind. A part that is broken is left out, and said.
 * ERR_MEMORY. */
MUST_USE enum err binary_read(struct bytes file, struct arena *arena, struct binary *ret);

#endif
