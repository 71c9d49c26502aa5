/*
 * certificate - an X.509 certificate as far as a migration cares.
 *
 * Read by OpenSSL behind its one door (sys/certificate_openssl.c), each distinct
 * one once. Strings are strangers' text in UTF-8.
 */
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H

#include "base/crypto.h"
#include "base/time.h"

struct certificate {
	uint8_t digest[SHA256_LEN]; /* of the DER */
	const char *subject;        /* RFC 2253 form */
	const char *issuer;
	const char *names;          /* subjectAltName DNS names, space between */
	const char *key_type;       /* "RSA", "EC P-256", "Ed25519" */
	uint32_t key_bits;
	const char *signature;      /* "sha256WithRSAEncryption" */
	time_ns not_before;
	time_ns not_after;
};

/* How a chain looks to the trust that was named. */
enum certificate_trust {
	TRUST_NOT_LOOKED_AT,
	TRUST_OK,
	TRUST_SELF_SIGNED,
	TRUST_INCOMPLETE, /* an issuer is missing */
	TRUST_UNKNOWN_ROOT,
	TRUST_EXPIRED,
	TRUST_NOT_YET,
	TRUST_BAD, /* a signature or constraint does not hold */
};

/* What a stapled OCSP response says of its certificate. RFC 6960. */
enum certificate_staple {
	STAPLE_NOT_LOOKED_AT,
	STAPLE_NONE,
	STAPLE_GOOD,
	STAPLE_REVOKED,
	STAPLE_UNKNOWN, /* the responder does not know it, or says nothing of it */
	STAPLE_OLD,     /* or not valid yet */
	STAPLE_BAD,     /* it cannot be read, or not the issuer answers for it */
	STAPLE_COUNT
};

/* Signed certificate timestamps, by where they stand. RFC 6962, 3.3. */
struct certificate_timestamps {
	uint16_t inside;  /* the certificate */
	uint16_t sent;    /* in the TLS extension */
	uint16_t stapled; /* in the OCSP response */
};

#endif
