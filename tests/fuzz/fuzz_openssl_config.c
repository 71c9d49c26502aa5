/* Any bytes as an openssl.cnf that includes itself: reading ends within its ceilings,
 * every value can be found again, and what it says of versions only takes away. */
#include <stdlib.h>

#include "fuzz.h"
#include "host/openssl_config.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void include(struct openssl_config *config, const char *path)
{
	const struct bytes *all = config->owner;

	must(config->depth <= OPENSSL_CONFIG_DEPTH_MAX);
	(void)(openssl_config_read(config, *all, path) == ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size);
	struct openssl_config config = { .include = include, .owner = &all };
	struct openssl_policy policy;
	struct arena arena;
	enum err err;

	if (size > 4096)
		return 0;
	arena_init(&arena, (size_t)64 << 20);
	config.arena = &arena;
	err = openssl_config_read(&config, all, "a.cnf");
	must(err == ERR_OK || err == ERR_MEMORY);
	must(config.count <= OPENSSL_CONFIG_VALUES_MAX);
	must(config.files <= OPENSSL_CONFIG_FILES_MAX);
	for (const struct openssl_value *at = config.last; at != NULL && err == ERR_OK;
		at = at->before)
		must(openssl_config_find(&config, at->section, at->name) != NULL);
	policy = openssl_policy_of(&config);
	must((policy.system_default == NULL) == (policy.broken != NULL));
	must((openssl_policy_apply(&policy, VERSIONS_USUAL) & ~VERSIONS_USUAL) == 0);
	arena_done(&arena);
	return 0;
}
