#include "../unit.h"

#include <string.h>

#include "audit/mend.h"
#include "base/attr.h"

#define EDIT(at_, len_, with_)                                                           \
	(&(const struct setting_edit){                                                   \
		(at_), (len_), { (const uint8_t *)(with_), sizeof(with_) - 1 } })

static struct mend mend;

static void begin(const char *text)
{
	mend = (struct mend){ .text = bytes_of_string(text) };
}

static void assert_mended(const char *expected)
{
	struct text CLEANUP(text_done) text;

	text_init(&text, 4096);
	mend_text(&mend, &text);
	assert_string_equal(text_string(&text), expected);
}

static void assert_diff(const char *expected)
{
	struct text CLEANUP(text_done) text;

	text_init(&text, 4096);
	mend_diff(&mend, bytes_of_string("x"), &text);
	assert_string_equal(text_string(&text), expected);
}

static void test_replaces_and_leaves_the_rest(void **state)
{
	(void)state;
	begin("a b\r\nc d\r\n");
	assert_true(mend_add(&mend, EDIT(2, 1, "BB")));
	assert_true(mend_add(&mend, EDIT(5, 5, "")));
	assert_mended("a BB\r\n");
}

static void test_refuses_what_overlaps_or_leaves_the_text(void **state)
{
	(void)state;
	begin("abcdef");
	assert_true(mend_add(&mend, EDIT(2, 2, "x")));
	assert_false(mend_add(&mend, EDIT(3, 1, "y")));
	assert_false(mend_add(&mend, EDIT(5, 2, "y")));
	assert_false(mend_add(&mend, EDIT(7, 0, "y")));
	assert_true(mend_add(&mend, EDIT(4, 0, "z")));
	assert_mended("abxzef");
}

static void test_a_line_that_goes_is_one_line_of_diff(void **state)
{
	(void)state;
	begin("1\n2\n3\n4\n5\n6\n");
	assert_true(mend_add(&mend, EDIT(8, 2, "")));
	assert_diff("--- a/x\n+++ b/x\n@@ -2,5 +2,4 @@\n 2\n 3\n 4\n-5\n 6\n");
}

static void test_far_edits_are_hunks_of_their_own(void **state)
{
	(void)state;
	begin("1\n2\n3\n4\n5\n6\n7\n8\n9\na\nb\nc\n");
	assert_true(mend_add(&mend, EDIT(0, 2, "")));
	assert_true(mend_add(&mend, EDIT(22, 1, "C")));
	assert_diff("--- a/x\n+++ b/x\n@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n"
		    "@@ -9,4 +8,4 @@\n 9\n a\n b\n-c\n+C\n");
}

static void test_lines_between_near_edits_stay(void **state)
{
	(void)state;
	begin("1\n2\n3\n4\n5\n");
	assert_true(mend_add(&mend, EDIT(2, 2, "")));
	assert_true(mend_add(&mend, EDIT(6, 1, "d")));
	assert_true(mend_add(&mend, EDIT(8, 1, "e")));
	assert_diff("--- a/x\n+++ b/x\n@@ -1,5 +1,4 @@\n 1\n-2\n 3\n-4\n-5\n+d\n+e\n");
}

static void test_a_missing_last_newline_is_told(void **state)
{
	(void)state;
	begin("a b");
	assert_true(mend_add(&mend, EDIT(2, 1, "c")));
	assert_diff("--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a b\n"
		    "\\ No newline at end of file\n+a c\n"
		    "\\ No newline at end of file\n");
}

static void assert_names(const char *path, const char *expected)
{
	struct text CLEANUP(text_done) text;

	text_init(&text, 4096);
	begin("a\n");
	assert_true(mend_add(&mend, EDIT(0, 1, "b")));
	mend_diff(&mend, bytes_of_string(path), &text);
	assert_true(bytes_start_with(bytes_over(text_string(&text), text_len(&text)),
		bytes_of_string(expected)));
}

/* POSIX.1-2024, diff, "Diff -u Output Format": the tab; git-diff(1), core.quotePath. */
static void test_any_name_is_one_that_patch_takes(void **state)
{
	(void)state;
	assert_names("x/y", "--- a/x/y\n+++ b/x/y\n@@");
	assert_names("x y", "--- a/x y\t\n+++ b/x y\t\n@@");
	assert_names("/x", "--- a/x\n+++ b/x\n@@");
	assert_names("\033[m\n\"\\", "--- \"a/\\033[m\\012\\042\\134\"\n+++ \"b/");
	assert_names("gr\xc3\xb6\xff", "--- \"a/gr\\303\\266\\377\"\n+++ \"b/");
}

static void test_no_edit_is_no_diff(void **state)
{
	(void)state;
	begin("a\n");
	assert_diff("");
	assert_mended("a\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replaces_and_leaves_the_rest),
		cmocka_unit_test(test_refuses_what_overlaps_or_leaves_the_text),
		cmocka_unit_test(test_a_line_that_goes_is_one_line_of_diff),
		cmocka_unit_test(test_far_edits_are_hunks_of_their_own),
		cmocka_unit_test(test_lines_between_near_edits_stay),
		cmocka_unit_test(test_a_missing_last_newline_is_told),
		cmocka_unit_test(test_any_name_is_one_that_patch_takes),
		cmocka_unit_test(test_no_edit_is_no_diff),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
