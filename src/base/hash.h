/*
 * hash - SipHash-1-3, the keyed hash of tables that strangers can fill; the table of
 * connections alone has a cheaper one, keyed from this (watch/connections.c).
 *
 * The key is drawn once at start-up by the program (sys/crypto.h) and handed
 * down, so nobody outside can aim at one bucket. Tests use a fixed key.
 * J.-P. Aumasson, D. J. Bernstein: SipHash, a fast short-input PRF (2012).
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/bytes.h"

struct hash_key {
	uint64_t k0;
	uint64_t k1;
};

uint64_t hash_bytes(const struct hash_key *key, struct bytes all);

#endif
