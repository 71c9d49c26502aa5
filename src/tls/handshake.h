/*
 * handshake - joins pieces of records to whole handshake messages.
 *
 * A message that lies whole in one piece is borrowed from it, not copied; only
 * one that is split is gathered in memory of the joiner's own, up to a ceiling.
 * Messages longer than the ceiling are stepped over. RFC 8446, 4 and 5.1.
 *
 * After ChangeCipherSpec handshake records are encrypted: feed them no longer.
 */
#ifndef TLS_HANDSHAKE_H
#define TLS_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/* A chain of post-quantum certificates is some 60 KB; more is not believed. */
#define HANDSHAKE_MESSAGE_MAX 131072

enum handshake_type { /* RFC 8446, 4; RFC 5246, 7.4; RFC 6347, 4.2.2; RFC 6066, 8 */
	HANDSHAKE_HELLO_REQUEST = 0,
	HANDSHAKE_CLIENT_HELLO = 1,
	HANDSHAKE_SERVER_HELLO = 2,
	HANDSHAKE_HELLO_VERIFY_REQUEST = 3,
	HANDSHAKE_NEW_SESSION_TICKET = 4,
	HANDSHAKE_HELLO_RETRY_REQUEST_DRAFT = 6, /* TLS 1.3 drafts before 22 */
	HANDSHAKE_ENCRYPTED_EXTENSIONS = 8,
	HANDSHAKE_CERTIFICATE = 11,
	HANDSHAKE_SERVER_KEY_EXCHANGE = 12,
	HANDSHAKE_CERTIFICATE_REQUEST = 13,
	HANDSHAKE_SERVER_HELLO_DONE = 14,
	HANDSHAKE_CERTIFICATE_VERIFY = 15,
	HANDSHAKE_CLIENT_KEY_EXCHANGE = 16,
	HANDSHAKE_FINISHED = 20,
	HANDSHAKE_CERTIFICATE_STATUS = 22,
	HANDSHAKE_COMPRESSED_CERTIFICATE = 25, /* RFC 8879, 4 */
};

/* Whether a message of that type may have a body of len bytes; no for a type that
 * nobody knows. What is encrypted mostly fails this. */
bool handshake_allowed(uint8_t type, uint32_t len);

struct handshake_message {
	uint8_t type;      /* enum handshake_type */
	bool whole;        /* false: stepped over; body is empty */
	uint32_t len;      /* as announced */
	struct bytes body; /* without the four bytes of type and length; borrowed */
};

struct handshake_joiner {
	uint8_t header[4]; /* members are for handshake.c alone */
	uint8_t header_len;
	uint32_t left;
	uint8_t *gathered; /* heap, or NULL */
	uint32_t gathered_len;
	uint32_t room;
};

static inline struct handshake_joiner handshake_joiner(void)
{
	return (struct handshake_joiner){ 0 };
}

void handshake_joiner_done(struct handshake_joiner *joiner);

/* True between two messages: where keys may change. RFC 8446, 5.1. */
static inline bool handshake_joiner_idle(const struct handshake_joiner *joiner)
{
	return joiner->header_len == 0;
}

/* Takes the next message from *payload, the piece of a handshake record, which
 * moves past it. The body lives until the next call. ERR_MORE: *payload is used
 * up. ERR_VALUE: a length no message may have, or a type nobody knows; final.
 * ERR_MEMORY: there was none to gather a split message in. */
MUST_USE enum err handshake_next(struct handshake_joiner *joiner, struct bytes *payload,
	struct handshake_message *ret);

#endif
