/* A forecast for people. */
#include "report/render_forecast.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/grid.h"
#include "report/software.h"
#include "tls/alert.h"
#include "tls/iana.h"

#define TEXT_MAX 4096 /* of one cell or sentence before it is cut */
#define GRID_MAX (1u << 26)

#define SCHEME_SHA1 2 /* the upper byte of rsa_pkcs1_sha1 and others. RFC 8446, 4.2.3 */

static const char *rank_text(unsigned rank)
{
	return version_name(version_of_rank((enum version_rank)rank, false));
}

static void add_failing(const struct forecast *forecast,
	const struct forecast_policy *policy, struct text *text)
{
	uint64_t unknown = policy->clients[VERDICT_UNKNOWN];

	text_grouped(text, policy->clients[VERDICT_BREAKS]);
	text_add(text, " of ");
	text_grouped(text, forecast->clients);
	text_add(text, forecast->clients == 1 ? " client" : " clients");
	text_add(text, " would fail");
	if (policy->in_part > 0) {
		text_add(text, ", ");
		text_grouped(text, policy->in_part);
		text_add(text, " of them with some hellos only");
	}
	text_add(text, " (");
	render_share(text, policy->handshakes[VERDICT_BREAKS], forecast->handshakes);
	text_add(text, " of handshakes); ");
	text_grouped(text, unknown);
	text_add(text, unknown == 1 ? " is unknown." : " are unknown.");
}

static void write_headline(
	const struct forecast *forecast, unsigned width, struct text *text)
{
	const struct forecast_policy *policy = &forecast->policies[0];
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	text_add(&line, "Under ");
	text_quote_terminal(&line, bytes_of_string(policy->profile->policy->name));
	text_add(&line, ": ");
	if (forecast->handshakes > 0)
		add_failing(forecast, policy, &line);
	else
		text_add(&line, "no handshake in the store is one that was asked about.");
	grid_sentence(text, text_string(&line), 0, 0, width);
	text_char(text, '\n');
}

void forecast_text_key(const struct policy_key *key, struct text *text)
{
	static const char *const kinds[KEY_KIND_COUNT] = {
		[KEY_RSA] = "RSA",
		[KEY_RSA_PSS] = "RSA-PSS",
		[KEY_ECDSA] = "ECDSA",
		[KEY_ED25519] = "Ed25519",
		[KEY_ED448] = "Ed448",
		[KEY_DSA] = "DSA",
	};
	char name[IANA_TEXT_MAX];

	text_add(text, kinds[key->kind]);
	if (key->kind == KEY_ECDSA && key->curve != 0)
		text_format(text, " %s", iana_text(&iana_groups, key->curve, name));
	else if (key->bits != 0)
		text_format(text, " of %u bits", key->bits);
}

static void add_key_origin(
	const struct server_origin *origin, size_t certificate, struct text *line)
{
	char day[TIME_TEXT_MAX];

	if (origin->keys[certificate] != 0)
		text_format(
			line, " (seen %.10s)", time_text(origin->keys[certificate], day));
	else if (!origin->keys_said)
		text_add(line, " (assumed)");
}

/* Whether a client that signs with SHA-1 alone passes only because of the level. */
static bool leaves_sha1(const struct policy *policy)
{
	for (size_t i = 0; i < policy->schemes.count; i++)
		if (policy->schemes.codes[i] >> 8 == SCHEME_SHA1)
			return true;
	return policy->schemes.count == 0;
}

/* Level 0 adds nothing to what the policy says; no stock server has it. */
static void add_level(const struct server_profile *profile,
	const struct server_origin *origin, struct text *line)
{
	if (!stack_has_levels(profile->stack) ||
		(origin == NULL && profile->security_level == 0))
		return;
	text_format(line, " at security level %u", profile->security_level);
	if (origin != NULL && !origin->level_said)
		text_format(line, " (assumed%s)",
			leaves_sha1(profile->policy)
				? "; stock ones refuse SHA-1 too: --security-level"
				: "");
}

/* The verdicts depend on it. */
void forecast_text_origin(const struct server_profile *profile,
	const struct server_origin *origin, unsigned width, struct text *text)
{
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	text_format(&line, "Server: as %s%s", stack_name(profile->stack),
		origin != NULL && !origin->stack_said ? " (assumed)" : "");
	add_level(profile, origin, &line);
	text_add(&line, ", presenting ");
	for (size_t i = 0; i < profile->certificate_count; i++) {
		text_add(&line, i > 0 ? " and " : "");
		forecast_text_key(&profile->certificates[i], &line);
		if (origin != NULL)
			add_key_origin(origin, i, &line);
	}
	text_char(&line, '.');
	if (origin != NULL && origin->looked)
		server_seen_tell(origin, profile, &line);
	grid_sentence(text, text_string(&line), 0, 0, width);
	text_char(text, '\n');
}

void forecast_text_headline(
	const struct forecast *forecast, unsigned width, struct text *text)
{
	write_headline(forecast, width, text);
	forecast_text_origin(
		forecast->policies[0].profile, forecast->policies[0].origin, width, text);
}

static const struct grid_column reason_columns[] = {
	{ "verdict", GRID_KEPT, 0, false, false },
	{ "clients", GRID_KEPT, 0, true, false },
	{ "handshakes", GRID_KEPT, 0, true, false },
	{ "reason", GRID_KEPT, 20, false, true },
};

static void reason_row(struct grid *grid, const char *verdict, uint64_t clients,
	uint64_t handshakes, const char *reason)
{
	grid_cell(grid, verdict);
	grid_number(grid, clients);
	grid_number(grid, handshakes);
	grid_cell(grid, reason);
}

static void add_passing(const struct forecast_policy *policy, struct text *text)
{
	const char *between = "";

	for (unsigned rank = FORECAST_RANKS - 1; rank > RANK_UNKNOWN; rank--) {
		if (policy->passing[rank] == 0)
			continue;
		text_format(text, "%sas %s ", between, rank_text(rank));
		text_grouped(text, policy->passing[rank]);
		between = ", ";
	}
	between = "; ";
	for (unsigned old = RANK_SSL2; old < FORECAST_RANKS; old++)
		for (unsigned new = old + 1; new < FORECAST_RANKS; new ++) {
			if (policy->moving[old][new] == 0)
				continue;
			text_format(text, "%swas %s, would move to %s: ", between,
				rank_text(old), rank_text(new));
			text_grouped(text, policy->moving[old][new]);
		}
}

static void write_reasons(const struct forecast *forecast,
	const struct forecast_policy *policy, unsigned width, struct text *text)
{
	struct grid CLEANUP(grid_done) grid;
	struct text CLEANUP(text_done) passing;

	text_init(&passing, TEXT_MAX);
	grid_init(&grid, GRID_MAX);
	for (size_t i = 0; i < COUNT_OF(reason_columns); i++)
		grid_column(&grid, &reason_columns[i]);
	for (size_t i = 0; i < policy->reason_count; i++) {
		const struct forecast_reason *reason = &policy->reasons[i];

		reason_row(&grid, verdict_name(reason->verdict), reason->clients,
			reason->handshakes, reason->text);
	}
	add_passing(policy, &passing);
	if (policy->handshakes[VERDICT_PASSES] > 0)
		reason_row(&grid, verdict_name(VERDICT_PASSES),
			policy->clients[VERDICT_PASSES],
			policy->handshakes[VERDICT_PASSES], text_string(&passing));
	if (forecast->without_hello > 0)
		reason_row(&grid, verdict_name(VERDICT_UNKNOWN),
			forecast->without_clients, forecast->without_hello,
			FORECAST_NOT_SEEN);
	if (forecast->handshakes == 0)
		return;
	text_char(text, '\n');
	grid_write(&grid, width, text);
}

/* One line of the comparison: a figure for each policy. */
static const struct figure {
	const char *what;
	size_t offset; /* in struct forecast_policy */
} figures[] = {
	{ "clients that would fail",
		offsetof(struct forecast_policy, clients[VERDICT_BREAKS]) },
	{ "  with some hellos only", offsetof(struct forecast_policy, in_part) },
	{ "clients that pass",
		offsetof(struct forecast_policy, clients[VERDICT_PASSES]) },
	{ "  as TLS 1.3", offsetof(struct forecast_policy, passing[RANK_TLS13]) },
	{ "  as TLS 1.2", offsetof(struct forecast_policy, passing[RANK_TLS12]) },
	{ "  as TLS 1.1", offsetof(struct forecast_policy, passing[RANK_TLS11]) },
	{ "  as TLS 1.0", offsetof(struct forecast_policy, passing[RANK_TLS10]) },
	{ "  as SSL 3.0", offsetof(struct forecast_policy, passing[RANK_SSL3]) },
	{ "clients unknown", offsetof(struct forecast_policy, clients[VERDICT_UNKNOWN]) },
	{ "handshakes that would fail",
		offsetof(struct forecast_policy, handshakes[VERDICT_BREAKS]) },
	{ "handshakes that pass",
		offsetof(struct forecast_policy, handshakes[VERDICT_PASSES]) },
};

static uint64_t figure_of(
	const struct forecast_policy *policy, const struct figure *figure)
{
	uint64_t value;

	memcpy(&value, (const char *)policy + figure->offset, sizeof value);
	return value;
}

static void write_comparison(
	const struct forecast *forecast, unsigned width, struct text *text)
{
	struct grid_column columns[FORECAST_POLICIES_MAX + 1] = { { "", GRID_KEPT, 0,
		false, false } };
	struct grid CLEANUP(grid_done) grid;

	grid_init(&grid, GRID_MAX);
	grid_column(&grid, &columns[0]);
	for (size_t i = 0; i < forecast->policy_count; i++) {
		columns[i + 1] =
			(struct grid_column){ forecast->policies[i].profile->policy->name,
				GRID_KEPT, 0, true, false };
		grid_column(&grid, &columns[i + 1]);
	}
	for (size_t i = 0; i < COUNT_OF(figures); i++) {
		grid_cell(&grid, figures[i].what);
		for (size_t j = 0; j < forecast->policy_count; j++)
			grid_number(
				&grid, figure_of(&forecast->policies[j], &figures[i]));
	}
	grid_write(&grid, width, text);
}

void forecast_text(const struct forecast *forecast, const struct render_options *options,
	struct text *text)
{
	if (forecast->policy_count > 1) {
		write_comparison(forecast, options->width, text);
	} else {
		forecast_text_headline(forecast, options->width, text);
		write_reasons(forecast, &forecast->policies[0], options->width, text);
	}
	render_coverage_text(&forecast->coverage, forecast->runs, options->width, text);
}

static const struct grid_column hello_columns[] = {
	{ "hello", GRID_KEPT, 0, false, false },
	{ "offers", GRID_KEPT, 0, false, false },
	{ "clients", GRID_KEPT, 0, true, false },
	{ "handshakes", 3, 0, true, false },
	{ "verdict", GRID_KEPT, 0, false, false },
	{ "as", 4, 0, false, false },
	{ "likely software", 2, 15, false, false },
	{ "reason", GRID_KEPT, 20, false, true },
};

static const struct grid_column software_column = { "likely software", 2, 15, false,
	false };

static void hello_cells(struct grid *grid, const struct forecast_hello *hello)
{
	const struct forecast_prediction *prediction = &hello->predictions[0];
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) cell;

	text_init(&cell, TEXT_MAX);
	text_hex(&cell, bytes_over(hello->hello->digest, 8));
	grid_cell(grid, text_string(&cell));
	text_reset(&cell);
	text_format(&cell, "≤ %s", render_version(hello->hello->max_version, name));
	grid_cell(grid, text_string(&cell));
	grid_number(grid, hello->clients);
	grid_number(grid, hello->handshakes);
	grid_cell(grid, verdict_name((enum verdict)prediction->verdict));
	grid_cell(grid, prediction->verdict == VERDICT_PASSES
				? render_version(prediction->negotiation.version, name)
				: "");
	text_reset(&cell);
	software_of(hello->hello, &cell);
	grid_cell(grid, text_string(&cell));
	grid_cell(grid, prediction->reason);
}

static void fill_hellos(const struct forecast *forecast, size_t limit, struct grid *grid)
{
	for (size_t i = 0; i < COUNT_OF(hello_columns); i++)
		grid_column(grid, &hello_columns[i]);
	for (size_t i = 0; i < forecast->hello_count && i < limit; i++)
		hello_cells(grid, &forecast->hellos[i]);
}

/* What each policy makes of a hello, in a word. */
static void fate_cells(struct grid *grid, const struct forecast *forecast,
	const struct forecast_hello *hello)
{
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) cell;

	text_init(&cell, TEXT_MAX);
	text_hex(&cell, bytes_over(hello->hello->digest, 8));
	grid_cell(grid, text_string(&cell));
	for (size_t i = 0; i < forecast->policy_count; i++) {
		const struct forecast_prediction *prediction = &hello->predictions[i];

		grid_cell(grid,
			prediction->verdict == VERDICT_PASSES
				? render_version(prediction->negotiation.version, name)
				: verdict_name((enum verdict)prediction->verdict));
	}
	text_reset(&cell);
	software_of(hello->hello, &cell);
	grid_cell(grid, text_string(&cell));
}

static void fill_fates(const struct forecast *forecast, size_t limit,
	struct grid_column columns[FORECAST_POLICIES_MAX], struct grid *grid)
{
	grid_column(grid, &hello_columns[0]);
	for (size_t i = 0; i < forecast->policy_count; i++) {
		columns[i] =
			(struct grid_column){ forecast->policies[i].profile->policy->name,
				GRID_KEPT, 0, false, false };
		grid_column(grid, &columns[i]);
	}
	grid_column(grid, &software_column);
	for (size_t i = 0; i < forecast->hello_count && i < limit; i++)
		fate_cells(grid, forecast, &forecast->hellos[i]);
}

void forecast_text_hellos(const struct forecast *forecast,
	const struct render_options *options, struct text *text)
{
	size_t limit = options->limit == 0 ? forecast->hello_count : options->limit;
	struct grid_column columns[FORECAST_POLICIES_MAX];
	struct grid CLEANUP(grid_done) grid;

	grid_init(&grid, GRID_MAX);
	if (forecast->policy_count > 1) {
		fill_fates(forecast, limit, columns, &grid);
	} else {
		forecast_text_headline(forecast, options->width, text);
		text_char(text, '\n');
		fill_hellos(forecast, limit, &grid);
	}
	grid_write(&grid, options->width, text);
	render_rows_left(text, forecast->hello_count, limit);
	grid_left_out(&grid, options->width, text);
	render_coverage_text(&forecast->coverage, forecast->runs, options->width, text);
}

static void write_decision(
	const struct decision *decision, unsigned width, struct text *text)
{
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	text_format(&line, "%s: %s", decision->what, decision->text);
	if (decision->section != NULL)
		text_format(&line, " (%s)", decision->section);
	text_add(text, "  ");
	grid_sentence(text, text_string(&line), 2, 4, width);
	text_char(text, '\n');
}

static void write_verdict(
	const struct forecast_prediction *prediction, unsigned width, struct text *text)
{
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	text_add(&line, verdict_name((enum verdict)prediction->verdict));
	if (prediction->verdict == VERDICT_PASSES)
		text_format(&line, " as %s",
			render_version(prediction->negotiation.version, name));
	else
		text_format(&line, ": %s", prediction->reason);
	text_add(text, "  ");
	grid_sentence(text, text_string(&line), 2, 4, width);
	text_char(text, '\n');
}

static void explain(const struct forecast_hello *hello,
	const struct server_profile *profile, struct offer *offer, unsigned width,
	struct text *text)
{
	struct decisions decisions = { 0 };
	struct negotiation negotiation;
	struct text CLEANUP(text_done) software;

	text_init(&software, TEXT_MAX);
	software_of(hello->hello, &software);
	text_add(text, "\nhello ");
	text_hex(text, bytes_over(hello->hello->digest, 8));
	text_add(text, ", ");
	text_grouped(text, hello->handshakes);
	text_add(text, hello->handshakes == 1 ? " handshake" : " handshakes");
	if (text_len(&software) > 0)
		text_format(text, ", likely %s", text_string(&software));
	text_char(text, '\n');
	if (offer_of_hello(hello->hello, offer) == ERR_OK) {
		negotiate(profile, offer, &negotiation, &decisions);
		for (size_t i = 0; i < decisions.count; i++)
			write_decision(&decisions.items[i], width, text);
	}
	write_verdict(&hello->predictions[0], width, text);
}

void forecast_text_decisions(const struct forecast *forecast,
	const struct render_options *options, struct text *text)
{
	const struct server_profile *profile = forecast->policies[0].profile;
	struct offer *offer = calloc(1, sizeof *offer); /* large */

	forecast_text_headline(forecast, options->width, text);
	for (size_t i = 0; offer != NULL && i < forecast->hello_count; i++)
		explain(&forecast->hellos[i], profile, offer, options->width, text);
	free(offer);
}
