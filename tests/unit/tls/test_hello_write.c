#include "../unit.h"

#include "../crypto.h"
#include "base/attr.h"
#include "tls/handshake.h"
#include "tls/hello_write.h"
#include "tls/record.h"
#include "tls/sslv2_hello.h"
#include "tls/version.h"

static const uint16_t SUITES[] = { 0x1301, 0xc02f, 0x002f };
static const uint16_t VERSIONS[] = { 0x0304, 0x0303 };
static const uint16_t GROUPS[] = { 0x001d, 0x11ec };
static const uint16_t SCHEMES[] = { 0x0403, 0x0804 };
static uint8_t room[HELLO_WRITE_MAX];

#define CODES(list)                                                                      \
	{                                                                                \
		list, COUNT_OF(list)                                                     \
	}

static const struct hello_plan PLAN = {
	.record_version = 0x0301,
	.legacy_version = 0x0303,
	.session_id_len = 32,
	.suites = CODES(SUITES),
	.versions = CODES(VERSIONS),
	.groups = CODES(GROUPS),
	.schemes = CODES(SCHEMES),
	.says = HELLO_SAYS_KEY_SHARE | HELLO_SAYS_PSK_MODES | HELLO_SAYS_POINT_FORMATS,
};

static struct draws drawn_of(uint8_t seed)
{
	const uint8_t all[SHA256_LEN] = { seed };

	return draws_from(&test_crypto, all);
}

static struct bytes written(const struct hello_plan *plan)
{
	struct draws draws = drawn_of(1);
	struct writer w = writer_over(room, sizeof room);

	assert_int_equal(hello_write(plan, &test_crypto, &draws, &w), ERR_OK);
	return writer_written(&w);
}

static struct client_hello parsed(const struct hello_plan *plan)
{
	struct draws draws = drawn_of(1);
	struct writer w = writer_over(room, sizeof room);
	struct client_hello hello;

	assert_int_equal(hello_write_body(plan, &test_crypto, &draws, &w), ERR_OK);
	assert_int_equal((plan->datagram ? client_hello_parse_dtls : client_hello_parse)(
				 writer_written(&w), &hello),
		ERR_OK);
	assert_int_equal(hello.body_fault, ERR_OK);
	return hello;
}

static void assert_codes(struct reader all, const uint16_t *codes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(reader_u16(&all), codes[i]);
	assert_int_equal(reader_end(&all), ERR_OK);
}

static void test_lists_are_read_back_in_their_order(void **state)
{
	struct client_hello hello = parsed(&PLAN);

	(void)state;
	assert_int_equal(hello.legacy_version, 0x0303);
	assert_int_equal(hello.session_id.len, 32);
	assert_codes(hello.cipher_suites, SUITES, COUNT_OF(SUITES));
	assert_codes(hello.supported_versions, VERSIONS, COUNT_OF(VERSIONS));
	assert_codes(hello.supported_groups, GROUPS, COUNT_OF(GROUPS));
	assert_codes(hello.signature_schemes, SCHEMES, COUNT_OF(SCHEMES));
	assert_true(client_hello_has(&hello, EXTENSION_KEY_SHARE));
	assert_false(reader_more(&hello.key_shares));
	assert_int_equal(hello.server_name.len, 0);
}

static void test_names_and_protocols_are_read_back(void **state)
{
	const struct bytes alpn[] = { bytes_of_string("h2"),
		bytes_of_string("http/1.1") };
	struct hello_plan plan = PLAN;
	struct client_hello hello;

	(void)state;
	plan.server_name = bytes_of_string("a.example");
	plan.alpn = alpn;
	plan.alpn_count = COUNT_OF(alpn);
	hello = parsed(&plan);
	assert_true(bytes_equal(hello.server_name, plan.server_name));
	for (size_t i = 0; i < COUNT_OF(alpn); i++) {
		struct reader name = reader_vec8(&hello.alpn);

		assert_true(bytes_equal(reader_rest(&name), alpn[i]));
	}
}

static void test_shares_are_keys_of_their_groups_or_those_given(void **state)
{
	const struct bytes keys[] = { bytes_of_string("one"), bytes_of_string("two") };
	struct hello_plan plan = PLAN;
	struct client_hello hello;
	struct reader key;

	(void)state;
	plan.shares = plan.groups;
	hello = parsed(&plan);
	assert_int_equal(reader_u16(&hello.key_shares), 0x001d);
	key = reader_vec16(&hello.key_shares);
	assert_int_equal(reader_left(&key), 32);
	assert_int_equal(reader_u16(&hello.key_shares), 0x11ec);
	key = reader_vec16(&hello.key_shares);
	assert_int_equal(reader_left(&key), 1184 + 32);
	plan.share_keys = keys;
	hello = parsed(&plan);
	(void)reader_u16(&hello.key_shares);
	key = reader_vec16(&hello.key_shares);
	assert_true(bytes_equal(reader_rest(&key), keys[0]));
}

static void test_each_saying_is_heard(void **state)
{
	static const struct {
		uint16_t says;
		uint16_t type;
		size_t len;
	} heard[] = {
		{ HELLO_SAYS_ENCRYPT_THEN_MAC, EXTENSION_ENCRYPT_THEN_MAC, 0 },
		{ HELLO_SAYS_EXTENDED_MASTER_SECRET, EXTENSION_EXTENDED_MASTER_SECRET,
			0 },
		{ HELLO_SAYS_HEARTBEAT, EXTENSION_HEARTBEAT, 1 },
		{ HELLO_SAYS_POINT_FORMATS, EXTENSION_EC_POINT_FORMATS, 2 },
		{ HELLO_SAYS_PSK_MODES, EXTENSION_PSK_KEY_EXCHANGE_MODES, 2 },
		{ HELLO_SAYS_RENEGOTIATION_INFO, EXTENSION_RENEGOTIATION_INFO, 1 },
		{ HELLO_SAYS_SESSION_TICKET, EXTENSION_SESSION_TICKET, 0 },
		{ HELLO_SAYS_STATUS_REQUEST, EXTENSION_STATUS_REQUEST, 5 },
		{ HELLO_SAYS_TIMESTAMPS, EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP, 0 },
		{ HELLO_SAYS_KEY_SHARE, EXTENSION_KEY_SHARE, 2 },
		{ HELLO_SAYS_QUIC, EXTENSION_QUIC_TRANSPORT_PARAMETERS, 40 },
	};
	struct hello_plan plan = { .legacy_version = 0x0303, .suites = CODES(SUITES) };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(heard); i++) {
		struct client_hello hello;

		plan.says = heard[i].says;
		hello = parsed(&plan);
		assert_true(client_hello_has(&hello, heard[i].type));
		assert_int_equal(
			client_hello_extension(&hello, heard[i].type).len, heard[i].len);
	}
}

static void test_signalling_suites_stand_last_and_deflate_first(void **state)
{
	struct hello_plan plan = { .legacy_version = 0x0301, .suites = CODES(SUITES) };
	const uint16_t all[] = { 0x1301, 0xc02f, 0x002f, 0x00ff, 0x5600 };
	struct client_hello hello;

	(void)state;
	plan.says = HELLO_SAYS_RENEGOTIATION_SCSV | HELLO_SAYS_FALLBACK_SCSV |
		    HELLO_SAYS_DEFLATE;
	hello = parsed(&plan);
	assert_codes(hello.cipher_suites, all, COUNT_OF(all));
	assert_int_equal(reader_u8(&hello.compressions), 1);
	assert_int_equal(reader_u8(&hello.compressions), 0);
	assert_int_equal(reader_end(&hello.compressions), ERR_OK);
}

/* Two extensions of one GREASE type would be refused: RFC 8446, 4.2. */
static void test_grease_stands_in_front_of_each_list(void **state)
{
	struct hello_plan plan = PLAN;
	struct client_hello hello;

	(void)state;
	plan.says |= HELLO_SAYS_GREASE;
	hello = parsed(&plan);
	assert_true(is_grease(reader_u16(&hello.cipher_suites)));
	assert_true(is_grease(reader_u16(&hello.supported_groups)));
	assert_true(is_grease(reader_u16(&hello.supported_versions)));
	assert_true(is_grease(reader_u16(&hello.signature_schemes)));
	assert_true(is_grease(reader_u16(&hello.extensions)));
	assert_codes(hello.cipher_suites, SUITES, COUNT_OF(SUITES));
}

/* RFC 5246, 7.4.1.2: a server of SSL 3.0 may take the length for leftovers. */
static void test_no_extensions_no_vector_of_them(void **state)
{
	struct hello_plan plan = { .legacy_version = 0x0300, .suites = CODES(SUITES) };
	struct draws draws = drawn_of(1);
	struct writer w = writer_over(room, sizeof room);

	(void)state;
	assert_int_equal(hello_write_body(&plan, &test_crypto, &draws, &w), ERR_OK);
	assert_int_equal(writer_written(&w).len, 2 + 32 + 1 + 2 + 6 + 2);
}

static void test_padding_brings_it_to_its_length(void **state)
{
	struct hello_plan plan = PLAN;

	(void)state;
	plan.padded_to = 512;
	assert_int_equal(written(&plan).len, RECORD_HEADER_LEN + 512);
	plan.pre_shared_key = bytes_of_string("identities and binders");
	assert_int_equal(written(&plan).len, RECORD_HEADER_LEN + 512);
	plan.padded_to = 16;
	assert_true(written(&plan).len > RECORD_HEADER_LEN + 16);
}

static void test_pre_shared_key_stands_last(void **state)
{
	struct hello_plan plan = PLAN;
	struct client_hello hello;
	uint16_t type = 0;

	(void)state;
	plan.pre_shared_key = bytes_of_string("identities and binders");
	hello = parsed(&plan);
	while (reader_more(&hello.extensions)) {
		type = reader_u16(&hello.extensions);
		(void)reader_vec16(&hello.extensions);
	}
	assert_int_equal(type, EXTENSION_PRE_SHARED_KEY);
}

static void test_a_message_may_lie_in_two_records(void **state)
{
	struct record_deframer deframer = record_deframer();
	struct hello_plan plan = PLAN;
	struct record_piece piece;
	struct bytes all;

	(void)state;
	plan.first_record = 7;
	all = written(&plan);
	assert_int_equal(record_next(&deframer, &all, &piece), ERR_OK);
	assert_int_equal(piece.record_len, 7);
	assert_int_equal(piece.version, 0x0301);
	assert_int_equal(piece.payload.at[0], HANDSHAKE_CLIENT_HELLO);
	assert_int_equal(record_next(&deframer, &all, &piece), ERR_OK);
	assert_true(piece.last);
	assert_int_equal(all.len, 0);
}

static void test_a_datagram_has_a_cookie(void **state)
{
	struct hello_plan plan = { .legacy_version = VERSION_DTLS12,
		.suites = CODES(SUITES),
		.datagram = true };

	(void)state;
	plan.dtls_cookie = bytes_of_string("cookie");
	assert_true(bytes_equal(parsed(&plan).dtls_cookie, plan.dtls_cookie));
}

static void test_random_and_session_id_are_those_given(void **state)
{
	static const uint8_t random[HELLO_RANDOM_LEN] = { 7, 8, 9 };
	struct hello_plan plan = PLAN;
	struct client_hello hello;
	struct draws draws = drawn_of(1);
	struct writer w = writer_over(room, sizeof room);

	(void)state;
	plan.random = bytes_over(random, sizeof random);
	plan.session_id = bytes_of_string("session");
	hello = parsed(&plan);
	assert_true(bytes_equal(hello.random, plan.random));
	assert_true(bytes_equal(hello.session_id, plan.session_id));
	plan.random.len--;
	assert_int_equal(hello_write(&plan, &test_crypto, &draws, &w), ERR_VALUE);
}

static void test_no_room_is_told(void **state)
{
	uint8_t kept[HELLO_WRITE_MAX];
	struct bytes all = written(&PLAN);

	(void)state;
	memcpy(kept, all.at, all.len);
	for (size_t len = 0; len < all.len; len++) {
		struct draws draws = drawn_of(1);
		struct writer w = writer_over(room, len);

		assert_int_equal(hello_write(&PLAN, &test_crypto, &draws, &w), ERR_LIMIT);
	}
	assert_memory_equal(written(&PLAN).at, kept, all.len);
}

static void test_ssl2_is_read_back(void **state)
{
	const uint32_t specs[] = { 0x010080, 0x0700c0 };
	struct draws draws = drawn_of(1);
	struct writer w = writer_over(room, sizeof room);
	struct sslv2_client_hello hello;

	(void)state;
	assert_int_equal(hello_write_sslv2(VERSION_SSL2, specs, 2, &draws, &w), ERR_OK);
	assert_int_equal(sslv2_client_hello_parse(writer_written(&w), &hello), ERR_OK);
	assert_int_equal(hello.version, VERSION_SSL2);
	assert_int_equal(reader_u24(&hello.cipher_specs), specs[0]);
	assert_int_equal(reader_u24(&hello.cipher_specs), specs[1]);
	assert_int_equal(reader_end(&hello.cipher_specs), ERR_OK);
	assert_int_equal(hello.challenge.len, 16);
	assert_int_equal(
		hello_write_sslv2(VERSION_SSL2, specs, 11000, &draws, &w), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_are_read_back_in_their_order),
		cmocka_unit_test(test_names_and_protocols_are_read_back),
		cmocka_unit_test(test_shares_are_keys_of_their_groups_or_those_given),
		cmocka_unit_test(test_each_saying_is_heard),
		cmocka_unit_test(test_signalling_suites_stand_last_and_deflate_first),
		cmocka_unit_test(test_grease_stands_in_front_of_each_list),
		cmocka_unit_test(test_no_extensions_no_vector_of_them),
		cmocka_unit_test(test_padding_brings_it_to_its_length),
		cmocka_unit_test(test_pre_shared_key_stands_last),
		cmocka_unit_test(test_a_message_may_lie_in_two_records),
		cmocka_unit_test(test_a_datagram_has_a_cookie),
		cmocka_unit_test(test_random_and_session_id_are_those_given),
		cmocka_unit_test(test_no_room_is_told),
		cmocka_unit_test(test_ssl2_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
