#include "scan/primes.h"

#include <stddef.h>

#include "base/attr.h"

/* To add one: a line here, and where it stands in its source. */
static const struct prime {
	uint64_t digest;
	const char *name;
} primes[] = {
	{ 0xb52ba6a3026520a6, "RFC 2409 group 1" },
	{ 0x3f35a3f5f6c4376a, "RFC 2409 group 2" },
	{ 0x64fcc83ec403930b, "RFC 3526 group 5" },
	{ 0xd66436f79bbd6b2e, "RFC 3526 group 14" },
	{ 0x48cf8b092fbce435, "RFC 3526 group 15" },
	{ 0x4ee95187682bcb23, "RFC 3526 group 16" },
	{ 0xd1bfe6d0925ce7e4, "RFC 3526 group 17" },
	{ 0x39ab4feab950a312, "RFC 3526 group 18" },
	{ 0x44c55cfee5c07592, "RFC 5114 group 22" },
	{ 0xbfe545862ca102ad, "RFC 5114 group 23" },
	{ 0x0b7835722cb61982, "RFC 5114 group 24" },
	{ 0x9cd3b7f336872f46, "RFC 7919 ffdhe2048" },
	{ 0x0eaf67db3a839156, "RFC 7919 ffdhe3072" },
	{ 0x4648414224ac881b, "RFC 7919 ffdhe4096" },
	{ 0x227ac9066b3ddd9e, "RFC 7919 ffdhe6144" },
	{ 0x770b14efaf6f0499, "RFC 7919 ffdhe8192" },

	/* Apache httpd, modules/ssl/ssl_engine_dh.c, 512 and 1024 bits each: up to 2.4.6,
	 * which came before those of RFC 3526; and as it stood in 2001. */
	{ 0xdb01e702899166da, "Apache httpd before 2.4.7" },
	{ 0xbf910d9df4e0b2e7, "Apache httpd before 2.4.7" },
	{ 0x3cdb020b9ef298b2, "mod_ssl of 2001" },
	{ 0xf79d1db3c955a28f, "mod_ssl of 2001" },

	/* nginx, src/event/ngx_event_openssl.c: ngx_ssl_dhparam() without ssl_dhparam. */
	{ 0x8ae47dca3d24e9b6, "nginx before 1.11.0" },

	/* OpenJDK, sun.security.provider.ParameterCache: 512, 768 and 1024 bits; groups
	 * of DSA with a subgroup of 160 bits, their primes not safe. */
	{ 0x73b391ec8da33ee1, "Java's built-in group" },
	{ 0xee5483fe4b96caa1, "Java's built-in group" },
	{ 0xcc21a33dd1a3edf4, "Java's built-in group" },

	/* OpenSSL, apps/dh512.pem, dh1024.pem, dh2048.pem and s_server.c. */
	{ 0xf26e2403f3f07946, "OpenSSL's sample" },
	{ 0x66d0bf38b0bdfacf, "OpenSSL's sample" },
	{ 0x3166ce1918000532, "OpenSSL's sample" },
	{ 0x9e348a9471b7d123, "OpenSSL's sample" },

	/* HAProxy 1.5, src/ssl_sock.c; Postfix, src/tls/tls_dh.c. */
	{ 0x7b6551ea6ff09bd7, "HAProxy 1.5" },
	{ 0xef627d8cc44144f3, "Postfix's built-in group" },
};

const char *prime_name(uint64_t digest)
{
	for (size_t i = 0; i < COUNT_OF(primes); i++)
		if (primes[i].digest == digest)
			return primes[i].name;
	return NULL;
}
