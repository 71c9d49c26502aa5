/* Of lists, of traits, of how it was asked, and of what to do. */
#include "report/endpoint_words.h"

#include "policy/exposure.h"
#include "policy/rating.h"
#include "report/export.h"
#include "tls/quic_version.h"

static void add_union(struct text *text, const struct endpoint *endpoint,
	enum endpoint_list which, const struct iana_registry *registry)
{
	uint32_t codes[ENDPOINT_UNION_MAX];
	struct endpoint_codes all = endpoint_union(endpoint, which, codes);
	char name[IANA_TEXT_MAX];

	for (size_t i = 0; i < all.count; i++)
		text_format(text, "%s%s", i > 0 ? " " : "",
			iana_text(registry, codes[i], name));
	if (all.count > 0 && !all.whole)
		text_add(text, ", perhaps more");
}

void words_groups(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint_dh *dh = &view->endpoint->dh;

	add_union(text, view->endpoint, ENDPOINT_GROUPS, &iana_groups);
	if (dh->bits == 0)
		return;
	text_format(text, "%sDH of %u bits", text_len(text) > 0 ? "; " : "", dh->bits);
	if (dh->known != NULL)
		text_format(text, " (%s)", dh->known);
	if (dh->reused == TRAIT_YES)
		text_add(text, ", its key is used again");
}

void words_schemes(struct text *text, const struct endpoint_view *view)
{
	add_union(text, view->endpoint, ENDPOINT_SCHEMES, &iana_signature_schemes);
}

/* "client_certificate_asked" as words; of the intolerant ones what follows that. */
static void add_trait_name(struct text *text, const char *name, size_t skip)
{
	for (const char *c = name + skip; *c != '\0'; c++)
		text_char(text, *c == '_' ? ' ' : *c);
}

#define INTOLERANT "intolerant_"

static void add_traits(struct text *text, const struct endpoint *endpoint,
	bool intolerant, enum endpoint_trait wanted, const char *before)
{
	for (size_t i = 0; i < endpoint_trait_count; i++) {
		const char *name = endpoint_trait_kinds[i].name;
		bool is = strncmp(name, INTOLERANT, strlen(INTOLERANT)) == 0;

		if (is != intolerant || endpoint_trait_of(endpoint, i) != wanted)
			continue;
		text_format(text, "%s%s", text_len(text) > 0 ? ", " : "", before);
		add_trait_name(text, name, is ? strlen(INTOLERANT) : 0);
	}
}

void words_traits(struct text *text, const struct endpoint_view *view)
{
	add_traits(text, view->endpoint, false, TRAIT_YES, "");
	add_traits(text, view->endpoint, false, TRAIT_NO, "no ");
	for (size_t i = 0; i < view->endpoint->alpn_count; i++) {
		text_add(text, i > 0 ? " " : text_len(text) > 0 ? "; ALPN " : "ALPN ");
		text_quote_terminal(text, view->endpoint->alpn[i]);
	}
}

/* That it minds nothing needs no line. */
void words_intolerance(struct text *text, const struct endpoint_view *view)
{
	add_traits(text, view->endpoint, true, TRAIT_YES, "");
}

/* Of whom nothing is known at all, that is said elsewhere. */
void words_exposures(struct text *text, const struct endpoint_view *view)
{
	struct exposed all[EXPOSURE_COUNT];
	size_t unknown = 0;

	exposures_of(view->endpoint, all);
	for (int i = 0; i < EXPOSURE_COUNT; i++) {
		unknown += all[i].is == TRAIT_UNKNOWN;
		if (all[i].is == TRAIT_YES)
			text_format(text, "%s%s (%s)", text_len(text) > 0 ? ", " : "",
				exposure_name((enum exposure)i), all[i].reason);
	}
	if (unknown == 0 || unknown == EXPOSURE_COUNT)
		return;
	text_add(text, text_len(text) > 0 ? "; not known:" : "not known:");
	for (int i = 0; i < EXPOSURE_COUNT; i++)
		if (all[i].is == TRAIT_UNKNOWN)
			text_format(text, " %s", exposure_name((enum exposure)i));
}

void words_rating(struct text *text, const struct endpoint_view *view)
{
	struct rating rating;

	rating_of(view->endpoint, &rating);
	if (rating.unrated != NULL)
		return;
	text_format(text, "%s by the guide of SSL Labs, " RATING_EDITION, rating.grade);
	if (rating.without_trust != rating.grade)
		text_format(text, " (%s but for its certificate)", rating.without_trust);
	for (size_t i = 0; i < rating.reason_count; i++)
		text_format(text, "%s%s", i > 0 ? "; " : ": ", rating.reasons[i]);
}

static const char *other_is(enum endpoint_status status)
{
	switch (status) {
	case ENDPOINT_ACCEPTED:
		return " is accepted, too";
	case ENDPOINT_REFUSED:
		return " is refused";
	case ENDPOINT_NO_ANSWER:
		return " is not answered";
	case ENDPOINT_NOT_TLS:
		return " is answered by something else";
	default:
		return " is unknown";
	}
}

void words_udp(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint *endpoint = view->endpoint;
	const struct endpoint_udp *udp = &endpoint->udp;
	enum endpoint_status other = endpoint->quic ? udp->dtls : udp->quic;
	char name[QUIC_VERSION_TEXT_MAX];

	for (size_t i = 0; i < udp->quic_version_count; i++)
		text_format(text, "%s%s", i > 0 ? ", " : "",
			quic_version_text(udp->quic_versions[i], name));
	if (other == ENDPOINT_UNASKED)
		return;
	text_format(text, "%s%s%s", text_len(text) > 0 ? "; " : "",
		endpoint->quic ? "DTLS" : "QUIC", other_is(other));
}

void words_nodes(struct text *text, const struct endpoint_view *view)
{
	const char *reason = view->endpoint->nodes_reason;

	if (view->endpoint->nodes_differ)
		text_add(text, "servers that differ answer here");
	else if (reason != NULL)
		text_add(text, "several servers answer here, not seen to differ");
	if (reason != NULL) {
		text_add(text, ": ");
		text_quote_terminal(text, bytes_of_string(reason));
	}
}

void words_effort(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint *endpoint = view->endpoint;

	text_grouped(text, endpoint->connections);
	text_format(text, " connection%s in %.2f s",
		endpoint->connections == 1 ? "" : "s",
		(double)endpoint->took / (double)TIME_SECOND);
	if (endpoint->slowed)
		text_add(text, "; it limits who asks often, and was asked slowly");
}

/* Which server it is, as far as something that only one has shows it: the DH parameters
 * that were built in. Names as of policy export; NULL: nothing does. */
static const char *known_server(const struct endpoint *endpoint)
{
	static const struct {
		const char *prime, *server;
	} all[] = {
		{ "Apache", "apache" },
		{ "HAProxy", "haproxy" },
		{ "nginx", "nginx" },
		{ "Postfix", "postfix" },
	};

	for (size_t i = 0; i < COUNT_OF(all) && endpoint->dh.known != NULL; i++)
		if (strncmp(endpoint->dh.known, all[i].prime, strlen(all[i].prime)) == 0)
			return all[i].server;
	return NULL;
}

/* For what is spoken there, the server that most have. NULL: there are many. */
static const char *likely_server(const struct endpoint *endpoint)
{
	switch (endpoint->upgrade) {
	case UPGRADE_SMTP:
		return "postfix";
	case UPGRADE_RDP:
	case UPGRADE_TDS:
		return "iis-reg";
	default:
		return NULL;
	}
}

/* nginx has one word a version, which is the whole fix where versions alone are wrong; of
 * a server that is not known only what it is to allow can be said. */
static void add_versions_to_allow(
	struct text *text, const struct policy *policy, bool is_nginx)
{
	const char *between = " ";

	text_add(text, is_nginx ? "nginx: ssl_protocols" : "allow");
	for (unsigned rank = RANK_SSL3; rank <= RANK_TLS13; rank++) {
		if (!policy_allows_version(policy, (enum version_rank)rank))
			continue;
		text_format(text, "%s%s", between,
			is_nginx ? export_version((enum version_rank)rank)
				 : version_name(version_of_rank(
					   (enum version_rank)rank, false)));
		between = is_nginx ? " " : ", ";
	}
	text_add(text, is_nginx ? "; " : " alone ");
}

void words_fix(struct text *text, const struct endpoint_view *view)
{
	const struct endpoint_judgement *made = view->judgement;
	const char *known = known_server(view->endpoint);
	const char *likely = likely_server(view->endpoint);
	bool possible = false;

	if (made == NULL || made->verdict != VERDICT_BREAKS)
		return;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		possible =
			possible ||
			(policy_allows_version(view->policy, (enum version_rank)rank) &&
				endpoint_accepts(&view->endpoint->versions[rank]));
	if (!possible) {
		text_add(text, "it has no version that the policy allows: a newer "
			       "server or TLS library, or a proxy in front of it");
		return;
	}
	if (made->versions != 0)
		add_versions_to_allow(
			text, view->policy, known != NULL && strcmp(known, "nginx") == 0);
	else
		text_add(text, "as the policy has it ");
	text_format(text, "(tlsunset policy export --for %s ",
		known != NULL    ? known
		: likely != NULL ? likely
				 : "SERVER");
	text_quote_terminal(text, bytes_of_string(view->policy->name));
	text_add(text, known == NULL && likely != NULL ? "; if it is one)" : ")");
}
