#include "said.h"

#include "cli/command.h"

static struct said said;

static enum exit_code complete(const char *shell)
{
	const struct command *command = command_find("completion");
	char *arguments[] = { (char *)(uintptr_t)shell };
	enum exit_code code;

	said_listen(&said, STDOUT_FILENO);
	code = command->run(command, arguments, 1);
	(void)said_heard(&said);
	return code;
}

/* The line of a command's words, "*:watch:*) ...", has each option. */
static void check_bash_words(const struct command *command)
{
	char start[64], word[64];
	const char *line;

	(void)snprintf(start, sizeof start, "\t*:%s:*) ", command->name);
	line = strstr(said.text, start);
	assert_non_null(line);
	*strchr(line, '\n') = '\0';
	for (size_t i = 0; i < command->option_count; i++) {
		(void)snprintf(word, sizeof word, "--%s ", command->options[i].name);
		assert_non_null(strstr(line, word));
	}
	assert_non_null(strstr(line, "--help\""));
	said.text[strlen(said.text)] = '\n';
}

static void test_bash_and_zsh_have_each_option_of_each_command(void **state)
{
	(void)state;
	for (size_t shell = 0; shell < 2; shell++)
		for (size_t i = 0; i < command_count; i++) {
			assert_int_equal(complete(shell == 0 ? "bash" : "zsh"),
				EXIT_NOTHING_FOUND);
			check_bash_words(commands[i]);
		}
}

static void check_fish_option(const struct command *command, const struct option *option)
{
	char letter[8] = "", line[128];

	if (option->letter != 0)
		(void)snprintf(letter, sizeof letter, " -s %c", option->letter);
	(void)snprintf(line, sizeof line, "__fish_seen_subcommand_from %s' -l %s%s%s ",
		command->name, option->name, letter, option->value != NULL ? " -r" : "");
	assert_non_null(strstr(said.text, line));
}

static void test_fish_has_each_option_of_each_command(void **state)
{
	static const struct option help = { .name = "help", .letter = 'h' };

	(void)state;
	assert_int_equal(complete("fish"), EXIT_NOTHING_FOUND);
	for (size_t i = 0; i < command_count; i++) {
		check_fish_option(commands[i], &help);
		for (size_t j = 0; j < commands[i]->option_count; j++)
			check_fish_option(commands[i], &commands[i]->options[j]);
	}
}

static void test_values_that_can_be_listed_are(void **state)
{
	(void)state;
	assert_int_equal(complete("bash"), EXIT_NOTHING_FOUND);
	assert_non_null(strstr(said.text, "*:impact:--by|*:impact:-b) "));
	assert_non_null(strstr(said.text, "words=\"1.0 1.1 1.2 1.3\" ;;"));
	assert_non_null(strstr(said.text, "*:scan:--policy|*:scan:-p) words=\"azure-"));
	assert_non_null(strstr(said.text, "*:scan:--starttls) words=\""));
	assert_non_null(strstr(said.text, " smtp "));
	assert_int_equal(complete("fish"), EXIT_NOTHING_FOUND);
	assert_non_null(
		strstr(said.text, "-l output -s o -r -f -a 'csv json jsonl text' -d "));
	assert_non_null(strstr(said.text, "-a 'bash fish zsh'"));
}

static void test_another_shell_is_refused(void **state)
{
	struct said heard;

	(void)state;
	said_listen(&heard, STDERR_FILENO);
	assert_int_equal(complete("tcsh"), EXIT_WRONG_USE);
	assert_non_null(strstr(said_heard(&heard), "bash, fish and zsh"));
	assert_string_equal(said.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bash_and_zsh_have_each_option_of_each_command),
		cmocka_unit_test(test_fish_has_each_option_of_each_command),
		cmocka_unit_test(test_values_that_can_be_listed_are),
		cmocka_unit_test(test_another_shell_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
