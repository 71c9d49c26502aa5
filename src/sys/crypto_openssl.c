/* The digests are libcrypto's low-level ones, deprecated and faster than its EVP
 * interface; the ciphers go through EVP. docs/decisions/crypto.md has the figures. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sys/crypto.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>

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

/* One of the two hashes of an HMAC: of the padded key, then of all. RFC 2104, 2. */
static void hash_keyed(const uint8_t key[SHA256_CBLOCK], uint8_t pad, struct bytes all,
	uint8_t ret[SHA256_LEN])
{
	uint8_t padded[SHA256_CBLOCK];
	SHA256_CTX state;

	for (size_t i = 0; i < sizeof padded; i++)
		padded[i] = key[i] ^ pad;
	SHA256_Init(&state);
	SHA256_Update(&state, padded, sizeof padded);
	SHA256_Update(&state, all.at, all.len);
	SHA256_Final(ret, &state);
}

static void hmac_sha256(struct bytes key, struct bytes all, uint8_t ret[SHA256_LEN])
{
	uint8_t block[SHA256_CBLOCK] = { 0 };
	uint8_t inner[SHA256_LEN];

	if (key.len > sizeof block)
		sha256(key, block);
	else if (key.len > 0)
		memcpy(block, key.at, key.len);
	hash_keyed(block, 0x36, all, inner);
	hash_keyed(block, 0x5c, bytes_over(inner, sizeof inner), ret);
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

/* The groups whose keys libcrypto makes, by what it calls them. To add one: a line
 * here. In order of code; see data/iana/groups.csv. */
static const struct key_group {
	uint16_t group;
	enum { CURVE, MONTGOMERY, FINITE } kind;
	int id;           /* NID of a CURVE, EVP_PKEY_ of MONTGOMERY */
	const char *name; /* of FINITE */
	size_t len;       /* of the key */
} key_groups[] = {
	{ 23, CURVE, NID_X9_62_prime256v1, NULL, 65 },
	{ 24, CURVE, NID_secp384r1, NULL, 97 },
	{ 25, CURVE, NID_secp521r1, NULL, 133 },
	{ 29, MONTGOMERY, EVP_PKEY_X25519, NULL, 32 },
	{ 30, MONTGOMERY, EVP_PKEY_X448, NULL, 56 },
	{ 31, CURVE, NID_brainpoolP256r1, NULL, 65 },
	{ 32, CURVE, NID_brainpoolP384r1, NULL, 97 },
	{ 33, CURVE, NID_brainpoolP512r1, NULL, 129 },
	{ 41, CURVE, NID_sm2, NULL, 65 },
	{ 256, FINITE, 0, "ffdhe2048", 256 },
	{ 257, FINITE, 0, "ffdhe3072", 384 },
	{ 258, FINITE, 0, "ffdhe4096", 512 },
	{ 259, FINITE, 0, "ffdhe6144", 768 },
	{ 260, FINITE, 0, "ffdhe8192", 1024 },
};

/* A scalar of 1 to order - 1. */
static bool scalar_of(const uint8_t secret[KEY_SECRET_LEN], const BIGNUM *order,
	BN_CTX *memory, BIGNUM *ret)
{
	return BN_bin2bn(secret, KEY_SECRET_LEN, ret) != NULL &&
	       BN_nnmod(ret, ret, order, memory) == 1 &&
	       (!BN_is_zero(ret) || BN_one(ret) == 1);
}

/* SEC 1, 2.3.3: uncompressed, as RFC 8446, 4.2.8.2 wants it. */
static bool curve_key(
	const struct key_group *known, const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret)
{
	EC_GROUP *curve = EC_GROUP_new_by_curve_name(known->id);
	EC_POINT *point = curve != NULL ? EC_POINT_new(curve) : NULL;
	BN_CTX *memory = BN_CTX_new();
	BIGNUM *scalar = BN_new();
	bool made = point != NULL && memory != NULL && scalar != NULL &&
		    scalar_of(secret, EC_GROUP_get0_order(curve), memory, scalar) &&
		    EC_POINT_mul(curve, point, scalar, NULL, NULL, memory) == 1 &&
		    EC_POINT_point2oct(curve, point, POINT_CONVERSION_UNCOMPRESSED, ret,
			    known->len, memory) == known->len;

	BN_free(scalar);
	BN_CTX_free(memory);
	EC_POINT_free(point);
	EC_GROUP_free(curve);
	return made;
}

static bool montgomery_key(
	const struct key_group *known, const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(known->id, NULL, secret, known->len);
	size_t len = known->len;
	bool made = key != NULL && EVP_PKEY_get_raw_public_key(key, ret, &len) == 1;

	EVP_PKEY_free(key);
	return made;
}

/* The prime of a group of RFC 7919; NULL if libcrypto has none of that name. */
static BIGNUM *finite_prime(const char *name)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	EVP_PKEY *group = NULL;
	BIGNUM *prime = NULL;

	if (context != NULL && EVP_PKEY_paramgen_init(context) == 1 &&
		EVP_PKEY_CTX_set_group_name(context, name) == 1 &&
		EVP_PKEY_paramgen(context, &group) == 1)
		(void)EVP_PKEY_get_bn_param(group, OSSL_PKEY_PARAM_FFC_P, &prime);
	EVP_PKEY_free(group);
	EVP_PKEY_CTX_free(context);
	return prime;
}

/* Two to the secret, padded to the prime's length. RFC 8446, 4.2.8.1; of exponents 512
 * bits are more than any of the groups wants (RFC 7919, 5.2). */
static bool finite_key(
	const struct key_group *known, const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret)
{
	BIGNUM *prime = finite_prime(known->name);
	BIGNUM *exponent = BN_bin2bn(secret, KEY_SECRET_LEN, NULL);
	BIGNUM *key = BN_new();
	BN_CTX *memory = BN_CTX_new();
	bool made = prime != NULL && exponent != NULL && key != NULL && memory != NULL &&
		    BN_set_word(key, 2) == 1 &&
		    BN_mod_exp(key, key, exponent, prime, memory) == 1 &&
		    BN_bn2binpad(key, ret, (int)known->len) == (int)known->len;

	BN_CTX_free(memory);
	BN_free(key);
	BN_free(exponent);
	BN_free(prime);
	return made;
}

static size_t key_share(
	uint16_t group, const uint8_t secret[KEY_SECRET_LEN], uint8_t ret[KEY_SHARE_MAX])
{
	static bool (*const makers[])(const struct key_group *known,
		const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret) = {
		[CURVE] = curve_key,
		[MONTGOMERY] = montgomery_key,
		[FINITE] = finite_key,
	};

	for (size_t i = 0; i < COUNT_OF(key_groups); i++)
		if (key_groups[i].group == group)
			return makers[key_groups[i].kind](&key_groups[i], secret, ret)
				       ? key_groups[i].len
				       : 0;
	return 0;
}

const struct crypto *crypto_openssl(void)
{
	static const struct crypto table = {
		.md5 = md5,
		.sha256 = sha256,
		.hmac_sha256 = hmac_sha256,
		.aes128_block = aes128_block,
		.aes128_gcm_open = aes128_gcm_open,
		.key_share = key_share,
	};

	pthread_once(&once, fetch);
	return &table;
}
