#include "tls/record.h"

enum {
	TYPE_AT = 0,
	MAJOR_AT = 1,
	MINOR_AT = 2,
	LENGTH_AT = 3,
};

/* SSL 3.0 to TLS 1.3 all say 3; drafts of TLS 1.3 wrote 0x0301 here. RFC 8446, 5.1. */
#define RECORD_MAJOR 3

/* No stack writes 0x0304 into a record, but some scanners do. */
#define RECORD_MINOR_MAX 4

static uint16_t payload_len(const uint8_t *header)
{
	return (uint16_t)(header[LENGTH_AT] << 8 | header[LENGTH_AT + 1]);
}

/* Looks at the first len bytes of a header only, so that a stream is refused at
 * the byte that is wrong, however it is cut. A hello may claim any minor
 * version, and servers must take it (RFC 5246, E.1), so a handshake record may
 * too; whatever else is sent follows an agreement on a version that exists. */
static enum err header_check(const uint8_t *header, size_t len)
{
	if (len > TYPE_AT && (header[TYPE_AT] < CONTENT_CHANGE_CIPHER_SPEC ||
	                             header[TYPE_AT] > CONTENT_HEARTBEAT))
		return ERR_VALUE;
	if (len > MAJOR_AT && header[MAJOR_AT] != RECORD_MAJOR)
		return ERR_VALUE;
	if (len > MINOR_AT && header[MINOR_AT] > RECORD_MINOR_MAX &&
	        header[TYPE_AT] != CONTENT_HANDSHAKE)
		return ERR_VALUE;
	if (len < RECORD_HEADER_LEN)
		return ERR_MORE;
	if (payload_len(header) > RECORD_PAYLOAD_MAX)
		return ERR_LIMIT;
	return ERR_OK;
}

/* Moves what the header lacks from *in; ERR_OK once it is complete and allowed. */
static enum err take_header(struct record_deframer *deframer, struct bytes *in)
{
	size_t lacks = (size_t)RECORD_HEADER_LEN - deframer->header_len;
	struct bytes taken = bytes_first(*in, lacks);

	if (taken.len > 0)
		memcpy(deframer->header + deframer->header_len, taken.at, taken.len);
	deframer->header_len = (uint8_t)(deframer->header_len + taken.len);
	*in = bytes_after(*in, taken.len);

	enum err err = header_check(deframer->header, deframer->header_len);
	if (err == ERR_OK)
		deframer->left = payload_len(deframer->header);
	else if (err != ERR_MORE)
		deframer->fault = err;
	return err;
}

enum err record_next(
        struct record_deframer *deframer, struct bytes *in, struct record_piece *ret)
{
	if (UNLIKELY(deframer->fault != ERR_OK))
		return deframer->fault;
	if (deframer->header_len < RECORD_HEADER_LEN) {
		enum err err = take_header(deframer, in);

		if (err != ERR_OK)
			return err;
	}

	uint16_t record_len = payload_len(deframer->header);
	struct bytes payload = bytes_first(*in, deframer->left);
	if (payload.len == 0 && deframer->left > 0)
		return ERR_MORE;

	*ret = (struct record_piece){
		.type = deframer->header[TYPE_AT],
		.version = (uint16_t)(RECORD_MAJOR << 8 | deframer->header[MINOR_AT]),
		.record_len = record_len,
		.first = deframer->left == record_len,
		.last = deframer->left == payload.len,
		.payload = payload,
	};
	deframer->left = (uint16_t)(deframer->left - payload.len);
	if (ret->last)
		deframer->header_len = 0;
	*in = bytes_after(*in, payload.len);
	return ERR_OK;
}

/* Stricter than the deframer in one thing, since it is used on streams of any
 * port: a record that opens a stream carries something (RFC 5246, 6.2.1; empty
 * ones are sent later, as application data, by TLS 1.0 stacks). */
enum err record_check(struct bytes all)
{
	enum err err = header_check(all.at, all.len);

	if (err == ERR_LIMIT || (err == ERR_OK && payload_len(all.at) == 0))
		return ERR_VALUE;
	return err;
}

void record_write(uint8_t type, uint16_t version, struct bytes all, struct writer *w)
{
	for (; all.len > 0; all = bytes_after(all, RECORD_PLAINTEXT_MAX)) {
		struct bytes payload = bytes_first(all, RECORD_PLAINTEXT_MAX);

		writer_u8(w, type);
		writer_u16(w, version);
		writer_u16(w, (uint16_t)payload.len);
		writer_bytes(w, payload);
	}
}
