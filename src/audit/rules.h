/*
 * rules - what is looked for, where, and how it is evaluated: read from documents
 * (data/audit, docs/audit-rules.md), never written in C.
 *
 * A rule names a construct by its shape, and the dialect that makes a range of versions
 * of what stands there. Everything lives in the arena that the rules were read into.
 */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/kinds.h"
#include "audit/protocol_list.h"
#include "base/arena.h"
#include "base/document.h"
#include "evidence/setting.h"

#define RULES_MAX     2048
#define DIALECTS_MAX  512
#define RULE_PATH_MAX 8 /* parts of a name: "a.b.c" */

enum rule_find {
	FIND_ABSENCE,    /* of a directive from a block that should have it */
	FIND_ARGUMENT,   /* of a call */
	FIND_ASSIGNMENT, /* "name = value", "name: value", a named argument */
	FIND_CALL,       /* a name that is called, where its result is used */
	FIND_COMMAND,    /* "name value" without brackets, as Ruby has it */
	FIND_DEFINED, /* "#define name"; of a binary a version of symbols that it gives */
	FIND_DIRECTIVE, /* of a configuration */
	FIND_LIBRARY,   /* that a binary is linked with */
	FIND_STATED,    /* of how a binary was built */
	FIND_SYMBOL,    /* that a binary takes from others */
	FIND_TEXT,      /* in a binary: its release behind a name */
	FIND_VALUE,     /* a name by itself, used as a value */
	FIND_COUNT
};

/* Of the same directive in one block: what they come to together. */
enum rule_repeats {
	REPEATS_LAST,   /* the last counts */
	REPEATS_EACH,   /* each says something of its own, as "bind" does */
	REPEATS_JOINED, /* all that the rule names are one list, that of the blocks around
			   it in front; their names are words of it too */
};

/* A release that the file tells: "azurerm.version" before "3.0"; or that of a container's
 * image, told in it or beside: "image:nginx" before "1.27.3". */
struct rule_when {
	bool is_image;
	struct bytes name;
	struct bytes before;
};

/* "ServicePointManager.SecurityProtocol": the last parts of what stands there. */
struct rule_name {
	struct bytes parts[RULE_PATH_MAX];
	size_t count; /* 0: the whole name, as it is, may hold "*" */
	struct bytes pattern;
	uint64_t pairs; /* of the pattern */
	bool any; /* it holds "*": in code the last part of a name is held against it */
	enum list_operation does; /* what its value does; COUNT: as the dialect has it */
	bool turned;              /* what the value adds is taken away */
};

struct rule_edit {
	bool deletes;  /* the whole statement */
	bool replaces; /* the value */
	struct bytes with;
	bool safe;
};

struct rule {
	const char *id;
	const char *product;
	struct kind_set kinds;
	enum rule_find find;
	const struct rule_name *names;
	size_t name_count;
	const struct bytes *needles; /* one of them stands in every file that it is for */
	size_t needle_count;
	const struct bytes
		*with; /* words that must stand in the same call or statement */
	size_t with_count;
	const struct bytes *without; /* and those that must not */
	size_t without_count;
	const struct bytes *misses; /* none of these stands in the file */
	size_t miss_count;
	const struct bytes *needs; /* one of them must stand in the file */
	size_t need_count;
	const struct bytes *within; /* directives: one of the blocks around it */
	size_t within_count;
	const struct bytes *beside; /* one of them stands in a block around it; of a
				       binary: is linked with, taken or stated */
	size_t beside_count;
	const struct bytes *holds; /* of an absence: one of them stands in the block */
	size_t hold_count;
	const struct bytes *lacks; /* none of them stands in its block, or binary */
	size_t lack_count;
	const struct bytes *unlike; /* names that fit, and mean something else */
	size_t unlike_count;
	bool otherwise; /* told only where no other rule has its place */
	bool pairs;     /* of an assignment: "put(name, value)" too */
	bool no_keys;   /* a text is a name only there, no key of a literal */
	enum rule_repeats repeats;
	bool reads_name;     /* the name is a word, before the value */
	bool reads_block;    /* so is the block's, behind it */
	struct bytes absent; /* what a missing one comes to, as if it stood there */
	struct rule_when when;
	size_t argument;            /* from 1; 0: any, or the one that is named */
	struct bytes argument_name; /* "ssl_version" */
	const struct dialect *dialect;
	enum setting_side side;
	bool tells_unknown; /* also what could not be evaluated is told */
	const char *why;
	const char *fix;
	struct rule_edit edit;
};

/* Of configurations, not of code. */
static inline bool rule_is_of_directives(const struct rule *rule)
{
	return rule->find == FIND_DIRECTIVE || rule->find == FIND_ABSENCE;
}

/* What a rule's maker says of it, and a test runs. */
struct rule_example {
	const char *rule;
	struct bytes file; /* its name decides its kind */
	struct bytes text;
	const struct bytes *finds; /* "3: TLS 1.0": line, what it comes to */
	size_t find_count;
	unsigned line; /* where the example stands */
};

struct rules {
	const struct rule *all[RULES_MAX];
	size_t count;
	const struct dialect *dialects[DIALECTS_MAX];
	size_t dialect_count;
};

/* Some of the rules: bit i is all[i]. */
struct rule_set {
	uint64_t words[RULES_MAX / 64];
};

static inline bool rule_set_has(const struct rule_set *set, size_t rule)
{
	return (set->words[rule / 64] >> rule % 64 & 1) != 0;
}

static inline void rule_set_add(struct rule_set *set, size_t rule)
{
	set->words[rule / 64] |= UINT64_C(1) << rule % 64;
}

/* Adds what a document holds. Names of rules and dialects stand once over all. ERR_VALUE,
 * ERR_DUPLICATE or ERR_LIMIT: why has line and column. ERR_MEMORY. */
MUST_USE enum err rules_add(struct rules *rules, const struct document *document,
	struct arena *arena, struct fault *why);

/* The examples of a document; *ret is the arena's. Errors as above. */
MUST_USE enum err rules_examples(const struct document *document, struct arena *arena,
	const struct rule_example **ret, size_t *ret_count, struct fault *why);

#endif
