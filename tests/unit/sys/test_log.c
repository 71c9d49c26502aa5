/* Standard error is a pipe, or a terminal made for the test. */
#define _GNU_SOURCE /* posix_openpt */
#include "child.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "sys/log.h"
#include "sys/terminal.h"

static int said_to_pipe(void)
{
	int ends[2];

	CHECK(pipe(ends) == 0);
	CHECK(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	return ends[0];
}

/* A terminal of `columns` that shows what it is given, as it is. */
static int said_to_terminal(unsigned short columns)
{
	struct winsize size = { .ws_col = columns, .ws_row = 24 };
	struct termios raw;
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
		_exit(CHILD_SKIPPED);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave < 0)
		_exit(CHILD_SKIPPED);
	CHECK(tcgetattr(slave, &raw) == 0);
	cfmakeraw(&raw);
	CHECK(tcsetattr(slave, TCSANOW, &raw) == 0);
	CHECK(ioctl(slave, TIOCSWINSZ, &size) == 0);
	CHECK(dup2(slave, STDERR_FILENO) == STDERR_FILENO);
	return master;
}

/* In the children standard error is under test, so a difference is an exit code. */
static void expect(int from, const char *wanted)
{
	char got[256] = "";
	ssize_t len = read(from, got, sizeof got - 1);

	if (len < 0 || strcmp(got, wanted) != 0)
		_exit(2);
}

static void messages_are_whole_lines(void *state)
{
	int from = said_to_pipe();

	(void)state;
	log_warning("%d of %s", 3, "x");
	expect(from, "tlsunset: 3 of x\n");
	log_note("not said unasked");
	log_set_level(LOG_QUIET);
	log_warning("not said at all");
	log_fault(&(struct fault){ ERR_IO, "no luck" });
	expect(from, "tlsunset: no luck\n");
	log_set_level(LOG_VERBOSE);
	log_fault(&(struct fault){ .err = ERR_MEMORY });
	expect(from, "tlsunset: memory ran out\n");
}

static void a_pipe_gets_no_progress(void *state)
{
	int from = said_to_pipe();

	(void)state;
	if (log_progress_due())
		_exit(2);
	log_progress("42 packets");
	log_progress_end();
	log_error("end");
	expect(from, "tlsunset: end\n");
}

static void a_message_pushes_progress_aside(void *state)
{
	int from = said_to_terminal(40);

	(void)state;
	if (!log_progress_due())
		_exit(2);
	log_progress("42 packets");
	expect(from, "\r\033[K42 packets");
	log_error("end");
	expect(from, "\r\033[Ktlsunset: end\n");
	log_error("again");
	expect(from, "tlsunset: again\n");
}

static void progress_is_cut_between_characters(void *state)
{
	int from = said_to_terminal(20);

	(void)state;
	log_progress("123456789012345678\u2264 TLS 1.0");
	expect(from, "\r\033[K123456789012345678\u2264");
}

static void a_pipe_is_as_wide_as_is_usual(void *state)
{
	(void)state;
	(void)said_to_terminal(100);
	if (terminal_width(STDERR_FILENO) != 100)
		_exit(2);
	(void)said_to_pipe();
	if (terminal_width(STDERR_FILENO) != TERMINAL_WIDTH_USUAL)
		_exit(3);
}

#define IN_CHILD(body)                                                                   \
	static void test_##body(void **state)                                            \
	{                                                                                \
		run_in_child(body, *state);                                              \
	}

IN_CHILD(messages_are_whole_lines)
IN_CHILD(a_pipe_gets_no_progress)
IN_CHILD(a_message_pushes_progress_aside)
IN_CHILD(progress_is_cut_between_characters)
IN_CHILD(a_pipe_is_as_wide_as_is_usual)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_are_whole_lines),
		cmocka_unit_test(test_a_pipe_gets_no_progress),
		cmocka_unit_test(test_a_message_pushes_progress_aside),
		cmocka_unit_test(test_progress_is_cut_between_characters),
		cmocka_unit_test(test_a_pipe_is_as_wide_as_is_usual),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
