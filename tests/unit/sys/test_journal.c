#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/journal.h"

#define WORK 7

static char path[32];

static int begin(void **state)
{
	int file;

	(void)state;
	memcpy(path, "/tmp/tlsunset-XXXXXX", 21);
	file = mkstemp(path);
	return file < 0 || close(file) != 0;
}

static int end(void **state)
{
	(void)state;
	return unlink(path);
}

static struct journal *opened(void)
{
	struct journal *journal = NULL;
	struct fault why = { 0 };

	assert_int_equal(journal_open(path, WORK, &journal, &why), ERR_OK);
	return journal;
}

static void note(struct journal *journal, uint64_t from, uint64_t to)
{
	struct fault why;

	for (; from < to; from++)
		assert_int_equal(journal_note(journal, from, &why), ERR_OK);
}

static long size(void)
{
	FILE *file = fopen(path, "r");
	long at;

	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	at = ftell(file);
	assert_int_equal(fclose(file), 0);
	return at;
}

/* How many of the pieces below 4000 are done. */
static int done(const struct journal *journal)
{
	int count = 0;

	for (uint64_t piece = 0; piece < 4000; piece++)
		count += journal_has(journal, piece);
	return count;
}

static void test_what_was_noted_is_there_again(void **state)
{
	struct journal *journal = opened();

	(void)state;
	assert_false(journal_has(journal, 0));
	note(journal, 0, 3000);
	journal_close(journal);
	journal = opened();
	assert_int_equal(done(journal), 3000);
	assert_true(journal_has(journal, 2999));
	assert_false(journal_has(journal, 3000));
	note(journal, 3000, 3001);
	journal_close(journal);
	journal = opened();
	assert_int_equal(done(journal), 3001);
	journal_close(journal);
}

/* A file that ends anywhere: the whole records before count, and it goes on from there.
 */
static void test_every_cut_loses_the_cut_record_alone(void **state)
{
	struct journal *journal = opened();
	long whole;

	(void)state;
	note(journal, 10, 14);
	journal_close(journal);
	whole = size();
	for (long len = whole; len-- > 0;) {
		uint64_t left = len < 20 ? 0 : (uint64_t)(len - 20) / 12;

		assert_int_equal(truncate(path, len), 0);
		journal = opened();
		assert_int_equal(done(journal), left);
		journal_close(journal);
	}
}

/* What a power cut leaves may be zeros where records were to be. */
static void test_zeros_are_no_record(void **state)
{
	struct journal *journal = opened();

	(void)state;
	note(journal, 5, 6);
	journal_close(journal);
	assert_int_equal(truncate(path, size() + 48), 0);
	journal = opened();
	assert_int_equal(done(journal), 1);
	assert_false(journal_has(journal, 0));
	note(journal, 6, 7);
	journal_close(journal);
	journal = opened();
	assert_int_equal(done(journal), 2);
	journal_close(journal);
}

static void test_another_work_or_program_is_refused(void **state)
{
	struct journal *journal = opened(), *other = NULL;
	struct fault why;

	(void)state;
	assert_int_equal(journal_open(path, WORK, &other, &why), ERR_BUSY);
	journal_close(journal);
	assert_int_equal(journal_open(path, WORK + 1, &other, &why), ERR_VALUE);
	assert_int_equal(truncate(path, 0), 0);
	FILE *file = fopen(path, "w");
	assert_true(fputs("10.0.0.0/24\nerp.example.net\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(journal_open(path, WORK, &other, &why), ERR_VALUE);
	assert_int_equal(size(), 28); /* nobody's file is written over */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_was_noted_is_there_again, begin, end),
		cmocka_unit_test_setup_teardown(
			test_every_cut_loses_the_cut_record_alone, begin, end),
		cmocka_unit_test_setup_teardown(test_zeros_are_no_record, begin, end),
		cmocka_unit_test_setup_teardown(
			test_another_work_or_program_is_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
