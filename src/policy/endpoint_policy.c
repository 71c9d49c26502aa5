#include "policy/endpoint_policy.h"

#include <stdio.h>

#include "policy/certificate_key.h"
#include "policy/endpoint_judge.h"

size_t policy_name_part(struct bytes from, char *ret, size_t room)
{
	size_t len = 0;

	for (; len < from.len && len < room; len++) {
		char c = (char)from.at[len];
		bool small = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		else if (!small)
			c = '-';
		ret[len] = c;
	}
	return len;
}

/* "erp.example.net-443" */
static void name_it(const struct endpoint *endpoint, struct policy *ret)
{
	char host[ADDRESS_TEXT_MAX];
	struct bytes from =
		endpoint->host.len > 0
			? endpoint->host
			: bytes_of_string(address_text(&endpoint->address, host));
	size_t len = policy_name_part(from, ret->name, POLICY_NAME_MAX - 7);

	(void)snprintf(ret->name + len, sizeof ret->name - len, "-%u", endpoint->port);
	(void)snprintf(ret->title, sizeof ret->title, "What %.*s was found to accept",
		(int)(sizeof ret->title - 32), ret->name);
}

static void date_it(const struct endpoint *endpoint, struct policy *ret)
{
	char moment[TIME_TEXT_MAX];

	(void)snprintf(ret->source, sizeof ret->source, "tlsunset scan of %s",
		time_text(endpoint->at, moment));
}

/* Each once; false if some had no room. */
static bool add_codes(struct policy_codes *codes, const struct endpoint_codes *list)
{
	for (size_t i = 0; i < list->count; i++) {
		uint16_t code = (uint16_t)list->codes[i];

		if (policy_lists(codes, code))
			continue;
		if (codes->count == POLICY_CODES_MAX)
			return false;
		codes->codes[codes->count++] = code;
	}
	return true;
}

/* The suites of SSL 2.0 have no place in a policy. */
static void add_version(struct policy *policy, unsigned rank,
	const struct endpoint_version *found, unsigned *lacks)
{
	if (found->version == VERSION_NONE || found->status == ENDPOINT_REFUSED)
		return;
	if (found->status != ENDPOINT_ACCEPTED) {
		*lacks |= LACKS_VERSIONS;
		return;
	}
	policy->versions = (uint16_t)(policy->versions | 1u << rank);
	if (found->order == ORDER_SERVER)
		policy->server_order = true;
	if (rank == RANK_SSL2)
		return;
	if (!add_codes(rank == RANK_TLS13 ? &policy->suites13 : &policy->suites12,
		    &found->suites) ||
		!found->suites.whole)
		*lacks |= rank == RANK_TLS13 ? LACKS_SUITES13 : LACKS_SUITES12;
}

/* What is not whole would forbid what it does not name. */
static void leave_out(struct policy *policy, unsigned lacks)
{
	if ((lacks & LACKS_SUITES13) != 0)
		policy->suites13.count = 0;
	if ((lacks & LACKS_SUITES12) != 0)
		policy->suites12.count = 0;
	if ((lacks & LACKS_GROUPS) != 0)
		policy->groups.count = 0;
	if ((lacks & LACKS_SCHEMES) != 0)
		policy->schemes.count = 0;
}

static void add_lists(
	const struct endpoint *endpoint, struct policy *policy, unsigned *lacks)
{
	uint32_t codes[ENDPOINT_UNION_MAX];
	struct endpoint_codes all = endpoint_union(endpoint, ENDPOINT_GROUPS, codes);

	if (!add_codes(&policy->groups, &all) || !all.whole)
		*lacks |= LACKS_GROUPS;
	all = endpoint_union(endpoint, ENDPOINT_SCHEMES, codes);
	if (!add_codes(&policy->schemes, &all) || !all.whole)
		*lacks |= LACKS_SCHEMES;
}

static bool has_key(const struct policy *policy, const struct policy_key *key)
{
	for (size_t i = 0; i < policy->key_count; i++)
		if (policy->keys[i].kind == key->kind &&
			policy->keys[i].bits == key->bits &&
			policy->keys[i].curve == key->curve &&
			policy->keys[i].signature == key->signature)
			return true;
	return false;
}

/* The bits of a curve are the curve's. */
static void add_keys(
	const struct endpoint *endpoint, struct policy *policy, unsigned *lacks)
{
	for (size_t i = 0; i < endpoint->certificate_count; i++) {
		const struct endpoint_certificate *shown = &endpoint->certificates[i];
		struct policy_key key = { 0 };

		if (shown->chain_len == 0)
			continue;
		if (!certificate_key(shown->chain[0], &key)) {
			*lacks |= LACKS_KEYS;
			continue;
		}
		if (key.kind != KEY_RSA && key.kind != KEY_RSA_PSS && key.kind != KEY_DSA)
			key.bits = 0;
		if (!has_key(policy, &key))
			policy->keys[policy->key_count++] = key;
	}
	if (policy->key_count == 0)
		*lacks |= LACKS_KEYS;
}

/* Only what can be shown may stand in a policy; no protocol has another name. */
static void add_alpn(const struct endpoint *endpoint, struct policy *policy)
{
	for (size_t i = 0; i < endpoint->alpn_count; i++) {
		struct bytes name = endpoint->alpn[i];
		bool fine = name.len > 0 && name.len < POLICY_ALPN_LEN &&
			    policy->alpn_count < POLICY_ALPN_MAX;

		for (size_t j = 0; fine && j < name.len; j++)
			fine = name.at[j] > ' ' && name.at[j] < 0x7f;
		if (fine)
			memcpy(policy->alpn[policy->alpn_count++], name.at, name.len);
	}
}

bool policy_of_endpoint(
	const struct endpoint *endpoint, struct policy *ret, unsigned *ret_lacks)
{
	unsigned lacks = 0;

	*ret = (struct policy){ .compression =
					endpoint->traits.compression == TRAIT_YES };
	for (unsigned rank = RANK_TLS13; rank > RANK_UNKNOWN; rank--)
		add_version(ret, rank, &endpoint->versions[rank], &lacks);
	add_lists(endpoint, ret, &lacks);
	leave_out(ret, lacks);
	add_keys(endpoint, ret, &lacks);
	add_alpn(endpoint, ret);
	ret->dh_bits_min = endpoint->dh.bits;
	name_it(endpoint, ret);
	date_it(endpoint, ret);
	*ret_lacks = lacks;
	return ret->versions != 0;
}
