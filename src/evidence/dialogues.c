#include "evidence/dialogues.h"

#include "base/ber.h"

enum how {
	WHOLE,  /* the line is this */
	START,  /* the line starts with this */
	SECOND, /* its second word is this */
	GREETS, /* it starts with "220" and holds this. RFC 5321, 4.3.1; RFC 959, 5.4 */
};

/* Text is compared blind to case. Of several that fit, the first counts.
 * To add one: a line here, under its dialogue. */
static const struct line_sign {
	enum side side;
	enum how how;
	bool first; /* only as the side's first line */
	const char *text;
	enum upgrade upgrade;
	enum dialogue_effect effect;
} line_signs[] = {
	/* RFC 4217, 4; the draft's names of the same are still sent. */
	{ SIDE_CLIENT, START, false, "AUTH TLS", UPGRADE_FTP, EFFECT_TLS_NEXT },
	{ SIDE_CLIENT, START, false, "AUTH SSL", UPGRADE_FTP, EFFECT_TLS_NEXT },
	{ SIDE_SERVER, START, false, "234 ", UPGRADE_FTP, EFFECT_NONE },
	{ SIDE_SERVER, GREETS, false, "FTP", UPGRADE_FTP, EFFECT_NONE },

	/* RFC 9110, 9.3.6 and 7.8; RFC 2817, 3. NNTP has HEAD and POST, too. */
	{ SIDE_CLIENT, START, true, "CONNECT ", UPGRADE_HTTP_CONNECT, EFFECT_CONNECT },
	{ SIDE_CLIENT, START, true, "DELETE /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "GET /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "GET http", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "HEAD /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "HEAD http", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "OPTIONS *", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "OPTIONS /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "PATCH /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "POST /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "POST http", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "PRI * HTTP/2", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "PROPFIND /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "PUT /", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_CLIENT, START, true, "PUT http", UPGRADE_NONE, EFFECT_REQUEST },
	{ SIDE_SERVER, START, true, "HTTP/1.0 200", UPGRADE_NONE, EFFECT_AGREED },
	{ SIDE_SERVER, START, true, "HTTP/1.1 200", UPGRADE_NONE, EFFECT_AGREED },
	{ SIDE_SERVER, START, true, "HTTP/1.1 101", UPGRADE_NONE, EFFECT_SWITCHING },
	{ SIDE_SERVER, START, true, "HTTP/1.", UPGRADE_NONE, EFFECT_RESPONSE },

	/* RFC 9051, 7.1 and 7.2.2. */
	{ SIDE_SERVER, START, false, "* BYE", UPGRADE_IMAP, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "* CAPABILITY", UPGRADE_IMAP, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "* OK", UPGRADE_IMAP, EFFECT_NONE },

	/* The tls capability of IRCv3. */
	{ SIDE_CLIENT, START, false, "CAP LS", UPGRADE_IRC, EFFECT_NONE },
	{ SIDE_CLIENT, START, false, "NICK ", UPGRADE_IRC, EFFECT_NONE },
	{ SIDE_SERVER, SECOND, false, "670", UPGRADE_IRC, EFFECT_NONE },

	/* RFC 5804, 1.7 and 2. */
	{ SIDE_CLIENT, WHOLE, false, "CAPABILITY", UPGRADE_MANAGESIEVE, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "\"IMPLEMENTATION\"", UPGRADE_MANAGESIEVE,
		EFFECT_NONE },

	/* RFC 3977, 5; RFC 4642, 2.2. */
	{ SIDE_CLIENT, WHOLE, false, "CAPABILITIES", UPGRADE_NNTP, EFFECT_NONE },
	{ SIDE_CLIENT, WHOLE, false, "MODE READER", UPGRADE_NNTP, EFFECT_NONE },
	{ SIDE_SERVER, START, true, "200 ", UPGRADE_NNTP, EFFECT_NONE },
	{ SIDE_SERVER, START, true, "201 ", UPGRADE_NNTP, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "382 ", UPGRADE_NNTP, EFFECT_NONE },

	/* RFC 2595, 4. */
	{ SIDE_CLIENT, WHOLE, false, "STLS", UPGRADE_POP3, EFFECT_TLS_NEXT },
	{ SIDE_SERVER, START, false, "+OK", UPGRADE_POP3, EFFECT_NONE },

	/* The PROXY protocol of HAProxy, version 1. */
	{ SIDE_CLIENT, START, true, "PROXY TCP4 ", UPGRADE_NONE, EFFECT_RESTART },
	{ SIDE_CLIENT, START, true, "PROXY TCP6 ", UPGRADE_NONE, EFFECT_RESTART },
	{ SIDE_CLIENT, START, true, "PROXY UNKNOWN", UPGRADE_NONE, EFFECT_RESTART },

	/* RFC 5321, 4.1.1.1; RFC 2033, 4.1. */
	{ SIDE_CLIENT, START, false, "EHLO ", UPGRADE_SMTP, EFFECT_NONE },
	{ SIDE_CLIENT, START, false, "HELO ", UPGRADE_SMTP, EFFECT_NONE },
	{ SIDE_CLIENT, START, false, "LHLO ", UPGRADE_LMTP, EFFECT_NONE },
	{ SIDE_SERVER, GREETS, false, "SMTP", UPGRADE_SMTP, EFFECT_NONE },
	{ SIDE_SERVER, GREETS, false, "LMTP", UPGRADE_LMTP, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "250", UPGRADE_SMTP, EFFECT_NONE },

	/* RFC 4253, 4.2: keys are exchanged by its own means. */
	{ SIDE_CLIENT, START, true, "SSH-", UPGRADE_NONE, EFFECT_NEVER },
	{ SIDE_SERVER, START, true, "SSH-", UPGRADE_NONE, EFFECT_NEVER },

	/* RFC 6120, 4.7 and 5.4.2. Of XML a "line" is what ends with '>'. */
	{ SIDE_CLIENT, START, false, "<starttls", UPGRADE_XMPP, EFFECT_TLS_NEXT },
	{ SIDE_CLIENT, START, false, "</starttls", UPGRADE_XMPP, EFFECT_TLS_NEXT },
	{ SIDE_CLIENT, START, false, "<stream:stream", UPGRADE_XMPP, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "<proceed", UPGRADE_XMPP, EFFECT_NONE },
	{ SIDE_SERVER, START, false, "<stream:stream", UPGRADE_XMPP, EFFECT_NONE },

	/* SMTP, NNTP, IRC and ManageSieve: what else was said tells them apart. */
	{ SIDE_CLIENT, WHOLE, false, "STARTTLS", UPGRADE_NONE, EFFECT_TLS_NEXT },
	/* IMAP has a tag in front. RFC 9051, 6.2.1. Last: "EHLO STARTTLS" is none. */
	{ SIDE_CLIENT, SECOND, false, "STARTTLS", UPGRADE_IMAP, EFFECT_TLS_NEXT },
};

static bool is_second_word(struct bytes line, struct bytes word)
{
	struct bytes space = bytes_over(" ", 1);
	size_t first_len = bytes_find(line, space);
	struct bytes second = bytes_after(bytes_after(line, first_len), 1);

	if (first_len == 0 || second.len == 0)
		return false;
	return bytes_equal_caseless(bytes_first(second, bytes_find(second, space)), word);
}

static bool line_fits(const struct line_sign *sign, struct bytes line)
{
	uint8_t first = sign->how == GREETS ? '2' : (uint8_t)sign->text[0];

	/* All but a few lines are none of these: the first byte tells. */
	if (sign->how != SECOND && (line.len == 0 || ((line.at[0] ^ first) & 0xdf) != 0))
		return false;
	struct bytes text = bytes_of_string(sign->text);

	switch (sign->how) {
	case WHOLE:
		return bytes_equal_caseless(line, text);
	case START:
		return bytes_start_with_caseless(line, text);
	case SECOND:
		return is_second_word(line, text);
	case GREETS:
		return bytes_start_with(line, bytes_over("220", 3)) &&
		       bytes_find_caseless(line, text) < line.len;
	}
	return false;
}

bool dialogue_read_line(
	enum side side, bool first, struct bytes line, struct dialogue_sign *ret)
{
	for (size_t i = 0; i < COUNT_OF(line_signs); i++) {
		const struct line_sign *sign = &line_signs[i];

		if (sign->side != side || (sign->first && !first))
			continue;
		if (!line_fits(sign, line))
			continue;
		*ret = (struct dialogue_sign){ sign->upgrade, sign->effect, 0 };
		return true;
	}
	return false;
}

bool dialogue_asks_upgrade(struct bytes header)
{
	struct bytes start = bytes_of_string("Upgrade: TLS/");

	return bytes_equal_caseless(bytes_first(header, start.len), start);
}

static void expect(struct reader *r, bool fits)
{
	if (reader_fault(r) == ERR_OK && !fits)
		reader_spoil(r, ERR_VALUE);
}

static void expect_bytes(struct reader *r, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		expect(r, reader_u8(r) == (uint8_t)bytes[i]);
}

/* RFC 4511, 4.1.1, 4.12 and 4.14.1: a message, and StartTLS among the requests. */
static void read_ldap(struct reader *r, struct dialogue_sign *sign)
{
	static const char start_tls[] = "1.3.6.1.4.1.1466.20037";
	size_t before = reader_left(r);
	size_t len = ber_head(r, 0x30);

	if (reader_fault(r) == ERR_OK)
		sign->unit_len = before - reader_left(r) + len;
	size_t id_len = ber_head(r, 0x02);
	expect(r, id_len >= 1 && id_len <= 4);
	(void)reader_take(r, id_len);
	uint8_t operation = reader_u8(r);
	expect(r, (operation & 0xc0) == 0x40); /* APPLICATION */
	if (operation != 0x77 || reader_fault(r) != ERR_OK)
		return;
	(void)ber_len(r);
	if (ber_head(r, 0x80) != sizeof start_tls - 1)
		return;
	struct bytes name = reader_take(r, sizeof start_tls - 1);
	if (bytes_equal(name, bytes_of_string(start_tls)))
		sign->effect = EFFECT_TLS_NEXT;
}

/* MySQL's protocol: SSLRequest, as of 4.1 and before. TLS follows unasked. */
static void read_mysql_ssl_request(struct reader *r, struct dialogue_sign *sign)
{
	const uint16_t client_ssl = 0x0800;
	uint8_t len = reader_u8(r);

	expect(r, len == 32 || len == 5);
	expect_bytes(r, "\0\0\1", 3); /* the rest of the length; sequence */
	expect(r, reader_le16(r) & client_ssl);
	sign->unit_len = 4 + (size_t)len;
}

/* MySQL's protocol: Protocol::HandshakeV10, or as much of it as tells. */
static void read_mysql_greeting(struct reader *r, struct dialogue_sign *sign)
{
	size_t len = reader_le16(r);

	expect(r, len >= 32 && len <= 1024);
	expect_bytes(r, "\0\0\x0a", 3); /* length; sequence; protocol */
	uint8_t version = reader_u8(r);
	expect(r, (version >= '3' && version <= '9') || version == '1');
	sign->unit_len = 4 + len;
}

/* PostgreSQL's protocol, 55.7: SSLRequest and GSSENCRequest. */
static void read_postgresql(struct reader *r, struct dialogue_sign *sign)
{
	expect_bytes(r, "\0\0\0\x08\x04\xd2\x16", 7);
	uint8_t code = reader_u8(r);
	expect(r, code == 0x2f || code == 0x30);
	sign->effect = code == 0x2f ? EFFECT_TLS_NEXT : EFFECT_NONE;
	sign->unit_len = 8;
}

/* The PROXY protocol of HAProxy, version 2. */
static void read_proxy(struct reader *r, struct dialogue_sign *sign)
{
	expect_bytes(r, "\r\n\r\n\0\r\nQUIT\n", 12);
	expect(r, reader_u8(r) >> 4 == 2);
	(void)reader_u8(r); /* family */
	sign->unit_len = 16 + (size_t)reader_u16(r);
}

/* RFC 1006, 6, and X.224's connection request and confirm; MS-RDPBCGR, 2.2.1.1. */
static void read_x224(struct reader *r, struct dialogue_sign *sign, uint8_t code)
{
	expect_bytes(r, "\x03\0", 2);
	size_t len = reader_u16(r);
	expect(r, len >= 11 && len <= 1024);
	expect(r, (size_t)reader_u8(r) + 5 == len);
	expect(r, reader_u8(r) == code);
	sign->unit_len = len;
}

static void read_rdp_request(struct reader *r, struct dialogue_sign *sign)
{
	read_x224(r, sign, 0xe0);
}

static void read_rdp_confirm(struct reader *r, struct dialogue_sign *sign)
{
	read_x224(r, sign, 0xd0);
}

/* SOCKS 4: a request's fixed part; RFC 1928, 3: the methods of SOCKS 5. */
static void read_socks(struct reader *r, struct dialogue_sign *sign)
{
	uint8_t version = reader_u8(r);
	uint8_t second = reader_u8(r);

	expect(r, version == 4 ? second == 1 : version == 5 && second > 0 && second < 16);
	sign->unit_len = version == 4 ? 8 : 2 + (size_t)second;
}

/* MS-TDS, 2.2.3.1: PRELOGIN and its answer. */
static void read_tds(struct reader *r, struct dialogue_sign *sign, uint8_t type)
{
	expect(r, reader_u8(r) == type);
	expect(r, reader_u8(r) <= 1); /* status: end of message */
	size_t len = reader_u16(r);
	expect(r, len > 8 && len <= 4096); /* before a size was agreed: 2.2.6.4 */
	(void)reader_u24(r);               /* process, packet */
	expect(r, reader_u8(r) == 0);      /* window */
	sign->unit_len = len;
}

static void read_tds_prelogin(struct reader *r, struct dialogue_sign *sign)
{
	read_tds(r, sign, 0x12);
}

static void read_tds_response(struct reader *r, struct dialogue_sign *sign)
{
	read_tds(r, sign, 0x04);
}

/* To add one: a line here and a function above; its bit is its place. */
static const struct unit {
	enum side side;
	enum upgrade upgrade;
	enum dialogue_effect effect; /* unless its function says more */
	void (*read)(struct reader *r, struct dialogue_sign *sign);
} units[] = {
	{ SIDE_CLIENT, UPGRADE_LDAP, EFFECT_NONE, read_ldap },
	{ SIDE_CLIENT, UPGRADE_MYSQL, EFFECT_TLS_NEXT, read_mysql_ssl_request },
	{ SIDE_CLIENT, UPGRADE_POSTGRESQL, EFFECT_NONE, read_postgresql },
	{ SIDE_CLIENT, UPGRADE_NONE, EFFECT_RESTART, read_proxy },
	{ SIDE_CLIENT, UPGRADE_RDP, EFFECT_TLS_NEXT, read_rdp_request },
	{ SIDE_CLIENT, UPGRADE_SOCKS, EFFECT_NONE, read_socks },
	{ SIDE_CLIENT, UPGRADE_TDS, EFFECT_TDS, read_tds_prelogin },
	{ SIDE_SERVER, UPGRADE_LDAP, EFFECT_NONE, read_ldap },
	{ SIDE_SERVER, UPGRADE_MYSQL, EFFECT_NONE, read_mysql_greeting },
	{ SIDE_SERVER, UPGRADE_RDP, EFFECT_NONE, read_rdp_confirm },
	{ SIDE_SERVER, UPGRADE_TDS, EFFECT_TDS, read_tds_response },
};
_Static_assert(COUNT_OF(units) <= 16, "a bit each");

static enum err read_unit(
	const struct unit *unit, struct bytes head, struct dialogue_sign *ret)
{
	struct dialogue_sign sign = { unit->upgrade, unit->effect, 0 };
	struct reader r = reader_over(head);

	unit->read(&r, &sign);
	enum err err = reader_fault(&r);
	if (err == ERR_SHORT)
		return head.len < DIALOGUE_HEAD_MAX ? ERR_MORE : ERR_VALUE;
	if (err == ERR_OK && sign.unit_len < head.len)
		err = ERR_VALUE; /* it ends before what tells it */
	if (err == ERR_OK)
		*ret = sign;
	return err;
}

enum err dialogue_read_unit(
	enum side side, struct bytes head, uint16_t *possible, struct dialogue_sign *ret)
{
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		uint16_t bit = (uint16_t)(1u << i);

		if ((*possible & bit) == 0)
			continue;
		enum err err = units[i].side == side ? read_unit(&units[i], head, ret)
						     : ERR_VALUE;
		if (err == ERR_OK)
			return ERR_OK;
		if (err != ERR_MORE)
			*possible = (uint16_t)(*possible & ~bit);
	}
	*possible &= (uint16_t)((1u << COUNT_OF(units)) - 1);
	return *possible == 0 ? ERR_VALUE : ERR_MORE;
}
