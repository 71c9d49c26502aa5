/* EC_POINT_mul and its like are what makes a key from a secret that is given. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sys/crypto_openssl.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/attr.h"

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

/* base to the secret, as long as the prime. Of exponents 512 bits are more than any of
 * the groups wants (RFC 7919, 5.2). */
static bool power(const BIGNUM *prime, const BIGNUM *base,
	const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret)
{
	BIGNUM *exponent = BN_bin2bn(secret, KEY_SECRET_LEN, NULL);
	BIGNUM *key = BN_new();
	BN_CTX *memory = BN_CTX_new();
	int len = BN_num_bytes(prime);
	bool made = exponent != NULL && key != NULL && memory != NULL &&
		    BN_is_odd(prime) && !BN_is_one(prime) &&
		    BN_mod_exp(key, base, exponent, prime, memory) == 1 &&
		    BN_bn2binpad(key, ret, len) == len;

	BN_CTX_free(memory);
	BN_free(key);
	BN_free(exponent);
	return made;
}

/* RFC 8446, 4.2.8.1. */
static bool finite_key(
	const struct key_group *known, const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret)
{
	BIGNUM *prime = finite_prime(known->name);
	BIGNUM *two = BN_new();
	bool made = prime != NULL && two != NULL && BN_set_word(two, 2) == 1 &&
		    power(prime, two, secret, ret);

	BN_free(two);
	BN_free(prime);
	return made;
}

/* The x of the peer's point times the secret. RFC 8446, 7.4.2; that the point lies on the
 * curve, as 4.2.8.2 wants, is looked at when it is read. */
static size_t curve_agree(const struct key_group *known,
	const uint8_t secret[KEY_SECRET_LEN], struct bytes peer, uint8_t *ret)
{
	EC_GROUP *curve = EC_GROUP_new_by_curve_name(known->id);
	EC_POINT *point = curve != NULL ? EC_POINT_new(curve) : NULL;
	BN_CTX *memory = BN_CTX_new();
	BIGNUM *scalar = BN_new(), *x = BN_new();
	int len = (int)(known->len - 1) / 2;
	bool made = point != NULL && memory != NULL && scalar != NULL && x != NULL &&
		    EC_POINT_oct2point(curve, point, peer.at, peer.len, memory) == 1 &&
		    scalar_of(secret, EC_GROUP_get0_order(curve), memory, scalar) &&
		    EC_POINT_mul(curve, point, NULL, point, scalar, memory) == 1 &&
		    EC_POINT_get_affine_coordinates(curve, point, x, NULL, memory) == 1 &&
		    BN_bn2binpad(x, ret, len) == len;

	BN_free(x);
	BN_free(scalar);
	BN_CTX_free(memory);
	EC_POINT_free(point);
	EC_GROUP_free(curve);
	return made ? (size_t)len : 0;
}

/* RFC 7748, 6; libcrypto refuses the result that is all zero. */
static size_t montgomery_agree(const struct key_group *known,
	const uint8_t secret[KEY_SECRET_LEN], struct bytes peer, uint8_t *ret)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(known->id, NULL, secret, known->len);
	EVP_PKEY *other = EVP_PKEY_new_raw_public_key(known->id, NULL, peer.at, peer.len);
	EVP_PKEY_CTX *context = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	size_t len = known->len;
	bool made = context != NULL && other != NULL &&
		    EVP_PKEY_derive_init(context) == 1 &&
		    EVP_PKEY_derive_set_peer(context, other) == 1 &&
		    EVP_PKEY_derive(context, ret, &len) == 1;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
	return made ? len : 0;
}

/* RFC 8446, 7.4.1; what 4.2.8.1 wants of a peer's key: 1 < key < prime - 1. */
static size_t finite_agree(const struct key_group *known,
	const uint8_t secret[KEY_SECRET_LEN], struct bytes peer, uint8_t *ret)
{
	BIGNUM *prime = finite_prime(known->name);
	BIGNUM *key = BN_bin2bn(peer.at, (int)peer.len, NULL);
	BIGNUM *last = prime != NULL ? BN_dup(prime) : NULL;
	bool made = key != NULL && last != NULL && BN_sub_word(last, 1) == 1 &&
		    BN_cmp(key, BN_value_one()) > 0 && BN_cmp(key, last) < 0 &&
		    power(prime, key, secret, ret);

	BN_free(last);
	BN_free(key);
	BN_free(prime);
	return made ? known->len : 0;
}

static const struct key_group *key_group_find(uint16_t group)
{
	for (size_t i = 0; i < COUNT_OF(key_groups); i++)
		if (key_groups[i].group == group)
			return &key_groups[i];
	return NULL;
}

size_t crypto_openssl_key_share(
	uint16_t group, const uint8_t secret[KEY_SECRET_LEN], uint8_t ret[KEY_SHARE_MAX])
{
	static bool (*const makers[])(const struct key_group *known,
		const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret) = {
		[CURVE] = curve_key,
		[MONTGOMERY] = montgomery_key,
		[FINITE] = finite_key,
	};
	const struct key_group *known = key_group_find(group);

	if (known == NULL)
		return 0;
	return makers[known->kind](known, secret, ret) ? known->len : 0;
}

size_t crypto_openssl_key_agree(uint16_t group, const uint8_t secret[KEY_SECRET_LEN],
	struct bytes peer, uint8_t ret[KEY_SHARE_MAX])
{
	static size_t (*const agree[])(const struct key_group *known,
		const uint8_t secret[KEY_SECRET_LEN], struct bytes peer, uint8_t *ret) = {
		[CURVE] = curve_agree,
		[MONTGOMERY] = montgomery_agree,
		[FINITE] = finite_agree,
	};
	const struct key_group *known = key_group_find(group);
	size_t len;

	if (known == NULL || peer.len != known->len)
		return 0;
	len = agree[known->kind](known, secret, peer, ret);
	ERR_clear_error(); /* strangers' keys fill libcrypto's queue of errors */
	return len;
}

bool crypto_openssl_dh_power(struct bytes prime, struct bytes base,
	const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret)
{
	BIGNUM *modulus, *number;
	bool made;

	if (prime.len > KEY_SHARE_MAX || base.len > KEY_SHARE_MAX)
		return false;
	modulus = BN_bin2bn(prime.at, (int)prime.len, NULL);
	number = BN_bin2bn(base.at, (int)base.len, NULL);
	made = modulus != NULL && number != NULL &&
	       (size_t)BN_num_bytes(modulus) == prime.len &&
	       power(modulus, number, secret, ret);
	BN_free(number);
	BN_free(modulus);
	ERR_clear_error();
	return made;
}

/* NULL if it cannot be read, or its key is of another kind. */
static EVP_PKEY *rsa_key(struct bytes certificate)
{
	const unsigned char *at = certificate.at;
	X509 *x509 = X509_new_ex(crypto_openssl_library(), NULL);
	EVP_PKEY *key = NULL;

	if (x509 != NULL && certificate.len <= INT32_MAX &&
		d2i_X509(&x509, &at, (long)certificate.len) != NULL)
		key = X509_get_pubkey(x509);
	if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	X509_free(x509);
	ERR_clear_error();
	return key;
}

size_t crypto_openssl_rsa_len(struct bytes certificate)
{
	EVP_PKEY *key = rsa_key(certificate);
	int len = key != NULL ? EVP_PKEY_get_size(key) : 0;

	EVP_PKEY_free(key);
	return len > 0 && len <= RSA_KEY_MAX ? (size_t)len : 0;
}

bool crypto_openssl_rsa_public(
	struct bytes certificate, struct bytes padded, uint8_t ret[RSA_KEY_MAX])
{
	EVP_PKEY *key = rsa_key(certificate);
	EVP_PKEY_CTX *context = key != NULL ? EVP_PKEY_CTX_new_from_pkey(
						      crypto_openssl_library(), key, NULL)
					    : NULL;
	size_t len = RSA_KEY_MAX;
	bool made = context != NULL && EVP_PKEY_encrypt_init(context) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1 &&
		    EVP_PKEY_encrypt(context, ret, &len, padded.at, padded.len) == 1 &&
		    len == padded.len;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return made;
}
