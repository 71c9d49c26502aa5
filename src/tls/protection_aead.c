#include "base/attr.h"
#include "tls/protection_inside.h"
#include "tls/version.h"

#define EXPLICIT_LEN   8 /* RFC 5288, 3 */
#define ASSOCIATED_MAX 13

static void write_u64(uint64_t value, uint8_t ret[EXPLICIT_LEN])
{
	struct writer w = writer_over(ret, EXPLICIT_LEN);

	writer_u64(&w, value);
}

/* The salt and what is sent, or the IV with the sequence laid over its end. RFC 5288, 3;
 * RFC 7905, 2; RFC 8446, 5.3. */
static struct bytes write_nonce(const struct protection *protection,
	const uint8_t *explicit_part, uint8_t ret[GCM_NONCE_LEN])
{
	uint8_t sequence[EXPLICIT_LEN];
	size_t salt_len = GCM_NONCE_LEN - EXPLICIT_LEN;

	memcpy(ret, protection->iv, protection->form.iv_len);
	if (explicit_part != NULL) {
		memcpy(ret + salt_len, explicit_part, EXPLICIT_LEN);
	} else {
		write_u64(protection->sequence, sequence);
		for (size_t i = 0; i < EXPLICIT_LEN; i++)
			ret[salt_len + i] ^= sequence[i];
	}
	return bytes_over(ret, GCM_NONCE_LEN);
}

/* RFC 5246, 6.2.3.3, over the plaintext's length; RFC 8446, 5.2, over the record's. */
static struct bytes write_associated(const struct protection *protection, uint8_t type,
	uint16_t version, size_t len, uint8_t ret[ASSOCIATED_MAX])
{
	struct writer w = writer_over(ret, ASSOCIATED_MAX);

	if (protection->form.version < VERSION_TLS13)
		writer_u64(&w, protection->sequence);
	writer_u8(&w, type);
	writer_u16(&w, version);
	writer_u16(&w, (uint16_t)len);
	return writer_written(&w);
}

static struct crypto_aead aead_of(const struct protection *protection)
{
	const struct protection_form *form = &protection->form;

	return (struct crypto_aead){
		.cipher = form->cipher,
		.key = bytes_over(protection->key, form->key_len),
		.tag_len = form->tag_len,
	};
}

/* In TLS 1.3 the type goes behind the content, and the record says another: RFC 8446,
 * 5.2. */
void protection_aead_seal(
	struct protection *protection, uint8_t type, struct bytes some, struct writer *w)
{
	const struct protection_form *form = &protection->form;
	bool inner = form->version >= VERSION_TLS13;
	uint8_t plain[RECORD_PLAINTEXT_MAX + 1], sealed[RECORD_PAYLOAD_MAX];
	uint8_t nonce[GCM_NONCE_LEN], associated[ASSOCIATED_MAX];
	size_t ahead = form->explicit_nonce ? EXPLICIT_LEN : 0;
	size_t len = some.len + (inner ? 1 : 0);
	struct crypto_aead aead = aead_of(protection);

	memcpy(plain, some.at, some.len);
	plain[some.len] = type;
	if (inner)
		type = CONTENT_APPLICATION_DATA;
	write_u64(protection->sequence, sealed);
	aead.nonce = write_nonce(protection, ahead > 0 ? sealed : NULL, nonce);
	aead.associated = write_associated(protection, type, VERSION_TLS12,
		inner ? len + form->tag_len : len, associated);
	/* That the cipher is there protection_of_suite() has seen. */
	(void)protection->crypto->aead_seal(
		&aead, bytes_over(plain, len), sealed + ahead);
	record_write(
		type, VERSION_TLS12, bytes_over(sealed, ahead + len + form->tag_len), w);
}

/* The last byte that is not zero is the type; what stands behind it is padding. RFC 8446,
 * 5.4. */
static enum err take_type(struct bytes plain, uint8_t *type, struct bytes *ret)
{
	while (plain.len > 0 && plain.at[plain.len - 1] == 0)
		plain.len--;
	if (plain.len == 0)
		return ERR_VALUE;
	*type = plain.at[plain.len - 1];
	*ret = bytes_first(plain, plain.len - 1);
	return ERR_OK;
}

enum err protection_aead_open(struct protection *protection, uint8_t *type,
	uint16_t version, uint8_t *payload, size_t len, struct bytes *ret)
{
	const struct protection_form *form = &protection->form;
	bool inner = form->version >= VERSION_TLS13;
	size_t ahead = form->explicit_nonce ? EXPLICIT_LEN : 0;
	uint8_t nonce[GCM_NONCE_LEN], associated[ASSOCIATED_MAX];
	struct crypto_aead aead = aead_of(protection);
	struct bytes plain;

	if (len < ahead + form->tag_len)
		return ERR_VALUE;
	plain = bytes_over(payload + ahead, len - ahead - form->tag_len);
	aead.nonce = write_nonce(protection, ahead > 0 ? payload : NULL, nonce);
	aead.associated = write_associated(
		protection, *type, version, inner ? len : plain.len, associated);
	if (!protection->crypto->aead_open(
		    &aead, bytes_over(payload + ahead, len - ahead), payload + ahead))
		return ERR_CRYPTO;
	if (inner)
		return take_type(plain, type, ret);
	*ret = plain;
	return ERR_OK;
}
