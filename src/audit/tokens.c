#include "audit/tokens_inside.h"

/* Signs of more than one character. To add one: a word here, longer ones first. */
static const char *const long_signs[] = { "<<<", "===", "!==", "<=>",
	"&^=", "\?\?=", "||=", "...", "::", "<-", "->", "=>",
	"==", "!=", "<=", ">=", "|=", "&=", "^=", "+=", "-=", "||", "&&", ":=", "?.",
	"<<", ">>", ".." };

struct bytes lexer_rest(const struct lexer *lexer)
{
	return bytes_after(lexer->file, lexer->at);
}

bool lexer_stands_whole(const struct lexer *lexer, size_t at, const char *text)
{
	return text[0] != '\0' &&
	       bytes_start_with(bytes_after(lexer->file, at), bytes_of_string(text));
}

bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* A set is of few. */
bool is_among(const char *set, uint8_t c)
{
	for (; set != NULL && *set != '\0'; set++)
		if ((uint8_t)*set == c)
			return true;
	return false;
}

/* Room for one more: the list grows by doubling inside the arena. */
static bool make_room(struct lexer *lexer)
{
	struct tokens *out = lexer->out;
	size_t room = lexer->room == 0 ? 256 : 2 * lexer->room;
	struct token *more;

	if (out->count < lexer->room)
		return true;
	if (out->count >= TOKENS_MAX) {
		out->cut = true;
		return false;
	}
	more = arena_take(lexer->arena, room * sizeof *more);
	if (more == NULL) {
		lexer->err = ERR_MEMORY;
		return false;
	}
	if (out->count > 0)
		memcpy(more, out->all, out->count * sizeof *more);
	out->all = more;
	lexer->room = room;
	return true;
}

struct token *lexer_add(struct lexer *lexer, enum token_kind kind, size_t len)
{
	struct token *token;

	if (!make_room(lexer)) {
		lexer->at = lexer->file.len;
		return NULL;
	}
	token = &lexer->out->all[lexer->out->count];
	*token = (struct token){ .kind = (uint8_t)kind,
		.at = (uint32_t)lexer->at,
		.len = (uint32_t)len,
		.mate = (uint32_t)lexer->out->count,
		.in = lexer->depth > 0 ? lexer->brackets[lexer->depth - 1] : NO_TOKEN };
	lexer->out->count++;
	lexer->at += len;
	return token;
}

static void note(struct lexer *lexer, const char *mark, enum byte_may may)
{
	if (mark != NULL && mark[0] != '\0')
		lexer->may[(uint8_t)mark[0]] |= (uint8_t)may;
}

static void note_all(struct lexer *lexer, const char *set, enum byte_may may)
{
	for (; set != NULL && *set != '\0'; set++)
		note(lexer, set, may);
}

static void note_words(struct lexer *lexer)
{
	const struct family *family = lexer->family;

	for (unsigned c = 0; c < 256; c++)
		if (is_letter((uint8_t)c))
			lexer->may[c] = MAY_WORD | MAY_IN_WORD;
		else if (is_digit((uint8_t)c))
			lexer->may[c] = MAY_IN_WORD;
	note_all(lexer, family->word_first, MAY_WORD);
	note_all(lexer, family->word_also, MAY_IN_WORD);
	for (const char *c = family->word_also; c != NULL && *c != '\0'; c++)
		if (!is_among(".?!", (uint8_t)*c))
			note(lexer, c, MAY_WORD);
}

/* Each function of tokens_text.c is only asked where this says so. */
static void note_marks(struct lexer *lexer)
{
	static const char *const raw[] = {
		[RAW_NONE] = NULL, [RAW_CPP] = "R", [RAW_CSHARP] = "\"", [RAW_RUST] = "r"
	};
	const struct family *family = lexer->family;

	note(lexer, family->island_close, MAY_COMMENT);
	note(lexer, family->preprocessed ? "#" : NULL, MAY_COMMENT);
	for (size_t i = 0; i < FAMILY_COMMENTS_MAX; i++) {
		note(lexer, family->line_comments[i], MAY_COMMENT);
		note(lexer, family->block_comments[i].open, MAY_COMMENT);
	}
	for (size_t i = 0; i < FAMILY_STRINGS_MAX; i++)
		note(lexer, family->strings[i].open, MAY_STRING);
	note(lexer, raw[family->raw], MAY_STRING);
	note(lexer, family->slash_patterns ? "/" : NULL, MAY_STRING);
	note(lexer, family->characters ? "'" : NULL, MAY_STRING);
	for (size_t i = 0; i < COUNT_OF(long_signs); i++) {
		note(lexer, long_signs[i], MAY_LONG_SIGN);
		note(lexer, long_signs[i] + 1, MAY_IN_LONG_SIGN);
	}
}

static bool begins_word(const struct lexer *lexer, uint8_t c)
{
	if ((lexer->may[c] & MAY_WORD) != 0)
		return true;
	return c == '-' && lexer->family->dash_words && lexer->at + 1 < lexer->file.len &&
	       is_letter(lexer->file.at[lexer->at + 1]) &&
	       (lexer->at == 0 || is_among(" \t\r\n()", lexer->file.at[lexer->at - 1]));
}

static void read_word(struct lexer *lexer)
{
	struct bytes left = lexer_rest(lexer);
	size_t n = 1;

	while (n < left.len && (lexer->may[left.at[n]] & MAY_IN_WORD) != 0)
		n++;
	(void)lexer_add(lexer, TOKEN_WORD, n);
}

/* A point belongs to it only where a digit follows, so that "1..2" is three tokens. */
static void read_number(struct lexer *lexer)
{
	struct bytes left = lexer_rest(lexer);
	size_t n = 1;

	while (n < left.len && (is_letter(left.at[n]) || is_digit(left.at[n]) ||
				       (left.at[n] == '.' && n + 1 < left.len &&
					       is_digit(left.at[n + 1]))))
		n++;
	(void)lexer_add(lexer, TOKEN_NUMBER, n);
}

/* In code that "#if" cuts, brackets may be opened twice and closed once. What stands at
 * the margin closes what was opened there, and all in it. */
static void close_to_margin(struct lexer *lexer)
{
	if (lexer->at < 2 || lexer->file.at[lexer->at - 2] != '\n')
		return;
	while (lexer->depth > 1) {
		size_t at = lexer->out->all[lexer->brackets[lexer->depth - 1]].at;

		while (at > 0 && lexer->file.at[at - 1] != '\n')
			at--;
		if (!is_among(" \t", lexer->file.at[at]))
			return;
		lexer->depth--;
	}
}

/* Brackets are paired whatever their kind: code that is cut or preprocessed must not
 * lead astray what follows. */
static void pair(struct lexer *lexer, struct token *token, uint8_t c)
{
	uint32_t index = (uint32_t)(lexer->out->count - 1);

	if (c == '(' || c == '[' || c == '{') {
		if (lexer->depth < BRACKETS_MAX)
			lexer->brackets[lexer->depth++] = index;
		else
			lexer->lost++;
		return;
	}
	if (c != ')' && c != ']' && c != '}')
		return;
	if (c == '}' && lexer->family->preprocessed && lexer->lost == 0)
		close_to_margin(lexer);
	if (lexer->lost > 0) {
		lexer->lost--;
	} else if (lexer->depth > 0) {
		token->mate = lexer->brackets[--lexer->depth];
		token->in =
			lexer->depth > 0 ? lexer->brackets[lexer->depth - 1] : NO_TOKEN;
		lexer->out->all[token->mate].mate = index;
	}
}

static bool read_long_sign(struct lexer *lexer)
{
	struct bytes left = lexer_rest(lexer);
	size_t len;

	if (left.len < 2 || (lexer->may[left.at[0]] & MAY_LONG_SIGN) == 0 ||
		(lexer->may[left.at[1]] & MAY_IN_LONG_SIGN) == 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(long_signs); i++) {
		if (!lexer_stands(lexer, lexer->at, long_signs[i]))
			continue;
		len = strlen(long_signs[i]);
		(void)lexer_add(lexer, TOKEN_SIGN, len);
		if (long_signs[i][0] == '<' && long_signs[i][1] == '<' &&
			(lexer->family->here == HERE_SHELL ||
				(lexer->family->here == HERE_PHP && len == 3)))
			note_here(lexer);
		return true;
	}
	return false;
}

static void read_sign(struct lexer *lexer)
{
	uint8_t c = lexer->file.at[lexer->at];
	struct token *token;

	if (read_long_sign(lexer))
		return;
	token = lexer_add(lexer, TOKEN_SIGN, 1);
	if (token == NULL)
		return;
	token->sign = c;
	pair(lexer, token, c);
}

/* Brackets that a macro leaves open are nobody's. */
static void end_macro(struct lexer *lexer)
{
	if (lexer->depth > lexer->macro_depth)
		lexer->depth = lexer->macro_depth;
	lexer->macro = false;
	(void)lexer_add(lexer, TOKEN_LINE, 1);
}

/* True if a mark stands at the line's end that says that the statement goes on. */
static bool is_continued(const struct lexer *lexer)
{
	size_t before = lexer->at;

	while (before > 0 && is_among(" \t\r", lexer->file.at[before - 1]))
		before--;
	return lexer->family->continues != 0 && before > 0 &&
	       lexer->file.at[before - 1] == (uint8_t)lexer->family->continues;
}

/* A line's end; inside round and square brackets it ends nothing. */
static void read_line_end(struct lexer *lexer)
{
	bool open = false;

	if (lexer->depth > 0) {
		const struct token *bracket =
			&lexer->out->all[lexer->brackets[lexer->depth - 1]];

		open = bracket->sign != '{';
	}
	if (lexer->family->line_ends && !open && !is_continued(lexer))
		(void)lexer_add(lexer, TOKEN_LINE, 1);
	else if (lexer->macro && !lexer_goes_on(lexer))
		end_macro(lexer);
	else
		lexer->at++;
	if (lexer->here.len > 0)
		read_here(lexer);
}

static void read_token(struct lexer *lexer)
{
	uint8_t c = lexer->file.at[lexer->at], may = lexer->may[c];

	if ((may & MAY_COMMENT) != 0 && skip_comment(lexer))
		return;
	if (c == '\n')
		read_line_end(lexer);
	else if (c <= ' ')
		lexer->at++;
	else if ((may & MAY_STRING) != 0 && (read_string(lexer) || read_character(lexer)))
		return;
	else if (begins_word(lexer, c))
		read_word(lexer);
	else if (is_digit(c))
		read_number(lexer);
	else
		read_sign(lexer);
}

enum err tokens_read(struct bytes file, const struct family *family, struct arena *arena,
	struct tokens *ret)
{
	struct lexer *lexer = arena_take(arena, sizeof *lexer);

	*ret = (struct tokens){ .file = file, .family = family };
	if (lexer == NULL || file.len > UINT32_MAX)
		return lexer == NULL ? ERR_MEMORY : ERR_LIMIT;
	lexer->out = ret;
	lexer->file = file;
	lexer->family = family;
	lexer->arena = arena;
	note_words(lexer);
	note_marks(lexer);
	/* A file without a mark is all code. */
	if (family->island_open != NULL &&
		bytes_find(file, bytes_of_string(family->island_open)) < file.len)
		skip_to_island(lexer);
	while (lexer->at < file.len)
		read_token(lexer);
	return lexer->err;
}

struct bytes token_text(const struct tokens *tokens, size_t index)
{
	const struct token *token = &tokens->all[index];

	return bytes_over(tokens->file.at + token->at + token->open,
		token->len - token->open - token->close);
}

bool token_is(const struct tokens *tokens, size_t index, const char *text)
{
	struct bytes word, wanted = bytes_of_string(text);

	tokens_worked(tokens, 1);
	if (index >= tokens->count || tokens->all[index].kind == TOKEN_STRING)
		return false;
	word = token_text(tokens, index);
	return tokens->family->caseless ? bytes_equal_caseless(word, wanted)
					: bytes_equal(word, wanted);
}

bool token_is_any(const struct tokens *tokens, size_t index, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if (token_is(tokens, index, *texts))
			return true;
	return false;
}
