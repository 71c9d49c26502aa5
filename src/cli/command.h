/*
 * command - the commands of the program, one file each, in one table.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/option.h"

/* What the program ends with. */
enum exit_code {
	EXIT_NOTHING_FOUND = 0,
	EXIT_FOUND = 1,     /* something breaks */
	EXIT_WRONG_USE = 2, /* the command line, or a file that was named in it */
	EXIT_COULD_NOT = 3,
};

struct command {
	const char *name;
	const char *summary;  /* one line, for the list */
	const char *operands; /* "[FILE | DIRECTORY | -]..." ; "" for none */
	const char *first;    /* words that the first operand may be; NULL: any */
	const char *about;    /* some lines below the usage; with a final newline */
	const struct option *options; /* in order of name */
	size_t option_count;

	/* The arguments behind the command's name. */
	enum exit_code (*run)(
		const struct command *command, char *arguments[], size_t count);
};

/* In order of name. */
extern const struct command *const commands[];
extern const size_t command_count;

/* NULL if there is none of that name. */
const struct command *command_find(const char *name);

/* Says that there is none of that name, and which was probably meant. */
enum exit_code command_unknown(const char *name);

/* Reads the arguments of a command by its table. Answers false if the command is not
 * to run, with what to end with: the help was asked for and is printed, or the use was
 * wrong and is told. */
MUST_USE bool command_begin(const struct command *command, void *settings,
	char *arguments[], size_t count, size_t *ret_operands, enum exit_code *ret_exit);

/* The help of a command, and that of the program. */
void command_help(const struct command *command, struct text *text);
void program_help(struct text *text);

/* Prints a text whole; EXIT_COULD_NOT if it cannot be written. */
enum exit_code command_print(const struct text *text);

/* Tells a fault and answers the code that fits it. */
enum exit_code command_fault(const struct fault *why);

#endif
