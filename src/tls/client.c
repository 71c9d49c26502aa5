#include "tls/client.h"

#include <stdlib.h>

#include "base/attr.h"
#include "tls/alert.h"
#include "tls/client_inside.h"
#include "tls/extension.h"
#include "tls/version.h"

#define TRANSCRIPT_ROOM_MIN 8192

void client_end(struct client *client, enum client_end end)
{
	if (client->end == CLIENT_PENDING)
		client->end = end;
}

void client_broken(struct client *client, const char *reason)
{
	if (client->end == CLIENT_PENDING)
		client->reason = reason;
	client_end(client, CLIENT_BROKEN);
}

void client_stuck(struct client *client, const char *reason)
{
	if (client->end == CLIENT_PENDING)
		client->reason = reason;
	client_end(client, CLIENT_STUCK);
}

static bool transcript_grow(struct client_work *work, size_t room)
{
	size_t wanted = work->transcript_room * 2;
	uint8_t *grown;

	if (room <= work->transcript_room)
		return true;
	if (room > CLIENT_TRANSCRIPT_MAX)
		return false;
	if (wanted < TRANSCRIPT_ROOM_MIN)
		wanted = TRANSCRIPT_ROOM_MIN;
	if (wanted < room)
		wanted = room;
	grown = realloc(work->transcript, wanted);
	if (grown == NULL)
		return false;
	work->transcript = grown;
	work->transcript_room = wanted;
	return true;
}

bool client_remember(struct client *client, uint8_t type, struct bytes body)
{
	struct client_work *work = client->work;
	struct writer w;

	if (!transcript_grow(work, work->transcript_len + 4 + body.len)) {
		client_end(client, CLIENT_NO_MEMORY);
		return false;
	}
	w = writer_over(work->transcript + work->transcript_len, 4 + body.len);
	writer_u8(&w, type);
	writer_u24(&w, (uint32_t)body.len);
	writer_bytes(&w, body);
	work->transcript_len += 4 + body.len;
	return true;
}

struct bytes client_transcript(const struct client *client)
{
	return bytes_over(client->work->transcript, client->work->transcript_len);
}

struct client_span client_span_of(const struct client *client, struct bytes some)
{
	return (struct client_span){ true, (uint32_t)(some.at - client->work->transcript),
		(uint32_t)some.len };
}

struct bytes client_bytes_of(const struct client *client, struct client_span span)
{
	if (!span.there)
		return (struct bytes){ 0 };
	return bytes_over(client->work->transcript + span.at, span.len);
}

void client_send(struct client *client, uint8_t content, struct bytes all)
{
	struct client_work *work = client->work;

	if (work->writing)
		protection_seal(&work->write, content, all, &work->draws, &work->out);
	else
		record_write(content,
			client->version == VERSION_NONE    ? work->hello_record_version
			: client->version == VERSION_TLS13 ? VERSION_TLS12
							   : client->version,
			all, &work->out);
	if (writer_end(&work->out) != ERR_OK)
		client_stuck(client, "its handshake takes more to answer than is kept");
}

void client_say(struct client *client, uint8_t type, struct bytes body)
{
	struct client_work *work = client->work;
	size_t before = work->transcript_len;

	if (client_remember(client, type, body))
		client_send(client, CONTENT_HANDSHAKE,
			bytes_after(client_transcript(client), before));
}

/* How it ends if the other side goes without a word: after a Finished of TLS 1.3 it was
 * well, unless a certificate that was asked for may be what it misses. */
static void went(struct client *client, enum client_end otherwise)
{
	bool well =
		client->finished && (!client->certificate_asked || client->tickets > 0 ||
					    otherwise == CLIENT_SILENT);

	client_end(client, well ? CLIENT_COMPLETED : otherwise);
}

static void alert_seen(struct client *client, struct alert alert)
{
	bool new = client->version == VERSION_TLS13;

	if (alert.description == ALERT_CLOSE_NOTIFY) {
		went(client, CLIENT_CLOSED);
		return;
	}
	/* RFC 8446, 6: the level means nothing any more. */
	if (new ? alert.description == ALERT_USER_CANCELED : alert.level != ALERT_FATAL)
		return;
	client->alert_seen = true;
	client->alert = alert.description;
	client_end(client, CLIENT_REFUSED);
}

static void take_alert(struct client *client, struct bytes content)
{
	struct client_work *work = client->work;
	struct alert alert;

	for (; client->end == CLIENT_PENDING && content.len > 0;
		content = bytes_after(content, 1)) {
		work->alert_bytes[work->alert_len++] = content.at[0];
		if (work->alert_len < ALERT_LEN)
			continue;
		work->alert_len = 0;
		if (alert_parse(bytes_over(work->alert_bytes, ALERT_LEN), &alert) ==
			ERR_OK)
			alert_seen(client, alert);
		else
			client_broken(
				client, "it sent an alert of no level that there is");
	}
}

/* Messages may not lie across a change of keys. RFC 8446, 5.1. */
static void take_messages(struct client *client, struct bytes content)
{
	struct client_work *work = client->work;
	struct handshake_message message;
	enum err err = ERR_MORE;

	while (client->end == CLIENT_PENDING &&
		(err = handshake_next(&work->messages, &content, &message)) == ERR_OK) {
		work->keys_changed = false;
		if (!message.whole)
			client_end(client, CLIENT_TOO_LONG);
		else
			client_step(client, message.type, message.body);
		if (work->keys_changed && content.len > 0)
			client_broken(
				client, "it sent a message across a change of keys");
	}
	if (err == ERR_MEMORY)
		client_end(client, CLIENT_NO_MEMORY);
	else if (err != ERR_OK && err != ERR_MORE)
		client_broken(
			client, "it sent a message of a kind or length there is not");
}

static void take_change(struct client *client, struct bytes content)
{
	struct client_work *work = client->work;

	if (content.len != 1 || content.at[0] != 1)
		client_broken(client, "it sent a ChangeCipherSpec of another form");
	else if (client->version == VERSION_TLS13)
		return; /* RFC 8446, D.4: it means nothing */
	else if (!handshake_joiner_idle(&work->messages))
		client_broken(client, "it changed keys in the middle of a message");
	else
		client_step(client, STEP_CHANGE_CIPHER_SPEC, content);
}

/* Content of any record, in the clear or opened. */
static void take_content(struct client *client, uint8_t type, struct bytes content)
{
	if (type == CONTENT_HANDSHAKE)
		take_messages(client, content);
	else if (type == CONTENT_ALERT)
		take_alert(client, content);
	else if (type == CONTENT_CHANGE_CIPHER_SPEC)
		take_change(client, content);
	else if (type == CONTENT_APPLICATION_DATA && client->finished)
		client_end(client, CLIENT_COMPLETED);
	else
		client_broken(client, "it sent what is no part of a handshake");
}

static void open_record(struct client *client, const struct record_piece *piece)
{
	struct client_work *work = client->work;
	uint8_t type = piece->type;
	struct bytes content;
	enum err err = protection_open(&work->read, &type, piece->version, work->record,
		work->record_len, &content);

	if (err == ERR_OK)
		take_content(client, type, content);
	else
		client_broken(
			client, "it sent a record that the agreed keys do not open");
}

/* Gathers a whole record: only that can be opened. */
static void take_encrypted(struct client *client, const struct record_piece *piece)
{
	struct client_work *work = client->work;

	if (work->record == NULL)
		work->record = malloc(RECORD_PAYLOAD_MAX);
	if (work->record == NULL) {
		client_end(client, CLIENT_NO_MEMORY);
		return;
	}
	if (piece->first)
		work->record_len = 0;
	/* The deframer lets no longer record through. */
	if (piece->payload.len > 0)
		memcpy(work->record + work->record_len, piece->payload.at,
			piece->payload.len);
	work->record_len += piece->payload.len;
	if (piece->last)
		open_record(client, piece);
}

/* In TLS 1.3 a ChangeCipherSpec, and the alert of a server that got no keys, come in the
 * clear. RFC 8446, 5 and 6. */
static bool is_clear(const struct client *client, const struct record_piece *piece)
{
	if (!client->work->reading)
		return true;
	return client->version == VERSION_TLS13 &&
	       (piece->type == CONTENT_CHANGE_CIPHER_SPEC ||
		       (piece->type == CONTENT_ALERT && piece->record_len == ALERT_LEN));
}

static void take_piece(struct client *client, const struct record_piece *piece)
{
	client->work->records_seen = true;
	if (is_clear(client, piece))
		take_content(client, piece->type, piece->payload);
	else
		take_encrypted(client, piece);
}

static void take_records(struct client *client, struct bytes bytes)
{
	struct client_work *work = client->work;
	struct record_piece piece;
	enum err err = ERR_MORE;

	while (client->end == CLIENT_PENDING &&
		(err = record_next(&work->records, &bytes, &piece)) == ERR_OK)
		take_piece(client, &piece);
	if (err == ERR_OK || err == ERR_MORE)
		return;
	if (work->records_seen)
		client_broken(client, "it went on with what is no record of TLS");
	else
		client_end(client, CLIENT_NOT_TLS);
}

bool client_take(struct client *client, struct bytes bytes)
{
	struct client_work *work = client->work;

	if (client->end != CLIENT_PENDING)
		return false;
	work->bytes += bytes.len;
	take_records(client, bytes);
	if (work->bytes > CLIENT_BYTES_MAX)
		went(client, CLIENT_TOO_LONG);
	return client->end == CLIENT_PENDING;
}

struct bytes client_sends(struct client *client)
{
	struct client_work *work = client->work;
	struct bytes all = bytes_after(writer_written(&work->out), work->sent);

	work->sent += all.len;
	return all;
}

void client_closed(struct client *client)
{
	went(client, CLIENT_CLOSED);
}

void client_reset(struct client *client)
{
	went(client, CLIENT_RESET);
}

void client_timed_out(struct client *client)
{
	went(client, CLIENT_SILENT);
}

struct bytes client_certificate(const struct client *client, size_t i)
{
	if (i >= client->chain_len || i >= CLIENT_CHAIN_MAX)
		return (struct bytes){ 0 };
	return client_bytes_of(client, client->work->chain[i]);
}

void client_chain_add(struct client *client, struct bytes der)
{
	if (client->chain_len < CLIENT_CHAIN_MAX)
		client->work->chain[client->chain_len] = client_span_of(client, der);
	client->chain_len++;
}

struct bytes client_staple(const struct client *client)
{
	return client_bytes_of(client, client->work->staple);
}

struct bytes client_timestamps(const struct client *client)
{
	return client_bytes_of(client, client->work->timestamps);
}

struct bytes client_dh_prime(const struct client *client)
{
	return client_bytes_of(client, client->work->dh_prime);
}

struct bytes client_dh_generator(const struct client *client)
{
	return client_bytes_of(client, client->work->dh_generator);
}

struct bytes client_dh_public(const struct client *client)
{
	return client_bytes_of(client, client->work->dh_public);
}

static struct bytes find_in(
	const struct client *client, struct client_span list, uint16_t type)
{
	return extension_find(reader_over(client_bytes_of(client, list)), type);
}

struct bytes client_extension(const struct client *client, uint16_t type)
{
	struct bytes body = find_in(client, client->work->encrypted_extensions, type);

	return body.at != NULL ? body
			       : find_in(client, client->work->hello_extensions, type);
}

const char *client_end_name(enum client_end end)
{
	static const char *const names[CLIENT_ENDS] = {
		[CLIENT_PENDING] = "pending",
		[CLIENT_COMPLETED] = "completed",
		[CLIENT_REFUSED] = "refused",
		[CLIENT_CLOSED] = "closed",
		[CLIENT_RESET] = "reset",
		[CLIENT_SILENT] = "silent",
		[CLIENT_NOT_TLS] = "not-tls",
		[CLIENT_BROKEN] = "broken",
		[CLIENT_STUCK] = "stuck",
		[CLIENT_TOO_LONG] = "too-long",
		[CLIENT_NO_MEMORY] = "no-memory",
	};

	return names[end];
}
