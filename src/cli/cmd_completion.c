/* Prints completion for a shell, from the same tables that parse. */
#include "cli/command.h"
#include "cli/policies.h"
#include "probe/starttls.h"
#include "sys/log.h"

#define COMPLETION_MAX 65536

static void add_words(const struct command *command, struct text *text)
{
	for (size_t i = 0; i < command->option_count; i++)
		text_format(text, "--%s ", command->options[i].name);
	text_add(text, "--help");
}

static void add_policies(struct text *text)
{
	for (size_t i = 0; i < policies_count(); i++) {
		text_add(text, i > 0 ? " " : "");
		text_bytes(text, policies_name(i));
	}
}

static void add_protocols(struct text *text)
{
	for (size_t i = 0; starttls_name(i) != NULL; i++)
		text_format(text, "%s ", starttls_name(i));
	text_add(text, "none");
}

/* Values that other tables have, by what they are called in the help. To add one: a line
 * here. */
static const struct listed {
	const char *value;
	void (*add)(struct text *text);
	bool files; /* are taken as well */
} all_listed[] = {
	{ "POLICY", add_policies, true },
	{ "PROTOCOL|none", add_protocols, false },
};

static const struct listed *listed_of(const struct option *option)
{
	for (size_t i = 0; i < COUNT_OF(all_listed) && option->value != NULL; i++)
		if (strcmp(all_listed[i].value, option->value) == 0)
			return &all_listed[i];
	return NULL;
}

static bool has_choices(const struct option *option)
{
	return option->choices != NULL || option->kind == OPTION_VERSION ||
	       listed_of(option) != NULL;
}

/* Of a version, those that are asked about. */
static void add_choices(const struct option *option, struct text *text)
{
	static const char *const versions[] = { "1.0", "1.1", "1.2", "1.3", NULL };
	const char *const *choices =
		option->kind == OPTION_VERSION ? versions : option->choices;

	if (listed_of(option) != NULL) {
		listed_of(option)->add(text);
		return;
	}
	for (size_t i = 0; choices[i] != NULL; i++)
		text_format(text, "%s%s", i > 0 ? " " : "", choices[i]);
}

static void add_commands(struct text *text)
{
	for (size_t i = 0; i < command_count; i++)
		text_format(text, "%s%s", i > 0 ? " " : "", commands[i]->name);
}

static void bash_command(const struct command *command, struct text *text)
{
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option *option = &command->options[i];

		if (!has_choices(option))
			continue;
		text_format(text, "\t*:%s:--%s", command->name, option->name);
		if (option->letter != 0)
			text_format(text, "|*:%s:-%c", command->name, option->letter);
		text_add(text, ") words=\"");
		add_choices(option, text);
		text_add(text, "\" ;;\n");
	}
	if (command->first != NULL)
		text_format(text, "\t2:%s:*) words=\"%s --help\" ;;\n", command->name,
			command->first);
	text_format(text, "\t*:%s:*) [[ $word == -* ]] && words=\"", command->name);
	add_words(command, text);
	text_add(text, "\" ;;\n");
}

static void print_bash(struct text *text)
{
	text_add(text, "_tlsunset() {\n"
		       "\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n"
		       "\tlocal before=${COMP_WORDS[COMP_CWORD-1]}\n"
		       "\tcase ${COMP_CWORD}:${COMP_WORDS[1]}:$before in\n"
		       "\t1:*) words=\"");
	add_commands(text);
	text_add(text, "\" ;;\n\t2:help:*) words=\"");
	add_commands(text);
	text_add(text, "\" ;;\n");
	for (size_t i = 0; i < command_count; i++)
		bash_command(commands[i], text);
	text_add(text, "\tesac\n"
		       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
		       "}\n"
		       "complete -o default -F _tlsunset tlsunset\n");
}

/* Within single quotes of fish only these two mean something. */
static void add_fish(struct text *text, const char *string)
{
	text_char(text, '\'');
	for (; *string != '\0'; string++) {
		if (*string == '\'' || *string == '\\')
			text_char(text, '\\');
		text_char(text, *string);
	}
	text_char(text, '\'');
}

static void fish_option(
	const struct command *command, const struct option *option, struct text *text)
{
	text_format(text,
		"complete -c tlsunset -n '__fish_seen_subcommand_from %s' -l %s",
		command->name, option->name);
	if (option->letter != 0)
		text_format(text, " -s %c", option->letter);
	if (option->value != NULL)
		text_add(text, " -r");
	if (has_choices(option)) {
		const struct listed *listed = listed_of(option);

		text_add(text, listed != NULL && listed->files ? " -a '" : " -f -a '");
		add_choices(option, text);
		text_char(text, '\'');
	}
	text_add(text, " -d ");
	add_fish(text, option->help);
	text_char(text, '\n');
}

static void print_fish(struct text *text)
{
	static const struct option help = {
		.name = "help", .letter = 'h', .help = "what it does, and its options"
	};

	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = commands[i];

		text_format(text,
			"complete -c tlsunset -f -n __fish_use_subcommand -a %s -d ",
			command->name);
		add_fish(text, command->summary);
		text_char(text, '\n');
		if (command->first != NULL)
			text_format(text,
				"complete -c tlsunset -n '__fish_seen_subcommand_from "
				"%s' "
				"-f -a '%s'\n",
				command->name, command->first);
		for (size_t j = 0; j < command->option_count; j++)
			fish_option(command, &command->options[j], text);
		fish_option(command, &help, text);
	}
	text_add(text, "complete -c tlsunset -f -n "
		       "'__fish_seen_subcommand_from completion' "
		       "-a 'bash fish zsh'\n"
		       "complete -c tlsunset -f -n '__fish_seen_subcommand_from help' "
		       "-a '");
	add_commands(text);
	text_add(text, "'\n");
}

/* zsh runs the function for bash. */
static void print_zsh(struct text *text)
{
	text_add(
		text, "#compdef tlsunset\nautoload -U +X bashcompinit && bashcompinit\n");
	print_bash(text);
}

/* To add one: a line here and a function above. In order of name. */
static const struct shell {
	const char *name;
	void (*print)(struct text *text);
} shells[] = {
	{ "bash", print_bash },
	{ "fish", print_fish },
	{ "zsh", print_zsh },
};

static enum exit_code print(const struct shell *shell)
{
	enum exit_code code;
	struct text text;

	text_init(&text, COMPLETION_MAX);
	shell->print(&text);
	code = command_print(&text);
	text_done(&text);
	return code;
}

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	enum exit_code code;
	size_t operands;

	if (!command_begin(self, NULL, arguments, count, &operands, &code))
		return code;
	for (size_t i = 0; operands == 1 && i < COUNT_OF(shells); i++)
		if (strcmp(shells[i].name, arguments[0]) == 0)
			return print(&shells[i]);
	log_error("completion: one of bash, fish and zsh is wanted");
	return EXIT_WRONG_USE;
}

const struct command command_completion = {
	.name = "completion",
	.summary = "completions for bash, fish or zsh",
	.operands = "bash|fish|zsh",
	.first = "bash fish zsh",
	.about = "Prints completions for a shell; for bash: source <(tlsunset completion "
		 "bash)\n",
	.run = run,
};
