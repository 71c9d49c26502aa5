/* What a file's name says of it. */
#include <stdlib.h>

#include "audit/kinds.h"

#define NAMES_MAX                                                                        \
	512 /* patterns of all kinds, wrappings and prose: twice what there is */

/* Endings that say how a file is kept, not what it is. */
static const char *const wrappings[] = { "*.bak", "*.default", "*.dist", "*.epp", "*.erb",
	"*.example", "*.in", "*.j2", "*.jinja", "*.jinja2", "*.old", "*.orig", "*.sample",
	"*.template", "*.tmpl", "*.tpl", "*.txt", NULL };

static const char *const prose[] = { "*.1", "*.3", "*.5", "*.7", "*.8", "*.adoc",
	"*.asciidoc", "*.html", "*.htm", "*.md", "*.mdx", "*.markdown", "*.org", "*.po",
	"*.pod", "*.pot", "*.rdoc", "*.rst", "*.tex", "*.texi", "AUTHORS*", "CHANGELOG*",
	"CHANGES*", "COPYING*", "HISTORY*", "LICENSE*", "NEWS*", "README*", "TODO*",
	NULL };

/* What a pattern is of, beside kinds. */
#define OF_WRAPPINGS KINDS_MAX
#define OF_PROSE     (KINDS_MAX + 1)

/* All patterns, in order of their last character, which tells nearly always. Each thread
 * makes its own when it first asks. */
static _Thread_local struct {
	uint64_t pairs[NAMES_MAX];
	struct bytes patterns[NAMES_MAX];
	uint16_t of[NAMES_MAX];
	size_t begin[UINT8_MAX + 2]; /* by that character, in lower case */
	size_t count;
	struct kind_set configurations; /* the kinds of ".conf" */
} names;

/* What a name says. */
struct said {
	struct kind_set kinds;
	bool wrapped;
	bool prose;
};

/* What patterns are held against. */
struct named {
	struct bytes name;
	struct bytes last_two; /* parts of the path: for a pattern with "/" */
	uint64_t pairs;        /* of both */
};

static struct bytes base_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.at[at - 1] != '/' && path.at[at - 1] != '!')
		at--;
	return bytes_after(path, at);
}

static struct bytes last_two(struct bytes path)
{
	size_t at = path.len - base_name(path).len;

	if (at > 0)
		at--;
	while (at > 0 && path.at[at - 1] != '/')
		at--;
	return bytes_after(path, at);
}

static struct named named(struct bytes path)
{
	struct named ret = { base_name(path), last_two(path), 0 };

	ret.pairs = text_pairs(ret.last_two) | text_pairs(bytes_first(ret.name, 1));
	return ret;
}

static void say(struct said *said, size_t of)
{
	if (of == OF_WRAPPINGS)
		said->wrapped = true;
	else if (of == OF_PROSE)
		said->prose = true;
	else
		kind_set_add(&said->kinds, of);
}

static void ask(const struct named *file, uint8_t last, struct said *said)
{
	for (size_t i = names.begin[last]; i < names.begin[last + 1]; i++) {
		struct bytes pattern = names.patterns[i];

		if (!pairs_may_fit(file->pairs, names.pairs[i]))
			continue;
		if (pattern_fits(memchr(pattern.at, '/', pattern.len) != NULL
					 ? file->last_two
					 : file->name,
			    pattern))
			say(said, names.of[i]);
	}
}

static struct said asked(struct bytes path)
{
	struct named file = named(path);
	struct said said = { 0 };

	if (path.len > 0)
		ask(&file, byte_lower(path.at[path.len - 1]), &said);
	ask(&file, '*', &said);
	return said;
}

/* Those that end with the character. */
static void take(const char *const *patterns, uint8_t last, size_t of)
{
	for (; *patterns != NULL; patterns++) {
		struct bytes pattern = bytes_of_string(*patterns);

		if (byte_lower(pattern.at[pattern.len - 1]) != last)
			continue;
		if (names.count == NAMES_MAX)
			abort();
		names.pairs[names.count] = pattern_pairs(pattern);
		names.patterns[names.count] = pattern;
		names.of[names.count++] = (uint16_t)of;
	}
}

static void take_all(void)
{
	for (unsigned last = 0; last <= UINT8_MAX; last++) {
		names.begin[last] = names.count;
		for (size_t kind = 0; kind < kind_count; kind++)
			take(kinds[kind].patterns, (uint8_t)last, kind);
		take(wrappings, (uint8_t)last, OF_WRAPPINGS);
		take(prose, (uint8_t)last, OF_PROSE);
	}
	names.begin[UINT8_MAX + 1] = names.count;
	names.configurations = asked(bytes_of_string(".conf")).kinds;
}

static void make_names(void)
{
	if (names.count == 0)
		take_all();
}

static struct said said_by(struct bytes path)
{
	make_names();
	return asked(path);
}

static bool take_off(struct bytes *path)
{
	for (size_t i = 0; wrappings[i] != NULL; i++) {
		struct bytes wrapping = bytes_of_string(wrappings[i]);

		if (path->len < wrapping.len || !pattern_fits(*path, wrapping))
			continue;
		path->len -= wrapping.len - 1;
		return true;
	}
	return false;
}

static bool first_line_says(struct bytes file, const char *const *words)
{
	struct bytes line;

	if (words == NULL)
		return false;
	line = bytes_first(file, bytes_find(file, bytes_of_string("\n")));
	for (; *words != NULL; words++)
		if (bytes_find(line, bytes_of_string(*words)) < line.len)
			return true;
	return false;
}

static bool has_ending(struct bytes path)
{
	struct bytes name = base_name(path);

	return bytes_find(name, bytes_of_string(".")) < name.len;
}

static void add_all(struct kind_set *to, const struct kind_set *more)
{
	for (size_t i = 0; i < COUNT_OF(to->words); i++)
		to->words[i] |= more->words[i];
}

/* What the name says without its wrappings. */
static void add_inner(struct bytes path, struct kind_set *found)
{
	struct bytes inner = path;
	struct said said;

	while (take_off(&inner))
		continue;
	if (inner.len == path.len)
		return;
	said = said_by(inner);
	add_all(found, &said.kinds);
	/* A template that does not say of what: "ssl.erb". A text may be about anything.
	 */
	if (!has_ending(inner) && !pattern_fits(path, bytes_of_string("*.txt")))
		add_all(found, &names.configurations);
}

struct kind_set kinds_of(struct bytes path, struct bytes file)
{
	struct said said = said_by(path);
	struct kind_set found = said.kinds;

	if (bytes_start_with(file, bytes_of_string("#!")))
		for (size_t i = 0; i < kind_count; i++)
			if (first_line_says(file, kinds[i].first_lines))
				kind_set_add(&found, i);
	if (said.wrapped)
		add_inner(path, &found);
	return found;
}

struct kind_set kinds_of_file(struct bytes path, struct bytes file)
{
	struct kind_set found = kinds_of(path, file);
	uint64_t any = 0;

	for (size_t i = 0; i < COUNT_OF(found.words); i++)
		any |= found.words[i];
	if (any == 0 && !has_ending(path))
		add_all(&found, &names.configurations);
	return found;
}

bool kind_is_prose(struct bytes path)
{
	return said_by(path).prose;
}

bool kind_needs_name(size_t kind)
{
	make_names();
	return kinds[kind].first_lines == NULL &&
	       !kind_set_has(&names.configurations, kind);
}
