/*
 * crypto_openssl - the parts of which sys/crypto.h's table is made, for that alone.
 *
 * Ciphers, keys and long digests come from a library context of their own with the
 * default and, where it is installed, the legacy provider: what the machine's openssl.cnf
 * forbids or adds does not change what a server is found to do.
 */
#ifndef SYS_CRYPTO_OPENSSL_H
#define SYS_CRYPTO_OPENSSL_H

#include "base/crypto.h"

/* The OSSL_LIB_CTX, with its providers. */
struct ossl_lib_ctx_st *crypto_openssl_library(void);

size_t crypto_openssl_key_share(
	uint16_t group, const uint8_t secret[KEY_SECRET_LEN], uint8_t ret[KEY_SHARE_MAX]);
size_t crypto_openssl_key_agree(uint16_t group, const uint8_t secret[KEY_SECRET_LEN],
	struct bytes peer, uint8_t ret[KEY_SHARE_MAX]);
bool crypto_openssl_dh_power(struct bytes prime, struct bytes base,
	const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret);
size_t crypto_openssl_rsa_len(struct bytes certificate);
bool crypto_openssl_rsa_public(
	struct bytes certificate, struct bytes padded, uint8_t ret[RSA_KEY_MAX]);

void crypto_openssl_digest(enum crypto_hash hash, const struct bytes *parts, size_t count,
	uint8_t ret[CRYPTO_HASH_MAX]);
void crypto_openssl_hmac(enum crypto_hash hash, struct bytes key,
	const struct bytes *parts, size_t count, uint8_t ret[CRYPTO_HASH_MAX]);
bool crypto_openssl_has_cipher(enum crypto_cipher cipher, size_t key_len);
bool crypto_openssl_cbc(enum crypto_cipher cipher, bool encrypt, struct bytes key,
	const uint8_t *iv, struct bytes blocks, uint8_t *ret);
bool crypto_openssl_rc4(struct bytes key, size_t skip, struct bytes all, uint8_t *ret);
bool crypto_openssl_aead_seal(
	const struct crypto_aead *aead, struct bytes plain, uint8_t *ret);
bool crypto_openssl_aead_open(
	const struct crypto_aead *aead, struct bytes sealed, uint8_t *ret);

#endif
