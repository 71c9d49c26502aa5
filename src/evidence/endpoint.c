#include "evidence/endpoint.h"

const struct endpoint_trait_kind endpoint_trait_kinds[] = {
#define X(name) { #name, offsetof(struct endpoint_traits, name) },
	ENDPOINT_TRAITS(X)
#undef X
};
const size_t endpoint_trait_count = COUNT_OF(endpoint_trait_kinds);

enum endpoint_trait endpoint_trait_of(const struct endpoint *endpoint, size_t kind)
{
	enum endpoint_trait trait;

	memcpy(&trait,
		(const uint8_t *)&endpoint->traits + endpoint_trait_kinds[kind].offset,
		sizeof trait);
	return trait;
}

bool endpoint_codes_hold(const struct endpoint_codes *list, uint32_t code)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->codes[i] == code)
			return true;
	return false;
}

/* Signature schemes are from TLS 1.2 on (RFC 5246, 7.4.1.4.1); groups are looked for
 * there, and where an older version was found to have some. */
static bool may_have(enum version_rank rank, const struct endpoint_version *found,
	const struct endpoint_codes *list)
{
	if (found->status == ENDPOINT_REFUSED)
		return false;
	return rank >= RANK_TLS12 || list->count > 0;
}

struct endpoint_codes endpoint_union(const struct endpoint *endpoint,
	enum endpoint_list which, uint32_t ret_codes[ENDPOINT_UNION_MAX])
{
	struct endpoint_codes all = { .codes = ret_codes };
	bool whole = true, any = false;

	for (unsigned rank = RANK_TLS13; rank > RANK_UNKNOWN; rank--) {
		const struct endpoint_version *found = &endpoint->versions[rank];
		const struct endpoint_codes *list =
			which == ENDPOINT_GROUPS ? &found->groups : &found->schemes;

		if (found->version == VERSION_NONE || !may_have(rank, found, list))
			continue;
		any = any || list->whole;
		whole = whole && list->whole;
		for (size_t i = 0; i < list->count; i++) {
			if (endpoint_codes_hold(&all, list->codes[i]))
				continue;
			if (all.count < ENDPOINT_UNION_MAX)
				ret_codes[all.count++] = list->codes[i];
			else
				whole = false;
		}
	}
	all.whole = whole && any;
	return all;
}

const char *endpoint_status_name(enum endpoint_status status)
{
	static const char *const names[ENDPOINT_STATUS_COUNT] = {
		[ENDPOINT_UNASKED] = "unasked",
		[ENDPOINT_ACCEPTED] = "accepted",
		[ENDPOINT_REFUSED] = "refused",
		[ENDPOINT_NOT_TLS] = "not-tls",
		[ENDPOINT_NO_ANSWER] = "no-answer",
		[ENDPOINT_UNKNOWN] = "unknown",
	};

	return names[status];
}

const char *endpoint_trust_name(enum certificate_trust trust)
{
	static const char *const names[] = {
		[TRUST_NOT_LOOKED_AT] = "not-looked-at",
		[TRUST_OK] = "ok",
		[TRUST_SELF_SIGNED] = "self-signed",
		[TRUST_INCOMPLETE] = "incomplete",
		[TRUST_UNKNOWN_ROOT] = "unknown-root",
		[TRUST_EXPIRED] = "expired",
		[TRUST_NOT_YET] = "not-yet-valid",
		[TRUST_BAD] = "bad",
	};

	return names[trust];
}

const char *endpoint_staple_name(enum certificate_staple staple)
{
	static const char *const names[STAPLE_COUNT] = {
		[STAPLE_NOT_LOOKED_AT] = "not-looked-at",
		[STAPLE_NONE] = "none",
		[STAPLE_GOOD] = "good",
		[STAPLE_REVOKED] = "revoked",
		[STAPLE_UNKNOWN] = "unknown",
		[STAPLE_OLD] = "old",
		[STAPLE_BAD] = "bad",
	};

	return names[staple];
}
