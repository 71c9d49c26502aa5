/* What stands around TLS on the wire, and what is said of a dialogue that did not come
 * to it. */
#include "evidence/dialogues.h"
#include "probe/starttls_inside.h"

/* The packet size before another was agreed. MS-TDS, 2.2.3.1.3 and 2.2.6.4. */
#define TDS_PACKET_MAX  4096
#define TDS_PAYLOAD_MAX (TDS_PACKET_MAX - TDS_HEADER_LEN)

size_t starttls_written_len(const struct starttls *starttls, size_t n)
{
	size_t packets = (n + TDS_PAYLOAD_MAX - 1) / TDS_PAYLOAD_MAX;

	return starttls->upgrade == UPGRADE_TDS ? n + packets * TDS_HEADER_LEN : n;
}

/* MS-TDS, 2.2.3.1: type PRELOGIN, status (the last says so), length, process, number,
 * window. */
static void write_packet(
	struct writer *writer, struct bytes part, bool last, uint8_t number)
{
	writer_u8(writer, 0x12);
	writer_u8(writer, last);
	writer_u16(writer, (uint16_t)(part.len + TDS_HEADER_LEN));
	writer_u16(writer, 0);
	writer_u8(writer, number);
	writer_u8(writer, 0);
	writer_bytes(writer, part);
}

void starttls_write(
	const struct starttls *starttls, struct bytes tls, struct writer *writer)
{
	uint8_t number = 1;

	if (starttls->upgrade != UPGRADE_TDS) {
		writer_bytes(writer, tls);
		return;
	}
	for (; tls.len > 0; tls = bytes_after(tls, TDS_PAYLOAD_MAX))
		write_packet(writer, bytes_first(tls, TDS_PAYLOAD_MAX),
			tls.len <= TDS_PAYLOAD_MAX, number++);
}

enum err starttls_next(struct starttls *starttls, struct bytes *in, struct bytes *ret_tls)
{
	if (starttls->upgrade == UPGRADE_TDS)
		return tds_next(&starttls->packets, in, ret_tls);
	if (in->len == 0)
		return ERR_MORE;
	*ret_tls = *in;
	*in = (struct bytes){ 0 };
	return ERR_OK;
}

static struct bytes first_line(struct bytes start)
{
	size_t end = bytes_find(start, bytes_over("\n", 1));

	start = bytes_first(start, end);
	if (start.len > 0 && start.at[start.len - 1] == '\r')
		start.len--;
	return start;
}

/* A unit is known by its head, which is not told how long that is. */
static enum upgrade unit_of(struct bytes start)
{
	struct dialogue_sign sign = { 0 };
	uint16_t possible = DIALOGUE_UNITS_ALL;
	enum err err = ERR_MORE;

	for (size_t len = 1; err == ERR_MORE && len <= start.len; len++)
		err = dialogue_read_unit(
			SIDE_SERVER, bytes_first(start, len), &possible, &sign);
	return err == ERR_OK ? sign.upgrade : UPGRADE_NONE;
}

enum upgrade starttls_greeting_of(struct bytes start)
{
	struct dialogue_sign sign = { 0 };

	if (start.len == 0)
		return UPGRADE_NONE;
	if (start.at[0] == '<')
		return bytes_find(start, bytes_of_string("stream")) < start.len
			       ? UPGRADE_XMPP
			       : UPGRADE_NONE;
	if (dialogue_read_line(SIDE_SERVER, true, first_line(start), &sign))
		return sign.upgrade;
	return unit_of(start);
}

static void add_said(const struct starttls *starttls, struct text *text)
{
	text_add(text, "said");
	if (starttls->code != 0)
		text_format(text, " %u", starttls->code);
	if (starttls->said_len == 0)
		return;
	text_add(text, ": ");
	text_quote_terminal(text, bytes_over(starttls->said, starttls->said_len));
}

static void add_not_offered(const struct starttls *starttls, struct text *text)
{
	text_format(text, "does not offer %s", starttls->dialogue->wish);
	if (starttls->said_len == 0)
		return;
	text_add(text, " (");
	add_said(starttls, text);
	text_add(text, ")");
}

static void add_other(const struct starttls *starttls, struct text *text)
{
	const char *asked = upgrade_name(starttls->upgrade);

	if (starttls->speaks != UPGRADE_NONE)
		text_format(
			text, "speaks %s, not %s", upgrade_name(starttls->speaks), asked);
	else
		text_format(text, "does not speak %s", asked);
}

static void add_so_far(const struct starttls *starttls, struct text *text)
{
	text_format(text,
		starttls->bytes == 0 ? "does not answer in %s"
				     : "does not end the dialogue of %s",
		upgrade_name(starttls->upgrade));
}

void starttls_reason(const struct starttls *starttls, struct text *text)
{
	switch (starttls->outcome) {
	case STARTTLS_MORE:
		add_so_far(starttls, text);
		return;
	case STARTTLS_READY:
		text_add(text, "goes on to TLS");
		return;
	case STARTTLS_REFUSED:
		add_said(starttls, text);
		return;
	case STARTTLS_NOT_OFFERED:
		add_not_offered(starttls, text);
		return;
	case STARTTLS_OTHER:
		add_other(starttls, text);
		return;
	case STARTTLS_TLS:
		text_add(text, "speaks TLS at once");
		return;
	case STARTTLS_TOO_LONG:
		text_format(text, "says too much before TLS, %u bytes", starttls->bytes);
		return;
	}
}
