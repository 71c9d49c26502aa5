/*
 * crypto - the few cryptographic functions that the pure floors need, as a
 * table of functions handed in by the program.
 *
 * The pure floors hold no cryptography and no library of it; sys/crypto.h
 * answers the table that libcrypto stands behind. Functions hold no state the
 * caller can see, may be called from any thread, and do not fail but where
 * they say so.
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>

#include "base/bytes.h"

#define MD5_LEN      16
#define SHA256_LEN   32
#define AES128_LEN   16 /* key and block */
#define GCM_NONCE_LEN 12
#define GCM_TAG_LEN  16
#define KEY_SECRET_LEN 64   /* X448's 56 bytes are the longest that is needed */
#define KEY_SHARE_MAX  1024 /* ffdhe8192 */

struct crypto {
	void (*md5)(struct bytes all, uint8_t ret[MD5_LEN]);
	void (*sha256)(struct bytes all, uint8_t ret[SHA256_LEN]);
	void (*hmac_sha256)(struct bytes key, struct bytes all, uint8_t ret[SHA256_LEN]);

	/* One block, for QUIC header protection (RFC 9001, 5.4.3). */
	void (*aes128_block)(const uint8_t key[AES128_LEN], const uint8_t in[AES128_LEN],
		uint8_t ret[AES128_LEN]);

	/* AEAD_AES_128_GCM (RFC 5116). sealed ends with the tag; ret has room for
	 * sealed.len - GCM_TAG_LEN bytes. False if the tag does not verify; what
	 * stands in ret is then to be thrown away. */
	bool (*aes128_gcm_open)(const uint8_t key[AES128_LEN],
		const uint8_t nonce[GCM_NONCE_LEN], struct bytes associated,
		struct bytes sealed, uint8_t *ret);

	/* The public key of a secret, written as a key_share entry of the group has it
	 * (RFC 8446, 4.2.8.1 and 4.2.8.2; RFC 7748). Any secret does: it is reduced to
	 * the group's own. Answers the key's length; 0 for a group that is not known, and
	 * for hybrids, of which tls/key_share.h knows the parts. */
	size_t (*key_share)(uint16_t group, const uint8_t secret[KEY_SECRET_LEN],
		uint8_t ret[KEY_SHARE_MAX]);
};

#endif
