/* Packets and frames; what cryptography decides is in tests/unit/sys. */
#include "../unit.h"

#include "tls/quic_initial.h"

#define IDS 2, 0xd1, 0xd2, 1, 0x51 /* destination of two bytes, source of one */

/* An Initial with a token of one byte and six more bytes; a Handshake packet; a
 * short header. */
static const uint8_t DATAGRAM[] = {
	0xc0, 0, 0, 0, 1, IDS, 1, 0x77, 6, 0, 0, 0, 0, 0, 0, /* Initial */
	0xe0, 0, 0, 0, 1, IDS, 0x40, 2, 9, 9,                /* Handshake */
	0x40, 1, 2, 3,                                       /* 1-RTT */
};
enum { INITIAL_LEN = 19, SHORT_AT = 33 };

static enum err first_packet(const uint8_t *at, size_t len, struct quic_packet *ret)
{
	struct bytes datagram = bytes_over(at, len);

	return quic_packet_next(&datagram, ret);
}

static void test_takes_coalesced_packets_apart(void **state)
{
	struct bytes datagram = bytes_over(DATAGRAM, sizeof DATAGRAM);
	struct quic_packet packet;

	(void)state;
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_INITIAL);
	assert_int_equal(packet.version, 1);
	assert_int_equal(packet.destination_id.len, 2);
	assert_int_equal(packet.source_id.at[0], 0x51);
	assert_int_equal(packet.token.len, 1);
	assert_int_equal(packet.number_offset, 13);
	assert_int_equal(packet.whole.len, INITIAL_LEN);
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_HANDSHAKE);
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_SHORT);
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_END);
}

static void test_refuses_every_cut_of_an_initial(void **state)
{
	struct quic_packet packet = { .version = 77 };

	(void)state;
	for (size_t len = 1; len < INITIAL_LEN; len++)
		assert_int_equal(first_packet(DATAGRAM, len, &packet), ERR_SHORT);
	assert_int_equal(packet.version, 77);
}

static void test_a_length_that_reaches_past_the_datagram_is_short(void **state)
{
	uint8_t lie[sizeof DATAGRAM];
	struct quic_packet packet;

	(void)state;
	memcpy(lie, DATAGRAM, sizeof lie);
	lie[12] = 0x3f;
	assert_int_equal(first_packet(lie, sizeof lie, &packet), ERR_SHORT);
}

/* RFC 9369, 3.2: version 2 turns the types by one. */
static void test_version_2_has_types_of_its_own(void **state)
{
	uint8_t v2[] = { 0xd0, 0x6b, 0x33, 0x43, 0xcf, IDS, 0, 1, 0 };
	struct quic_packet packet;

	(void)state;
	assert_int_equal(first_packet(v2, sizeof v2, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_INITIAL);
	v2[0] = 0xf0;
	v2[10] = 2;
	assert_int_equal(first_packet(v2, sizeof v2, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_HANDSHAKE);
}

static void test_reads_the_token_of_a_retry(void **state)
{
	uint8_t retry[10 + 3 + 16] = { 0xf0, 0, 0, 0, 1, IDS, 't', 'o', 'k' };
	struct quic_packet packet;

	(void)state;
	assert_int_equal(first_packet(retry, sizeof retry, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_RETRY);
	assert_int_equal(packet.token.len, 3);
	assert_int_equal(first_packet(retry, 25, &packet), ERR_SHORT);
}

static void test_tells_versions_it_does_not_know(void **state)
{
	static const uint8_t grease[] = { 0xc0, 0x1a, 0x2a, 0x3a, 0x4a, IDS, 9 };
	static const uint8_t google[] = { 0xc0, 'T', '0', '5', '1', IDS, 9 };
	static const uint8_t other[] = { 0xc0, 'H', 'T', 'T', 'P', IDS, 9 };
	static const uint8_t negotiation[] = { 0x80, 0, 0, 0, 0, IDS, 0, 0, 0, 1 };
	struct quic_packet packet;

	(void)state;
	assert_true(quic_check(bytes_over(grease, sizeof grease)));
	assert_true(quic_check(bytes_over(google, sizeof google)));
	assert_int_equal(first_packet(grease, sizeof grease, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_UNKNOWN_VERSION);
	assert_false(quic_check(bytes_over(other, sizeof other)));
	assert_true(quic_check(bytes_over(negotiation, sizeof negotiation)));
	assert_int_equal(first_packet(negotiation, sizeof negotiation, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_VERSION_NEGOTIATION);
}

static void test_a_server_may_clear_the_fixed_bit_but_no_connection_begins_so(void **state)
{
	uint8_t greased[sizeof DATAGRAM];
	struct quic_packet packet;

	(void)state;
	memcpy(greased, DATAGRAM, sizeof greased);
	greased[0] &= 0xbf; /* RFC 9287, 3 */
	assert_int_equal(first_packet(greased, sizeof greased, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_INITIAL);
	assert_false(quic_check(bytes_over(greased, sizeof greased)));
}

static void test_zeros_that_fill_a_datagram_are_no_packet(void **state)
{
	uint8_t filled[INITIAL_LEN + 3] = { 0 };
	struct bytes datagram = bytes_over(filled, sizeof filled);
	struct quic_packet packet;

	(void)state;
	memcpy(filled, DATAGRAM, INITIAL_LEN);
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_INITIAL);
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_VALUE);
}

static void test_is_strict_on_any_port(void **state)
{
	static const uint8_t long_id[] = { 0xc0, 0, 0, 0, 1, 21, 1, 2, 3 };

	(void)state;
	assert_true(quic_check(bytes_over(DATAGRAM, sizeof DATAGRAM)));
	assert_false(quic_check(bytes_over(DATAGRAM + SHORT_AT, 4)));
	assert_false(quic_check(bytes_over(long_id, sizeof long_id)));
	assert_false(quic_check(bytes_over("\x80\x00\x00\x00\x01\x00\x00", 7)));
	assert_false(quic_check((struct bytes){ 0 }));
}

static void test_joins_crypto_frames_between_others(void **state)
{
	static const uint8_t frames[] = {
		0x06, 2, 2, 0, 0,          /* CRYPTO, offset 2 */
		0x01,                      /* PING */
		0x00, 0x00, 0x00,          /* PADDING */
		0x02, 9, 0, 1, 0, 1, 1,    /* ACK with one range more */
		0x03, 9, 0, 0, 0, 1, 2, 3, /* ACK with ECN counts */
		0x06, 0, 2, 14, 0,         /* CRYPTO, offset 0 */
	};
	struct quic_joiner *joiner = quic_joiner_new();
	struct handshake_message message;
	uint64_t closed = 0;

	(void)state;
	assert_int_equal(
		quic_joiner_take(joiner, bytes_over(frames, sizeof frames), &closed),
		ERR_OK);
	assert_true(closed == UINT64_MAX);
	assert_true(quic_joiner_next(joiner, &message));
	assert_int_equal(message.type, HANDSHAKE_SERVER_HELLO_DONE);
	assert_false(quic_joiner_next(joiner, &message));
	quic_joiner_free(joiner);
}

static enum err take(const uint8_t *at, size_t len, uint64_t *ret_closed)
{
	struct quic_joiner *joiner = quic_joiner_new();
	enum err err = quic_joiner_take(joiner, bytes_over(at, len), ret_closed);

	quic_joiner_free(joiner);
	return err;
}

/* RFC 9001, 4.8: 0x0100 + handshake_failure. */
static void test_tells_what_a_connection_was_closed_with(void **state)
{
	static const uint8_t frames[] = { 0x1c, 0x41, 0x28, 0x06, 2, 'n', 'o' };
	uint64_t closed = 0;

	(void)state;
	assert_int_equal(take(frames, sizeof frames, &closed), ERR_OK);
	assert_int_equal(closed, 0x0100 + 40);
	for (size_t len = 0; len < sizeof frames; len++) {
		assert_int_equal(take(frames, len, &closed), ERR_VALUE);
		assert_true(closed == UINT64_MAX);
	}
}

static void test_refuses_frames_that_no_initial_holds(void **state)
{
	static const uint8_t stream[] = { 0x08, 0, 1, 2 };
	static const uint8_t close_of_application[] = { 0x1d, 0, 0 };
	static const uint8_t long_type[] = { 0x40, 0x06, 0, 1, 1 };
	static const uint8_t far[] = { 0x06, 0x80, 1, 0, 0, 1, 1 };
	uint64_t closed;

	(void)state;
	assert_int_equal(take(stream, sizeof stream, &closed), ERR_VALUE);
	assert_int_equal(take(close_of_application, 3, &closed), ERR_VALUE);
	assert_int_equal(take(long_type, sizeof long_type, &closed), ERR_VALUE);
	assert_int_equal(take(far, sizeof far, &closed), ERR_LIMIT);
}

static void test_crypto_bytes_that_are_no_message_are_final(void **state)
{
	static const uint8_t noise[] = { 0x06, 0, 4, 200, 0, 0, 0 };
	struct quic_joiner *joiner = quic_joiner_new();
	struct handshake_message message;
	struct bytes frames = bytes_over(noise, sizeof noise);
	uint64_t closed;

	(void)state;
	assert_int_equal(quic_joiner_take(joiner, frames, &closed), ERR_OK);
	assert_false(quic_joiner_next(joiner, &message));
	assert_int_equal(quic_joiner_take(joiner, frames, &closed), ERR_VALUE);
	quic_joiner_free(joiner);
}

static void zero_block(const uint8_t key[AES128_LEN], const uint8_t in[AES128_LEN],
	uint8_t ret[AES128_LEN])
{
	(void)key;
	(void)in;
	memset(ret, 0, AES128_LEN);
}

static bool open_all(const uint8_t key[AES128_LEN], const uint8_t nonce[GCM_NONCE_LEN],
	struct bytes associated, struct bytes sealed, uint8_t *ret)
{
	(void)key;
	(void)nonce;
	(void)associated;
	if (sealed.len < GCM_TAG_LEN)
		return false;
	memcpy(ret, sealed.at, sealed.len - GCM_TAG_LEN);
	return true;
}

static enum err open(uint8_t first, uint8_t len, struct bytes *ret_frames)
{
	static const struct crypto none = {
		.aes128_block = zero_block,
		.aes128_gcm_open = open_all,
	};
	static uint8_t memory[QUIC_PLAINTEXT_MAX];
	uint8_t datagram[12 + 32] = { first, 0, 0, 0, 1, IDS, 0, len, 0, 1 };
	struct quic_keys keys = { 0 };
	struct quic_packet packet;

	assert_int_equal(first_packet(datagram, sizeof datagram, &packet), ERR_OK);
	return quic_initial_open(&none, &keys, &packet, memory, ret_frames);
}

static void test_opens_what_is_long_enough_and_keeps_the_rules(void **state)
{
	struct bytes frames;

	(void)state;
	assert_int_equal(open(0xc0, 32, &frames), ERR_OK);
	assert_int_equal(frames.len, 32 - 1 - GCM_TAG_LEN);
	assert_int_equal(frames.at[0], 1);
	assert_int_equal(open(0xc4, 32, &frames), ERR_VALUE); /* a reserved bit */
	assert_int_equal(open(0xc0, 19, &frames), ERR_VALUE); /* no room for a sample */
	assert_int_equal(open(0xe0, 32, &frames), ERR_VALUE); /* not an Initial */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_coalesced_packets_apart),
		cmocka_unit_test(test_refuses_every_cut_of_an_initial),
		cmocka_unit_test(test_a_length_that_reaches_past_the_datagram_is_short),
		cmocka_unit_test(test_version_2_has_types_of_its_own),
		cmocka_unit_test(test_reads_the_token_of_a_retry),
		cmocka_unit_test(test_tells_versions_it_does_not_know),
		cmocka_unit_test(
			test_a_server_may_clear_the_fixed_bit_but_no_connection_begins_so),
		cmocka_unit_test(test_zeros_that_fill_a_datagram_are_no_packet),
		cmocka_unit_test(test_is_strict_on_any_port),
		cmocka_unit_test(test_joins_crypto_frames_between_others),
		cmocka_unit_test(test_tells_what_a_connection_was_closed_with),
		cmocka_unit_test(test_refuses_frames_that_no_initial_holds),
		cmocka_unit_test(test_crypto_bytes_that_are_no_message_are_final),
		cmocka_unit_test(test_opens_what_is_long_enough_and_keeps_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
