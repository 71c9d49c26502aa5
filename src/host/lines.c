#include "host/lines.h"

#include <string.h>
#include <strings.h>

bool lines_next(struct bytes *left, struct bytes *ret)
{
	const uint8_t *end;

	if (left->len == 0)
		return false;
	end = memchr(left->at, '\n', left->len);
	*ret = bytes_first(*left, end == NULL ? left->len : (size_t)(end - left->at));
	*left = bytes_after(*left, ret->len + 1);
	if (ret->len > 0 && ret->at[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct bytes lines_trimmed(struct bytes all)
{
	while (all.len > 0 && is_space(all.at[0]))
		all = bytes_after(all, 1);
	while (all.len > 0 && is_space(all.at[all.len - 1]))
		all.len--;
	return all;
}

bool lines_pair(
	struct bytes line, char between, struct bytes *ret_name, struct bytes *ret_value)
{
	const uint8_t *at = line.len == 0 ? NULL : memchr(line.at, between, line.len);

	if (at == NULL)
		return false;
	*ret_name = lines_trimmed(bytes_first(line, (size_t)(at - line.at)));
	*ret_value = lines_trimmed(bytes_after(line, (size_t)(at - line.at) + 1));
	return true;
}

bool lines_item(struct bytes *left, const char *between, struct bytes *ret)
{
	while (left->len > 0) {
		size_t len = 0;

		while (len < left->len &&
			(left->at[len] == '\0' || strchr(between, left->at[len]) == NULL))
			len++;
		*ret = lines_trimmed(bytes_first(*left, len));
		*left = bytes_after(*left, len + 1);
		if (ret->len > 0)
			return true;
	}
	return false;
}

bool lines_equal(struct bytes text, const char *word)
{
	return bytes_equal_caseless(text, bytes_of_string(word));
}
