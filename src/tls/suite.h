/*
 * suite - what a cipher suite is made of: key exchange, authentication, cipher, MAC.
 *
 * The table is generated at build time from the registered names in data/iana; see
 * tools/generate-iana. A suite of a kind that no server here negotiates (GOST, Kerberos,
 * SRP and the like) has SUITE_OTHER_* members and stays known by its code.
 *
 * tests: tests/unit/tls/test_suite.c
 */
#ifndef TLS_SUITE_H
#define TLS_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 5246, 7.4.3; RFC 8422, 2; RFC 4279; RFC 8446, B.4. */
enum suite_exchange {
	SUITE_OTHER_EXCHANGE,
	SUITE_ANY_EXCHANGE, /* TLS 1.3: negotiated apart */
	SUITE_RSA,
	SUITE_DHE,
	SUITE_ECDHE,
	SUITE_DH,   /* static */
	SUITE_ECDH, /* static */
	SUITE_PSK,  /* with whatever else */
};

enum suite_auth {
	SUITE_OTHER_AUTH,
	SUITE_ANY_AUTH, /* TLS 1.3 */
	SUITE_BY_RSA,
	SUITE_BY_ECDSA,
	SUITE_BY_DSS,
	SUITE_ANONYMOUS,
	SUITE_BY_PSK,
};

enum suite_cipher {
	SUITE_OTHER_CIPHER,
	SUITE_NULL,
	SUITE_EXPORT, /* of 40 or 56 bits, whatever the cipher */
	SUITE_DES,
	SUITE_RC4,
	SUITE_IDEA,
	SUITE_SEED,
	SUITE_3DES,
	SUITE_AES_CBC,
	SUITE_CAMELLIA_CBC,
	SUITE_ARIA_CBC,
	SUITE_AES_CCM,
	SUITE_AES_CCM_8,
	SUITE_AES_GCM,
	SUITE_CAMELLIA_GCM,
	SUITE_ARIA_GCM,
	SUITE_CHACHA20,
};

enum suite_mac {
	SUITE_OTHER_MAC,
	SUITE_AEAD,
	SUITE_MD5,
	SUITE_SHA1,
	SUITE_SHA256,
	SUITE_SHA384,
};

struct suite {
	uint16_t code;
	uint16_t bits;    /* of the cipher's key; 112 for 3DES */
	uint8_t exchange; /* enum suite_exchange and so on */
	uint8_t auth;
	uint8_t cipher;
	uint8_t mac;
	uint8_t hash;  /* SUITE_SHA256 or SUITE_SHA384: of the PRF in TLS 1.2, of all in 1.3 */
	uint8_t since; /* enum version_rank: RFC 5246, 1.2; RFC 8446, 4.1.2 */
};

/* Room for sets of suites: one bit each, by suite_index(). */
#define SUITES_MAX 512

extern const struct suite suite_table[]; /* in order of code */
extern const size_t suite_count;
extern const uint16_t *const suite_pages[256]; /* by the high byte; index plus 1 */

/* NULL if nobody has registered it. */
static inline const struct suite *suite_find(uint16_t code)
{
	const uint16_t *page = suite_pages[code >> 8];

	if (page == NULL || page[code & 0xff] == 0)
		return NULL;
	return &suite_table[page[code & 0xff] - 1];
}

static inline size_t suite_index(const struct suite *suite)
{
	return (size_t)(suite - suite_table);
}

#endif
