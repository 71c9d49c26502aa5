#include "scan/survey_inside.h"

/* So many accidents, and one in so many hellos that were taken, tell of chance. */
#define ACCIDENTS_LEAST 2
#define ACCIDENTS_SHARE 12

static struct endpoint_codes codes_of(const struct hunt *hunt, bool cut)
{
	return (struct endpoint_codes){
		.codes = hunt->found,
		.count = hunt->count,
		.whole = !cut && (hunt_over(hunt) || hunt->count == 0),
	};
}

/* A version that nobody settled: all was lost before, or it is no TLS. */
static void tell_unsettled(const struct survey *survey, struct endpoint_version *version)
{
	if (survey->reason != NULL || version->reason == NULL)
		version->reason = survey->reason;
	if (survey->not_tls > 0 && !survey->speaks &&
		(survey->reason == NULL || survey->without))
		version->status = ENDPOINT_NOT_TLS;
	else if (!survey->reached || !survey->heard)
		version->status = ENDPOINT_NO_ANSWER;
	else if (version->status == ENDPOINT_UNASKED)
		version->status = ENDPOINT_UNKNOWN;
}

#define UNSTEADY                                                                         \
	"it closes on this, and by chance on what it takes at other times; "             \
	"asking again would settle it"

/* It closes on what it takes at other times: then a close refuses nothing. */
static bool is_unsteady(const struct survey *survey)
{
	return survey->accidents >= ACCIDENTS_LEAST &&
	       survey->accidents * ACCIDENTS_SHARE >= survey->answers;
}

static void doubt_close(
	const struct survey *survey, int rank, struct endpoint_version *version)
{
	const struct finding *finding = &survey->findings[rank];
	bool closed = rank == RANK_SSL2 ? version->alert < 0 : finding->closed;

	if (version->status != ENDPOINT_REFUSED || !closed || !is_unsteady(survey))
		return;
	version->status = ENDPOINT_UNKNOWN;
	version->reason = UNSTEADY;
}

/* Nothing shows that it would have answered anything. */
static void doubt_refusal(const struct survey *survey, struct endpoint_version *version)
{
	if (version->status != ENDPOINT_REFUSED ||
		survey_highest(survey, RANK_TLS13) != RANK_UNKNOWN)
		return;
	version->status = ENDPOINT_UNKNOWN;
	if (version->alert != ALERT_NO_APPLICATION_PROTOCOL &&
		version->alert != ALERT_UNRECOGNIZED_NAME)
		version->reason = "it refused every hello of every version; a name "
				  "(--server-name) or suite that it wants would "
				  "settle it";
}

/* That old clients, which name nobody, get through stands beside the refusal. */
static void tell_by_name(struct endpoint_version *version)
{
	if (version->status != ENDPOINT_REFUSED && version->status != ENDPOINT_UNKNOWN)
		return;
	if (version->without_name == TRAIT_YES)
		version->reason = "it is open to hellos that name no server";
	else if (version->other_name == TRAIT_YES)
		version->reason = "it is open to hellos that name another server";
}

/* A list that ended with a close ended with nothing, where closes come by chance. */
static void tell_suites(
	const struct survey *survey, int rank, struct endpoint_version *version)
{
	const struct finding *finding = &survey->findings[rank];
	bool by_chance = finding->closed && is_unsteady(survey);

	version->suites = codes_of(&survey->suites[rank],
		finding->cut || finding->status != ENDPOINT_ACCEPTED || by_chance);
	if (by_chance && version->reason == NULL)
		version->reason = UNSTEADY;
}

static void tell_version(
	struct survey *survey, int rank, struct endpoint_version *version)
{
	const struct finding *finding = &survey->findings[rank];

	*version = (struct endpoint_version){
		.version = survey_version(survey, rank),
		.status = (enum endpoint_status)finding->status,
		.alert = finding->alert,
		.reason = finding->reason,
		.order = (enum endpoint_order)finding->order,
		.completes = (enum endpoint_trait)finding->completes,
		.without_name = (enum endpoint_trait)finding->without_name,
		.other_name = (enum endpoint_trait)finding->other_name,
	};
	if (finding->hinted && version->status != ENDPOINT_ACCEPTED) {
		version->status = ENDPOINT_ACCEPTED;
		version->reason = "a hello for a higher version is answered with it";
	}
	if (version->version == VERSION_NONE)
		return;
	tell_by_name(version);
	if (version->status == ENDPOINT_UNASKED || survey->not_tls > 0 || !survey->heard)
		tell_unsettled(survey, version);
	doubt_close(survey, rank, version);
	doubt_refusal(survey, version);
	if (version->status == ENDPOINT_UNKNOWN && version->reason == NULL)
		version->reason = "no answer told; asking again would settle it";
	if (rank == RANK_TLS13 && survey->version13 != 0)
		version->version = survey->version13;
	if (version->status == ENDPOINT_ACCEPTED && rank > RANK_SSL2)
		tell_suites(survey, rank, version);
}

static void tell_lists(struct survey *survey, struct endpoint *ret)
{
	int rank = survey->groups_rank;

	ret->versions[RANK_SSL2].suites =
		(struct endpoint_codes){ survey->sslv2, survey->sslv2_count, true };
	if (rank != 0)
		ret->versions[rank].groups =
			codes_of(&survey->groups[0], survey->findings[rank].groups_cut);
	if (survey->groups[1].count > 0)
		ret->versions[RANK_TLS13].groups = codes_of(
			&survey->groups[1], survey->findings[RANK_TLS13].groups_cut);
	if (survey->schemes.count > 0)
		ret->versions[RANK_TLS12].schemes = codes_of(
			&survey->schemes, survey->findings[RANK_TLS12].schemes_cut);
	if (survey->schemes13.count > 0)
		ret->versions[RANK_TLS13].schemes = codes_of(
			&survey->schemes13, survey->findings[RANK_TLS13].schemes_cut);
	ret->alpn = survey->alpn;
	ret->alpn_count = survey->alpn_count;
}

/* The best of its versions: in this order. */
static enum endpoint_status best(const struct endpoint *endpoint)
{
	static const enum endpoint_status order[] = { ENDPOINT_ACCEPTED, ENDPOINT_UNKNOWN,
		ENDPOINT_REFUSED, ENDPOINT_NOT_TLS, ENDPOINT_NO_ANSWER };

	for (size_t i = 0; i < COUNT_OF(order); i++)
		for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
			if (endpoint->versions[rank].status == order[i])
				return order[i];
	return ENDPOINT_UNASKED;
}

/* Of who neither accepts nor refuses anything: why, as it was found of a version. */
static const char *reason_of(const struct endpoint *endpoint)
{
	if (endpoint->reason != NULL || endpoint->status == ENDPOINT_ACCEPTED ||
		endpoint->status == ENDPOINT_REFUSED)
		return endpoint->reason;
	for (int rank = RANK_TLS13; rank >= RANK_SSL2; rank--)
		if (endpoint->versions[rank].status == endpoint->status &&
			endpoint->versions[rank].reason != NULL)
			return endpoint->versions[rank].reason;
	return NULL;
}

/* So seldom may chance have all closes fall on one version, or on the same few, of which
 * there are many. */
#define CHANCE_ONE 0.0025
#define CHANCE_FEW 0.0001

/* Some versions are taken by turns, and all others always: so does no server that is
 * alone. How likely chance does it is told by their share in all connections. */
static void tell_wavering(struct survey *survey)
{
	double share = 0, all = 0, chance = 1;
	unsigned closes = 0, most = 0, few = 0;
	int named = RANK_UNKNOWN;

	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct finding *finding = &survey->findings[rank];
		unsigned met = (unsigned)finding->taken + finding->wavers;

		all += met;
		share += finding->wavers > 0 ? met : 0;
		closes += finding->wavers;
		few += finding->wavers > 0;
		if (finding->wavers <= most)
			continue;
		most = finding->wavers;
		named = rank;
	}
	for (unsigned i = 0; i < closes; i++)
		chance *= share / all;
	if (closes > 0 && chance <= (few > 1 ? CHANCE_FEW : CHANCE_ONE))
		survey_differs(survey,
			"the same hellos for %s are answered and closed by turns, those "
			"for other versions always answered",
			version_name(survey_version(survey, named)));
}

void survey_endpoint(struct survey *survey, struct endpoint *ret)
{
	tell_wavering(survey);
	*ret = (struct endpoint){
		.server_name = survey->server_name,
		.reason = survey->reason,
		.transport =
			survey->transport == PROBE_TCP ? TRANSPORT_TCP : TRANSPORT_UDP,
		.quic = survey->transport == PROBE_QUIC,
		.udp = { .quic_versions = survey->quic_versions,
			.quic_version_count = survey->quic_version_count },
		.start_len = survey->start_len,
		.dh = survey->dh,
		.traits = survey->traits,
		.nodes_differ = survey->differ,
		.nodes_reason = survey->differ ? survey->differ_reason : survey->several,
		.slowed = survey->slowed,
		.connections = survey->connections,
		.bytes_sent = survey->bytes_sent,
		.bytes_received = survey->bytes_received,
		.took = survey->ended - survey->begun,
	};
	memcpy(ret->start, survey->start, survey->start_len);
	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		tell_version(survey, rank, &ret->versions[rank]);
	tell_lists(survey, ret);
	if (survey->form != FORM_FULL && !survey->full_taken)
		ret->traits.intolerant_long = TRAIT_YES;
	ret->status = best(ret);
	ret->reason = reason_of(ret);
}

bool survey_chain(const struct survey *survey, size_t i, struct survey_chain *ret)
{
	if (i >= survey->chain_count)
		return false;
	*ret = survey->chains[i];
	return true;
}
