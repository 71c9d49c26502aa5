/*
 * hello - a distinct ClientHello: everything that decides a handshake's outcome,
 * without randoms, key shares, names and GREASE. Stored once, keyed by digest.
 *
 * A hello is held as its `form`: a ClientHello body again, readable by
 * client_hello_parse(), in which what changes from one connection to the next is
 * scrubbed: random, session id, cookie and every key, ticket, PSK identity and
 * name are zeros or gone, and GREASE values are all 0x0a0a (of several GREASE
 * extensions the second is 0x1a1a and so on, for no type may stand twice). Order is
 * kept as first seen; JA3 and JA4 of a form are those of its hello. Only extensions
 * whose body tells what the client can do keep it (hello_form.c lists them). An SSL
 * 2.0 hello's form is its record, likewise scrubbed.
 *
 * The digest is SHA-256 over the format and the form without GREASE, with the
 * extensions sorted (Chrome and Firefox shuffle them), and without padding,
 * pre_shared_key, early_data and cookie, which come and go from one connection
 * to the next.
 */
#ifndef EVIDENCE_HELLO_H
#define EVIDENCE_HELLO_H

#include "base/crypto.h"
#include "base/writer.h"
#include "tls/client_hello.h"
#include "tls/fingerprint.h"
#include "tls/sslv2_hello.h"
#include "tls/version.h"

enum hello_format {
	HELLO_TLS,
	HELLO_SSLV2,
	HELLO_DTLS,
	HELLO_QUIC,
};

/* A form is no longer than the hello it came from; longer hellos are `junk`. */
#define HELLO_FORM_MAX 65536

/* The registry has some 60 extensions; a hello with more than these is `junk`. */
#define HELLO_EXTENSIONS_MAX 256

#define HELLO_VERSIONS_MAX 32 /* offered versions that are told; more are counted only */

struct hello {
	uint8_t digest[SHA256_LEN];
	enum hello_format format;
	uint16_t max_version;        /* see client_hello_max_version() */
	uint16_t max_version_legacy; /* see client_hello_max_version_legacy() */
	bool fallback_scsv;
	uint64_t family; /* equal for hellos of one client program at different
	                  * versions: first bytes of SHA-256 over the suites that TLS 1.0
	                  * has too, in order (a fallback leaves those as they are) */
	struct bytes form;
	char ja3[JA3_TEXT_MAX]; /* of the form first seen; "" for SSL 2.0 */
	char ja4[JA4_TEXT_MAX];
};

/* Writes the scrubbed form of a hello. ERR_LIMIT: no room, or more extensions than
 * HELLO_EXTENSIONS_MAX. Fast: this runs for every handshake. */
MUST_USE enum err hello_form_write(const struct client_hello *hello,
	enum hello_format format, struct writer *w);
MUST_USE enum err hello_form_write_sslv2(
	const struct sslv2_client_hello *hello, struct writer *w);

/* Reads a form back and fills everything but the fingerprints; form is borrowed. */
MUST_USE enum err hello_of_form(const struct crypto *crypto, enum hello_format format,
	struct bytes form, struct hello *ret);

/* The versions offered, highest first, without GREASE: from supported_versions, else
 * the one of legacy_version. Answers how many were written. */
size_t hello_versions(const struct hello *hello, uint16_t ret_versions[HELLO_VERSIONS_MAX]);

/* "tls", "sslv2", "dtls", "quic". */
const char *hello_format_name(enum hello_format format);

#endif
