/* Any bytes as GnuTLS' configuration, as a priority string, and as the name of a policy:
 * versions are TLS', a list of what is disabled only takes away, an allowlist has no
 * other than it names, and lines are the text's. */
#include <stdlib.h>

#include "fuzz.h"
#include "host/crypto_policy.h"
#include "host/gnutls_config.h"

#define PRIORITY_MAX 256 /* a line of what people write */

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size);
	struct gnutls_config config = gnutls_config_of(all);
	uint16_t named =
		gnutls_priority(bytes_first(all, PRIORITY_MAX), VERSIONS_USUAL, &config);
	uint16_t left = gnutls_config_apply(&config, named);
	static const struct host_system system = { "rhel", "9" };
	struct bytes name = crypto_policy_name(all);
	uint32_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	must((named & ~VERSIONS_ALL) == 0);
	must(config.allowlist ? left == config.enabled : (left & ~named) == 0);
	must(config.allowlist || (left & config.disabled) == 0);
	must(config.disabled_line <= lines && config.enabled_line <= lines);
	must((config.disabled == 0) || config.disabled_line > 0);
	must(name.len <= size && (name.len == 0 || name.at[0] != '#'));
	must((crypto_policy_versions(name, &system) & ~VERSIONS_ALL) == 0);
	return 0;
}
