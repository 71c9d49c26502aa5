#include "audit/directives_inside.h"

struct scanner {
	struct building to;
	struct bytes file;
	const struct syntax *syntax;
	size_t ungrouped; /* brackets before here hold braces or do not close */
	bool no_here;     /* a here-document had no end; no other is looked for */
	/* What opens before here and was not closed then is not looked for again, so that
	 * time does not grow with the square of a file. */
	size_t unmated[UINT8_MAX + 1]; /* by quotation mark */
	size_t unclosed[2];            /* "${"; "{{" and "{%" */
};

/* A set is of few. */
static bool is_among(const char *set, uint8_t c)
{
	for (; set != NULL && *set != '\0'; set++)
		if ((uint8_t)*set == c)
			return true;
	return false;
}

static bool is_letter_or_digit(uint8_t c)
{
	return (c >= '0' && c <= '9') || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z');
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_space(uint8_t c)
{
	return is_blank(c) || c == '\n' || c == '\f' || c == '\v';
}

/* Behind the comment that begins at `at`; at itself if there is none. */
static size_t skip_comment(const struct scanner *scanner, size_t at)
{
	struct bytes left = bytes_after(scanner->file, at);

	if (is_among(scanner->syntax->comments, building_byte(&scanner->to, at)))
		return building_line_end(&scanner->to, at);
	if (!scanner->syntax->slashes)
		return at;
	if (bytes_start_with(left, bytes_of_string("//")))
		return building_line_end(&scanner->to, at);
	if (bytes_start_with(left, bytes_of_string("/*"))) {
		size_t len = bytes_find(left, bytes_of_string("*/"));

		return at + (len < left.len ? len + 2 : left.len);
	}
	return at;
}

/* White space, line ends and comments between directives. */
static void skip_between(struct scanner *scanner)
{
	const struct syntax *syntax = scanner->syntax;

	while (scanner->to.at < scanner->file.len) {
		uint8_t c = scanner->file.at[scanner->to.at];
		size_t behind = skip_comment(scanner, scanner->to.at);

		if (behind > scanner->to.at)
			scanner->to.at = behind;
		else if (is_space(c) || (c == ';' && syntax->ends == ';') ||
			 (c == ',' && syntax->commas))
			scanner->to.at++;
		else
			return;
	}
}

/* Behind a quoted text that begins at `at`; a quotation mark without its mate is a
 * character as others are. */
static size_t skip_quoted(struct scanner *scanner, size_t at)
{
	uint8_t quote = scanner->file.at[at];
	size_t end = at + 1;

	if (at < scanner->unmated[quote])
		return at + 1;
	while (end < scanner->file.len && scanner->file.at[end] != quote) {
		if (scanner->file.at[end] == '\n' && scanner->syntax->ends == '\n')
			break;
		end += scanner->file.at[end] == '\\' ? 2 : 1;
	}
	if (end < scanner->file.len && scanner->file.at[end] == quote)
		return end + 1;
	scanner->unmated[quote] = end;
	return at + 1;
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
	return syntax->indent_continues &&
	       is_blank(building_byte(&scanner->to, at + 1)) &&
	       at + 1 < scanner->file.len;
}

/* Behind "{{ ... }}" or "${...}" of a template, which stand for some text; at itself if
 * there is none. */
static size_t skip_template(struct scanner *scanner, size_t at)
{
	bool doubled = building_byte(&scanner->to, at + 1) == '{' ||
		       building_byte(&scanner->to, at + 1) == '%';
	size_t end = at + 1;

	if (at < scanner->unclosed[doubled] ||
		(!doubled && (at == 0 || scanner->file.at[at - 1] != '$')))
		return at;
	while (end < scanner->file.len && scanner->file.at[end] != '\n' &&
		!(scanner->file.at[end] == '}' &&
			(!doubled || scanner->file.at[end - 1] == '}' ||
				scanner->file.at[end - 1] == '%')))
		end++;
	if (building_byte(&scanner->to, end) == '}')
		return end + 1;
	scanner->unclosed[doubled] = end;
	return at;
}

/* Behind the brackets that open at `at`; at itself where braces stand in them, for those
 * hold directives. */
static size_t skip_group(struct scanner *scanner, size_t at)
{
	size_t end = at, depth = 0;

	while (at >= scanner->ungrouped && end < scanner->file.len) {
		uint8_t c = scanner->file.at[end];

		if (is_among(scanner->syntax->quotes, c)) {
			end = skip_quoted(scanner, end);
			continue;
		}
		if (c == '{' || c == '}')
			break;
		depth += c == '(' || c == '[';
		depth -= c == ')' || c == ']';
		end++;
		if (depth == 0)
			return end;
	}
	if (end > scanner->ungrouped)
		scanner->ungrouped = end;
	return at;
}

/* Behind a here-document whose mark begins at `at`; at itself if there is none. */
static size_t skip_here(struct scanner *scanner, size_t at)
{
	size_t from = at + 2, to, line;
	struct bytes mark;

	if (building_byte(&scanner->to, at) != '<' ||
		building_byte(&scanner->to, at + 1) != '<')
		return at;
	from += building_byte(&scanner->to, from) == '-';
	to = building_line_end(&scanner->to, from);
	mark = directive_trimmed(building_span(&scanner->to, from, to));
	if (mark.len == 0 || scanner->no_here)
		return at;
	for (line = to + 1; line < scanner->file.len; line = to + 1) {
		to = building_line_end(&scanner->to, line);
		if (bytes_equal(directive_trimmed(building_span(&scanner->to, line, to)),
			    mark))
			return to;
	}
	scanner->no_here = true;
	return at;
}

/* Behind what begins at `at` and holds no end; at itself if that is nothing. */
static size_t skip_whole(struct scanner *scanner, size_t at)
{
	const struct syntax *syntax = scanner->syntax;
	uint8_t c = scanner->file.at[at];

	if (is_among(syntax->quotes, c))
		return skip_quoted(scanner, at);
	if (syntax->groups && (c == '(' || c == '['))
		return skip_group(scanner, at);
	if (syntax->here_documents && c == '<')
		return skip_here(scanner, at);
	if (syntax->blocks == BLOCKS_BRACES && c == '{')
		return skip_template(scanner, at);
	return at;
}

/* True if the directive ends before the byte at `at`. */
static bool ends_at(const struct scanner *scanner, size_t at)
{
	const struct syntax *syntax = scanner->syntax;
	uint8_t c = scanner->file.at[at];

	if (c == '\n' && syntax->ends == '\n')
		return !goes_on(scanner, at);
	/* The blank in front first: a comment without an end is sought to the file's. */
	if (syntax->trailing && at > scanner->to.at &&
		is_space(scanner->file.at[at - 1]) && skip_comment(scanner, at) > at)
		return true;
	return (c == ';' && syntax->ends == ';') || (c == ',' && syntax->commas) ||
	       ((c == '{' || c == '}') && syntax->blocks == BLOCKS_BRACES);
}

/* Where the directive that begins at `at` ends: at its end mark, or at the brace that
 * opens its block. */
static size_t directive_end(struct scanner *scanner, size_t at)
{
	const struct syntax *syntax = scanner->syntax;

	while (at < scanner->file.len) {
		size_t behind = at;

		/* These neither end nor begin anything. */
		while (behind < scanner->file.len &&
			is_letter_or_digit(scanner->file.at[behind]))
			behind++;
		if (behind == at)
			behind = skip_whole(scanner, at);
		if (behind > at)
			at = behind;
		else if (ends_at(scanner, at))
			return at;
		else if (is_among(syntax->comments, scanner->file.at[at]) && at > 0 &&
			 is_space(scanner->file.at[at - 1]) && syntax->ends == ';')
			at = building_line_end(&scanner->to, at);
		else
			at++;
	}
	return scanner->file.len;
}

/* "Enabled" of .reg files is named Enabled. */
static struct bytes unquoted(struct bytes name)
{
	if (name.len > 2 && (name.at[0] == '"' || name.at[0] == '\'') &&
		name.at[name.len - 1] == name.at[0])
		return bytes_over(name.at + 1, name.len - 2);
	return name;
}

/* Name and value of the directive between `from` and `to`; false if it is none. */
static bool split(const struct scanner *scanner, size_t from, size_t to,
	struct directive *directive)
{
	const struct syntax *syntax = scanner->syntax;
	size_t at = from;

	if (syntax->leads != NULL &&
		bytes_start_with(building_span(&scanner->to, from, to),
			bytes_of_string(syntax->leads))) {
		at += strlen(syntax->leads);
		while (at < to && is_blank(scanner->file.at[at]))
			at++;
		from = at;
	}
	while (at < to && !is_space(scanner->file.at[at]) &&
		!is_among(syntax->assigns, scanner->file.at[at]))
		at++;
	directive->at = (uint32_t)from;
	directive->end = (uint32_t)to;
	directive->name = unquoted(building_span(&scanner->to, from, at));
	while (at < to && is_blank(scanner->file.at[at]))
		at++;
	if (at < to && is_among(syntax->assigns, scanner->file.at[at]))
		at++;
	else if (syntax->must_assign)
		return false;
	directive->value = directive_trimmed(bytes_over(scanner->file.at + at, to - at));
	return directive->name.len > 0;
}

static void read_directive(struct scanner *scanner, size_t to, bool opens)
{
	struct directive directive = { 0 };
	struct directive *kept;

	if (!split(scanner, scanner->to.at, to, &directive) && !opens)
		return;
	kept = building_add(&scanner->to);
	if (kept == NULL)
		return;
	directive.block = kept->block;
	directive.opens = opens;
	*kept = directive;
}

/* <Name arguments> opens, </Name> closes. */
static void read_tag(struct scanner *scanner)
{
	size_t end = building_line_end(&scanner->to, scanner->to.at);

	if (building_byte(&scanner->to, scanner->to.at + 1) == '/') {
		building_close(&scanner->to);
	} else {
		size_t last = end;

		while (last > scanner->to.at &&
			(is_space(scanner->file.at[last - 1]) ||
				scanner->file.at[last - 1] == '>'))
			last--;
		scanner->to.at++;
		if (last > scanner->to.at) {
			read_directive(scanner, last, true);
			building_open(&scanner->to);
		}
	}
	if (scanner->to.at < end)
		scanner->to.at = end;
}

/* [name] closes the section before it. */
static void read_section(struct scanner *scanner)
{
	size_t end = building_line_end(&scanner->to, scanner->to.at);
	size_t last = scanner->to.at + 1;
	struct directive *kept;

	while (last < end && scanner->file.at[last] != ']')
		last++;
	scanner->to.depth = 0;
	kept = building_add(&scanner->to);
	if (kept == NULL)
		return;
	*kept = (struct directive){
		.name = directive_trimmed(
			bytes_over(scanner->file.at + scanner->to.at + 1,
				last - scanner->to.at - 1)),
		.at = (uint32_t)scanner->to.at,
		.end = (uint32_t)end,
		.block = NO_BLOCK,
		.opens = true,
	};
	building_open(&scanner->to);
	scanner->to.at = end;
}

/* A block without a name, as the objects of a list are, must be closed too. */
static void open_unnamed(struct scanner *scanner, size_t at)
{
	struct directive *kept = building_add(&scanner->to);

	if (kept == NULL)
		return;
	kept->at = (uint32_t)at;
	kept->end = (uint32_t)at;
	kept->opens = true;
}

static void read_statement(struct scanner *scanner)
{
	const struct syntax *syntax = scanner->syntax;
	struct building *to = &scanner->to;
	size_t end = directive_end(scanner, to->at);
	bool margin = syntax->blocks == BLOCKS_STARTS &&
		      (to->at == 0 || scanner->file.at[to->at - 1] == '\n');
	uint8_t by = building_byte(to, end);
	bool opens = margin || (syntax->blocks == BLOCKS_BRACES && by == '{');
	bool ended = syntax->ends != ';' || by == ';' || by == '{';

	if (margin)
		to->depth = 0;
	/* What its mark does not end is no directive. */
	if (end > to->at && ended)
		read_directive(scanner, end, opens);
	else if (opens)
		open_unnamed(scanner, end);
	if (to->at >= scanner->file.len)
		return;
	if (opens)
		building_open(to);
	if (syntax->blocks == BLOCKS_BRACES && by == '}' && end < scanner->file.len)
		building_close(to);
	/* A comment that ends a directive is still to be passed over. */
	to->at = end < scanner->file.len && skip_comment(scanner, end) == end ? end + 1
									      : end;
}

static void read_lines(struct scanner *scanner)
{
	const struct syntax *syntax = scanner->syntax;

	for (skip_between(scanner); scanner->to.at < scanner->file.len;
		skip_between(scanner)) {
		uint8_t c = scanner->file.at[scanner->to.at];

		if (c == '<' && syntax->blocks == BLOCKS_TAGS)
			read_tag(scanner);
		else if (c == '[' && syntax->blocks == BLOCKS_SECTIONS)
			read_section(scanner);
		else
			read_statement(scanner);
	}
}

enum err directives_read(struct bytes file, const struct syntax *syntax,
	struct arena *arena, struct directives *ret)
{
	static void (*const readers[])(struct building * building) = {
		[NOTATION_YAML] = directives_read_yaml,
		[NOTATION_XML] = directives_read_xml,
		[NOTATION_COMMANDS] = directives_read_commands,
		[NOTATION_COMMAND_LIST] = directives_read_command_list,
	};
	struct scanner scanner = {
		.to = { .file = file, .arena = arena, .out = ret },
		.file = file,
		.syntax = syntax,
	};

	*ret = (struct directives){ 0 };
	if (file.len > UINT32_MAX)
		return ERR_LIMIT;
	scanner.to.keys = syntax->keys;
	if (syntax->reader == NOTATION_LINES)
		read_lines(&scanner);
	else
		readers[syntax->reader](&scanner.to);
	return scanner.to.err;
}
