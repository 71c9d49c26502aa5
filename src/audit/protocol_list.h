/*
 * protocol_list - the one evaluator of all lists of protocol versions.
 *
 * A list is a small program: versions that are on to begin with, then words that add,
 * remove, bound or replace. Which word means which version, and what a sign in front of
 * it does, differs from product to product: that is a dialect, a row of data.
 *
 * What a list says comes out, never what it names: "all -TLSv1" has no TLS 1.0.
 * Pure. Text and dialect are borrowed.
 */
#ifndef AUDIT_PROTOCOL_LIST_H
#define AUDIT_PROTOCOL_LIST_H

#include "evidence/version_range.h"

/* What a word does with its versions. */
enum list_operation {
	LIST_ADD,
	LIST_REMOVE,
	LIST_ONLY,    /* the first one empties the list, then as LIST_ADD */
	LIST_EXACTLY, /* replaces all that was before */
	LIST_FLOOR,   /* its lowest and all newer; nothing older */
	LIST_CEILING, /* nothing newer than its highest */
	LIST_BOUNDS,  /* the first one as LIST_FLOOR, those behind it as LIST_CEILING */
	LIST_IGNORE,  /* says nothing; the word after it neither */
	LIST_OPERATION_COUNT
};

/* What a word means: versions, or one of these. */
enum word_sense {
	WORD_VERSIONS,
	WORD_DEFAULT, /* what the library or system has by itself */
	WORD_NOTHING, /* belongs to the notation, as a type's name does */
	WORD_UNKNOWN, /* known not to tell, as "every version that is supported" */
};

struct dialect_word {
	struct bytes text;
	enum word_sense sense;
	uint16_t versions;
};

/* A number that stands for versions. In a mask its bits are looked at, one by one. */
struct dialect_number {
	uint64_t value;
	enum word_sense sense;
	uint16_t versions;
};

/* What holds from a release of the product on, up to the next one that is named. */
struct dialect_release {
	struct bytes from;
	enum word_sense sense;
	uint16_t versions;
};

/* A sign or word in front of another: "-", "no_", or, as a word of its own,
 * "ssl-min-ver". */
struct dialect_mark {
	struct bytes text;
	enum list_operation operation;
};

struct dialect {
	struct bytes name;
	struct version_range start;
	enum list_operation bare; /* of a word without a mark */
	bool case_matters;
	bool masks;   /* numbers are sums of bits */
	bool lenient; /* words that are not known say nothing */
	bool decides; /* also a list without a word that is known: those that exclude */
	bool names;   /* a constant's name that ends with a version means that */
	bool gaps;    /* who takes a version off and leaves older ones means these */
	struct bytes separators;
	const struct dialect_word *words;
	size_t word_count;
	const struct dialect_number *numbers;
	size_t number_count;
	const struct dialect_mark *prefixes; /* the longest that fits counts */
	size_t prefix_count;
	const struct dialect_mark *keywords;
	size_t keyword_count;
	const struct dialect_release *releases; /* the last that is not newer counts */
	size_t release_count;
};

/* A list on its way. Members are for protocol_list.c alone, but those of the result. */
struct protocol_list {
	const struct dialect *dialect;
	enum list_operation next; /* what the word before asked for; COUNT: nothing */
	enum list_operation bare; /* the dialect's, or what the name asks for */
	bool emptied;
	bool bounded; /* LIST_BOUNDS had its first */

	struct version_range range;
	bool defers;          /* all it says is: the default */
	bool floor;           /* its lowest was said, and no highest */
	size_t known;         /* words that meant something */
	size_t unknown;       /* words that were not known */
	struct bytes unclear; /* the first of those */
};

struct protocol_list protocol_list_begin(const struct dialect *dialect);

/* From what is not seen, as "|=" in code: any version may be on. */
void protocol_list_from_unseen(struct protocol_list *list);

/* Two ways to one place: on is what both have on, perhaps what one has. */
struct protocol_list protocol_list_merged(
	const struct protocol_list *a, const struct protocol_list *b);

/* Nothing more comes: "no 1.2" that leaves 1.0 and 1.3 means 1.0, if the dialect says so.
 */
void protocol_list_end(struct protocol_list *list);

/* One word, its marks in front. `turned`: what it adds is removed, what it removes
 * added, as behind "~" in code. */
void protocol_list_word(struct protocol_list *list, struct bytes word, bool turned);
void protocol_list_number(struct protocol_list *list, uint64_t value, bool turned);

/* All words of a text, parted by the dialect's separators, quotation marks off. */
void protocol_list_text(struct protocol_list *list, struct bytes text);

/* The same, each word turned. */
void protocol_list_turned(struct protocol_list *list, struct bytes text);

/* True if the dialect has this word, marks aside. */
bool dialect_knows(const struct dialect *dialect, struct bytes word);

/* Decimal, "0x...", "0b..." or "dword:...", with "_" and suffixes as U, L and n; false if
 * the word is no number. */
bool number_parse(struct bytes word, uint64_t *ret);

#endif
