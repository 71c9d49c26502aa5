/* Dialogues of lines. What a status says is read here; capabilities are looked for by the
 * engine. */
#include "probe/starttls_inside.h"

#define CODE_LEN 3

static bool starts(struct bytes line, const char *text)
{
	return bytes_start_with_caseless(line, bytes_of_string(text));
}

/* A status word, and nothing else of which it is the beginning. */
static bool is_status(struct bytes line, const char *word)
{
	size_t len = strlen(word);

	return starts(line, word) && (line.len == len || line.at[len] == ' ');
}

/* The number a line begins with, which nothing but a space, "-" or its end follows; 0 if
 * there is none. */
static uint16_t code_of(struct bytes line)
{
	uint16_t code = 0;

	if (line.len < CODE_LEN ||
		(line.len > CODE_LEN && memchr(" -", line.at[CODE_LEN], 2) == NULL))
		return 0;
	for (size_t i = 0; i < CODE_LEN; i++) {
		if (line.at[i] < '0' || line.at[i] > '9')
			return 0;
		code = (uint16_t)(code * 10 + line.at[i] - '0');
	}
	return code;
}

static bool goes_on(struct bytes line)
{
	return line.len > CODE_LEN && line.at[CODE_LEN] == '-';
}

/* RFC 5321, 4.2.1: a reply is lines of one code. In FTP others may stand between the
 * first and the last (RFC 959, 4.2); nobody else sends such, so it is taken of all. */
static enum reply read_code(struct starttls *starttls, struct bytes line)
{
	uint16_t code = code_of(line);

	if (starttls->code == 0) {
		if (code < 100)
			return REPLY_OTHER;
		starttls->code = code;
		starttls_note(starttls, bytes_after(line, CODE_LEN + 1));
	} else if (code != starttls->code) {
		return REPLY_MORE;
	}
	if (goes_on(line))
		return REPLY_MORE;
	return code == starttls_asked(starttls)->code ? REPLY_YES : REPLY_NO;
}

/* RFC 5321, 4.2.1: 4yz may be yes another time, 500 to 504 know no such thing. To what a
 * server asked of its own accord, no greeting is an answer. */
static enum reply judge_code(struct starttls *starttls, enum reply reply)
{
	if (reply != REPLY_NO)
		return reply;
	if (starttls->code < 400)
		return REPLY_OTHER;
	starttls->later = starttls->code < 500;
	return starttls->step > 0 && starttls->code >= 500 && starttls->code <= 504
		       ? REPLY_UNKNOWN
		       : REPLY_NO;
}

enum reply starttls_read_smtp(struct starttls *starttls, struct bytes line)
{
	return judge_code(starttls, read_code(starttls, line));
}

/* RFC 959, 5.4: 120 comes before the greeting, minutes before. 334 was the go-ahead of
 * drafts before RFC 4217. */
enum reply starttls_read_ftp(struct starttls *starttls, struct bytes line)
{
	enum reply reply = read_code(starttls, line);

	if (reply == REPLY_NO && starttls->code == 120) {
		starttls->code = 0;
		return REPLY_MORE;
	}
	if (reply == REPLY_NO && starttls->code == 334 && starttls->step > 0)
		return REPLY_YES;
	return judge_code(starttls, reply);
}

/* RFC 3977, 3.2: replies are one line; 201 greets, too; of 4yz only 400 passes. */
enum reply starttls_read_nntp(struct starttls *starttls, struct bytes line)
{
	enum reply reply = read_code(starttls, line);

	if (reply == REPLY_NO && starttls->code == 201 && starttls->step == 0)
		return REPLY_YES;
	reply = judge_code(starttls, reply);
	starttls->later = starttls->code == 400;
	return reply;
}

enum reply starttls_read_pop3(struct starttls *starttls, struct bytes line)
{
	if (is_status(line, "+OK"))
		return REPLY_YES;
	if (!is_status(line, "-ERR"))
		return REPLY_OTHER;
	starttls_note(starttls, line);
	/* RFC 3206, 4, and RFC 2449, 8.1. */
	starttls->later = starts(line, "-ERR [SYS/TEMP") || starts(line, "-ERR [IN-USE");
	return REPLY_NO;
}

static enum reply read_imap_greeting(struct starttls *starttls, struct bytes line)
{
	if (is_status(line, "* OK"))
		return REPLY_YES;
	if (!is_status(line, "* PREAUTH") && !is_status(line, "* BYE"))
		return REPLY_OTHER;
	starttls_note(starttls, line);
	starttls->later = is_status(line, "* BYE");
	return REPLY_NO; /* past login there is no STARTTLS. RFC 9051, 6.2.1 */
}

enum reply starttls_read_imap(struct starttls *starttls, struct bytes line)
{
	struct bytes rest = bytes_after(line, 2);

	if (starttls->step == 0)
		return read_imap_greeting(starttls, line);
	if (is_status(line, "* BYE")) {
		starttls_note(starttls, line);
		starttls->later = true;
		return REPLY_NO;
	}
	if (starts(line, "* "))
		return REPLY_MORE;
	/* The tag is the letter that the question began with. RFC 9051, 2.2.1 */
	if (line.len < 2 || line.at[0] != starttls_asked(starttls)->ask.at[0] ||
		line.at[1] != ' ')
		return REPLY_OTHER;
	starttls_note(starttls, rest);
	if (is_status(rest, "OK"))
		return REPLY_YES;
	if (is_status(rest, "NO"))
		return REPLY_NO;
	return is_status(rest, "BAD") ? REPLY_UNKNOWN : REPLY_OTHER;
}

/* RFC 5804, 1.2 and 1.7: capabilities are lines of strings, and end with a status. */
enum reply starttls_read_sieve(struct starttls *starttls, struct bytes line)
{
	if (starts(line, "\""))
		return REPLY_MORE;
	starttls_note(starttls, line);
	if (is_status(line, "OK"))
		return REPLY_YES;
	starttls->later = is_status(line, "BYE");
	return is_status(line, "NO") || starttls->later ? REPLY_NO : REPLY_OTHER;
}

/* RFC 2812, 2.3: a prefix, then the command or number. Meanwhile a server says much of
 * itself; from 400 on are errors (5.2). */
enum reply starttls_read_irc(struct starttls *starttls, struct bytes line)
{
	struct bytes command = line;

	if (starts(line, ":")) {
		size_t space = bytes_find(line, bytes_over(" ", 1));

		command = bytes_after(line, space + 1);
	}
	starttls->code = code_of(command);
	if (starttls->code == starttls_asked(starttls)->code)
		return REPLY_YES;
	if (starts(command, "NOTICE ") || starts(command, "PING ") || line.len == 0 ||
		(starttls->code > 0 && starttls->code < 400))
		return REPLY_MORE;
	starttls_note(starttls, bytes_after(command, CODE_LEN + 1));
	starttls->later = is_status(command, "ERROR");
	if (starttls->later)
		starttls_note(starttls, command);
	/* ERR_STARTTLS; ERR_UNKNOWNCOMMAND, and ERR_NOTREGISTERED of servers that look
	 * at nothing before. */
	if (starttls->code == 691 || starttls->later)
		return REPLY_NO;
	return starttls->code == 421 || starttls->code == 451 ? REPLY_UNKNOWN
							      : REPLY_OTHER;
}

/* RFC 9112, 4 and 6.3: the head of the answer ends by an empty line. */
enum reply starttls_read_http(struct starttls *starttls, struct bytes line)
{
	static const size_t code_at = 9; /* behind "HTTP/1.1 " */

	if (starttls->code == 0) {
		if (!starts(line, "HTTP/1.") || code_of(bytes_after(line, code_at)) < 100)
			return REPLY_OTHER;
		starttls->code = code_of(bytes_after(line, code_at));
		starttls_note(starttls, bytes_after(line, code_at + CODE_LEN + 1));
	}
	if (line.len > 0)
		return REPLY_MORE;
	starttls->later = starttls->code == 429 || starttls->code == 503;
	return starttls->code / 100 == 2 ? REPLY_YES : REPLY_NO;
}

/* What stands in a tag behind its namespace's prefix; a text before it is passed over. */
static bool is_tag(struct bytes tag, const char *start, const char *name)
{
	size_t at = bytes_find(tag, bytes_over("<", 1));
	struct bytes inside = bytes_after(tag, at + 1);
	size_t len = strlen(name);

	if (!starts(inside, start))
		return false;
	inside = bytes_after(inside, strlen(start));
	struct bytes word = bytes_first(inside, bytes_find(inside, bytes_over(" ", 1)));
	size_t prefix = bytes_find(word, bytes_over(":", 1));
	if (prefix < word.len)
		inside = bytes_after(inside, prefix + 1);
	return starts(inside, name) &&
	       (inside.len == len || memchr(" />\t\r\n", inside.at[len], 6) != NULL);
}

static bool is_empty(struct bytes tag)
{
	return tag.len > 1 && tag.at[tag.len - 2] == '/';
}

/* RFC 6120, 4.3.2, 4.9 and 5.4.2. The condition of an error is the tag inside it. */
enum reply starttls_read_xmpp(struct starttls *starttls, struct bytes tag)
{
	if (starttls->bytes == tag.len && !starts(tag, "<?xml") &&
		!is_tag(tag, "", "stream"))
		return REPLY_OTHER;
	if (starttls->noted || is_tag(tag, "/", "stream") || is_tag(tag, "", "failure")) {
		starttls_note(starttls, tag);
		starttls->later = is_tag(tag, "", "resource-constraint");
		return REPLY_NO;
	}
	if (is_tag(tag, "", "error")) {
		starttls->noted = true;
		return REPLY_MORE;
	}
	if (is_tag(tag, "/", "features") ||
		(is_tag(tag, "", "features") && is_empty(tag)))
		return starttls->step == 0 ? REPLY_YES : REPLY_MORE;
	if (is_tag(tag, "", "proceed"))
		return starttls->step > 0 ? REPLY_YES : REPLY_OTHER;
	return REPLY_MORE;
}
