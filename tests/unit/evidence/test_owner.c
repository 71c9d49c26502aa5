#include "../unit.h"

#include "evidence/owner.h"
#include "sys/document_yaml.h"

static struct arena arena;
static struct owners owners;
static struct fault why;

static enum err read(const char *text)
{
	struct document document;
	enum err err;

	why = (struct fault){ 0 };
	arena_done(&arena);
	arena_init(&arena, (size_t)64 << 20);
	err = document_read_yaml(
		bytes_of_string(text), "o.yaml", &arena, &document, &why);
	return err == ERR_OK ? owners_of_document(&document, &arena, &owners, &why) : err;
}

static int setup(void **state)
{
	enum err err = read("- owner: payments\n"
			    "  networks: [10.1.4.0/24, 2001:db8:4::/48]\n"
			    "  names: [pay.example.net, \"*.pay.example.net\"]\n"
			    "- owner: everybody else\n"
			    "  networks: [10.0.0.0/8]\n"
			    "  names: [\"*.example.net\"]\n"
			    "- owner: nothing yet\n");

	(void)state;
	return err == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	arena_init(&arena, 0);
	return 0;
}

static const char *name_of(const struct owner *owner)
{
	return owner == NULL ? "nobody" : owner->name;
}

static const char *of_address(const char *text)
{
	struct address address;

	assert_int_equal(address_parse(text, &address), ERR_OK);
	return name_of(owners_of_address(&owners, &address));
}

static const char *of_name(const char *text)
{
	return name_of(owners_of_name(&owners, bytes_of_string(text)));
}

static void test_the_first_that_an_address_fits_owns_it(void **state)
{
	(void)state;
	assert_string_equal(of_address("10.1.4.9"), "payments");
	assert_string_equal(of_address("10.1.5.9"), "everybody else");
	assert_string_equal(of_address("2001:db8:4::1"), "payments");
	assert_string_equal(of_address("192.0.2.1"), "nobody");
}

static void test_a_star_is_labels_in_front_and_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(of_name("pay.example.net"), "payments");
	assert_string_equal(of_name("A.B.Pay.Example.NET"), "payments");
	assert_string_equal(of_name("xpay.example.net"), "everybody else");
	assert_string_equal(of_name("example.net"), "nobody");
	assert_string_equal(of_name(".example.net"), "nobody");
	assert_string_equal(of_name(""), "nobody");
}

static void test_owners_are_found_letter_for_letter(void **state)
{
	(void)state;
	assert_ptr_equal(
		owners_find(&owners, bytes_of_string("payments")), &owners.all[0]);
	assert_null(owners_find(&owners, bytes_of_string("Payments")));
	assert_null(owners_find(&owners, bytes_of_string("")));
}

static void test_none_at_all_are_owners_too(void **state)
{
	(void)state;
	assert_int_equal(read("[]\n"), ERR_OK);
	assert_int_equal(owners.count, 0);
	assert_string_equal(of_address("10.1.4.9"), "nobody");
}

static void test_what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		const char *says;
	} wrong[] = {
		{ "owner: a\n", ERR_VALUE, "a file of owners should be a list" },
		{ "- a\n", ERR_VALUE, "an entry should be a mapping" },
		{ "- networks: [10.0.0.0/8]\n", ERR_VALUE, "an entry names its owner" },
		{ "- owner: a\n- owner: a\n", ERR_DUPLICATE,
			"o.yaml, line 2, column 10: this owner stands twice" },
		{ "- owner: a\n  networks: [10.0.0.0/33]\n", ERR_VALUE,
			"o.yaml, line 2, column 14: a network is an address" },
		{ "- owner: a\n  networks: 10.0.0.0/8\n", ERR_VALUE,
			"networks should be a list" },
		{ "- owner: a\n  names: [\"a.*.net\"]\n", ERR_VALUE,
			"a name is one of a server" },
		{ "- owner: a\n  names: [\"*\"]\n", ERR_VALUE,
			"a name is one of a server" },
		{ "- owner: a\n  names: [a.example.]\n", ERR_VALUE,
			"without a dot behind it" },
		{ "- owner: a\n  name: [x]\n", ERR_VALUE,
			"o.yaml, line 2, column 3: an entry has owner, networks" },
		{ "- owner: \"a\\tb\"\n", ERR_VALUE, "no control characters" },
		{ "- owner: \"\"\n", ERR_VALUE, "1 to 64 bytes" },
		{ "- owner: [a]\n", ERR_VALUE, "an owner should be a scalar" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(read(wrong[i].text), wrong[i].err);
		if (strstr(why.text, wrong[i].says) == NULL)
			fail_msg("%s: %s", wrong[i].says, why.text);
	}
}

/* Whatever memory is refused, nothing is half read and called whole. */
static void test_memory_that_runs_out_is_told(void **state)
{
	static const char text[] = "- owner: a\n  networks: [10.0.0.0/8]\n  names: [b]\n";
	struct document document;
	struct arena nodes;
	size_t refused = 0, taken = 0;

	(void)state;
	arena_init(&nodes, (size_t)1 << 20);
	assert_int_equal(document_read_yaml(bytes_of_string(text), "o.yaml", &nodes,
				 &document, &why),
		ERR_OK);
	for (size_t room = 0; room < 8192; room += 64) {
		struct arena small;
		enum err err;

		arena_init(&small, room);
		err = owners_of_document(&document, &small, &owners, &why);
		assert_true(err == ERR_OK || (err == ERR_MEMORY && why.err == err));
		assert_true(err != ERR_OK || owners.count == 1);
		refused += err == ERR_MEMORY;
		taken += err == ERR_OK;
		arena_done(&small);
	}
	arena_done(&nodes);
	assert_true(refused > 0 && taken > 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_first_that_an_address_fits_owns_it),
		T(test_a_star_is_labels_in_front_and_nothing_else),
		T(test_owners_are_found_letter_for_letter),
		T(test_none_at_all_are_owners_too),
		T(test_what_is_wrong_is_told_with_its_place),
		T(test_memory_that_runs_out_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
