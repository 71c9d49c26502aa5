#include "said.h"

#include "cli/file_ends.h"

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		count++;
	return count;
}

/* What is said of that many ends of one kind, and of their sum. */
static const char *say(struct said *said, enum err end, const char *sentence, int times)
{
	struct file_ends ends = { 0 };
	struct fault why = { 0 };

	(void)fault_set(&why, end, "%s", sentence);
	said_listen(said, STDERR_FILENO);
	for (int i = 0; i < times; i++)
		file_ends_tell(&ends, end, &why);
	file_ends_sum(&ends);
	(void)said_heard(said);
	assert_int_equal(ends.cut, end == ERR_SHORT ? times : 0);
	assert_int_equal(ends.faulty, end == ERR_SHORT ? 0 : times);
	return said->text;
}

static void test_the_first_are_told_and_then_the_sum(void **state)
{
	struct said said;

	(void)state;
	say(&said, ERR_IO, "a.pcap: unreadable", 12);
	assert_int_equal(count_of(said.text, "a.pcap: unreadable\n"), 10);
	assert_int_equal(count_of(said.text, "12 files in all could not be read"), 1);
	say(&said, ERR_SHORT, "a.pcap: is cut", 11);
	assert_int_equal(count_of(said.text, "a.pcap: is cut\n"), 10);
	assert_int_equal(count_of(said.text, "11 files in all end inside a packet"), 1);
}

static void test_where_all_were_told_there_is_no_sum(void **state)
{
	struct said said;

	(void)state;
	say(&said, ERR_IO, "unreadable", FILE_ENDS_TOLD_MAX);
	assert_int_equal(count_of(said.text, "\n"), FILE_ENDS_TOLD_MAX);
	say(&said, ERR_SHORT, "cut", FILE_ENDS_TOLD_MAX);
	assert_int_equal(count_of(said.text, "\n"), FILE_ENDS_TOLD_MAX);
}

static void test_kinds_are_counted_apart(void **state)
{
	struct file_ends ends = { 0 };
	struct fault why = { 0 };
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	for (int i = 0; i < 8; i++) {
		file_ends_tell(&ends, ERR_SHORT, &why);
		file_ends_tell(&ends, ERR_TYPE, &why);
	}
	file_ends_sum(&ends);
	assert_int_equal(count_of(said_heard(&said), "in all"), 0);
	assert_int_equal(ends.cut, 8);
	assert_int_equal(ends.faulty, 8);
}

static void test_a_link_type_is_told_once(void **state)
{
	const struct source_links links = {
		.understood = true, .foreign_count = 2, .foreign = { 147, 9999 }
	};
	struct file_ends ends = { 0 };
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	file_ends_links(&ends, "a\n.pcap", &links);
	file_ends_links(&ends, "b.pcap", &links);
	(void)said_heard(&said);
	assert_int_equal(count_of(said.text, "\n"), 2);
	assert_int_equal(count_of(said.text, "a\\x0a.pcap: packets of link type 147"), 1);
	assert_int_equal(count_of(said.text, "link type 9999 (unnamed)"), 1);
	assert_int_equal(ends.faulty, 0);
}

static void test_a_file_of_foreign_links_alone_is_a_faulty_one(void **state)
{
	const struct source_links foreign = { .foreign_count = 1, .foreign = { 147 } };
	const struct source_links empty = { 0 };
	struct file_ends ends = { 0 };
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	file_ends_links(&ends, "a.pcap", &foreign);
	file_ends_links(&ends, "b.pcap", &foreign);
	file_ends_links(&ends, "c.pcap", &empty);
	(void)said_heard(&said);
	assert_int_equal(ends.faulty, 2);
}

static void test_no_more_link_types_are_told_than_can_be_remembered(void **state)
{
	struct source_links links = { .understood = true, .foreign_count = 1 };
	struct file_ends ends = { 0 };
	struct said said;

	(void)state;
	said_listen(&said, STDERR_FILENO);
	for (uint32_t i = 0; i < 2 * FILE_ENDS_LINKS_MAX; i++) {
		links.foreign[0] = 60000 + i;
		file_ends_links(&ends, "a.pcap", &links);
	}
	assert_int_equal(count_of(said_heard(&said), "\n"), FILE_ENDS_LINKS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_are_told_and_then_the_sum),
		cmocka_unit_test(test_where_all_were_told_there_is_no_sum),
		cmocka_unit_test(test_kinds_are_counted_apart),
		cmocka_unit_test(test_a_link_type_is_told_once),
		cmocka_unit_test(test_a_file_of_foreign_links_alone_is_a_faulty_one),
		cmocka_unit_test(test_no_more_link_types_are_told_than_can_be_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
