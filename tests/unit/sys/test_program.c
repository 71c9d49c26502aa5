/* Other people's programs: what they say, how they end, and which are not run. */
#include "../unit.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/attr.h"
#include "scratch.h"
#include "sys/program.h"

#define SHELL "/bin/sh"

static enum err run(const char *command, const char *setting, time_ns patience,
	struct text *said, int *ret_code)
{
	const char *const words[] = { SHELL, "-c", command, NULL };
	struct program_start start = { .arguments = words, .held = -1 };
	struct program program;

	start.settings[0] = setting;
	assert_int_equal(program_start(&start, &program), ERR_OK);
	return program_wait(&program, patience, said, ret_code);
}

static const struct {
	const char *command;
	const char *said;
	int code;
} rows[] = {
	{ "echo out; echo err >&2", "out\nerr\n", 0 },
	{ "exit 3", "", 3 },
	{ "kill -9 $$", "", 128 + 9 },
	{ "read line; echo \"[$line]\"", "[]\n", 0 }, /* it is told nothing */
	{ "echo $SETTING", "one\n", 0 },
};

static void test_what_it_says_and_how_it_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct text CLEANUP(text_done) said;
		int code = -1;

		text_init(&said, 4096);
		print_message("%s\n", rows[i].command);
		assert_int_equal(run(rows[i].command, "SETTING=one", 60 * TIME_SECOND,
					 &said, &code),
			ERR_OK);
		assert_string_equal(text_string(&said), rows[i].said);
		assert_int_equal(code, rows[i].code);
	}
}

static void test_who_does_not_end_is_ended(void **state)
{
	struct text CLEANUP(text_done) said;
	int code = -1;

	(void)state;
	text_init(&said, 4096);
	assert_int_equal(
		run("exec sleep 600", NULL, TIME_SECOND / 20, &said, &code), ERR_AGAIN);
	assert_int_equal(code, -1);
}

static void test_who_does_not_stop_talking_is_ended(void **state)
{
	struct text CLEANUP(text_done) said;
	int code = -1;

	(void)state;
	text_init(&said, 4096);
	assert_int_equal(
		run("exec yes", NULL, TIME_SECOND / 20, &said, &code), ERR_AGAIN);
	assert_int_equal(code, -1);
}

/* A wrapper in shell goes, and what it started with it: else a pipe would stay open, and
 * a server would listen on. */
static void test_what_it_started_is_ended_with_it(void **state)
{
	const char *const words[] = { SHELL, "-c", "sleep 600 & exec 1>&- 2>&-; wait",
		NULL };
	struct program_start start = { .arguments = words, .held = -1 };
	struct text CLEANUP(text_done) said;
	struct program program;
	int pipes[2], code = -1;
	char none;

	(void)state;
	text_init(&said, 100);
	assert_int_equal(pipe(pipes), 0);
	start.held = pipes[1];
	assert_int_equal(program_start(&start, &program), ERR_OK);
	close(pipes[1]);
	assert_int_equal(
		program_wait(&program, TIME_SECOND / 20, &said, &code), ERR_AGAIN);
	assert_int_equal(read(pipes[0], &none, 1), 0); /* nobody holds its other end */
	close(pipes[0]);
}

static void step_over(int number)
{
	(void)number;
}

/* A signal that is handled, without SA_RESTART, a hundred times a second. */
static void test_a_signal_says_nothing_of_the_program(void **state)
{
	struct sigaction act = { .sa_handler = step_over }, before;
	struct itimerval often = { { 0, 10000 }, { 0, 10000 } }, never = { 0 };
	struct text CLEANUP(text_done) said;
	int code = -1;
	enum err err;

	(void)state;
	text_init(&said, 4096);
	assert_int_equal(sigaction(SIGALRM, &act, &before), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	err = run("sleep 0.1; echo one; sleep 0.1; echo two", NULL, 60 * TIME_SECOND,
		&said, &code);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
	assert_int_equal(err, ERR_OK);
	assert_string_equal(text_string(&said), "one\ntwo\n");
	assert_int_equal(code, 0);
}

static void test_more_than_is_read_does_not_stop_it(void **state)
{
	struct text CLEANUP(text_done) said;
	int code = -1;

	(void)state;
	text_init(&said, 100);
	assert_int_equal(run("head -c 300000 /dev/zero; exit 7", NULL, 60 * TIME_SECOND,
				 &said, &code),
		ERR_OK);
	assert_int_equal(code, 7);
	assert_true(text_len(&said) <= 100);
}

static void test_sees_what_is_held_as_3(void **state)
{
	const char *const words[] = { SHELL, "-c", "cat <&3", NULL };
	struct program_start start = { .arguments = words };
	struct text CLEANUP(text_done) said;
	struct program program;
	int pipes[2], code = -1;

	(void)state;
	text_init(&said, 100);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], "held", 4), 4);
	close(pipes[1]);
	start.held = pipes[0];
	assert_int_equal(program_start(&start, &program), ERR_OK);
	close(pipes[0]);
	assert_int_equal(program_wait(&program, 60 * TIME_SECOND, &said, &code), ERR_OK);
	assert_string_equal(text_string(&said), "held");
}

static void test_runs_until_it_is_ended(void **state)
{
	const char *const words[] = { SHELL, "-c", "exec sleep 600", NULL };
	struct program_start start = { .arguments = words, .held = -1 };
	struct program program;

	(void)state;
	assert_int_equal(program_start(&start, &program), ERR_OK);
	assert_true(program_runs(&program));
	program_end(&program);
	assert_false(program_runs(&program));
	program_end(&program); /* twice is once */
}

static void test_what_is_no_program_ends_with_127(void **state)
{
	const char *const words[] = { "/none/such", NULL };
	struct program_start start = { .arguments = words, .held = -1 };
	struct text CLEANUP(text_done) said;
	struct program program;
	int code = -1;

	(void)state;
	text_init(&said, 100);
	assert_int_equal(program_start(&start, &program), ERR_OK);
	assert_int_equal(program_wait(&program, 60 * TIME_SECOND, &said, &code), ERR_OK);
	assert_int_equal(code, 127);
}

/* A folder or a file that others may write to could hold anybody's program. */
static void test_trusts_what_nobody_else_may_write(void **state)
{
	struct scratch *scratch = *state;
	const char *path = scratch_write(scratch, "program", "#!/bin/sh\n", 10);

	assert_int_equal(program_trusted(SHELL), ERR_OK);
	assert_int_equal(program_trusted("/none/such"), ERR_NOT_FOUND);
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(program_trusted(path) != ERR_OK); /* below /tmp, or not executable */
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(program_trusted(path), ERR_PERMISSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_says_and_how_it_ends),
		cmocka_unit_test(test_who_does_not_end_is_ended),
		cmocka_unit_test(test_who_does_not_stop_talking_is_ended),
		cmocka_unit_test(test_what_it_started_is_ended_with_it),
		cmocka_unit_test(test_a_signal_says_nothing_of_the_program),
		cmocka_unit_test(test_more_than_is_read_does_not_stop_it),
		cmocka_unit_test(test_sees_what_is_held_as_3),
		cmocka_unit_test(test_runs_until_it_is_ended),
		cmocka_unit_test(test_what_is_no_program_ends_with_127),
		cmocka_unit_test_setup_teardown(test_trusts_what_nobody_else_may_write,
			scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
