/*
 * protection - records of one direction, sealed and opened: SSL 3.0 to TLS 1.3.
 *
 * What a suite needs is looked up once (protection_of_suite), then keys are given to
 * it, one for each direction. RFC 6101, 5.2.3; RFC 5246, 6.2.3; RFC 7366; RFC 7905;
 * RFC 8446, 5.2. For an observer: opening takes as long as it takes, whatever is wrong.
 *
 * tests: tests/unit/sys/test_protection.c; fuzz: tests/fuzz/fuzz_protection.c
 */
#ifndef TLS_PROTECTION_H
#define TLS_PROTECTION_H

#include "base/draws.h"
#include "base/err.h"
#include "tls/record.h"
#include "tls/suite.h"

#define PROTECTION_KEY_MAX 32
#define PROTECTION_IV_MAX  16

/* A record around one byte may grow by so much: header, IV, MAC of SHA-384, padding of
 * two blocks at most. */
#define PROTECTION_EXPANSION_MAX (RECORD_HEADER_LEN + 16 + CRYPTO_HASH_MAX + 32)

/* How the records of a suite and version are protected. */
struct protection_form {
	uint16_t version;
	enum crypto_cipher cipher; /* CRYPTO_NO_CIPHER: a MAC alone */
	enum crypto_hash mac;
	uint8_t key_len;
	uint8_t mac_len; /* 0: an AEAD */
	uint8_t block_len;
	uint8_t iv_len; /* made of the secrets: of SSL 3.0 and TLS 1.0's CBC, of AEADs */
	uint8_t tag_len;
	bool explicit_nonce; /* AEADs of TLS 1.2 but ChaCha20: eight bytes a record */
	bool encrypt_then_mac;
};

/* ERR_UNSUPPORTED: there is no such cipher in libcrypto, or it is none that is known. */
MUST_USE enum err protection_of_suite(const struct crypto *crypto,
	const struct suite *suite, uint16_t version, bool encrypt_then_mac,
	struct protection_form *ret);

struct protection {
	const struct crypto *crypto;
	struct protection_form form;
	uint8_t key[PROTECTION_KEY_MAX];
	uint8_t mac_key[CRYPTO_HASH_MAX];
	uint8_t iv[PROTECTION_IV_MAX];
	uint64_t sequence;
	size_t streamed; /* bytes of RC4's key stream that are used */
};

/* The bytes of key material of a direction: MAC key, key and IV, in the order in which
 * the key block has them for both. RFC 5246, 6.3. */
size_t protection_key_block_len(const struct protection_form *form);

/* Both directions from a key block of twice that length. */
void protection_from_key_block(const struct crypto *crypto,
	const struct protection_form *form, const uint8_t *block,
	struct protection *ret_client, struct protection *ret_server);

/* Writes all as records of that type. */
void protection_seal(struct protection *protection, uint8_t type, struct bytes all,
	struct draws *draws, struct writer *w);

/* Opens one record's payload where it stands. *type is the record's, and becomes that of
 * the content, which *ret borrows from payload. ERR_CRYPTO: it was not sealed with these
 * keys. ERR_VALUE: it has no length that it may have, or no type inside (TLS 1.3). */
MUST_USE enum err protection_open(struct protection *protection, uint8_t *type,
	uint16_t version, uint8_t *payload, size_t len, struct bytes *ret);

#endif
