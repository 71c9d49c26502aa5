/* Whatever a server says, in the clear or with the right keys: the client comes to an
 * end, however it is cut, and is never completed without a right Finished.
 *
 * The first byte says the version and whether the server begins rightly: if not, the rest
 * is what it sends, in pieces that the second byte decides. If so, the rest is what it
 * says from there on: a content type, two bytes of length, and so many bytes, again and
 * again; type 0 stands for a right ChangeCipherSpec, 1 for a right Finished, 2 for a
 * right ServerKeyExchange, 3 for what ends the flight up to TLS 1.2. */
#include "chunks.h"
#include "fuzz.h"
#include "tls_server.h"

#define OUT_MAX ((size_t)1 << 18)

static const struct {
	uint16_t version;
	uint16_t suite;
} kinds[] = {
	{ VERSION_TLS13, 0x1301 },
	{ VERSION_TLS12, 0xc02f },
	{ VERSION_TLS10, 0xc013 },
	{ VERSION_SSL3, 0x0005 },
};

static void check(const struct client *client, bool right)
{
	server_must(client->end != CLIENT_COMPLETED || client->finished);
	server_must(right || !client->finished);
	server_must((client->end == CLIENT_BROKEN || client->end == CLIENT_STUCK) ==
		    (client->reason != NULL));
	for (size_t i = 0; i < client->chain_len && i < CLIENT_CHAIN_MAX; i++)
		server_must(client_certificate(client, i).len <= CLIENT_BYTES_MAX);
}

static void pass(struct client *client, struct bytes all, struct chunks *cut)
{
	cut->rest = all;
	while (cut->rest.len > 0)
		(void)client_take(client, chunks_next(cut));
}

/* One that knows no keys. */
static void clear(struct client *client, struct bytes all, struct chunks *cut)
{
	pass(client, all, cut);
	client_closed(client);
	server_must(client->end != CLIENT_PENDING);
	check(client, false);
}

struct talk {
	struct server *server;
	struct client *client;
	struct writer w;
	size_t handed; /* of what was written */
	bool right;    /* a right Finished was said */
	bool flight;   /* and the client's heard */
};

static void hand_over(struct talk *talk, struct chunks *cut)
{
	struct bytes all = bytes_after(writer_written(&talk->w), talk->handed);

	talk->handed += all.len;
	pass(talk->client, all, cut);
}

/* Up to TLS 1.2 the client's flight makes the keys. */
static void end_flight(struct talk *talk, struct chunks *cut)
{
	struct bytes flight;

	if (talk->flight || talk->server->version == VERSION_TLS13)
		return;
	server_say(
		talk->server, HANDSHAKE_SERVER_HELLO_DONE, (struct bytes){ 0 }, &talk->w);
	hand_over(talk, cut);
	flight = client_sends(talk->client);
	talk->flight = flight.len > 0 && talk->client->end == CLIENT_PENDING &&
		       !talk->client->certificate_asked;
	if (talk->flight)
		server_hear_flight(talk->server, flight);
}

static bool has_keys(const struct talk *talk)
{
	return talk->server->version == VERSION_TLS13 || talk->flight;
}

static void say(struct talk *talk, uint8_t what, struct bytes body, struct chunks *cut)
{
	struct server *server = talk->server;

	if (what == 0 && has_keys(talk))
		server_say_change(server, &talk->w);
	else if (what == 1 && has_keys(talk) && !talk->right) {
		server_say_finished(server, &talk->w);
		talk->right = true;
	} else if (what == 2)
		server_say_key(server, &talk->w);
	else if (what == 3)
		end_flight(talk, cut);
	else if (what == CONTENT_HANDSHAKE && body.len > 0)
		server_say(server, body.at[0], bytes_after(body, 1), &talk->w);
	else
		server_send(server, what, body, &talk->w);
	hand_over(talk, cut);
}

static void keyed(struct server *server, struct client *client, struct bytes all,
	struct chunks *cut)
{
	struct reader r = reader_over(all);
	uint8_t *memory = malloc(OUT_MAX);
	struct talk talk = { server, client, writer_over(memory, OUT_MAX), 0, false,
		false };

	if (memory == NULL)
		return;
	server_hear_hello(server, client_sends(client));
	server_say_hello(server, &talk.w);
	hand_over(&talk, cut);
	while (reader_more(&r) && client->end == CLIENT_PENDING) {
		uint8_t what = reader_u8(&r);
		struct reader body = reader_vec16(&r);

		say(&talk, what, reader_rest(&body), cut);
	}
	client_closed(client);
	server_must(client->end != CLIENT_PENDING);
	check(client, talk.right);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server server;
	struct client client;
	struct chunks cut;
	bool begins;

	if (size < 2)
		return 0;
	cut = (struct chunks){ .state = data[1] };
	begins = (data[0] & 4) != 0 && kinds[data[0] & 3].version != VERSION_SSL3;
	if (!server_begin(&server, kinds[data[0] & 3].version, kinds[data[0] & 3].suite,
		    NULL, &client))
		; /* memory ran out */
	else if (begins)
		keyed(&server, &client, bytes_over(data + 2, size - 2), &cut);
	else
		clear(&client, bytes_over(data + 2, size - 2), &cut);
	client_done(&client);
	server_end(&server);
	return 0;
}
