/*
 * no_crypto - cryptography that lets all through, so that a fuzzer sees what lies behind.
 */
#ifndef TESTS_FUZZ_NO_CRYPTO_H
#define TESTS_FUZZ_NO_CRYPTO_H

#include "base/crypto.h"

static inline void no_hash(struct bytes all, uint8_t ret[SHA256_LEN])
{
	(void)all;
	memset(ret, 0, SHA256_LEN);
}

static inline void no_key(struct bytes key, struct hmac_key *ret)
{
	(void)key;
	*ret = (struct hmac_key){ 0 };
}

static inline void no_hmac(
	const struct hmac_key *key, struct bytes all, uint8_t ret[SHA256_LEN])
{
	(void)key;
	(void)all;
	memset(ret, 0, SHA256_LEN);
}

static inline void no_block(const uint8_t key[AES128_LEN], const uint8_t in[AES128_LEN],
	uint8_t ret[AES128_LEN])
{
	(void)key;
	(void)in;
	memset(ret, 0, AES128_LEN);
}

static inline bool open_all(const uint8_t key[AES128_LEN],
	const uint8_t nonce[GCM_NONCE_LEN], struct bytes associated, struct bytes sealed,
	uint8_t *ret)
{
	(void)key;
	(void)nonce;
	if (associated.len == 0 || sealed.len < GCM_TAG_LEN)
		return false;
	memcpy(ret, sealed.at, sealed.len - GCM_TAG_LEN);
	return true;
}

static inline bool seal_nothing(
	const struct crypto_aead *aead, struct bytes plain, uint8_t *ret)
{
	memmove(ret, plain.at, plain.len);
	memset(ret + plain.len, 0, aead->tag_len);
	return true;
}

static const struct crypto no_crypto = {
	.sha256 = no_hash,
	.hmac_key = no_key,
	.hmac_sha256 = no_hmac,
	.aes128_block = no_block,
	.aes128_gcm_open = open_all,
	.aead_seal = seal_nothing,
};

#endif
