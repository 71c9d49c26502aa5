#include "audit/ignore.h"

/* Tries of one pattern on one path: one with many "*" could take longer than anything
 * else. Past that it does not fit. */
#define TRIES_MAX 100000

struct trying {
	struct bytes pattern;
	struct bytes path;
	size_t tries;
};

/* "[a-z]", "[!a]": behind it in the pattern; 0: it is no set, but a bracket. */
static size_t set_end(struct bytes pattern, size_t at)
{
	size_t end = at + 1;

	if (end < pattern.len && (pattern.at[end] == '!' || pattern.at[end] == '^'))
		end++;
	if (end < pattern.len && pattern.at[end] == ']')
		end++;
	while (end < pattern.len && pattern.at[end] != ']')
		end++;
	return end < pattern.len ? end + 1 : 0;
}

static bool set_has(struct bytes set, uint8_t c)
{
	bool turned = set.len > 0 && (set.at[0] == '!' || set.at[0] == '^');
	bool found = false;

	for (size_t i = turned; i < set.len; i++) {
		if (i + 2 < set.len && set.at[i + 1] == '-') {
			found = found || (c >= set.at[i] && c <= set.at[i + 2]);
			i += 2;
		} else {
			found = found || c == set.at[i];
		}
	}
	return found != turned;
}

/* One character of the path by one of the pattern; *ret_next is behind it. */
static bool fits_one(struct bytes pattern, size_t at, uint8_t c, size_t *ret_next)
{
	uint8_t p = pattern.at[at];
	size_t end;

	*ret_next = at + 1;
	if (p == '?')
		return c != '/';
	if (p == '[' && (end = set_end(pattern, at)) > 0) {
		*ret_next = end;
		return c != '/' &&
		       set_has(bytes_over(pattern.at + at + 1, end - at - 2), c);
	}
	if (p == '\\' && at + 1 < pattern.len) {
		*ret_next = at + 2;
		return pattern.at[at + 1] == c;
	}
	return p == c;
}

static bool fits(struct trying *trying, size_t p, size_t t);

/* "**" goes through folders where it stands alone between slashes; "*" does not. */
static bool fits_star(struct trying *trying, size_t p, size_t t)
{
	struct bytes pattern = trying->pattern;
	size_t end = p;
	bool through;

	while (end < pattern.len && pattern.at[end] == '*')
		end++;
	through = end - p >= 2 && (p == 0 || pattern.at[p - 1] == '/') &&
		  (end == pattern.len || pattern.at[end] == '/');
	/* Through no folder at all: the slash behind it goes too. */
	if (through && end < pattern.len && fits(trying, end + 1, t))
		return true;
	for (; trying->tries < TRIES_MAX; t++) {
		if (fits(trying, end, t))
			return true;
		if (t >= trying->path.len || (trying->path.at[t] == '/' && !through))
			return false;
	}
	return false;
}

/* As deep as the pattern has stars, which are few. */
static bool fits(struct trying *trying, size_t p, size_t t)
{
	while (p < trying->pattern.len && trying->tries++ < TRIES_MAX) {
		size_t next;

		if (trying->pattern.at[p] == '*')
			return fits_star(trying, p, t);
		if (t >= trying->path.len ||
			!fits_one(trying->pattern, p, trying->path.at[t], &next))
			return false;
		p = next;
		t++;
	}
	return p >= trying->pattern.len && t == trying->path.len;
}

/* Deeper recursion than this many stars is refused. */
#define STARS_MAX 32

bool ignore_fits(struct bytes pattern, struct bytes path)
{
	struct trying trying = { pattern, path, 0 };
	size_t stars = 0;

	for (size_t i = 0; i < pattern.len; i++)
		stars += pattern.at[i] == '*' && (i == 0 || pattern.at[i - 1] != '*');
	return stars <= STARS_MAX && fits(&trying, 0, 0);
}

/* Spaces at the end say nothing, unless escaped. */
static struct bytes trimmed(struct bytes line)
{
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	while (line.len > 0 && line.at[line.len - 1] == ' ' &&
		!(line.len > 1 && line.at[line.len - 2] == '\\'))
		line.len--;
	return line;
}

static struct bytes base_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.at[at - 1] != '/')
		at--;
	return bytes_after(path, at);
}

static bool line_fits(struct bytes line, struct bytes path, bool is_folder)
{
	bool tied;

	if (line.len > 0 && line.at[line.len - 1] == '/') {
		if (!is_folder)
			return false;
		line.len--;
	}
	tied = memchr(line.len > 0 ? line.at : (const uint8_t *)"", '/', line.len) !=
	       NULL;
	if (line.len > 0 && line.at[0] == '/')
		line = bytes_after(line, 1);
	return line.len > 0 && ignore_fits(line, tied ? path : base_name(path));
}

enum ignore_verdict ignore_verdict_of(
	struct bytes list, struct bytes path, bool is_folder)
{
	enum ignore_verdict verdict = IGNORE_UNSAID;

	while (list.len > 0) {
		size_t len = bytes_find(list, bytes_of_string("\n"));
		struct bytes line = trimmed(bytes_first(list, len));
		bool back = line.len > 0 && line.at[0] == '!';

		list = bytes_after(list, len + 1);
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (line_fits(bytes_after(line, back), path, is_folder))
			verdict = back ? IGNORE_IN : IGNORE_OUT;
	}
	return verdict;
}
