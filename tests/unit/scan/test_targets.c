#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "scan/targets.h"

#define SEEN_MAX 4096

static struct targets targets;

static int begin(void **state)
{
	(void)state;
	targets_init(&targets);
	return 0;
}

static int end(void **state)
{
	(void)state;
	targets_done(&targets);
	return 0;
}

static void add(const char *text)
{
	struct fault why;

	assert_int_equal(targets_add(&targets, text, &why), ERR_OK);
}

static void exclude(const char *text)
{
	struct fault why;

	assert_int_equal(targets_exclude(&targets, text, &why), ERR_OK);
}

/* "192.0.2.1:443" or "a.example:443" */
static void say(const struct target *target, char ret[320])
{
	char text[ADDRESS_TEXT_MAX];

	(void)snprintf(ret, 320, "%s:%u",
		target->name != NULL ? target->name
				     : address_text(&target->address, text),
		target->port);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* All targets of these shards, sorted; each at most once. */
static size_t walk(uint32_t shards, uint64_t seed, char ret[SEEN_MAX][320])
{
	size_t count = 0;

	for (uint32_t shard = 0; shard < shards; shard++) {
		struct targets_walk each = targets_walk(&targets, seed, shard, shards);
		struct target target;

		while (targets_next(&each, &target)) {
			assert_int_equal(target.place % shards, shard);
			assert_true(count < SEEN_MAX);
			say(&target, ret[count++]);
		}
	}
	qsort(ret, count, sizeof ret[0], compare);
	for (size_t i = 1; i < count; i++)
		assert_string_not_equal(ret[i - 1], ret[i]);
	return count;
}

static char seen[SEEN_MAX][320];

static void expect_one(const char *text, const char *wanted)
{
	targets_done(&targets);
	targets_init(&targets);
	add(text);
	assert_int_equal(walk(1, 0, seen), 1);
	assert_string_equal(seen[0], wanted);
}

static void test_reads_each_form(void **state)
{
	(void)state;
	expect_one("erp.example.net", "erp.example.net:443");
	expect_one("erp_1.example:8443", "erp_1.example:8443");
	expect_one("192.0.2.1", "192.0.2.1:443");
	expect_one("192.0.2.1:25", "192.0.2.1:25");
	expect_one("192.0.2.1/32:25", "192.0.2.1:25");
	expect_one("2001:db8::1", "2001:db8::1:443");
	expect_one("[2001:db8::1]", "2001:db8::1:443");
	expect_one("[2001:db8::1]:25", "2001:db8::1:25");
	expect_one("[2001:db8::1/128]:25", "2001:db8::1:25");
	expect_one("[2001:db8::1]/128:25,25", "2001:db8::1:25");
}

static void test_refuses_what_is_none(void **state)
{
	static const char *const wrong[] = { "", ":443", "a:", "a:0", "a:65536", "a:1,",
		"a:1,,2", "a b", "192.0.2", "192.0.2.1/33", "192.0.2.1/", "192.0.2.256",
		"[2001:db8::1", "[2001:db8::1]443", "2001:db8::/129", "a/24", "a:443/24",
		"a:443x", "http://a/", "10.0.0.0/8/8", "[192.0.2.1]:443x" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct fault why = { 0 };

		assert_int_equal(targets_add(&targets, wrong[i], &why), ERR_USAGE);
		assert_true(why.text[0] != '\0');
	}
	assert_int_equal(targets.total, 0);
}

static void test_all_shards_walk_each_target_once(void **state)
{
	(void)state;
	add("10.0.4.0/24:443,1433,3389");
	add("[2001:db8::]/120");
	add("erp.example.net:443,8443");
	for (uint32_t shards = 1; shards <= 7; shards += 3)
		assert_int_equal(walk(shards, shards, seen), 3 * 256 + 256 + 2);
	assert_string_equal(seen[0], "10.0.4.0:1433");
}

static void test_a_range_has_its_own_addresses_alone(void **state)
{
	(void)state;
	add("10.1.2.77/30:1");
	assert_int_equal(walk(1, 5, seen), 4);
	assert_string_equal(seen[0], "10.1.2.76:1");
	assert_string_equal(seen[3], "10.1.2.79:1");
}

static void test_the_order_is_permuted_by_the_seed(void **state)
{
	struct targets_walk one, two;
	struct target first, second;
	size_t alike = 0, neighbours = 0;
	uint8_t last = 0;

	(void)state;
	add("10.0.0.0/24");
	one = targets_walk(&targets, 1, 0, 1);
	two = targets_walk(&targets, 2, 0, 1);
	while (targets_next(&one, &first) && targets_next(&two, &second)) {
		alike += address_equal(&first.address, &second.address);
		neighbours += first.address.bytes[15] == (uint8_t)(last + 1);
		last = first.address.bytes[15];
	}
	assert_true(alike < 16);
	assert_true(neighbours < 16);
}

static void test_what_is_excluded_is_left_out(void **state)
{
	static const uint8_t inside[] = { 10, 0, 0, 200 };
	struct address address = address_of_ipv4(inside);

	(void)state;
	add("10.0.0.0/24");
	add("erp.example.net");
	add("[2001:db8::]/126");
	exclude("10.0.0.128/25");
	exclude("10.0.0.7");
	exclude("ERP.example.net");
	exclude("2001:db8::2");
	assert_int_equal(walk(3, 9, seen), 128 - 1 + 4 - 1);
	for (size_t i = 0; i < 127; i++)
		assert_string_not_equal(seen[i], "10.0.0.7:443");
	assert_true(targets_exclude_address(&targets, &address, 443));
}

static void test_what_is_excluded_at_a_port_is_asked_at_others(void **state)
{
	static const uint8_t inside[] = { 10, 0, 0, 3 };
	struct address address = address_of_ipv4(inside);

	(void)state;
	add("10.0.0.0/29:443,1433");
	add("erp.example.net:443,25");
	exclude("10.0.0.0/30:1433,3389");
	exclude("ERP.example.net:25");
	assert_int_equal(walk(1, 4, seen), 8 * 2 - 4 + 1);
	for (size_t i = 0; i < 13; i++) {
		assert_string_not_equal(seen[i], "10.0.0.3:1433");
		assert_string_not_equal(seen[i], "erp.example.net:25");
	}
	assert_true(targets_exclude_address(&targets, &address, 1433));
	assert_false(targets_exclude_address(&targets, &address, 443));
}

static void test_what_stands_twice_is_asked_once(void **state)
{
	(void)state;
	add("10.0.0.0/28:443,25");
	add("10.0.0.0/29:443,110");
	add("10.0.0.3:443");
	add("10.0.0.3:443,444");
	add("a.example");
	add("a.example:443,25");
	assert_int_equal(walk(2, 4, seen), 32 + 8 + 1 + 2);
}

static void test_wide_ranges_are_said_to_be(void **state)
{
	struct fault why;

	(void)state;
	add("10.0.0.0/16:1,2,3");
	assert_false(targets.wide);
	add("10.0.0.0/15");
	assert_true(targets.wide);
	add("2001:db8::/80");
	assert_int_equal(targets_add(&targets, "2001:db8::/64", &why), ERR_LIMIT);
}

/* Nothing is written out: of a range of 2^48 addresses the first is there at once. */
static void test_a_range_takes_no_memory(void **state)
{
	struct targets_walk each;
	struct target target;

	(void)state;
	add("2001:db8::/80");
	each = targets_walk(&targets, 1, 0, 1);
	for (int i = 0; i < 1000; i++)
		assert_true(targets_next(&each, &target));
	assert_true(arena_held(&targets.arena) < 1 << 20);
}

static void test_a_walk_knows_how_far_it_is(void **state)
{
	(void)state;
	add("10.0.0.0/29");
	for (uint32_t shard = 0; shard < 3; shard++) {
		struct targets_walk each = targets_walk(&targets, 0, shard, 3);
		struct target target;

		assert_int_equal(targets_walk_places(&each), shard < 2 ? 3 : 2);
		assert_int_equal(targets_walk_passed(&each), 0);
		while (targets_next(&each, &target))
			;
		assert_int_equal(targets_walk_passed(&each), targets_walk_places(&each));
	}
}

static void test_shards_are_read(void **state)
{
	static const char *const wrong[] = { "0/4", "5/4", "1", "1/", "/4", "1/4x", "a/b",
		"1/99999" };
	uint32_t shard, shards;
	struct fault why;

	(void)state;
	assert_int_equal(targets_read_shard("2/4", &shard, &shards, &why), ERR_OK);
	assert_int_equal(shard, 1);
	assert_int_equal(shards, 4);
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(
			targets_read_shard(wrong[i], &shard, &shards, &why), ERR_USAGE);
}

static void write_file(char path[static 32], const char *text)
{
	FILE *file;
	int descriptor;

	memcpy(path, "/tmp/tlsunset-XXXXXX", 21);
	descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	file = fdopen(descriptor, "w");
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_files_have_a_target_a_line(void **state)
{
	char path[32];
	struct fault why = { 0 };

	(void)state;
	write_file(path, "# whom\r\n a.example:25 # mail\n\n\t10.0.0.0/31\r\nb.example");
	assert_int_equal(targets_read(&targets, path, targets_add, &why), ERR_OK);
	assert_int_equal(walk(1, 0, seen), 4);
	assert_int_equal(unlink(path), 0);
	write_file(path, "a.example\nb example\n");
	assert_int_equal(targets_read(&targets, path, targets_add, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "line 2: b example: expected"));
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reads_each_form, begin, end),
		cmocka_unit_test_setup_teardown(test_refuses_what_is_none, begin, end),
		cmocka_unit_test_setup_teardown(
			test_all_shards_walk_each_target_once, begin, end),
		cmocka_unit_test_setup_teardown(
			test_a_range_has_its_own_addresses_alone, begin, end),
		cmocka_unit_test_setup_teardown(
			test_the_order_is_permuted_by_the_seed, begin, end),
		cmocka_unit_test_setup_teardown(
			test_what_is_excluded_is_left_out, begin, end),
		cmocka_unit_test_setup_teardown(
			test_what_is_excluded_at_a_port_is_asked_at_others, begin, end),
		cmocka_unit_test_setup_teardown(
			test_what_stands_twice_is_asked_once, begin, end),
		cmocka_unit_test_setup_teardown(
			test_wide_ranges_are_said_to_be, begin, end),
		cmocka_unit_test_setup_teardown(test_a_range_takes_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(
			test_a_walk_knows_how_far_it_is, begin, end),
		cmocka_unit_test_setup_teardown(test_shards_are_read, begin, end),
		cmocka_unit_test_setup_teardown(
			test_files_have_a_target_a_line, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
