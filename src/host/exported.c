#include "host/exported.h"

#include "base/reader.h"

void exported_unit(struct text *text, uint16_t unit)
{
	if (unit < 0x80) {
		text_char(text, (char)unit);
	} else if (unit < 0x800) {
		text_char(text, (char)(0xc0 | unit >> 6));
		text_char(text, (char)(0x80 | (unit & 0x3f)));
	} else {
		text_char(text, (char)(0xe0 | unit >> 12));
		text_char(text, (char)(0x80 | (unit >> 6 & 0x3f)));
		text_char(text, (char)(0x80 | (unit & 0x3f)));
	}
}

static void of_utf16(struct bytes all, bool big, struct text *ret)
{
	struct reader r = reader_over(all);

	while (reader_left(&r) >= 2) {
		uint16_t unit = big ? reader_u16(&r) : reader_le16(&r);

		if (unit != 0 && unit != 0xfeff)
			exported_unit(ret, unit);
	}
}

/* Without a mark, a zero in every other byte of the start tells UTF-16. */
struct bytes exported_text(struct bytes all, struct text *room)
{
	bool little = all.len >= 4 && ((all.at[0] == 0xff && all.at[1] == 0xfe) ||
					      (all.at[1] == 0 && all.at[3] == 0));
	bool big = all.len >= 4 && ((all.at[0] == 0xfe && all.at[1] == 0xff) ||
					   (all.at[0] == 0 && all.at[2] == 0));

	/* A unit of UTF-16 is three bytes of UTF-8 at most. */
	text_init(room, 2 * all.len + 16);
	if (little || big) {
		of_utf16(all, big && !little, room);
		return bytes_over(text_string(room), text_len(room));
	}
	return bytes_start_with(all, bytes_of_string("\xef\xbb\xbf"))
		       ? bytes_after(all, 3)
		       : all;
}
