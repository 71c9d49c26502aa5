#include "child.h"

#include <signal.h>

#include "sys/signals.h"
#include "sys/workers.h"

static void catch (void)
{
	struct fault why = { 0 };

	CHECK(signals_catch(&why) == ERR_OK);
	CHECK(!signals_stop_wanted());
	CHECK(signals_wait_readable(-1, 0) == ERR_AGAIN);
}

static void a_signal_is_a_wish_to_stop(void *state)
{
	(void)state;
	catch ();
	CHECK(raise(SIGTERM) == 0);
	CHECK(signals_stop_wanted());
	CHECK(signals_wait_readable(-1, -1) == ERR_AGAIN); /* does not wait */
}

static void the_same_signal_twice_ends_the_program(void *state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		catch ();
		raise(SIGINT);
		raise(SIGINT);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void a_closed_pipe_is_an_error_not_an_end(void *state)
{
	int ends[2];

	(void)state;
	catch ();
	CHECK(pipe(ends) == 0 && close(ends[0]) == 0);
	CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE);
}

static void a_filter_ends_with_its_reader(void *state)
{
	struct fault why = { 0 };
	int ends[2], status;
	pid_t child;

	(void)state;
	CHECK(pipe(ends) == 0 && close(ends[0]) == 0);
	child = fork();
	if (child == 0) {
		catch ();
		CHECK(signals_end_with_reader(&why) == ERR_OK);
		_exit(write(ends[1], "x", 1) == 1);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

static void what_can_be_read_ends_the_waiting(void *state)
{
	int ends[2];

	(void)state;
	catch ();
	CHECK(pipe(ends) == 0);
	CHECK(signals_wait_readable(ends[0], 0) == ERR_AGAIN);
	CHECK(write(ends[1], "x", 1) == 1);
	CHECK(signals_wait_readable(ends[0], -1) == ERR_OK);
}

static enum err stop_or_wait(void *context, struct fault *why)
{
	int *came = context;

	(void)why;
	if (came == NULL)
		return kill(getpid(), SIGINT) == 0 ? ERR_OK : ERR_IO;
	*came = signals_wait_readable(-1, -1) == ERR_AGAIN && signals_stop_wanted();
	return ERR_OK;
}

static void a_stop_reaches_every_worker(void *state)
{
	int came[2] = { 0 };
	void *contexts[] = { &came[0], &came[1], NULL };
	struct fault why = { 0 };

	(void)state;
	catch ();
	CHECK(workers_run(stop_or_wait, contexts, 3, &why) == ERR_OK);
	CHECK(came[0] && came[1]);
}

#define IN_CHILD(body)                                                                   \
	static void test_##body(void **state)                                            \
	{                                                                                \
		run_in_child(body, *state);                                              \
	}

IN_CHILD(a_signal_is_a_wish_to_stop)
IN_CHILD(the_same_signal_twice_ends_the_program)
IN_CHILD(a_closed_pipe_is_an_error_not_an_end)
IN_CHILD(a_filter_ends_with_its_reader)
IN_CHILD(what_can_be_read_ends_the_waiting)
IN_CHILD(a_stop_reaches_every_worker)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_signal_is_a_wish_to_stop),
		cmocka_unit_test(test_the_same_signal_twice_ends_the_program),
		cmocka_unit_test(test_a_closed_pipe_is_an_error_not_an_end),
		cmocka_unit_test(test_a_filter_ends_with_its_reader),
		cmocka_unit_test(test_what_can_be_read_ends_the_waiting),
		cmocka_unit_test(test_a_stop_reaches_every_worker),
	};

	return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
