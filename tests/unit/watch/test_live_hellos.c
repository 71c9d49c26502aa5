/* Every hello of our own captures and of the public ones, written as one that can be
 * sent, has the form it was made from. */
#include "../unit.h"

#include <stdlib.h>

#include "evidence/hello_live.h"
#include "evidence/sink.h"
#include "sys/crypto.h"
#include "sys/files.h"
#include "sys/source.h"
#include "watch/watch.h"

struct hellos {
	struct sink sink; /* first */
	size_t count;
	size_t of_format[HELLO_QUIC + 1];
};

static enum err parse(
	const struct hello *hello, struct bytes all, struct client_hello *ret)
{
	return hello->format == HELLO_DTLS ? client_hello_parse_dtls(all, ret)
					   : client_hello_parse(all, ret);
}

/* Writes the form of what was written live; false if that was left out which may be. */
static bool form_again(const struct hello *hello, struct bytes live, struct writer *w)
{
	struct sslv2_client_hello sslv2;
	struct client_hello parsed, before;

	if (hello->format == HELLO_SSLV2) {
		assert_int_equal(sslv2_client_hello_parse(live, &sslv2), ERR_OK);
		assert_int_equal(hello_form_write_sslv2(&sslv2, w), ERR_OK);
		return true;
	}
	assert_int_equal(parse(hello, live, &parsed), ERR_OK);
	assert_int_equal(parse(hello, hello->form, &before), ERR_OK);
	assert_int_equal(parsed.body_fault, before.body_fault);
	assert_int_equal(hello_form_write(&parsed, hello->format, w), ERR_OK);
	return !client_hello_has(&before, EXTENSION_PRE_SHARED_KEY) &&
	       !client_hello_has(&before, EXTENSION_EARLY_DATA) &&
	       !client_hello_has(&before, EXTENSION_COOKIE);
}

static void check(const struct hello *hello)
{
	static uint8_t room[HELLO_LIVE_MAX], form[HELLO_FORM_MAX];
	struct hello_live_wish wish = { .server_name = bytes_of_string("x.example") };
	struct writer w = writer_over(room, sizeof room);
	struct writer again = writer_over(form, sizeof form);
	struct hello read;

	memcpy(wish.seed, hello->digest, sizeof wish.seed);
	assert_int_equal(hello_live_body(hello, &wish, crypto_openssl(), &w), ERR_OK);
	if (form_again(hello, writer_written(&w), &again))
		assert_true(bytes_equal(writer_written(&again), hello->form));
	assert_int_equal(hello_of_form(crypto_openssl(), hello->format,
				 writer_written(&again), &read),
		ERR_OK);
	assert_memory_equal(read.digest, hello->digest, SHA256_LEN);
}

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct hellos *hellos = (struct hellos *)(void *)sink;
	const struct hello *hello = observation->handshake.hello;

	(void)why;
	if (hello == NULL)
		return ERR_OK;
	check(hello);
	hellos->count++;
	hellos->of_format[hello->format]++;
	return ERR_OK;
}

/* What spoils the rest of a capture spoils none of the hellos before. */
static void check_capture(const char *path, struct watch *watch)
{
	struct frame frames[SOURCE_BATCH_MAX];
	struct source *source;
	struct fault why;
	enum err err = source_open_file(path, &source, &why);

	if (err != ERR_OK)
		return;
	while (err == ERR_OK) {
		size_t count = 0;

		err = source_next(source, -1, frames, &count, &why);
		for (size_t i = 0; i < count; i += WATCH_BATCH_MAX)
			assert_int_equal(
				watch_take(watch, frames + i,
					count - i < WATCH_BATCH_MAX ? count - i
								    : WATCH_BATCH_MAX,
					&why),
				ERR_OK);
	}
	assert_int_equal(watch_finish(watch, &why), ERR_OK);
	source_close(source);
}

static size_t check_folders(const char *const folders[], size_t count)
{
	struct hellos hellos = { .sink.take = take };
	struct watch_settings settings = { .crypto = crypto_openssl(),
		.key = { 3, 4 },
		.sink = &hellos.sink,
		.max_flows = 4096 };
	struct watch *watch = watch_new(&settings);
	struct files files;
	struct fault why;

	assert_non_null(watch);
	if (files_expand(folders, count, &files, &why) == ERR_OK) {
		for (size_t i = 0; i < files.count; i++)
			check_capture(files.paths[i], watch);
		files_done(&files);
	}
	watch_free(watch);
	print_message("%zu hellos: %zu TLS, %zu SSL 2.0, %zu DTLS, %zu QUIC\n",
		hellos.count, hellos.of_format[HELLO_TLS], hellos.of_format[HELLO_SSLV2],
		hellos.of_format[HELLO_DTLS], hellos.of_format[HELLO_QUIC]);
	return hellos.count;
}

static void test_our_own_captures(void **state)
{
	static const char *const folders[] = { TLSUNSET_SOURCE_ROOT "/examples",
		TLSUNSET_SOURCE_ROOT "/tests/golden" };

	(void)state;
	assert_true(check_folders(folders, 2) > 0);
}

static void test_public_captures(void **state)
{
	const char *corpus = getenv("TLSUNSET_CORPUS");

	(void)state;
	if (corpus == NULL)
		corpus = TLSUNSET_SOURCE_ROOT "/../shared/corpus";
	if (check_folders(&corpus, 1) == 0) {
		print_message("the public captures are not here: set TLSUNSET_CORPUS\n");
		skip();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_captures),
		cmocka_unit_test(test_public_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
