/* curl: its program, whose library is another's. */
#include <string.h>

#include "host/host_inside.h"

/* curl sets the highest version itself, so that MaxProtocol of openssl.cnf does not
 * count: what OpenSSL has above it is on, but for what Protocol takes away. Tried with
 * 7.88.1. */
static void apply_highest(struct host *host, struct host_stack *stack,
	const struct default_row *row, const struct host_stack *library)
{
	const struct default_row *all;
	uint16_t above;

	if (row == NULL || library == NULL || library->release == NULL ||
		strcmp(library->stack, "openssl") != 0 ||
		library->client.known == HOST_UNKNOWN)
		return;
	all = defaults_row(defaults_table(&host->defaults, "openssl"),
		bytes_of_string(library->release), host->system.id, host->system.version);
	if (all == NULL || library->client.range.on == 0)
		return;
	above = all->client & row->client & (uint16_t)~host->unlisted &
		(uint16_t)~versions_to(versions_highest(library->client.range.on));
	if (above == 0)
		return;
	host_reason(host, &stack->client, "it sets the highest version itself");
	stack->client.range.on |= above;
	stack->client.range.maybe &= (uint16_t)~above;
}

void stack_curl(struct host *host)
{
	static const char *const banner[] = { "libcurl/", "curl/", "curl ", NULL };
	const char *const *libraries = host_libraries(host, "libcurl.so.");
	const char *path = "/usr/bin/curl";
	const char *const words[] = { path, "--insecure", "--silent", "--output",
		"/dev/null", "https://127.0.0.1:{port}/" };
	const char *release = NULL, *library = path;
	const struct host_stack *linked;
	const struct default_row *row;
	struct root_status status;
	struct host_stack *stack;
	struct host_ask *ask;

	if (root_status(host->root, path, &status) != ERR_OK)
		return;
	for (; *libraries != NULL && release == NULL; libraries++) {
		library = *libraries;
		release = host_banner(host, library, banner);
	}
	stack = host_stack_add(host, "curl", release, path);
	row = host_stack_derive(host, stack, release);
	linked = host_linked(host, library);
	host_narrow(host, stack, host_has_floor(row), linked);
	apply_highest(host, stack, row, linked);
	if (host_may_run(host, path) && (ask = host_ask_add(host, stack)) != NULL)
		memcpy(ask->client, words, sizeof words);
}
