/* Settings.exe, as mcs made it of binaries/Settings.cs. */
#include "binary_file.h"

#define PROTOCOL "System.Net.ServicePointManager.set_SecurityProtocol"
#define CLIENT   "System.Net.Security.SslStream.AuthenticateAsClient"
#define SERVER   "System.Net.Security.SslStream.AuthenticateAsServer"

static struct bytes file;
static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const struct fact *find(
	const struct binary *binary, enum fact_kind kind, const char *name)
{
	for (size_t i = 0; i < binary->count; i++)
		if (binary->facts[i].kind == kind &&
			bytes_equal(binary->facts[i].name, bytes_of_string(name)))
			return &binary->facts[i];
	return NULL;
}

static void test_libraries_and_symbols_are_read(void **state)
{
	struct binary binary = binary_of(file, &arena);

	(void)state;
	assert_string_equal(binary_kind(file), "pe");
	assert_false(binary.cut);
	assert_non_null(find(&binary, FACT_LIBRARY, "mscoree.dll"));
	assert_non_null(find(&binary, FACT_SYMBOL, "_CorExeMain"));
}

static void test_a_program_states_its_framework(void **state)
{
	struct binary binary = binary_of(file, &arena);
	const struct fact *stated = find(&binary, FACT_STATED, "framework");

	(void)state;
	assert_non_null(stated);
	assert_text(stated->value, "4.5");
}

static void test_numbers_that_are_handed_over_are_read(void **state)
{
	struct binary binary = binary_of(file, &arena);
	const struct fact *call = call_of(&binary, PROTOCOL, 0);

	(void)state;
	assert_non_null(call);
	assert_text(call->by, "Billing.Settings.Main");
	assert_int_equal(call->argument_count, 1);
	assert_true(call->arguments[0].is_number && !call->arguments[0].adds);
	assert_int_equal(call->arguments[0].number, 192);
	call = call_of(&binary, PROTOCOL, 1);
	assert_non_null(call);
	assert_true(call->arguments[0].adds);
	assert_int_equal(call->arguments[0].number, 3072);
	assert_null(call_of(&binary, PROTOCOL, 4));
}

/* A field, and one of two ways. */
static void test_what_is_no_constant_is_unknown(void **state)
{
	struct binary binary = binary_of(file, &arena);

	(void)state;
	for (size_t i = 2; i < 4; i++) {
		const struct fact *call = call_of(&binary, PROTOCOL, i);

		assert_non_null(call);
		assert_false(call->arguments[0].is_number);
	}
}

static void test_the_third_of_four_arguments_is_found(void **state)
{
	struct binary binary = binary_of(file, &arena);
	const struct fact *call = call_of(&binary, CLIENT, 0);

	(void)state;
	assert_non_null(call);
	assert_int_equal(call->argument_count, 4);
	assert_int_equal(call->arguments[2].number, 960);
	assert_int_equal(call->arguments[3].number, 0);
	call = call_of(&binary, SERVER, 0);
	assert_non_null(call);
	assert_int_equal(call->arguments[2].number, 3072);
}

static void test_every_cut_is_survived(void **state)
{
	(void)state;
	survives_cuts(file, binary_of(file, &arena).count);
}

static void test_every_lie_is_survived(void **state)
{
	(void)state;
	survives_lies(file);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_libraries_and_symbols_are_read),
		cmocka_unit_test(test_a_program_states_its_framework),
		cmocka_unit_test(test_numbers_that_are_handed_over_are_read),
		cmocka_unit_test(test_what_is_no_constant_is_unknown),
		cmocka_unit_test(test_the_third_of_four_arguments_is_found),
		cmocka_unit_test(test_every_cut_is_survived),
		cmocka_unit_test(test_every_lie_is_survived),
	};

	if (argc < 2)
		return 2;
	file = binary_file(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
