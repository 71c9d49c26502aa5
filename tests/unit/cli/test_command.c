#include "said.h"

#include "cli/command.h"

#define USUAL_WIDTH 80

static void test_commands_are_found_by_name_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		assert_ptr_equal(command_find(commands[i]->name), commands[i]);
		if (i > 0)
			assert_true(strcmp(commands[i - 1]->name, commands[i]->name) < 0);
	}
	assert_null(command_find("wach"));
	assert_null(command_find(""));
}

/* So that a shell's completion and the help agree, and none is shadowed. */
static void test_options_are_in_order_and_letters_are_not_shared(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		bool seen[128] = { ['h'] = true };

		for (size_t j = 0; j < commands[i]->option_count; j++) {
			const struct option *option = &commands[i]->options[j];

			assert_true(j == 0 || strcmp(option[-1].name, option->name) < 0);
			assert_false(option->letter != 0 && seen[(int)option->letter]);
			seen[(int)option->letter] = true;
			assert_true(
				(option->kind == OPTION_FLAG) == (option->value == NULL));
		}
	}
}

static void check_width(const char *text)
{
	for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
		assert_in_range(strcspn(text, "\n"), 0, USUAL_WIDTH);
		assert_int_equal(text[strcspn(text, "\n")], '\n');
	}
}

static void test_no_help_is_wider_than_a_terminal(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 65536);
	program_help(&text);
	check_width(text_string(&text));
	for (size_t i = 0; i < command_count; i++) {
		assert_non_null(strstr(text_string(&text), commands[i]->summary));
	}
	for (size_t i = 0; i < command_count; i++) {
		text_reset(&text);
		command_help(commands[i], &text);
		check_width(text_string(&text));
	}
	text_done(&text);
}

static void check_unknown(const char *name, const char *sentence)
{
	struct said said;

	said_listen(&said, STDERR_FILENO);
	assert_int_equal(command_unknown(name), EXIT_WRONG_USE);
	assert_string_equal(said_heard(&said), sentence);
}

static void test_an_unknown_command_is_told_with_the_one_that_was_meant(void **state)
{
	(void)state;
	check_unknown("imapct", "tlsunset: there is no command \"imapct\"; did you mean "
				"\"impact\"?\n");
	check_unknown("\x1b[2J", "tlsunset: there is no command \"\\x1b[2J\"; `tlsunset "
				 "help` lists them\n");
}

static bool begin(const char *name, const char *argument, enum exit_code *ret_exit)
{
	char *arguments[] = { (char *)(uintptr_t)argument };
	size_t operands;

	return command_begin(command_find(name), NULL, arguments, 1, &operands, ret_exit);
}

static void test_a_command_without_operands_takes_none(void **state)
{
	enum exit_code code = EXIT_NOTHING_FOUND;
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	assert_false(begin("version", "1\n", &code));
	assert_string_equal(
		said_heard(&said), "tlsunset: version takes nothing, not \"1\\x0a\"\n");
	assert_int_equal(code, EXIT_WRONG_USE);
}

static void test_a_wrong_option_is_told_with_its_command(void **state)
{
	enum exit_code code = EXIT_NOTHING_FOUND;
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	assert_false(begin("help", "--frob", &code));
	assert_string_equal(said_heard(&said),
		"tlsunset: help: there is no option --frob; --help lists them\n");
	assert_int_equal(code, EXIT_WRONG_USE);
}

static void test_help_is_printed_in_place_of_running(void **state)
{
	enum exit_code code = EXIT_COULD_NOT;
	struct said said;

	(void)state;
	said_listen(&said, STDOUT_FILENO);
	assert_false(begin("impact", "--help", &code));
	assert_non_null(strstr(said_heard(&said), "usage: tlsunset impact [OPTION]"));
	assert_int_equal(code, EXIT_NOTHING_FOUND);
	assert_true(begin("help", "watch", &code));
}

static void test_a_fault_of_use_has_a_code_of_its_own(void **state)
{
	const struct fault use = { ERR_USAGE, "so not" };
	const struct fault other = { .err = ERR_IO };
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	assert_int_equal(command_fault(&use), EXIT_WRONG_USE);
	assert_int_equal(command_fault(&other), EXIT_COULD_NOT);
	assert_non_null(strstr(said_heard(&said), "tlsunset: so not\ntlsunset: "));
	assert_non_null(strstr(said.text, err_sentence(ERR_IO)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_are_found_by_name_in_order),
		cmocka_unit_test(test_options_are_in_order_and_letters_are_not_shared),
		cmocka_unit_test(test_no_help_is_wider_than_a_terminal),
		cmocka_unit_test(
			test_an_unknown_command_is_told_with_the_one_that_was_meant),
		cmocka_unit_test(test_a_command_without_operands_takes_none),
		cmocka_unit_test(test_a_wrong_option_is_told_with_its_command),
		cmocka_unit_test(test_help_is_printed_in_place_of_running),
		cmocka_unit_test(test_a_fault_of_use_has_a_code_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
