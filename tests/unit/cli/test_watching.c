/* Runs over files of a directory of the test's own; frames that hold no packet. */
#include "../sys/scratch.h"
#include "said.h"

#include <stdlib.h>

#include "cli/watching.h"
#include "sys/log.h"

#define FRAMES 300

struct pulses {
	unsigned count;
	uint64_t frames;  /* of the last one */
	enum err outcome; /* of each */
};

static enum err take_none(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	(void)sink;
	(void)observation;
	return fault_set(why, ERR_VALUE, "there is no handshake in a sample");
}

static enum err pulse(
	void *context, const struct coverage *coverage, time_ns now, struct fault *why)
{
	struct pulses *pulses = context;

	(void)now;
	pulses->count++;
	pulses->frames = coverage->frames;
	if (pulses->outcome != ERR_OK)
		return fault_set(why, pulses->outcome, "the disk is full");
	return ERR_OK;
}

/* Writes a sample of so many bytes; all of it if len is 0. */
static void write_sample(struct scratch *scratch, const char *name, size_t len)
{
	uint8_t *sample = sample_capture(FRAMES);

	(void)scratch_write(scratch, name, sample, len == 0 ? SAMPLE_LEN(FRAMES) : len);
	free(sample);
}

/* Watches the directory; what is said on standard error is in *ret_said. */
static enum err watch_all(struct scratch *scratch, unsigned workers,
	struct pulses *pulses, struct watching_result *ret, struct said *ret_said,
	struct fault *why)
{
	const char *const arguments[] = { scratch->directory };
	struct sink sink = { .take = take_none };
	struct sink *sinks[] = { &sink, &sink };
	struct watching_plan plan = {
		.arguments = arguments,
		.argument_count = 1,
		.workers = workers,
		.max_flows = 1024,
		.key = { 1, 2 },
		.sinks = sinks,
		.pulse = pulse,
		.context = pulses,
	};
	struct watching *watching = NULL;
	enum err err;

	said_listen(ret_said, STDERR_FILENO);
	err = watching_open(&plan, &watching, why);
	if (err == ERR_OK)
		err = watching_run(watching, ret, why);
	watching_free(watching);
	(void)said_heard(ret_said);
	return err;
}

static void test_all_files_are_read_and_what_is_none_is_counted(void **state)
{
	struct scratch *scratch = *state;

	write_sample(scratch, "a.pcap", 0);
	write_sample(scratch, "b.pcap", 0);
	(void)scratch_write(scratch, "notes.txt", "no capture", 10);
	for (unsigned workers = 1; workers <= 2; workers++) {
		struct watching_result result = { 0 };
		struct pulses pulses = { 0 };
		struct fault why = { 0 };
		struct said said;

		assert_int_equal(
			watch_all(scratch, workers, &pulses, &result, &said, &why),
			ERR_OK);
		assert_int_equal(result.files_read, 2);
		assert_int_equal(result.files_others, 1);
		assert_int_equal(result.coverage.frames, 2 * FRAMES);
		assert_string_equal(said.text, "");
	}
}

static void test_a_file_that_ends_inside_a_packet_is_kept_and_told(void **state)
{
	struct scratch *scratch = *state;
	struct watching_result result = { 0 };
	struct pulses pulses = { 0 };
	struct fault why = { 0 };
	struct said said;

	write_sample(scratch, "a.pcap", SAMPLE_LEN(10) - 1);
	assert_int_equal(watch_all(scratch, 1, &pulses, &result, &said, &why), ERR_OK);
	assert_int_equal(result.coverage.frames, 9);
	assert_int_equal(result.files_cut, 1);
	assert_int_equal(result.files_faulty, 0);
	assert_non_null(strstr(said.text, "a.pcap"));
}

static void test_the_last_pulse_knows_everything(void **state)
{
	struct watching_result result = { 0 };
	struct pulses pulses = { 0 };
	struct fault why = { 0 };
	struct said said;

	write_sample(*state, "a.pcap", 0);
	assert_int_equal(watch_all(*state, 1, &pulses, &result, &said, &why), ERR_OK);
	assert_true(pulses.count > 0);
	assert_int_equal(pulses.frames, FRAMES);
}

static void test_a_pulse_that_fails_fails_the_run(void **state)
{
	struct watching_result result = { 0 };
	struct pulses pulses = { .outcome = ERR_FULL };
	struct fault why = { 0 };
	struct said said;

	write_sample(*state, "a.pcap", 0);
	assert_int_equal(watch_all(*state, 1, &pulses, &result, &said, &why), ERR_FULL);
	assert_string_equal(why.text, "the disk is full");
	assert_int_equal(result.files_read, 1);
}

static void test_a_directory_without_captures_is_told(void **state)
{
	struct watching_result result = { 0 };
	struct pulses pulses = { 0 };
	struct fault why = { 0 };
	struct said said;

	assert_int_not_equal(watch_all(*state, 1, &pulses, &result, &said, &why), ERR_OK);
	assert_non_null(strstr(why.text, "no capture file"));
	assert_int_equal(pulses.count, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_all_files_are_read_and_what_is_none_is_counted),
		T(test_a_file_that_ends_inside_a_packet_is_kept_and_told),
		T(test_the_last_pulse_knows_everything),
		T(test_a_pulse_that_fails_fails_the_run),
		T(test_a_directory_without_captures_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
