#include "child.h"

#include <stdbool.h>
#include <sys/resource.h>

#include "sys/workers.h"

#define NOBODY_ELSE 54321 /* a user who runs nothing */

struct task {
	int number;
	bool fails;
	int result;
};

static enum err run(void *context, struct fault *why)
{
	struct task *task = context;

	if (task->fails)
		return fault_set(why, ERR_IO, "worker %d failed", task->number);
	task->result = task->number * 10;
	return ERR_OK;
}

static void test_each_runs_on_its_own_context(void **state)
{
	struct task tasks[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
	void *contexts[] = { &tasks[0], &tasks[1], &tasks[2] };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_run(run, contexts, 3, &why), ERR_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(tasks[i].result, 10 * (i + 1));
}

static void test_a_failure_is_the_outcome_of_all(void **state)
{
	struct task tasks[2] = { { .number = 1 }, { .number = 2, .fails = true } };
	void *contexts[] = { &tasks[0], &tasks[1] };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_run(run, contexts, 2, &why), ERR_IO);
	assert_string_equal(why.text, "worker 2 failed");
	assert_int_equal(tasks[0].result, 10);
}

/* The first is started, the second is not; where a sanitizer has a thread of its own,
 * neither is. */
static void none_works_where_one_cannot_be_started(void *state)
{
	struct task tasks[2] = { { .number = 1 }, { .number = 2 } };
	void *contexts[] = { &tasks[0], &tasks[1] };
	struct rlimit two = { 2, 2 };
	struct fault why = { 0 };

	(void)state;
	if (geteuid() != 0)
		_exit(CHILD_SKIPPED); /* a user's other processes count too */
	CHECK(setrlimit(RLIMIT_NPROC, &two) == 0);
	CHECK(setuid(NOBODY_ELSE) == 0);
	CHECK(workers_run(run, contexts, 2, &why) == ERR_LIMIT);
	CHECK(strstr(why.text, "cannot start worker ") != NULL);
	CHECK(tasks[0].result == 0);
}

static void test_none_works_where_one_cannot_be_started(void **state)
{
	run_in_child(none_works_where_one_cannot_be_started, *state);
}

static void test_refuses_none_and_too_many(void **state)
{
	void *contexts[] = { NULL };
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_run(run, contexts, 0, &why), ERR_LIMIT);
	assert_int_equal(workers_run(run, contexts, WORKERS_MAX + 1, &why), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_runs_on_its_own_context),
		cmocka_unit_test(test_a_failure_is_the_outcome_of_all),
		cmocka_unit_test(test_none_works_where_one_cannot_be_started),
		cmocka_unit_test(test_refuses_none_and_too_many),
	};

	return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
