/* .NET: each runtime by the name of its folder; on Linux it leaves TLS to OpenSSL. */
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"

/* It loads the newest that is there. */
static const struct host_stack *newest_openssl(const struct host *host)
{
	const struct host_stack *found = NULL;

	for (const struct host_stack *at = host->report->stacks; at != NULL;
		at = at->next)
		if (strcmp(at->stack, "openssl") == 0 && at->release != NULL &&
			(found == NULL || release_compare(bytes_of_string(at->release),
						  bytes_of_string(found->release)) > 0))
			found = at;
	return found;
}

static void look_at(struct host *host, const char *path, const char *release)
{
	struct host_stack *stack = host_stack_add(host, "dotnet", release, path);
	const struct default_row *row = host_stack_derive(host, stack, release);

	host_narrow(host, stack, host_has_floor(row), newest_openssl(host));
}

void stack_dotnet(struct host *host)
{
	const char *const *folders = host_dotnet_folders(host);
	const char *const *names;
	size_t count;

	for (; *folders != NULL; folders++) {
		const char *shared =
			host_text(host, "%s/shared/Microsoft.NETCore.App", *folders);

		if (root_names(host->root, shared, host->arena, &names, &count) != ERR_OK)
			continue;
		for (size_t i = 0; i < count; i++)
			if (release_length(bytes_of_string(names[i])) > 0)
				look_at(host, host_text(host, "%s/%s", shared, names[i]),
					names[i]);
	}
}
