/* Comments, strings, here-documents: what is not code. */
#include "audit/tokens_inside.h"

#define HERE_NAME_MAX 64
#define RAW_MARK_MAX  16 /* C++, [lex.string]: the delimiter's most characters */
#define CHARACTER_MAX 12 /* '\u{10ffff}' */

/* Where text next stands behind the first `from` bytes of what remains; the file's end
 * if it does not. */
static size_t find_from(const struct lexer *lexer, size_t from, const char *text)
{
	struct bytes all = bytes_after(lexer->file, lexer->at + from);

	return lexer->at + from + bytes_find(all, bytes_of_string(text));
}

static void skip_line(struct lexer *lexer)
{
	size_t end = find_from(lexer, 0, "\n");

	lexer->at = end < lexer->file.len ? end : lexer->file.len;
}

/* True if the line that ends here has a backslash before its end. */
bool lexer_goes_on(const struct lexer *lexer)
{
	size_t end = lexer->at;

	if (end > 0 && lexer->file.at[end - 1] == '\r')
		end--;
	return end > 0 && lexer->file.at[end - 1] == '\\';
}

/* To behind where text next stands, or to the file's end. */
static void skip_behind(struct lexer *lexer, const char *text)
{
	size_t at = find_from(lexer, 0, text);

	lexer->at = at < lexer->file.len ? at + strlen(text) : lexer->file.len;
}

static void skip_nested(struct lexer *lexer, const char *open, const char *close)
{
	size_t depth = 1;

	while (depth > 0 && lexer->at < lexer->file.len) {
		if (lexer_stands(lexer, lexer->at, close)) {
			depth--;
			lexer->at += strlen(close);
		} else if (lexer_stands(lexer, lexer->at, open)) {
			depth++;
			lexer->at += strlen(open);
		} else {
			lexer->at++;
		}
	}
}

/* Comments of several lines; true if one was stepped over. A mark that begins with a
 * line end must stand at the start of a line. */
static bool skip_block(struct lexer *lexer)
{
	for (size_t i = 0; i < FAMILY_COMMENTS_MAX; i++) {
		const char *open = lexer->family->block_comments[i].open;
		const char *close = lexer->family->block_comments[i].close;
		size_t open_len;

		if (open == NULL || !lexer_stands(lexer, lexer->at, open))
			continue;
		open_len = strlen(open);
		/* Plain old documentation begins with "=" and a letter. */
		if (open[0] == '\n' && lexer->at + open_len < lexer->file.len &&
			!is_letter(lexer->file.at[lexer->at + open_len]) && open_len == 2)
			continue;
		lexer->at += open_len;
		if (lexer->family->block_comments[i].nests)
			skip_nested(lexer, open, close);
		else
			skip_behind(lexer, close);
		if (open[0] == '\n')
			skip_line(lexer);
		return true;
	}
	return false;
}

bool lexer_begins_line(const struct lexer *lexer, size_t at)
{
	while (at > 0 && is_among(" \t", lexer->file.at[at - 1]))
		at--;
	return at == 0 || lexer->file.at[at - 1] == '\n';
}

/* The word behind the "#" that a line begins with; empty if it begins with none. */
static struct bytes preprocessed_word(const struct lexer *lexer, size_t at)
{
	struct bytes word = bytes_after(lexer->file, at);

	while (word.len > 0 && is_among(" \t", word.at[0]))
		word = bytes_after(word, 1);
	if (word.len == 0 || word.at[0] != '#')
		return (struct bytes){ 0 };
	word = bytes_after(word, 1);
	while (word.len > 0 && is_among(" \t", word.at[0]))
		word = bytes_after(word, 1);
	return word;
}

/* "#if 0": up to the line with its #else or #endif. */
static void skip_never(struct lexer *lexer)
{
	size_t depth = 0;

	while (lexer->at < lexer->file.len) {
		struct bytes word;

		lexer->at++;
		word = preprocessed_word(lexer, lexer->at);
		if (bytes_start_with(word, bytes_of_string("if")))
			depth++;
		else if (depth == 0 &&
			 (bytes_start_with(word, bytes_of_string("el")) ||
				 bytes_start_with(word, bytes_of_string("endif"))))
			break;
		else if (bytes_start_with(word, bytes_of_string("endif")))
			depth--;
		skip_line(lexer);
	}
	skip_line(lexer);
}

/* "#if X \" goes on over its line's end. Of "#define" the name is told. */
static bool skip_preprocessed(struct lexer *lexer)
{
	struct bytes word;
	bool never;

	if (!lexer->family->preprocessed || !lexer_stands(lexer, lexer->at, "#") ||
		!lexer_begins_line(lexer, lexer->at))
		return false;
	word = preprocessed_word(lexer, lexer->at);
	if (bytes_start_with(word, bytes_of_string("define"))) {
		lexer->macro = true;
		lexer->macro_depth = lexer->depth;
		return false;
	}
	never = bytes_start_with(word, bytes_of_string("if 0")) &&
		(word.len == 4 || is_among(" \t\r\n", word.at[4]));
	skip_line(lexer);
	while (lexer->at < lexer->file.len && lexer_goes_on(lexer)) {
		lexer->at++;
		skip_line(lexer);
	}
	if (never)
		skip_never(lexer);
	return true;
}

/* The end of an island ends a comment too. */
static void skip_line_comment(struct lexer *lexer)
{
	size_t from = lexer->at, close;

	skip_line(lexer);
	if (lexer->family->island_close == NULL)
		return;
	close = from + bytes_find(bytes_over(lexer->file.at + from, lexer->at - from),
			       bytes_of_string(lexer->family->island_close));
	lexer->at = close < lexer->at ? close : lexer->at;
}

void skip_to_island(struct lexer *lexer)
{
	skip_behind(lexer, lexer->family->island_open);
}

/* "// x ?>" ends with the mark. */
static bool skip_sea(struct lexer *lexer)
{
	const char *close = lexer->family->island_close;

	if (close == NULL || !lexer_stands(lexer, lexer->at, close))
		return false;
	skip_to_island(lexer);
	return true;
}

bool skip_comment(struct lexer *lexer)
{
	const struct family *family = lexer->family;

	if (skip_sea(lexer) || skip_block(lexer) || skip_preprocessed(lexer))
		return true;
	for (size_t i = 0; i < FAMILY_COMMENTS_MAX; i++) {
		const char *mark = family->line_comments[i];

		if (mark == NULL || !lexer_stands(lexer, lexer->at, mark))
			continue;
		if (family->bare_hash && lexer->at > 0 &&
			!is_among(" \t\n\r;({", lexer->file.at[lexer->at - 1]))
			continue;
		skip_line_comment(lexer);
		return true;
	}
	return false;
}

/* The length of a string from its first mark on; *ret_close that of the last, 0 if it
 * does not close. One that may not go on ends before its line does. */
static size_t string_len(
	const struct lexer *lexer, const struct family_string *string, uint8_t *ret_close)
{
	size_t close_len = strlen(string->close);
	size_t at = lexer->at + strlen(string->open);

	*ret_close = 0;
	/* "@" and a line end open; the text may begin with the close's line end. */
	if (string->close[0] == '\n')
		at -= at < lexer->file.len && lexer->file.at[at - 1] == '\n';
	while (at < lexer->file.len) {
		uint8_t c = lexer->file.at[at];

		if (string->escape != 0 && c == (uint8_t)string->escape) {
			at += 2;
		} else if (string->doubled && lexer_stands(lexer, at, string->close) &&
			   lexer_stands(lexer, at + close_len, string->close)) {
			at += 2 * close_len;
		} else if (lexer_stands(lexer, at, string->close)) {
			*ret_close = (uint8_t)close_len;
			return at + close_len - lexer->at;
		} else if (c == '\n' && !string->lines) {
			return at - lexer->at;
		} else {
			at++;
		}
	}
	return lexer->file.len - lexer->at;
}

static bool add_string(struct lexer *lexer, size_t open, size_t len, size_t close)
{
	struct token *token = lexer_add(lexer, TOKEN_STRING, len);

	if (token != NULL) {
		token->open = (uint8_t)open;
		token->close = (uint8_t)close;
	}
	return true;
}

/* C++ R"x(...)x", C# """...""" of any number, Rust r#"..."#. */
static bool read_raw(struct lexer *lexer)
{
	char mark[RAW_MARK_MAX + 4] = "";
	struct bytes left = lexer_rest(lexer);
	size_t open = 0, n = 0, end;

	switch (lexer->family->raw) {
	case RAW_NONE:
		return false;
	case RAW_CPP:
		if (!bytes_start_with(left, bytes_of_string("R\"")))
			return false;
		while (n < RAW_MARK_MAX && 2 + n < left.len && left.at[2 + n] != '(')
			n++;
		if (2 + n >= left.len || left.at[2 + n] != '(')
			return false;
		mark[0] = ')';
		memcpy(mark + 1, left.at + 2, n);
		mark[n + 1] = '"';
		open = n + 3;
		break;
	case RAW_CSHARP:
		while (n < RAW_MARK_MAX && n < left.len && left.at[n] == '"')
			mark[n++] = '"';
		if (n < 3)
			return false;
		open = n;
		break;
	case RAW_RUST:
		if (left.len < 2 || left.at[0] != 'r')
			return false;
		while (n < RAW_MARK_MAX && 1 + n < left.len && left.at[1 + n] == '#')
			n++;
		if (1 + n >= left.len || left.at[1 + n] != '"')
			return false;
		mark[0] = '"';
		memset(mark + 1, '#', n);
		open = n + 2;
		break;
	}
	end = find_from(lexer, open, mark);
	if (end >= lexer->file.len)
		return add_string(lexer, open, left.len, 0);
	return add_string(lexer, open, end + strlen(mark) - lexer->at, strlen(mark));
}

/* True if a value may begin here: behind a sign that is no closing bracket, or a word
 * that hands one on. */
static bool expects_value(const struct lexer *lexer)
{
	const struct tokens *out = lexer->out;
	const struct token *last;

	if (out->count == 0)
		return true;
	last = &out->all[out->count - 1];
	if (last->kind == TOKEN_LINE || token_is(out, out->count - 1, "return"))
		return true;
	return last->kind == TOKEN_SIGN && !is_among(")]}", last->sign);
}

/* "/x/": its slash may stand in "[/]"; it ends on its line, or is a division. */
static bool read_slash_pattern(struct lexer *lexer)
{
	struct bytes left = lexer_rest(lexer);
	bool class = false;

	if (!lexer->family->slash_patterns || left.len < 2 || left.at[0] != '/' ||
		!expects_value(lexer))
		return false;
	for (size_t n = 1; n < left.len && left.at[n] != '\n'; n++) {
		if (left.at[n] == '\\')
			n++;
		else if (left.at[n] == '[' || left.at[n] == ']')
			class = left.at[n] == '[';
		else if (left.at[n] == '/' && !class)
			return add_string(lexer, 1, n + 1, 1);
	}
	return false;
}

bool read_string(struct lexer *lexer)
{
	if (read_raw(lexer) || read_slash_pattern(lexer))
		return true;
	for (size_t i = 0; i < FAMILY_STRINGS_MAX; i++) {
		const struct family_string *string = &lexer->family->strings[i];
		uint8_t close;
		size_t len;

		if (string->open == NULL || !lexer_stands(lexer, lexer->at, string->open))
			continue;
		len = string_len(lexer, string, &close);
		return add_string(lexer, strlen(string->open),
			len < lexer->file.len - lexer->at ? len
							  : lexer->file.len - lexer->at,
			close);
	}
	return false;
}

/* 'x' where a quote may also be something else, as a lifetime in Rust. */
bool read_character(struct lexer *lexer)
{
	struct bytes left = bytes_first(lexer_rest(lexer), CHARACTER_MAX);

	if (!lexer->family->characters || left.len < 3 || left.at[0] != '\'')
		return false;
	for (size_t i = left.at[1] == '\\' ? 3 : 2; i < left.len; i++) {
		if (left.at[i] == '\'')
			return add_string(lexer, 1, i + 1, 1);
		if (left.at[i] == '\n' || (left.at[1] != '\\' && left.at[i] < 0x80))
			return false;
	}
	return false;
}

/* The name behind "<<", "<<-", "<<~", or "<<<" of PHP: the document begins with the next
 * line. */
void note_here(struct lexer *lexer)
{
	struct bytes left = lexer_rest(lexer);
	size_t n = 0;

	while (left.len > 0 && is_among("-~ ", left.at[0]))
		left = bytes_after(left, 1);
	if (left.len > 0 && is_among("'\"\\", left.at[0]))
		left = bytes_after(left, 1);
	while (n < left.len && n < HERE_NAME_MAX &&
		(is_letter(left.at[n]) || is_digit(left.at[n])))
		n++;
	if (n > 0 && is_letter(left.at[0]))
		lexer->here = bytes_first(left, n);
}

/* All lines up to the one that is the name alone, as one string. */
void read_here(struct lexer *lexer)
{
	size_t start = lexer->at, at = start;
	struct bytes name = lexer->here;

	lexer->here = (struct bytes){ 0 };
	while (at < lexer->file.len) {
		size_t line = at;
		size_t end = at + bytes_find(bytes_after(lexer->file, at),
					  bytes_of_string("\n"));
		struct bytes text;

		while (line < end && is_among(" \t", lexer->file.at[line]))
			line++;
		text = bytes_first(bytes_after(lexer->file, line), end - line);
		if (bytes_start_with(text, name) &&
			(text.len == name.len || is_among("\r;,)", text.at[name.len])))
			break;
		at = end + 1;
	}
	if (at > lexer->file.len)
		at = lexer->file.len;
	if (at > start)
		(void)add_string(lexer, 0, at - start, 0);
	skip_line(lexer); /* that of the name */
}
