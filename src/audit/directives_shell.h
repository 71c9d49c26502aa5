/*
 * directives_shell - a text of commands on its way into directives: its words, as
 * directives_shell.c reads them, and what a command's words say.
 *
 * To be included by directives_shell.c and directives_commands.c only.
 */
#ifndef AUDIT_DIRECTIVES_SHELL_H
#define AUDIT_DIRECTIVES_SHELL_H

#include "audit/directives_inside.h"

#define WORDS_MAX  512 /* of one command; more of them are another command */
#define NESTED_MAX 3   /* texts in texts: sh -c "JAVA_OPTS='-Da=b' run" */
#define HERES_MAX  4   /* here-documents that one line begins */

struct word {
	size_t at;
	size_t end;
};

/* A here-document to come: the mark that ends it, and the command that takes it. */
struct here {
	struct bytes mark;
	struct word file; /* that it is written to; empty: none */
	bool is_script;
};

struct shell {
	struct building *to;
	size_t end;   /* of the text */
	bool list;    /* items of a list, not lines */
	bool escaped; /* a string of JSON: "\n" ends a line */
	unsigned nested;
	unsigned unclosed; /* "$(" whose end was sought in vain */
	struct word words[WORDS_MAX];
	size_t count;
	struct word file; /* behind ">" */
	struct here heres[HERES_MAX];
	size_t here_count;
	struct word told; /* what echo said last, and is piped on */
};

uint8_t shell_byte(const struct shell *shell, size_t at);
struct bytes shell_text(const struct shell *shell, struct word word);
bool shell_is_blank(const struct shell *shell, size_t at);
bool shell_is_letter(uint8_t c);
bool shell_is_digit(uint8_t c);
bool shell_is_any(struct bytes text, const char *const *words);

/* Without the quotation marks around all of it. */
struct word shell_unquoted(const struct shell *shell, struct word word);

/* A text in a text: options in a value, what a shell is given to run. */
void shell_read(struct shell *outer, struct word text);

/* The command that the words make; the words are forgotten. */
void shell_end_command(struct shell *shell);

/* Adds a directive; NULL at a ceiling. */
struct directive *shell_add(
	struct shell *shell, size_t at, struct word name, struct word value);

#endif
