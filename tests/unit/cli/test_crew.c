/* A crew at a pipe; frames that hold no packet. */
#include "../sys/scratch.h"
#include "../unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/crew.h"
#include "sys/crypto.h"
#include "sys/lock.h"

#define FRAMES      3
#define MEMBERS_MAX 3

static const struct hash_key KEY = { 1, 2 };

static enum err take_none(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	(void)sink;
	(void)observation;
	return fault_set(why, ERR_VALUE, "there is no handshake in a sample");
}

static enum err taken(void *context, unsigned worker, struct fault *why)
{
	(void)context;
	(void)worker;
	(void)why;
	return ERR_OK;
}

/* The other end of a silent pipe, which closes once each member was called three times:
 * one of these is for the one window that there is. */
struct listening {
	struct lock *lock;
	int end;
	unsigned calls[MEMBERS_MAX];
};

static enum err close_when_all_called(void *context, unsigned worker, struct fault *why)
{
	struct listening *listening = context;
	bool all = true;

	(void)why;
	lock_take(listening->lock);
	listening->calls[worker]++;
	for (unsigned i = 0; i < MEMBERS_MAX; i++)
		all = all && listening->calls[i] >= 3;
	if (all && listening->end >= 0) {
		close(listening->end);
		listening->end = -1;
	}
	lock_release(listening->lock);
	return ERR_OK;
}

/* A pipe in place of standard input, with so much of a sample in it. */
static void pipe_sample(int ends[2], size_t len)
{
	uint8_t *sample = sample_capture(FRAMES);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], sample, len), len);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	free(sample);
}

static const struct crew_hook nothing = { taken, NULL };

struct gathered {
	struct sink sink;
	struct watch *watches[MEMBERS_MAX];
	unsigned count;
	struct crew *crew;
	struct source *source;
	enum err end;
	struct fault source_why;
};

static void gather(struct gathered *all, unsigned count, const struct crew_hook *hook)
{
	struct watch_settings settings = {
		.crypto = crypto_openssl(),
		.key = KEY,
		.sink = &all->sink,
		.max_flows = 1024,
		.fragments_apart = true,
	};
	struct fault why;

	*all = (struct gathered){ .sink.take = take_none, .count = count };
	for (unsigned i = 0; i < count; i++)
		all->watches[i] = watch_new(&settings);
	all->crew = crew_new(all->watches, count, &KEY, hook);
	assert_non_null(all->crew);
	assert_int_equal(source_open_file("-", &all->source, &why), ERR_OK);
}

/* Works the source off: how many frames came. */
static uint64_t run_and_part(struct gathered *all)
{
	uint64_t frames = 0;
	struct fault why;

	assert_int_equal(crew_run(all->crew, &all->end, &why), ERR_OK);
	crew_free(all->crew);
	for (unsigned i = 0; i < all->count; i++) {
		frames += watch_coverage(all->watches[i]).frames;
		watch_free(all->watches[i]);
	}
	source_close(all->source);
	return frames;
}

static void test_the_first_frame_of_a_pipe_is_known_before_work_begins(void **state)
{
	int kept = dup(STDIN_FILENO);

	(void)state;
	for (unsigned count = 1; count <= MEMBERS_MAX; count++) {
		struct gathered all;
		const struct frame *first;
		int ends[2];

		pipe_sample(ends, SAMPLE_LEN(FRAMES));
		close(ends[1]);
		gather(&all, count, &nothing);
		first = crew_begin(all.crew, all.source, &all.end, &all.source_why);
		assert_non_null(first);
		assert_true(first->at == TIME_SECOND);
		assert_int_equal(run_and_part(&all), FRAMES);
		assert_int_equal(all.end, ERR_END);
		close(ends[0]);
	}
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void test_a_pipe_that_has_no_frame_yet_is_worked_on_all_the_same(void **state)
{
	int kept = dup(STDIN_FILENO);
	struct gathered all;
	int ends[2];

	(void)state;
	pipe_sample(ends, SAMPLE_HEADER_LEN);
	gather(&all, 2, &nothing);
	assert_null(crew_begin(all.crew, all.source, &all.end, &all.source_why));
	assert_int_equal(all.end, ERR_OK);
	close(ends[1]);
	assert_int_equal(run_and_part(&all), 0);
	assert_int_equal(all.end, ERR_END);
	close(ends[0]);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void test_each_member_hears_that_a_pipe_is_silent(void **state)
{
	struct listening listening = { .lock = lock_new() };
	const struct crew_hook hook = { close_when_all_called, &listening };
	int kept = dup(STDIN_FILENO);
	struct gathered all;
	int ends[2];

	(void)state;
	pipe_sample(ends, SAMPLE_LEN(FRAMES));
	listening.end = ends[1];
	gather(&all, MEMBERS_MAX, &hook);
	assert_non_null(crew_begin(all.crew, all.source, &all.end, &all.source_why));
	assert_int_equal(run_and_part(&all), FRAMES);
	assert_int_equal(all.end, ERR_END);
	close(ends[0]);
	dup2(kept, STDIN_FILENO);
	close(kept);
	lock_free(listening.lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_the_first_frame_of_a_pipe_is_known_before_work_begins),
		cmocka_unit_test(
			test_a_pipe_that_has_no_frame_yet_is_worked_on_all_the_same),
		cmocka_unit_test(test_each_member_hears_that_a_pipe_is_silent),
	};

	return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
