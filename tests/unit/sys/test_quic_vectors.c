/* tls/quic_initial with the real cryptography: the packets of the RFCs. */
#include "../unit.h"

#include "../hex.h"
#include "quic_vectors.h"
#include "sys/crypto.h"
#include "tls/quic_initial.h"

static uint8_t memory[QUIC_PLAINTEXT_MAX];
static uint8_t packet_memory[2048];

struct both_keys {
	struct quic_keys client;
	struct quic_keys server;
};

static struct both_keys keys_of(uint32_t version)
{
	uint8_t id[QUIC_CONNECTION_ID_MAX];
	struct quic_secret secret;
	struct both_keys keys;

	assert_int_equal(quic_secret_derive(crypto_openssl(), version,
				 from_hex("8394c8f03e515708", id), &secret),
		ERR_OK);
	quic_client_keys(crypto_openssl(), &secret, &keys.client);
	quic_server_keys(crypto_openssl(), &secret, &keys.server);
	return keys;
}

static struct quic_packet packet_of(const char *digits)
{
	struct bytes datagram = from_hex(digits, packet_memory);
	struct quic_packet packet;

	assert_true(quic_check(datagram));
	assert_int_equal(quic_packet_next(&datagram, &packet), ERR_OK);
	assert_int_equal(packet.type, QUIC_INITIAL);
	assert_int_equal(datagram.len, 0);
	return packet;
}

/* Opens the packet and answers the first message of its CRYPTO stream, by type and
 * length. */
static void assert_holds(
	const char *digits, const struct quic_keys *keys, uint8_t type, uint32_t len)
{
	struct quic_packet packet = packet_of(digits);
	struct quic_joiner *joiner = quic_joiner_new();
	struct handshake_message message;
	struct bytes frames;
	uint64_t closed;

	assert_int_equal(
		quic_initial_open(crypto_openssl(), keys, &packet, memory, &frames),
		ERR_OK);
	assert_int_equal(quic_joiner_take(joiner, frames, &closed), ERR_OK);
	assert_true(closed == UINT64_MAX);
	assert_true(quic_joiner_next(joiner, &message));
	assert_int_equal(message.type, type);
	assert_int_equal(message.len, len);
	assert_int_equal(message.body.len, len);
	assert_int_equal(message.body.at[1], 3); /* legacy_version 0x0303 */
	assert_false(quic_joiner_next(joiner, &message));
	quic_joiner_free(joiner);
}

static void test_opens_the_initials_of_version_1(void **state)
{
	struct both_keys keys = keys_of(0x00000001);

	(void)state;
	assert_holds(CLIENT_INITIAL_V1, &keys.client, HANDSHAKE_CLIENT_HELLO, 237);
	assert_holds(SERVER_INITIAL_V1, &keys.server, HANDSHAKE_SERVER_HELLO, 86);
}

static void test_opens_the_initials_of_version_2(void **state)
{
	struct both_keys keys = keys_of(0x6b3343cf);

	(void)state;
	assert_holds(CLIENT_INITIAL_V2, &keys.client, HANDSHAKE_CLIENT_HELLO, 237);
	assert_holds(SERVER_INITIAL_V2, &keys.server, HANDSHAKE_SERVER_HELLO, 86);
}

/* RFC 9001, A.1. */
static void test_derives_the_keys_of_the_rfc(void **state)
{
	struct both_keys keys = keys_of(0x00000001);
	uint8_t expected[16];

	(void)state;
	from_hex("1f369613dd76d5467730efcbe3b1a22d", expected);
	assert_memory_equal(keys.client.key, expected, sizeof keys.client.key);
	from_hex("0ac1493ca1905853b0bba03e", expected);
	assert_memory_equal(keys.server.iv, expected, sizeof keys.server.iv);
	from_hex("c206b8d9b9f0f37644430b490eeaa314", expected);
	assert_memory_equal(keys.server.hp, expected, sizeof keys.server.hp);
}

static void test_does_not_open_with_keys_of_the_other_side(void **state)
{
	struct both_keys keys = keys_of(0x00000001);
	struct quic_packet packet = packet_of(CLIENT_INITIAL_V1);
	struct bytes frames;

	(void)state;
	assert_int_equal(quic_initial_open(crypto_openssl(), &keys.server, &packet,
				 memory, &frames),
		ERR_CRYPTO);
}

static void test_versions_have_keys_of_their_own(void **state)
{
	struct both_keys v1 = keys_of(0x00000001);
	struct both_keys draft_28 = keys_of(0xff00001c);
	struct both_keys draft_29 = keys_of(0xff00001d);
	struct both_keys draft_34 = keys_of(0xff000022);

	(void)state;
	assert_memory_not_equal(&draft_28, &draft_29, sizeof v1);
	assert_memory_not_equal(&draft_29, &v1, sizeof v1);
	assert_memory_equal(&draft_34, &v1, sizeof v1);

	struct both_keys mvfst = keys_of(0xfaceb002);
	assert_memory_equal(&mvfst, &draft_28, sizeof v1);
}

/* Seals what the RFC's packet of that version holds, with its number, and compares. */
static void assert_seals_as(const char *digits, uint32_t version)
{
	static uint8_t id[QUIC_CONNECTION_ID_MAX], sealed[1200],
		opened[QUIC_PLAINTEXT_MAX];
	struct both_keys keys = keys_of(version);
	struct quic_packet packet = packet_of(digits);
	struct quic_initial initial = { .version = version, .number = 2 };
	struct bytes frames;

	initial.destination_id = from_hex("8394c8f03e515708", id);
	assert_int_equal(quic_initial_open(crypto_openssl(), &keys.client, &packet,
				 opened, &frames),
		ERR_OK);
	frames.len = 4 + 241; /* the CRYPTO frame; the rest is padding */
	assert_int_equal(quic_initial_seal(crypto_openssl(), &keys.client, &initial,
				 frames, sizeof sealed, sealed),
		ERR_OK);
	assert_int_equal(packet.whole.len, sizeof sealed);
	assert_memory_equal(sealed, packet.whole.at, sizeof sealed);
}

static void test_seals_the_initials_of_the_rfcs(void **state)
{
	(void)state;
	assert_seals_as(CLIENT_INITIAL_V1, 0x00000001);
	assert_seals_as(CLIENT_INITIAL_V2, 0x6b3343cf);
}

static void test_what_does_not_fit_is_not_sealed(void **state)
{
	static uint8_t room[1200], many[1200];
	struct quic_initial initial = { .version = 1 };
	struct both_keys keys = keys_of(1);
	size_t fits = sizeof room - quic_initial_overhead(&initial);

	(void)state;
	assert_int_equal(quic_initial_seal(crypto_openssl(), &keys.client, &initial,
				 bytes_over(many, fits), sizeof room, room),
		ERR_OK);
	assert_int_equal(quic_initial_seal(crypto_openssl(), &keys.client, &initial,
				 bytes_over(many, fits + 1), sizeof room, room),
		ERR_LIMIT);
	initial.version = 0x1a2a3a4a;
	assert_int_equal(quic_initial_seal(crypto_openssl(), &keys.client, &initial,
				 bytes_over(many, 4), sizeof room, room),
		ERR_UNSUPPORTED);
}

/* RFC 9001, A.4. */
static void test_a_retry_is_the_servers_or_is_not(void **state)
{
	uint8_t whole[64], id_memory[8];
	struct bytes id = from_hex("8394c8f03e515708", id_memory);
	struct bytes retry =
		from_hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff"
			 "4d829058fb3f0f2496ba",
			whole);
	struct quic_packet packet;

	(void)state;
	assert_int_equal(
		quic_packet_next(&(struct bytes){ retry.at, retry.len }, &packet),
		ERR_OK);
	assert_int_equal(packet.type, QUIC_RETRY);
	assert_true(quic_retry_is_true(crypto_openssl(), &packet, id));
	id_memory[7] ^= 1;
	assert_false(quic_retry_is_true(crypto_openssl(), &packet, id));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opens_the_initials_of_version_1),
		cmocka_unit_test(test_opens_the_initials_of_version_2),
		cmocka_unit_test(test_derives_the_keys_of_the_rfc),
		cmocka_unit_test(test_does_not_open_with_keys_of_the_other_side),
		cmocka_unit_test(test_versions_have_keys_of_their_own),
		cmocka_unit_test(test_seals_the_initials_of_the_rfcs),
		cmocka_unit_test(test_what_does_not_fit_is_not_sealed),
		cmocka_unit_test(test_a_retry_is_the_servers_or_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
