/*
 * conversation - folds what both sides of a handshake show into facts: what was
 * agreed, and how it ended. It knows nothing of transports: TLS records, DTLS and
 * QUIC feed it the same events, in the order each side sent them.
 *
 * Only facts that were seen are set; `inferred` marks an outcome that follows from
 * lengths and closes, since TLS 1.3 encrypts its alerts (RFC 8446, 6).
 *
 * How an outcome is reached:
 * - up to TLS 1.2, completed when both sides sent ChangeCipherSpec and an encrypted
 *   Finished after it, or when the server sent application data;
 * - in TLS 1.3, completed when the client sent an encrypted flight that is no alert
 *   and the server went on, or the client said goodbye first;
 * - refused on a fatal alert in the clear; on an encrypted record of an alert's
 *   length in place of a Finished (inferred); on an orderly close before the end
 *   (inferred);
 * - reset on RST before the end.
 *
 * A capture may hold one side only. Then the last Finished completes up to TLS 1.2
 * (inferred); in TLS 1.3 the server's side alone never shows the end.
 */
#ifndef TLS_CONVERSATION_H
#define TLS_CONVERSATION_H

#include "tls/alert.h"
#include "tls/client_hello.h"
#include "tls/handshake.h"
#include "tls/server_hello.h"
#include "tls/server_messages.h"

enum conversation_side {
	CONVERSATION_CLIENT,
	CONVERSATION_SERVER,
};

enum conversation_end {
	CONVERSATION_OPEN, /* nothing decides yet */
	CONVERSATION_COMPLETED,
	CONVERSATION_REFUSED,
	CONVERSATION_RESET,
};

#define CONVERSATION_ALERTS_MAX 4
#define CONVERSATION_ALPN_MAX   16 /* longer names are cut; registered ones are shorter */

struct conversation_alert {
	uint8_t side; /* enum conversation_side */
	uint8_t level;
	uint8_t description;
	bool inferred; /* encrypted: level and description are not known, 0 */
};

struct conversation {
	/* What was agreed. */
	uint16_t version; /* VERSION_NONE until a ServerHello was seen */
	bool cipher_seen;
	bool group_seen;
	uint32_t cipher; /* three bytes in SSL 2.0 */
	uint16_t group;
	uint16_t dh_bits;
	uint16_t signature_scheme; /* 0 if not seen */
	uint8_t alpn_len;
	uint8_t alpn[CONVERSATION_ALPN_MAX];
	bool retried; /* HelloRetryRequest or HelloVerifyRequest */
	bool client_certificate_asked;
	bool extended_master_secret;
	bool secure_renegotiation;
	bool resumed;
	bool resumed_known;

	/* The server said something, or the client went on as only an answer lets it. */
	bool answered;

	/* How it ended. */
	enum conversation_end end;
	bool inferred;
	uint8_t alert_count;
	struct conversation_alert alerts[CONVERSATION_ALERTS_MAX];

	/* Members from here on are for conversation.c alone. */
	bool hello_seen;
	bool early_data;
	uint8_t session_id_len;
	uint8_t session_id[32];
	bool full; /* the server sent a message that no resumed handshake has */
	struct conversation_sender {
		bool cipher_changed; /* up to TLS 1.2 */
		bool finished;       /* sent what must be its Finished */
		bool data;           /* sent what must be application data */
		bool goodbye;        /* sent close_notify, or what is as long encrypted */
	} sender[2];
};

static inline struct conversation conversation(void)
{
	return (struct conversation){ 0 };
}

/* The client's hello, first or after a retry. */
void conversation_client_hello(
	struct conversation *conversation, const struct client_hello *hello);

/* The server's, HelloRetryRequest included. */
void conversation_server_hello(
	struct conversation *conversation, const struct server_hello *hello);

/* The hellos of SSL 2.0, or in its form; cipher is 0 as long as the client has not
 * picked one, which it does in its next message. */
void conversation_client_hello_sslv2(struct conversation *conversation);
void conversation_server_hello_sslv2(struct conversation *conversation, bool resumed);
void conversation_cipher_sslv2(struct conversation *conversation, uint32_t cipher);

/* Any other message in the clear. */
void conversation_message(struct conversation *conversation, enum conversation_side side,
	const struct handshake_message *message);

void conversation_change_cipher_spec(
	struct conversation *conversation, enum conversation_side side);

/* An alert in the clear. */
void conversation_alert_seen(struct conversation *conversation,
	enum conversation_side side, struct alert alert);

/* A record that is encrypted: its outer type and the length of its payload. */
void conversation_encrypted(struct conversation *conversation,
	enum conversation_side side, uint8_t type, size_t len);

/* The side closed its half in order (FIN), or broke the connection off (RST). */
void conversation_closed(
	struct conversation *conversation, enum conversation_side side, bool by_reset);

/* True if records of this side are encrypted from here on. */
bool conversation_is_encrypted(
	const struct conversation *conversation, enum conversation_side side);

/* For transports that know more than records tell (QUIC's short header, its
 * CONNECTION_CLOSE): ends the conversation unless it has ended. */
void conversation_finish(
	struct conversation *conversation, enum conversation_end end, bool inferred);

/* The server sent bytes, but nothing that any function above takes. */
void conversation_answered(struct conversation *conversation);

/* Nothing more will be seen: ends it as completed if only the last word of the
 * other side is missing. */
void conversation_conclude(struct conversation *conversation);

#endif
