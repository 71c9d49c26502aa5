#include "tls/dtls.h"

#include <stdlib.h>

#include "base/reader.h"
#include "tls/pieces.h"
#include "tls/record.h"
#include "tls/version.h"

enum {
	FRAGMENT_HEADER_LEN = 12,
};

/* The bits of a DTLS 1.3 unified header, 001CSLEE. RFC 9147, 4. */
enum {
	UNIFIED_MASK = 0xe0,
	UNIFIED = 0x20,
	UNIFIED_HAS_ID = 0x10,
	UNIFIED_LONG_SEQUENCE = 0x08,
	UNIFIED_HAS_LENGTH = 0x04,
	UNIFIED_EPOCH = 0x03,
};

static bool is_record_version(uint16_t version)
{
	return version == VERSION_DTLS10_OPENSSL ||
	       (version >= VERSION_DTLS13 && version <= VERSION_DTLS10);
}

static bool is_record_type(uint8_t type)
{
	return type >= CONTENT_CHANGE_CIPHER_SPEC && type <= CONTENT_ACK;
}

struct fragment {
	uint8_t type;
	uint32_t len; /* of the whole message */
	uint16_t seq;
	uint32_t offset;
	uint32_t fragment_len;
};

/* RFC 6347, 4.2.2. Spoils r if the fragment contradicts itself. */
static struct fragment read_fragment_header(struct reader *r)
{
	struct fragment fragment = { .type = reader_u8(r) };

	fragment.len = reader_u24(r);
	fragment.seq = reader_u16(r);
	fragment.offset = reader_u24(r);
	fragment.fragment_len = reader_u24(r);
	if (fragment.offset > fragment.len ||
		fragment.fragment_len > fragment.len - fragment.offset ||
		!handshake_allowed(fragment.type, fragment.len))
		reader_spoil(r, ERR_VALUE);
	return fragment;
}

/* A handshake in the clear must look like one, since any UDP packet comes here. */
bool dtls_check(struct bytes datagram)
{
	struct reader r = reader_over(datagram);
	uint8_t type = reader_u8(&r);
	uint16_t version = reader_u16(&r);

	if (!is_record_type(type) || !is_record_version(version))
		return false;

	uint16_t epoch = reader_u16(&r);
	(void)reader_take(&r, 6); /* sequence number */
	uint16_t len = reader_u16(&r);
	if (reader_fault(&r) != ERR_OK || len == 0 || len > RECORD_PAYLOAD_MAX)
		return false;
	if (type == CONTENT_HANDSHAKE && epoch == 0) {
		(void)read_fragment_header(&r);
		return len >= FRAGMENT_HEADER_LEN && reader_fault(&r) == ERR_OK;
	}
	/* The pre-standard version is two common bytes; alone they say too little. */
	return version != VERSION_DTLS10_OPENSSL;
}

/* RFC 9147, 4. With a connection id, whose length only the hellos told, or without
 * a length, the record takes the rest of the datagram. */
static void read_unified(struct reader *r, uint8_t flags, struct dtls_record *record)
{
	record->type = 0;
	record->version = VERSION_DTLS13;
	record->epoch = flags & UNIFIED_EPOCH;
	if ((flags & UNIFIED_HAS_ID) != 0) {
		record->payload = reader_rest(r);
		return;
	}
	/* The sequence number is encrypted, so it says nothing. */
	(void)reader_take(r, (flags & UNIFIED_LONG_SEQUENCE) != 0 ? 2 : 1);
	if ((flags & UNIFIED_HAS_LENGTH) != 0)
		record->payload = reader_take(r, reader_u16(r));
	else
		record->payload = reader_rest(r);
}

/* RFC 6347, 4.1. */
static void read_plain(struct reader *r, uint8_t type, struct dtls_record *record)
{
	record->type = type;
	record->version = reader_u16(r);
	if (!is_record_type(type) || !is_record_version(record->version))
		reader_spoil(r, ERR_VALUE);
	record->epoch = reader_u16(r);
	record->sequence = (uint64_t)reader_u16(r) << 32;
	record->sequence |= reader_u32(r);
	if (type == CONTENT_TLS12_CID) { /* an id of unknown length stands here */
		record->payload = reader_rest(r);
		return;
	}

	uint16_t len = reader_u16(r);
	if (len > RECORD_PAYLOAD_MAX)
		reader_spoil(r, ERR_VALUE);
	record->payload = reader_take(r, len);
}

enum err dtls_record_next(struct bytes *datagram, struct dtls_record *ret)
{
	struct reader r = reader_over(*datagram);
	struct dtls_record record = { 0 };

	if (!reader_more(&r))
		return ERR_END;

	uint8_t first = reader_u8(&r);
	if ((first & UNIFIED_MASK) == UNIFIED)
		read_unified(&r, first, &record);
	else
		read_plain(&r, first, &record);

	enum err err = reader_fault(&r);
	*datagram = reader_rest(&r); /* nothing after a fault */
	if (err == ERR_OK)
		*ret = record;
	return err;
}

struct slot {
	bool used;
	uint8_t type;
	uint32_t len;
	struct pieces body;
};

/* A window over message_seq: slots[seq % DTLS_MESSAGES_MAX] holds the message
 * seq if next <= seq < next + DTLS_MESSAGES_MAX. */
struct dtls_joiner {
	uint32_t next;
	struct pieces given; /* the body answered last */
	struct slot slots[DTLS_MESSAGES_MAX];
};

struct dtls_joiner *dtls_joiner_new(void)
{
	return calloc(1, sizeof(struct dtls_joiner));
}

static void slot_done(struct slot *slot)
{
	pieces_done(&slot->body);
	*slot = (struct slot){ 0 };
}

size_t dtls_joiner_held(const struct dtls_joiner *joiner)
{
	size_t held = 0;

	if (joiner == NULL)
		return 0;
	for (size_t i = 0; i < COUNT_OF(joiner->slots); i++)
		held += joiner->slots[i].body.room;
	return sizeof *joiner + joiner->given.room + held;
}

void dtls_joiner_free(struct dtls_joiner *joiner)
{
	if (joiner == NULL)
		return;
	for (size_t i = 0; i < DTLS_MESSAGES_MAX; i++)
		slot_done(&joiner->slots[i]);
	pieces_done(&joiner->given);
	free(joiner);
}

static struct slot *slot_of(struct dtls_joiner *joiner, uint32_t seq)
{
	return &joiner->slots[seq % DTLS_MESSAGES_MAX];
}

static enum err take_fragment(
	struct dtls_joiner *joiner, const struct fragment *fragment, struct bytes body)
{
	if (fragment->seq < joiner->next) /* sent again */
		return ERR_OK;
	if (fragment->seq - joiner->next >= DTLS_MESSAGES_MAX)
		return ERR_LIMIT;

	struct slot *slot = slot_of(joiner, fragment->seq);
	if (!slot->used) {
		slot->used = true;
		slot->type = fragment->type;
		slot->len = fragment->len;
	}
	if (slot->type != fragment->type || slot->len != fragment->len)
		return ERR_DUPLICATE;
	if (slot->len > DTLS_MESSAGE_LEN_MAX)
		return ERR_LIMIT;
	return pieces_put(&slot->body, fragment->offset, body, slot->len);
}

enum err dtls_joiner_take(struct dtls_joiner *joiner, struct bytes payload)
{
	struct reader r = reader_over(payload);
	enum err first_fault = ERR_OK;

	pieces_done(&joiner->given);
	while (reader_more(&r)) {
		struct fragment fragment = read_fragment_header(&r);
		struct bytes body = reader_take(&r, fragment.fragment_len);

		/* A fragment longer than its record contradicts itself. */
		if (reader_fault(&r) != ERR_OK)
			return ERR_VALUE;

		enum err err = take_fragment(joiner, &fragment, body);
		if (err != ERR_OK && first_fault == ERR_OK)
			first_fault = err;
	}
	return first_fault;
}

static bool is_ready(const struct slot *slot)
{
	return slot->used && (slot->len > DTLS_MESSAGE_LEN_MAX ||
				     pieces_run(&slot->body).len == slot->len);
}

/* A capture may lack what came before a hello. Who says hello with a number above
 * zero has been answered before, so nothing earlier can still come. */
static void skip_to_hello(struct dtls_joiner *joiner)
{
	for (uint32_t i = 1; i < DTLS_MESSAGES_MAX; i++) {
		const struct slot *slot = slot_of(joiner, joiner->next + i);

		if (!is_ready(slot) || (slot->type != HANDSHAKE_CLIENT_HELLO &&
					       slot->type != HANDSHAKE_SERVER_HELLO))
			continue;
		while (slot_of(joiner, joiner->next) != slot)
			slot_done(slot_of(joiner, joiner->next++));
		return;
	}
}

bool dtls_joiner_next(struct dtls_joiner *joiner, struct handshake_message *ret)
{
	pieces_done(&joiner->given);
	if (!is_ready(slot_of(joiner, joiner->next)))
		skip_to_hello(joiner);

	struct slot *slot = slot_of(joiner, joiner->next);
	if (!is_ready(slot))
		return false;
	joiner->given = slot->body;
	*ret = (struct handshake_message){
		.type = slot->type,
		.whole = slot->len <= DTLS_MESSAGE_LEN_MAX,
		.len = slot->len,
		.body = pieces_run(&joiner->given),
	};
	*slot = (struct slot){ 0 };
	joiner->next++;
	return true;
}

enum err hello_verify_request_parse(
	struct bytes body, uint16_t *ret_version, struct bytes *ret_cookie)
{
	struct reader r = reader_over(body);
	uint16_t version = reader_u16(&r);
	struct reader cookie = reader_vec8(&r);
	struct bytes cookie_bytes = reader_rest(&cookie);
	enum err err = reader_end(&r);

	if (err != ERR_OK)
		return err;
	if (!is_record_version(version))
		return ERR_VALUE;
	*ret_version = version;
	*ret_cookie = cookie_bytes;
	return ERR_OK;
}
