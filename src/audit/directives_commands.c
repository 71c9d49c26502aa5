/*
 * Command lines: of shells, Dockerfiles, units, CI files, batch files, and of lists that
 * hold one.
 *
 * A command is a block, named as its program is; its options are directives in it, so is
 * "NAME=value", which is a block if its value holds options itself. What a command
 * writes into a file is a directive that is named as the file. POSIX.1-2017, 2 (Shell
 * Command Language); no word is expanded.
 */
#include "audit/directives_shell.h"

/* Programs that run what follows them, and words of languages in front of a command. */
static const char *const wrappers[] = { "!", "-", "@", "CMD", "ENTRYPOINT", "HEALTHCHECK",
	"RUN", "call", "command", "do", "else", "env", "exec", "if", "ionice", "nice",
	"nohup", "retry", "start", "sudo", "then", "time", "timeout", "until", "while",
	"{", NULL };
static const char *const tellers[] = { "Write-Host", "Write-Output", "echo", "printf",
	NULL };
static const char *const scripts[] = { "bash", "dash", "eval", "ksh", "sh", "ssh", "su",
	"zsh", "RUN", NULL };
static const char *const silent[] = { "::", "[", "[[", "REM", "Rem", "awk", "egrep",
	"fgrep", "grep", "help", "man", "rem", "rg", "test", NULL };

static bool holds(struct bytes text, const char *part)
{
	return bytes_find(text, bytes_of_string(part)) < text.len;
}

/* The program's name without its folder, and without "@", by which batch files do not
 * show a command. */
static struct word base_name(const struct shell *shell, struct word word)
{
	word = shell_unquoted(shell, word);
	if (shell_byte(shell, word.at) == '@' && word.end > word.at + 1)
		word.at++;
	for (size_t at = word.end; at > word.at; at--)
		if (shell_byte(shell, at - 1) == '/' ||
			shell_byte(shell, at - 1) == '\\') {
			if (at < word.end)
				word.at = at;
			break;
		}
	return word;
}

/* "name=value" from the first "=" on; false if there is none, or no name. */
static bool split(const struct shell *shell, struct word word, struct word *ret_name,
	struct word *ret_value)
{
	size_t at = word.at;

	while (at < word.end && (shell_is_letter(shell_byte(shell, at)) ||
					shell_is_digit(shell_byte(shell, at)) ||
					strchr(".-:", shell_byte(shell, at)) != NULL))
		at++;
	*ret_name = (struct word){ word.at, at };
	*ret_value = (struct word){ at + 1, word.end };
	return at > word.at && at < word.end && shell_byte(shell, at) == '=';
}

/* What may hold options or commands of its own. */
static bool is_text(const struct shell *shell, struct word value)
{
	return shell_byte(shell, value.at) == '-' ||
	       holds(shell_text(shell, value), " -") ||
	       holds(shell_text(shell, value), "\n-");
}

/* "NAME=value", "-Dname=value", "--name=value", "--name value". The value is read too,
 * if it holds options. */
static void take_option(struct shell *shell, size_t index)
{
	struct word word = shell_unquoted(shell, shell->words[index]), name, value;
	struct directive *kept;

	if (!split(shell, word, &name, &value)) {
		name = word;
		value = (struct word){ word.end, word.end };
		if (index + 1 < shell->count)
			value = shell_unquoted(shell, shell->words[index + 1]);
		if (shell_byte(shell, value.at) == '-')
			value.end = value.at;
	} else {
		value = shell_unquoted(shell, value);
	}
	/* "-1sLf": digits are not followed by the letters of other words. */
	if (name.end - name.at > 2 && shell_is_digit(shell_byte(shell, name.at + 1)) &&
		shell_is_letter(shell_byte(shell, name.at + 2)))
		name.end = name.at + 2;
	kept = shell_add(shell, word.at, name, value);
	if (kept == NULL)
		return;
	kept->end = (uint32_t)shell->words[index].end;
	if (value.at < word.end && is_text(shell, value)) {
		building_open(shell->to);
		shell_read(shell, value);
		building_close(shell->to);
	}
}

static bool is_option(const struct shell *shell, struct word word)
{
	struct word name, value;
	uint8_t c = shell_byte(shell, word.at);

	/* "/v name" of Windows, no path. */
	if (c == '/')
		return word.end - word.at == 2;
	return (c == '-' && word.end - word.at > 1) ||
	       (shell_is_letter(c) && split(shell, word, &name, &value));
}

/* Programs whose plain words are names of settings: "git config http.sslVersion x". */
static bool names_settings(const struct shell *shell, struct word word)
{
	static const char *const programs[] = { "git", NULL };
	struct bytes program = shell_text(shell, base_name(shell, shell->words[0]));

	return shell_is_any(program, programs) && holds(shell_text(shell, word), ".") &&
	       shell_is_letter(shell_byte(shell, word.at));
}

/* Options of the command, and texts that are commands themselves. */
static void take_words(struct shell *shell, size_t from, bool is_script)
{
	for (size_t i = from; i < shell->count; i++) {
		struct word word = shell_unquoted(shell, shell->words[i]);
		bool quoted = word.at > shell->words[i].at;
		struct bytes before = i > 0 ? shell_text(shell, shell->words[i - 1])
					    : (struct bytes){ 0 };

		if (quoted && holds(shell_text(shell, word), " ") &&
			(is_script || shell_byte(shell, word.at) == '-' ||
				bytes_equal(before, bytes_of_string("-c"))))
			shell_read(shell, word);
		else if (is_option(shell, word) || names_settings(shell, word))
			take_option(shell, i);
	}
}

/* "s/a/b/": a is named s, b as the mark between them. What b says is written. */
static void take_substitution(struct shell *shell, struct word script, struct word file)
{
	size_t part[3] = { script.at + 1, 0, 0 };
	uint8_t mark = shell_byte(shell, script.at + 1);
	size_t at = script.at + 2, last;

	if (script.end - script.at < 4 || shell_is_letter(mark) || shell_is_digit(mark) ||
		mark <= ' ')
		return;
	for (size_t i = 1; i < 3; i++) {
		while (at < script.end && shell_byte(shell, at) != mark)
			at += shell_byte(shell, at) == '\\' ? 2 : 1;
		part[i] = at++;
	}
	if (part[2] > script.end || part[1] >= script.end)
		return;
	last = part[2];
	(void)shell_add(shell, script.at, (struct word){ script.at, script.at + 1 },
		(struct word){ part[0] + 1, part[1] });
	(void)shell_add(shell, part[1], (struct word){ part[1], part[1] + 1 },
		(struct word){ part[1] + 1, part[2] });
	/* What ends with a comma goes on with what stood there. */
	while (last > part[1] + 1 && memchr(", ", shell_byte(shell, last - 1), 2) != NULL)
		last--;
	if (file.end > file.at && last == part[2])
		(void)shell_add(
			shell, part[1] + 1, file, (struct word){ part[1] + 1, part[2] });
}

/* A script of sed may hold several commands, and addresses before them. */
static void take_sed(struct shell *shell, size_t from)
{
	struct word file = shell_unquoted(shell, shell->words[shell->count - 1]);

	for (size_t i = from; i < shell->count; i++) {
		struct word script = shell_unquoted(shell, shell->words[i]);

		if (script.at == file.at)
			break;
		for (size_t at = script.at; at + 1 < script.end; at++) {
			uint8_t before = at > script.at ? shell_byte(shell, at - 1) : ' ';

			if (shell_byte(shell, at) != 's' || shell_is_letter(before) ||
				shell_is_digit(before) || before == '\\')
				continue;
			take_substitution(shell, (struct word){ at, script.end }, file);
			break;
		}
	}
}

/* "perl -pi -e 's/a/b/'". */
static bool is_perl_as_sed(const struct shell *shell, size_t at)
{
	struct bytes option;

	if (at + 2 >= shell->count ||
		!bytes_equal(shell_text(shell, base_name(shell, shell->words[at])),
			bytes_of_string("perl")))
		return false;
	option = shell_text(shell, shell->words[at + 1]);
	return bytes_start_with(option, bytes_of_string("-")) && holds(option, "p");
}

/* From the first argument of echo to the last one before ">". */
static struct word told_text(const struct shell *shell, size_t from)
{
	while (from < shell->count && shell_byte(shell, shell->words[from].at) == '-' &&
		shell->words[from].end - shell->words[from].at < 4)
		from++; /* -e, -n */
	if (from >= shell->count)
		return (struct word){ 0, 0 };
	if (from + 1 == shell->count)
		return shell_unquoted(shell, shell->words[from]);
	return (struct word){ shell->words[from].at, shell->words[shell->count - 1].end };
}

/* "tee FILE": what was told to it, or the here-document. */
static void take_tee(struct shell *shell, size_t index)
{
	for (size_t i = index + 1; i < shell->count; i++)
		if (shell_byte(shell, shell->words[i].at) != '-')
			shell->file = shell_unquoted(shell, shell->words[i]);
	if (shell->told.end > shell->told.at && shell->file.end > shell->file.at)
		(void)shell_add(shell, shell->words[index].at, shell->file, shell->told);
}

/* "ENV name value" and "set name=value with blanks". */
static bool take_setting(struct shell *shell, size_t index)
{
	struct bytes name = shell_text(shell, shell->words[index]);
	struct word of, value = { 0, shell->words[shell->count - 1].end };

	if (!bytes_equal(name, bytes_of_string("ENV")) || index + 2 >= shell->count ||
		split(shell, shell->words[index + 1], &of, &value))
		return false;
	value = (struct word){ shell->words[index + 2].at,
		shell->words[shell->count - 1].end };
	value = shell_unquoted(shell, value);
	if (shell_add(shell, shell->words[index + 1].at, shell->words[index + 1],
		    value) == NULL)
		return true;
	building_open(shell->to);
	take_words(shell, index + 2, false);
	building_close(shell->to);
	return true;
}

/* The first word that is the program: assignments and what only runs it stand before. */
static size_t program_at(const struct shell *shell)
{
	size_t i = 0;
	bool wrapped = false;

	for (; i < shell->count; i++) {
		struct word word = shell_unquoted(shell, shell->words[i]), name, value;
		uint8_t c = shell_byte(shell, word.at);

		if (split(shell, word, &name, &value) && shell_is_letter(c))
			continue;
		if (wrapped && (c == '-' || shell_is_digit(c)))
			continue;
		if (!shell_is_any(shell_text(shell, word), wrappers))
			break;
		wrapped = true;
	}
	return i;
}

static void take_command(struct shell *shell, size_t at)
{
	struct bytes name = shell_text(shell, base_name(shell, shell->words[at]));
	struct word name_word = base_name(shell, shell->words[at]);
	struct directive *program;
	struct word rest = { shell->words[at].end, shell->words[shell->count - 1].end };

	while (rest.at < rest.end && shell_is_blank(shell, rest.at))
		rest.at++;
	if (shell_is_any(name, silent) || take_setting(shell, at))
		return;
	if (shell_is_any(name, tellers)) {
		shell->told = told_text(shell, at + 1);
		if (shell->file.end > shell->file.at)
			(void)shell_add(
				shell, shell->words[at].at, shell->file, shell->told);
		return;
	}
	if (bytes_equal(name, bytes_of_string("tee"))) {
		take_tee(shell, at);
		return;
	}
	if (shell_byte(shell, shell->words[at].at) == '-') {
		take_words(shell, at, false);
		return;
	}
	program = shell_add(shell, shell->words[at].at, name_word, rest);
	if (program == NULL)
		return;
	program->program = true;
	building_open(shell->to);
	if (bytes_equal(name, bytes_of_string("sed")) || is_perl_as_sed(shell, at))
		take_sed(shell, at + 1);
	else
		take_words(shell, at + 1, shell_is_any(name, scripts));
	building_close(shell->to);
}

/* "jdbc:a://b?name=value": the first parameter of an address is a word of its own. */
static void cut_address(struct shell *shell, size_t index)
{
	struct word word = shell_unquoted(shell, shell->words[index]), name, value;
	size_t mark = word.at + bytes_find(shell_text(shell, word), bytes_of_string("?"));
	struct word rest = { mark + 1, word.end };

	if (mark + 1 < word.end && shell_is_letter(shell_byte(shell, mark + 1)) &&
		holds(shell_text(shell, word), "://") &&
		split(shell, rest, &name, &value) && shell_byte(shell, value.at) != '-')
		shell->words[index] = rest;
}

/* What a here-document is written to: the file, or else the program; cat hands it on. */
static struct word here_file(const struct shell *shell, size_t program)
{
	struct word name;

	if (shell->file.end > shell->file.at || program >= shell->count)
		return shell->file;
	name = base_name(shell, shell->words[program]);
	return bytes_equal(shell_text(shell, name), bytes_of_string("cat")) ? shell->file
									    : name;
}

/* The command that the words make; the words are forgotten. */
void shell_end_command(struct shell *shell)
{
	size_t at;

	for (size_t i = 0; i < shell->count; i++)
		cut_address(shell, i);
	at = program_at(shell);
	for (size_t i = 0; i < at; i++)
		if (shell_is_letter(shell_byte(
			    shell, shell_unquoted(shell, shell->words[i]).at)) &&
			is_option(shell, shell_unquoted(shell, shell->words[i])))
			take_option(shell, i);
	if (at < shell->count)
		take_command(shell, at);
	for (size_t i = 0; i < shell->here_count; i++)
		if (shell->heres[i].file.end == 0) {
			shell->heres[i].file = here_file(shell, at);
			shell->heres[i].is_script =
				at < shell->count &&
				shell_is_any(shell_text(shell,
						     base_name(shell, shell->words[at])),
					scripts);
		}
	shell->count = 0;
	shell->file = (struct word){ 0, 0 };
}
