#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "sys/log.h"

#define HELP_MAX 65536

static enum exit_code help(void)
{
	struct text text;
	enum exit_code code;

	text_init(&text, HELP_MAX);
	program_help(&text);
	code = command_print(&text);
	text_done(&text);
	return code;
}

static enum exit_code unknown(const char *name)
{
	struct text quoted;

	text_init(&quoted, 256);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(name), 40));
	log_error("there is no command \"%s\"; `tlsunset help` lists them",
		text_string(&quoted));
	text_done(&quoted);
	return EXIT_WRONG_USE;
}

int main(int argc, char *argv[])
{
	const struct command *command;
	const char *name;

	if (argc < 2) {
		log_error("a command is wanted; `tlsunset help` lists them");
		return EXIT_WRONG_USE;
	}
	name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return (int)help();
	if (strcmp(name, "--version") == 0)
		name = "version";
	command = command_find(name);
	if (command == NULL)
		return (int)unknown(name);
	return (int)command->run(command, argv + 2, (size_t)argc - 2);
}
