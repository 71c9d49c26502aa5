/*
 * bytes - some bytes of somebody else's: a pointer and a length, passed by value.
 *
 * Borrowed always. `at` may be NULL only when `len` is 0.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t len;
};

static inline struct bytes bytes_over(const void *at, size_t len)
{
	return (struct bytes){ at, len };
}

/* The characters of a C string, without its final zero. */
static inline struct bytes bytes_of_string(const char *string)
{
	return (struct bytes){ (const uint8_t *)string, strlen(string) };
}

/* An ASCII letter in its lower case; any other octet as it is. */
static inline uint8_t byte_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* The same, blind to the case of ASCII letters. */
bool bytes_equal_caseless(struct bytes a, struct bytes b);

static inline bool bytes_start_with(struct bytes all, struct bytes start)
{
	return all.len >= start.len &&
	       (start.len == 0 || memcmp(all.at, start.at, start.len) == 0);
}

/* The same, blind to the case of ASCII letters. */
static inline bool bytes_start_with_caseless(struct bytes all, struct bytes start)
{
	return all.len >= start.len &&
	       bytes_equal_caseless((struct bytes){ all.at, start.len }, start);
}

/* What is left of all after its first n bytes; nothing if it has fewer. */
static inline struct bytes bytes_after(struct bytes all, size_t n)
{
	if (n >= all.len)
		return (struct bytes){ 0 };
	return (struct bytes){ all.at + n, all.len - n };
}

/* The first n bytes of all, or all of them if it has fewer. */
static inline struct bytes bytes_first(struct bytes all, size_t n)
{
	return (struct bytes){ all.at, n < all.len ? n : all.len };
}

/* Where needle first stands in all, or all.len if it does not. */
size_t bytes_find(struct bytes all, struct bytes needle);

/* The same, blind to the case of ASCII letters. */
size_t bytes_find_caseless(struct bytes all, struct bytes needle);

#endif
