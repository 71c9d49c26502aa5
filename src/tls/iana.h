/*
 * iana - the registries: code point to name and back.
 *
 * The tables are generated at build time from data/iana/<registry>.csv, which
 * hold the published registries with their source and date; nothing is typed
 * into C. To add a code point: a line in the CSV.
 */
#ifndef TLS_IANA_H
#define TLS_IANA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct iana_entry {
	uint32_t code;
	const char *name;      /* the registry's own: "TLS_RSA_WITH_AES_128_CBC_SHA" */
	const char *reference; /* "RFC5246"; "" where the registry has none */
	bool recommended;
};

struct iana_registry {
	const char *title;
	const struct iana_entry *entries; /* in order of code */
	size_t count;
};

extern const struct iana_registry iana_versions;
extern const struct iana_registry iana_cipher_suites;
extern const struct iana_registry iana_sslv2_ciphers; /* three bytes: 0x010080 */
extern const struct iana_registry
	iana_openssl_suites; /* OpenSSL's names, up to TLS 1.2 */
extern const struct iana_registry iana_groups;
extern const struct iana_registry iana_openssl_groups; /* OpenSSL's, where not IANA's */
extern const struct iana_registry iana_nist_groups;    /* FIPS 186-4's: "P-256" */
extern const struct iana_registry iana_signature_schemes;
extern const struct iana_registry iana_extensions;
extern const struct iana_registry iana_alerts;
extern const struct iana_registry iana_alpn; /* code is the line number; names matter */

/* The entry of code, or NULL if the registry has none. */
const struct iana_entry *iana_find(const struct iana_registry *registry, uint32_t code);

/* The name of code, or NULL. */
const char *iana_name(const struct iana_registry *registry, uint32_t code);

/* The entry of that name, letter for letter, or NULL. */
const struct iana_entry *iana_find_name(
	const struct iana_registry *registry, struct bytes name);

/* The same, blind to the case of ASCII letters. */
const struct iana_entry *iana_find_name_caseless(
	const struct iana_registry *registry, struct bytes name);

/* Room for "0x" and eight digits, or any name. */
#define IANA_TEXT_MAX 80

/* The name of code; "0x1a2b" (four digits, six for SSL 2.0 suites) if it has none. */
const char *iana_text(const struct iana_registry *registry, uint32_t code,
	char ret_text[IANA_TEXT_MAX]);

#endif
