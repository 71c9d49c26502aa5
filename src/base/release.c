#include "base/release.h"

#include <stdio.h>

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next run of digits or of letters; what stands between is stepped over. */
static struct bytes next_part(struct bytes *all)
{
	struct bytes part;
	size_t len = 0;
	bool digits;

	while (all->len > 0 && !is_digit(all->at[0]) && !is_letter(all->at[0]))
		*all = bytes_after(*all, 1);
	digits = all->len > 0 && is_digit(all->at[0]);
	while (len < all->len &&
		(digits ? is_digit(all->at[len]) : is_letter(all->at[len])))
		len++;
	part = bytes_first(*all, len);
	*all = bytes_after(*all, len);
	return part;
}

static struct bytes without_zeros(struct bytes digits)
{
	while (digits.len > 1 && digits.at[0] == '0')
		digits = bytes_after(digits, 1);
	return digits;
}

/* Not there, or 0. */
static bool is_nothing(struct bytes part)
{
	return part.len == 0 ||
	       (is_digit(part.at[0]) && without_zeros(part).at[0] == '0');
}

static int compare_part(struct bytes a, struct bytes b)
{
	size_t len;
	int order;

	/* 1.0.2 before 1.0.2a before 1.0.2.1; 1.0 and 1.0.0 are the same */
	if (a.len == 0 || b.len == 0)
		return is_nothing(a) ? -!is_nothing(b) : is_nothing(b);
	if (is_digit(a.at[0]) != is_digit(b.at[0]))
		return is_digit(a.at[0]) ? 1 : -1;
	if (is_digit(a.at[0])) {
		a = without_zeros(a);
		b = without_zeros(b);
		if (a.len != b.len)
			return a.len > b.len ? 1 : -1;
	}
	len = a.len < b.len ? a.len : b.len;
	order = memcmp(a.at, b.at, len);
	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int release_compare(struct bytes a, struct bytes b)
{
	while (a.len > 0 || b.len > 0) {
		struct bytes part_a = next_part(&a);
		int order = compare_part(part_a, next_part(&b));

		if (order != 0)
			return order;
	}
	return 0;
}

/* Without the marks in front of it, and without what a release cannot have. */
static struct bytes bare(struct bytes release)
{
	size_t len = 0;

	while (release.len > 0 && !is_digit(release.at[0]))
		release = bytes_after(release, 1);
	while (len < release.len &&
		(is_digit(release.at[len]) || is_letter(release.at[len]) ||
			release.at[len] == '.' || release.at[len] == '-' ||
			release.at[len] == '_'))
		len++;
	return bytes_first(release, len);
}

bool release_is_before(struct bytes release, struct bytes limit)
{
	release = bare(release);
	return release.len > 0 && release_compare(release, bare(limit)) < 0;
}

bool release_line_is_before(struct bytes line, struct bytes limit)
{
	while (line.len > 0 && is_digit(line.at[0])) {
		struct bytes number = next_part(&line);
		int order = compare_part(number, next_part(&limit));

		if (order != 0)
			return order < 0;
		line = line.len > 0 && line.at[0] == '.' ? bytes_after(line, 1)
							 : (struct bytes){ 0 };
	}
	return false;
}

size_t release_length(struct bytes all)
{
	size_t len = 0;

	if (all.len == 0 || !is_digit(all.at[0]))
		return 0;
	while (len < all.len && (is_digit(all.at[len]) || is_letter(all.at[len]) ||
					all.at[len] == '.' || all.at[len] == '_'))
		len++;
	while (len > 0 && (all.at[len - 1] == '.' || all.at[len - 1] == '_'))
		len--;
	return len;
}

void release_of_java(struct bytes all, char *ret, size_t room)
{
	struct bytes rest = all;
	struct bytes first = next_part(&rest);
	bool old = bytes_equal(first, bytes_of_string("1")) && rest.len > 0 &&
		   rest.at[0] == '.';
	bool updated = !old && rest.len > 1 && rest.at[0] == 'u' && is_digit(rest.at[1]);

	if (old) {
		first = next_part(&rest);
		if (rest.len > 0 && rest.at[0] == '.')
			(void)next_part(&rest); /* the 0 of 1.8.0_292 */
	} else if (!updated) {
		(void)snprintf(ret, room, "%.*s", (int)(all.len < 64 ? all.len : 64),
			all.len > 0 ? (const char *)all.at : "");
		return;
	} else {
		rest = bytes_after(rest, 1);
	}
	struct bytes update = next_part(&rest);

	if (update.len == 0 || !is_digit(update.at[0]))
		update = bytes_of_string("0");
	(void)snprintf(ret, room, "%.*s.0.%.*s", (int)(first.len < 16 ? first.len : 16),
		first.len > 0 ? (const char *)first.at : "0",
		(int)(update.len < 16 ? update.len : 16), (const char *)update.at);
}
