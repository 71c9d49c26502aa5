#include <stdlib.h>

#include "tls/client_inside.h"
#include "tls/version.h"

/* What is written beside a hello's message when it is put in records: a header for each
 * byte at most, if it is split so. */
#define RETRY_GROWTH (KEY_SHARE_MAX + 65535 + 64)

/* Joins the hello's message out of its records. *ret borrows from records or joiner. */
static enum err take_hello(struct bytes records, struct handshake_joiner *joiner,
	uint16_t *ret_version, struct handshake_message *ret)
{
	struct record_deframer deframer = record_deframer();
	struct record_piece piece;
	enum err err = ERR_MORE;

	while (record_next(&deframer, &records, &piece) == ERR_OK) {
		if (piece.type != CONTENT_HANDSHAKE || err == ERR_OK)
			return ERR_VALUE;
		*ret_version = piece.version;
		err = handshake_next(joiner, &piece.payload, ret);
		if (err == ERR_MEMORY)
			return err;
		if ((err != ERR_OK && err != ERR_MORE) || piece.payload.len > 0)
			return ERR_VALUE;
	}
	if (err != ERR_OK || records.len > 0 || !ret->whole ||
		ret->type != HANDSHAKE_CLIENT_HELLO)
		return ERR_VALUE;
	return ERR_OK;
}

/* Copies the message, header and all, and reads the copy. */
static enum err keep_hello(
	struct client_work *work, const struct handshake_message *message)
{
	struct writer w;

	work->hello_len = 4 + message->body.len;
	work->hello_memory = malloc(work->hello_len);
	if (work->hello_memory == NULL)
		return ERR_MEMORY;
	w = writer_over(work->hello_memory, work->hello_len);
	writer_u8(&w, message->type);
	writer_u24(&w, (uint32_t)message->body.len);
	writer_bytes(&w, message->body);
	return client_hello_parse(bytes_over(work->hello_memory + 4, message->body.len),
		       &work->hello) == ERR_OK
		       ? ERR_OK
		       : ERR_VALUE;
}

static void keep_keys(struct client_work *work, const struct client_start *start)
{
	work->key_count =
		start->key_count < CLIENT_KEYS_MAX ? start->key_count : CLIENT_KEYS_MAX;
	for (size_t i = 0; i < work->key_count; i++)
		work->keys[i] = start->keys[i];
	if (start->session != NULL)
		work->offered = *start->session;
}

static struct bytes hello_body(const struct client_work *work)
{
	return bytes_over(work->hello_memory + 4, work->hello_len - 4);
}

/* Room for the hello, another after a retry, and what follows. It is taken once, since
 * what was handed out to be sent must not move. */
static enum err make_out(struct client_work *work, size_t records_len)
{
	size_t room = 2 * records_len + RETRY_GROWTH + CLIENT_FLIGHT_MAX;

	work->out_memory = malloc(room);
	if (work->out_memory == NULL)
		return ERR_MEMORY;
	work->out = writer_over(work->out_memory, room);
	return ERR_OK;
}

/* As it was given, unless a binder had to be written into it. */
static enum err write_hello(struct client *client, struct bytes records)
{
	struct client_work *work = client->work;
	enum err err = client_bind(client, (struct bytes){ 0 });

	if (err != ERR_OK)
		return err;
	if (work->offered.version == VERSION_TLS13)
		client_send(client, CONTENT_HANDSHAKE,
			bytes_over(work->hello_memory, work->hello_len));
	else
		writer_bytes(&work->out, records);
	return client_remember(client, HANDSHAKE_CLIENT_HELLO, hello_body(work))
		       ? ERR_OK
		       : ERR_MEMORY;
}

static enum err begin(struct client *client, const struct client_start *start,
	struct handshake_joiner *joiner)
{
	struct client_work *work = client->work;
	struct handshake_message message;
	enum err err =
		take_hello(start->hello, joiner, &work->hello_record_version, &message);

	if (err == ERR_OK)
		err = keep_hello(work, &message);
	if (err == ERR_OK)
		err = make_out(work, start->hello.len);
	if (err != ERR_OK)
		return err;
	work->crypto = start->crypto;
	work->draws = draws_from(start->crypto, start->seed);
	work->state = AWAIT_HELLO;
	memcpy(work->client_random, work->hello.random.at, sizeof work->client_random);
	keep_keys(work, start);
	return write_hello(client, start->hello);
}

enum err client_begin(struct client *client, const struct client_start *start)
{
	struct handshake_joiner joiner = handshake_joiner();
	enum err err = ERR_MEMORY;

	*client = (struct client){ .work = calloc(1, sizeof *client->work) };
	if (client->work != NULL)
		err = begin(client, start, &joiner);
	if (err != ERR_OK)
		client_end(client, err == ERR_MEMORY ? CLIENT_NO_MEMORY : CLIENT_BROKEN);
	handshake_joiner_done(&joiner);
	return err;
}

void client_done(struct client *client)
{
	struct client_work *work = client->work;

	if (work == NULL)
		return;
	handshake_joiner_done(&work->messages);
	free(work->record);
	free(work->out_memory);
	free(work->transcript);
	free(work->hello_memory);
	free(work);
	client->work = NULL;
}
