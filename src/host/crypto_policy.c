#include "host/crypto_policy.h"

#include "base/attr.h"
#include "base/release.h"
#include "host/lines.h"

/* crypto-policies(7). RHEL 8 and later, Fedora 33 and later. */
static const char *const policies[] = { "DEFAULT", "FIPS", "FUTURE", "LEGACY" };

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

/* Red Hat Enterprise Linux 9, Security hardening, 2.1: from that release on LEGACY allows
 * TLS 1.2 and 1.3 alone. */
static enum version_rank lowest_of(struct bytes policy, const struct host_system *system)
{
	static const char *const kin[] = { "almalinux", "centos", "ol", "rhel", "rocky" };
	struct bytes id = bytes_of_string(system->id);

	if (!lines_equal(policy, "LEGACY"))
		return RANK_TLS12;
	for (size_t i = 0; i < COUNT_OF(kin); i++)
		if (lines_equal(id, kin[i]) &&
			release_compare(bytes_of_string(system->version),
				bytes_of_string("9")) >= 0)
			return RANK_TLS12;
	return RANK_TLS10;
}

uint16_t crypto_policy_versions(struct bytes name, const struct host_system *system)
{
	struct bytes policy, module;

	if (!lines_item(&name, ":", &policy))
		return 0;
	while (lines_item(&name, ":", &module))
		if (!is_harmless(module))
			return 0;
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (lines_equal(policy, policies[i]))
			return versions_from(lowest_of(policy, system));
	return 0;
}
