/* The digests are libcrypto's low-level ones, deprecated and faster than its EVP
 * interface; the ciphers go through EVP. docs/decisions/crypto.md has the figures. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sys/crypto.h"

#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>

#include "sys/crypto_openssl.h"

static void md5(struct bytes all, uint8_t ret[MD5_LEN])
{
	MD5_CTX state;

	MD5_Init(&state);
	MD5_Update(&state, all.at, all.len);
	MD5_Final(ret, &state);
}

static void sha256(struct bytes all, uint8_t ret[SHA256_LEN])
{
	SHA256_CTX state;

	SHA256_Init(&state);
	SHA256_Update(&state, all.at, all.len);
	SHA256_Final(ret, &state);
}

/* The state of a hash behind one block, the padded key. RFC 2104, 2. */
static void hash_pad(const uint8_t key[SHA256_CBLOCK], uint8_t pad, uint32_t *ret_state)
{
	uint8_t padded[SHA256_CBLOCK];
	SHA256_CTX hash;

	for (size_t i = 0; i < sizeof padded; i++)
		padded[i] = key[i] ^ pad;
	SHA256_Init(&hash);
	SHA256_Transform(&hash, padded);
	memcpy(ret_state, hash.h, sizeof hash.h);
}

static void hmac_key(struct bytes key, struct hmac_key *ret)
{
	uint8_t block[SHA256_CBLOCK] = { 0 };

	if (key.len > sizeof block)
		sha256(key, block);
	else if (key.len > 0)
		memcpy(block, key.at, key.len);
	hash_pad(block, 0x36, ret->inner);
	hash_pad(block, 0x5c, ret->outer);
}

/* Goes on from the state behind the padded key. */
static void hash_on(const uint32_t *state, struct bytes all, uint8_t ret[SHA256_LEN])
{
	SHA256_CTX hash;

	SHA256_Init(&hash);
	memcpy(hash.h, state, sizeof hash.h);
	hash.Nl = 8 * SHA256_CBLOCK; /* bits so far */
	SHA256_Update(&hash, all.at, all.len);
	SHA256_Final(ret, &hash);
}

static void hmac_sha256(
	const struct hmac_key *key, struct bytes all, uint8_t ret[SHA256_LEN])
{
	uint8_t inner[SHA256_LEN];

	hash_on(key->inner, all, inner);
	hash_on(key->outer, bytes_over(inner, sizeof inner), ret);
}

/* What a thread uses again and again. Fetching an algorithm and making a context
 * costs more than a packet's worth of work, so both happen once. */
struct contexts {
	EVP_CIPHER_CTX *block;
	EVP_CIPHER_CTX *gcm;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t contexts_key;
static EVP_CIPHER *block_cipher;
static EVP_CIPHER *gcm_cipher;

static void contexts_free(void *memory)
{
	struct contexts *contexts = memory;

	EVP_CIPHER_CTX_free(contexts->block);
	EVP_CIPHER_CTX_free(contexts->gcm);
	free(contexts);
}

static void fetch(void)
{
	block_cipher = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
	gcm_cipher = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
	if (block_cipher == NULL || gcm_cipher == NULL ||
		pthread_key_create(&contexts_key, contexts_free) != 0)
		abort();
}

static struct contexts *contexts_of_thread(void)
{
	struct contexts *contexts = pthread_getspecific(contexts_key);

	if (LIKELY(contexts != NULL))
		return contexts;
	contexts = calloc(1, sizeof *contexts);
	if (contexts == NULL)
		abort();
	contexts->block = EVP_CIPHER_CTX_new();
	contexts->gcm = EVP_CIPHER_CTX_new();
	if (contexts->block == NULL || contexts->gcm == NULL ||
		pthread_setspecific(contexts_key, contexts) != 0)
		abort();
	return contexts;
}

static void aes128_block(const uint8_t key[AES128_LEN], const uint8_t in[AES128_LEN],
	uint8_t ret[AES128_LEN])
{
	EVP_CIPHER_CTX *context = contexts_of_thread()->block;
	int len;

	if (EVP_EncryptInit_ex2(context, block_cipher, key, NULL, NULL) != 1 ||
		EVP_EncryptUpdate(context, ret, &len, in, AES128_LEN) != 1)
		abort();
}

static bool aes128_gcm_open(const uint8_t key[AES128_LEN],
	const uint8_t nonce[GCM_NONCE_LEN], struct bytes associated, struct bytes sealed,
	uint8_t *ret)
{
	EVP_CIPHER_CTX *context = contexts_of_thread()->gcm;
	uint8_t tag[GCM_TAG_LEN];
	int len;

	if (sealed.len < GCM_TAG_LEN || sealed.len > INT32_MAX ||
		associated.len > INT32_MAX)
		return false;
	sealed.len -= GCM_TAG_LEN;
	memcpy(tag, sealed.at + sealed.len, GCM_TAG_LEN);
	if (EVP_DecryptInit_ex2(context, gcm_cipher, key, nonce, NULL) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_LEN, tag) !=
			1 ||
		EVP_DecryptUpdate(
			context, NULL, &len, associated.at, (int)associated.len) != 1 ||
		EVP_DecryptUpdate(context, ret, &len, sealed.at, (int)sealed.len) != 1)
		return false;
	return EVP_DecryptFinal_ex(context, ret + len, &len) == 1;
}

const struct crypto *crypto_openssl(void)
{
	static const struct crypto table = {
		.md5 = md5,
		.sha256 = sha256,
		.hmac_key = hmac_key,
		.hmac_sha256 = hmac_sha256,
		.aes128_block = aes128_block,
		.aes128_gcm_open = aes128_gcm_open,
		.key_share = crypto_openssl_key_share,
		.key_agree = crypto_openssl_key_agree,
		.dh_power = crypto_openssl_dh_power,
		.rsa_len = crypto_openssl_rsa_len,
		.rsa_public = crypto_openssl_rsa_public,
		.digest = crypto_openssl_digest,
		.hmac = crypto_openssl_hmac,
		.has_cipher = crypto_openssl_has_cipher,
		.cbc = crypto_openssl_cbc,
		.rc4 = crypto_openssl_rc4,
		.aead_seal = crypto_openssl_aead_seal,
		.aead_open = crypto_openssl_aead_open,
	};

	pthread_once(&once, fetch);
	return &table;
}
