/* Wget: its program, whose library is another's. */
#include <string.h>

#include "host/host_inside.h"

void stack_wget(struct host *host)
{
	static const char *const banner[] = { "Wget/", "Wget ", NULL };
	const char *path = "/usr/bin/wget";
	const char *const words[] = { path, "--quiet", "--no-check-certificate",
		"--output-document=/dev/null", "--tries=1", "https://127.0.0.1:{port}/" };
	struct root_status status;
	struct host_stack *stack;
	struct host_ask *ask;
	const char *release;

	if (root_status(host->root, path, &status) != ERR_OK)
		return;
	release = host_banner(host, path, banner);
	/* Where the binary does not say it, its one row holds for every release. */
	stack = host_stack_add(host, "wget", release, path);
	(void)host_stack_derive(host, stack, release == NULL ? "1.0" : release);
	if (host_may_run(host, path) && (ask = host_ask_add(host, stack)) != NULL)
		memcpy(ask->client, words, sizeof words);
}
