#include "scan/primes.h"
#include "scan/survey_inside.h"
#include "tls/iana.h"

#define LONG_HELLO       255 /* bytes from which some count as intolerable */
#define MANY_SUITES      128
#define RECORD_AND_FIXED 80 /* of a hello: headers, random, session id */

static void note_trait(enum endpoint_trait *trait, bool yes)
{
	if (yes)
		*trait = TRAIT_YES;
	else if (*trait == TRAIT_UNKNOWN)
		*trait = TRAIT_NO;
}

static bool is_cbc(uint32_t code)
{
	const struct suite *suite = suite_find((uint16_t)code);

	return suite != NULL && suite->mac != SUITE_AEAD && suite->cipher != SUITE_NULL &&
	       suite->cipher != SUITE_RC4;
}

/* Of what was said, what was answered; encrypt_then_mac is only where a suite has a MAC
 * to speak of. RFC 7366, 3. */
static void note_says(struct survey *survey, uint16_t says, const struct reply *reply)
{
	struct endpoint_traits *traits = &survey->traits;
	const struct {
		uint16_t says;
		enum endpoint_trait *trait;
	} all[] = {
		{ HELLO_SAYS_EXTENDED_MASTER_SECRET, &traits->extended_master_secret },
		{ HELLO_SAYS_HEARTBEAT, &traits->heartbeat },
		{ HELLO_SAYS_RENEGOTIATION_INFO, &traits->secure_renegotiation },
		{ HELLO_SAYS_SESSION_TICKET, &traits->tickets },
	};

	if (says & HELLO_SAYS_RENEGOTIATION_SCSV)
		says |= HELLO_SAYS_RENEGOTIATION_INFO;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (says & all[i].says)
			note_trait(all[i].trait, (reply->says & all[i].says) != 0);
	if ((says & HELLO_SAYS_ENCRYPT_THEN_MAC) && is_cbc(reply->suite))
		note_trait(&traits->encrypt_then_mac,
			(reply->says & HELLO_SAYS_ENCRYPT_THEN_MAC) != 0);
	if (says & HELLO_SAYS_DEFLATE)
		note_trait(&traits->compression, reply->compressed);
	note_trait(&traits->client_certificate_asked, reply->certificate_asked);
}

/* Whose parameters they are is told by the last ones; a server has one set of its own. */
static void note_dh(struct survey *survey, const struct reply *reply)
{
	if (reply->dh_prime == 0)
		return;
	if (survey->dh.bits == 0 || reply->dh_bits < survey->dh.bits)
		survey->dh.bits = reply->dh_bits;
	if (survey->dh.bits == reply->dh_bits)
		survey->dh.known = prime_name(reply->dh_prime);
	if (survey->dh_public != 0 && survey->dh_prime == reply->dh_prime)
		note_trait(&survey->dh.reused, survey->dh_public == reply->dh_public);
	survey->dh_public = reply->dh_public;
	survey->dh_prime = reply->dh_prime;
}

static void note_chain(
	struct survey *survey, bool named, uint16_t says, const struct reply *reply)
{
	struct survey_chain *chain;
	size_t i = 0;

	if (reply->chain.len == 0)
		return;
	while (i < survey->chain_count &&
		(survey->leaves[i] != reply->leaf || survey->chains[i].named != named))
		i++;
	if (i == ENDPOINT_CERTIFICATES_MAX)
		return;
	chain = &survey->chains[i];
	if (i == survey->chain_count) {
		*chain = (struct survey_chain){
			.body = arena_copy(&survey->arena, reply->chain),
			.version = reply->version,
			.named = named,
		};
		survey->chain_count += chain->body.len > 0;
		survey->leaves[i] = reply->leaf;
	}
	if (says & HELLO_SAYS_STATUS_REQUEST)
		note_trait(&chain->stapled, reply->stapled);
	if (chain->staple.len == 0)
		chain->staple = arena_copy(&survey->arena, reply->staple);
	if (chain->timestamps.len == 0)
		chain->timestamps = arena_copy(&survey->arena, reply->timestamps);
}

/* Whether its name tells which kind of key the certificate has: of static (EC)DH it tells
 * who signed the certificate. RFC 8422, 2. */
static bool tells_key(const struct suite *suite)
{
	return suite->auth < SUITE_BY_PSK &&
	       (suite->exchange == SUITE_RSA || suite->exchange == SUITE_DHE ||
		       suite->exchange == SUITE_ECDHE);
}

/* One version, one name, one kind of key, and yet two certificates. */
static void note_leaf(struct survey *survey, const struct reply *reply)
{
	const struct suite *suite = suite_find((uint16_t)reply->suite);
	int rank = (int)version_rank(reply->version);
	uint64_t *leaf;

	if (suite == NULL || !tells_key(suite) || reply->leaf == 0)
		return;
	leaf = &survey->findings[rank].leaves[suite->auth];
	if (*leaf != 0 && *leaf != reply->leaf)
		survey_differs(survey, "two certificates are shown to like hellos of %s",
			version_name(reply->version));
	*leaf = reply->leaf;
}

/* True if this mark was met before, and another since. */
static bool comes_back(struct marks *marks, uint64_t mark)
{
	size_t i = 0;

	if (marks->count > 0 && marks->seen[marks->count - 1] == mark)
		return false;
	while (i < marks->count && marks->seen[i] != mark)
		i++;
	if (i < marks->count)
		return true;
	if (marks->count == MARKS_MAX)
		memmove(marks->seen, marks->seen + 1, sizeof mark * --marks->count);
	marks->seen[marks->count++] = mark;
	return false;
}

/* Most tickets begin with the name of the key that sealed them (RFC 5077, 4), which
 * servers that belong together share. Who begins them otherwise draws these bytes by lot,
 * and so never comes back to them. */
#define KEY_NAME_LEN 8 /* of sixteen */

static void note_ticket(struct survey *survey, const struct session *session)
{
	struct bytes name;
	struct reader r;

	if (session == NULL || session->ticket_len < 2 * KEY_NAME_LEN)
		return;
	name = bytes_over(session->ticket, KEY_NAME_LEN);
	r = reader_over(name);
	if (comes_back(&survey->ticket_keys[session->version == VERSION_TLS13],
		    reader_u64(&r)))
		survey->several =
			"tickets are sealed by turns with the keys of several servers "
			"or processes";
}

/* To like hellos one server gives an id each time, or never. */
static void note_id(struct survey *survey, const struct reply *reply)
{
	struct finding *finding = &survey->findings[version_rank(reply->version)];

	if (version_rank(reply->version) < RANK_TLS13 &&
		comes_back(&finding->ids, reply->session_id_len > 0))
		survey->several =
			"sessions get an id and none by turns, in answer to like hellos";
}

static void note_curve(struct survey *survey, uint16_t curve)
{
	for (size_t i = 0; i < COUNT_OF(survey->curves) && curve != 0; i++) {
		if (survey->curves[i] == 0)
			survey->curves[i] = curve;
		if (survey->curves[i] == curve)
			return;
	}
}

static void note_firsts(struct survey *survey, const struct reply *reply)
{
	struct finding *finding = &survey->findings[version_rank(reply->version)];

	if (finding->first_group == 0)
		finding->first_group = reply->group;
	if (finding->first_scheme == 0)
		finding->first_scheme = reply->scheme;
	if (version_rank(reply->version) == RANK_TLS13 && survey->version13 == 0)
		survey->version13 = reply->version;
}

void survey_note_address(struct survey *survey, const struct reply *reply)
{
	if (survey->transport == PROBE_TCP ||
		(reply->kind != REPLY_ACCEPTED && reply->kind != REPLY_REFUSED))
		return;
	note_trait(&survey->traits.address_validated, reply->address_checked);
}

void survey_note(struct survey *survey, const struct survey_question *question,
	const struct reply *reply)
{
	const struct job *job = &survey->jobs[question->job];
	const struct hello_plan *plan = &question->plan;
	bool named = plan->server_name.len > 0;
	int rank = (int)version_rank(reply->version);

	if (rank >= RANK_SSL3 && rank <= RANK_TLS12) {
		note_says(survey, plan->says, reply);
		note_dh(survey, reply);
	}
	if (job->ask == ASK_SUITES || job->ask == ASK_REST) {
		note_leaf(survey, reply);
		if (job->form == FORM_FULL) {
			note_firsts(survey, reply);
			if (job->rides == 0) /* else it is a hello unlike the others */
				note_id(survey, reply);
		}
	}
	note_ticket(survey, reply->session);
	note_curve(survey, reply->curve);
	note_chain(survey, named, plan->says, reply);
	if (2 * plan->suites.count + RECORD_AND_FIXED > LONG_HELLO)
		note_trait(&survey->traits.intolerant_long, false);
	if (plan->suites.count > MANY_SUITES)
		note_trait(&survey->traits.intolerant_many_suites, false);
}
