#include "tls/conversation.h"

#include "tls/record.h"
#include "tls/version.h"

/* An alert under TLS 1.3: two bytes, the inner content type, and the tag of
 * sixteen bytes, or eight with the CCM_8 suites. RFC 8446, 5.2. */
static bool has_length_of_alert(size_t len)
{
	return len == 2 + 1 + 16 || len == 2 + 1 + 8;
}

/* The same with the sixteen bytes of padding that JSSE puts into every record (RFC
 * 8446, 5.4). Only as the first record of a client: no Finished and no Certificate
 * without a certificate is that long, but data may be. */
static bool has_length_of_padded_alert(size_t len)
{
	return len == 2 + 1 + 16 + 16;
}

static bool is_tls13(const struct conversation *conversation)
{
	return version_rank(conversation->version) == RANK_TLS13;
}

static void end_with(
	struct conversation *conversation, enum conversation_end end, bool inferred)
{
	if (conversation->end != CONVERSATION_OPEN)
		return;
	conversation->end = end;
	conversation->inferred = inferred;
}

static void add_alert(struct conversation *conversation, struct conversation_alert alert)
{
	if (conversation->alert_count < CONVERSATION_ALERTS_MAX)
		conversation->alerts[conversation->alert_count++] = alert;
}

static void add_encrypted_alert(
	struct conversation *conversation, enum conversation_side side)
{
	add_alert(conversation,
		(struct conversation_alert){ .side = (uint8_t)side, .inferred = true });
}

void conversation_client_hello(
	struct conversation *conversation, const struct client_hello *hello)
{
	conversation->answered |= conversation->hello_seen; /* a retry was asked for */
	conversation->hello_seen = true;
	conversation->early_data = client_hello_has(hello, EXTENSION_EARLY_DATA);
	/* A retry throws the early data away that followed the first hello. RFC 8446,
	 * 4.2.10. */
	conversation->sender[CONVERSATION_CLIENT] = (struct conversation_sender){ 0 };
	conversation->session_id_len = 0;
	if (hello->session_id.len > sizeof conversation->session_id)
		return;
	conversation->session_id_len = (uint8_t)hello->session_id.len;
	if (hello->session_id.len > 0)
		memcpy(conversation->session_id, hello->session_id.at,
			hello->session_id.len);
}

/* A server that changes ciphers without a certificate or a key exchange in front
 * resumes, whatever its session id. RFC 5246, 7.3; RFC 5077, 3.1. Of datagrams the
 * ServerHello may come behind. */
static void note_abbreviated(struct conversation *conversation)
{
	if (!conversation->sender[CONVERSATION_SERVER].cipher_changed ||
		conversation->full || conversation->version == VERSION_NONE ||
		is_tls13(conversation))
		return;
	conversation->resumed = true;
	conversation->resumed_known = true;
}

/* Up to TLS 1.2 a server that resumes answers with the client's own session id
 * (RFC 5246, 7.4.1.3; with a ticket, RFC 5077, 3.4); in TLS 1.3 it picks a PSK. */
static void note_resumption(
	struct conversation *conversation, const struct server_hello *hello)
{
	struct bytes offered =
		bytes_over(conversation->session_id, conversation->session_id_len);

	if (is_tls13(conversation)) {
		conversation->resumed = hello->psk_chosen;
		conversation->resumed_known = true;
	} else if (offered.len > 0 && bytes_equal(offered, hello->session_id)) {
		conversation->resumed = true;
		conversation->resumed_known = true;
	}
	note_abbreviated(conversation);
}

static void note_alpn(struct conversation *conversation, struct bytes alpn)
{
	struct bytes kept = bytes_first(alpn, CONVERSATION_ALPN_MAX);

	conversation->alpn_len = (uint8_t)kept.len;
	if (kept.len > 0)
		memcpy(conversation->alpn, kept.at, kept.len);
}

/* Of two taps joined, or behind a loss, the client's Finished may stand in front of
 * the ServerHello that tells what it was. */
static void note_early_finished(struct conversation *conversation)
{
	struct conversation_sender *client = &conversation->sender[CONVERSATION_CLIENT];

	if (is_tls13(conversation) && client->data)
		client->finished = true;
}

void conversation_server_hello(
	struct conversation *conversation, const struct server_hello *hello)
{
	conversation->answered = true;
	conversation->version = hello->version;
	conversation->cipher = hello->cipher_suite;
	conversation->cipher_seen = true;
	if (hello->group != 0) {
		conversation->group = hello->group;
		conversation->group_seen = true;
	}
	if (hello->is_retry) {
		conversation->retried = true;
		return;
	}
	note_early_finished(conversation);
	note_alpn(conversation, hello->alpn);
	note_resumption(conversation, hello);
	conversation->extended_master_secret =
		server_hello_has(hello, EXTENSION_EXTENDED_MASTER_SECRET);
	conversation->secure_renegotiation =
		server_hello_has(hello, EXTENSION_RENEGOTIATION_INFO);
}

void conversation_client_hello_sslv2(struct conversation *conversation)
{
	conversation->hello_seen = true;
}

void conversation_server_hello_sslv2(struct conversation *conversation, bool resumed)
{
	conversation->answered = true;
	conversation->version = VERSION_SSL2;
	conversation->resumed = resumed;
	conversation->resumed_known = true;
}

void conversation_cipher_sslv2(struct conversation *conversation, uint32_t cipher)
{
	conversation->cipher = cipher;
	conversation->cipher_seen = true;
}

static void note_key_exchange(struct conversation *conversation, struct bytes body)
{
	struct server_key_exchange exchange;

	if (!conversation->cipher_seen ||
		server_key_exchange_parse(body, (uint16_t)conversation->cipher,
			conversation->version, &exchange) != ERR_OK)
		return;
	if (exchange.group != 0) {
		conversation->group = exchange.group;
		conversation->group_seen = true;
	}
	conversation->dh_bits = exchange.dh_bits;
	conversation->signature_scheme = exchange.signature_scheme;
}

static void note_full(struct conversation *conversation)
{
	conversation->full = true;
	conversation->resumed = false;
	conversation->resumed_known = true;
}

void conversation_message(struct conversation *conversation, enum conversation_side side,
	const struct handshake_message *message)
{
	conversation->answered |=
		side == CONVERSATION_SERVER || message->type != HANDSHAKE_CLIENT_HELLO;
	if (side != CONVERSATION_SERVER)
		return;
	switch (message->type) {
	case HANDSHAKE_HELLO_VERIFY_REQUEST:
		conversation->retried = true;
		break;
	case HANDSHAKE_CERTIFICATE:
	case HANDSHAKE_SERVER_HELLO_DONE:
		note_full(conversation);
		break;
	case HANDSHAKE_SERVER_KEY_EXCHANGE:
		note_full(conversation);
		note_key_exchange(conversation, message->body);
		break;
	case HANDSHAKE_CERTIFICATE_REQUEST:
		conversation->client_certificate_asked = true;
		break;
	default:
		break;
	}
}

/* A client may send early data, and ChangeCipherSpec in front, before there is any
 * answer: that tells nothing. RFC 8446, 2.3 and D.4. */
static bool is_unasked(
	const struct conversation *conversation, enum conversation_side side)
{
	return side == CONVERSATION_CLIENT && conversation->early_data &&
	       conversation->version == VERSION_NONE;
}

void conversation_change_cipher_spec(
	struct conversation *conversation, enum conversation_side side)
{
	if (is_unasked(conversation, side))
		return;
	conversation->answered = true;
	/* TLS 1.3 sends it for the sake of middleboxes only, also between the two
	 * hellos of a retry. RFC 8446, D.4. */
	if (is_tls13(conversation))
		return;
	conversation->sender[side].cipher_changed = true;
	note_abbreviated(conversation);
}

/* An error alert ends the connection; up to TLS 1.2 one of level warning does not
 * (RFC 5246, 7.2), in TLS 1.3 the level means nothing (RFC 8446, 6). */
static bool is_final(const struct conversation *conversation, struct alert alert)
{
	if (alert.description == ALERT_CLOSE_NOTIFY ||
		alert.description == ALERT_USER_CANCELED)
		return alert.level == ALERT_FATAL;
	return alert.level == ALERT_FATAL || is_tls13(conversation);
}

void conversation_alert_seen(struct conversation *conversation,
	enum conversation_side side, struct alert alert)
{
	add_alert(conversation, (struct conversation_alert){ .side = (uint8_t)side,
					.level = alert.level,
					.description = alert.description });
	conversation->answered |= side == CONVERSATION_SERVER;
	conversation->sender[side].goodbye |= alert.description == ALERT_CLOSE_NOTIFY;
	if (is_final(conversation, alert))
		end_with(conversation, CONVERSATION_REFUSED, false);
}

/* Up to TLS 1.2: what follows the sender's ChangeCipherSpec. As long as the version
 * is not known, what is as long as an alert of TLS 1.3 may be one. */
static void encrypted_until_tls12(struct conversation *conversation,
	enum conversation_side side, uint8_t type, size_t len)
{
	struct conversation_sender *client = &conversation->sender[CONVERSATION_CLIENT];
	struct conversation_sender *server = &conversation->sender[CONVERSATION_SERVER];
	struct conversation_sender *sender = &conversation->sender[side];

	if (type == CONTENT_HANDSHAKE)
		sender->finished = true;
	else if (type == CONTENT_APPLICATION_DATA)
		sender->data |= conversation->version != VERSION_NONE ||
				!has_length_of_alert(len);
	else if (type == CONTENT_ALERT && !sender->data && !sender->goodbye) {
		sender->goodbye = true;
		add_encrypted_alert(conversation, side);
		end_with(conversation, CONVERSATION_REFUSED, true);
	}
	/* The client's data alone proves nothing: it may be a false start (RFC 7918). */
	if ((client->finished && server->finished) || server->data ||
		(client->data && server->cipher_changed))
		end_with(conversation, CONVERSATION_COMPLETED, false);
}

static void encrypted_tls13_client(struct conversation *conversation, size_t len)
{
	struct conversation_sender *client = &conversation->sender[CONVERSATION_CLIENT];

	if (!client->finished && !conversation->early_data &&
		(has_length_of_alert(len) || has_length_of_padded_alert(len))) {
		client->goodbye = true;
		add_encrypted_alert(conversation, CONVERSATION_CLIENT);
		end_with(conversation, CONVERSATION_REFUSED, true);
		return;
	}
	if (client->finished && has_length_of_alert(len))
		client->goodbye = true;
	else if (client->finished)
		client->data = true;
	client->finished = true;
}

/* After the client's Finished the server either goes on, or turns it down with an
 * alert and closes; an alert after the client's own is only the answer to it. */
static void encrypted_tls13_server(struct conversation *conversation, size_t len)
{
	struct conversation_sender *client = &conversation->sender[CONVERSATION_CLIENT];
	struct conversation_sender *server = &conversation->sender[CONVERSATION_SERVER];

	if (!client->finished)
		return;
	if (!has_length_of_alert(len) || client->goodbye)
		end_with(conversation, CONVERSATION_COMPLETED, false);
	else
		server->goodbye = true;
}

void conversation_encrypted(struct conversation *conversation,
	enum conversation_side side, uint8_t type, size_t len)
{
	if (is_unasked(conversation, side))
		return;
	conversation->answered = true;
	if (!is_tls13(conversation))
		encrypted_until_tls12(conversation, side, type, len);
	else if (type != CONTENT_APPLICATION_DATA)
		return;
	else if (side == CONVERSATION_CLIENT)
		encrypted_tls13_client(conversation, len);
	else
		encrypted_tls13_server(conversation, len);
}

/* The one that sends the last Finished has taken the other's. RFC 5246, 7.3. */
static bool is_last_finished_sent(const struct conversation *conversation)
{
	if (conversation->full)
		return conversation->sender[CONVERSATION_SERVER].finished;
	return conversation->resumed &&
	       conversation->sender[CONVERSATION_CLIENT].finished;
}

/* A close in order after everything but the last word of the other side. */
static bool is_as_good_as_completed(const struct conversation *conversation)
{
	const struct conversation_sender *client =
		&conversation->sender[CONVERSATION_CLIENT];
	const struct conversation_sender *server =
		&conversation->sender[CONVERSATION_SERVER];

	if (is_tls13(conversation))
		return client->finished && !server->goodbye;
	return client->data || server->data || is_last_finished_sent(conversation);
}

static void closed_in_order(
	struct conversation *conversation, enum conversation_side side)
{
	const struct conversation_sender *client =
		&conversation->sender[CONVERSATION_CLIENT];
	const struct conversation_sender *server =
		&conversation->sender[CONVERSATION_SERVER];

	if (is_as_good_as_completed(conversation)) {
		end_with(conversation, CONVERSATION_COMPLETED,
			!(is_tls13(conversation) && client->goodbye));
	} else if (is_tls13(conversation) && client->finished && server->goodbye) {
		add_encrypted_alert(conversation, CONVERSATION_SERVER);
		end_with(conversation, CONVERSATION_REFUSED, true);
	} else if (conversation->version != VERSION_NONE || side == CONVERSATION_SERVER) {
		end_with(conversation, CONVERSATION_REFUSED, true);
	}
	/* A client that closes before any answer gave up waiting: that is no refusal,
	 * the owner calls it unanswered. */
}

/* In TLS 1.3 the client alone shows the end: without its side nothing does. */
static bool is_client_missing(const struct conversation *conversation)
{
	return is_tls13(conversation) && !conversation->hello_seen &&
	       !conversation->sender[CONVERSATION_CLIENT].finished;
}

void conversation_closed(
	struct conversation *conversation, enum conversation_side side, bool by_reset)
{
	if (!conversation->hello_seen && conversation->version == VERSION_NONE)
		return;
	if (is_client_missing(conversation))
		return;
	if (!by_reset)
		closed_in_order(conversation, side);
	else if (side == CONVERSATION_CLIENT && is_as_good_as_completed(conversation))
		end_with(conversation, CONVERSATION_COMPLETED, true);
	else
		end_with(conversation, CONVERSATION_RESET, false);
}

bool conversation_is_encrypted(
	const struct conversation *conversation, enum conversation_side side)
{
	if (is_tls13(conversation))
		return false; /* the outer type tells: application data is, all else is
				 not */
	return conversation->sender[side].cipher_changed;
}

void conversation_finish(
	struct conversation *conversation, enum conversation_end end, bool inferred)
{
	end_with(conversation, end, inferred);
}

void conversation_answered(struct conversation *conversation)
{
	conversation->answered = true;
}

void conversation_conclude(struct conversation *conversation)
{
	if (is_as_good_as_completed(conversation))
		end_with(conversation, CONVERSATION_COMPLETED, true);
}
