/*
 * setting_render - the forms in which the findings of an audit are shown. docs/audit.md
 * is their schema.
 */
#ifndef REPORT_SETTING_RENDER_H
#define REPORT_SETTING_RENDER_H

#include "base/text.h"
#include "evidence/setting.h"
#include "policy/setting_judge.h"

/* Of JSON and CSV; the number grows with every break. */
#define AUDIT_FORMAT_START "tlsunset-audit-"
#define AUDIT_FORMAT       AUDIT_FORMAT_START "1"

/* Whether it counts. */
enum setting_status {
	STATUS_OPEN,
	STATUS_SUPPRESSED, /* a comment says why it may stay */
	STATUS_KNOWN,      /* it stands in the baseline */
};

/* A setting, and what was made of it. */
struct setting_view {
	const struct setting *setting;
	enum setting_status status;
	bool compared; /* with a baseline */
	bool known;    /* it stands there, suppressed or not */
	struct setting_judgement judgement;
	const struct policy *policy;
	unsigned width; /* of the terminal, in columns; 0: as wide as need be */
	size_t before;  /* how many were shown before it */
	size_t round;   /* from 0 */
	size_t before_in_round;
};

/* What all came to. */
struct setting_summary {
	const struct policy *policy;
	uint64_t files; /* read */
	uint64_t bytes;
	uint64_t looked_into; /* files */
	uint64_t skipped;     /* files and folders */
	unsigned width;       /* of the terminal, as that of a view */
	double seconds;       /* 0: not told */
	time_ns today;        /* as it was said; 0: it was not */
	size_t findings;
	size_t finding_files; /* that hold them */
	size_t by_verdict[SETTING_VERDICT_COUNT];
	size_t suppressed;
	size_t known;
	const struct setting *settings; /* all, shown or not */
	size_t setting_count;
};

struct setting_renderer {
	const char *name;
	void (*begin)(struct text *text, const struct setting_summary *summary);
	void (*setting)(struct text *text, const struct setting_view *view);
	void (*end)(struct text *text, const struct setting_summary *summary);

	/* How often all settings are gone through, and which are taken in a round. 0 and
	 * NULL: once, and all. */
	size_t rounds;
	bool (*takes)(const struct setting_view *view);
	bool whole; /* an inventory: what passes, is suppressed or known is shown too */
	bool stays; /* what is suppressed or known is shown too: a code host has it open
		       from before */
};

const char *setting_status_name(enum setting_status status); /* "open" */

/* True if a comment let it stay, and its day is over; which adds a clause that says so.
 */
bool setting_has_ended(const struct setting_view *view);
void setting_ended_text(const struct setting_view *view, struct text *text);

/* "csv", "cyclonedx", "json", "sarif", "text"; NULL if there is none of that name. */
const struct setting_renderer *setting_renderer_find(const char *name);

void setting_csv_begin(struct text *text, const struct setting_summary *summary);
void setting_csv(struct text *text, const struct setting_view *view);

#define SETTING_CYCLONEDX_ROUNDS 7 /* a version each, and one for those without */

void setting_cyclonedx_begin(struct text *text, const struct setting_summary *summary);
bool setting_cyclonedx_takes(const struct setting_view *view);
void setting_cyclonedx(struct text *text, const struct setting_view *view);
void setting_cyclonedx_end(struct text *text, const struct setting_summary *summary);

void setting_json_begin(struct text *text, const struct setting_summary *summary);
void setting_json(struct text *text, const struct setting_view *view);
void setting_json_end(struct text *text, const struct setting_summary *summary);

void setting_sarif_begin(struct text *text, const struct setting_summary *summary);
void setting_sarif(struct text *text, const struct setting_view *view);
void setting_sarif_end(struct text *text, const struct setting_summary *summary);

void setting_text_show(struct text *text, const struct setting_view *view);
void setting_text_end(struct text *text, const struct setting_summary *summary);

#endif
