/* Settings.class, as javac made it of binaries/Settings.java. */
#include "binary_file.h"

#define CONTEXT  "javax.net.ssl.SSLContext.getInstance"
#define PROPERTY "java.lang.System.setProperty"
#define ENABLED  "javax.net.ssl.SSLSocket.setEnabledProtocols"

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

static void test_texts_that_are_handed_over_are_read(void **state)
{
	struct binary binary = binary_of(file, &arena);
	const struct fact *call = call_of(&binary, CONTEXT, 0);

	(void)state;
	assert_string_equal(binary_kind(file), "class");
	assert_false(binary.cut);
	assert_non_null(call);
	assert_int_equal(call->argument_count, 1);
	assert_text(call->arguments[0].texts[0], "TLSv1");
	assert_text(call->by, "Settings.set");
	call = call_of(&binary, PROPERTY, 0);
	assert_non_null(call);
	assert_text(call->arguments[0].texts[0], "https.protocols");
	assert_text(call->arguments[1].texts[0], "TLSv1,TLSv1.1");
}

static void test_a_list_is_read_whole(void **state)
{
	struct binary binary = binary_of(file, &arena);
	const struct fact *call = call_of(&binary, ENABLED, 0);

	(void)state;
	assert_non_null(call);
	assert_int_equal(call->arguments[0].text_count, 2);
	assert_text(call->arguments[0].texts[0], "TLSv1");
	assert_text(call->arguments[0].texts[1], "TLSv1.2");
}

/* Neither of two ways nor a variable names a version; behind a switch code goes on. */
static void test_what_is_no_constant_is_left_out(void **state)
{
	struct binary binary = binary_of(file, &arena);
	const struct fact *call = call_of(&binary, CONTEXT, 1);

	(void)state;
	assert_non_null(call);
	assert_text(call->arguments[0].texts[0], "SSLv3");
	assert_text(call->arguments[1].texts[0], "SunJSSE");
	assert_null(call_of(&binary, CONTEXT, 2));
	call = call_of(&binary, PROPERTY, 1);
	assert_non_null(call);
	assert_text(call->arguments[0].texts[0], "jdk.tls.client.protocols");
	assert_int_equal(call->arguments[1].text_count, 0);
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
		cmocka_unit_test(test_texts_that_are_handed_over_are_read),
		cmocka_unit_test(test_a_list_is_read_whole),
		cmocka_unit_test(test_what_is_no_constant_is_left_out),
		cmocka_unit_test(test_every_cut_is_survived),
		cmocka_unit_test(test_every_lie_is_survived),
	};

	if (argc < 2)
		return 2;
	file = binary_file(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
