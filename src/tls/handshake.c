#include "tls/handshake.h"

#include <stdlib.h>

#define HEADER_LEN 4

/* Where a spoiled joiner keeps that it is: no header has this many bytes. */
#define SPOILED 0xff

/* What is taken first for a message that is cut: most hellos fit. */
#define GATHER_MIN 1024

#define LEN24_MAX 0xffffff

/* The lengths each type may have; a type without a line is one nobody knows.
 * The bounds are what the vectors of the RFCs can hold, not what is usual; they
 * tell a message from ciphertext and from noise. To add one: a line here. */
static const struct range {
	bool known;
	uint32_t min;
	uint32_t max;
} ranges[] = {
	[HANDSHAKE_HELLO_REQUEST] = { true, 0, 0 },
	/* Version, random, empty session id, one suite, one compression: RFC 6101,
	 * 5.6.1.2. At most all its vectors full, with the cookie of DTLS. */
	[HANDSHAKE_CLIENT_HELLO] = { true, 41,
	        35 + 32 + 256 + 2 + 65534 + 1 + 255 + 2 + 65535 },
	/* Drafts of TLS 1.3 before 22: version, random, suite, extensions. */
	[HANDSHAKE_SERVER_HELLO] = { true, 36, 35 + 32 + 3 + 2 + 65535 },
	[HANDSHAKE_HELLO_VERIFY_REQUEST] = { true, 3, 3 + 255 },
	[HANDSHAKE_NEW_SESSION_TICKET] = { true, 6, 9 + 255 + 2 + 65535 + 2 + 65534 },
	[5] = { true, 0, 0 }, /* end_of_early_data: RFC 8446, 4.5 */
	[HANDSHAKE_HELLO_RETRY_REQUEST_DRAFT] = { true, 4, 6 + 65535 },
	[HANDSHAKE_ENCRYPTED_EXTENSIONS] = { true, 2, 2 + 65535 },
	[9] = { true, 1, 1 },          /* request_connection_id: RFC 9147, 9 */
	[10] = { true, 3, 3 + 65535 }, /* new_connection_id: RFC 9147, 9 */
	[HANDSHAKE_CERTIFICATE] = { true, 3, LEN24_MAX },
	[HANDSHAKE_SERVER_KEY_EXCHANGE] = { true, 2, LEN24_MAX },
	[HANDSHAKE_CERTIFICATE_REQUEST] = { true, 3, 1 + 255 + 2 + 65535 + 2 + 65535 },
	[HANDSHAKE_SERVER_HELLO_DONE] = { true, 0, 0 },
	[HANDSHAKE_CERTIFICATE_VERIFY] = { true, 2, 4 + 65535 },
	/* Empty for a client certificate with fixed DH: RFC 5246, 7.4.7.2. */
	[HANDSHAKE_CLIENT_KEY_EXCHANGE] = { true, 0, LEN24_MAX },
	[17] = { true, 3, LEN24_MAX }, /* client_certificate_request: IANA, draft */
	/* 12 in TLS 1.2, 36 in SSL 3.0, the hash's length in TLS 1.3. */
	[HANDSHAKE_FINISHED] = { true, 12, 64 },
	[21] = { true, 3, LEN24_MAX }, /* certificate_url: RFC 6066, 5 */
	[HANDSHAKE_CERTIFICATE_STATUS] = { true, 4, LEN24_MAX },
	[23] = { true, 3, LEN24_MAX }, /* supplemental_data: RFC 4680, 2 */
	[24] = { true, 1, 1 },         /* key_update: RFC 8446, 4.6.3 */
	[HANDSHAKE_COMPRESSED_CERTIFICATE] = { true, 8, LEN24_MAX },
};

static uint32_t body_len(const uint8_t header[HEADER_LEN])
{
	return (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
}

bool handshake_allowed(uint8_t type, uint32_t len)
{
	if (type >= COUNT_OF(ranges) || !ranges[type].known)
		return false;
	return len >= ranges[type].min && len <= ranges[type].max;
}

void handshake_joiner_done(struct handshake_joiner *joiner)
{
	free(joiner->gathered);
	*joiner = handshake_joiner();
}

/* Memory grows with what was really sent, never with what was announced. */
static enum err grow(struct handshake_joiner *joiner, uint32_t room)
{
	uint32_t whole = HEADER_LEN + body_len(joiner->header);
	uint32_t wanted = joiner->room < GATHER_MIN / 2 ? GATHER_MIN : joiner->room * 2;

	if (room <= joiner->room)
		return ERR_OK;
	if (wanted < room)
		wanted = room;
	if (wanted > whole)
		wanted = whole;

	uint8_t *grown = realloc(joiner->gathered, wanted);
	if (grown == NULL)
		return ERR_MEMORY;
	joiner->gathered = grown;
	joiner->room = wanted;
	return ERR_OK;
}

static enum err gather(struct handshake_joiner *joiner, struct bytes some)
{
	enum err err = grow(joiner, joiner->gathered_len + (uint32_t)some.len);

	if (err != ERR_OK)
		return err;
	if (some.len > 0)
		memcpy(joiner->gathered + joiner->gathered_len, some.at, some.len);
	joiner->gathered_len += (uint32_t)some.len;
	return ERR_OK;
}

static bool stepped_over(const struct handshake_joiner *joiner)
{
	return body_len(joiner->header) > HANDSHAKE_MESSAGE_MAX;
}

/* Moves what the header lacks from *payload, and opens the message. */
static enum err take_header(struct handshake_joiner *joiner, struct bytes *payload)
{
	size_t lacks = (size_t)HEADER_LEN - joiner->header_len;
	struct bytes taken = bytes_first(*payload, lacks);

	if (taken.len > 0)
		memcpy(joiner->header + joiner->header_len, taken.at, taken.len);
	joiner->header_len = (uint8_t)(joiner->header_len + taken.len);
	*payload = bytes_after(*payload, taken.len);
	if (joiner->header_len < HEADER_LEN)
		return ERR_MORE;
	if (!handshake_allowed(joiner->header[0], body_len(joiner->header))) {
		joiner->header_len = SPOILED;
		return ERR_VALUE;
	}
	joiner->left = body_len(joiner->header);
	return ERR_OK;
}

static struct handshake_message message(
        struct handshake_joiner *joiner, struct bytes body)
{
	joiner->header_len = 0;
	joiner->left = 0;
	return (struct handshake_message){
		.type = joiner->header[0],
		.whole = !stepped_over(joiner),
		.len = body_len(joiner->header),
		.body = body,
	};
}

/* The rest of a message that did not lie whole in one piece. */
static enum err take_body(struct handshake_joiner *joiner, struct bytes *payload,
        struct handshake_message *ret)
{
	struct bytes taken = bytes_first(*payload, joiner->left);

	if (!stepped_over(joiner)) {
		enum err err = ERR_OK;

		if (joiner->gathered_len == 0)
			err = gather(joiner, bytes_over(joiner->header, HEADER_LEN));
		if (err == ERR_OK)
			err = gather(joiner, taken);
		if (err != ERR_OK)
			return err;
	}
	*payload = bytes_after(*payload, taken.len);
	joiner->left -= (uint32_t)taken.len;
	if (joiner->left > 0)
		return ERR_MORE;

	struct bytes all = { joiner->gathered, joiner->gathered_len };
	*ret = message(joiner, bytes_after(all, HEADER_LEN));
	return ERR_OK;
}

enum err handshake_next(struct handshake_joiner *joiner, struct bytes *payload,
        struct handshake_message *ret)
{
	if (UNLIKELY(joiner->header_len == SPOILED))
		return ERR_VALUE;
	if (joiner->header_len == 0)
		joiner->gathered_len = 0; /* the body answered last is given up now */
	if (joiner->header_len < HEADER_LEN) {
		enum err err = take_header(joiner, payload);

		if (err != ERR_OK)
			return err;
	}
	if (joiner->gathered_len == 0 && joiner->left <= payload->len &&
	        joiner->left == body_len(joiner->header)) {
		uint32_t len = joiner->left;
		struct bytes body = bytes_first(*payload, len);

		*payload = bytes_after(*payload, len);
		*ret = message(joiner, stepped_over(joiner) ? (struct bytes){ 0 } : body);
		return ERR_OK;
	}
	return take_body(joiner, payload, ret);
}
