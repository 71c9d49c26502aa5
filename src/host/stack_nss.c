/* NSS: each libssl3.so, and the policy that it reads. */
#include <string.h>

#include "host/host_inside.h"
#include "host/lines.h"

#define POLICY_FILE "/etc/crypto-policies/back-ends/nss.config"
#define POLICY_MAX  65536

static const struct {
	const char *word;
	enum version_rank rank;
} floors[] = {
	{ "tls-version-min=ssl3", RANK_SSL3 },
	{ "tls-version-min=tls1.0", RANK_TLS10 },
	{ "tls-version-min=tls1.1", RANK_TLS11 },
	{ "tls-version-min=tls1.2", RANK_TLS12 },
	{ "tls-version-min=tls1.3", RANK_TLS13 },
};

/* Only where NSS was built to (Fedora's) is a policy read: its folder stands in the
 * libnss3.so that lies beside. Where there is none, that is not known. */
static bool reads_policy(struct host *host, const struct host_stack *stack)
{
	static const char *const folder[] = { "/etc/crypto-policies", NULL };
	int len = (int)(strrchr(stack->path, '/') + 1 - stack->path);
	const char *library = host_text(host, "%.*slibnss3.so", len, stack->path);
	struct root_status status;

	return root_status(host->root, library, &status) != ERR_OK ||
	       host_word(host, library, folder) != NULL;
}

/* A floor of the policy takes away, and never adds. */
static void configure(struct host *host, struct host_stack *stack)
{
	struct text text;

	if (!reads_policy(host, stack)) {
		host_reason_both(
			host, stack, "it is built to read no policy of the system");
		return;
	}
	if (host_read(host, POLICY_FILE, POLICY_MAX, &text) != ERR_OK)
		return;
	struct bytes all = bytes_over(text_string(&text), text_len(&text));

	for (size_t i = 0; i < COUNT_OF(floors); i++) {
		if (bytes_find(all, bytes_of_string(floors[i].word)) == all.len)
			continue;
		host_reason_both(host, stack, POLICY_FILE ": %s", floors[i].word);
		stack->client.range.on &= versions_from(floors[i].rank);
		stack->server.range.on &= versions_from(floors[i].rank);
	}
	text_done(&text);
}

struct host_stack *stack_nss_at(struct host *host, const char *path)
{
	static const char *const banner[] = { "Version: NSS ", "NSS ", NULL };
	const char *release = host_banner(host, path, banner);
	struct host_stack *stack = host_stack_add(host, "nss", release, path);

	(void)host_stack_derive(host, stack, release);
	configure(host, stack);
	return stack;
}

/* Its programs set a range of their own: they cannot be asked for the library's. */
void stack_nss(struct host *host)
{
	const char *const *libraries = host_libraries(host, "libssl3.so");

	for (; *libraries != NULL; libraries++)
		(void)stack_nss_at(host, *libraries);
}
