#include "cli/command.h"

#include <stdio.h>

#include "base/suggestion.h"
#include "sys/log.h"

#define HELP_MAX 65536

extern const struct command command_audit;
extern const struct command command_completion;
extern const struct command command_help_itself;
extern const struct command command_host;
extern const struct command command_impact;
extern const struct command command_policy;
extern const struct command command_scan;
extern const struct command command_version;
extern const struct command command_watch;

/* To add one: a line here and above, cmd_<name>.c, man/tlsunset-<name>.1. In order of
 * name. */
const struct command *const commands[] = {
	&command_audit,
	&command_completion,
	&command_help_itself,
	&command_host,
	&command_impact,
	&command_policy,
	&command_scan,
	&command_version,
	&command_watch,
};
const size_t command_count = COUNT_OF(commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

enum exit_code command_unknown(const char *name)
{
	struct suggestion meant = suggestion_for(bytes_of_string(name));
	struct text CLEANUP(text_done) quoted;

	for (size_t i = 0; i < command_count; i++)
		suggestion_offer(&meant, commands[i]->name);
	text_init(&quoted, 256);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(name), 40));
	if (meant.name != NULL)
		log_error("there is no command \"%s\"; did you mean \"%s\"?",
			text_string(&quoted), meant.name);
	else
		log_error("there is no command \"%s\"; `tlsunset help` lists them",
			text_string(&quoted));
	return EXIT_WRONG_USE;
}

void command_help(const struct command *command, struct text *text)
{
	text_format(text, "usage: tlsunset %s [OPTION]...%s%s\n\n%s\n", command->name,
		command->operands[0] != '\0' ? " " : "", command->operands,
		command->about);
	option_help(command->options, command->option_count, text);
}

void program_help(struct text *text)
{
	text_add(text, "usage: tlsunset COMMAND [OPTION]... [OPERAND]...\n\n"
		       "If the minimum becomes TLS X, who breaks, and why?\n\n");
	for (size_t i = 0; i < command_count; i++)
		text_format(text, "  %-12s%s\n", commands[i]->name, commands[i]->summary);
	text_add(text, "\n`tlsunset COMMAND --help` tells more of one.\n"
		       "It ends with 0 when done, 1 if something would break, 2 if it "
		       "was not asked\nrightly, 3 if it could not do what was asked.\n");
}

enum exit_code command_print(const struct text *text)
{
	if (text_end(text) == ERR_OK && fputs(text_string(text), stdout) >= 0 &&
		fflush(stdout) == 0)
		return EXIT_NOTHING_FOUND;
	log_error("standard output cannot be written");
	return EXIT_COULD_NOT;
}

enum exit_code command_fault(const struct fault *why)
{
	log_fault(why);
	return why->err == ERR_USAGE ? EXIT_WRONG_USE : EXIT_COULD_NOT;
}

static enum exit_code takes_none(const struct command *command, const char *operand)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, 256);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(operand), 60));
	log_error("%s takes %s, not \"%s\"", command->name,
		command->option_count > 0 ? "options only" : "nothing",
		text_string(&quoted));
	return EXIT_WRONG_USE;
}

bool command_begin(const struct command *command, void *settings, char *arguments[],
	size_t count, size_t *ret_operands, enum exit_code *ret_exit)
{
	struct fault why;
	struct text text;
	bool help;

	if (option_read(command->options, command->option_count, settings, arguments,
		    count, ret_operands, &help, &why) != ERR_OK) {
		log_error("%s: %s", command->name, why.text);
		*ret_exit = EXIT_WRONG_USE;
		return false;
	}
	if (!help && command->operands[0] == '\0' && *ret_operands > 0) {
		*ret_exit = takes_none(command, arguments[0]);
		return false;
	}
	if (help) {
		text_init(&text, HELP_MAX);
		command_help(command, &text);
		*ret_exit = command_print(&text);
		text_done(&text);
	}
	return !help;
}
