/*
 * crypto - the two hashes that fingerprints need, by libcrypto, for tests of the
 * pure floors: those may not reach up to sys.
 */
#ifndef TESTS_UNIT_CRYPTO_H
#define TESTS_UNIT_CRYPTO_H

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/crypto.h"

static void test_md5(struct bytes all, uint8_t ret[MD5_LEN])
{
	if (EVP_Digest(all.at, all.len, ret, NULL, EVP_md5(), NULL) != 1)
		abort();
}

static void test_sha256(struct bytes all, uint8_t ret[SHA256_LEN])
{
	if (EVP_Digest(all.at, all.len, ret, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

static const struct crypto test_crypto = { .md5 = test_md5, .sha256 = test_sha256 };

#endif
