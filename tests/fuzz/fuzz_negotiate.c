/* Any hello and any policy, on any stack: a negotiation ends, and what it chose was
 * offered and allowed. Three habits are excepted: OpenSSL 1.0.x signs with SHA-1 that was
 * not offered and says so; JSSE signs with it where the policy does not list it, and
 * takes groups that it never heard of for none. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/reader.h"
#include "fuzz.h"
#include "policy/negotiate.h"
#include "tls/client_hello.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool allows(const struct policy_codes *codes, uint32_t code)
{
	for (size_t i = 0; i < codes->count; i++)
		if (codes->codes[i] == code)
			return true;
	return codes->count == 0; /* the stack's own list, then */
}

/* Codes come from small ranges, so that hellos and policies have some in common. */
static void read_codes(
	struct reader *r, struct policy_codes *ret, uint16_t base, uint16_t mask)
{
	size_t count = reader_u8(r) % 12;

	for (ret->count = 0; ret->count < count; ret->count++)
		ret->codes[ret->count] = base | (reader_u16(r) & mask);
}

static void read_suites(struct reader *r, struct policy_codes *ret)
{
	static const uint16_t bases[] = { 0x0000, 0xc000, 0xcca8, 0xc0a0 };

	read_codes(r, ret, 0, 0xff);
	for (size_t i = 0; i < ret->count; i++)
		ret->codes[i] |= bases[i % COUNT_OF(bases)];
}

static void read_keys(struct reader *r, struct server_profile *ret)
{
	ret->certificate_count = reader_u8(r) % (SERVER_CERTIFICATES_MAX + 1);
	for (size_t i = 0; i < ret->certificate_count; i++)
		ret->certificates[i] = (struct policy_key){
			.kind = reader_u8(r) % KEY_KIND_COUNT,
			.bits = (uint16_t)(512 * (reader_u8(r) % 16)),
			.curve = reader_u8(r) % 32,
			.signature = reader_u16(r) & 0x0f1f,
		};
}

static void read_policy(struct reader *r, struct policy *ret)
{
	uint8_t flags = reader_u8(r);

	ret->versions = reader_u8(r);
	ret->server_order = (flags & 1) != 0;
	ret->needs_extended_master_secret = (flags & 2) != 0;
	ret->needs_secure_renegotiation = (flags & 4) != 0;
	ret->needs_server_name = (flags & 8) != 0;
	ret->dh_bits_min = (uint16_t)(flags & 16 ? 2048 : 0);
	if ((flags & 32) != 0) {
		memcpy(ret->alpn[0], "h2", 3);
		ret->alpn_count = 1;
	}
	read_codes(r, &ret->suites13, 0x1300, 0x07);
	read_suites(r, &ret->suites12);
	read_codes(r, &ret->groups, 0, 0x1f);
	read_codes(r, &ret->schemes, 0, 0x0f1f);
}

static bool is_jsse(const struct server_profile *profile)
{
	return profile->stack == stack_of(STACK_JSSE);
}

static void check_group(const struct server_profile *profile, const struct offer *offer,
	const struct negotiation *got)
{
	if (got->group == CODE_NONE)
		return;
	must(allows(&profile->policy->groups, got->group));
	must(!offer->groups.sent || offer_holds(&offer->groups, got->group) ||
		offer_holds(&offer->key_shares, got->group) ||
		(is_jsse(profile) && got->version != VERSION_TLS13));
	must(got->retried || got->version != VERSION_TLS13 ||
		offer_holds(&offer->key_shares, got->group));
}

static void check_signature(const struct server_profile *profile,
	const struct offer *offer, const struct negotiation *got)
{
	bool sha1 = got->signature == 0x0201 || got->signature == 0x0202 ||
		    got->signature == 0x0203;

	must(got->certificate < profile->certificate_count);
	if (got->signature == CODE_NONE)
		return;
	must(got->certificate >= 0);
	if (got->unoffered) {
		must(sha1 && version_rank(got->version) <= RANK_TLS12);
		return;
	}
	must(offer->schemes.sent ? offer_holds(&offer->schemes, got->signature) : sha1);
	must(allows(&profile->policy->schemes, got->signature) ||
		(sha1 && is_jsse(profile)));
}

static void check(const struct server_profile *profile, const struct offer *offer,
	const struct negotiation *got)
{
	enum version_rank rank = version_rank(got->version);
	const struct policy *policy = profile->policy;

	must(policy_allows_version(policy, rank));
	must((offer->versions >> rank & 1) != 0 ||
		(offer->versions_legacy >> rank & 1) != 0);
	must(offer_holds(&offer->suites, got->cipher));
	must(allows(
		rank == RANK_TLS13 ? &policy->suites13 : &policy->suites12, got->cipher));
	check_group(profile, offer, got);
	check_signature(profile, offer, got);
}

static void negotiate_each(struct server_profile *profile, const struct offer *offer)
{
	for (int id = 0; id < STACK_COUNT; id++) {
		struct negotiation got, told;
		struct decisions decisions;

		profile->stack = stack_of((enum stack_id)id);
		negotiate(profile, offer, &got, NULL);
		negotiate(profile, offer, &told, &decisions);
		must(got.refusal == told.refusal && got.cipher == told.cipher &&
			got.group == told.group && got.signature == told.signature);
		must(decisions.count > 0 && decisions.count < DECISIONS_MAX);
		if (got.refusal == REFUSAL_NONE)
			check(profile, offer, &got);
		else
			must(refusal_text(got.refusal) != NULL);
	}
}

/* The first byte is the format; two of length and a policy; the rest is the hello. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct offer offer;
	static struct policy policy;
	struct server_profile profile = { .policy = &policy };
	struct reader r = reader_over(bytes_over(data, size));
	struct hello hello = { .format = (enum hello_format)(reader_u8(&r) % 4) };
	struct reader server = reader_vec16(&r);

	memset(&policy, 0, sizeof policy);
	read_policy(&server, &policy);
	profile.security_level = reader_u8(&server) % 6;
	profile.dh_bits = (uint16_t)(1024 * (reader_u8(&server) % 4));
	profile.dh_auto = (reader_u8(&server) & 1) != 0;
	read_keys(&server, &profile);
	hello.form = reader_rest(&r);
	if (offer_of_hello(&hello, &offer) == ERR_OK)
		negotiate_each(&profile, &offer);
	return 0;
}
