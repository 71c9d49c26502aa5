/*
 * setting - a place in code, configuration or a binary that decides a TLS version, and
 * the range of versions that results.
 *
 * What it says is a fact about that place; what a policy makes of it is judged elsewhere
 * (policy/setting_judge.h). All text is a stranger's, but that of the rule.
 */
#ifndef EVIDENCE_SETTING_H
#define EVIDENCE_SETTING_H

#include "base/time.h"
#include "evidence/version_range.h"

enum setting_side { SIDE_BOTH, SIDE_CLIENT, SIDE_SERVER };

/* How the range came about. */
enum setting_means {
	SETTING_SET,     /* it says so */
	SETTING_DEFERS,  /* it leaves it to the library or the system */
	SETTING_ABSENT,  /* it says nothing: the product's own default, which is known */
	SETTING_UNKNOWN, /* what it says was not found out */
};

/* Where the file lies: what is below a test, an example or another's sources matters
 * less, but is never left out. */
enum setting_place { PLACE_OWN, PLACE_TEST, PLACE_EXAMPLE, PLACE_VENDORED };

/* A comment that says that it may stay. */
enum setting_suppressed {
	SUPPRESSED_NOT,
	SUPPRESSED_HERE,      /* by our own mark, with a reason */
	SUPPRESSED_ELSEWHERE, /* by another tool's */
};

#define SETTING_WHY_MAX   4   /* a rule's sentence, the constant, the base, the place */
#define SETTING_EDITS_MAX 4   /* a mended value is one place, seldom two */
#define SNIPPET_MAX       160 /* bytes of the line that are shown */

/* Replace these bytes of the file by others. */
struct setting_edit {
	size_t at;
	size_t len;
	struct bytes with;
};

struct setting_fix {
	const char *words; /* what to do, for a person; NULL: nothing is known */
	struct setting_edit edits[SETTING_EDITS_MAX]; /* in order of place */
	uint8_t edit_count;                           /* 0: words only */
	bool safe; /* may be made without being looked at */
};

struct setting {
	struct bytes path; /* as it is shown: "a.zip!inner/web.config" */
	uint32_t line;     /* from 1 */
	uint32_t column;   /* from 1, in characters */
	size_t at;         /* of the file's bytes: what was evaluated */
	size_t len;
	uint32_t source_line; /* of the constant whose value it has; 0: none */
	uint32_t source_column;
	struct bytes snippet; /* of its line, SNIPPET_MAX at most */

	const char *rule;    /* "nginx-ssl-protocols" */
	const char *product; /* "nginx" */
	enum setting_side side;
	enum setting_means means;
	enum setting_place place;
	struct version_range range;
	bool floor;  /* it says the lowest only: what is newer comes by itself */
	bool one_of; /* of what is perhaps on, by "a ? b : c" */

	const char *why[SETTING_WHY_MAX]; /* the chain of reasons; clauses */
	uint8_t why_count;
	struct setting_fix fix;
	enum setting_suppressed suppressed;
	time_ns suppressed_until;    /* the last day; 0: no end */
	struct bytes suppressed_why; /* the reason, or the other tool's mark */
	uint64_t id;                 /* the same after lines moved */
};

const char *setting_side_name(enum setting_side side);    /* "client", "server", "both" */
const char *setting_means_name(enum setting_means means); /* "set", "defers", ... */
const char *setting_place_name(enum setting_place place); /* "own", "test", ... */

/* What it comes to, without a policy: "TLS 1.0, 1.1", "defers to the default". */
void setting_text(const struct setting *setting, struct text *text);

/* True if it is suppressed, and the day is not over. */
bool setting_is_suppressed(const struct setting *setting, time_ns now);

/* The order in which settings are told: path, place, rule. As qsort has it. */
int setting_order(const void *a, const void *b);

#endif
