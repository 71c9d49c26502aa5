#include "audit/directives.h"

/* To add one: a row here in order of name, its files in kinds.c. */
const struct syntax syntaxes[] = {
	{ .name = "apache",
		.comments = "#",
		.ends = '\n',
		.continues = '\\',
		.quotes = "\"'",
		.blocks = BLOCKS_TAGS },
	{ .name = "braces",
		.comments = "#",
		.ends = ';',
		.quotes = "\"'",
		.blocks = BLOCKS_BRACES },
	{ .name = "haproxy",
		.comments = "#",
		.ends = '\n',
		.quotes = "\"'",
		.blocks = BLOCKS_STARTS },
	{ .name = "ini",
		.comments = "#;",
		.ends = '\n',
		.continues = '\\',
		.assigns = "=:",
		.must_assign = true,
		.quotes = "",
		.blocks = BLOCKS_SECTIONS },
	{ .name = "lines",
		.comments = "#",
		.ends = '\n',
		.continues = '\\',
		.assigns = "=",
		.quotes = "\"'",
		.blocks = BLOCKS_BRACES },
	{ .name = "postfix",
		.comments = "#",
		.ends = '\n',
		.indent_continues = true,
		.assigns = "=",
		.must_assign = true,
		.quotes = "",
		.blocks = BLOCKS_NONE },
};
const size_t syntax_count = COUNT_OF(syntaxes);

const struct syntax *syntax_find(struct bytes name)
{
	for (size_t i = 0; i < syntax_count; i++)
		if (bytes_equal(name, bytes_of_string(syntaxes[i].name)))
			return &syntaxes[i];
	return NULL;
}

struct scanner {
	struct bytes file;
	const struct syntax *syntax;
	struct arena *arena;
	struct directives *out;
	struct directive *all;
	size_t room;
	size_t at;
	uint32_t blocks[BLOCKS_MAX];
	size_t depth;
	enum err err;
};

static bool is_among(const char *set, uint8_t c)
{
	return set != NULL && c != 0 && strchr(set, c) != NULL;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_space(uint8_t c)
{
	return is_blank(c) || c == '\n' || c == '\f' || c == '\v';
}

static uint8_t byte_at(const struct scanner *scanner, size_t at)
{
	return at < scanner->file.len ? scanner->file.at[at] : '\n';
}

static size_t line_end(const struct scanner *scanner, size_t at)
{
	struct bytes left = bytes_after(scanner->file, at);

	return at + bytes_find(left, bytes_over("\n", 1));
}

/* White space, line ends and comments between directives. */
static void skip_between(struct scanner *scanner)
{
	while (scanner->at < scanner->file.len) {
		uint8_t c = scanner->file.at[scanner->at];

		if (is_among(scanner->syntax->comments, c))
			scanner->at = line_end(scanner, scanner->at);
		else if (is_space(c) || (c == ';' && scanner->syntax->ends == ';'))
			scanner->at++;
		else
			return;
	}
}

static struct directive *add(struct scanner *scanner)
{
	struct directive *more;

	if (scanner->out->count >= DIRECTIVES_MAX) {
		scanner->out->cut = true;
		scanner->at = scanner->file.len;
		return NULL;
	}
	if (scanner->out->count == scanner->room) {
		scanner->room = scanner->room == 0 ? 64 : 2 * scanner->room;
		more = arena_take(scanner->arena, scanner->room * sizeof *more);
		if (more == NULL) {
			scanner->err = ERR_MEMORY;
			scanner->at = scanner->file.len;
			return NULL;
		}
		if (scanner->out->count > 0)
			memcpy(more, scanner->all, scanner->out->count * sizeof *more);
		scanner->all = more;
		scanner->out->all = more;
	}
	return &scanner->all[scanner->out->count++];
}

static void open_block(struct scanner *scanner)
{
	if (scanner->out->count == 0)
		return;
	if (scanner->depth < BLOCKS_MAX)
		scanner->blocks[scanner->depth++] = (uint32_t)(scanner->out->count - 1);
}

static void close_block(struct scanner *scanner)
{
	if (scanner->depth > 0)
		scanner->depth--;
}

/* Behind a quoted text that begins at `at`; a quotation mark without its mate is a
 * character as others are. */
static size_t skip_quoted(const struct scanner *scanner, size_t at)
{
	uint8_t quote = scanner->file.at[at];
	size_t end = at + 1;

	while (end < scanner->file.len && scanner->file.at[end] != quote) {
		if (scanner->file.at[end] == '\n' && scanner->syntax->ends == '\n')
			return at + 1;
		end += scanner->file.at[end] == '\\' ? 2 : 1;
	}
	return end < scanner->file.len ? end + 1 : at + 1;
}

/* True if the line end at `at` does not end the directive. */
static bool goes_on(const struct scanner *scanner, size_t at)
{
	const struct syntax *syntax = scanner->syntax;
	size_t before = at;

	if (before > 0 && scanner->file.at[before - 1] == '\r')
		before--;
	if (syntax->continues != 0 && before > 0 &&
		scanner->file.at[before - 1] == (uint8_t)syntax->continues)
		return true;
	return syntax->indent_continues && is_blank(byte_at(scanner, at + 1)) &&
	       at + 1 < scanner->file.len;
}

/* Behind "{{ ... }}" or "${...}" of a template, which stand for some text; at itself if
 * there is none. */
static size_t skip_template(const struct scanner *scanner, size_t at)
{
	bool doubled = byte_at(scanner, at + 1) == '{' || byte_at(scanner, at + 1) == '%';
	size_t end = at + 1;

	if (!doubled && (at == 0 || scanner->file.at[at - 1] != '$'))
		return at;
	while (end < scanner->file.len && scanner->file.at[end] != '\n' &&
		!(scanner->file.at[end] == '}' &&
			(!doubled || scanner->file.at[end - 1] == '}' ||
				scanner->file.at[end - 1] == '%')))
		end++;
	return byte_at(scanner, end) == '}' ? end + 1 : at;
}

/* Where the directive that begins at `at` ends: at its end mark, or at the brace that
 * opens its block. */
static size_t directive_end(const struct scanner *scanner, size_t at)
{
	const struct syntax *syntax = scanner->syntax;
	bool braces = syntax->blocks == BLOCKS_BRACES;

	while (at < scanner->file.len) {
		uint8_t c = scanner->file.at[at];

		if (is_among(syntax->quotes, c))
			at = skip_quoted(scanner, at);
		else if (is_among(syntax->comments, c) && at > 0 &&
			 is_space(scanner->file.at[at - 1]) && syntax->ends == ';')
			at = line_end(scanner, at);
		else if (c == '\n' && syntax->ends == '\n' && !goes_on(scanner, at))
			return at;
		else if (c == ';' && syntax->ends == ';')
			return at;
		else if (braces && c == '{' && skip_template(scanner, at) > at)
			at = skip_template(scanner, at);
		else if (braces && (c == '{' || c == '}'))
			return at;
		else
			at++;
	}
	return scanner->file.len;
}

static struct bytes trimmed(struct bytes text)
{
	while (text.len > 0 && is_space(text.at[0]))
		text = bytes_after(text, 1);
	while (text.len > 0 && is_space(text.at[text.len - 1]))
		text.len--;
	return text;
}

/* Name and value of the directive between `from` and `to`; false if it is none. */
static bool split(const struct scanner *scanner, size_t from, size_t to,
	struct directive *directive)
{
	const struct syntax *syntax = scanner->syntax;
	size_t at = from;

	while (at < to && !is_space(scanner->file.at[at]) &&
		!is_among(syntax->assigns, scanner->file.at[at]))
		at++;
	directive->at = (uint32_t)from;
	directive->end = (uint32_t)to;
	directive->name = bytes_over(scanner->file.at + from, at - from);
	while (at < to && is_blank(scanner->file.at[at]))
		at++;
	if (at < to && is_among(syntax->assigns, scanner->file.at[at]))
		at++;
	else if (syntax->must_assign)
		return false;
	directive->value = trimmed(bytes_over(scanner->file.at + at, to - at));
	return directive->name.len > 0;
}

static void read_directive(struct scanner *scanner, size_t to, bool opens)
{
	struct directive directive = { 0 };
	struct directive *kept;

	if (!split(scanner, scanner->at, to, &directive) && !opens)
		return;
	kept = add(scanner);
	if (kept == NULL)
		return;
	*kept = directive;
	kept->opens = opens;
	kept->block = scanner->depth > 0 ? scanner->blocks[scanner->depth - 1] : NO_BLOCK;
}

/* A block without a name must be closed too. */
static void open_unnamed(struct scanner *scanner, size_t at)
{
	struct directive *kept = add(scanner);

	if (kept == NULL)
		return;
	*kept = (struct directive){ .at = (uint32_t)at,
		.end = (uint32_t)at,
		.block = scanner->depth > 0 ? scanner->blocks[scanner->depth - 1]
					    : NO_BLOCK,
		.opens = true };
}

/* <Name arguments> opens, </Name> closes. */
static void read_tag(struct scanner *scanner)
{
	size_t end = line_end(scanner, scanner->at);

	if (byte_at(scanner, scanner->at + 1) == '/') {
		close_block(scanner);
	} else {
		size_t last = end;

		while (last > scanner->at && (is_space(scanner->file.at[last - 1]) ||
						     scanner->file.at[last - 1] == '>'))
			last--;
		scanner->at++;
		if (last > scanner->at) {
			read_directive(scanner, last, true);
			open_block(scanner);
		}
	}
	if (scanner->at < end)
		scanner->at = end;
}

/* [name] closes the section before it. */
static void read_section(struct scanner *scanner)
{
	size_t end = line_end(scanner, scanner->at);
	size_t last = scanner->at + 1;
	struct directive *kept;

	while (last < end && scanner->file.at[last] != ']')
		last++;
	scanner->depth = 0;
	kept = add(scanner);
	if (kept == NULL)
		return;
	*kept = (struct directive){
		.name = trimmed(bytes_over(
			scanner->file.at + scanner->at + 1, last - scanner->at - 1)),
		.at = (uint32_t)scanner->at,
		.end = (uint32_t)end,
		.block = NO_BLOCK,
		.opens = true,
	};
	open_block(scanner);
	scanner->at = end;
}

static void read_statement(struct scanner *scanner)
{
	const struct syntax *syntax = scanner->syntax;
	size_t end = directive_end(scanner, scanner->at);
	bool margin = syntax->blocks == BLOCKS_STARTS &&
		      (scanner->at == 0 || scanner->file.at[scanner->at - 1] == '\n');
	uint8_t by = byte_at(scanner, end);
	bool opens = margin || (syntax->blocks == BLOCKS_BRACES && by == '{');
	bool ended = syntax->ends != ';' || by == ';' || by == '{';

	if (margin)
		scanner->depth = 0;
	/* What its mark does not end is no directive. */
	if (end > scanner->at && ended)
		read_directive(scanner, end, opens);
	else if (opens)
		open_unnamed(scanner, end);
	if (scanner->at >= scanner->file.len)
		return;
	if (opens)
		open_block(scanner);
	if (syntax->blocks == BLOCKS_BRACES && by == '}' && end < scanner->file.len)
		close_block(scanner);
	scanner->at = end < scanner->file.len ? end + 1 : end;
}

enum err directives_read(struct bytes file, const struct syntax *syntax,
	struct arena *arena, struct directives *ret)
{
	struct scanner scanner = {
		.file = file, .syntax = syntax, .arena = arena, .out = ret
	};

	*ret = (struct directives){ 0 };
	if (file.len > UINT32_MAX)
		return ERR_LIMIT;
	for (skip_between(&scanner); scanner.at < file.len; skip_between(&scanner)) {
		uint8_t c = file.at[scanner.at];

		if (c == '<' && syntax->blocks == BLOCKS_TAGS)
			read_tag(&scanner);
		else if (c == '[' && syntax->blocks == BLOCKS_SECTIONS)
			read_section(&scanner);
		else
			read_statement(&scanner);
	}
	return scanner.err;
}
