#define _GNU_SOURCE /* memmem */
#include "base/bytes.h"

size_t bytes_find(struct bytes all, struct bytes needle)
{
	const uint8_t *found;

	if (needle.len == 0)
		return 0;
	if (all.len < needle.len)
		return all.len;
	found = memmem(all.at, all.len, needle.at, needle.len);
	return found == NULL ? all.len : (size_t)(found - all.at);
}

static bool starts_caseless(const uint8_t *at, struct bytes needle)
{
	for (size_t i = 0; i < needle.len; i++)
		if (byte_lower(at[i]) != byte_lower(needle.at[i]))
			return false;
	return true;
}

bool bytes_equal_caseless(struct bytes a, struct bytes b)
{
	return a.len == b.len && starts_caseless(a.at, b);
}

size_t bytes_find_caseless(struct bytes all, struct bytes needle)
{
	if (needle.len == 0)
		return 0;
	for (size_t i = 0; i + needle.len <= all.len; i++)
		if (starts_caseless(all.at + i, needle))
			return i;
	return all.len;
}
