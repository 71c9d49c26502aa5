/* Dialogues of packets. Each is read from its first byte whenever one more is there: what
 * is short is not whole yet. */
#include "base/ber.h"
#include "probe/starttls_inside.h"

static void expect(struct reader *r, bool fits)
{
	if (reader_fault(r) == ERR_OK && !fits)
		reader_spoil(r, ERR_VALUE);
}

/* What a packet says of which a reader took all that it wanted. */
static enum reply judge(const struct reader *r, enum reply reply)
{
	if (reader_fault(r) == ERR_OK)
		return reply;
	return reader_fault(r) == ERR_SHORT ? REPLY_CUT : REPLY_OTHER;
}

/* What an inner reader says, inside a packet that is there: short is a lie. */
static enum reply judge_inside(
	const struct reader *outer, const struct reader *inner, enum reply reply)
{
	if (reader_fault(outer) != ERR_OK)
		return judge(outer, reply);
	return reader_fault(inner) == ERR_OK ? reply : REPLY_OTHER;
}

/* RFC 4511, 4.1.9 and A.2. */
#define LDAP_SUCCESS        0
#define LDAP_PROTOCOL_ERROR 2 /* it does not know StartTLS */
#define LDAP_BUSY           51

/* RFC 4511, 4.1.1 and 4.12: an ExtendedResponse, or the notice of disconnection, which
 * is one. */
enum reply starttls_read_ldap(struct starttls *starttls, struct bytes packet)
{
	struct reader r = reader_over(packet);
	size_t len = ber_head(&r, 0x30);

	expect(&r, len < STARTTLS_UNIT_MAX);
	struct reader message = reader_child(&r, len);
	(void)reader_take(&message, ber_head(&message, 0x02));
	struct reader response = reader_child(&message, ber_head(&message, 0x78));
	expect(&response, ber_head(&response, 0x0a) == 1);
	uint8_t code = reader_u8(&response);
	(void)reader_take(&response, ber_head(&response, 0x04));
	struct bytes said = reader_take(&response, ber_head(&response, 0x04));

	if (reader_fault(&r) == ERR_OK && reader_fault(&message) != ERR_OK)
		return REPLY_OTHER;
	starttls->code = code;
	starttls->later = code == LDAP_BUSY;
	starttls_note(starttls, said);
	return judge_inside(&r, &response,
		code == LDAP_SUCCESS          ? REPLY_YES
		: code == LDAP_PROTOCOL_ERROR ? REPLY_UNKNOWN
					      : REPLY_NO);
}

/* MariaDB's and MySQL's errors of servers that may take us later. */
#define MYSQL_CON_COUNT    1040
#define MYSQL_HOST_BLOCKED 1129

/* ERR_Packet: a code, from 4.1 on a state, and words. */
static enum reply read_mysql_error(struct starttls *starttls, struct reader *payload)
{
	uint16_t code = reader_le16(payload);
	struct bytes said = reader_rest(payload);

	if (bytes_start_with(said, bytes_over("#", 1)))
		said = bytes_after(said, 6);
	if (code == 0)
		return REPLY_OTHER;
	starttls->code = code;
	starttls->later = code == MYSQL_CON_COUNT || code == MYSQL_HOST_BLOCKED;
	starttls_note(starttls, said);
	return REPLY_NO;
}

/* Protocol::HandshakeV10. */
static enum reply read_mysql_greeting(struct reader *payload)
{
	static const uint16_t client_ssl = 0x0800;

	while (reader_u8(payload) != 0) /* the server's version */
		;
	(void)reader_take(payload, 4 + 8 + 1); /* thread, salt, filler */
	if (reader_fault(payload) != ERR_OK)
		return REPLY_OTHER;
	return reader_le16(payload) & client_ssl ? REPLY_YES : REPLY_UNKNOWN;
}

enum reply starttls_read_mysql(struct starttls *starttls, struct bytes packet)
{
	struct reader r = reader_over(packet);
	uint16_t len = reader_le16(&r);

	expect(&r, reader_u8(&r) == 0); /* no greeting has 64 kB */
	expect(&r, reader_u8(&r) == 0); /* the first packet of a connection */
	struct reader payload = reader_child(&r, len);
	uint8_t kind = reader_u8(&payload);
	enum reply reply = REPLY_OTHER;

	if (reader_fault(&r) == ERR_OK && kind == 0xff)
		reply = read_mysql_error(starttls, &payload);
	else if (reader_fault(&r) == ERR_OK && kind == 10)
		reply = read_mysql_greeting(&payload);
	return judge_inside(&r, &payload, reply);
}

/* PostgreSQL's protocol, 55.8: fields of an ErrorResponse; "M" is for people. */
static enum reply read_postgresql_error(struct starttls *starttls, struct reader *r)
{
	uint32_t len = reader_u32(r);

	expect(r, len >= 4 && len < STARTTLS_UNIT_MAX);
	struct reader fields = reader_child(r, len - 4);
	while (reader_more(&fields)) {
		uint8_t field = reader_u8(&fields);
		struct bytes rest = reader_rest(&fields);
		struct bytes words =
			bytes_first(rest, bytes_find(rest, bytes_over("", 1)));

		if (field == 'M')
			starttls_note(starttls, words);
		fields = reader_over(bytes_after(rest, words.len + 1));
	}
	return judge(r, REPLY_NO);
}

enum reply starttls_read_postgresql(struct starttls *starttls, struct bytes packet)
{
	struct reader r = reader_over(packet);

	switch (reader_u8(&r)) {
	case 'S':
		return REPLY_YES;
	case 'N':
		return REPLY_UNKNOWN;
	case 'E':
		return read_postgresql_error(starttls, &r);
	default:
		return REPLY_OTHER;
	}
}

/* MS-RDPBCGR, 2.2.1.2.2: failureCode. */
#define RDP_SSL_NOT_ALLOWED 2
#define RDP_NO_CERTIFICATE  3

/* MS-RDPBCGR, 2.2.1.2: RDP_NEG_RSP names the protocol taken, RDP_NEG_FAILURE says why
 * none was; who answers neither knows no TLS. */
static enum reply read_rdp_negotiation(struct starttls *starttls, struct reader *r)
{
	uint8_t type = reader_u8(r);

	(void)reader_u8(r);
	expect(r, reader_le16(r) == 8);
	uint16_t value = reader_le16(r);
	expect(r, reader_le16(r) == 0);
	if (type == 2)
		return value > 0 ? REPLY_YES : REPLY_UNKNOWN;
	if (type != 3)
		return REPLY_OTHER;
	starttls->code = value;
	return value == RDP_SSL_NOT_ALLOWED || value == RDP_NO_CERTIFICATE ? REPLY_UNKNOWN
									   : REPLY_NO;
}

/* RFC 1006, 6, and X.224's connection confirm. */
enum reply starttls_read_rdp(struct starttls *starttls, struct bytes packet)
{
	struct reader r = reader_over(packet);

	expect(&r, reader_u8(&r) == 3);
	(void)reader_u8(&r);
	uint16_t len = reader_u16(&r);
	expect(&r, len >= 11 && len < STARTTLS_UNIT_MAX);
	struct reader confirm = reader_child(&r, (size_t)len - 4);
	enum reply reply = REPLY_UNKNOWN;

	if (reader_fault(&r) != ERR_OK)
		return judge(&r, REPLY_CUT);
	expect(&confirm, (size_t)reader_u8(&confirm) + 5 == len);
	expect(&confirm, reader_u8(&confirm) == 0xd0);
	(void)reader_take(&confirm, 2 + 2 + 1); /* references, class */
	if (reader_more(&confirm))
		reply = read_rdp_negotiation(starttls, &confirm);
	return judge_inside(&r, &confirm, reply);
}

/* MS-TDS, 2.2.6.5: of the options, ENCRYPTION. Off, on and required all begin by a
 * handshake. */
static enum reply read_tds_options(struct bytes payload)
{
	static const uint8_t encryption = 1, terminator = 0xff, not_supported = 2;
	struct reader tokens = reader_over(payload);

	while (reader_more(&tokens)) {
		uint8_t token = reader_u8(&tokens);
		struct reader value =
			reader_over(bytes_after(payload, reader_u16(&tokens)));
		uint8_t says = reader_u8(&value);

		(void)reader_u16(&tokens); /* length */
		if (token == terminator)
			break;
		if (token != encryption)
			continue;
		if (reader_fault(&value) != ERR_OK || says > 3)
			break;
		return says == not_supported ? REPLY_UNKNOWN : REPLY_YES;
	}
	return REPLY_OTHER;
}

/* MS-TDS, 2.2.3.1: a response. */
enum reply starttls_read_tds(struct starttls *starttls, struct bytes packet)
{
	struct reader r = reader_over(packet);

	(void)starttls;
	expect(&r, reader_u8(&r) == 4);
	expect(&r, reader_u8(&r) <= 1); /* end of message */
	uint16_t len = reader_u16(&r);
	expect(&r, len > TDS_HEADER_LEN && len < STARTTLS_UNIT_MAX);
	(void)reader_u32(&r);
	struct bytes payload = reader_take(&r, (size_t)len - TDS_HEADER_LEN);
	if (reader_fault(&r) != ERR_OK)
		return judge(&r, REPLY_CUT);
	return read_tds_options(payload);
}

/* RFC 854 and RFC 855; the option by draft-altman-telnet-starttls-02. */
enum telnet {
	TELNET_START_TLS = 46,
	TELNET_FOLLOWS = 1,
	TELNET_SE = 240,
	TELNET_SB = 250,
	TELNET_WILL = 251,
	TELNET_DO = 253,
	TELNET_DONT = 254,
	TELNET_IAC = 255,
};

/* Whatever the server begins with shows that it is there; then it is asked. */
#define TELNET_BEGUN(starttls) ((starttls)->step > 0)

static enum reply read_telnet_option(
	struct starttls *starttls, uint8_t verb, uint8_t option)
{
	if (!TELNET_BEGUN(starttls))
		return REPLY_YES;
	return option == TELNET_START_TLS && verb == TELNET_DONT ? REPLY_UNKNOWN
								 : REPLY_MORE;
}

/* Between IAC SB and IAC SE. */
static enum reply read_telnet_part(struct starttls *starttls, struct bytes packet)
{
	static const uint8_t end[] = { TELNET_IAC, TELNET_SE };
	static const uint8_t follows[] = { TELNET_IAC, TELNET_SB, TELNET_START_TLS,
		TELNET_FOLLOWS };

	if (bytes_find(packet, bytes_over(end, sizeof end)) == packet.len)
		return REPLY_CUT;
	return !TELNET_BEGUN(starttls) || bytes_start_with(packet,
						  bytes_over(follows, sizeof follows))
		       ? REPLY_YES
		       : REPLY_MORE;
}

/* What is no command is a greeting for people. */
enum reply starttls_read_telnet(struct starttls *starttls, struct bytes packet)
{
	struct reader r = reader_over(packet);

	if (reader_u8(&r) != TELNET_IAC)
		return TELNET_BEGUN(starttls) ? REPLY_MORE : REPLY_YES;
	uint8_t verb = reader_u8(&r);
	if (verb == TELNET_SB)
		return read_telnet_part(starttls, packet);
	if (verb < TELNET_WILL || verb == TELNET_IAC)
		return judge(&r, REPLY_MORE);
	uint8_t option = reader_u8(&r);
	return judge(&r, read_telnet_option(starttls, verb, option));
}
