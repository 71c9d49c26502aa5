#include "policy/rating.h"

#include "policy/certificate_key.h"
#include "policy/endpoint_judge.h"
#include "policy/exposure.h"
#include "tls/suite.h"

const char rating_not_measured[] =
	"HSTS (no A+ is given); Heartbleed, CCS injection, ROBOT, Ticketbleed and "
	"padding "
	"oracles (each would be F); revocation that no staple tells; what browsers "
	"negotiate";

/* From the best on. */
enum grade { GRADE_A, GRADE_A_MINUS, GRADE_B, GRADE_C, GRADE_D, GRADE_E, GRADE_F };

static const char *const grades[] = { "A", "A-", "B", "C", "D", "E", "F" };

/* The guide's table of protocols; by rank. */
static const uint8_t protocol_scores[] = { 0, 0, 80, 90, 95, 100, 100 };

/* What is known of all accepted versions together. */
struct facts {
	const struct endpoint *endpoint;
	enum version_rank best, worst;
	unsigned strongest, weakest; /* bits of suites' ciphers */
	bool anonymous, export, aead, forward, rc4_new, short_new, rc4;
	unsigned exchange; /* score of keys and parameters */
	bool small_key, tiny_key, md5, revoked;
};

static void cap(
	struct rating *rating, enum grade *grade, enum grade most, const char *reason)
{
	if (rating->reason_count < RATING_REASONS_MAX)
		rating->reasons[rating->reason_count++] = reason;
	if (most > *grade)
		*grade = most;
}

/* The guide's table of keys, by the bits of RSA or DH. */
static unsigned score_of_bits(unsigned bits)
{
	return bits < 512    ? 20
	       : bits < 1024 ? 40
	       : bits < 2048 ? 80
	       : bits < 4096 ? 90
			     : 100;
}

/* NIST SP 800-57 Part 1, table 2: what RSA key is as strong as one of a curve. */
static unsigned bits_like_rsa(const struct certificate *leaf)
{
	struct policy_key key;
	unsigned bits = leaf->key_bits;

	if (!certificate_key(leaf, &key) || key.kind == KEY_RSA ||
		key.kind == KEY_RSA_PSS || key.kind == KEY_DSA)
		return bits;
	return bits < 224 ? 1024 : bits < 256 ? 2048 : bits < 384 ? 3072 : 7680;
}

static void note_key(struct facts *facts, unsigned bits)
{
	unsigned score = score_of_bits(bits);

	if (score < facts->exchange)
		facts->exchange = score;
	facts->small_key = facts->small_key || bits < 2048;
	facts->tiny_key = facts->tiny_key || bits < 1024;
}

static bool is_ephemeral(const struct suite *suite)
{
	return suite->exchange == SUITE_DHE || suite->exchange == SUITE_ECDHE ||
	       suite->exchange == SUITE_ANY_EXCHANGE;
}

static void note_suite(struct facts *facts, enum version_rank rank, uint32_t code)
{
	const struct suite *suite = suite_find((uint16_t)code);
	bool is_new = rank >= RANK_TLS11;

	if (suite == NULL)
		return;
	if (suite->bits < facts->weakest)
		facts->weakest = suite->bits;
	if (suite->bits > facts->strongest)
		facts->strongest = suite->bits;
	facts->anonymous = facts->anonymous || suite->auth == SUITE_ANONYMOUS;
	facts->export = facts->export || suite->cipher == SUITE_EXPORT;
	facts->aead = facts->aead || suite->mac == SUITE_AEAD;
	facts->forward = facts->forward || is_ephemeral(suite);
	facts->rc4 = facts->rc4 || suite->cipher == SUITE_RC4;
	facts->rc4_new = facts->rc4_new || (is_new && suite->cipher == SUITE_RC4);
	facts->short_new =
		facts->short_new ||
		(is_new && (suite->cipher == SUITE_3DES || suite->cipher == SUITE_DES ||
				   suite->cipher == SUITE_IDEA));
}

/* What would make a rating a guess; NULL if nothing does. */
static const char *gap_of(const struct endpoint *endpoint)
{
	bool any = false;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];

		if (found->version == VERSION_NONE)
			continue;
		if (endpoint_accepts(found)) {
			any = true;
			if (rank != RANK_SSL2 && !found->suites.whole)
				return "not all of its suites are known";
		} else if (found->status != ENDPOINT_REFUSED) {
			return "not all of its versions are known";
		}
	}
	if (endpoint->transport == TRANSPORT_UDP)
		return "the guide is for TLS over TCP";
	if (!any)
		return "it accepts nothing that was asked";
	if (endpoint->certificate_count == 0 || endpoint->certificates[0].chain_len == 0)
		return "no certificate of it was seen";
	return endpoint->nodes_differ ? "servers that differ answer at this address"
				      : NULL;
}

static void note_keys(struct facts *facts)
{
	const struct endpoint *endpoint = facts->endpoint;

	for (size_t i = 0; i < endpoint->certificate_count; i++) {
		const struct certificate *leaf = endpoint->certificates[i].chain[0];

		if (endpoint->certificates[i].chain_len == 0)
			continue;
		note_key(facts, bits_like_rsa(leaf));
		facts->revoked = facts->revoked ||
				 endpoint->certificates[i].staple == STAPLE_REVOKED;
		facts->md5 =
			facts->md5 || (leaf->signature != NULL &&
					      strncmp(leaf->signature, "md", 2) == 0);
	}
	if (endpoint->dh.bits != 0)
		note_key(facts, endpoint->dh.bits);
	if (facts->export && facts->exchange > 40)
		facts->exchange = 40;
	if (facts->anonymous)
		facts->exchange = 0;
}

static struct facts facts_of(const struct endpoint *endpoint)
{
	struct facts facts = {
		.endpoint = endpoint, .weakest = UINT16_MAX, .exchange = 100
	};

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];

		if (!endpoint_accepts(found))
			continue;
		facts.best = (enum version_rank)rank;
		if (facts.worst == RANK_UNKNOWN)
			facts.worst = (enum version_rank)rank;
		for (size_t i = 0; rank != RANK_SSL2 && i < found->suites.count; i++)
			note_suite(
				&facts, (enum version_rank)rank, found->suites.codes[i]);
	}
	note_keys(&facts);
	return facts;
}

static unsigned score_of_cipher(unsigned bits)
{
	return bits >= 256 ? 100 : bits >= 128 ? 80 : bits > 0 ? 20 : 0;
}

/* "A zero in any category will push the overall score to zero." */
static enum grade score(const struct facts *facts, struct rating *ret)
{
	static const uint8_t least[] = { 80, 80, 65, 50, 35, 20, 0 };
	unsigned weakest = facts->weakest == UINT16_MAX ? 0 : facts->weakest;
	int grade = GRADE_A;

	ret->protocol =
		(uint8_t)((protocol_scores[facts->best] + protocol_scores[facts->worst]) /
			  2);
	ret->exchange = (uint8_t)facts->exchange;
	ret->cipher =
		(uint8_t)((score_of_cipher(facts->strongest) + score_of_cipher(weakest)) /
			  2);
	if (ret->protocol > 0 && ret->exchange > 0 && ret->cipher > 0)
		ret->score = (uint8_t)((ret->protocol * 30 + ret->exchange * 30 +
					       ret->cipher * 40) /
				       100);
	while (ret->score < least[grade])
		grade++;
	return (enum grade)grade;
}

static void cap_protocols(
	const struct facts *facts, struct rating *ret, enum grade *grade)
{
	const struct endpoint_version *versions = facts->endpoint->versions;

	if (endpoint_accepts(&versions[RANK_SSL2]))
		cap(ret, grade, GRADE_F, "SSL 2.0 is accepted");
	if (facts->best == RANK_SSL3)
		cap(ret, grade, GRADE_F, "SSL 3.0 is the best it has");
	else if (endpoint_accepts(&versions[RANK_SSL3]))
		cap(ret, grade, GRADE_B, "SSL 3.0 is accepted");
	if (facts->best < RANK_TLS12)
		cap(ret, grade, GRADE_C, "no TLS 1.2 or newer");
	if (endpoint_accepts(&versions[RANK_TLS10]) ||
		endpoint_accepts(&versions[RANK_TLS11]))
		cap(ret, grade, GRADE_B, "TLS 1.0 or 1.1 is accepted");
	if (facts->best < RANK_TLS13)
		cap(ret, grade, GRADE_A_MINUS, "no TLS 1.3");
}

static void cap_suites(const struct facts *facts, struct rating *ret, enum grade *grade)
{
	if (facts->export)
		cap(ret, grade, GRADE_F, "export suites are accepted");
	if (facts->anonymous)
		cap(ret, grade, GRADE_F, "anonymous suites are accepted");
	if (facts->weakest < 112)
		cap(ret, grade, GRADE_F, "suites of fewer than 112 bits are accepted");
	if (facts->short_new)
		cap(ret, grade, GRADE_C, "64-bit blocks with TLS 1.1 or newer");
	if (facts->rc4_new)
		cap(ret, grade, GRADE_C, "RC4 with TLS 1.1 or newer");
	else if (facts->rc4)
		cap(ret, grade, GRADE_B, "RC4 is accepted");
	if (!facts->aead)
		cap(ret, grade, GRADE_B, "no suite with AEAD");
	if (!facts->forward)
		cap(ret, grade, GRADE_B, "no suite with forward secrecy");
}

static void cap_rest(const struct facts *facts, struct rating *ret, enum grade *grade)
{
	struct exposed exposed[EXPOSURE_COUNT];

	exposures_of(facts->endpoint, exposed);
	if (exposed[EXPOSURE_POODLE].is == TRAIT_YES)
		cap(ret, grade, GRADE_C, "POODLE");
	if (exposed[EXPOSURE_CRIME].is == TRAIT_YES)
		cap(ret, grade, GRADE_C, "CRIME");
	if (exposed[EXPOSURE_RENEGOTIATION].is == TRAIT_YES)
		cap(ret, grade, GRADE_A_MINUS, "no secure renegotiation");
	if (facts->md5)
		cap(ret, grade, GRADE_F, "a certificate is signed with MD5");
	if (facts->revoked)
		cap(ret, grade, GRADE_F, "a certificate is revoked");
	if (facts->tiny_key)
		cap(ret, grade, GRADE_F, "a key or DH group of fewer than 1024 bits");
	else if (facts->small_key)
		cap(ret, grade, GRADE_B, "a key or DH group of fewer than 2048 bits");
}

/* Outside of the scale: T and M. A chain that was not looked at is told, not judged. */
static void judge_trust(const struct endpoint *endpoint, struct rating *ret)
{
	for (size_t i = 0; i < endpoint->certificate_count; i++) {
		const struct endpoint_certificate *shown = &endpoint->certificates[i];

		if (!shown->named && endpoint->server_name.len > 0)
			continue;
		if (shown->trust != TRUST_OK && shown->trust != TRUST_NOT_LOOKED_AT)
			ret->grade = "T";
		else if (shown->name_matches == TRAIT_NO && strcmp(ret->grade, "T") != 0)
			ret->grade = "M";
	}
}

void rating_of(const struct endpoint *endpoint, struct rating *ret)
{
	enum grade grade;
	struct facts facts;

	*ret = (struct rating){ .unrated = gap_of(endpoint) };
	if (ret->unrated != NULL)
		return;
	facts = facts_of(endpoint);
	grade = score(&facts, ret);
	cap_protocols(&facts, ret, &grade);
	cap_suites(&facts, ret, &grade);
	cap_rest(&facts, ret, &grade);
	ret->grade = ret->without_trust = grades[grade];
	judge_trust(endpoint, ret);
}
