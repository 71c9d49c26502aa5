/* curl: its program, whose library is another's. */
#include <string.h>

#include "host/host_inside.h"

void stack_curl(struct host *host)
{
	static const char *const banner[] = { "libcurl/", "curl/", "curl ", NULL };
	const char *const *libraries = host_libraries(host, "libcurl.so.");
	const char *path = "/usr/bin/curl";
	const char *const words[] = { path, "--insecure", "--silent", "--output",
		"/dev/null", "https://127.0.0.1:{port}/" };
	const char *release = NULL, *library = path;
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
	host_narrow(host, stack, host_has_floor(row), host_linked(host, library));
	if (host_may_run(host, path) && (ask = host_ask_add(host, stack)) != NULL)
		memcpy(ask->client, words, sizeof words);
}
