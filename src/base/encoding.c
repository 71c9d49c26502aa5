#include "base/encoding.h"

#define PROBE 64 /* bytes that are looked at where there is no mark */

static bool is_wide(struct bytes file, size_t zero)
{
	size_t len = file.len < PROBE ? file.len / 2 * 2 : PROBE;

	for (size_t i = 0; i < len; i += 2)
		if (file.at[i + zero] != 0 || file.at[i + 1 - zero] == 0)
			return false;
	return len >= 4;
}

struct encoding encoding_of(struct bytes file)
{
	if (bytes_start_with(file, bytes_over("\xef\xbb\xbf", 3)))
		return (struct encoding){ ENCODING_BYTES, 3 };
	if (bytes_start_with(file, bytes_over("\xff\xfe", 2)))
		return (struct encoding){ ENCODING_UTF16_LE, 2 };
	if (bytes_start_with(file, bytes_over("\xfe\xff", 2)))
		return (struct encoding){ ENCODING_UTF16_BE, 2 };
	if (is_wide(file, 1))
		return (struct encoding){ ENCODING_UTF16_LE, 0 };
	if (is_wide(file, 0))
		return (struct encoding){ ENCODING_UTF16_BE, 0 };
	return (struct encoding){ ENCODING_BYTES, 0 };
}

static uint32_t unit_at(struct bytes file, enum encoding_kind kind, size_t at)
{
	uint8_t first = file.at[at], second = file.at[at + 1];

	return kind == ENCODING_UTF16_LE ? (uint32_t)(first | second << 8)
					 : (uint32_t)(first << 8 | second);
}

static bool is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* RFC 2781, 2.2; a half of a pair without its other half is no character. */
static uint32_t character_at(
	struct bytes file, enum encoding_kind kind, size_t at, size_t *ret_len)
{
	uint32_t unit = unit_at(file, kind, at);

	*ret_len = 2;
	if (is_high(unit) && at + 4 <= file.len) {
		uint32_t low = unit_at(file, kind, at + 2);

		if (is_low(low)) {
			*ret_len = 4;
			return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return is_high(unit) || is_low(unit) ? 0xfffd : unit;
}

/* RFC 3629, 3. */
static size_t put_utf8(uint8_t *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

enum err encoding_text(struct bytes file, struct encoding encoding, struct arena *arena,
	struct bytes *ret)
{
	uint8_t *text;
	size_t len = 0, step;

	file = bytes_after(file, encoding.mark);
	if (encoding.kind == ENCODING_BYTES) {
		*ret = file;
		return ERR_OK;
	}
	/* Two bytes become three at most, four become four. */
	text = arena_take(arena, file.len / 2 * 3 + 4);
	if (text == NULL)
		return ERR_MEMORY;
	for (size_t at = 0; at + 2 <= file.len; at += step)
		len += put_utf8(text + len, character_at(file, encoding.kind, at, &step));
	*ret = bytes_over(text, len);
	return ERR_OK;
}

struct bytes encoding_bytes(
	struct encoding encoding, struct bytes text, struct arena *arena)
{
	bool little = encoding.kind == ENCODING_UTF16_LE;
	uint8_t *wide;

	if (encoding.kind == ENCODING_BYTES)
		return text;
	wide = arena_take(arena, 2 * text.len + 1);
	if (wide == NULL)
		return (struct bytes){ 0 };
	/* Rules write ASCII only, which a test holds. */
	for (size_t i = 0; i < text.len; i++)
		wide[2 * i + !little] = text.at[i];
	return bytes_over(wide, 2 * text.len);
}
