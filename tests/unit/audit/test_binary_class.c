/* Settings.class, as javac made it of binaries/Settings.java. */
#include "binary_file.h"

#include "base/writer.h"

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

static void text(struct writer *w, struct bytes text)
{
	writer_u8(w, 1);
	writer_u16(w, (uint16_t)text.len);
	writer_bytes(w, text);
}

static void pair(struct writer *w, uint8_t tag, uint16_t first, uint16_t second)
{
	writer_u8(w, tag);
	writer_u16(w, first);
	if (second != 0)
		writer_u16(w, second);
}

/* A class A whose method m() calls A.m("..."). */
static struct bytes class_of(struct bytes handed, uint8_t memory[4096])
{
	static const uint8_t code[] = { 0x12, 8, 0xb8, 0, 6,
		0xb1 }; /* ldc, invokestatic */
	struct writer w = writer_over(memory, 4096);

	writer_u32(&w, 0xcafebabe);
	writer_u32(&w, 52);
	writer_u16(&w, 10); /* constants, from 1 */
	text(&w, bytes_of_string("(Ljava/lang/String;)V"));
	text(&w, bytes_of_string("m"));
	pair(&w, 12, 2, 1); /* name and type */
	text(&w, bytes_of_string("A"));
	pair(&w, 7, 4, 0);  /* class */
	pair(&w, 10, 5, 3); /* method */
	text(&w, handed);
	pair(&w, 8, 7, 0); /* string */
	text(&w, bytes_of_string("Code"));
	writer_u16(&w, 0);   /* access */
	writer_u16(&w, 5);   /* this */
	writer_zeros(&w, 6); /* super, interfaces, fields */
	writer_u16(&w, 1);   /* methods: its access, name, type, attributes */
	writer_u16(&w, 0);
	writer_u16(&w, 2);
	writer_u16(&w, 1);
	writer_u16(&w, 1);
	writer_u16(&w, 9);
	writer_u32(&w, 8 + sizeof code + 4);
	writer_u32(&w, 0x00020002); /* stack, locals */
	writer_u32(&w, sizeof code);
	writer_bytes(&w, bytes_over(code, sizeof code));
	writer_zeros(&w, 4); /* no exceptions, no attributes */
	writer_zeros(&w, 2); /* no attributes of the class */
	assert_int_equal(writer_end(&w), ERR_OK);
	return writer_written(&w);
}

/* A text of 64 kB that is handed over millions of times takes no hours. */
static void test_the_start_of_a_text_tells(void **state)
{
	uint8_t memory[4096];
	char handed[600];
	struct binary binary;

	(void)state;
	memset(handed, ' ', sizeof handed);
	memcpy(handed + 500, "TLSv1", 5);
	binary = binary_of(class_of(bytes_over(handed, 600), memory), &arena);
	assert_false(binary.cut);
	assert_non_null(call_of(&binary, "A.m", 0));
	memmove(handed + 520, "     TLSv1", 10);
	memset(handed + 500, ' ', 5);
	binary = binary_of(class_of(bytes_over(handed, 600), memory), &arena);
	assert_false(binary.cut);
	assert_null(call_of(&binary, "A.m", 0));
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
		cmocka_unit_test(test_the_start_of_a_text_tells),
		cmocka_unit_test(test_every_cut_is_survived),
		cmocka_unit_test(test_every_lie_is_survived),
	};

	if (argc < 2)
		return 2;
	file = binary_file(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
