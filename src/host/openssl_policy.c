#include <stdlib.h>
#include <strings.h>

#include "base/attr.h"
#include "host/openssl_config.h"

/* SSL_CONF_cmd(3), MinProtocol. DTLS' are for datagrams alone. */
static const struct {
	const char *name;
	enum version_rank rank;
} protocols[] = {
	{ "None", RANK_UNKNOWN },
	{ "SSLv2", RANK_SSL2 },
	{ "SSLv3", RANK_SSL3 },
	{ "TLSv1", RANK_TLS10 },
	{ "TLSv1.0", RANK_TLS10 },
	{ "TLSv1.1", RANK_TLS11 },
	{ "TLSv1.2", RANK_TLS12 },
	{ "TLSv1.3", RANK_TLS13 },
};

enum err openssl_protocol(const char *value, enum version_rank *ret)
{
	for (size_t i = 0; i < COUNT_OF(protocols); i++)
		if (strcasecmp(value, protocols[i].name) == 0) {
			*ret = protocols[i].rank;
			return ERR_OK;
		}
	return ERR_VALUE;
}

/* "DEFAULT:@SECLEVEL=2": the last one counts. ciphers(1). */
static int level_of(const char *ciphers)
{
	static const char name[] = "@SECLEVEL=";
	const char *at = ciphers, *found = NULL;

	while ((at = strstr(at, name)) != NULL) {
		at += sizeof name - 1;
		found = at;
	}
	return found != NULL && *found >= '0' && *found <= '5' ? *found - '0' : -1;
}

/* Commands may be written with something in front, "1.MinProtocol", "TLS.MinProtocol" of
 * crypto-policies, and with any case. config(5). A version of DTLS, as the latter have in
 * "DTLS.MinProtocol", says nothing of TLS. */
static const struct openssl_value *command(
	const struct openssl_config *config, const char *section, const char *name)
{
	for (const struct openssl_value *at = config->last; at != NULL; at = at->before) {
		const char *dot = strchr(at->name, '.');
		const char *own = dot != NULL ? dot + 1 : at->name;

		if (strcmp(at->section, section) == 0 && strcasecmp(own, name) == 0 &&
			strncasecmp(at->value, "DTLS", 4) != 0)
			return at;
	}
	return NULL;
}

static void follow(const struct openssl_config *config, struct openssl_policy *policy)
{
	static const char *const links[] = { "openssl_conf", "ssl_conf",
		"system_default" };
	const struct openssl_value *at = NULL;
	const char *section = "default";

	for (size_t i = 0; i < COUNT_OF(links); i++) {
		at = openssl_config_find(config, section, links[i]);
		if (at == NULL) {
			policy->broken = links[i];
			return;
		}
		section = at->value;
	}
	policy->system_default = at;
}

static const struct openssl_value *fips_of(const struct openssl_config *config)
{
	const struct openssl_value *at =
		openssl_config_find(config, "default", "openssl_conf");
	const struct openssl_value *fips;

	if (at == NULL)
		return NULL;
	at = openssl_config_find(config, at->value, "alg_section");
	if (at == NULL)
		return NULL;
	fips = openssl_config_find(config, at->value, "default_properties");
	if (fips != NULL && strstr(fips->value, "fips=yes") != NULL)
		return fips;
	fips = openssl_config_find(config, at->value, "fips_mode");
	return fips != NULL && strcasecmp(fips->value, "yes") == 0 ? fips : NULL;
}

struct openssl_policy openssl_policy_of(const struct openssl_config *config)
{
	struct openssl_policy policy = { .level = -1, .fips = fips_of(config) };
	const char *section;

	follow(config, &policy);
	if (policy.system_default == NULL)
		return policy;
	section = policy.system_default->value;
	policy.lowest = command(config, section, "MinProtocol");
	policy.highest = command(config, section, "MaxProtocol");
	policy.protocol = command(config, section, "Protocol");
	policy.ciphers = command(config, section, "CipherString");
	policy.options = command(config, section, "Options");
	if (policy.ciphers != NULL)
		policy.level = level_of(policy.ciphers->value);
	return policy;
}

/* "ALL,-TLSv1", "-ALL,TLSv1.2": each turns one on or off. */
static uint16_t listed(const char *list, uint16_t versions)
{
	uint16_t had = versions;

	while (*list != '\0') {
		size_t len = strcspn(list, ", ");
		bool off = list[0] == '-';
		const char *at = list + (off || list[0] == '+');
		size_t left = len - (size_t)(at - list);
		enum version_rank rank = RANK_UNKNOWN;
		char name[16] = "";
		uint16_t set = 0;

		if (left < sizeof name)
			memcpy(name, at, left);
		if (strcasecmp(name, "ALL") == 0)
			set = VERSIONS_ALL;
		else if (openssl_protocol(name, &rank) == ERR_OK && rank != RANK_UNKNOWN)
			set = VERSIONS_OF(rank);
		versions = off ? versions & (uint16_t)~set
			       : versions | (uint16_t)(set & had);
		list += len;
		list += strspn(list, ", ");
	}
	return versions;
}

uint16_t openssl_policy_apply(const struct openssl_policy *policy, uint16_t versions)
{
	enum version_rank rank = RANK_UNKNOWN;

	if (policy->protocol != NULL)
		versions = listed(policy->protocol->value, versions);
	if (policy->lowest != NULL &&
		openssl_protocol(policy->lowest->value, &rank) == ERR_OK &&
		rank != RANK_UNKNOWN)
		versions &= versions_from(rank);
	if (policy->highest != NULL &&
		openssl_protocol(policy->highest->value, &rank) == ERR_OK &&
		rank != RANK_UNKNOWN)
		versions &= versions_to(rank);
	return versions;
}
