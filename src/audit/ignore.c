#include "audit/ignore.h"

#include <stdlib.h>

#include "base/attr.h"

/* Tries of one pattern on one path: one with many "*" could take longer than anything
 * else. Past that it does not fit. */
#define TRIES_MAX 100000

struct trying {
	struct bytes pattern;
	struct bytes path;
	size_t tries;
};

/* "[:alpha:]" in a set: pairs of the first and the last that it has. POSIX.1-2017, XBD
 * 7.3.1. */
static const struct {
	const char *name;
	const char *ranges;
} classes[] = {
	{ "alnum", "azAZ09" },
	{ "alpha", "azAZ" },
	{ "blank", "\t\t  " },
	{ "cntrl", "\1\37\177\177" },
	{ "digit", "09" },
	{ "graph", "!~" },
	{ "lower", "az" },
	{ "print", " ~" },
	{ "punct", "!/:@[`{~" },
	{ "space", "\t\r  " },
	{ "upper", "AZ" },
	{ "xdigit", "09afAF" },
};

static bool class_has(struct bytes name, uint8_t c)
{
	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		const char *at = classes[i].ranges;

		if (!bytes_equal(name, bytes_of_string(classes[i].name)))
			continue;
		for (; *at != '\0'; at += 2)
			if (c >= (uint8_t)at[0] && c <= (uint8_t)at[1])
				return true;
	}
	return false;
}

/* A member of a set, escaped or not; *at goes behind it. */
static uint8_t set_member(struct bytes pattern, size_t *at)
{
	if (pattern.at[*at] == '\\' && *at + 1 < pattern.len)
		++*at;
	return pattern.at[(*at)++];
}

/* "[a-z]", "[!a]", "[[:digit:]_]": *ret_end is behind it in the pattern. 0: it has no
 * end, and fits nothing. */
static bool set_fits(struct bytes pattern, size_t at, uint8_t c, size_t *ret_end)
{
	bool turned = at + 1 < pattern.len &&
		      (pattern.at[at + 1] == '!' || pattern.at[at + 1] == '^');
	size_t i = at + 1 + turned, first = i;
	bool found = false;

	while (i < pattern.len && (i == first || pattern.at[i] != ']')) {
		struct bytes name = bytes_after(pattern, i + 2);
		size_t len = bytes_find(name, bytes_of_string(":]"));
		uint8_t least, most;

		if (bytes_start_with(bytes_after(pattern, i), bytes_of_string("[:")) &&
			len < name.len) {
			found = found || class_has(bytes_first(name, len), c);
			i += 2 + len + 2;
			continue;
		}
		least = most = set_member(pattern, &i);
		if (i + 1 < pattern.len && pattern.at[i] == '-' &&
			pattern.at[i + 1] != ']') {
			i++;
			most = set_member(pattern, &i);
		}
		found = found || (c >= least && c <= most);
	}
	*ret_end = i < pattern.len ? i + 1 : 0;
	return found != turned;
}

/* One character of the path by one of the pattern; *ret_next is behind it. */
static bool fits_one(struct bytes pattern, size_t at, uint8_t c, size_t *ret_next)
{
	uint8_t p = pattern.at[at];

	*ret_next = at + 1;
	if (p == '?')
		return c != '/';
	if (p == '[') {
		bool has = set_fits(pattern, at, c, ret_next);

		return has && *ret_next > 0 && c != '/';
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

/* "*.o" and plain names are nearly all there is; they are compared, not tried. */
enum form { FORM_PLAIN, FORM_ENDING, FORM_PATTERN };

struct line {
	uint32_t at; /* in the list's text */
	uint32_t len;
	uint8_t form;
	bool back;    /* "!": takes back */
	bool tied;    /* to the folder: the whole path counts, not the name alone */
	bool folders; /* only these */
};

struct ignore_list {
	size_t count;
	const uint8_t *text;
	struct line lines[]; /* then the text */
};

static bool is_plain(struct bytes pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (strchr("*?[\\", pattern.at[i]) != NULL)
			return false;
	return true;
}

/* The bytes of a line that are its pattern, and what stands around them; nothing of a
 * comment. */
static struct bytes pattern_of(struct bytes text, struct line *ret)
{
	struct bytes line = trimmed(text);

	*ret = (struct line){ 0 };
	if (line.len == 0 || line.at[0] == '#')
		return (struct bytes){ 0 };
	ret->back = line.at[0] == '!';
	line = bytes_after(line, ret->back);
	ret->folders = line.len > 0 && line.at[line.len - 1] == '/';
	line.len -= ret->folders;
	ret->tied = line.len > 0 && memchr(line.at, '/', line.len) != NULL;
	if (line.len > 0 && line.at[0] == '/')
		line = bytes_after(line, 1);
	if (is_plain(line))
		ret->form = FORM_PLAIN;
	else if (line.at[0] == '*' && line.len > 1 && !ret->tied &&
		 is_plain(bytes_after(line, 1)))
		ret->form = FORM_ENDING;
	else
		ret->form = FORM_PATTERN;
	return ret->form == FORM_ENDING ? bytes_after(line, 1) : line;
}

static void read_lines(struct ignore_list *list, struct bytes text)
{
	while (text.len > 0) {
		size_t len = bytes_find(text, bytes_of_string("\n"));
		struct line line;
		struct bytes pattern = pattern_of(bytes_first(text, len), &line);

		text = bytes_after(text, len + 1);
		if (pattern.len == 0)
			continue;
		line.at = (uint32_t)(pattern.at - list->text);
		line.len = (uint32_t)pattern.len;
		list->lines[list->count++] = line;
	}
}

struct ignore_list *ignore_list_new(struct bytes text)
{
	size_t lines = 1;
	struct ignore_list *list;
	uint8_t *copy;

	if (text.len >= UINT32_MAX)
		return NULL;
	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	list = malloc(sizeof *list + lines * sizeof list->lines[0] + text.len);
	if (list == NULL)
		return NULL;
	copy = (uint8_t *)&list->lines[lines];
	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	*list = (struct ignore_list){ .text = copy };
	read_lines(list, bytes_over(copy, text.len));
	return list;
}

void ignore_list_free(struct ignore_list *list)
{
	free(list);
}

static bool line_fits(const struct ignore_list *list, const struct line *line,
	struct bytes path, bool is_folder)
{
	struct bytes pattern = bytes_over(list->text + line->at, line->len);

	if (line->folders && !is_folder)
		return false;
	if (line->form == FORM_PLAIN)
		return bytes_equal(pattern, path);
	if (line->form == FORM_ENDING)
		return path.len >= pattern.len &&
		       bytes_equal(bytes_after(path, path.len - pattern.len), pattern);
	return ignore_fits(pattern, path);
}

enum ignore_verdict ignore_verdict_of(
	const struct ignore_list *list, struct bytes path, bool is_folder)
{
	struct bytes name = base_name(path);

	for (size_t i = list->count; i > 0; i--) {
		const struct line *line = &list->lines[i - 1];

		if (line_fits(list, line, line->tied ? path : name, is_folder))
			return line->back ? IGNORE_IN : IGNORE_OUT;
	}
	return IGNORE_UNSAID;
}
