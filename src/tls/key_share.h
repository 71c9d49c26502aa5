/*
 * key_share - writes the public keys that a ClientHello carries, for any group.
 *
 * Classical keys come of the table of base/crypto.h. An ML-KEM encapsulation key is
 * drawn: its coefficients are below the modulus, as FIPS 203, 7.2 makes the server check,
 * but nobody knows its secret. So a server answers as it would answer any client, and the
 * handshake can never be completed: nothing here is for keeping a secret.
 *
 * A hybrid is its two keys, one behind the other, in the order that its specification
 * says.
 */
#ifndef TLS_KEY_SHARE_H
#define TLS_KEY_SHARE_H

#include "base/draws.h"
#include "base/writer.h"

/* The longest: 97 bytes of P-384 and an ML-KEM-1024 key of 1568. */
#define KEY_SHARE_HYBRID_MAX 1665

/* Writes the key of a group. Of one that neither this nor crypto knows it is 32 drawn
 * bytes, since a server that does not know it either steps over them (RFC 8446, 4.2.8).
 */
void key_share_write(uint16_t group, const struct crypto *crypto, struct draws *draws,
	struct writer *w);

#endif
