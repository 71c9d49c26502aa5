#include "report/endpoint_diff.h"

#include <stdio.h>

#include "policy/endpoint_judge.h"
#include "policy/exposure.h"
#include "tls/quic_version.h"

/* Two scans being compared. */
struct comparing {
	const struct endpoint *before;
	const struct endpoint *now;
	struct endpoint_diff *made;
	struct endpoint_change nowhere; /* what has no room is named here */
};

/* A change to be named; what had no room is counted. */
static struct endpoint_change *note(
	struct comparing *c, enum change_what what, enum change_kind kind, bool finding)
{
	struct endpoint_diff *made = c->made;
	struct endpoint_change *change = &c->nowhere;

	made->findings += finding;
	if (made->count < CHANGES_MAX)
		change = &made->changes[made->count++];
	else
		made->left_out++;
	*change = (struct endpoint_change){
		.what = what, .kind = kind, .finding = finding
	};
	return change;
}

static void name_it(char ret[CHANGE_NAME_MAX], const char *name)
{
	(void)snprintf(ret, CHANGE_NAME_MAX, "%s", name);
}

static void note_name(struct comparing *c, enum change_what what, enum change_kind kind,
	bool finding, const char *name)
{
	name_it(note(c, what, kind, finding)->name, name);
}

static void note_other(struct comparing *c, enum change_what what, bool finding,
	const char *was, const char *is)
{
	struct endpoint_change *change = note(c, what, CHANGE_OTHER, finding);

	name_it(change->name, was);
	name_it(change->to, is);
}

static bool is_known(enum endpoint_status status)
{
	return status == ENDPOINT_ACCEPTED || status == ENDPOINT_REFUSED;
}

/* "TLS 1.0 accepted". */
static void name_status(char ret[CHANGE_NAME_MAX], const struct endpoint_version *found)
{
	bool by_name = found->status != ENDPOINT_ACCEPTED && endpoint_accepts(found);

	(void)snprintf(ret, CHANGE_NAME_MAX, "%s %s%s",
		found->version == VERSION_NONE ? "it was" : version_name(found->version),
		endpoint_status_name(found->status == ENDPOINT_UNASKED ? ENDPOINT_UNKNOWN
								       : found->status),
		by_name ? ", but accepted from who names no server, or another" : "");
}

/* That a version which is refused by name is open to others came, or went. It got worse
 * only if it was known not to be. */
static void compare_by_name(struct comparing *c, unsigned rank)
{
	const struct endpoint_version *was = &c->before->versions[rank];
	const struct endpoint_version *is = &c->now->versions[rank];
	bool worse = (was->without_name == TRAIT_NO && is->without_name == TRAIT_YES) ||
		     (was->other_name == TRAIT_NO && is->other_name == TRAIT_YES);
	struct endpoint_change *change;

	if (endpoint_accepts(was) == endpoint_accepts(is))
		return;
	change = note(c, CHANGE_VERSION, CHANGE_OTHER, worse && rank < RANK_TLS12);
	name_status(change->name, was);
	name_status(change->to, is);
}

static void compare_version(struct comparing *c, unsigned rank)
{
	const struct endpoint_version *was = &c->before->versions[rank];
	const struct endpoint_version *is = &c->now->versions[rank];
	struct endpoint_change *change;

	if (is->version == VERSION_NONE)
		return;
	if (was->status == is->status)
		compare_by_name(c, rank);
	else if (is->status == ENDPOINT_ACCEPTED && was->status == ENDPOINT_REFUSED) {
		note_name(c, CHANGE_VERSION, CHANGE_GAINED, rank < RANK_TLS12,
			version_name(is->version));
	} else if (is->status == ENDPOINT_REFUSED && was->status == ENDPOINT_ACCEPTED) {
		note_name(
			c, CHANGE_VERSION, CHANGE_LOST, false, version_name(is->version));
	} else if (is_known(was->status) || is_known(is->status)) {
		change = note(c, CHANGE_VERSION, CHANGE_OTHER,
			is->status == ENDPOINT_ACCEPTED && rank < RANK_TLS12);
		name_status(change->name, was);
		name_status(change->to, is);
	}
}

/* What stands in one list and not in another that is known to the end. */
static void compare_codes(struct comparing *c, enum change_what what,
	enum change_kind kind, uint16_t version, const struct endpoint_codes *all,
	const struct endpoint_codes *other)
{
	const struct iana_registry *registry = what == CHANGE_SUITE ? &iana_cipher_suites
					       : what == CHANGE_GROUP
						       ? &iana_groups
						       : &iana_signature_schemes;
	char name[IANA_TEXT_MAX];

	if (version == VERSION_SSL2)
		registry = &iana_sslv2_ciphers;
	for (size_t i = 0; other->whole && i < all->count; i++) {
		const char *text = iana_text(registry, all->codes[i], name);
		bool quantum = what == CHANGE_GROUP && strstr(text, "MLKEM") != NULL;
		struct endpoint_change *change;

		if (endpoint_codes_hold(other, all->codes[i]))
			continue;
		change = note(c, what, kind, quantum && kind == CHANGE_LOST);
		change->version = version;
		name_it(change->name, text);
	}
}

static void compare_lists(struct comparing *c, enum change_what what, uint16_t version,
	const struct endpoint_codes *was, const struct endpoint_codes *is)
{
	compare_codes(c, what, CHANGE_GAINED, version, is, was);
	compare_codes(c, what, CHANGE_LOST, version, was, is);
}

/* A version that came or went says so itself, without its suites. */
static void compare_suites(struct comparing *c)
{
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *was = &c->before->versions[rank];
		const struct endpoint_version *is = &c->now->versions[rank];

		if (was->status == ENDPOINT_ACCEPTED && is->status == ENDPOINT_ACCEPTED)
			compare_lists(
				c, CHANGE_SUITE, is->version, &was->suites, &is->suites);
	}
}

static void compare_union(
	struct comparing *c, enum change_what what, enum endpoint_list which)
{
	uint32_t was_codes[ENDPOINT_UNION_MAX], is_codes[ENDPOINT_UNION_MAX];
	struct endpoint_codes was = endpoint_union(c->before, which, was_codes);
	struct endpoint_codes is = endpoint_union(c->now, which, is_codes);

	compare_lists(c, what, VERSION_NONE, &was, &is);
}

static void compare_exposures(struct comparing *c)
{
	struct exposed was[EXPOSURE_COUNT], is[EXPOSURE_COUNT];

	exposures_of(c->before, was);
	exposures_of(c->now, is);
	for (int i = 0; i < EXPOSURE_COUNT; i++) {
		const char *name = exposure_name((enum exposure)i);

		if (was[i].is == TRAIT_NO && is[i].is == TRAIT_YES)
			note_name(c, CHANGE_EXPOSURE, CHANGE_GAINED, true, name);
		else if (was[i].is == TRAIT_YES && is[i].is == TRAIT_NO)
			note_name(c, CHANGE_EXPOSURE, CHANGE_LOST, false, name);
	}
}

/* "RSA 2048 until 2027-01-02, ab12cd34". */
static void name_certificate(
	char ret[CHANGE_NAME_MAX], const struct endpoint_certificate *shown)
{
	const struct certificate *leaf = shown->chain[0];
	char moment[TIME_TEXT_MAX];

	(void)snprintf(ret, CHANGE_NAME_MAX, "%.30s %u until %.10s, %02x%02x%02x%02x",
		leaf->key_type == NULL ? "key" : leaf->key_type, (unsigned)leaf->key_bits,
		time_text(leaf->not_after, moment), leaf->digest[0], leaf->digest[1],
		leaf->digest[2], leaf->digest[3]);
}

static const struct endpoint_certificate *find_shown(
	const struct endpoint *endpoint, const struct endpoint_certificate *like)
{
	for (size_t i = 0; i < endpoint->certificate_count; i++) {
		const struct endpoint_certificate *shown = &endpoint->certificates[i];

		if (shown->chain_len > 0 && shown->named == like->named &&
			memcmp(shown->chain[0]->digest, like->chain[0]->digest,
				SHA256_LEN) == 0)
			return shown;
	}
	return NULL;
}

/* That the same certificate is no longer said to be good; a staple that is old by now is
 * one that the server did not fetch anew. */
static void compare_staple(struct comparing *c, const struct endpoint_certificate *was,
	const struct endpoint_certificate *is)
{
	char from[CHANGE_NAME_MAX], to[CHANGE_NAME_MAX];

	if (was->staple == is->staple || was->staple == STAPLE_NOT_LOOKED_AT ||
		is->staple == STAPLE_NOT_LOOKED_AT)
		return;
	(void)snprintf(from, sizeof from, "staple %s", endpoint_staple_name(was->staple));
	(void)snprintf(to, sizeof to, "staple %s", endpoint_staple_name(is->staple));
	note_other(c, CHANGE_CERTIFICATE,
		is->staple == STAPLE_REVOKED || is->staple == STAPLE_OLD ||
			is->staple == STAPLE_BAD,
		from, to);
}

bool endpoint_diff_is_whole(const struct endpoint *endpoint)
{
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED &&
			endpoint->versions[rank].suites.whole)
			return true;
	return false;
}

/* "RSA" or "EC", whatever the curve. */
static struct bytes kind_of(const struct certificate *certificate)
{
	const char *type = certificate->key_type == NULL ? "" : certificate->key_type;

	return bytes_over(type, strcspn(type, " "));
}

/* Whether a scan would have seen a certificate like that if the server had shown it: it
 * asked that way, by name or without, and for that kind of key. */
static bool would_have_seen(
	const struct endpoint *endpoint, const struct endpoint_certificate *like)
{
	/* Who enumerated suites has met every kind of key; else it is one kind. */
	bool every = endpoint_diff_is_whole(endpoint);

	for (size_t i = 0; i < endpoint->certificate_count; i++) {
		const struct endpoint_certificate *shown = &endpoint->certificates[i];

		if (shown->chain_len > 0 && shown->named == like->named &&
			(every || bytes_equal(kind_of(shown->chain[0]),
					  kind_of(like->chain[0]))))
			return true;
	}
	return false;
}

static void compare_certificate(
	struct comparing *c, const struct endpoint_certificate *is)
{
	const struct endpoint_certificate *was = find_shown(c->before, is);
	bool trusted = is->trust == TRUST_OK || is->trust == TRUST_NOT_LOOKED_AT;

	if (was == NULL && would_have_seen(c->before, is))
		name_certificate(
			note(c, CHANGE_CERTIFICATE, CHANGE_GAINED, false)->name, is);
	if (was == NULL)
		return;
	if (was->trust != is->trust && was->trust != TRUST_NOT_LOOKED_AT &&
		is->trust != TRUST_NOT_LOOKED_AT)
		note_other(c, CHANGE_CERTIFICATE, !trusted,
			endpoint_trust_name(was->trust), endpoint_trust_name(is->trust));
	compare_staple(c, was, is);
}

static void compare_certificates(struct comparing *c)
{
	for (size_t i = 0; i < c->now->certificate_count; i++)
		if (c->now->certificates[i].chain_len > 0)
			compare_certificate(c, &c->now->certificates[i]);
	for (size_t i = 0; i < c->before->certificate_count; i++) {
		const struct endpoint_certificate *was = &c->before->certificates[i];

		if (was->chain_len > 0 && find_shown(c->now, was) == NULL &&
			would_have_seen(c->now, was))
			name_certificate(
				note(c, CHANGE_CERTIFICATE, CHANGE_LOST, false)->name,
				was);
	}
}

static void compare_traits(struct comparing *c)
{
	for (size_t i = 0; i < endpoint_trait_count; i++) {
		enum endpoint_trait was = endpoint_trait_of(c->before, i);
		enum endpoint_trait is = endpoint_trait_of(c->now, i);

		if (was != is && was != TRAIT_UNKNOWN && is != TRAIT_UNKNOWN)
			note_name(c, CHANGE_TRAIT,
				is == TRAIT_YES ? CHANGE_GAINED : CHANGE_LOST, false,
				endpoint_trait_kinds[i].name);
	}
}

static bool has_alpn(const struct endpoint *endpoint, struct bytes name)
{
	for (size_t i = 0; i < endpoint->alpn_count; i++)
		if (bytes_equal(endpoint->alpn[i], name))
			return true;
	return false;
}

static void compare_alpn(struct comparing *c, const struct endpoint *all,
	const struct endpoint *other, enum change_kind kind)
{
	for (size_t i = 0; other->alpn_count > 0 && i < all->alpn_count; i++)
		if (!has_alpn(other, all->alpn[i]))
			(void)snprintf(note(c, CHANGE_ALPN, kind, false)->name,
				CHANGE_NAME_MAX, "%.*s", (int)all->alpn[i].len,
				(const char *)all->alpn[i].at);
}

static bool has_quic(const struct endpoint_udp *udp, uint32_t version)
{
	for (size_t i = 0; i < udp->quic_version_count; i++)
		if (udp->quic_versions[i] == version)
			return true;
	return false;
}

static void compare_quic(struct comparing *c, const struct endpoint_udp *all,
	const struct endpoint_udp *other, enum change_kind kind)
{
	char name[QUIC_VERSION_TEXT_MAX];

	for (size_t i = 0; other->quic_version_count > 0 && i < all->quic_version_count;
		i++)
		if (!has_quic(other, all->quic_versions[i]))
			note_name(c, CHANGE_QUIC, kind, false,
				quic_version_text(all->quic_versions[i], name));
}

static void compare_rest(struct comparing *c)
{
	const struct endpoint *was = c->before, *is = c->now;
	struct endpoint_change *change;

	compare_alpn(c, is, was, CHANGE_GAINED);
	compare_alpn(c, was, is, CHANGE_LOST);
	compare_quic(c, &is->udp, &was->udp, CHANGE_GAINED);
	compare_quic(c, &was->udp, &is->udp, CHANGE_LOST);
	if (was->dh.reused == TRAIT_NO && is->dh.reused == TRAIT_YES)
		note_other(c, CHANGE_DH, false, "a key each time", "one key twice");
	if (was->dh.bits != is->dh.bits && was->dh.bits != 0 && is->dh.bits != 0) {
		change = note(c, CHANGE_DH, CHANGE_OTHER, false);
		(void)snprintf(change->name, CHANGE_NAME_MAX, "%u bits", was->dh.bits);
		(void)snprintf(change->to, CHANGE_NAME_MAX, "%u bits", is->dh.bits);
	}
	if (was->nodes_differ != is->nodes_differ)
		note_other(c, CHANGE_NODES, false, was->nodes_differ ? "differ" : "alike",
			is->nodes_differ ? "differ" : "alike");
}

void endpoint_diff(const struct endpoint *before, const struct endpoint *now,
	struct endpoint_diff *ret)
{
	struct comparing c = { .before = before, .now = now, .made = ret };
	bool answers = is_known(before->status) && is_known(now->status);

	ret->any = true;
	ret->partial =
		answers && !endpoint_diff_is_whole(before) && endpoint_diff_is_whole(now);
	ret->since = before->at;
	ret->count = ret->left_out = ret->findings = 0;
	if (before->status != now->status)
		note_other(&c, CHANGE_STATUS, false, endpoint_status_name(before->status),
			endpoint_status_name(now->status));
	if (!answers)
		return;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		compare_version(&c, rank);
	compare_exposures(&c);
	compare_suites(&c);
	compare_union(&c, CHANGE_GROUP, ENDPOINT_GROUPS);
	compare_union(&c, CHANGE_SCHEME, ENDPOINT_SCHEMES);
	compare_certificates(&c);
	compare_traits(&c);
	compare_rest(&c);
}
