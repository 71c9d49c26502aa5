/*
 * crypto - libcrypto behind the table that the pure floors are handed, and the key of
 * hash tables.
 */
#ifndef SYS_CRYPTO_H
#define SYS_CRYPTO_H

#include "base/crypto.h"
#include "base/err.h"
#include "base/hash.h"

/* The table; lives for good. Its functions may be called from any thread, and end
 * the program if memory runs out. Ask for it once before the sandbox is entered: the
 * first time libcrypto reads its configuration. */
const struct crypto *crypto_openssl(void);

/* Loads what only handshakes need, which is otherwise done when it is used first, and
 * takes some milliseconds and files. */
void crypto_openssl_for_handshakes(void);

/* Draws the key of all hash tables of this run, which nobody can guess. ERR_IO: the
 * kernel has no random bytes. */
MUST_USE enum err random_hash_key(struct hash_key *ret);

#endif
