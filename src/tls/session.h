/*
 * session - what of one handshake is needed to resume it in another.
 *
 * Filled by tls/client.h. A value: it holds its ticket, so it outlives the client. Up to
 * TLS 1.2 it is resumed by its id or its ticket (RFC 5246, 7.3; RFC 5077), which goes
 * into the hello's session id or session_ticket; in TLS 1.3 by a pre-shared key (RFC
 * 8446, 2.2), whose extension session_psk_write() writes.
 */
#ifndef TLS_SESSION_H
#define TLS_SESSION_H

#include <stdbool.h>

#include "base/writer.h"

/* A ticket without a client's certificate in it is some 200 bytes; Windows' and those
 * with a chain are some thousand. One that is longer is not kept. */
#define SESSION_TICKET_MAX 4096

#define SESSION_ID_MAX     32
#define SESSION_SECRET_MAX 48 /* master secret; SHA-384's PSK */

struct session {
	uint16_t version; /* VERSION_NONE: there is nothing to resume */
	uint16_t suite;
	bool extended_master_secret;
	uint8_t id_len;
	uint8_t id[SESSION_ID_MAX];
	uint8_t secret_len;
	uint8_t secret[SESSION_SECRET_MAX]; /* master secret, or PSK of TLS 1.3 */
	uint16_t ticket_len;
	uint8_t ticket[SESSION_TICKET_MAX];
	uint32_t lifetime; /* seconds, as the ticket says */
	uint32_t age_add;
	uint32_t max_early_data; /* 0-RTT bytes that it allows. RFC 8446, 4.2.10 */
};

/* The body of a pre_shared_key extension that offers the session, so many milliseconds
 * after its ticket came. Its binder is zero: client_begin() computes it, since it needs
 * the whole hello. RFC 8446, 4.2.11. */
void session_psk_write(const struct session *session, uint32_t age, struct writer *w);

#endif
