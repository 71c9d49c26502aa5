/* What changed of an endpoint, for people and for programs; docs/scan.md. */
#include "report/endpoint_diff.h"

#include "report/grid.h"
#include "report/json.h"

#define LINE_MAX_LEN 65536 /* of all suites that a version gained */

static const char *const what_names[] = {
	[CHANGE_STATUS] = "status",
	[CHANGE_VERSION] = "version",
	[CHANGE_EXPOSURE] = "exposure",
	[CHANGE_SUITE] = "suite",
	[CHANGE_GROUP] = "group",
	[CHANGE_SCHEME] = "signature-scheme",
	[CHANGE_CERTIFICATE] = "certificate",
	[CHANGE_TRAIT] = "trait",
	[CHANGE_ALPN] = "alpn",
	[CHANGE_DH] = "dh",
	[CHANGE_NODES] = "nodes",
	[CHANGE_QUIC] = "quic-version",
};

const char *change_what_name(enum change_what what)
{
	return what_names[what];
}

const char *change_kind_name(enum change_kind kind)
{
	return kind == CHANGE_GAINED ? "gained"
	       : kind == CHANGE_LOST ? "lost"
				     : "changed";
}

static bool alike(const struct endpoint_change *a, const struct endpoint_change *b)
{
	return a->what == b->what && a->kind == b->kind && a->finding == b->finding &&
	       a->version == b->version && a->kind != CHANGE_OTHER;
}

static void add_name(struct text *text, const char *name)
{
	text_quote_terminal(text, bytes_of_string(name));
}

static void add_head(struct text *text, const struct endpoint_change *change, bool many)
{
	static const char signs[] = {
		[CHANGE_GAINED] = '+', [CHANGE_LOST] = '-', [CHANGE_OTHER] = '~'
	};

	text_format(text, "%c ", signs[change->kind]);
	if (change->version != VERSION_NONE)
		text_format(text, "%s ", version_name(change->version));
	if (change->what == CHANGE_TRAIT)
		text_add(text, "does");
	else
		text_format(
			text, "%s%s", change_what_name(change->what), many ? "s" : "");
	text_add(text, ": ");
}

/* Those that are alike from `at` on share a line. Answers where the next begins. */
static size_t add_line(
	const struct endpoint_diff *diff, size_t at, unsigned width, struct text *text)
{
	const struct endpoint_change *first = &diff->changes[at];
	struct text CLEANUP(text_done) line;
	size_t end = at + 1;

	while (end < diff->count && alike(first, &diff->changes[end]))
		end++;
	text_init(&line, LINE_MAX_LEN);
	add_head(&line, first, end > at + 1);
	for (size_t i = at; i < end; i++) {
		text_add(&line, i > at ? ", " : "");
		add_name(&line, diff->changes[i].name);
	}
	if (first->kind == CHANGE_OTHER) {
		text_add(&line, " -> ");
		add_name(&line, first->to);
	}
	if (first->finding)
		text_add(&line,
			first->what == CHANGE_VERSION && first->kind == CHANGE_GAINED
				? ", which was refused: a fix that regressed"
				: ": a finding");
	text_add(text, "  ");
	grid_sentence(text, text_string(&line), 2, 4, width);
	text_char(text, '\n');
	return end;
}

void endpoint_diff_text(
	const struct endpoint_diff *diff, unsigned width, struct text *text)
{
	char moment[TIME_TEXT_MAX];
	size_t at = 0;

	if (!diff->any) {
		text_add(text, "  first scan: there is none to compare with\n");
		return;
	}
	time_text(diff->since, moment);
	text_format(text, "  %s since %.16sZ%s\n",
		diff->count == 0 ? "no change" : "changes", moment,
		diff->partial ? ", of versions and certificates: no more was asked then"
			      : "");
	while (at < diff->count)
		at = add_line(diff, at, width, text);
	if (diff->left_out > 0) {
		text_add(text, "  and ");
		text_grouped(text, diff->left_out);
		text_add(text, " more\n");
	}
}

static void add_change(struct text *text, const struct endpoint_change *change)
{
	text_format(text, "{\"kind\":\"%s\",\"what\":\"%s\"",
		change_kind_name(change->kind), change_what_name(change->what));
	json_member(text, "version");
	json_version(text, change->version);
	json_member(text, "name");
	json_string(text, change->name);
	json_member(text, "to");
	json_string(text, change->to[0] == '\0' ? NULL : change->to);
	json_member(text, "finding");
	json_bool(text, change->finding);
	text_char(text, '}');
}

void endpoint_diff_json(const struct endpoint_diff *diff, struct text *text)
{
	if (!diff->any) {
		json_null(text);
		return;
	}
	text_add(text, "{\"since\":");
	json_time(text, diff->since);
	json_member(text, "findings");
	text_number(text, diff->findings);
	json_member(text, "left_out");
	text_number(text, diff->left_out);
	json_member(text, "partial");
	json_bool(text, diff->partial);
	json_member(text, "changes");
	text_char(text, '[');
	for (size_t i = 0; i < diff->count; i++) {
		text_add(text, i > 0 ? "," : "");
		add_change(text, &diff->changes[i]);
	}
	text_add(text, "]}");
}
