/* Scanned endpoints for spreadsheets: one a line, always the same columns. RFC 4180. */
#include "report/endpoint_render.h"

#include "policy/exposure.h"
#include "policy/rating.h"
#include "report/endpoint_words.h"

static void field_strange(struct text *text, struct bytes all)
{
	text_char(text, ',');
	if (all.len > 0)
		text_quote_csv(text, all);
}

static void field(struct text *text, const char *string)
{
	field_strange(
		text, string == NULL ? (struct bytes){ 0 } : bytes_of_string(string));
}

static void field_number(struct text *text, uint64_t value)
{
	text_char(text, ',');
	text_number(text, value);
}

/* Datagrams have the columns of their rank: DTLS 1.2 stands under TLS 1.2. */
static void fields_of_versions(struct text *text, const struct endpoint *endpoint)
{
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];
		enum endpoint_status status = found->status == ENDPOINT_UNASKED
						      ? ENDPOINT_UNKNOWN
						      : found->status;

		field(text, found->version == VERSION_NONE
				    ? ""
				    : endpoint_status_name(status));
	}
}

static void fields_of_certificate(struct text *text, const struct endpoint *endpoint)
{
	const struct endpoint_certificate *shown = &endpoint->certificates[0];
	bool any = endpoint->certificate_count > 0 && shown->chain_len > 0;
	const struct certificate *leaf = any ? shown->chain[0] : NULL;
	char moment[TIME_TEXT_MAX];

	field(text, any ? leaf->subject : "");
	field(text, any ? leaf->key_type : "");
	text_char(text, ',');
	if (any)
		text_number(text, leaf->key_bits);
	field(text, any ? leaf->signature : "");
	field(text, any ? time_text(leaf->not_after, moment) : "");
	field(text, any && shown->trust != TRUST_NOT_LOOKED_AT
			    ? endpoint_trust_name(shown->trust)
			    : "");
}

static void field_of_reasons(struct text *text, const struct endpoint_judgement *made)
{
	struct text CLEANUP(text_done) all;

	text_init(&all, ENDPOINT_WORDS_MAX);
	for (size_t i = 0; made != NULL && i < made->count; i++)
		text_format(&all, "%s%s", i > 0 ? "; " : "", made->reasons[i].text);
	field(text, text_string(&all));
}

static void field_of_groups(struct text *text, const struct endpoint_view *view)
{
	struct text CLEANUP(text_done) all;

	text_init(&all, ENDPOINT_WORDS_MAX);
	words_groups(&all, view);
	field(text, text_string(&all));
}

/* Those that are known to be there, space between. */
static void field_of_exposures(struct text *text, const struct endpoint *endpoint)
{
	struct exposed all[EXPOSURE_COUNT];
	struct text CLEANUP(text_done) names;

	exposures_of(endpoint, all);
	text_init(&names, ENDPOINT_WORDS_MAX);
	for (int i = 0; i < EXPOSURE_COUNT; i++)
		if (all[i].is == TRAIT_YES)
			text_format(&names, "%s%s", text_len(&names) > 0 ? " " : "",
				exposure_name((enum exposure)i));
	field(text, text_string(&names));
}

static void field_of_rating(struct text *text, const struct endpoint *endpoint)
{
	struct rating rating;

	rating_of(endpoint, &rating);
	field(text, rating.grade);
}

void endpoint_csv_begin(struct text *text)
{
	text_add(text, "format,host,address,port,transport,upgrade,server_name,at,status,"
		       "ssl_2_0,ssl_3_0,tls_1_0,tls_1_1,tls_1_2,tls_1_3,groups,subject,"
		       "key_type,key_bits,signature,not_after,trust,nodes_differ,"
		       "policy,verdict,reasons,reason,connections,exposures,rating\r\n");
}

void endpoint_csv(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint *endpoint = view->endpoint;
	bool judged = view->judgement != NULL;
	char name[ADDRESS_TEXT_MAX], moment[TIME_TEXT_MAX];

	text_add(text, SCAN_FORMAT);
	field_strange(text, endpoint->host);
	field(text, address_text(&endpoint->address, name));
	field_number(text, endpoint->port);
	field(text, endpoint->quic ? "quic" : transport_name(endpoint->transport));
	field(text, upgrade_name(endpoint->upgrade));
	field_strange(text, endpoint->server_name);
	field(text, time_text(endpoint->at, moment));
	field(text, endpoint_status_name(endpoint->status == ENDPOINT_UNASKED
						 ? ENDPOINT_UNKNOWN
						 : endpoint->status));
	fields_of_versions(text, endpoint);
	field_of_groups(text, view);
	fields_of_certificate(text, endpoint);
	field(text, endpoint->nodes_differ ? "yes" : "no");
	field(text, judged ? view->policy->name : "");
	field(text, judged ? verdict_name(view->judgement->verdict) : "");
	field_of_reasons(text, view->judgement);
	field(text, endpoint->reason);
	field_number(text, endpoint->connections);
	field_of_exposures(text, endpoint);
	field_of_rating(text, endpoint);
	text_add(text, "\r\n");
}
