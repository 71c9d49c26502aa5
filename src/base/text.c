#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_FIRST_ROOM 256

void text_init(struct text *text, size_t ceiling)
{
	/* Twice the length, and the final zero, must not wrap. */
	if (ceiling > PTRDIFF_MAX / 2)
		ceiling = PTRDIFF_MAX / 2;
	*text = (struct text){ .ceiling = ceiling };
}

void text_done(struct text *text)
{
	free(text->at);
	*text = (struct text){ .ceiling = text->ceiling };
}

void text_reset(struct text *text)
{
	text->len = 0;
	text->fault = ERR_OK;
}

static bool text_grow(struct text *text, size_t need)
{
	size_t room = text->room == 0 ? TEXT_FIRST_ROOM : text->room;
	char *grown;

	while (room < need)
		room *= 2;
	grown = realloc(text->at, room);
	if (grown == NULL) {
		text->fault = ERR_MEMORY;
		return false;
	}
	text->at = grown;
	text->room = room;
	return true;
}

/* Makes room for n more characters and the final zero. */
static bool text_reserve(struct text *text, size_t n)
{
	if (text->fault != ERR_OK)
		return false;
	if (n > text->ceiling - text->len) {
		text->fault = ERR_LIMIT;
		return false;
	}
	return text->len + n < text->room || text_grow(text, text->len + n + 1);
}

void text_bytes(struct text *text, struct bytes all)
{
	if (all.len == 0 || !text_reserve(text, all.len))
		return;
	memcpy(text->at + text->len, all.at, all.len);
	text->len += all.len;
	text->at[text->len] = '\0';
}

void text_char(struct text *text, char c)
{
	text_bytes(text, bytes_over(&c, 1));
}

void text_add(struct text *text, const char *string)
{
	text_bytes(text, bytes_of_string(string));
}

void text_number(struct text *text, uint64_t value)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	text_bytes(text, bytes_over(digits + at, sizeof digits - at));
}

void text_grouped(struct text *text, uint64_t value)
{
	char digits[27];
	size_t at = sizeof digits;
	int count = 0;

	do {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
		count++;
	} while (value > 0);
	text_bytes(text, bytes_over(digits + at, sizeof digits - at));
}

void text_hex(struct text *text, struct bytes all)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < all.len; i++) {
		char pair[2] = { digits[all.at[i] >> 4], digits[all.at[i] & 15] };

		text_bytes(text, bytes_over(pair, 2));
	}
}

void text_format(struct text *text, const char *format, ...)
{
	va_list values;
	int len;

	va_start(values, format);
	len = vsnprintf(NULL, 0, format, values);
	va_end(values);
	if (len < 0 || !text_reserve(text, (size_t)len))
		return;
	va_start(values, format);
	(void)vsnprintf(text->at + text->len, (size_t)len + 1, format, values);
	va_end(values);
	text->len += (size_t)len;
}

/* The length of the well-formed UTF-8 character all begins with, 0 if there is
 * none. Unicode 15, table 3-7. */
static size_t utf8_len(struct bytes all)
{
	uint8_t lead = all.at[0];
	size_t len = lead < 0x80   ? 1
		     : lead < 0xc2 ? 0
		     : lead < 0xe0 ? 2
		     : lead < 0xf0 ? 3
				   : 4;

	if (len == 0 || lead > 0xf4 || len > all.len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((all.at[i] & 0xc0) != 0x80)
			return 0;
	if ((lead == 0xe0 && all.at[1] < 0xa0) || (lead == 0xed && all.at[1] > 0x9f) ||
		(lead == 0xf0 && all.at[1] < 0x90) || (lead == 0xf4 && all.at[1] > 0x8f))
		return 0;
	return len;
}

/* The code point of a well-formed character of len bytes. */
static uint32_t code_point(const uint8_t *c, size_t len)
{
	uint32_t point = len == 1 ? c[0] : c[0] & (0x7fu >> len);

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (c[i] & 0x3f);
	return point;
}

/* Characters that a terminal acts on or that hide: controls, what joins, parts and
 * turns the direction of others, and what shows nothing. In order. */
static const struct range {
	uint32_t first;
	uint32_t last;
} wild[] = {
	{ 0x0000, 0x001f },   /* C0 */
	{ 0x007f, 0x009f },   /* DEL and C1, with the eight-bit CSI */
	{ 0x00ad, 0x00ad },   /* soft hyphen */
	{ 0x061c, 0x061c },   /* Arabic letter mark */
	{ 0x180e, 0x180e },   /* Mongolian vowel separator */
	{ 0x200b, 0x200f },   /* zero width, direction marks */
	{ 0x2028, 0x202e },   /* line and paragraph separators, embeddings */
	{ 0x2060, 0x206f },   /* word joiner, isolates */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff9, 0xfffb },   /* interlinear annotations */
	{ 0xe0000, 0xe007f }, /* tags */
};

static bool is_tame(const uint8_t *c, size_t len)
{
	uint32_t point = code_point(c, len);

	for (size_t i = 0; i < COUNT_OF(wild) && wild[i].first <= point; i++)
		if (point <= wild[i].last)
			return false;
	return true;
}

/* RFC 8259, 7: what is beyond the first plane is written as two surrogates. */
static void json_escape(struct text *text, uint32_t point)
{
	if (point > 0xffff)
		text_format(text, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
			0xdc00 + (point & 0x3ff));
	else
		text_format(text, "\\u%04x", point);
}

static void json_char(struct text *text, const uint8_t *c, size_t len)
{
	if (len == 0)
		json_escape(text, 0xfffd);
	else if (c[0] == '"' || c[0] == '\\')
		text_format(text, "\\%c", c[0]);
	else if (!is_tame(c, len))
		json_escape(text, code_point(c, len));
	else
		text_bytes(text, bytes_over(c, len));
}

/* How many of the first bytes of all stand for themselves in JSON. */
static size_t plain_json(struct bytes all)
{
	size_t n = 0;

	while (n < all.len && all.at[n] >= 0x20 && all.at[n] < 0x7f && all.at[n] != '"' &&
		all.at[n] != '\\')
		n++;
	return n;
}

void text_quote_json(struct text *text, struct bytes all)
{
	text_char(text, '"');
	while (all.len > 0) {
		size_t plain = plain_json(all);
		size_t len;

		text_bytes(text, bytes_first(all, plain));
		all = bytes_after(all, plain);
		if (all.len == 0)
			break;
		len = utf8_len(all);
		json_char(text, all.at, len);
		all = bytes_after(all, len == 0 ? 1 : len);
	}
	text_char(text, '"');
}

/* The first character of all if it is tame, else its first byte as \xNN. Answers
 * what is left of all. */
static struct bytes tame_char(struct text *text, struct bytes all)
{
	size_t len = utf8_len(all);

	if (len > 0 && is_tame(all.at, len)) {
		text_bytes(text, bytes_first(all, len));
		return bytes_after(all, len);
	}
	text_format(text, "\\x%02x", all.at[0]);
	return bytes_after(all, 1);
}

void text_quote_terminal(struct text *text, struct bytes all)
{
	while (all.len > 0)
		all = tame_char(text, all);
}

void text_quote_csv(struct text *text, struct bytes all)
{
	static const char formula[] = { '=', '+', '-', '@' };

	text_char(text, '"');
	if (all.len > 0 && memchr(formula, all.at[0], sizeof formula) != NULL)
		text_char(text, '\'');
	while (all.len > 0) {
		if (all.at[0] == '"')
			text_char(text, '"');
		all = tame_char(text, all);
	}
	text_char(text, '"');
}

const char *text_string(const struct text *text)
{
	return text->len == 0 ? "" : text->at;
}

size_t text_len(const struct text *text)
{
	return text->len;
}

enum err text_end(const struct text *text)
{
	return text->fault;
}
