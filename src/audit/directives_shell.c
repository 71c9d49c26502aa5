/*
 * Words of commands: quotation marks, line ends, here-documents, redirections.
 * POSIX.1-2017, 2 (Shell Command Language); no word is expanded.
 */
#include "audit/directives_shell.h"

#define INNER_MAX    4096 /* bytes of a command among the words of another */
#define UNCLOSED_MAX 16   /* are sought in one text: it would take INNER_MAX for each */

/* As a string of JSON means it (RFC 8259, 7): the backslash of "\n" is a blank, the
 * letter the line end. */
static uint8_t unescaped(const struct shell *shell, size_t at)
{
	const uint8_t *text = shell->to->file.at;

	if (text[at] == '\\' && at + 1 < shell->end &&
		memchr("nrt\"", text[at + 1], 4) != NULL)
		return ' ';
	if (at == 0 || text[at - 1] != '\\' || memchr("nrt", text[at], 3) == NULL)
		return text[at];
	return text[at] == 'n' ? '\n' : ' ';
}

uint8_t shell_byte(const struct shell *shell, size_t at)
{
	if (at >= shell->end)
		return '\n';
	return shell->escaped ? unescaped(shell, at) : shell->to->file.at[at];
}

/* Where the line ends that holds `at`. */
static size_t line_end_of(const struct shell *shell, size_t at)
{
	if (!shell->escaped)
		return building_line_end(shell->to, at);
	while (shell_byte(shell, at) != '\n')
		at++;
	return at;
}

struct bytes shell_text(const struct shell *shell, struct word word)
{
	return building_span(shell->to, word.at, word.end);
}

/* Between items of a list, and not in one: "-Da=b,c". */
static bool parts_items(const struct shell *shell, size_t at)
{
	uint8_t before = at > 0 ? shell_byte(shell, at - 1) : ' ';
	uint8_t behind = shell_byte(shell, at + 1);

	return memchr("\"'] \t\n", before, 6) != NULL ||
	       memchr("\"'[ \t\r\n", behind, 7) != NULL;
}

bool shell_is_blank(const struct shell *shell, size_t at)
{
	uint8_t c = shell_byte(shell, at);

	if (c == ' ' || c == '\t' || c == '\r')
		return true;
	return shell->list && (c == '\n' || c == '[' || c == ']' ||
				      (c == ',' && parts_items(shell, at)));
}

bool shell_is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool shell_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool ends_word(const struct shell *shell, size_t at)
{
	return shell_is_blank(shell, at) ||
	       strchr("\n;|&()<>`", shell_byte(shell, at)) != NULL;
}

/* Behind quoted text that begins at `at`; at itself if it does not end. */
static size_t quoted_end(const struct shell *shell, size_t at)
{
	uint8_t quote = shell_byte(shell, at);
	size_t end = at + 1;

	/* As in "don't". */
	if (quote == '\'' && at > 0 && shell_is_letter(shell_byte(shell, at - 1)) &&
		shell->count == 0)
		return at;
	while (end < shell->end && shell_byte(shell, end) != quote)
		end += shell_byte(shell, end) == '\\' && quote == '"' ? 2 : 1;
	return end < shell->end ? end + 1 : at;
}

static struct word read_word(const struct shell *shell, size_t at)
{
	struct word word = { at, at };

	while (word.end < shell->end && !ends_word(shell, word.end)) {
		uint8_t c = shell_byte(shell, word.end);
		size_t behind = word.end;

		if (c == '"' || c == '\'')
			behind = quoted_end(shell, word.end);
		if (c == '\\' && word.end + 1 < shell->end)
			behind++;
		word.end = behind > word.end && c != '\\' ? behind
							  : word.end + 1 + (c == '\\');
	}
	if (word.end > shell->end)
		word.end = shell->end;
	return word;
}

/* Without the quotation marks around all of it. */
struct word shell_unquoted(const struct shell *shell, struct word word)
{
	uint8_t quote = shell_byte(shell, word.at);

	if (word.end - word.at >= 2 && (quote == '"' || quote == '\'') &&
		shell_byte(shell, word.end - 1) == quote) {
		word = (struct word){ word.at + 1, word.end - 1 };
		if (shell->escaped && word.end > word.at &&
			shell->to->file.at[word.end - 1] == '\\')
			word.end--;
	}
	return word;
}

bool shell_is_any(struct bytes text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal(text, bytes_of_string(*words)))
			return true;
	return false;
}

struct directive *shell_add(
	struct shell *shell, size_t at, struct word name, struct word value)
{
	struct directive *kept = building_add(shell->to);

	if (kept == NULL)
		return NULL;
	kept->at = (uint32_t)at;
	kept->end = (uint32_t)(name.end > at ? name.end : at);
	kept->name = shell_text(shell, name);
	kept->value = directive_trimmed(shell_text(shell, value));
	return kept;
}

static void read_commands(struct shell *shell, size_t at);

/* "<<MARK", "<<-'MARK'": its document begins with the next line. */
static size_t read_here_mark(struct shell *shell, size_t at)
{
	struct word mark;

	while (shell_byte(shell, at) == '-' || shell_byte(shell, at) == '~' ||
		shell_byte(shell, at) == ' ')
		at++;
	mark = read_word(shell, at);
	if (mark.end > mark.at && shell->here_count < HERES_MAX)
		shell->heres[shell->here_count++] = (struct here){
			.mark = shell_text(shell, shell_unquoted(shell, mark)),
		};
	return mark.end;
}

/* "> file", ">> file", "2>&1", "<file". */
static size_t read_redirection(struct shell *shell, size_t at)
{
	uint8_t c = shell_byte(shell, at);
	struct word file;

	if (c == '<' && shell_byte(shell, at + 1) == '<' &&
		shell_byte(shell, at + 2) != '<')
		return read_here_mark(shell, at + 2);
	while (shell_byte(shell, at) == c || shell_byte(shell, at) == '|')
		at++;
	if (shell_byte(shell, at) == '&')
		return at + 1;
	while (at < shell->end && shell_is_blank(shell, at))
		at++;
	file = read_word(shell, at);
	if (c == '>' && file.end > file.at)
		shell->file = shell_unquoted(shell, file);
	return file.end;
}

/* Documents that the line began; at: behind its end. */
static size_t read_heres(struct shell *shell, size_t at)
{
	for (size_t i = 0; i < shell->here_count; i++) {
		const struct here *here = &shell->heres[i];
		size_t from = at, line_end = at;
		struct directive *kept;
		struct word body;

		for (; at < shell->end; at = line_end + 1) {
			line_end = building_line_end(shell->to, at);
			if (bytes_equal(directive_trimmed(
						building_span(shell->to, at, line_end)),
				    here->mark))
				break;
		}
		if (at > shell->end)
			at = shell->end;
		body = (struct word){ from, at };
		if (here->is_script)
			shell_read(shell, body);
		else if (here->file.end > here->file.at && at > from &&
			 (kept = shell_add(shell, from, here->file, body)) != NULL)
			kept->value = shell_text(shell, body); /* its margin counts */
		at = at < shell->end ? line_end + 1 : shell->end;
	}
	shell->here_count = 0;
	return at < shell->end ? at : shell->end;
}

/* Blanks, and line ends that end nothing: behind "\", "^" of batch files, and "`" of
 * PowerShell. */
static size_t skip_between(const struct shell *shell, size_t at)
{
	while (at < shell->end) {
		uint8_t c = shell_byte(shell, at);
		size_t line = at + 1 + (shell_byte(shell, at + 1) == '\r');

		if (shell_is_blank(shell, at))
			at++;
		else if (memchr("\\^`", c, 3) != NULL &&
			 shell_byte(shell, line) == '\n' && line < shell->end)
			at = line + 1;
		else
			break;
	}
	return at;
}

/* A comment between the lines of one command does not end it. */
static size_t skip_line_end(struct shell *shell, size_t at)
{
	shell_end_command(shell);
	shell->told = (struct word){ 0, 0 };
	return read_heres(shell, at + 1);
}

/* CMD ["java", "-Da=b"] of a Dockerfile: up to its bracket. */
static size_t read_items(struct shell *shell, size_t at)
{
	struct bytes left = building_span(shell->to, at, shell->end);
	struct shell inner = {
		.to = shell->to,
		.end = at + bytes_find(left, bytes_of_string("]")),
		.list = true,
		.escaped = shell->escaped,
		.nested = shell->nested + 1,
	};

	shell->count = 0;
	if (inner.nested <= NESTED_MAX)
		read_commands(&inner, at);
	return inner.end < shell->end ? inner.end + 1 : shell->end;
}

static bool begins_items(const struct shell *shell)
{
	static const char *const words[] = { "CMD", "ENTRYPOINT", "RUN", NULL };

	return shell->count == 1 &&
	       shell_is_any(shell_text(shell, shell->words[0]), words);
}

/* "<# ... #>" of PowerShell. */
static size_t skip_comment(const struct shell *shell, size_t at)
{
	struct bytes left = building_span(shell->to, at, shell->end);

	at += bytes_find(left, bytes_of_string("#>")) + 2;
	return at < shell->end ? at : shell->end;
}

/* Where a command ends whose result stands among the words of another, as `id -u` and
 * $(id -u); at itself if none begins there. */
static size_t inner_end(struct shell *shell, size_t at)
{
	uint8_t first = shell_byte(shell, at);
	size_t most = at + INNER_MAX < shell->end ? at + INNER_MAX : shell->end;
	size_t depth = 0;

	if (shell->count == 0 || shell->nested >= NESTED_MAX ||
		shell->unclosed == UNCLOSED_MAX ||
		(first != '`' && (first != '(' || shell_byte(shell, at - 1) != '$')))
		return at;
	for (size_t end = at + 1; end < most; end++) {
		uint8_t c = shell_byte(shell, end);

		if (first == '`' ? c == '`' : c == ')' && depth-- == 0)
			return end;
		if (first == '`' && c == '\n')
			return at;
		depth += c == '(';
	}
	shell->unclosed++;
	return at;
}

static size_t read_next(struct shell *shell, size_t at)
{
	uint8_t c = shell_byte(shell, at);
	size_t inner = inner_end(shell, at);
	struct word word;

	if (inner > at) {
		shell_read(shell, (struct word){ at + 1, inner });
		return inner + 1;
	}

	if (c == '[' && begins_items(shell))
		return read_items(shell, at);
	if (c == '#')
		return line_end_of(shell, at) < shell->end ? line_end_of(shell, at)
							   : shell->end;
	if (c == '<' && shell_byte(shell, at + 1) == '#')
		return skip_comment(shell, at);
	if (c == '\n')
		return skip_line_end(shell, at);
	if (c == '<' || c == '>')
		return read_redirection(shell, at);
	if (strchr(";|&()`", c) != NULL && c != 0) {
		shell_end_command(shell);
		if (c != '|')
			shell->told = (struct word){ 0, 0 };
		return at + 1;
	}
	word = read_word(shell, at);
	if (word.end == word.at)
		return at + 1;
	/* "2>" is a redirection. */
	if (word.end == word.at + 1 && shell_is_digit(c) &&
		shell_byte(shell, word.end) == '>')
		return word.end;
	if (shell->count == WORDS_MAX)
		shell_end_command(shell);
	if (!(shell->list && word.end == word.at + 1 && c == '-'))
		shell->words[shell->count++] = word;
	return word.end;
}

static void read_commands(struct shell *shell, size_t at)
{
	for (at = skip_between(shell, at);
		at < shell->end && shell->to->err == ERR_OK && !shell->to->out->cut;
		at = skip_between(shell, at))
		at = read_next(shell, at);
	shell_end_command(shell);
}

void shell_read(struct shell *outer, struct word text)
{
	struct shell inner = { .to = outer->to,
		.end = text.end,
		.escaped = outer->escaped,
		.nested = outer->nested + 1 };

	if (inner.nested <= NESTED_MAX)
		read_commands(&inner, text.at);
}

void directives_read_commands(struct building *building)
{
	struct bytes all = bytes_after(building->file, building->at);
	struct shell shell = { .to = building, .end = building->file.len };

	/* A script in one line is a string's. */
	shell.escaped = bytes_find(all, bytes_of_string("\n")) == all.len &&
			bytes_find(all, bytes_of_string("\\n")) < all.len;

	read_commands(&shell, building->at);
}

void directives_read_command_list(struct building *building)
{
	struct shell shell = { .to = building, .end = building->file.len, .list = true };

	read_commands(&shell, building->at);
}
