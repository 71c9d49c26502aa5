/*
 * protection_inside - the two ways of protection.c, for that alone.
 */
#ifndef TLS_PROTECTION_INSIDE_H
#define TLS_PROTECTION_INSIDE_H

#include "tls/protection.h"

/* A MAC, and a cipher in CBC, RC4 or none. */
void protection_mac_seal(struct protection *protection, uint8_t type, struct bytes some,
	struct draws *draws, struct writer *w);
MUST_USE enum err protection_mac_open(struct protection *protection, uint8_t type,
	uint16_t version, uint8_t *payload, size_t len, struct bytes *ret);

void protection_aead_seal(
	struct protection *protection, uint8_t type, struct bytes some, struct writer *w);
MUST_USE enum err protection_aead_open(struct protection *protection, uint8_t *type,
	uint16_t version, uint8_t *payload, size_t len, struct bytes *ret);

#endif
