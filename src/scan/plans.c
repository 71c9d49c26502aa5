#include "scan/survey_inside.h"

/* What a full hello says up to TLS 1.2; servers answer what they know. Nothing of it is
 * known to make one refuse. */
#define SAYS_USUAL                                                                       \
	(HELLO_SAYS_ENCRYPT_THEN_MAC | HELLO_SAYS_EXTENDED_MASTER_SECRET |               \
		HELLO_SAYS_POINT_FORMATS | HELLO_SAYS_RENEGOTIATION_INFO |               \
		HELLO_SAYS_SESSION_TICKET | HELLO_SAYS_STATUS_REQUEST |                  \
		HELLO_SAYS_TIMESTAMPS)

#define SESSION_ID_LEN 32

/* A hello of DTLS is one datagram, with a cookie and a name, both of 255 bytes, in it:
 * servers that keep nothing of who has not sent the cookie back read no fragments
 * (OpenSSL, DTLSv1_listen(3); mbedTLS). */
#define DATAGRAM_SUITES 130

size_t plan_suites_at_once(const struct survey *survey, enum form form)
{
	if (form != FORM_FULL)
		return SMALL_SUITES;
	return survey->transport == PROBE_DTLS ? DATAGRAM_SUITES : SUITES_MAX;
}

static struct hello_codes first(const uint16_t *codes, size_t count, size_t most)
{
	return (struct hello_codes){ codes, count < most ? count : most };
}

/* RFC 8446, 4.2: what TLS 1.3 cannot do without. No share: the server says which group it
 * would have, and signs nothing (4.1.4). */
static void plan_tls13(
	const struct survey *survey, enum form form, struct hello_plan *plan)
{
	static const uint16_t dtls13[] = { VERSION_DTLS13 };
	const struct offers *offers = survey->setting->offers;
	bool full = form == FORM_FULL;

	plan->versions = first(offers_tls13, offers_tls13_count,
		full && survey->transport == PROBE_TCP ? OFFERS_VERSIONS_MAX : 1);
	if (survey->transport == PROBE_DTLS)
		plan->versions = (struct hello_codes){ dtls13, 1 };
	plan->groups = first(offers->groups, offers->group_count,
		full ? OFFERS_GROUPS_MAX : 2 * SMALL_GROUPS);
	plan->schemes = first(offers->schemes, offers->scheme_count,
		full ? OFFERS_SCHEMES_MAX : SMALL_SCHEMES);
	plan->says = HELLO_SAYS_KEY_SHARE | HELLO_SAYS_PSK_MODES;
	if (survey->transport != PROBE_QUIC)
		return;
	plan->says |= HELLO_SAYS_QUIC;
	plan->alpn = offers_quic_alpn;
	plan->alpn_count = offers_quic_alpn_count;
}

/* A bare hello of TLS 1.2 has groups and schemes all the same: without them a strict
 * server takes it for one that can do SHA-1 only, and refuses. RFC 5246, 7.4.1.4.1. */
static void plan_earlier(
	const struct offers *offers, int rank, enum form form, struct hello_plan *plan)
{
	bool full = form == FORM_FULL;

	if (rank == RANK_SSL3) { /* of extensions it may know nothing. RFC 6101 */
		plan->says = form == FORM_BARE ? 0 : HELLO_SAYS_RENEGOTIATION_SCSV;
		plan->server_name = (struct bytes){ 0 };
		return;
	}
	if (form == FORM_BARE && rank < RANK_TLS12)
		return;
	plan->says = full ? SAYS_USUAL : HELLO_SAYS_POINT_FORMATS;
	plan->groups = first(offers->curves, offers->curve_count,
		full ? OFFERS_GROUPS_MAX : SMALL_GROUPS);
	if (rank == RANK_TLS12)
		plan->schemes = first(offers->schemes, offers->scheme_count,
			full ? OFFERS_SCHEMES_MAX : SMALL_SCHEMES);
}

void plan_version(const struct survey *survey, int rank, enum form form,
	struct survey_room *room, struct hello_plan *plan)
{
	int legacy = rank > RANK_TLS12 ? RANK_TLS12 : rank;
	bool datagram = survey->transport == PROBE_DTLS;

	/* RFC 9001, 8.4, RFC 9147, 5: over UDP there is no session id for the sake of
	 * middleboxes. */
	*plan = (struct hello_plan){
		.record_version = rank == RANK_SSL3 ? VERSION_SSL3 : VERSION_TLS10,
		.legacy_version = version_of_rank((enum version_rank)legacy, datagram),
		.session_id_len = form == FORM_BARE || survey->transport != PROBE_TCP
					  ? 0
					  : SESSION_ID_LEN,
		.datagram = datagram,
		.suites = { room->suites, 0 },
	};
	if (form != FORM_BARE)
		plan->server_name = survey->server_name;
	if (rank == RANK_TLS13)
		plan_tls13(survey, form, plan);
	else
		plan_earlier(survey->setting->offers, rank, form, plan);
}

void plan_found_suites(const struct survey *survey, int rank, struct survey_room *room,
	struct hello_plan *plan)
{
	const struct hunt *hunt = &survey->suites[rank];

	plan->suites = (struct hello_codes){ room->suites, hunt->count };
	for (size_t i = 0; i < hunt->count; i++)
		room->suites[i] = (uint16_t)hunt->found[i];
}

/* Those whose keys libcrypto makes (sys/crypto_openssl_keys.c), the usual ones first.
 * Those of finite fields are for TLS 1.3 alone: before, they would also say which DHE is
 * taken (RFC 7919, 4). */
static const uint16_t computed_groups[] = { 29, 23, 24, 25, 30, 31, 32, 33, 256, 257, 258,
	259, 260 };

#define COMPUTED_CURVES 8

void plan_computed_groups(int rank, struct hello_plan *plan)
{
	if (plan->groups.count > 0)
		plan->groups = first(computed_groups, COUNT_OF(computed_groups),
			rank == RANK_TLS13 ? COUNT_OF(computed_groups) : COMPUTED_CURVES);
}

static size_t add_open(struct hunt *hunt, bool open, const uint16_t *codes, size_t count,
	uint16_t *ret, size_t done)
{
	for (size_t i = 0; i < count; i++)
		if (hunt_is_open(hunt, codes[i]) == open)
			ret[done++] = codes[i];
	return done;
}

void plan_open_groups(
	const struct survey *survey, struct survey_room *room, struct hello_plan *plan)
{
	struct hunt hunt = survey->groups[1];
	struct hello_codes all = plan->groups;
	size_t count = add_open(&hunt, true, all.at, all.count, room->groups, 0);

	count = add_open(&hunt, false, all.at, all.count, room->groups, count);
	plan->groups = (struct hello_codes){ room->groups, count };
}

static bool is_computed(uint32_t group)
{
	for (size_t i = 0; i < COUNT_OF(computed_groups); i++)
		if (computed_groups[i] == group)
			return true;
	return false;
}

bool survey_saw_computed_group(const struct survey *survey, int rank)
{
	uint16_t first = survey->findings[rank].first_group;

	if (first == 0)
		return rank != RANK_TLS13;
	if (is_computed(first))
		return true;
	return rank == RANK_TLS13 && survey->groups[1].count > 0 &&
	       survey_computes_groups(survey, rank);
}

bool survey_computes_keys(const struct survey *survey, int rank)
{
	for (size_t i = 0; i < COUNT_OF(survey->curves); i++)
		if (survey->curves[i] != 0 && !is_computed(survey->curves[i]))
			return false;
	return survey->findings[rank].first_group == 0 ||
	       is_computed(survey->findings[rank].first_group);
}

bool survey_computes_groups(const struct survey *survey, int rank)
{
	const struct hunt *hunt = &survey->groups[rank == RANK_TLS13];

	for (size_t i = 0; i < COUNT_OF(computed_groups); i++)
		if (hunt_has(hunt, computed_groups[i]))
			return true;
	return hunt->count == 0 && rank != RANK_TLS13;
}

#define FFDHE_FIRST 256 /* ffdhe2048. RFC 7919, 2 */
#define FFDHE_LAST  260

void plan_named_dh(struct survey_room *room, struct hello_plan *plan)
{
	size_t count = plan->groups.count;

	if (count == 0)
		return;
	memmove(room->groups, plan->groups.at, count * sizeof *room->groups);
	for (uint16_t group = FFDHE_FIRST;
		group <= FFDHE_LAST && count < OFFERS_GROUPS_MAX; group++)
		room->groups[count++] = group;
	plan->groups = (struct hello_codes){ room->groups, count };
}
