#include "../unit.h"

#include <stdlib.h>
#include <string.h>

#include "flow/stream.h"

#define CEILING 65536

/* Takes text at sequence, drains what is due and appends it to got. */
static enum err take(struct stream *s, uint32_t sequence, const char *text, char *got)
{
	struct bytes piece;
	enum err err = stream_take(s, sequence, bytes_of_string(text), CEILING, &piece);

	got += strlen(got);
	for (; piece.len > 0; piece = stream_next_piece(s)) {
		memcpy(got, piece.at, piece.len);
		got += piece.len;
		*got = '\0';
	}
	return err;
}

static void test_the_next_segment_is_handed_through_without_a_copy(void **state)
{
	static const char text[] = "abc";
	struct stream s = stream();
	struct bytes piece;

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(stream_take(&s, 100, bytes_of_string(text), 0, &piece), ERR_OK);
	assert_ptr_equal(piece.at, text);
	assert_int_equal(piece.len, 3);
	assert_int_equal(stream_next_piece(&s).len, 0);
	stream_done(&s);
}

static void test_out_of_order_segments_come_out_in_order(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(take(&s, 106, "ghi", got), ERR_OK);
	assert_int_equal(take(&s, 103, "def", got), ERR_OK);
	assert_true(stream_has_gap(&s));
	assert_string_equal(got, "");
	assert_int_equal(take(&s, 100, "abc", got), ERR_OK);
	assert_string_equal(got, "abcdefghi");
	assert_false(stream_has_gap(&s));
	stream_done(&s);
}

static void test_of_two_copies_of_a_byte_the_first_seen_wins(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(take(&s, 103, "DE", got), ERR_OK);
	assert_int_equal(take(&s, 106, "G", got), ERR_OK);
	assert_int_equal(take(&s, 102, "xxxxxxx", got), ERR_OK); /* around both */
	assert_int_equal(take(&s, 100, "ABzzzzzzz", got), ERR_OK);
	assert_string_equal(got, "ABxDExGxx");
	stream_done(&s);
}

static void test_retransmissions_and_keep_alives_add_nothing(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(take(&s, 100, "abc", got), ERR_OK);
	assert_int_equal(take(&s, 100, "xyz", got), ERR_OK);
	assert_int_equal(take(&s, 102, "?", got), ERR_OK); /* keep-alive */
	assert_int_equal(take(&s, 101, "xyd", got), ERR_OK);
	assert_string_equal(got, "abcd");
	stream_done(&s);
}

static void test_sequence_numbers_wrap(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, UINT32_MAX - 3);
	assert_int_equal(take(&s, 1, "def", got), ERR_OK);
	assert_int_equal(take(&s, 0, "xy", got), ERR_OK);
	assert_int_equal(take(&s, UINT32_MAX - 2, "abc", got), ERR_OK);
	assert_string_equal(got, "abcxdef");
	stream_done(&s);
}

static void test_without_a_syn_the_first_payload_starts_the_stream(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	assert_int_equal(take(&s, 499, "", got), ERR_OK); /* a bare ACK or keep-alive */
	assert_int_equal(take(&s, 500, "abc", got), ERR_OK);
	assert_int_equal(take(&s, 400, "too late", got), ERR_OK);
	assert_int_equal(take(&s, 503, "d", got), ERR_OK);
	assert_string_equal(got, "abcd");
	stream_done(&s);
}

static void test_a_second_syn_changes_nothing(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(take(&s, 100, "fast open", got), ERR_OK);
	stream_syn(&s, 99);
	assert_int_equal(take(&s, 100, "fast open", got), ERR_OK);
	assert_string_equal(got, "fast open");
	stream_done(&s);
}

static void test_past_the_ceiling_a_segment_is_refused_whole(void **state)
{
	struct stream s = stream();
	struct bytes piece;

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(
	        stream_take(&s, 110, bytes_of_string("abcd"), 5, &piece), ERR_OK);
	assert_int_equal(
	        stream_take(&s, 108, bytes_of_string("wxyzab"), 5, &piece), ERR_LIMIT);
	assert_int_equal(s.kept_bytes, 4);
	assert_int_equal(stream_take(&s, 109, bytes_of_string("xyz"), 5, &piece), ERR_OK);
	assert_int_equal(s.kept_bytes, 5);
	stream_done(&s);
}

static void test_no_more_than_the_named_number_of_segments_is_kept(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, 0);
	for (uint32_t i = 0; i < STREAM_SEGMENTS_MAX; i++)
		assert_int_equal(take(&s, 3 + 2 * i, "a", got), ERR_OK);
	assert_int_equal(take(&s, 3 + 2 * STREAM_SEGMENTS_MAX, "a", got), ERR_LIMIT);
	assert_int_equal(s.kept_count, STREAM_SEGMENTS_MAX);
	stream_done(&s);
}

static void test_a_segment_that_closes_the_gap_is_never_refused(void **state)
{
	struct stream s = stream();
	struct bytes piece;

	(void)state;
	stream_syn(&s, 99);
	assert_int_equal(stream_take(&s, 101, bytes_of_string("b"), 1, &piece), ERR_OK);
	assert_int_equal(
	        stream_take(&s, 100, bytes_of_string("abcdef"), 1, &piece), ERR_OK);
	assert_int_equal(piece.len, 1);
	assert_int_equal(stream_next_piece(&s).len, 1);
	assert_int_equal(stream_next_piece(&s).len, 4);
	assert_int_equal(s.kept_bytes, 0);
	stream_done(&s);
}

static void test_it_has_reached_what_was_handed_out_or_given_up(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	assert_true(stream_has_reached(&s, 7)); /* nothing was seen */
	stream_syn(&s, UINT32_MAX);
	assert_true(stream_has_reached(&s, 0));
	assert_false(stream_has_reached(&s, 3));
	assert_int_equal(take(&s, 3, "def", got), ERR_OK);
	assert_false(stream_has_reached(&s, 3));
	assert_true(stream_skip_gap(&s));
	assert_true(stream_has_reached(&s, 3));
	stream_done(&s);
}

static void test_a_gap_can_be_given_up(void **state)
{
	struct stream s = stream();
	char got[16] = "";

	(void)state;
	stream_syn(&s, 99);
	assert_false(stream_skip_gap(&s));
	assert_int_equal(take(&s, 105, "fgh", got), ERR_OK);
	assert_true(stream_skip_gap(&s));
	assert_int_equal(stream_next_piece(&s).len, 3);
	assert_int_equal(take(&s, 108, "i", got), ERR_OK);
	assert_int_equal(take(&s, 100, "abcde", got), ERR_OK); /* now old */
	assert_string_equal(got, "i");
	stream_done(&s);
}

/* A small generator of numbers that are the same on every run. */
static uint32_t random_below(uint64_t *seed, uint32_t limit)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33) % limit;
}

#define SENT 4000

struct delivery {
	uint8_t sent[SENT];
	uint8_t got[SENT];
	size_t got_len;
};

static void deliver(
        struct delivery *d, struct stream *s, uint32_t start, uint32_t from, uint32_t len)
{
	struct bytes payload = bytes_over(d->sent + from, len);
	struct bytes piece;
	enum err err = stream_take(s, start + from, payload, CEILING, &piece);

	assert_true(err == ERR_OK || err == ERR_LIMIT);
	for (; piece.len > 0; piece = stream_next_piece(s)) {
		assert_in_range(piece.len, 1, SENT - d->got_len);
		memcpy(d->got + d->got_len, piece.at, piece.len);
		d->got_len += piece.len;
	}
}

/* A window of segments of any cut, in any order, some twice, some overlapping;
 * then once in order, as a sender that got no acknowledgement would do. */
static void deliver_shuffled(struct delivery *d, uint64_t seed)
{
	uint32_t start = UINT32_MAX - random_below(&seed, 2 * SENT);
	struct stream s = stream();

	stream_syn(&s, start - 1);
	for (uint32_t base = 0; base < SENT; base += 200) {
		for (int i = 0; i < 20; i++) {
			uint32_t from = base + random_below(&seed, 200);
			uint32_t len = 1 + random_below(&seed, 100);

			deliver(d, &s, start, from,
			        len < SENT - from ? len : SENT - from);
		}
		deliver(d, &s, start, base, 200);
	}
	assert_int_equal(s.kept_count, 0);
	assert_int_equal(s.kept_bytes, 0);
	stream_done(&s);
}

static void test_any_cut_and_any_order_give_the_bytes_that_were_sent(void **state)
{
	static struct delivery d;

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		uint64_t filler = seed;

		for (size_t i = 0; i < SENT; i++)
			d.sent[i] = (uint8_t)random_below(&filler, 256);
		d.got_len = 0;
		deliver_shuffled(&d, seed);
		assert_int_equal(d.got_len, SENT);
		assert_memory_equal(d.got, d.sent, SENT);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_segment_is_handed_through_without_a_copy),
		cmocka_unit_test(test_out_of_order_segments_come_out_in_order),
		cmocka_unit_test(test_of_two_copies_of_a_byte_the_first_seen_wins),
		cmocka_unit_test(test_retransmissions_and_keep_alives_add_nothing),
		cmocka_unit_test(test_sequence_numbers_wrap),
		cmocka_unit_test(test_without_a_syn_the_first_payload_starts_the_stream),
		cmocka_unit_test(test_a_second_syn_changes_nothing),
		cmocka_unit_test(test_past_the_ceiling_a_segment_is_refused_whole),
		cmocka_unit_test(test_no_more_than_the_named_number_of_segments_is_kept),
		cmocka_unit_test(test_a_segment_that_closes_the_gap_is_never_refused),
		cmocka_unit_test(test_it_has_reached_what_was_handed_out_or_given_up),
		cmocka_unit_test(test_a_gap_can_be_given_up),
		cmocka_unit_test(
		        test_any_cut_and_any_order_give_the_bytes_that_were_sent),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
