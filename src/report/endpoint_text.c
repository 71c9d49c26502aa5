/* Scanned endpoints for people: what it comes to, then what was found, a line each. */
#include "report/endpoint_render.h"

#include <stdio.h>

#include "report/endpoint_words.h"
#include "report/grid.h"

#define INDENT      "  "
#define LABEL_WIDTH 13 /* "certificate" is the longest */
#define VALUE_AT    (2 + LABEL_WIDTH)

/* From here on versions stand in two columns. */
#define WIDE 110

static void add_spaces(struct text *text, size_t n)
{
	while (n-- > 0)
		text_char(text, ' ');
}

/* A label and what is said of it; nothing said, no line. */
static void write_line(struct text *text, const struct endpoint_view *view,
	const char *label, const struct text *value)
{
	if (text_len(value) == 0)
		return;
	text_format(text, INDENT "%-*s", LABEL_WIDTH, label);
	grid_sentence(text, text_string(value), VALUE_AT, VALUE_AT, view->width);
	text_char(text, '\n');
}

/* One line a thing, worded by `say`. */
static void line(struct text *text, const struct endpoint_view *view, const char *label,
	void (*say)(struct text *value, const struct endpoint_view *view))
{
	struct text CLEANUP(text_done) value;

	text_init(&value, ENDPOINT_WORDS_MAX);
	say(&value, view);
	write_line(text, view, label, &value);
}

/* The most bytes, up to `most`, that end with a character. RFC 3629, 3. */
static size_t whole_characters(const struct text *value, size_t most)
{
	while (most > 0 && ((uint8_t)text_string(value)[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* What fits into so many columns, which it fills. */
static void add_cell(struct text *text, unsigned rank, const struct endpoint_view *view,
	size_t room, bool fill)
{
	const struct endpoint_version *found = &view->endpoint->versions[rank];
	struct text CLEANUP(text_done) value = { 0 };
	size_t len;

	if (found->version == VERSION_NONE) {
		add_spaces(text, fill ? room : 0);
		return;
	}
	text_init(&value, ENDPOINT_WORDS_MAX);
	text_format(&value, "%-*s", LABEL_WIDTH, version_name(found->version));
	words_version(&value, found);
	len = text_len(&value);
	if (len > room) {
		text_bytes(text, bytes_over(text_string(&value),
					 whole_characters(&value, room - 1)));
		text_add(text, "…");
		return;
	}
	text_bytes(text, bytes_over(text_string(&value), len));
	add_spaces(text, fill ? room - len : 0);
}

static void write_versions_wide(struct text *text, const struct endpoint_view *view)
{
	size_t room = (view->width - 2 * strlen(INDENT)) / 2;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS10; rank++) {
		if (view->endpoint->versions[rank].version == VERSION_NONE &&
			view->endpoint->versions[rank + 3].version == VERSION_NONE)
			continue;
		text_add(text, INDENT);
		add_cell(text, rank, view, room, true);
		text_add(text, INDENT);
		add_cell(text, rank + 3, view, room, false);
		text_char(text, '\n');
	}
}

static void write_versions(struct text *text, const struct endpoint_view *view)
{
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &view->endpoint->versions[rank];
		struct text CLEANUP(text_done) value = { 0 };

		if (found->version == VERSION_NONE)
			continue;
		text_init(&value, ENDPOINT_WORDS_MAX);
		words_version(&value, found);
		write_line(text, view, version_name(found->version), &value);
	}
}

/* Who shows the same to everybody shows it once. */
static bool shown_before(const struct endpoint *endpoint, size_t at)
{
	const struct endpoint_certificate *all = endpoint->certificates;

	for (size_t i = 0; i < at; i++)
		if (all[i].chain_len > 0 && all[at].chain_len > 0 &&
			memcmp(all[i].chain[0]->digest, all[at].chain[0]->digest,
				SHA256_LEN) == 0)
			return true;
	return false;
}

static void write_certificates(struct text *text, const struct endpoint_view *view)
{
	for (size_t i = 0; i < view->endpoint->certificate_count; i++) {
		struct text CLEANUP(text_done) value = { 0 };

		if (shown_before(view->endpoint, i))
			continue;
		text_init(&value, ENDPOINT_WORDS_MAX);
		words_certificate(&value, &view->endpoint->certificates[i], view->now);
		write_line(text, view, "certificate", &value);
	}
}

static void write_head(struct text *text, const struct endpoint_view *view)
{
	struct text CLEANUP(text_done) head;

	text_init(&head, ENDPOINT_WORDS_MAX);
	words_place(&head, view->endpoint);
	text_add(&head, "   ");
	words_verdict(&head, view);
	grid_sentence(text, text_string(&head), 0, strlen(INDENT), view->width);
	text_char(text, '\n');
}

/* Of who speaks no TLS, or does not answer, no more can be told. */
static bool answers_tls(const struct endpoint *endpoint)
{
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED ||
			endpoint->versions[rank].status == ENDPOINT_REFUSED)
			return true;
	return false;
}

/* Of an endpoint that was compared only what changed is shown. */
void endpoint_text(struct text *text, const struct endpoint_view *view)
{
	if (view->before > 0)
		text_char(text, '\n');
	write_head(text, view);
	if (view->diff != NULL) {
		endpoint_diff_text(view->diff, view->width, text);
		return;
	}
	if (answers_tls(view->endpoint)) {
		if (view->width >= WIDE)
			write_versions_wide(text, view);
		else
			write_versions(text, view);
		line(text, view, "groups", words_groups);
		line(text, view, "signatures", words_schemes);
		write_certificates(text, view);
		line(text, view, "does", words_traits);
		line(text, view, "intolerant", words_intolerance);
		line(text, view, "exposed to", words_exposures);
		line(text, view, "rating", words_rating);
	}
	line(text, view, "udp", words_udp);
	line(text, view, "nodes", words_nodes);
	line(text, view, "asked", words_effort);
	line(text, view, "fix", words_fix);
}

static void add_count(struct text *text, uint64_t n, const char *what)
{
	if (n == 0)
		return;
	text_add(text, ", ");
	text_grouped(text, n);
	text_add(text, what);
}

void endpoint_text_end(struct text *text, const struct endpoint_summary *summary)
{
	static const char *const verdicts[VERDICT_COUNT] = { [VERDICT_PASSES] = " pass",
		[VERDICT_BREAKS] = " break the policy",
		[VERDICT_UNKNOWN] = " unknown under it" };

	if (summary->endpoints + summary->not_asked < 2)
		return;
	text_add(text, summary->endpoints > 0 ? "\n" : "");
	text_grouped(text, summary->endpoints);
	text_add(text, summary->endpoints == 1 ? " endpoint in " : " endpoints in ");
	text_grouped(text, summary->connections);
	text_add(text, summary->connections == 1 ? " connection" : " connections");
	for (int i = 0; i < VERDICT_COUNT; i++)
		add_count(text, summary->by_verdict[i], verdicts[i]);
	add_count(text, summary->not_settled, " with a version not known");
	add_count(text, summary->not_asked, " not asked");
	add_count(text, summary->done_before, " done before");
	add_count(text, summary->findings,
		summary->findings == 1 ? " finding" : " findings");
	text_char(text, '\n');
}
