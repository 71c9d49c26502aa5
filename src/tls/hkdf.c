#include "tls/hkdf.h"

#include "base/attr.h"
#include "base/writer.h"

/* Length, "tls13 ", a label, a hash. RFC 8446, 7.1: HkdfLabel. */
#define INFO_MAX (2 + 1 + 255 + 1 + CRYPTO_HASH_MAX)

void hkdf_extract(const struct hkdf *hkdf, struct bytes salt, struct bytes input,
	uint8_t ret[CRYPTO_HASH_MAX])
{
	static const uint8_t zeros[CRYPTO_HASH_MAX];
	struct bytes none = bytes_over(zeros, crypto_hash_len(hkdf->hash));

	if (input.len == 0)
		input = none;
	hkdf->crypto->hmac(hkdf->hash, salt.len > 0 ? salt : none, &input, 1, ret);
}

static struct bytes write_info(
	const char *label, struct bytes context, size_t len, uint8_t memory[INFO_MAX])
{
	struct writer w = writer_over(memory, INFO_MAX);
	size_t opened;

	writer_u16(&w, (uint16_t)len);
	opened = writer_open(&w, 1);
	writer_bytes(&w, bytes_of_string("tls13 "));
	writer_bytes(&w, bytes_of_string(label));
	writer_close(&w, opened, 1);
	opened = writer_open(&w, 1);
	writer_bytes(&w, context);
	writer_close(&w, opened, 1);
	return writer_written(&w);
}

/* RFC 5869, 2.3. */
void hkdf_expand_label(const struct hkdf *hkdf, const uint8_t *secret, const char *label,
	struct bytes context, uint8_t *ret, size_t len)
{
	uint8_t memory[INFO_MAX], block[CRYPTO_HASH_MAX], counter = 1;
	size_t hash_len = crypto_hash_len(hkdf->hash);
	struct bytes key = bytes_over(secret, hash_len);
	struct bytes parts[] = { { block, 0 }, write_info(label, context, len, memory),
		bytes_over(&counter, 1) };

	for (; len > 0; counter++) {
		size_t some = len < hash_len ? len : hash_len;

		hkdf->crypto->hmac(hkdf->hash, key, parts, COUNT_OF(parts), block);
		parts[0].len = hash_len;
		memcpy(ret, block, some);
		ret += some;
		len -= some;
	}
}

void hkdf_derive(const struct hkdf *hkdf, const uint8_t *secret, const char *label,
	struct bytes transcript, uint8_t ret[CRYPTO_HASH_MAX])
{
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t len = crypto_hash_len(hkdf->hash);

	hkdf->crypto->digest(hkdf->hash, &transcript, 1, hash);
	hkdf_expand_label(hkdf, secret, label, bytes_over(hash, len), ret, len);
}

void hkdf_finished(const struct hkdf *hkdf, const uint8_t *secret,
	struct bytes transcript, uint8_t ret[CRYPTO_HASH_MAX])
{
	uint8_t key[CRYPTO_HASH_MAX], hash[CRYPTO_HASH_MAX];
	size_t len = crypto_hash_len(hkdf->hash);
	struct bytes hash_part = bytes_over(hash, len);

	hkdf_expand_label(hkdf, secret, "finished", (struct bytes){ 0 }, key, len);
	hkdf->crypto->digest(hkdf->hash, &transcript, 1, hash);
	hkdf->crypto->hmac(hkdf->hash, bytes_over(key, len), &hash_part, 1, ret);
}
