#include "cli/command.h"

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	enum exit_code code;
	struct text text;
	size_t operands;

	if (!command_begin(self, NULL, arguments, count, &operands, &code))
		return code;
	text_init(&text, 256);
	text_add(&text, "tlsunset " TLSUNSET_VERSION "\n");
	code = command_print(&text);
	text_done(&text);
	return code;
}

const struct command command_version = {
	.name = "version",
	.summary = "which version this is",
	.operands = "",
	.about = "Prints the version of the program.\n",
	.run = run,
};
