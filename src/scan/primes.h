/*
 * primes - the primes of DHE that many servers share, by a digest: whoever precomputes
 * for one of 1024 bits or fewer breaks all who have it. https://weakdh.org, 2015.
 *
 * tests: tests/unit/scan/test_reply.c
 */
#ifndef SCAN_PRIMES_H
#define SCAN_PRIMES_H

#include <stdint.h>

/* Whose the prime is, by the first eight bytes of SHA-256 over it, without zeros in front:
 * "RFC 3526 group 14", "nginx before 1.11.0"; NULL if it is nobody's we know. */
const char *prime_name(uint64_t digest);

#endif
