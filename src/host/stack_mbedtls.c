/* Mbed TLS: each library; nothing but the application configures it. */
#include "host/host_inside.h"

void stack_mbedtls(struct host *host)
{
	static const char *const banner[] = { "mbed TLS ", "Mbed TLS ", NULL };
	const char *const *libraries = host_libraries(host, "libmbedtls.so.");

	for (; *libraries != NULL; libraries++) {
		/* The version stands in libmbedcrypto, of the same release. */
		const char *const *crypto = host_libraries(host, "libmbedcrypto.so.");
		const char *release = NULL;
		struct host_stack *stack;

		for (; *crypto != NULL && release == NULL; crypto++)
			release = host_banner(host, *crypto, banner);
		stack = host_stack_add(host, "mbedtls", release, *libraries);
		(void)host_stack_derive(host, stack, release);
	}
}
