#include "probe/starttls_inside.h"

/* Who never was named goes by a name that nobody has. RFC 6761, 6.4. */
#define OURSELVES "tlsunset.invalid"

/* RFC 6120, 4.2; a server's stream says also from whom. The name follows. */
#define XMPP_STREAM(of)                                                                  \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:" of "' "                     \
	"xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='"
#define XMPP_STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

/* PRELOGIN: version, encryption wanted, no instance, no thread, no MARS.
 * MS-TDS, 2.2.6.5. */
#define TDS_PRELOGIN                                                                     \
	"\x12\x01\x00\x2f\x00\x00\x01\x00"                                               \
	"\x00\x00\x1a\x00\x06\x01\x00\x20\x00\x01\x02\x00\x21\x00\x01"                   \
	"\x03\x00\x22\x00\x04\x04\x00\x26\x00\x01\xff"                                   \
	"\x0f\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"

/* Protocol::SSLRequest: the protocol of 4.1, TLS, UTF-8. TLS follows unanswered. */
#define MYSQL_SSL_REQUEST                                                                \
	"\x20\x00\x00\x01\x01\xaa\x08\x00\x00\x00\x00\x01\x21"                           \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

/* In order of name. To add one: a line here, a reader beside starttls_inside.h's. */
static const struct starttls_dialogue dialogues[] = {
	/* RFC 4217, 4. */
	{ UPGRADE_FTP, NULL, "AUTH TLS", { 21 }, '\n', starttls_read_ftp,
		{ { .code = 220 }, { ASK("AUTH TLS\r\n"), .code = 234 } } },
	/* RFC 9110, 9.3.6. */
	{ UPGRADE_HTTP_CONNECT, NULL, "CONNECT", { 0 }, '\n', starttls_read_http,
		{ { ASK("CONNECT "), .tail = " HTTP/1.0\r\n\r\n" } } },
	/* RFC 9051, 6.2.1. */
	{ UPGRADE_IMAP, NULL, "STARTTLS", { 143 }, '\n', starttls_read_imap,
		{ { .code = 0 }, { ASK("a CAPABILITY\r\n"), .word = "STARTTLS" },
			{ ASK("b STARTTLS\r\n") } } },
	/* The tls extension of IRCv3. */
	{ UPGRADE_IRC, NULL, "STARTTLS", { 6667 }, '\n', starttls_read_irc,
		{ { ASK("STARTTLS\r\n"), .code = 670 } } },
	/* RFC 4511, 4.14.1. */
	{ UPGRADE_LDAP, NULL, "StartTLS", { 389, 3268 }, 0, starttls_read_ldap,
		{ { ASK("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
			"1.3.6.1.4.1.1466.20037") } } },
	/* RFC 2033, 4.1; RFC 3207. */
	{ UPGRADE_LMTP, NULL, "STARTTLS", { 24 }, '\n', starttls_read_smtp,
		{ { .code = 220 },
			{ ASK("LHLO " OURSELVES "\r\n"), .code = 250,
				.word = "STARTTLS" },
			{ ASK("STARTTLS\r\n"), .code = 220 } } },
	/* RFC 5804, 2.2. */
	{ UPGRADE_MANAGESIEVE, "sieve", "STARTTLS", { 4190 }, '\n', starttls_read_sieve,
		{ { .word = "STARTTLS" }, { ASK("STARTTLS\r\n") } } },
	{ UPGRADE_MYSQL, NULL, "TLS", { 3306 }, 0, starttls_read_mysql,
		{ { .code = 0 }, { ASK(MYSQL_SSL_REQUEST), .unanswered = true } } },
	/* RFC 4642, 2.2; RFC 3977, 5.2: servers before it do not know CAPABILITIES. */
	{ UPGRADE_NNTP, NULL, "STARTTLS", { 119 }, '\n', starttls_read_nntp,
		{ { .code = 200 },
			{ ASK("CAPABILITIES\r\n"), .code = 101, .word = "STARTTLS",
				.list = true, .optional = true },
			{ ASK("STARTTLS\r\n"), .code = 382 } } },
	/* RFC 2595, 4; RFC 2449, 5: CAPA need not be known. */
	{ UPGRADE_POP3, NULL, "STLS", { 110 }, '\n', starttls_read_pop3,
		{ { .code = 0 },
			{ ASK("CAPA\r\n"), .word = "STLS", .list = true,
				.optional = true },
			{ ASK("STLS\r\n") } } },
	/* PostgreSQL's protocol, 55.2.10 and 55.7: SSLRequest. */
	{ UPGRADE_POSTGRESQL, "postgres", "TLS", { 5432 }, 0, starttls_read_postgresql,
		{ { ASK("\x00\x00\x00\x08\x04\xd2\x16\x2f") } } },
	/* MS-RDPBCGR, 2.2.1.1: TLS, or CredSSP in either form, which begins by TLS. */
	{ UPGRADE_RDP, NULL, "TLS", { 3389 }, 0, starttls_read_rdp,
		{ { ASK("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00"
			"\x01\x00\x08\x00\x0b\x00\x00\x00") } } },
	/* RFC 3207, 4. */
	{ UPGRADE_SMTP, NULL, "STARTTLS", { 25, 587 }, '\n', starttls_read_smtp,
		{ { .code = 220 },
			{ ASK("EHLO " OURSELVES "\r\n"), .code = 250,
				.word = "STARTTLS" },
			{ ASK("STARTTLS\r\n"), .code = 220 } } },
	{ UPGRADE_TDS, "mssql", "encryption", { 1433 }, 0, starttls_read_tds,
		{ { ASK(TDS_PRELOGIN) } } },
	/* draft-altman-telnet-starttls-02, 2: WILL, and FOLLOWS, once the server has
	 * begun: C-Kermit 10 loses what came before. */
	{ UPGRADE_TELNET, NULL, "START_TLS", { 23 }, 0, starttls_read_telnet,
		{ { .code = 0 }, { ASK("\xff\xfb\x2e\xff\xfa\x2e\x01\xff\xf0") } } },
	/* RFC 6120, 5.4. Of XML a "line" is what ends with '>'. */
	{ UPGRADE_XMPP, NULL, "STARTTLS", { 5222 }, '>', starttls_read_xmpp,
		{ { ASK(XMPP_STREAM("client")), .tail = "'>", .word = "starttls" },
			{ ASK(XMPP_STARTTLS) } } },
	{ UPGRADE_XMPP_SERVER, NULL, "STARTTLS", { 5269 }, '>', starttls_read_xmpp,
		{ { ASK(XMPP_STREAM("server")), .tail = "' from='" OURSELVES "'>",
			  .word = "starttls" },
			{ ASK(XMPP_STARTTLS) } } },
};

static const struct starttls_dialogue *dialogue_of(enum upgrade upgrade)
{
	for (size_t i = 0; i < COUNT_OF(dialogues); i++)
		if (dialogues[i].upgrade == upgrade)
			return &dialogues[i];
	return NULL;
}

bool starttls_has(enum upgrade upgrade)
{
	return dialogue_of(upgrade) != NULL;
}

bool starttls_find(const char *name, enum upgrade *ret)
{
	*ret = UPGRADE_NONE;
	if (strcmp(name, "none") == 0)
		return true;
	*ret = upgrade_of_name(name);
	for (size_t i = 0; i < COUNT_OF(dialogues); i++)
		if (dialogues[i].alias != NULL && strcmp(name, dialogues[i].alias) == 0)
			*ret = dialogues[i].upgrade;
	return starttls_has(*ret);
}

const char *starttls_name(size_t index)
{
	if (index >= COUNT_OF(dialogues))
		return NULL;
	return dialogues[index].alias != NULL ? dialogues[index].alias
					      : upgrade_name(dialogues[index].upgrade);
}

enum upgrade starttls_guess(uint16_t port)
{
	for (size_t i = 0; i < COUNT_OF(dialogues); i++)
		for (size_t k = 0; k < STARTTLS_PORTS_MAX; k++)
			if (port != 0 && dialogues[i].ports[k] == port)
				return dialogues[i].upgrade;
	return UPGRADE_NONE;
}

/* What is sent is gathered behind what was, which the loop may still hold. */
static void say(struct starttls *starttls, struct bytes bytes)
{
	bytes = bytes_first(bytes, STARTTLS_SEND_MAX - starttls->send_len);
	if (bytes.len > 0)
		memcpy(starttls->send + starttls->send_len, bytes.at, bytes.len);
	starttls->send_len = (uint16_t)(starttls->send_len + bytes.len);
}

static void ask(struct starttls *starttls)
{
	const struct starttls_step *step = starttls_asked(starttls);

	say(starttls, step->ask);
	if (step->tail != NULL) {
		say(starttls, starttls->host);
		say(starttls, bytes_of_string(step->tail));
	}
	if (step->unanswered)
		starttls->outcome = STARTTLS_READY;
}

static bool is_last(const struct starttls *starttls)
{
	const struct starttls_step *next = starttls_asked(starttls) + 1;

	return starttls->step + 1 == STARTTLS_STEPS_MAX || next->ask.len == 0;
}

static void next_step(struct starttls *starttls)
{
	starttls->code = 0;
	starttls->said_len = 0;
	starttls->offered = starttls->listing = starttls->noted = false;
	if (is_last(starttls)) {
		starttls->outcome = STARTTLS_READY;
		return;
	}
	starttls->step++;
	ask(starttls);
}

/* A name that could break out of the line or attribute it stands in is none. */
static bool is_name(struct bytes host)
{
	static const char others[] = "-.:[]_";

	for (size_t i = 0; i < host.len; i++) {
		uint8_t c = host.at[i];

		if (!(c >= '0' && c <= '9') &&
			!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
			memchr(others, c, sizeof others - 1) == NULL)
			return false;
	}
	return host.len <= STARTTLS_HOST_MAX;
}

void starttls_begin(enum upgrade upgrade, struct bytes host, struct starttls *ret,
	struct bytes *ret_send)
{
	*ret = (struct starttls){ .upgrade = upgrade,
		.dialogue = dialogue_of(upgrade),
		.host = is_name(host) ? host : (struct bytes){ 0 } };
	ask(ret);
	*ret_send = bytes_over(ret->send, ret->send_len);
}

void starttls_note(struct starttls *starttls, struct bytes said)
{
	said = bytes_first(said, STARTTLS_SAID_MAX);
	if (said.len > 0)
		memcpy(starttls->said, said.at, said.len);
	starttls->said_len = (uint8_t)said.len;
}

static bool is_part_of_word(struct bytes all, size_t at)
{
	uint8_t c = at < all.len ? all.at[at] : ' ';

	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool holds_word(struct bytes line, const char *word)
{
	struct bytes wanted = bytes_of_string(word);
	size_t from = 0;

	for (;;) {
		size_t at = from + bytes_find_caseless(bytes_after(line, from), wanted);

		if (at >= line.len)
			return false;
		if ((at == 0 || !is_part_of_word(line, at - 1)) &&
			!is_part_of_word(line, at + wanted.len))
			return true;
		from = at + 1;
	}
}

static enum reply read_list(struct bytes line)
{
	return bytes_equal(line, bytes_over(".", 1)) ? REPLY_YES : REPLY_MORE;
}

static enum reply read_unit(struct starttls *starttls, struct bytes unit)
{
	const struct starttls_step *step = starttls_asked(starttls);
	enum reply reply;

	if (step->word != NULL && holds_word(unit, step->word))
		starttls->offered = true;
	if (starttls->listing)
		return read_list(unit);
	reply = starttls->dialogue->read(starttls, unit);
	if (reply != REPLY_YES || !step->list)
		return reply;
	starttls->listing = true;
	return REPLY_MORE;
}

static void heard(struct starttls *starttls, struct bytes unit)
{
	const struct starttls_step *step = starttls_asked(starttls);
	enum reply reply = read_unit(starttls, unit);

	if (reply == REPLY_CUT)
		return;
	starttls->unit_len = 0;
	if ((reply == REPLY_NO || reply == REPLY_UNKNOWN) && step->optional)
		next_step(starttls);
	else if (reply == REPLY_YES && step->word != NULL && !starttls->offered)
		starttls->outcome = STARTTLS_NOT_OFFERED;
	else if (reply == REPLY_YES)
		next_step(starttls);
	else if (reply == REPLY_NO)
		starttls->outcome = STARTTLS_REFUSED;
	else if (reply == REPLY_UNKNOWN)
		starttls->outcome = STARTTLS_NOT_OFFERED;
	else if (reply == REPLY_OTHER)
		starttls->outcome = STARTTLS_OTHER;
}

/* The type and first version byte of a record. RFC 8446, 5.1. */
static bool may_be_tls(struct bytes start)
{
	return start.at[0] >= 20 && start.at[0] <= 23 &&
	       (start.len < 2 || start.at[1] == 3);
}

/* No dialogue of lines has such bytes; the binary ones all do. */
static bool is_binary(uint8_t byte)
{
	return byte < ' ' && memchr("\t\n\f\r\x1b", byte, 5) == NULL;
}

static struct bytes without_end(struct bytes line)
{
	while (line.len > 0 && memchr("\r\n", line.at[line.len - 1], 2) != NULL)
		line.len--;
	return line;
}

static void take_byte(struct starttls *starttls, uint8_t byte)
{
	uint8_t line_end = starttls->dialogue->line_end;
	struct bytes unit;

	starttls->unit[starttls->unit_len++] = byte;
	unit = bytes_over(starttls->unit, starttls->unit_len);
	if (++starttls->bytes <= 2 && may_be_tls(unit)) {
		if (starttls->bytes == 2)
			starttls->outcome = STARTTLS_TLS;
	} else if (line_end == 0) {
		heard(starttls, unit);
	} else if (is_binary(byte)) {
		starttls->outcome = STARTTLS_OTHER;
	} else if (byte == line_end) {
		heard(starttls, without_end(unit));
		starttls->unit_len = 0;
	}
	if (starttls->outcome == STARTTLS_MORE &&
		(starttls->unit_len == STARTTLS_UNIT_MAX ||
			starttls->bytes == STARTTLS_BYTES_MAX))
		starttls->outcome = STARTTLS_TOO_LONG;
}

static void keep_start(struct starttls *starttls, struct bytes bytes)
{
	bytes = bytes_first(bytes, (size_t)STARTTLS_START_MAX - starttls->start_len);
	if (bytes.len > 0)
		memcpy(starttls->start + starttls->start_len, bytes.at, bytes.len);
	starttls->start_len = (uint8_t)(starttls->start_len + bytes.len);
}

/* "220" greets in SMTP and in FTP: who does not know what it is asked may be somebody
 * else. Who said no has understood. */
static void look_who_spoke(struct starttls *starttls)
{
	enum upgrade speaks;

	if (starttls->outcome != STARTTLS_OTHER &&
		starttls->outcome != STARTTLS_NOT_OFFERED)
		return;
	speaks = starttls_greeting_of(bytes_over(starttls->start, starttls->start_len));
	if (speaks == starttls->upgrade ||
		(speaks == UPGRADE_XMPP && starttls->upgrade == UPGRADE_XMPP_SERVER))
		speaks = UPGRADE_NONE;
	starttls->speaks = speaks;
	if (speaks != UPGRADE_NONE)
		starttls->outcome = STARTTLS_OTHER;
}

struct starttls_wish starttls_take(struct starttls *starttls, struct bytes bytes)
{
	size_t sent = starttls->send_len;
	struct starttls_wish wish = { 0 };
	size_t at = 0;

	keep_start(starttls, bytes);
	while (at < bytes.len && starttls->outcome == STARTTLS_MORE)
		take_byte(starttls, bytes.at[at++]);
	look_who_spoke(starttls);
	wish.send = bytes_over(starttls->send + sent, starttls->send_len - sent);
	if (starttls->outcome == STARTTLS_READY)
		wish.rest = bytes_after(bytes, at);
	return wish;
}
