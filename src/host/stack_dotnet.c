/* .NET: each runtime by the name of its folder; on Linux it leaves TLS to OpenSSL. */
#include "base/release.h"
#include "host/host_inside.h"

void stack_dotnet(struct host *host)
{
	static const char *const places[] = {
		"/usr/share/dotnet/shared/Microsoft.NETCore.App",
		"/usr/lib/dotnet/shared/Microsoft.NETCore.App",
		"/usr/lib64/dotnet/shared/Microsoft.NETCore.App",
	};
	const char *const *names;
	size_t count;

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (root_names(host->root, places[i], host->arena, &names, &count) !=
			ERR_OK)
			continue;
		for (size_t k = 0; k < count; k++) {
			struct host_stack *stack;

			if (release_length(bytes_of_string(names[k])) == 0)
				continue;
			stack = host_stack_add(host, "dotnet", names[k],
				host_text(host, "%s/%s", places[i], names[k]));
			(void)host_stack_derive(host, stack, names[k]);
		}
	}
}
