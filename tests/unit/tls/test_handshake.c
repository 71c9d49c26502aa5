#include "../unit.h"

#include <stdlib.h>

#include "tls/handshake.h"

/* ServerHelloDone, a Certificate of five bytes, a HelloVerifyRequest of three. */
static const uint8_t MESSAGES[] = {
	14, 0, 0, 0,                /* ServerHelloDone, empty */
	11, 0, 0, 5, 1, 2, 3, 4, 5, /* Certificate */
	3, 0, 0, 3, 6, 7, 8,        /* HelloVerifyRequest */
};

static void test_borrows_a_message_that_lies_whole_in_a_piece(void **state)
{
	struct handshake_joiner joiner = handshake_joiner();
	struct bytes in = bytes_over(MESSAGES, sizeof MESSAGES);
	struct handshake_message message;

	(void)state;
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_OK);
	assert_int_equal(message.type, HANDSHAKE_SERVER_HELLO_DONE);
	assert_true(message.whole);
	assert_int_equal(message.body.len, 0);
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_OK);
	assert_int_equal(message.type, HANDSHAKE_CERTIFICATE);
	assert_ptr_equal(message.body.at, MESSAGES + 8);
	assert_int_equal(message.len, 5);
	assert_null(joiner.gathered);
	handshake_joiner_done(&joiner);
}

/* Feeds MESSAGES cut at `cut` and compares what comes out. */
static void feed_in_two(size_t cut)
{
	struct handshake_joiner joiner = handshake_joiner();
	struct handshake_message message;
	struct bytes in = bytes_over(MESSAGES, cut);
	uint8_t got[8];
	size_t len = 0, count = 0;

	for (int half = 0; half < 2; half++) {
		while (handshake_next(&joiner, &in, &message) == ERR_OK) {
			if (message.body.len > 0)
				memcpy(got + len, message.body.at, message.body.len);
			len += message.body.len;
			count++;
		}
		assert_int_equal(in.len, 0);
		in = bytes_over(MESSAGES + cut, sizeof MESSAGES - cut);
	}
	assert_int_equal(count, 3);
	assert_int_equal(len, 8);
	assert_memory_equal(got, "\1\2\3\4\5\6\7\10", 8);
	handshake_joiner_done(&joiner);
}

static void test_every_cut_in_two_gives_the_same_messages(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= sizeof MESSAGES; cut++)
		feed_in_two(cut);
}

static void test_joins_a_message_sent_byte_by_byte(void **state)
{
	struct handshake_joiner joiner = handshake_joiner();
	struct handshake_message message = { 0 };

	(void)state;
	for (size_t i = 4; i < 13; i++) {
		struct bytes in = bytes_over(MESSAGES + i, 1);
		enum err err = handshake_next(&joiner, &in, &message);

		assert_int_equal(err, i < 12 ? ERR_MORE : ERR_OK);
	}
	assert_int_equal(message.body.len, 5);
	assert_memory_equal(message.body.at, MESSAGES + 8, 5);
	handshake_joiner_done(&joiner);
}

static void test_steps_over_a_message_past_the_ceiling(void **state)
{
	static uint8_t zeros[0x20001];
	static const uint8_t header[] = { 11, 0x02, 0x00, 0x01 };
	struct handshake_joiner joiner = handshake_joiner();
	struct handshake_message message;
	struct bytes in = bytes_over(header, sizeof header);

	(void)state;
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_MORE);
	in = bytes_over(zeros, 1000);
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_MORE);
	in = bytes_over(zeros, sizeof zeros - 1000);
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_OK);
	assert_false(message.whole);
	assert_int_equal(message.len, HANDSHAKE_MESSAGE_MAX + 1);
	assert_int_equal(message.body.len, 0);
	assert_null(joiner.gathered);
	in = bytes_over(MESSAGES, 4);
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_OK);
	assert_int_equal(message.type, HANDSHAKE_SERVER_HELLO_DONE);
}

static void test_an_announced_length_alone_takes_no_memory(void **state)
{
	static const uint8_t begun[] = { 11, 0x02, 0x00, 0x00, 1, 2, 3 };
	struct handshake_joiner joiner = handshake_joiner();
	struct handshake_message message;
	struct bytes in = bytes_over(begun, sizeof begun);

	(void)state;
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_MORE);
	assert_in_range(joiner.room, sizeof begun, 4096);
	handshake_joiner_done(&joiner);
}

static void test_a_type_nobody_knows_is_final(void **state)
{
	static const uint8_t lie[] = { 7, 0, 0, 0 };
	struct handshake_joiner joiner = handshake_joiner();
	struct handshake_message message;
	struct bytes in = bytes_over(lie, sizeof lie);

	(void)state;
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_VALUE);
	in = bytes_over(MESSAGES, sizeof MESSAGES);
	assert_int_equal(handshake_next(&joiner, &in, &message), ERR_VALUE);
}

static void test_refuses_lengths_that_no_message_has(void **state)
{
	(void)state;
	assert_false(handshake_allowed(HANDSHAKE_SERVER_HELLO_DONE, 1));
	assert_false(handshake_allowed(HANDSHAKE_CLIENT_HELLO, 40));
	assert_true(handshake_allowed(HANDSHAKE_CLIENT_HELLO, 41));
	assert_false(handshake_allowed(HANDSHAKE_SERVER_HELLO, 0xffffff));
	assert_false(handshake_allowed(HANDSHAKE_FINISHED, 11));
	assert_false(handshake_allowed(255, 12));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_borrows_a_message_that_lies_whole_in_a_piece),
		cmocka_unit_test(test_every_cut_in_two_gives_the_same_messages),
		cmocka_unit_test(test_joins_a_message_sent_byte_by_byte),
		cmocka_unit_test(test_steps_over_a_message_past_the_ceiling),
		cmocka_unit_test(test_an_announced_length_alone_takes_no_memory),
		cmocka_unit_test(test_a_type_nobody_knows_is_final),
		cmocka_unit_test(test_refuses_lengths_that_no_message_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
