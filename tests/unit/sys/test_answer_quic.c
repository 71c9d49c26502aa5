/* tls/answer_quic with the real cryptography: a server of ours reads the hello and writes
 * what servers write. */
#include "../unit.h"

#include "../hex.h"
#include "sys/crypto.h"
#include "tls/answer_quic.h"
#include "tls/version.h"

#define SIXTEEN    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
#define THIRTY_TWO SIXTEEN, SIXTEEN
#define SERVER_ID  "SERVERID"

/* clang-format off */
/* CRYPTO at 0 with a ServerHello of TLS 1.3 that has supported_versions. */
static const uint8_t SERVER_HELLO[] = {
	0x06, 0x00, 0x32,
	0x02, 0x00, 0x00, 0x2e, 0x03, 0x03, THIRTY_TWO, 0x00, 0x13, 0x01, 0x00,
	0x00, 0x06, 0x00, 0x2b, 0x00, 0x02, 0x03, 0x04,
};
/* CONNECTION_CLOSE with no_application_protocol, of frame CRYPTO, and a reason; with
 * TRANSPORT_PARAMETER_ERROR. RFC 9000, 19.19 and 20.1; RFC 9001, 4.8. */
static const uint8_t CLOSED_BY_ALERT[] = { 0x1c, 0x41, 0x78, 0x06, 0x02, 'n', 'o' };
static const uint8_t CLOSED_BY_QUIC[] = { 0x1c, 0x08, 0x06, 0x00 };
/* A Handshake packet, its ids and a length of 300 in front. RFC 9000, 17.2.4. */
static const uint8_t HANDSHAKE_START[] = {
	0xe0, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x41, 0x2c,
};
/* Version Negotiation lists QUIC 2, a reserved one and draft 29; and QUIC 1, too. RFC 9000,
 * 17.2.1 and 15. */
static const uint8_t ALL_VERSIONS[] = { 0x6b, 0x33, 0x43, 0xcf, 0xba, 0xba, 0xba, 0xba,
	0xff, 0x00, 0x00, 0x1d, 0x00, 0x00, 0x00, 0x01 };
static const size_t WITHOUT_QUIC1 = sizeof ALL_VERSIONS - 4;
/* clang-format on */

static uint8_t hello[2000]; /* a message of two datagrams; what it says is no matter */
static uint8_t memory[QUIC_PLAINTEXT_MAX];
static uint8_t flight[4 * ANSWER_QUIC_DATAGRAM];

static struct answer_quic begin(void)
{
	struct answer_quic quic;

	memset(hello, 0x55, sizeof hello);
	memcpy(hello, "\x01\x00\x07\xcc", 4);
	assert_int_equal(answer_quic_begin(&quic, crypto_openssl(),
				 bytes_over(hello, sizeof hello)),
		ERR_OK);
	return quic;
}

static struct bytes flight_of(struct answer_quic *quic)
{
	struct writer w = writer_over(flight, sizeof flight);

	assert_true(answer_quic_flight_max(sizeof hello) <= sizeof flight);
	assert_int_equal(answer_quic_flight(quic, &w), ERR_OK);
	return writer_written(&w);
}

static bool take(struct answer_quic *quic, struct bytes datagram)
{
	bool again;

	return answer_quic_take(quic, datagram, memory, &again);
}

/* What the server makes of the first packet of the flight. */
static struct quic_packet first_packet(struct bytes all)
{
	struct bytes datagram = bytes_first(all, ANSWER_QUIC_DATAGRAM);
	struct quic_packet packet;

	assert_true(quic_check(datagram));
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_INITIAL);
	return packet;
}

/* An Initial of the server's to this client. */
static struct bytes say(struct answer_quic *quic, const void *frames, size_t len)
{
	static uint8_t packet[200];
	struct quic_packet asked = first_packet(flight_of(quic));
	struct quic_initial initial = { .version = 1,
		.source_id = bytes_of_string(SERVER_ID) };
	struct quic_secret secret;
	struct quic_keys keys;

	assert_int_equal(
		quic_secret_derive(crypto_openssl(), 1, asked.destination_id, &secret),
		ERR_OK);
	quic_server_keys(crypto_openssl(), &secret, &keys);
	assert_int_equal(quic_initial_seal(crypto_openssl(), &keys, &initial,
				 bytes_over(frames, len), sizeof packet, packet),
		ERR_OK);
	return bytes_over(packet, sizeof packet);
}

static void test_a_server_reads_the_hello_of_several_datagrams(void **state)
{
	struct answer_quic quic = begin();
	struct bytes all = flight_of(&quic), frames;
	struct quic_joiner *joiner = quic_joiner_new();
	struct handshake_message message;
	struct quic_secret secret;
	struct quic_keys keys;
	uint64_t closed;

	(void)state;
	assert_int_equal(all.len, 2 * ANSWER_QUIC_DATAGRAM);
	assert_int_equal(quic_secret_derive(crypto_openssl(), 1,
				 first_packet(all).destination_id, &secret),
		ERR_OK);
	quic_client_keys(crypto_openssl(), &secret, &keys);
	for (; all.len > 0; all = bytes_after(all, ANSWER_QUIC_DATAGRAM)) {
		struct quic_packet packet = first_packet(all);

		assert_int_equal(packet.source_id.len, 0);
		assert_int_equal(quic_initial_open(crypto_openssl(), &keys, &packet,
					 memory, &frames),
			ERR_OK);
		assert_int_equal(quic_joiner_take(joiner, frames, &closed), ERR_OK);
	}
	assert_true(quic_joiner_next(joiner, &message));
	assert_int_equal(message.body.len, sizeof hello - 4);
	assert_memory_equal(message.body.at, hello + 4, sizeof hello - 4);
	quic_joiner_free(joiner);
	answer_quic_done(&quic);
}

static void test_a_server_hello_and_a_flight_behind_it_accept(void **state)
{
	static uint8_t handshake[sizeof HANDSHAKE_START + 300];
	struct answer_quic quic = begin();

	(void)state;
	memcpy(handshake, HANDSHAKE_START, sizeof HANDSHAKE_START);
	assert_true(take(&quic, say(&quic, SERVER_HELLO, sizeof SERVER_HELLO)));
	assert_int_equal(quic.answer.conversation.version, VERSION_TLS13);
	assert_int_equal(quic.answer.conversation.cipher, 0x1301);
	assert_false(take(&quic, bytes_over(handshake, sizeof handshake)));
	assert_int_equal(quic.answer.outcome, ANSWER_ACCEPTED);
	assert_memory_equal(first_packet(flight_of(&quic)).destination_id.at, SERVER_ID,
		sizeof SERVER_ID - 1);
	answer_quic_done(&quic);
}

static void test_an_alert_refuses_and_another_error_does_not(void **state)
{
	struct answer_quic refused = begin(), broken = begin();

	(void)state;
	assert_false(
		take(&refused, say(&refused, CLOSED_BY_ALERT, sizeof CLOSED_BY_ALERT)));
	assert_int_equal(refused.answer.outcome, ANSWER_REFUSED);
	assert_int_equal(refused.answer.alert, 120);
	assert_false(take(&broken, say(&broken, CLOSED_BY_QUIC, sizeof CLOSED_BY_QUIC)));
	assert_int_equal(broken.answer.outcome, ANSWER_QUIC_ERROR);
	assert_int_equal(broken.answer.quic_error, 8);
	answer_quic_done(&refused);
	answer_quic_done(&broken);
}

/* RFC 9001, 5.2: what does not open is passed over; each cut and each flipped byte. */
static void test_what_was_changed_on_the_way_is_passed_over(void **state)
{
	static uint8_t changed[200];
	struct answer_quic quic = begin();
	struct bytes said = say(&quic, CLOSED_BY_ALERT, sizeof CLOSED_BY_ALERT);

	(void)state;
	assert_true(take(&quic, bytes_over(HANDSHAKE_START, sizeof HANDSHAKE_START)));
	for (size_t i = 0; i < said.len; i++) {
		memcpy(changed, said.at, said.len);
		changed[i] ^= 1;
		assert_true(take(&quic, bytes_over(changed, said.len)));
		assert_true(take(&quic, bytes_over(said.at, i)));
	}
	assert_false(take(&quic, said));
	answer_quic_done(&quic);
}

/* RFC 9001, A.4, was sent to the id of A.1. */
static void test_a_retry_gives_another_id_and_a_token(void **state)
{
	uint8_t retry[64];
	struct answer_quic quic = begin();
	struct quic_packet packet;
	bool again;

	(void)state;
	from_hex("8394c8f03e515708", quic.id);
	assert_true(answer_quic_take(&quic,
		from_hex(
			"ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f"
			"0f2496ba",
			retry),
		memory, &again));
	assert_true(again);
	assert_true(quic.answer.address_checked);
	packet = first_packet(flight_of(&quic));
	assert_memory_equal(packet.token.at, "token", 5);
	assert_int_equal(packet.destination_id.at[0], 0xf0);
	assert_int_equal(flight_of(&quic).len, 2 * ANSWER_QUIC_DATAGRAM);
	assert_false(take(&quic, say(&quic, CLOSED_BY_ALERT, sizeof CLOSED_BY_ALERT)));
	answer_quic_done(&quic);
}

/* A Version Negotiation to that client. */
static struct bytes negotiation(const struct answer_quic *quic, size_t len)
{
	static uint8_t room[64];
	struct writer w = writer_over(room, sizeof room);

	writer_u8(&w, 0x80);
	writer_u32(&w, 0);
	writer_u8(&w, 0);
	writer_u8(&w, quic->id_len);
	writer_bytes(&w, bytes_over(quic->id, quic->id_len));
	writer_bytes(&w, bytes_over(ALL_VERSIONS, len));
	return writer_written(&w);
}

static void test_a_server_of_other_versions_is_told_apart(void **state)
{
	struct answer_quic quic = begin();

	(void)state;
	assert_false(take(&quic, negotiation(&quic, WITHOUT_QUIC1)));
	assert_int_equal(quic.answer.outcome, ANSWER_OTHER_QUIC);
	assert_int_equal(quic.answer.quic_version_count, 2);
	assert_int_equal(quic.answer.quic_versions[0], 0x6b3343cf);
	assert_int_equal(quic.answer.quic_versions[1], 0xff00001d);
	answer_quic_done(&quic);
}

/* RFC 9000, 6.2: else anybody could talk a client out of version 1. */
static void test_a_negotiation_that_lists_what_was_asked_in_is_passed_over(void **state)
{
	struct answer_quic quic = begin();

	(void)state;
	assert_true(take(&quic, negotiation(&quic, sizeof ALL_VERSIONS)));
	assert_int_equal(quic.answer.quic_version_count, 0);
	assert_true(take(&quic, say(&quic, SERVER_HELLO, sizeof SERVER_HELLO)));
	assert_int_equal(quic.answer.conversation.version, VERSION_TLS13);
	answer_quic_done(&quic);
}

static void test_asked_in_nobodys_version_a_server_names_all_it_has(void **state)
{
	struct answer_quic quic = begin();
	struct bytes all;

	(void)state;
	answer_quic_ask_versions(&quic);
	all = flight_of(&quic);
	assert_int_equal(all.len % ANSWER_QUIC_DATAGRAM, 0);
	assert_memory_equal(all.at + 1, "\x1a\x2a\x3a\x4a", 4);
	assert_false(take(&quic, negotiation(&quic, sizeof ALL_VERSIONS)));
	assert_int_equal(quic.answer.outcome, ANSWER_OTHER_QUIC);
	assert_int_equal(quic.answer.quic_version_count, 3);
	assert_int_equal(quic.answer.quic_versions[2], 1);
	answer_quic_done(&quic);
}

static void test_what_begins_as_something_else_is_no_quic(void **state)
{
	struct answer_quic quic = begin();

	(void)state;
	assert_false(take(&quic, bytes_of_string("HTTP/1.1 400 Bad Request")));
	assert_int_equal(quic.answer.outcome, ANSWER_NOT_TLS);
	answer_quic_done(&quic);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_server_reads_the_hello_of_several_datagrams),
		cmocka_unit_test(test_a_server_hello_and_a_flight_behind_it_accept),
		cmocka_unit_test(test_an_alert_refuses_and_another_error_does_not),
		cmocka_unit_test(test_what_was_changed_on_the_way_is_passed_over),
		cmocka_unit_test(test_a_retry_gives_another_id_and_a_token),
		cmocka_unit_test(test_a_server_of_other_versions_is_told_apart),
		cmocka_unit_test(
			test_a_negotiation_that_lists_what_was_asked_in_is_passed_over),
		cmocka_unit_test(test_asked_in_nobodys_version_a_server_names_all_it_has),
		cmocka_unit_test(test_what_begins_as_something_else_is_no_quic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
