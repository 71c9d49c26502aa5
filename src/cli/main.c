#include <stdio.h>
#include <string.h>

#include "cli/command.h"

#define HELP_MAX 65536

/* To a stream, since who asked nothing is told what can be asked as an error. */
static enum exit_code help(FILE *to)
{
	struct text text;
	enum exit_code code = EXIT_WRONG_USE;

	text_init(&text, HELP_MAX);
	program_help(&text);
	if (to == stdout)
		code = command_print(&text);
	else
		(void)fputs(text_string(&text), to);
	text_done(&text);
	return code;
}

int main(int argc, char *argv[])
{
	const struct command *command;
	const char *name;

	if (argc < 2)
		return (int)help(stderr);
	name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return (int)help(stdout);
	if (strcmp(name, "--version") == 0)
		name = "version";
	command = command_find(name);
	if (command == NULL)
		return (int)command_unknown(name);
	return (int)command->run(command, argv + 2, (size_t)argc - 2);
}
