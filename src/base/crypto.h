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

#define MD5_LEN        16
#define SHA256_LEN     32
#define AES128_LEN     16 /* key and block */
#define GCM_NONCE_LEN  12
#define GCM_TAG_LEN    16
#define KEY_SECRET_LEN 64   /* X448's 56 bytes are the longest that is needed */
#define KEY_SHARE_MAX  1024 /* ffdhe8192 */
#define RSA_KEY_MAX    2048 /* bytes; libcrypto takes no longer modulus */

enum crypto_hash { CRYPTO_MD5, CRYPTO_SHA1, CRYPTO_SHA256, CRYPTO_SHA384, CRYPTO_HASHES };

#define CRYPTO_HASH_MAX 48

static inline size_t crypto_hash_len(enum crypto_hash hash)
{
	static const uint8_t lens[CRYPTO_HASHES] = { MD5_LEN, 20, SHA256_LEN, 48 };

	return lens[hash];
}

/* The key's length says which of a family it is. */
enum crypto_cipher {
	CRYPTO_NO_CIPHER,
	CRYPTO_RC4,
	CRYPTO_DES_CBC,
	CRYPTO_3DES_CBC,
	CRYPTO_IDEA_CBC,
	CRYPTO_SEED_CBC,
	CRYPTO_AES_CBC,
	CRYPTO_CAMELLIA_CBC,
	CRYPTO_ARIA_CBC,
	CRYPTO_AES_GCM,
	CRYPTO_ARIA_GCM,
	CRYPTO_AES_CCM,
	CRYPTO_CHACHA20_POLY1305,
	CRYPTO_CIPHERS
};

/* One use of an AEAD (RFC 5116). */
struct crypto_aead {
	enum crypto_cipher cipher;
	struct bytes key;
	struct bytes nonce;
	struct bytes associated;
	size_t tag_len;
};

/* A key of HMAC-SHA-256 made ready: the states of its two hashes behind the padded key.
 * Of a short message that is half the work, so who uses a key again keeps it. */
struct hmac_key {
	uint32_t inner[SHA256_LEN / 4];
	uint32_t outer[SHA256_LEN / 4];
};

struct crypto {
	void (*md5)(struct bytes all, uint8_t ret[MD5_LEN]);
	void (*sha256)(struct bytes all, uint8_t ret[SHA256_LEN]);
	void (*hmac_key)(struct bytes key, struct hmac_key *ret);
	void (*hmac_sha256)(
		const struct hmac_key *key, struct bytes all, uint8_t ret[SHA256_LEN]);

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

	/* What the secret and the public key of a peer, written likewise, have in common:
	 * as RFC 8446, 7.4 wants it. Answers its length; 0 for a group that is not known,
	 * and for what is no key of the group. */
	size_t (*key_agree)(uint16_t group, const uint8_t secret[KEY_SECRET_LEN],
		struct bytes peer, uint8_t ret[KEY_SHARE_MAX]);

	/* base to the secret, modulo an odd prime, as long as that: DHE over numbers that
	 * a server sent. False if the prime is even or longer than KEY_SHARE_MAX. */
	bool (*dh_power)(struct bytes prime, struct bytes base,
		const uint8_t secret[KEY_SECRET_LEN], uint8_t *ret);

	/* The RSA key of a certificate, DER: its length in bytes, 0 if it has none; and
	 * its use on a number that is as long and already padded. */
	size_t (*rsa_len)(struct bytes certificate);
	bool (*rsa_public)(
		struct bytes certificate, struct bytes padded, uint8_t ret[RSA_KEY_MAX]);

	/* Over parts, as if they stood one behind the other. */
	void (*digest)(enum crypto_hash hash, const struct bytes *parts, size_t count,
		uint8_t ret[CRYPTO_HASH_MAX]);
	void (*hmac)(enum crypto_hash hash, struct bytes key, const struct bytes *parts,
		size_t count, uint8_t ret[CRYPTO_HASH_MAX]);

	/* Whether libcrypto has the cipher, with keys of that length. The functions below
	 * answer false if not. ret may be where the input is. */
	bool (*has_cipher)(enum crypto_cipher cipher, size_t key_len);

	/* Whole blocks in CBC; iv is a block. */
	bool (*cbc)(enum crypto_cipher cipher, bool encrypt, struct bytes key,
		const uint8_t *iv, struct bytes blocks, uint8_t *ret);

	/* RC4, its key stream from the byte `skip` on. */
	bool (*rc4)(struct bytes key, size_t skip, struct bytes all, uint8_t *ret);

	/* ret has room for plain.len + tag_len bytes, or sealed.len - tag_len. Opening
	 * answers false if the tag does not verify; what stands in ret is then to be
	 * thrown away. */
	bool (*aead_seal)(
		const struct crypto_aead *aead, struct bytes plain, uint8_t *ret);
	bool (*aead_open)(
		const struct crypto_aead *aead, struct bytes sealed, uint8_t *ret);
};

#endif
