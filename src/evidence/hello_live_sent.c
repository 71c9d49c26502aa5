/* A live hello as it is sent: the message, and its records. */
#include "evidence/hello_live.h"
#include "tls/handshake.h"
#include "tls/record.h"

/* RFC 8446, 5.1; RFC 5246, E.1: the lowest that is offered, as far as known. */
static uint16_t record_version(const struct hello *hello)
{
	return hello->max_version == VERSION_SSL3 ? VERSION_SSL3 : VERSION_TLS10;
}

static bool is_of_quic_draft(const struct hello *hello)
{
	struct client_hello form;

	return hello->format == HELLO_QUIC &&
	       (client_hello_parse(hello->form, &form) != ERR_OK ||
		       !client_hello_has(&form, EXTENSION_QUIC_TRANSPORT_PARAMETERS));
}

enum err hello_live_message(const struct hello *hello, const struct hello_live_wish *wish,
	const struct crypto *crypto, struct writer *w)
{
	size_t opened;
	enum err err;

	if (hello->format == HELLO_SSLV2 || is_of_quic_draft(hello))
		return ERR_UNSUPPORTED;
	writer_u8(w, HANDSHAKE_CLIENT_HELLO);
	opened = writer_open(w, 3);
	err = hello_live_body(hello, wish, crypto, w);
	writer_close(w, opened, 3);
	return err == ERR_OK ? writer_end(w) : err;
}

enum err hello_live_records(const struct hello *hello, const struct hello_live_wish *wish,
	const struct crypto *crypto, struct writer *w)
{
	uint8_t message[HELLO_LIVE_MAX];
	struct writer inside = writer_over(message, sizeof message);
	enum err err;

	if (hello->format == HELLO_SSLV2)
		return hello_live_body(hello, wish, crypto, w);
	if (hello->format != HELLO_TLS)
		return ERR_UNSUPPORTED;
	err = hello_live_message(hello, wish, crypto, &inside);
	if (err != ERR_OK)
		return err;
	record_write(
		CONTENT_HANDSHAKE, record_version(hello), writer_written(&inside), w);
	return writer_end(w);
}
