#include "base/attr.h"
#include "tls/protection_inside.h"
#include "tls/version.h"

#define SEQUENCE_AND_TYPE_LEN (8 + 1)
#define BLOCK_MAX             16
#define SSL3_PAD_MAX          48 /* MD5's; SHA-1 has 40. RFC 6101, 5.2.3.1 */
#define SEALED_MAX            (RECORD_PLAINTEXT_MAX + PROTECTION_EXPANSION_MAX)

/* What stands in front of the content under a MAC: sequence, type, version (which SSL 3.0
 * lacks) and length. */
static struct bytes write_header(const struct protection *protection, uint8_t type,
	uint16_t version, size_t len, uint8_t memory[16])
{
	struct writer w = writer_over(memory, 16);

	writer_u64(&w, protection->sequence);
	writer_u8(&w, type);
	if (protection->form.version != VERSION_SSL3)
		writer_u16(&w, version);
	writer_u16(&w, (uint16_t)len);
	return writer_written(&w);
}

/* hash(secret + pad2 + hash(secret + pad1 + header + content)). RFC 6101, 5.2.3.1. */
static void mac_ssl3(const struct protection *protection, struct bytes header,
	struct bytes content, uint8_t ret[CRYPTO_HASH_MAX])
{
	const struct protection_form *form = &protection->form;
	size_t pad_len = form->mac == CRYPTO_MD5 ? SSL3_PAD_MAX : 40;
	uint8_t pad1[SSL3_PAD_MAX], pad2[SSL3_PAD_MAX], inner[CRYPTO_HASH_MAX];
	struct bytes key = bytes_over(protection->mac_key, form->mac_len);
	struct bytes parts[] = { key, bytes_over(pad1, pad_len), header, content };
	struct bytes outer[] = { key, bytes_over(pad2, pad_len),
		bytes_over(inner, form->mac_len) };

	memset(pad1, 0x36, sizeof pad1);
	memset(pad2, 0x5c, sizeof pad2);
	protection->crypto->digest(form->mac, parts, COUNT_OF(parts), inner);
	protection->crypto->digest(form->mac, outer, COUNT_OF(outer), ret);
}

/* RFC 5246, 6.2.3.1. */
static void mac(const struct protection *protection, uint8_t type, uint16_t version,
	struct bytes content, uint8_t ret[CRYPTO_HASH_MAX])
{
	const struct protection_form *form = &protection->form;
	uint8_t memory[16];
	struct bytes parts[] = {
		write_header(protection, type, version, content.len, memory), content
	};

	if (form->version == VERSION_SSL3)
		mac_ssl3(protection, parts[0], content, ret);
	else
		protection->crypto->hmac(form->mac,
			bytes_over(protection->mac_key, form->mac_len), parts,
			COUNT_OF(parts), ret);
}

static bool mac_holds(const struct protection *protection, uint8_t type, uint16_t version,
	struct bytes content, const uint8_t *told)
{
	uint8_t expected[CRYPTO_HASH_MAX];

	mac(protection, type, version, content, expected);
	return memcmp(expected, told, protection->form.mac_len) == 0;
}

/* Up to TLS 1.0 the last block of one record is the IV of the next. RFC 2246, 6.2.3.2. */
static void keep_iv(struct protection *protection, const uint8_t *sealed, size_t len)
{
	const struct protection_form *form = &protection->form;

	if (form->iv_len > 0 && len >= form->iv_len)
		memcpy(protection->iv, sealed + len - form->iv_len, form->iv_len);
}

/* Pads memory, in which len bytes stand, to whole blocks: each byte of the padding, the
 * last among them, is the number of those before the last. RFC 5246, 6.2.3.2. */
static size_t pad(uint8_t *memory, size_t len, size_t block_len)
{
	size_t padding = block_len - len % block_len;

	memset(memory + len, (int)padding - 1, padding);
	return len + padding;
}

/* Encrypts len bytes of memory, behind which there is room for the padding. */
static size_t encrypt(
	struct protection *protection, uint8_t *memory, size_t len, const uint8_t *iv)
{
	const struct protection_form *form = &protection->form;
	struct bytes key = bytes_over(protection->key, form->key_len);

	/* That the cipher is there protection_of_suite() has seen. */
	if (form->cipher == CRYPTO_RC4) {
		(void)protection->crypto->rc4(
			key, protection->streamed, bytes_over(memory, len), memory);
		protection->streamed += len;
	} else if (form->block_len > 0) {
		len = pad(memory, len, form->block_len);
		(void)protection->crypto->cbc(
			form->cipher, true, key, iv, bytes_over(memory, len), memory);
		keep_iv(protection, memory, len);
	}
	return len;
}

/* content in memory, with its MAC before or after it is encrypted; answers the length. */
static size_t seal_into(struct protection *protection, uint8_t type, struct bytes some,
	struct draws *draws, uint8_t *memory)
{
	const struct protection_form *form = &protection->form;
	size_t explicit_iv = form->iv_len == 0 ? form->block_len : 0;
	uint8_t iv[BLOCK_MAX];
	uint8_t *content = memory + explicit_iv;
	size_t len = some.len;

	draws_fill(draws, memory, explicit_iv); /* RFC 4346, 6.2.3.2 */
	memcpy(iv, explicit_iv > 0 ? memory : protection->iv, form->block_len);
	memcpy(content, some.at, len);
	if (!form->encrypt_then_mac) {
		mac(protection, type, form->version, some, content + len);
		len += form->mac_len;
	}
	len = explicit_iv + encrypt(protection, content, len, iv);
	if (form->encrypt_then_mac) { /* RFC 7366, 3 */
		mac(protection, type, form->version, bytes_over(memory, len),
			memory + len);
		len += form->mac_len;
	}
	return len;
}

void protection_mac_seal(struct protection *protection, uint8_t type, struct bytes some,
	struct draws *draws, struct writer *w)
{
	uint8_t memory[SEALED_MAX];

	record_write(type, protection->form.version,
		bytes_over(memory, seal_into(protection, type, some, draws, memory)), w);
}

/* How long the padding at the end is, with its length; 0: it is none. SSL 3.0 says
 * nothing of what stands in it (RFC 6101, 5.2.3.2: POODLE). */
static size_t padding_len(const struct protection_form *form, struct bytes plain)
{
	size_t padding;

	if (plain.len == 0)
		return 0;
	padding = plain.at[plain.len - 1] + (size_t)1;
	if (padding > plain.len ||
		(form->version == VERSION_SSL3 && padding > form->block_len))
		return 0;
	if (form->version != VERSION_SSL3)
		for (size_t i = plain.len - padding; i < plain.len; i++)
			if (plain.at[i] != padding - 1)
				return 0;
	return padding;
}

/* Decrypts blocks in place, takes the explicit IV from their front and the padding from
 * their end. */
static enum err open_blocks(
	struct protection *protection, uint8_t *at, size_t len, struct bytes *ret)
{
	const struct protection_form *form = &protection->form;
	struct bytes key = bytes_over(protection->key, form->key_len);
	size_t explicit_iv = form->iv_len == 0 ? form->block_len : 0;
	uint8_t iv[BLOCK_MAX];
	size_t padding;

	if (len % form->block_len != 0 || len < explicit_iv + form->block_len)
		return ERR_VALUE;
	memcpy(iv, explicit_iv > 0 ? at : protection->iv, form->block_len);
	keep_iv(protection, at, len);
	at += explicit_iv;
	len -= explicit_iv;
	if (!protection->crypto->cbc(
		    form->cipher, false, key, iv, bytes_over(at, len), at))
		return ERR_CRYPTO;
	padding = padding_len(form, bytes_over(at, len));
	if (padding == 0)
		return ERR_CRYPTO;
	*ret = bytes_over(at, len - padding);
	return ERR_OK;
}

static enum err decrypt(
	struct protection *protection, uint8_t *payload, size_t len, struct bytes *ret)
{
	const struct protection_form *form = &protection->form;
	struct bytes all = bytes_over(payload, len);

	if (form->block_len > 0)
		return open_blocks(protection, payload, len, ret);
	if (form->cipher == CRYPTO_RC4) {
		if (!protection->crypto->rc4(bytes_over(protection->key, form->key_len),
			    protection->streamed, all, payload))
			return ERR_CRYPTO;
		protection->streamed += len;
	}
	*ret = all;
	return ERR_OK;
}

enum err protection_mac_open(struct protection *protection, uint8_t type,
	uint16_t version, uint8_t *payload, size_t len, struct bytes *ret)
{
	const struct protection_form *form = &protection->form;
	struct bytes plain;
	enum err err;

	if (len < form->mac_len)
		return ERR_VALUE;
	if (form->encrypt_then_mac) {
		len -= form->mac_len;
		if (!mac_holds(protection, type, version, bytes_over(payload, len),
			    payload + len))
			return ERR_CRYPTO;
	}
	err = decrypt(protection, payload, len, &plain);
	if (err != ERR_OK)
		return err;
	if (!form->encrypt_then_mac) {
		if (plain.len < form->mac_len)
			return ERR_CRYPTO;
		plain.len -= form->mac_len;
		if (!mac_holds(protection, type, version, plain, plain.at + plain.len))
			return ERR_CRYPTO;
	}
	*ret = plain;
	return ERR_OK;
}
