/*
 * prf - the key schedule of SSL 3.0 to TLS 1.2: secrets to more secrets, and Finished.
 *
 * RFC 6101, 5.6.9, 6.1 and 6.2.2; RFC 2246, 5; RFC 5246, 5; RFC 7627.
 *
 * tests: tests/unit/sys/test_key_schedule.c
 */
#ifndef TLS_PRF_H
#define TLS_PRF_H

#include "base/crypto.h"

#define MASTER_SECRET_LEN 48
#define FINISHED_OLD_MAX  36 /* SSL 3.0's; 12 from TLS 1.0 on */

/* MD5 and SHA-1, one behind the other, before TLS 1.2. */
#define SESSION_HASH_MAX CRYPTO_HASH_MAX

struct prf {
	const struct crypto *crypto;
	uint16_t version;      /* VERSION_SSL3 to VERSION_TLS12 */
	enum crypto_hash hash; /* of TLS 1.2's */
};

/* len bytes of secret, label and the two parts of the seed; SSL 3.0 has no labels, and
 * at most 416 bytes. */
void prf_expand(const struct prf *prf, struct bytes secret, const char *label,
	const struct bytes seed[2], uint8_t *ret, size_t len);

/* The verify_data of a Finished; answers its length. */
size_t prf_finished(const struct prf *prf, const uint8_t master[MASTER_SECRET_LEN],
	bool of_server, struct bytes transcript, uint8_t ret[FINISHED_OLD_MAX]);

/* What an extended master secret is made of. RFC 7627, 3. Answers its length. */
size_t prf_session_hash(
	const struct prf *prf, struct bytes transcript, uint8_t ret[SESSION_HASH_MAX]);

#endif
