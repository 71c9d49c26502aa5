/* What handshakes under way hold is bounded, in whatever it lies. */
#include "hellos.h"
#include "tls/record.h"
#include "wire.h"

#define ROOM 4000 /* of what one packet carries here */

static enum err ignore(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	(void)sink;
	(void)observation;
	(void)why;
	return ERR_OK;
}

static void open_wire(struct wire *wire, size_t max_flows)
{
	wire_open_for(wire, max_flows);
	wire->sink.take = ignore;
}

static void send(struct wire *wire, enum side from, uint8_t flags, uint32_t sequence,
	struct bytes payload)
{
	struct sent sent = { from, flags, sequence, payload, 0, 0 };

	wire->now -= TIME_SECOND / 1000; /* all of it in one moment */
	wire_send(wire, &sent);
}

static uint64_t evicted(struct wire *wire)
{
	uint64_t count = watch_coverage(wire->watch).flows_evicted;

	wire_close(wire);
	return count;
}

/* RFC 6347, 4.2.2: a whole hello in one record, with a name of len bytes. */
static void write_dtls_hello(struct writer *w, size_t len)
{
	size_t record, fragment, extensions, extension, names, name;

	writer_bytes(w, bytes_over("\x16\xfe\xfd\0\0\0\0\0\0\0\0", 11));
	record = writer_open(w, 2);
	writer_u8(w, 1);
	writer_u24(w, (uint32_t)(55 + len));
	writer_zeros(w, 2 + 3);
	fragment = writer_open(w, 3);
	writer_bytes(w, bytes_of_string("\xfe\xfd" RANDOM));
	writer_zeros(w, 2); /* session, cookie */
	writer_bytes(w, bytes_over("\x00\x04\xc0\x2f\x00\x0a\x01\x00", 8));
	extensions = writer_open(w, 2);
	writer_u16(w, 0); /* server_name: RFC 6066, 3 */
	extension = writer_open(w, 2);
	names = writer_open(w, 2);
	writer_u8(w, 0);
	name = writer_open(w, 2);
	for (size_t i = 0; i < len; i++)
		writer_u8(w, 'n');
	writer_close(w, name, 2);
	writer_close(w, names, 2);
	writer_close(w, extension, 2);
	writer_close(w, extensions, 2);
	writer_close(w, fragment, 3);
	writer_close(w, record, 2);
}

static void test_long_names_are_held_within_bounds(void **state)
{
	uint8_t memory[ROOM];
	struct writer w = writer_over(memory, sizeof memory);
	struct wire wire;

	(void)state;
	write_dtls_hello(&w, 3500);
	assert_int_equal(writer_end(&w), ERR_OK);
	open_wire(&wire, 1024);
	for (int i = 0; i < 300; i++) {
		wire.client_port++;
		send(&wire, SIDE_CLIENT, 0, 0, writer_written(&w));
	}
	assert_in_range(evicted(&wire), 50, 290);
}

/* A message of one certificate, and another one each time. RFC 5246, 7.4.2. */
static struct bytes certificate(uint8_t memory[ROOM], uint32_t number)
{
	uint8_t message[ROOM];
	struct writer inner = writer_over(message, sizeof message);
	struct writer w = writer_over(memory, ROOM);
	size_t body, chain, one;

	writer_u8(&inner, 11);
	body = writer_open(&inner, 3);
	chain = writer_open(&inner, 3);
	one = writer_open(&inner, 3);
	writer_u32(&inner, number);
	writer_zeros(&inner, 3800);
	writer_close(&inner, one, 3);
	writer_close(&inner, chain, 3);
	writer_close(&inner, body, 3);
	record_write(CONTENT_HANDSHAKE, 0x0303, writer_written(&inner), &w);
	assert_int_equal(writer_end(&w), ERR_OK);
	return writer_written(&w);
}

static void test_certificates_in_use_are_held_within_bounds(void **state)
{
	struct bytes client = bytes_over(CLIENT_HELLO, sizeof CLIENT_HELLO - 1);
	struct bytes server = bytes_over(SERVER_HELLO, sizeof SERVER_HELLO - 1);
	uint8_t memory[ROOM];
	struct wire wire;

	(void)state;
	open_wire(&wire, 16384);
	for (uint32_t i = 0; i < 6000; i++) {
		wire.client_port++;
		send(&wire, SIDE_CLIENT, TCP_ACK, 1, client);
		send(&wire, SIDE_SERVER, TCP_ACK, 1, server);
		send(&wire, SIDE_SERVER, TCP_ACK, 1 + (uint32_t)server.len,
			certificate(memory, i));
	}
	assert_in_range(evicted(&wire), 100, 5900);
}

/* A byte of each two, behind one that never comes. */
static void test_crumbs_behind_a_gap_are_held_within_bounds(void **state)
{
	struct wire wire;

	(void)state;
	open_wire(&wire, 1024);
	for (int i = 0; i < 250; i++) {
		wire.client_port++;
		send(&wire, SIDE_CLIENT, TCP_SYN, 0, (struct bytes){ 0 });
		for (uint32_t place = 0; place < 60; place++)
			send(&wire, SIDE_CLIENT, TCP_ACK, 3 + 2 * place,
				bytes_over("c", 1));
	}
	assert_in_range(evicted(&wire), 20, 240);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long_names_are_held_within_bounds),
		cmocka_unit_test(test_certificates_in_use_are_held_within_bounds),
		cmocka_unit_test(test_crumbs_behind_a_gap_are_held_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
