/*
 * hkdf - the key schedule of TLS 1.3: RFC 5869 as RFC 8446, 7.1 uses it.
 *
 * A secret is as long as the suite's hash.
 *
 * tests: tests/unit/sys/test_key_schedule.c
 */
#ifndef TLS_HKDF_H
#define TLS_HKDF_H

#include "base/crypto.h"

struct hkdf {
	const struct crypto *crypto;
	enum crypto_hash hash;
};

/* HKDF-Extract; no salt and no input are zeros. */
void hkdf_extract(const struct hkdf *hkdf, struct bytes salt, struct bytes input,
	uint8_t ret[CRYPTO_HASH_MAX]);

/* HKDF-Expand-Label; at most 255 times the hash's length. */
void hkdf_expand_label(const struct hkdf *hkdf, const uint8_t *secret, const char *label,
	struct bytes context, uint8_t *ret, size_t len);

/* Derive-Secret, over the hash of the transcript. */
void hkdf_derive(const struct hkdf *hkdf, const uint8_t *secret, const char *label,
	struct bytes transcript, uint8_t ret[CRYPTO_HASH_MAX]);

/* The verify_data of a Finished, or a PSK's binder: over the hash of the transcript, by
 * a key made of a secret. RFC 8446, 4.4.4 and 4.2.11.2. */
void hkdf_finished(const struct hkdf *hkdf, const uint8_t *secret,
	struct bytes transcript, uint8_t ret[CRYPTO_HASH_MAX]);

#endif
