#include "audit/patterns.h"

/* What stands before a text, and behind it. */
#define MARGIN 0

/* What stands behind the last "*" is compared first: it tells nearly always. */
static bool ends_fit(struct bytes *text, struct bytes *pattern)
{
	while (pattern->len > 0 && pattern->at[pattern->len - 1] != '*') {
		if (text->len == 0 || byte_lower(pattern->at[pattern->len - 1]) !=
					      byte_lower(text->at[text->len - 1]))
			return false;
		pattern->len--;
		text->len--;
	}
	return pattern->len > 0 || text->len == 0;
}

/* The last "*" is tried again one character on; so it takes no stack. */
bool pattern_fits(struct bytes text, struct bytes pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, from = 0;

	if (!ends_fit(&text, &pattern))
		return false;
	while (t < text.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = t;
			if (p == pattern.len)
				return true;
		} else if (p < pattern.len &&
			   byte_lower(pattern.at[p]) == byte_lower(text.at[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

struct bytes pattern_part(struct bytes pattern)
{
	struct bytes longest = { 0 };

	while (pattern.len > 0) {
		size_t len = bytes_find(pattern, bytes_of_string("*"));

		if (len > longest.len)
			longest = bytes_first(pattern, len);
		pattern = bytes_after(pattern, len + 1);
	}
	return longest;
}

/* The upper bits of a product depend on all of both. */
static uint64_t pair(uint8_t first, uint8_t second)
{
	uint32_t both = (uint32_t)first << 8 | second;

	return UINT64_C(1) << (both * UINT32_C(0x9e3779b1) >> 26);
}

uint64_t text_pairs(struct bytes text)
{
	uint64_t pairs = 0;
	uint8_t last = MARGIN;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = byte_lower(text.at[i]);

		pairs |= pair(last, c);
		last = c;
	}
	return pairs | pair(last, MARGIN);
}

uint64_t pattern_pairs(struct bytes pattern)
{
	uint64_t pairs = 0;
	uint8_t last = MARGIN;

	for (size_t i = 0; i < pattern.len; i++) {
		uint8_t c = byte_lower(pattern.at[i]);

		if (last != '*' && c != '*')
			pairs |= pair(last, c);
		last = c;
	}
	return last == '*' ? pairs : pairs | pair(last, MARGIN);
}
