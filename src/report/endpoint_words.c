#include "report/endpoint_words.h"

#include "report/export.h"
#include "report/render.h"

static void add_quoted(struct text *text, const char *string)
{
	text_quote_terminal(text, bytes_of_string(string));
}

void words_place(struct text *text, const struct endpoint *endpoint)
{
	char address[ADDRESS_TEXT_MAX], place[ENDPOINT_TEXT_MAX];
	struct bytes by_address =
		bytes_of_string(address_text(&endpoint->address, address));
	bool named = endpoint->host.len > 0 && !bytes_equal(endpoint->host, by_address);
	const char *between = " (";

	if (named) {
		text_quote_terminal(text, endpoint->host);
		text_format(text, ":%u (%s", endpoint->port, address);
		between = ", ";
	} else {
		text_add(
			text, render_endpoint(&endpoint->address, endpoint->port, place));
	}
	if (endpoint->server_name.len > 0 &&
		!bytes_equal_caseless(endpoint->server_name, endpoint->host)) {
		text_format(text, "%snamed ", between);
		text_quote_terminal(text, endpoint->server_name);
		between = ", ";
	}
	if (endpoint->upgrade != UPGRADE_NONE) {
		text_format(text, "%s%s", between, upgrade_name(endpoint->upgrade));
		between = ", ";
	}
	if (endpoint->transport == TRANSPORT_UDP) {
		text_format(text, "%s%s", between, endpoint->quic ? "quic" : "udp");
		between = ", ";
	}
	text_add(text, strcmp(between, ", ") == 0 ? ")" : "");
}

void words_accepted(struct text *text, const struct endpoint *endpoint)
{
	const char *before = NULL;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];
		const char *name = version_name(found->version);
		size_t word;

		if (found->status != ENDPOINT_ACCEPTED || name == NULL)
			continue;
		word = strcspn(name, " ") + 1;
		text_format(text, "%s%s", before == NULL ? "" : ", ",
			before != NULL && strncmp(before, name, word) == 0 ? name + word
									   : name);
		before = name;
	}
}

/* What came in place of TLS. */
static void add_start(struct text *text, const struct endpoint *endpoint)
{
	if (endpoint->start_len == 0)
		return;
	text_add(text, ", it begins \"");
	text_quote_terminal(text, bytes_over(endpoint->start, endpoint->start_len));
	text_char(text, '"');
}

static void add_status(struct text *text, const struct endpoint *endpoint)
{
	switch (endpoint->status) {
	case ENDPOINT_ACCEPTED:
		text_add(text, "accepts ");
		words_accepted(text, endpoint);
		break;
	case ENDPOINT_REFUSED:
		text_add(text, "accepts nothing that was asked");
		break;
	case ENDPOINT_NOT_TLS:
		text_add(text, "is not TLS");
		break;
	case ENDPOINT_NO_ANSWER:
		text_add(text, "does not answer");
		break;
	default:
		text_add(text, "is unknown");
	}
	add_start(text, endpoint);
	if (endpoint->reason != NULL) {
		text_add(text, ": ");
		add_quoted(text, endpoint->reason);
	}
}

void words_verdict(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint_judgement *made = view->judgement;

	if (made == NULL) {
		add_status(text, view->endpoint);
		return;
	}
	text_add(text, made->verdict == VERDICT_BREAKS   ? "breaks policy "
		       : made->verdict == VERDICT_PASSES ? "passes policy "
							 : "unknown under policy ");
	add_quoted(text, view->policy->name);
	for (size_t i = 0; i < made->count; i++) {
		const struct endpoint_reason *reason = &made->reasons[i];
		bool remark = reason->verdict == VERDICT_PASSES;

		text_add(text, remark ? "; remark: " : i == 0 ? ": " : "; ");
		add_quoted(text, reason->text);
	}
	add_start(text, view->endpoint);
}

const char *words_suite(uint16_t version, uint32_t code, char ret_text[IANA_TEXT_MAX])
{
	const char *name = version == VERSION_SSL2
				   ? iana_name(&iana_sslv2_ciphers, code)
				   : iana_name(&iana_openssl_suites, code);

	return name != NULL ? name : iana_text(&iana_cipher_suites, code, ret_text);
}

/* Where the client's order counts, which suite came first says nothing. */
static void add_accepted(struct text *text, const struct endpoint_version *found)
{
	const struct endpoint_codes *suites = &found->suites;
	bool first = suites->count == 1 || found->order != ORDER_CLIENT;
	char name[IANA_TEXT_MAX];

	text_add(text, "accepted");
	if (suites->count > 0)
		text_format(text, "  %s%zu suite%s", suites->whole ? "" : "at least ",
			suites->count, suites->count == 1 ? "" : "s");
	if (suites->count > 1 && found->order != ORDER_UNKNOWN)
		text_add(text, found->order == ORDER_SERVER ? ", server order"
							    : ", client order");
	if (suites->count > 0 && first)
		text_format(text, ": %s%s",
			words_suite(found->version, suites->codes[0], name),
			suites->count == 1 ? "" : " ...");
	if (found->completes == TRAIT_NO)
		text_add(text, "; but no handshake was completed");
	if (found->without_name == TRAIT_NO)
		text_add(text, "; not without a name");
}

static void add_refused(struct text *text, const struct endpoint_version *found)
{
	bool without = found->without_name == TRAIT_YES;
	bool other = found->other_name == TRAIT_YES;

	if (found->alert >= 0)
		text_format(text, "refused (alert %d)", found->alert);
	else
		text_add(text, "refused");
	if (without || other)
		text_format(text, ", but accepted from who names %s",
			without && other ? "no server, or another"
			: without        ? "no server"
					 : "another server");
}

void words_version(struct text *text, const struct endpoint_version *found)
{
	if (found->status == ENDPOINT_ACCEPTED) {
		add_accepted(text, found);
	} else if (found->status == ENDPOINT_REFUSED) {
		add_refused(text, found);
	} else {
		text_add(text, found->status == ENDPOINT_UNASKED     ? "not asked"
			       : found->status == ENDPOINT_NOT_TLS   ? "not TLS"
			       : found->status == ENDPOINT_NO_ANSWER ? "no answer"
								     : "unknown");
	}
	if (found->reason != NULL) {
		text_add(text, ": ");
		add_quoted(text, found->reason);
	}
}

/* "sha256WithRSAEncryption" is said by its hash; the rest is the key's. */
static void add_signature(struct text *text, const char *signature)
{
	const char *with = strstr(signature, "With");

	text_add(text, ", ");
	text_quote_terminal(
		text, with == NULL ? bytes_of_string(signature)
				   : bytes_over(signature, (size_t)(with - signature)));
}

static void add_validity(struct text *text, const struct certificate *leaf, time_ns now)
{
	uint64_t days;

	if (now == 0)
		return;
	if (now < leaf->not_before) {
		text_add(text, ", not yet valid");
		return;
	}
	if (now > leaf->not_after) {
		days = (now - leaf->not_after) / TIME_DAY;
		text_add(text, ", expired ");
		text_grouped(text, days);
		text_add(text, days == 1 ? " day ago" : " days ago");
		return;
	}
	days = (leaf->not_after - now) / TIME_DAY;
	text_add(text, ", ");
	text_grouped(text, days);
	text_add(text, days == 1 ? " day left" : " days left");
}

static void add_staple(struct text *text, const struct endpoint_certificate *shown)
{
	char moment[TIME_TEXT_MAX];

	if (shown->staple == STAPLE_NOT_LOOKED_AT || shown->staple == STAPLE_NONE)
		return;
	text_format(text, ", staple %s", endpoint_staple_name(shown->staple));
	if (shown->staple_to != 0)
		text_format(text, " until %.10s", time_text(shown->staple_to, moment));
}

static void add_timestamps(struct text *text, const struct endpoint_certificate *shown)
{
	const struct certificate_timestamps *in = &shown->timestamps;
	unsigned all = (unsigned)in->inside + in->sent + in->stapled;

	if (all > 0)
		text_format(text, ", %u SCT%s", all, all == 1 ? "" : "s");
}

void words_certificate(
	struct text *text, const struct endpoint_certificate *shown, time_ns now)
{
	const struct certificate *leaf = shown->chain[0];

	if (shown->chain_len == 0)
		return;
	add_quoted(
		text, leaf->key_type == NULL ? "key of no known kind" : leaf->key_type);
	if (leaf->key_type != NULL && strncmp(leaf->key_type, "EC ", 3) != 0)
		text_format(text, " %u", (unsigned)leaf->key_bits);
	if (leaf->signature != NULL)
		add_signature(text, leaf->signature);
	add_validity(text, leaf, now);
	if (shown->trust != TRUST_NOT_LOOKED_AT)
		text_format(text, ", chain %s", endpoint_trust_name(shown->trust));
	if (shown->name_matches != TRAIT_UNKNOWN)
		text_add(text,
			shown->name_matches == TRAIT_YES ? ", name ok" : ", wrong name");
	if (!shown->named)
		text_add(text, ", without a name");
	add_staple(text, shown);
	add_timestamps(text, shown);
}
