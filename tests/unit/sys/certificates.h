/*
 * certificates - makes certificates and OCSP responses for tests.
 */
#ifndef TESTS_UNIT_SYS_CERTIFICATES_H
#define TESTS_UNIT_SYS_CERTIFICATES_H

#include <stdbool.h>

#include "base/bytes.h"

struct made;

struct making {
	const char *subject;
	const char *names; /* subjectAltName, as "DNS:a.example,IP:10.0.0.1"; or NULL */
	bool authority;
	bool timestamps;           /* two SCTs stand in it */
	const char *usage;         /* extendedKeyUsage; or NULL */
	int from_day, to_day;      /* since 1970 */
	const struct made *issuer; /* NULL: itself */
};

struct made *made_new(const struct making *making);
void made_free(struct made *made);

struct bytes made_der(const struct made *made);

/* Writes them as a bundle to path. */
void made_bundle(const char *path, const struct made *const *all, size_t count);

/* An OCSP response for leaf by signer, of that status (0 good, 1 revoked, 2 unknown),
 * from and to those days; to be freed. */
struct bytes made_staple(const struct made *leaf, const struct made *issuer,
	const struct made *signer, int status, int from_day, int to_day);
void made_staple_free(struct bytes staple);

#endif
