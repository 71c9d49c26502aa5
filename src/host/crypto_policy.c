#include "host/crypto_policy.h"

#include "base/attr.h"
#include "host/lines.h"

/* crypto-policies(7). RHEL 8 and later, Fedora 33 and later. */
static const struct {
	const char *name;
	enum version_rank lowest;
} policies[] = {
	{ "LEGACY", RANK_TLS10 },
	{ "DEFAULT", RANK_TLS12 },
	{ "FUTURE", RANK_TLS12 },
	{ "FIPS", RANK_TLS12 },
};

/* Modules that add and remove algorithms, but no versions. */
static const char *const modules[] = { "SHA1", "NO-SHA1", "ECDHE-ONLY", "OSPP",
	"AD-SUPPORT", "NO-CAMELLIA", "NO-ENFORCE-EMS" };

struct bytes crypto_policy_name(struct bytes all)
{
	struct bytes line;

	while (lines_next(&all, &line)) {
		line = lines_trimmed(line);
		if (line.len > 0 && line.at[0] != '#')
			return line;
	}
	return (struct bytes){ 0 };
}

static bool is_harmless(struct bytes module)
{
	for (size_t i = 0; i < COUNT_OF(modules); i++)
		if (lines_equal(module, modules[i]))
			return true;
	return false;
}

uint16_t crypto_policy_versions(struct bytes name)
{
	struct bytes policy, module;

	if (!lines_item(&name, ":", &policy))
		return 0;
	while (lines_item(&name, ":", &module))
		if (!is_harmless(module))
			return 0;
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (lines_equal(policy, policies[i].name))
			return versions_from(policies[i].lowest);
	return 0;
}
