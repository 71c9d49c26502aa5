#include "tls/protection.h"

#include "base/attr.h"
#include "tls/protection_inside.h"
#include "tls/version.h"

#define GCM_SALT_LEN 4 /* RFC 5288, 3; RFC 6655, 3 */

/* To add a cipher: a line here, in order of enum suite_cipher. */
static const struct cipher_form {
	uint8_t cipher; /* enum crypto_cipher */
	uint8_t block_len;
	uint8_t tag_len;
} forms[] = {
	[SUITE_NULL] = { CRYPTO_NO_CIPHER, 0, 0 },
	[SUITE_DES] = { CRYPTO_DES_CBC, 8, 0 },
	[SUITE_RC4] = { CRYPTO_RC4, 0, 0 },
	[SUITE_IDEA] = { CRYPTO_IDEA_CBC, 8, 0 },
	[SUITE_SEED] = { CRYPTO_SEED_CBC, 16, 0 },
	[SUITE_3DES] = { CRYPTO_3DES_CBC, 8, 0 },
	[SUITE_AES_CBC] = { CRYPTO_AES_CBC, 16, 0 },
	[SUITE_CAMELLIA_CBC] = { CRYPTO_CAMELLIA_CBC, 16, 0 },
	[SUITE_ARIA_CBC] = { CRYPTO_ARIA_CBC, 16, 0 },
	[SUITE_AES_CCM] = { CRYPTO_AES_CCM, 0, 16 },
	[SUITE_AES_CCM_8] = { CRYPTO_AES_CCM, 0, 8 },
	[SUITE_AES_GCM] = { CRYPTO_AES_GCM, 0, 16 },
	[SUITE_ARIA_GCM] = { CRYPTO_ARIA_GCM, 0, 16 },
	[SUITE_CHACHA20] = { CRYPTO_CHACHA20_POLY1305, 0, 16 },
};

/* Keys of DES have a bit of parity in each byte, which the suite does not count; those of
 * 3DES are three, of which it counts two. */
static uint8_t key_len(const struct suite *suite)
{
	if (suite->cipher == SUITE_DES)
		return 8;
	if (suite->cipher == SUITE_3DES)
		return 24;
	return (uint8_t)(suite->bits / 8);
}

static bool mac_of(const struct suite *suite, struct protection_form *form)
{
	static const enum crypto_hash hashes[] = {
		[SUITE_MD5] = CRYPTO_MD5,
		[SUITE_SHA1] = CRYPTO_SHA1,
		[SUITE_SHA256] = CRYPTO_SHA256,
		[SUITE_SHA384] = CRYPTO_SHA384,
	};

	if (suite->mac == SUITE_AEAD)
		return true;
	if (suite->mac < SUITE_MD5 || suite->mac >= COUNT_OF(hashes))
		return false;
	form->mac = hashes[suite->mac];
	form->mac_len = (uint8_t)crypto_hash_len(form->mac);
	return true;
}

/* What of the IV comes from the secrets: all of it for CBC up to TLS 1.0 (RFC 2246, 6.3),
 * none from TLS 1.1 on; of AEADs the salt, or all of it where nothing is sent. */
static void set_iv(struct protection_form *form)
{
	if (form->mac_len > 0) {
		form->iv_len = form->version < VERSION_TLS11 ? form->block_len : 0;
		return;
	}
	form->explicit_nonce =
		form->version < VERSION_TLS13 && form->cipher != CRYPTO_CHACHA20_POLY1305;
	form->iv_len = form->explicit_nonce ? GCM_SALT_LEN : GCM_NONCE_LEN;
}

enum err protection_of_suite(const struct crypto *crypto, const struct suite *suite,
	uint16_t version, bool encrypt_then_mac, struct protection_form *ret)
{
	struct protection_form form = { .version = version };
	const struct cipher_form *known;

	if (suite->cipher < SUITE_NULL || suite->cipher >= COUNT_OF(forms))
		return ERR_UNSUPPORTED;
	known = &forms[suite->cipher];
	if (known->cipher == CRYPTO_NO_CIPHER && suite->cipher != SUITE_NULL)
		return ERR_UNSUPPORTED;
	form.cipher = (enum crypto_cipher)known->cipher;
	form.key_len = key_len(suite);
	form.block_len = known->block_len;
	form.tag_len = known->tag_len;
	if (!mac_of(suite, &form) || (form.mac_len == 0) != (form.tag_len > 0))
		return ERR_UNSUPPORTED;
	if (form.cipher != CRYPTO_NO_CIPHER &&
		!crypto->has_cipher(form.cipher, form.key_len))
		return ERR_UNSUPPORTED;
	/* RFC 7366, 3: of block ciphers only. */
	form.encrypt_then_mac = encrypt_then_mac && form.block_len > 0;
	set_iv(&form);
	*ret = form;
	return ERR_OK;
}

size_t protection_key_block_len(const struct protection_form *form)
{
	return (size_t)form->mac_len + form->key_len + form->iv_len;
}

/* Copies len bytes of the block, and goes on behind them. */
static const uint8_t *deal(uint8_t *ret, const uint8_t *block, size_t len)
{
	memcpy(ret, block, len);
	return block + len;
}

void protection_from_key_block(const struct crypto *crypto,
	const struct protection_form *form, const uint8_t *block,
	struct protection *ret_client, struct protection *ret_server)
{
	*ret_client = (struct protection){ .crypto = crypto, .form = *form };
	*ret_server = *ret_client;
	block = deal(ret_client->mac_key, block, form->mac_len);
	block = deal(ret_server->mac_key, block, form->mac_len);
	block = deal(ret_client->key, block, form->key_len);
	block = deal(ret_server->key, block, form->key_len);
	block = deal(ret_client->iv, block, form->iv_len);
	(void)deal(ret_server->iv, block, form->iv_len);
}

void protection_seal(struct protection *protection, uint8_t type, struct bytes all,
	struct draws *draws, struct writer *w)
{
	/* What no room is left for spoils the writer; lengths are those of one record. */
	for (; all.len > 0; all = bytes_after(all, RECORD_PLAINTEXT_MAX)) {
		struct bytes some = bytes_first(all, RECORD_PLAINTEXT_MAX);

		if (protection->form.mac_len > 0)
			protection_mac_seal(protection, type, some, draws, w);
		else
			protection_aead_seal(protection, type, some, w);
		protection->sequence++;
	}
}

enum err protection_open(struct protection *protection, uint8_t *type, uint16_t version,
	uint8_t *payload, size_t len, struct bytes *ret)
{
	enum err err = protection->form.mac_len > 0
			       ? protection_mac_open(
					 protection, *type, version, payload, len, ret)
			       : protection_aead_open(
					 protection, type, version, payload, len, ret);

	if (err == ERR_OK)
		protection->sequence++;
	return err;
}
