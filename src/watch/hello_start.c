#include "watch/hello_start.h"

#include "base/reader.h"
#include "tls/alert.h"
#include "tls/handshake.h"
#include "tls/record.h"
#include "tls/sslv2_hello.h"

/* RFC 8446, 4.1.2: version, random, session id, suites, compressions. */
#define CLIENT_HELLO_MIN (2 + 32 + 1 + 2 + 2 + 1 + 1)
/* RFC 8446, 4.1.3: version, random, session id, suite, compression. */
#define SERVER_HELLO_MIN  (2 + 32 + 1 + 2 + 1)
#define HELLO_VERSION_END (1 + 3 + 2)
#define HELLO_SESSION_END (HELLO_VERSION_END + 32 + 1)
#define SESSION_ID_MAX    32
#define RECORD_PLAIN_MAX  16384 /* RFC 8446, 5.1 */

/* 3.0 to 3.4 and one above: hellos of testers say 0x0305. */
#define VERSION_MAJOR     3
#define VERSION_MINOR_MAX 5

/* Short is not wrong yet: more bytes may follow. */
static enum err verdict(const struct reader *r)
{
	enum err fault = reader_fault(r);

	return fault == ERR_SHORT ? ERR_MORE : fault;
}

static void expect(struct reader *r, bool fits)
{
	if (reader_fault(r) == ERR_OK && !fits)
		reader_spoil(r, ERR_VALUE);
}

/* Takes a record's header byte by byte, so that each byte can be refused at once. */
static size_t take_record_header(struct reader *r, uint8_t type)
{
	expect(r, reader_u8(r) == type);
	expect(r, reader_u8(r) == VERSION_MAJOR);
	expect(r, reader_u8(r) <= VERSION_MINOR_MAX);
	size_t len = reader_u16(r);

	/* RFC 8446, 5.1: no empty fragment of a handshake or alert. */
	expect(r, len > 0 && len <= RECORD_PLAIN_MAX);
	return len;
}

/* Up to draft 21 of TLS 1.3 a ServerHello says its draft in this place: 0x7f12. */
#define VERSION_MAJOR_DRAFT 0x7f

static bool is_hello_major(enum side side, uint8_t major)
{
	return major == VERSION_MAJOR ||
	       (side == SIDE_SERVER && major == VERSION_MAJOR_DRAFT);
}

static bool is_hello_type(enum side side, uint8_t type)
{
	if (side == SIDE_CLIENT)
		return type == HANDSHAKE_CLIENT_HELLO;
	return type == HANDSHAKE_SERVER_HELLO || type == HANDSHAKE_HELLO_REQUEST;
}

/* A byte of a handshake message, over the borders of records. */
static uint8_t message_byte(struct reader *r, size_t *record_left)
{
	if (*record_left == 0)
		*record_left = take_record_header(r, CONTENT_HANDSHAKE);
	--*record_left;
	return reader_u8(r);
}

enum err hello_start_expected(enum side side, struct bytes at)
{
	struct reader r = reader_over(at);
	size_t left = take_record_header(&r, CONTENT_HANDSHAKE);
	uint8_t type = 0;

	if (reader_fault(&r) == ERR_OK) {
		left--;
		type = reader_u8(&r);
		expect(&r, is_hello_type(side, type));
	}
	for (size_t i = 0; i < 3 && reader_fault(&r) == ERR_OK; i++) {
		uint8_t len = message_byte(&r, &left);

		if (type == HANDSHAKE_HELLO_REQUEST)
			expect(&r, len == 0);
	}
	if (type != HANDSHAKE_HELLO_REQUEST && reader_fault(&r) == ERR_OK)
		expect(&r, is_hello_major(side, message_byte(&r, &left)));
	return verdict(&r);
}

enum err hello_start_amid(enum side side, struct bytes at)
{
	struct reader r = reader_over(at);
	size_t record_len = take_record_header(&r, CONTENT_HANDSHAKE);
	size_t min = side == SIDE_CLIENT ? CLIENT_HELLO_MIN : SERVER_HELLO_MIN;

	expect(&r, record_len >= HELLO_VERSION_END);
	uint8_t type = reader_u8(&r);
	expect(&r, type != HANDSHAKE_HELLO_REQUEST && is_hello_type(side, type));
	size_t len = reader_u24(&r);
	expect(&r, len >= min && len <= HANDSHAKE_MESSAGE_MAX);
	/* Nothing follows a ClientHello in its record, but much a ServerHello. */
	expect(&r, side == SIDE_SERVER || record_len <= 4 + len);
	expect(&r, reader_u8(&r) == VERSION_MAJOR);
	expect(&r, reader_u8(&r) <= VERSION_MINOR_MAX);
	if (record_len >= HELLO_SESSION_END) {
		(void)reader_take(&r, 32); /* random */
		expect(&r, reader_u8(&r) <= SESSION_ID_MAX);
	}
	return verdict(&r);
}

enum err hello_start_alert(struct bytes at)
{
	struct reader r = reader_over(at);
	size_t len = take_record_header(&r, CONTENT_ALERT);

	expect(&r, len == 2);
	uint8_t level = reader_u8(&r);
	expect(&r, level == ALERT_WARNING || level == ALERT_FATAL);
	return verdict(&r);
}

enum err hello_start_sslv2(enum side side, struct bytes at)
{
	size_t len;
	enum err err = side == SIDE_CLIENT ? sslv2_client_hello_check(at, &len)
					   : sslv2_server_hello_check(at, &len);

	if (err == ERR_MORE && at.len >= HELLO_START_MAX)
		return ERR_VALUE;
	return err == ERR_OK || err == ERR_MORE ? err : ERR_VALUE;
}
