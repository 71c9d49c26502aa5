/* What a client lacks of suites up to TLS 1.2, in words. */
#include "policy/prediction_inside.h"

#include <stdio.h>

#include "base/attr.h"

static bool is_cbc(const struct suite *suite)
{
	return suite->cipher == SUITE_AES_CBC || suite->cipher == SUITE_CAMELLIA_CBC ||
	       suite->cipher == SUITE_ARIA_CBC || suite->cipher == SUITE_3DES;
}

static bool is_rc4(const struct suite *suite)
{
	return suite->cipher == SUITE_RC4;
}

static bool is_aead(const struct suite *suite)
{
	return suite->mac == SUITE_AEAD;
}

static bool is_not_aead(const struct suite *suite)
{
	return !is_aead(suite);
}

static bool is_rsa_exchange(const struct suite *suite)
{
	return suite->exchange == SUITE_RSA;
}

static bool is_dhe(const struct suite *suite)
{
	return suite->exchange == SUITE_DHE;
}

bool offers_only_suites(const struct offer *offer, suite_is *are)
{
	size_t seen = 0;

	for (size_t i = 0; i < offer->suites.count; i++) {
		const struct suite *suite = suite_find(offer->suites.codes[i]);

		if (suite == NULL || suite->exchange == SUITE_ANY_EXCHANGE)
			continue;
		if (!are(suite))
			return false;
		seen++;
	}
	return seen > 0;
}

struct code_list own_suites_until12(const struct server_profile *profile)
{
	const struct policy_codes *own = &profile->policy->suites12;

	return own->count > 0 ? (struct code_list){ own->codes, own->count }
			      : profile->stack->suites12;
}

static bool wants_aead(const struct server_profile *profile)
{
	struct code_list own = own_suites_until12(profile);

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && !is_aead(suite))
			return false;
	}
	return own.count > 0;
}

/* A property that all suites offered share. */
struct common {
	const char *name; /* "" if they share none */
	suite_is *is;
};

static struct common common_cipher(const struct offer *offer)
{
	static const struct common ciphers[] = {
		{ "CBC", is_cbc },
		{ "RC4", is_rc4 },
		{ "AEAD", is_aead },
	};

	for (size_t i = 0; i < COUNT_OF(ciphers); i++)
		if (offers_only_suites(offer, ciphers[i].is))
			return ciphers[i];
	return (struct common){ "", NULL };
}

static struct common common_exchange(const struct offer *offer)
{
	static const struct common exchanges[] = {
		{ "RSA exchange", is_rsa_exchange },
		{ "DHE", is_dhe },
	};

	for (size_t i = 0; i < COUNT_OF(exchanges); i++)
		if (offers_only_suites(offer, exchanges[i].is))
			return exchanges[i];
	return (struct common){ "", NULL };
}

/* Whether one of the server's suites is so too: then that is not what lacks. */
static bool server_has(const struct server_profile *profile, const struct common *cipher,
	const struct common *exchange)
{
	struct code_list own = own_suites_until12(profile);

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && (cipher->is == NULL || cipher->is(suite)) &&
			(exchange->is == NULL || exchange->is(suite)))
			return true;
	}
	return false;
}

/* What all its suites have in common, for that is mostly what is missing. */
void tell_suite12(const struct server_profile *profile, const struct offer *offer,
	char ret[REASON_MAX])
{
	struct common cipher = common_cipher(offer);
	struct common exchange = common_exchange(offer);

	if ((cipher.is == NULL && exchange.is == NULL) ||
		server_has(profile, &cipher, &exchange))
		(void)snprintf(ret, REASON_MAX, "no common suite%s",
			wants_aead(profile) && offers_only_suites(offer, is_not_aead)
				? " (offers no AEAD)"
				: "");
	else
		(void)snprintf(ret, REASON_MAX, "no common suite (offers only %s%s%s)",
			cipher.name,
			cipher.is != NULL && exchange.is != NULL ? " with " : "",
			exchange.name);
}
