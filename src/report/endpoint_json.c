/* Scanned endpoints for programs; docs/scan.md. */
#include "report/endpoint_render.h"

#include "policy/exposure.h"
#include "policy/rating.h"
#include "report/json.h"
#include "tls/quic_version.h"

static void add_trait(struct text *text, enum endpoint_trait trait)
{
	if (trait == TRAIT_UNKNOWN)
		json_null(text);
	else
		json_bool(text, trait == TRAIT_YES);
}

static void member_trait(struct text *text, const char *name, enum endpoint_trait trait)
{
	json_member(text, name);
	add_trait(text, trait);
}

static void add_list(struct text *text, const struct endpoint_codes *list,
	const struct iana_registry *registry)
{
	text_char(text, '[');
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			text_char(text, ',');
		json_code(text, registry, list->codes[i]);
	}
	text_char(text, ']');
}

/* A list of which nothing is known is null; one that may go on says so. */
static void add_codes(struct text *text, const char *name,
	const struct endpoint_codes *list, const struct iana_registry *registry)
{
	json_member(text, name);
	if (list->count == 0 && !list->whole)
		json_null(text);
	else
		add_list(text, list, registry);
	text_format(text, ",\"%s_whole\":", name);
	json_bool(text, list->whole);
}

/* What was not asked is not known. */
static const char *status_of(enum endpoint_status status)
{
	return endpoint_status_name(
		status == ENDPOINT_UNASKED ? ENDPOINT_UNKNOWN : status);
}

static void add_order(struct text *text, enum endpoint_order order)
{
	json_member(text, "order");
	if (order == ORDER_UNKNOWN)
		json_null(text);
	else
		json_plain(text, order == ORDER_SERVER ? "server" : "client");
}

static void add_reason(struct text *text, enum endpoint_status status, const char *reason)
{
	json_member(text, "reason");
	json_string(text, reason == NULL && status == ENDPOINT_UNASKED
				  ? "it was not asked"
				  : reason);
}

static void add_version(struct text *text, const struct endpoint_version *found)
{
	static const struct endpoint_version
		nothing; /* of who neither accepts nor refuses */
	bool known = found->status == ENDPOINT_ACCEPTED ||
		     found->status == ENDPOINT_REFUSED || found->suites.count > 0;
	const struct endpoint_version *lists = known ? found : &nothing;

	text_add(text, "{\"status\":");
	json_plain(text, status_of(found->status));
	json_member(text, "alert");
	json_code(text, &iana_alerts,
		found->status == ENDPOINT_UNASKED || found->alert < 0
			? CODE_NONE
			: (uint32_t)found->alert);
	add_reason(text, found->status, found->reason);
	add_codes(text, "suites", &lists->suites,
		found->version == VERSION_SSL2 ? &iana_sslv2_ciphers
					       : &iana_cipher_suites);
	add_order(text, found->order);
	add_codes(text, "groups", &lists->groups, &iana_groups);
	add_codes(text, "signature_schemes", &lists->schemes, &iana_signature_schemes);
	member_trait(text, "completes", found->completes);
	member_trait(text, "without_name", found->without_name);
	member_trait(text, "other_name", found->other_name);
	text_char(text, '}');
}

static void add_versions(struct text *text, const struct endpoint *endpoint)
{
	const char *between = "";

	json_member(text, "versions");
	text_char(text, '{');
	for (size_t i = 0; i < COUNT_OF(endpoint->versions); i++) {
		const struct endpoint_version *found = &endpoint->versions[i];

		if (found->version == VERSION_NONE)
			continue;
		text_add(text, between);
		json_version(text, found->version);
		text_char(text, ':');
		add_version(text, found);
		between = ",";
	}
	text_char(text, '}');
}

static void add_union(struct text *text, const char *name,
	const struct endpoint *endpoint, enum endpoint_list which,
	const struct iana_registry *registry)
{
	uint32_t codes[ENDPOINT_UNION_MAX];
	struct endpoint_codes all = endpoint_union(endpoint, which, codes);

	add_codes(text, name, &all, registry);
}

static void add_chain(struct text *text, const struct endpoint_certificate *shown)
{
	json_member(text, "chain");
	text_char(text, '[');
	for (size_t i = 0; i < shown->chain_len; i++) {
		if (i > 0)
			text_char(text, ',');
		json_certificate(text, shown->chain[i]);
	}
	text_char(text, ']');
}

static void member_time(struct text *text, const char *name, time_ns moment)
{
	json_member(text, name);
	if (moment == 0)
		json_null(text);
	else
		json_time(text, moment);
}

/* What it says, and until when it counts. */
static void add_staple(struct text *text, const struct endpoint_certificate *shown)
{
	json_member(text, "staple");
	if (shown->staple == STAPLE_NOT_LOOKED_AT || shown->staple == STAPLE_NONE) {
		json_null(text);
		return;
	}
	text_format(text, "{\"status\":\"%s\"", endpoint_staple_name(shown->staple));
	member_time(text, "this_update", shown->staple_from);
	member_time(text, "next_update", shown->staple_to);
	text_char(text, '}');
}

static void add_timestamps(struct text *text, const struct endpoint_certificate *shown)
{
	const struct certificate_timestamps *all = &shown->timestamps;

	json_member(text, "timestamps");
	if (shown->trust == TRUST_NOT_LOOKED_AT) {
		json_null(text);
		json_member(text, "timestamps_in");
		json_null(text);
		return;
	}
	text_number(text, (uint64_t)all->inside + all->sent + all->stapled);
	json_member(text, "timestamps_in");
	text_format(text, "{\"certificate\":%u,\"extension\":%u,\"staple\":%u}",
		all->inside, all->sent, all->stapled);
}

static void add_certificate(struct text *text, const struct endpoint_certificate *shown)
{
	text_add(text, "{\"version\":");
	json_version(text, shown->version);
	json_member(text, "named");
	json_bool(text, shown->named);
	json_member(text, "trust");
	json_plain(text, shown->trust == TRUST_NOT_LOOKED_AT
				 ? NULL
				 : endpoint_trust_name(shown->trust));
	member_trait(text, "name_matches", shown->name_matches);
	member_trait(text, "stapled", shown->stapled);
	add_staple(text, shown);
	add_timestamps(text, shown);
	add_chain(text, shown);
	text_char(text, '}');
}

static void add_certificates(struct text *text, const struct endpoint *endpoint)
{
	json_member(text, "certificates");
	text_char(text, '[');
	for (size_t i = 0; i < endpoint->certificate_count; i++) {
		if (i > 0)
			text_char(text, ',');
		add_certificate(text, &endpoint->certificates[i]);
	}
	text_char(text, ']');
}

static void add_alpn(struct text *text, const struct endpoint *endpoint)
{
	json_member(text, "alpn");
	text_char(text, '[');
	for (size_t i = 0; i < endpoint->alpn_count; i++) {
		if (i > 0)
			text_char(text, ',');
		text_quote_json(text, endpoint->alpn[i]);
	}
	text_char(text, ']');
}

static void add_dh(struct text *text, const struct endpoint_dh *dh)
{
	json_member(text, "dh");
	if (dh->bits == 0) {
		json_null(text);
		return;
	}
	text_add(text, "{\"bits\":");
	text_number(text, dh->bits);
	json_member(text, "known");
	json_string(text, dh->known);
	member_trait(text, "reused", dh->reused);
	text_char(text, '}');
}

static void add_traits(struct text *text, const struct endpoint *endpoint)
{
	json_member(text, "traits");
	for (size_t i = 0; i < endpoint_trait_count; i++) {
		text_format(text, "%s\"%s\":", i > 0 ? "," : "{",
			endpoint_trait_kinds[i].name);
		add_trait(text, endpoint_trait_of(endpoint, i));
	}
	text_char(text, '}');
}

static void add_place(struct text *text, const struct endpoint *endpoint)
{
	text_add(text, "{\"host\":");
	json_quoted(text, endpoint->host);
	json_member(text, "address");
	json_address(text, &endpoint->address);
	json_member(text, "port");
	text_number(text, endpoint->port);
	json_member(text, "transport");
	json_plain(text, transport_name(endpoint->transport));
	json_member(text, "quic");
	json_bool(text, endpoint->quic);
	json_member(text, "upgrade");
	json_plain(text, upgrade_name(endpoint->upgrade));
	json_member(text, "server_name");
	json_quoted(text, endpoint->server_name);
	json_member(text, "at");
	json_time(text, endpoint->at);
	json_member(text, "status");
	json_plain(text, status_of(endpoint->status));
	add_reason(text, endpoint->status, endpoint->reason);
	json_member(text, "start");
	json_quoted(text, bytes_over(endpoint->start, endpoint->start_len));
}

static void add_effort(struct text *text, const struct endpoint *endpoint)
{
	json_member(text, "nodes_differ");
	json_bool(text, endpoint->nodes_differ);
	json_member(text, "nodes_reason");
	json_string(text, endpoint->nodes_reason);
	json_member(text, "slowed");
	json_bool(text, endpoint->slowed);
	json_member(text, "connections");
	text_number(text, endpoint->connections);
	json_member(text, "bytes_sent");
	text_number(text, endpoint->bytes_sent);
	json_member(text, "bytes_received");
	text_number(text, endpoint->bytes_received);
	json_member(text, "took_ms");
	text_number(text, endpoint->took / (TIME_SECOND / 1000));
}

/* What both protocols of a UDP port came to; null over TCP. */
static void add_udp(struct text *text, const struct endpoint *endpoint)
{
	const struct endpoint_udp *udp = &endpoint->udp;
	char name[QUIC_VERSION_TEXT_MAX];

	json_member(text, "udp");
	if (endpoint->transport != TRANSPORT_UDP) {
		json_null(text);
		return;
	}
	text_add(text, "{\"dtls\":");
	json_plain(text, status_of(udp->dtls));
	json_member(text, "quic");
	json_plain(text, status_of(udp->quic));
	json_member(text, "quic_versions");
	text_char(text, '[');
	for (size_t i = 0; i < udp->quic_version_count; i++) {
		text_add(text, i > 0 ? "," : "");
		json_plain(text, quic_version_text(udp->quic_versions[i], name));
	}
	text_add(text, "]}");
}

/* What it is open to by what it accepts: true, false, or null with what is missing. */
static void add_exposures(struct text *text, const struct endpoint *endpoint)
{
	struct exposed all[EXPOSURE_COUNT];

	exposures_of(endpoint, all);
	json_member(text, "exposures");
	for (int i = 0; i < EXPOSURE_COUNT; i++) {
		text_format(text, "%s\"%s\":{\"exposed\":", i > 0 ? "," : "{",
			exposure_name((enum exposure)i));
		add_trait(text, all[i].is);
		json_member(text, "reason");
		json_quoted(text, bytes_of_string(all[i].reason));
		json_member(text, "source");
		json_plain(text, exposure_source((enum exposure)i));
		text_char(text, '}');
	}
	text_char(text, '}');
}

static void member_number(struct text *text, const char *name, uint64_t value)
{
	json_member(text, name);
	text_number(text, value);
}

static void add_rating(struct text *text, const struct endpoint *endpoint)
{
	struct rating rating;

	rating_of(endpoint, &rating);
	json_member(text, "rating");
	text_add(text, "{\"edition\":\"" RATING_EDITION "\"");
	json_member(text, "grade");
	json_plain(text, rating.grade);
	json_member(text, "without_trust");
	json_plain(text, rating.without_trust);
	json_member(text, "unrated");
	json_string(text, rating.unrated);
	member_number(text, "score", rating.score);
	member_number(text, "protocol", rating.protocol);
	member_number(text, "key_exchange", rating.exchange);
	member_number(text, "cipher", rating.cipher);
	json_member(text, "reasons");
	text_char(text, '[');
	for (size_t i = 0; i < rating.reason_count; i++) {
		text_add(text, i > 0 ? "," : "");
		json_string(text, rating.reasons[i]);
	}
	text_char(text, ']');
	json_member(text, "not_measured");
	json_string(text, rating_not_measured);
	text_char(text, '}');
}

static void add_judgement(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint_judgement *made = view->judgement;

	json_member(text, "policy");
	if (made == NULL) {
		json_null(text);
		return;
	}
	text_add(text, "{\"name\":");
	json_string(text, view->policy->name);
	json_member(text, "verdict");
	json_plain(text, verdict_name(made->verdict));
	json_member(text, "reasons");
	text_char(text, '[');
	for (size_t i = 0; i < made->count; i++) {
		text_format(text, "%s{\"verdict\":\"%s\"", i > 0 ? "," : "",
			verdict_name(made->reasons[i].verdict));
		json_member(text, "reason");
		json_string(text, made->reasons[i].text);
		text_char(text, '}');
	}
	text_add(text, "]}");
}

static void add_endpoint(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint *endpoint = view->endpoint;

	add_place(text, endpoint);
	add_versions(text, endpoint);
	add_union(text, "groups", endpoint, ENDPOINT_GROUPS, &iana_groups);
	add_union(text, "signature_schemes", endpoint, ENDPOINT_SCHEMES,
		&iana_signature_schemes);
	add_certificates(text, endpoint);
	add_alpn(text, endpoint);
	add_dh(text, &endpoint->dh);
	add_traits(text, endpoint);
	add_effort(text, endpoint);
	add_judgement(text, view);
	add_exposures(text, endpoint);
	add_rating(text, endpoint);
	add_udp(text, endpoint);
	if (view->diff != NULL) {
		json_member(text, "diff");
		endpoint_diff_json(view->diff, text);
	}
	text_char(text, '}');
}

void endpoint_jsonl(struct text *text, const struct endpoint_view *view)
{
	add_endpoint(text, view);
	text_char(text, '\n');
}

void endpoint_json_begin(struct text *text)
{
	text_add(text, "{\"format\":\"" SCAN_FORMAT "\",\"endpoints\":[");
}

void endpoint_json(struct text *text, const struct endpoint_view *view)
{
	text_add(text, view->before > 0 ? ",\n" : "\n");
	add_endpoint(text, view);
}

void endpoint_json_end(struct text *text, const struct endpoint_summary *summary)
{
	text_format(text,
		"%s],\"summary\":{\"endpoints\":", summary->endpoints > 0 ? "\n" : "");
	text_number(text, summary->endpoints);
	member_number(text, "connections", summary->connections);
	for (int i = 0; i < VERDICT_COUNT; i++)
		member_number(
			text, verdict_name((enum verdict)i), summary->by_verdict[i]);
	member_number(text, "not_settled", summary->not_settled);
	member_number(text, "not_asked", summary->not_asked);
	member_number(text, "findings", summary->findings);
	member_number(text, "done_before", summary->done_before);
	text_add(text, "}}\n");
}
