#include "sys/crypto_openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/attr.h"
#include "sys/crypto.h"

#define HASH_BLOCK_MAX 128 /* SHA-384's */

/* By what libcrypto calls them. To add one: a line here, a name in base/crypto.h. In
 * order of cipher and key's length. */
static const struct cipher_name {
	uint8_t cipher; /* enum crypto_cipher */
	uint8_t key_len;
	const char *name;
} cipher_names[] = {
	{ CRYPTO_RC4, 16, "RC4" },
	{ CRYPTO_DES_CBC, 8, "DES-CBC" },
	{ CRYPTO_3DES_CBC, 24, "DES-EDE3-CBC" },
	{ CRYPTO_IDEA_CBC, 16, "IDEA-CBC" },
	{ CRYPTO_SEED_CBC, 16, "SEED-CBC" },
	{ CRYPTO_AES_CBC, 16, "AES-128-CBC" },
	{ CRYPTO_AES_CBC, 32, "AES-256-CBC" },
	{ CRYPTO_CAMELLIA_CBC, 16, "CAMELLIA-128-CBC" },
	{ CRYPTO_CAMELLIA_CBC, 32, "CAMELLIA-256-CBC" },
	{ CRYPTO_ARIA_CBC, 16, "ARIA-128-CBC" },
	{ CRYPTO_ARIA_CBC, 32, "ARIA-256-CBC" },
	{ CRYPTO_AES_GCM, 16, "AES-128-GCM" },
	{ CRYPTO_AES_GCM, 32, "AES-256-GCM" },
	{ CRYPTO_ARIA_GCM, 16, "ARIA-128-GCM" },
	{ CRYPTO_ARIA_GCM, 32, "ARIA-256-GCM" },
	{ CRYPTO_AES_CCM, 16, "AES-128-CCM" },
	{ CRYPTO_AES_CCM, 32, "AES-256-CCM" },
	{ CRYPTO_CHACHA20_POLY1305, 32, "ChaCha20-Poly1305" },
};

static const char *const hash_names[CRYPTO_HASHES] = {
	[CRYPTO_MD5] = "MD5",
	[CRYPTO_SHA1] = "SHA1",
	[CRYPTO_SHA256] = "SHA2-256",
	[CRYPTO_SHA384] = "SHA2-384",
};

static const uint8_t hash_blocks[CRYPTO_HASHES] = { 64, 64, 64, HASH_BLOCK_MAX };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *library;
static EVP_CIPHER *ciphers[COUNT_OF(cipher_names)];
static EVP_MD *hashes[CRYPTO_HASHES];

/* A cipher that is not there stays NULL: builds of libcrypto differ, and the legacy
 * provider need not be installed. */
static void fetch(void)
{
	library = OSSL_LIB_CTX_new();
	if (library == NULL || OSSL_PROVIDER_load(library, "default") == NULL)
		abort();
	(void)OSSL_PROVIDER_load(library, "legacy");
	for (size_t i = 0; i < COUNT_OF(cipher_names); i++)
		ciphers[i] = EVP_CIPHER_fetch(library, cipher_names[i].name, NULL);
	for (size_t i = 0; i < CRYPTO_HASHES; i++) {
		hashes[i] = EVP_MD_fetch(library, hash_names[i], NULL);
		if (hashes[i] == NULL)
			abort();
	}
	ERR_clear_error();
}

void crypto_openssl_for_handshakes(void)
{
	pthread_once(&once, fetch);
}

OSSL_LIB_CTX *crypto_openssl_library(void)
{
	crypto_openssl_for_handshakes();
	return library;
}

void crypto_openssl_digest(enum crypto_hash hash, const struct bytes *parts, size_t count,
	uint8_t ret[CRYPTO_HASH_MAX])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool made;

	crypto_openssl_for_handshakes();
	made = context != NULL && EVP_DigestInit_ex2(context, hashes[hash], NULL) == 1;

	for (size_t i = 0; made && i < count; i++)
		made = EVP_DigestUpdate(context, parts[i].at, parts[i].len) == 1;
	if (!made || EVP_DigestFinal_ex(context, ret, NULL) != 1)
		abort();
	EVP_MD_CTX_free(context);
}

#define HMAC_PARTS_MAX 6 /* what is asked for is a label, a seed and their like */

/* One of the two hashes of an HMAC. RFC 2104, 2. */
static void hash_keyed(enum crypto_hash hash, const uint8_t key[HASH_BLOCK_MAX],
	uint8_t pad, const struct bytes *parts, size_t count,
	uint8_t ret[CRYPTO_HASH_MAX])
{
	uint8_t padded[HASH_BLOCK_MAX];
	struct bytes all[HMAC_PARTS_MAX + 1];

	if (count > HMAC_PARTS_MAX)
		abort();
	for (size_t i = 0; i < hash_blocks[hash]; i++)
		padded[i] = key[i] ^ pad;
	all[0] = bytes_over(padded, hash_blocks[hash]);
	for (size_t i = 0; i < count; i++)
		all[i + 1] = parts[i];
	crypto_openssl_digest(hash, all, count + 1, ret);
}

void crypto_openssl_hmac(enum crypto_hash hash, struct bytes key,
	const struct bytes *parts, size_t count, uint8_t ret[CRYPTO_HASH_MAX])
{
	uint8_t block[HASH_BLOCK_MAX] = { 0 };
	uint8_t inner[CRYPTO_HASH_MAX];
	struct bytes inner_part = bytes_over(inner, crypto_hash_len(hash));

	if (key.len > hash_blocks[hash])
		crypto_openssl_digest(hash, &key, 1, block);
	else if (key.len > 0)
		memcpy(block, key.at, key.len);
	hash_keyed(hash, block, 0x36, parts, count, inner);
	hash_keyed(hash, block, 0x5c, &inner_part, 1, ret);
}

static EVP_CIPHER *cipher_find(enum crypto_cipher cipher, size_t key_len)
{
	crypto_openssl_for_handshakes();
	for (size_t i = 0; i < COUNT_OF(cipher_names); i++)
		if (cipher_names[i].cipher == cipher &&
			cipher_names[i].key_len == key_len)
			return ciphers[i];
	return NULL;
}

bool crypto_openssl_has_cipher(enum crypto_cipher cipher, size_t key_len)
{
	return cipher_find(cipher, key_len) != NULL;
}

/* The first step of all: a context with key and IV in it; NULL if there is none such. */
static EVP_CIPHER_CTX *context_new(
	EVP_CIPHER *cipher, bool encrypt, struct bytes key, const uint8_t *iv)
{
	EVP_CIPHER_CTX *context = cipher != NULL ? EVP_CIPHER_CTX_new() : NULL;

	if (context == NULL)
		return NULL;
	if (EVP_CipherInit_ex2(context, cipher, key.at, iv, encrypt, NULL) == 1 &&
		EVP_CIPHER_CTX_set_padding(context, 0) == 1)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

bool crypto_openssl_cbc(enum crypto_cipher cipher, bool encrypt, struct bytes key,
	const uint8_t *iv, struct bytes blocks, uint8_t *ret)
{
	EVP_CIPHER_CTX *context =
		context_new(cipher_find(cipher, key.len), encrypt, key, iv);
	int len = 0, more = 0;
	bool made =
		context != NULL && blocks.len <= INT32_MAX &&
		EVP_CipherUpdate(context, ret, &len, blocks.at, (int)blocks.len) == 1 &&
		EVP_CipherFinal_ex(context, ret + len, &more) == 1 &&
		(size_t)len == blocks.len;

	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();
	return made;
}

/* Throws the first bytes of the key stream away, a piece at a time. */
static bool rc4_skip(EVP_CIPHER_CTX *context, size_t skip)
{
	uint8_t piece[1024] = { 0 };
	int len;

	for (; skip > 0; skip -= (size_t)len)
		if (EVP_CipherUpdate(context, piece, &len, piece,
			    skip < sizeof piece ? (int)skip : (int)sizeof piece) != 1 ||
			len <= 0)
			return false;
	return true;
}

bool crypto_openssl_rc4(struct bytes key, size_t skip, struct bytes all, uint8_t *ret)
{
	EVP_CIPHER_CTX *context =
		context_new(cipher_find(CRYPTO_RC4, key.len), true, key, NULL);
	int len = 0;
	bool made = context != NULL && all.len <= INT32_MAX && rc4_skip(context, skip) &&
		    EVP_CipherUpdate(context, ret, &len, all.at, (int)all.len) == 1 &&
		    (size_t)len == all.len;

	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();
	return made;
}

/* Lengths, key and nonce. `tag` is NULL for sealing. CCM must know all lengths before it
 * begins (RFC 3610, 2.2), so libcrypto wants them in this order. */
static bool aead_prepare(EVP_CIPHER_CTX *context, EVP_CIPHER *cipher,
	const struct crypto_aead *aead, size_t len, uint8_t *tag)
{
	bool ccm = aead->cipher == CRYPTO_AES_CCM;
	int unused;

	if (EVP_CipherInit_ex2(context, cipher, NULL, NULL, tag == NULL, NULL) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN,
			(int)aead->nonce.len, NULL) != 1)
		return false;
	if ((ccm || tag != NULL) && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG,
					    (int)aead->tag_len, tag) != 1)
		return false;
	if (EVP_CipherInit_ex2(
		    context, NULL, aead->key.at, aead->nonce.at, tag == NULL, NULL) != 1)
		return false;
	return !ccm || EVP_CipherUpdate(context, NULL, &unused, NULL, (int)len) == 1;
}

static bool aead_run(EVP_CIPHER_CTX *context, const struct crypto_aead *aead,
	struct bytes in, uint8_t *ret)
{
	int len = 0, more = 0;

	if (aead->associated.len > 0 &&
		EVP_CipherUpdate(context, NULL, &len, aead->associated.at,
			(int)aead->associated.len) != 1)
		return false;
	len = 0;
	if (EVP_CipherUpdate(context, ret, &len, in.at, (int)in.len) != 1)
		return false;
	/* CCM has verified already, and has no end to ask for. */
	return aead->cipher == CRYPTO_AES_CCM ||
	       EVP_CipherFinal_ex(context, ret + len, &more) == 1;
}

static bool aead_fits(const struct crypto_aead *aead, size_t len)
{
	return len <= INT32_MAX && aead->associated.len <= INT32_MAX &&
	       aead->nonce.len <= GCM_NONCE_LEN && aead->tag_len <= GCM_TAG_LEN;
}

bool crypto_openssl_aead_seal(
	const struct crypto_aead *aead, struct bytes plain, uint8_t *ret)
{
	EVP_CIPHER *cipher = cipher_find(aead->cipher, aead->key.len);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	bool made = cipher != NULL && context != NULL && aead_fits(aead, plain.len) &&
		    aead_prepare(context, cipher, aead, plain.len, NULL) &&
		    aead_run(context, aead, plain, ret) &&
		    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG,
			    (int)aead->tag_len, ret + plain.len) == 1;

	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();
	return made;
}

bool crypto_openssl_aead_open(
	const struct crypto_aead *aead, struct bytes sealed, uint8_t *ret)
{
	EVP_CIPHER *cipher = cipher_find(aead->cipher, aead->key.len);
	uint8_t tag[GCM_TAG_LEN];
	EVP_CIPHER_CTX *context;
	bool made;

	if (cipher == NULL || !aead_fits(aead, sealed.len) || sealed.len < aead->tag_len)
		return false;
	sealed.len -= aead->tag_len;
	memcpy(tag, sealed.at + sealed.len, aead->tag_len);
	context = EVP_CIPHER_CTX_new();
	made = context != NULL && aead_prepare(context, cipher, aead, sealed.len, tag) &&
	       aead_run(context, aead, sealed, ret);
	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();
	return made;
}
