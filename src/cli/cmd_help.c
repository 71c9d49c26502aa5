#include "cli/command.h"
#include "sys/log.h"

#define HELP_MAX 65536

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	const struct command *asked = NULL;
	enum exit_code code;
	struct text text;
	size_t operands;

	if (!command_begin(self, NULL, arguments, count, &operands, &code))
		return code;
	if (operands > 0) {
		asked = command_find(arguments[0]);
		if (asked == NULL)
			return command_unknown(arguments[0]);
	}
	if (operands > 1) {
		log_error("help: one command is wanted");
		return EXIT_WRONG_USE;
	}
	text_init(&text, HELP_MAX);
	if (asked == NULL)
		program_help(&text);
	else
		command_help(asked, &text);
	code = command_print(&text);
	text_done(&text);
	return code;
}

const struct command command_help_itself = {
	.name = "help",
	.summary = "this list, or what one command does",
	.operands = "[COMMAND]",
	.about = "Lists the commands, or tells what one does and its options.\n",
	.run = run,
};
