/* Mbed TLS: each library; nothing but the application configures it. */
#include <string.h>

#include "host/host_inside.h"

/* The version stands in the libmbedcrypto of the same release, which lies beside it. */
struct host_stack *stack_mbedtls_at(struct host *host, const char *path)
{
	static const char *const banner[] = { "mbed TLS ", "Mbed TLS ", NULL };
	const char *folder =
		host_text(host, "%.*s", (int)(strrchr(path, '/') - path), path);
	const char *crypto = host_first_in(host, folder, "libmbedcrypto.so.");
	const char *release = crypto == NULL ? NULL : host_banner(host, crypto, banner);
	struct host_stack *stack = host_stack_add(host, "mbedtls", release, path);

	(void)host_stack_derive(host, stack, release);
	return stack;
}

void stack_mbedtls(struct host *host)
{
	const char *const *libraries = host_libraries(host, "libmbedtls.so.");

	for (; *libraries != NULL; libraries++)
		(void)stack_mbedtls_at(host, *libraries);
}
