#include "sys/cipher_list.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/text.h"

#define SHOWN_MAX    200 /* of a list, in a message */
#define TLS13_SUITES 0x1300

static enum err refuse(const char *list, struct fault *why)
{
	struct text CLEANUP(text_done) quoted;
	enum err err;

	text_init(&quoted, 4 * SHOWN_MAX);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(list), SHOWN_MAX));
	err = fault_set(why, ERR_VALUE,
		"the cipher list %s names no suite that OpenSSL here has",
		text_string(&quoted));
	return err;
}

/* Suites of TLS 1.3 stand in front whatever the list says; they have a list of their own.
 */
static void take(const SSL_CTX *context, struct cipher_list *ret)
{
	const STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(context);

	for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
		uint16_t code = SSL_CIPHER_get_protocol_id(sk_SSL_CIPHER_value(all, i));

		if ((code & 0xff00) != TLS13_SUITES && ret->count < CIPHER_LIST_MAX)
			ret->suites[ret->count++] = code;
	}
}

enum err cipher_list_read(const char *list, struct cipher_list *ret, struct fault *why)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	enum err err = ERR_OK;

	*ret = (struct cipher_list){ 0 };
	if (context == NULL)
		return fault_set(why, ERR_MEMORY, "libssl could not be begun");
	if (SSL_CTX_set_cipher_list(context, list) != 1)
		err = refuse(list, why);
	else
		take(context, ret);
	ret->level = SSL_CTX_get_security_level(context);
	SSL_CTX_free(context);
	ERR_clear_error();
	return err;
}
