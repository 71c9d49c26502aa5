#include "../unit.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include "sys/workers.h"

struct task {
	int number;
	atomic_int *gate; /* NULL: do not wait */
	bool fails;
	int result;
};

static enum err run(void *context, const struct workers *workers, struct fault *why)
{
	struct task *task = context;

	if (task->fails)
		return fault_set(why, ERR_IO, "worker %d failed", task->number);
	while (task->gate != NULL && atomic_load(task->gate) == 0 &&
		!workers_failed(workers))
		sched_yield();
	task->result = task->number * 10;
	return ERR_OK;
}

static void test_each_runs_on_its_own_context(void **state)
{
	struct task tasks[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
	void *contexts[] = { &tasks[0], &tasks[1], &tasks[2] };
	struct workers *workers;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_start(run, contexts, 3, &workers, &why), ERR_OK);
	assert_int_equal(workers_join(workers, &why), ERR_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(tasks[i].result, 10 * (i + 1));
}

static void test_waiting_ends_when_all_have_ended(void **state)
{
	atomic_int gate = 0;
	struct task task = { .number = 7, .gate = &gate };
	void *contexts[] = { &task };
	struct workers *workers;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_start(run, contexts, 1, &workers, &why), ERR_OK);
	assert_int_equal(workers_wait(workers, 0), ERR_AGAIN);
	assert_int_equal(workers_running(workers), 1);
	atomic_store(&gate, 1);
	assert_int_equal(workers_wait(workers, -1), ERR_OK);
	assert_int_equal(workers_running(workers), 0);
	assert_int_equal(workers_join(workers, &why), ERR_OK);
}

static void test_a_failure_frees_the_others_and_is_the_outcome(void **state)
{
	atomic_int gate = 0; /* never opened */
	struct task tasks[2] = { { .number = 1, .gate = &gate },
		{ .number = 2, .fails = true } };
	void *contexts[] = { &tasks[0], &tasks[1] };
	struct workers *workers;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_start(run, contexts, 2, &workers, &why), ERR_OK);
	assert_int_equal(workers_join(workers, &why), ERR_IO);
	assert_string_equal(why.text, "worker 2 failed");
	assert_int_equal(tasks[0].result, 10);
}

static void test_refuses_none_and_too_many(void **state)
{
	void *contexts[] = { NULL };
	struct workers *workers;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(workers_start(run, contexts, 0, &workers, &why), ERR_LIMIT);
	assert_int_equal(
		workers_start(run, contexts, WORKERS_MAX + 1, &workers, &why), ERR_LIMIT);
	assert_true(workers_processors() >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_runs_on_its_own_context),
		cmocka_unit_test(test_waiting_ends_when_all_have_ended),
		cmocka_unit_test(test_a_failure_frees_the_others_and_is_the_outcome),
		cmocka_unit_test(test_refuses_none_and_too_many),
	};

	return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
