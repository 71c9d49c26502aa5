#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_FIRST_ROOM 256

void text_init(struct text *text, size_t ceiling)
{
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
	size_t need = text->len + n + 1;

	if (text->fault != ERR_OK)
		return false;
	if (n > text->ceiling - text->len) {
		text->fault = ERR_LIMIT;
		return false;
	}
	return need <= text->room || text_grow(text, need);
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

/* True for a character that no terminal acts on: not C0, DEL, C1, nor a
 * direction or line control (U+200B..200F, U+2028..202E, U+2066..2069, BOM). */
static bool is_tame(const uint8_t *c, size_t len)
{
	if (len == 1)
		return c[0] >= 0x20 && c[0] != 0x7f;
	if (len == 2)
		return !(c[0] == 0xc2 && c[1] < 0xa0);
	if (len == 3 && c[0] == 0xe2 && c[1] == 0x80)
		return !(
			(c[2] >= 0x8b && c[2] <= 0x8f) || (c[2] >= 0xa8 && c[2] <= 0xae));
	if (len == 3 && c[0] == 0xe2 && c[1] == 0x81)
		return !(c[2] >= 0xa6 && c[2] <= 0xa9);
	return !(len == 3 && c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf);
}

static void json_char(struct text *text, const uint8_t *c, size_t len)
{
	if (len == 0)
		text_add(text, "\\ufffd");
	else if (c[0] == '"' || c[0] == '\\')
		text_format(text, "\\%c", c[0]);
	else if (len == 1 && (c[0] < 0x20 || c[0] == 0x7f))
		text_format(text, "\\u%04x", c[0]);
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

void text_quote_terminal(struct text *text, struct bytes all)
{
	while (all.len > 0) {
		size_t len = utf8_len(all);

		if (len > 0 && is_tame(all.at, len)) {
			text_bytes(text, bytes_first(all, len));
			all = bytes_after(all, len);
		} else {
			text_format(text, "\\x%02x", all.at[0]);
			all = bytes_after(all, 1);
		}
	}
}

void text_quote_csv(struct text *text, struct bytes all)
{
	bool risky =
		all.len > 0 && strchr("=+-@\t\r", all.at[0]) != NULL && all.at[0] != 0;

	text_char(text, '"');
	if (risky)
		text_char(text, '\'');
	for (size_t i = 0; i < all.len; i++) {
		if (all.at[i] == '"')
			text_char(text, '"');
		text_char(text, (char)all.at[i]);
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
