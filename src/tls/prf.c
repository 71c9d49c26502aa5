#include "tls/prf.h"

#include "base/attr.h"
#include "tls/version.h"

#define SHA1_LEN          20
#define FINISHED_LEN      12
#define SSL3_LETTERS_MAX  26 /* 'A', 'BB', ...: rounds of MD5 */
#define SSL3_PAD_MD5_LEN  48
#define SSL3_PAD_SHA1_LEN 40

/* P_hash, laid over what stands in ret. RFC 5246, 5; the XOR of two of them is the PRF
 * before TLS 1.2. */
static void expand_over(const struct prf *prf, enum crypto_hash hash, struct bytes secret,
	const struct bytes seed[3], uint8_t *ret, size_t len)
{
	uint8_t chain[CRYPTO_HASH_MAX], block[CRYPTO_HASH_MAX];
	size_t hash_len = crypto_hash_len(hash);
	struct bytes parts[] = { bytes_over(chain, hash_len), seed[0], seed[1], seed[2] };

	prf->crypto->hmac(hash, secret, seed, 3, chain);
	for (size_t at = 0; at < len; at += hash_len) {
		prf->crypto->hmac(hash, secret, parts, COUNT_OF(parts), block);
		for (size_t i = 0; i < hash_len && at + i < len; i++)
			ret[at + i] ^= block[i];
		prf->crypto->hmac(hash, secret, parts, 1, chain);
	}
}

/* MD5(secret + SHA(letters + secret + seed)), letters 'A', 'BB', 'CCC' and on.
 * RFC 6101, 6.1 and 6.2.2. */
static void expand_ssl3(const struct prf *prf, struct bytes secret,
	const struct bytes seed[2], uint8_t *ret, size_t len)
{
	uint8_t letters[SSL3_LETTERS_MAX], inner[CRYPTO_HASH_MAX], block[CRYPTO_HASH_MAX];

	for (size_t n = 1; len > 0 && n <= SSL3_LETTERS_MAX; n++) {
		size_t some = len < MD5_LEN ? len : MD5_LEN;
		struct bytes parts[] = { bytes_over(letters, n), secret, seed[0],
			seed[1] };
		struct bytes outer[] = { secret, bytes_over(inner, SHA1_LEN) };

		memset(letters, (int)('A' + n - 1), n);
		prf->crypto->digest(CRYPTO_SHA1, parts, COUNT_OF(parts), inner);
		prf->crypto->digest(CRYPTO_MD5, outer, COUNT_OF(outer), block);
		memcpy(ret, block, some);
		ret += some;
		len -= some;
	}
}

void prf_expand(const struct prf *prf, struct bytes secret, const char *label,
	const struct bytes seed[2], uint8_t *ret, size_t len)
{
	struct bytes parts[] = { bytes_of_string(label), seed[0], seed[1] };
	/* RFC 2246, 5: the halves share the middle byte if their number is odd. */
	size_t half = (secret.len + 1) / 2;

	if (prf->version == VERSION_SSL3) {
		expand_ssl3(prf, secret, seed, ret, len);
		return;
	}
	memset(ret, 0, len);
	if (prf->version >= VERSION_TLS12) {
		expand_over(prf, prf->hash, secret, parts, ret, len);
		return;
	}
	expand_over(prf, CRYPTO_MD5, bytes_first(secret, half), parts, ret, len);
	expand_over(prf, CRYPTO_SHA1, bytes_after(secret, secret.len - half), parts, ret,
		len);
}

/* hash(master + pad2 + hash(transcript + sender + master + pad1)). RFC 6101, 5.6.9. */
static void finished_ssl3(const struct prf *prf, enum crypto_hash hash, size_t pad_len,
	const uint8_t master[MASTER_SECRET_LEN], bool of_server, struct bytes transcript,
	uint8_t ret[CRYPTO_HASH_MAX])
{
	uint8_t pad1[SSL3_PAD_MD5_LEN], pad2[SSL3_PAD_MD5_LEN], inner[CRYPTO_HASH_MAX];
	struct bytes secret = bytes_over(master, MASTER_SECRET_LEN);
	struct bytes parts[] = { transcript, bytes_of_string(of_server ? "SRVR" : "CLNT"),
		secret, bytes_over(pad1, pad_len) };
	struct bytes outer[] = { secret, bytes_over(pad2, pad_len),
		bytes_over(inner, crypto_hash_len(hash)) };

	memset(pad1, 0x36, sizeof pad1);
	memset(pad2, 0x5c, sizeof pad2);
	prf->crypto->digest(hash, parts, COUNT_OF(parts), inner);
	prf->crypto->digest(hash, outer, COUNT_OF(outer), ret);
}

size_t prf_session_hash(
	const struct prf *prf, struct bytes transcript, uint8_t ret[SESSION_HASH_MAX])
{
	uint8_t hash[CRYPTO_HASH_MAX];

	if (prf->version >= VERSION_TLS12) {
		prf->crypto->digest(prf->hash, &transcript, 1, ret);
		return crypto_hash_len(prf->hash);
	}
	prf->crypto->digest(CRYPTO_MD5, &transcript, 1, ret);
	prf->crypto->digest(CRYPTO_SHA1, &transcript, 1, hash);
	memcpy(ret + MD5_LEN, hash, SHA1_LEN);
	return MD5_LEN + SHA1_LEN;
}

size_t prf_finished(const struct prf *prf, const uint8_t master[MASTER_SECRET_LEN],
	bool of_server, struct bytes transcript, uint8_t ret[FINISHED_OLD_MAX])
{
	uint8_t hash[SESSION_HASH_MAX];
	struct bytes seed[2] = { { hash, 0 }, { 0 } };

	if (prf->version == VERSION_SSL3) {
		finished_ssl3(prf, CRYPTO_MD5, SSL3_PAD_MD5_LEN, master, of_server,
			transcript, hash);
		memcpy(ret, hash, MD5_LEN);
		finished_ssl3(prf, CRYPTO_SHA1, SSL3_PAD_SHA1_LEN, master, of_server,
			transcript, hash);
		memcpy(ret + MD5_LEN, hash, SHA1_LEN);
		return FINISHED_OLD_MAX;
	}
	seed[0].len = prf_session_hash(prf, transcript, hash);
	prf_expand(prf, bytes_over(master, MASTER_SECRET_LEN),
		of_server ? "server finished" : "client finished", seed, ret,
		FINISHED_LEN);
	return FINISHED_LEN;
}
