#include "../unit.h"

#include "../crypto.h"
#include "evidence/hello_live.h"

#define ROOM 4096

/* clang-format off */
/* As Chrome's: GREASE among suites, groups, shares, versions and twice among the
 * extensions; a name, ECH, padding, a ticket. A form. */
#define ZEROS32 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
static const uint8_t CHROME[] = {
	0x03, 0x03, ZEROS32, 0x00,
	0x00, 0x06, 0x0a, 0x0a, 0x13, 0x01, 0xc0, 0x2f, /* suites */
	0x01, 0x00,
	0x00, 0x4e,                                     /* extensions */
	0x0a, 0x0a, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x06, 0x00, 0x04, 0x00, 0x00, 0x01, 0x00, /* name */
	0x00, 0x0a, 0x00, 0x08, 0x00, 0x06, 0x0a, 0x0a, 0x11, 0xec, 0x00, 0x1d, /* groups */
	0x00, 0x2b, 0x00, 0x05, 0x04, 0x0a, 0x0a, 0x03, 0x04, /* versions */
	0x00, 0x33, 0x00, 0x11, 0x00, 0x0f,             /* key shares */
	0x0a, 0x0a, 0x00, 0x01, 0x00,
	0x11, 0xec, 0x00, 0x01, 0x00,
	0x00, 0x1d, 0x00, 0x01, 0x00,
	0x00, 0x2d, 0x00, 0x02, 0x01, 0x01,             /* PSK modes */
	0x00, 0x23, 0x00, 0x00,                         /* session ticket */
	0xfe, 0x0d, 0x00, 0x00,                         /* ECH */
	0x1a, 0x1a, 0x00, 0x00,
	0x00, 0x15, 0x00, 0x00,                         /* padding */
};
/* TLS 1.0 with a cookie, early data and a PSK, which no digest counts. */
static const uint8_t WITH_PSK[] = {
	0x03, 0x01, ZEROS32, 0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00,
	0x00, 0x10,
	0x00, 0x2c, 0x00, 0x00, 0x00, 0x2a, 0x00, 0x00,
	0x00, 0x17, 0x00, 0x00, 0x00, 0x29, 0x00, 0x00,
};
/* The same without them. */
static const uint8_t WITHOUT_PSK[] = {
	0x03, 0x01, ZEROS32, 0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00,
	0x00, 0x04, 0x00, 0x17, 0x00, 0x00,
};
static const uint8_t DTLS[] = {
	0xfe, 0xfd, ZEROS32, 0x00, 0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00,
};
/* QUIC's transport parameters, which forms do not keep; those of its drafts. */
static const uint8_t QUIC[] = {
	0x03, 0x03, ZEROS32, 0x00, 0x00, 0x02, 0x13, 0x01, 0x01, 0x00,
	0x00, 0x04, 0x00, 0x39, 0x00, 0x00,
};
static const uint8_t QUIC_DRAFT[] = {
	0x03, 0x03, ZEROS32, 0x00, 0x00, 0x02, 0x13, 0x01, 0x01, 0x00,
	0x00, 0x04, 0xff, 0xa5, 0x00, 0x00,
};
static const uint8_t SSLV2[] = {
	0x80, 0x1c, 0x01, 0x03, 0x01, 0x00, 0x03, 0x00, 0x00, 0x00, 0x10,
	0x00, 0x00, 0x2f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};
/* clang-format on */

static struct hello_live_wish wish_of(uint8_t seed)
{
	return (struct hello_live_wish){ .seed = { seed },
		.server_name = bytes_of_string("erp.example.net") };
}

static struct hello hello_over(enum hello_format format, const uint8_t *form, size_t len)
{
	struct hello hello;

	assert_int_equal(
		hello_of_form(&test_crypto, format, bytes_over(form, len), &hello),
		ERR_OK);
	return hello;
}

static struct bytes live_of(
	const struct hello *hello, const struct hello_live_wish *wish, uint8_t room[ROOM])
{
	struct writer w = writer_over(room, ROOM);

	assert_int_equal(hello_live_body(hello, wish, &test_crypto, &w), ERR_OK);
	return writer_written(&w);
}

static struct client_hello chrome(uint8_t seed, uint8_t room[ROOM])
{
	struct hello hello = hello_over(HELLO_TLS, CHROME, sizeof CHROME);
	struct hello_live_wish wish = wish_of(seed);
	struct client_hello parsed;

	assert_int_equal(
		client_hello_parse(live_of(&hello, &wish, room), &parsed), ERR_OK);
	assert_int_equal(parsed.body_fault, ERR_OK);
	return parsed;
}

static void test_its_form_is_the_form_it_was_made_from(void **state)
{
	uint8_t room[ROOM], form[ROOM];

	(void)state;
	for (uint8_t seed = 0; seed < 20; seed++) {
		struct client_hello live = chrome(seed, room);
		struct writer w = writer_over(form, sizeof form);

		assert_int_equal(hello_form_write(&live, HELLO_TLS, &w), ERR_OK);
		assert_int_equal(writer_written(&w).len, sizeof CHROME);
		assert_memory_equal(form, CHROME, sizeof CHROME);
	}
}

static void test_a_seed_decides_every_byte(void **state)
{
	uint8_t a[ROOM], b[ROOM], c[ROOM];

	(void)state;
	assert_true(bytes_equal(chrome(1, a).random, chrome(1, b).random));
	assert_memory_equal(a, b, 1500);
	assert_false(bytes_equal(chrome(1, a).random, chrome(2, c).random));
}

static void test_names_the_server_as_wished(void **state)
{
	uint8_t room[ROOM];
	struct hello hello = hello_over(HELLO_TLS, CHROME, sizeof CHROME);
	struct hello nameless = hello_over(HELLO_TLS, WITHOUT_PSK, sizeof WITHOUT_PSK);
	struct hello_live_wish wish = wish_of(1);
	struct client_hello parsed = chrome(1, room);
	struct writer w = writer_over(room, sizeof room);

	(void)state;
	assert_true(bytes_equal(parsed.server_name, wish.server_name));
	wish.name = HELLO_LIVE_NAME_NEVER;
	assert_int_equal(
		client_hello_parse(live_of(&hello, &wish, room), &parsed), ERR_OK);
	assert_false(client_hello_has(&parsed, EXTENSION_SERVER_NAME));
	wish.name = HELLO_LIVE_NAME_ALWAYS;
	assert_int_equal(
		client_hello_parse(live_of(&nameless, &wish, room), &parsed), ERR_OK);
	assert_true(bytes_equal(parsed.server_name, wish.server_name));
	wish.server_name.len = 0;
	assert_int_equal(hello_live_body(&nameless, &wish, &test_crypto, &w), ERR_VALUE);
}

/* RFC 8701, 3.1: a share's group is one of the groups. */
static void test_grease_is_put_back_and_shares_follow_groups(void **state)
{
	uint8_t room[ROOM];
	struct client_hello live = chrome(3, room);
	uint16_t group = reader_u16(&live.supported_groups);
	struct reader list = live.extensions;
	uint16_t first = reader_u16(&list), type = 0;

	(void)state;
	assert_true(is_grease(reader_u16(&live.cipher_suites)));
	assert_true(is_grease(reader_u16(&live.supported_versions)));
	assert_true(is_grease(group));
	assert_int_equal(reader_u16(&live.key_shares), group);
	(void)reader_vec16(&list);
	while (!is_grease(type)) {
		type = reader_u16(&list);
		(void)reader_vec16(&list);
	}
	assert_true(is_grease(first) && type != first);
}

static void test_key_shares_are_as_long_as_their_groups_want(void **state)
{
	uint8_t room[ROOM];
	struct client_hello live = chrome(4, room);
	struct reader shares = live.key_shares;
	size_t lens[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)reader_u16(&shares);
		struct reader key = reader_vec16(&shares);
		lens[i] = reader_left(&key);
	}
	assert_int_equal(lens[0], 1);
	assert_int_equal(lens[1], 1184 + 32);
	assert_int_equal(lens[2], 32);
}

/* RFC 8446, D.4: 32 bytes where TLS 1.3 is offered. RFC 9001, 8.4: not over QUIC. */
static void test_a_session_id_goes_with_tls13(void **state)
{
	uint8_t room[ROOM];
	struct hello old = hello_over(HELLO_TLS, WITHOUT_PSK, sizeof WITHOUT_PSK);
	struct hello quic = hello_over(HELLO_QUIC, CHROME, sizeof CHROME);
	struct hello_live_wish wish = wish_of(1);
	struct client_hello parsed;

	(void)state;
	assert_int_equal(chrome(1, room).session_id.len, 32);
	assert_int_equal(client_hello_parse(live_of(&old, &wish, room), &parsed), ERR_OK);
	assert_int_equal(parsed.session_id.len, 0);
	assert_int_equal(
		client_hello_parse(live_of(&quic, &wish, room), &parsed), ERR_OK);
	assert_int_equal(parsed.session_id.len, 0);
}

static void test_what_no_digest_counts_is_left_out(void **state)
{
	uint8_t room[ROOM], form[ROOM];
	struct hello hello = hello_over(HELLO_TLS, WITH_PSK, sizeof WITH_PSK);
	struct hello_live_wish wish = wish_of(1);
	struct writer w = writer_over(form, sizeof form);
	struct client_hello live;

	(void)state;
	assert_int_equal(client_hello_parse(live_of(&hello, &wish, room), &live), ERR_OK);
	assert_int_equal(hello_form_write(&live, HELLO_TLS, &w), ERR_OK);
	assert_int_equal(writer_written(&w).len, sizeof WITHOUT_PSK);
	assert_memory_equal(form, WITHOUT_PSK, sizeof WITHOUT_PSK);
	assert_memory_equal(hello_over(HELLO_TLS, form, sizeof WITHOUT_PSK).digest,
		hello.digest, SHA256_LEN);
}

/* RFC 9849, 5: an empty one would be a decode_error. */
static void test_ech_is_an_outer_hello_of_grease(void **state)
{
	uint8_t room[ROOM];
	struct client_hello live = chrome(1, room);
	struct reader body = reader_over(
		client_hello_extension(&live, EXTENSION_ENCRYPTED_CLIENT_HELLO));

	(void)state;
	assert_int_equal(reader_u8(&body), 0);
	assert_int_equal(reader_u32(&body), 0x00010001);
	(void)reader_u8(&body);
	struct reader key = reader_vec16(&body);
	struct reader payload = reader_vec16(&body);
	assert_int_equal(reader_left(&key), 32);
	assert_int_equal(reader_left(&payload), 144);
	assert_int_equal(reader_end(&body), ERR_OK);
}

/* RFC 7685, 4: what would have 256 to 511 bytes, header included, gets 512. */
static void test_padding_fills_up_to_512(void **state)
{
	uint8_t form[sizeof CHROME], room[ROOM];
	struct hello_live_wish wish = wish_of(1);
	struct hello hello;

	(void)state;
	memcpy(form, CHROME, sizeof form);
	for (size_t i = 0; i + 1 < sizeof form; i++)
		if (form[i] == 0x11 && form[i + 1] == 0xec)
			form[i] = 0x77; /* a group nobody knows: a short share */
	hello = hello_over(HELLO_TLS, form, sizeof form);
	assert_int_equal(live_of(&hello, &wish, room).len + 4, 512);
	hello = hello_over(HELLO_TLS, WITHOUT_PSK, sizeof WITHOUT_PSK);
	assert_int_equal(live_of(&hello, &wish, room).len, sizeof WITHOUT_PSK);
}

static void test_dtls_has_room_for_a_cookie(void **state)
{
	uint8_t room[ROOM];
	struct hello hello = hello_over(HELLO_DTLS, DTLS, sizeof DTLS);
	struct hello_live_wish wish = wish_of(1);
	struct writer w = writer_over(room, sizeof room);
	struct client_hello live;

	(void)state;
	wish.cookie = bytes_of_string("cookie");
	assert_int_equal(
		client_hello_parse_dtls(live_of(&hello, &wish, room), &live), ERR_OK);
	assert_true(bytes_equal(live.dtls_cookie, wish.cookie));
	assert_int_equal(
		hello_live_records(&hello, &wish, &test_crypto, &w), ERR_UNSUPPORTED);
}

static void test_ssl2_gets_a_challenge(void **state)
{
	uint8_t room[ROOM];
	struct hello hello = hello_over(HELLO_SSLV2, SSLV2, sizeof SSLV2);
	struct hello_live_wish wish = wish_of(1);
	struct writer w = writer_over(room, sizeof room);

	(void)state;
	assert_int_equal(hello_live_records(&hello, &wish, &test_crypto, &w), ERR_OK);
	assert_int_equal(writer_written(&w).len, sizeof SSLV2);
	assert_memory_equal(room, SSLV2, sizeof SSLV2 - 16);
	assert_memory_not_equal(room + 14, SSLV2 + 14, 16);
}

static void test_a_hello_of_tls_goes_in_a_record_of_tls10(void **state)
{
	uint8_t room[ROOM], ssl3[sizeof WITHOUT_PSK];
	struct hello hello = hello_over(HELLO_TLS, CHROME, sizeof CHROME);
	struct hello_live_wish wish = wish_of(1);
	struct writer w = writer_over(room, sizeof room);

	(void)state;
	assert_int_equal(hello_live_records(&hello, &wish, &test_crypto, &w), ERR_OK);
	assert_memory_equal(room, "\x16\x03\x01", 3);
	assert_int_equal(room[5], 1);
	assert_int_equal(writer_written(&w).len, 5 + (room[3] << 8 | room[4]));
	memcpy(ssl3, WITHOUT_PSK, sizeof ssl3);
	ssl3[1] = 0;
	hello = hello_over(HELLO_TLS, ssl3, sizeof ssl3);
	w = writer_over(room, sizeof room);
	assert_int_equal(hello_live_records(&hello, &wish, &test_crypto, &w), ERR_OK);
	assert_memory_equal(room, "\x16\x03\x00", 3);
}

/* RFC 9000, 18.2 and 7.3: the client's connection id is said to be empty. */
static void test_quic_says_its_connection_id(void **state)
{
	uint8_t room[ROOM];
	struct hello hello = hello_over(HELLO_QUIC, QUIC, sizeof QUIC);
	struct hello draft = hello_over(HELLO_QUIC, QUIC_DRAFT, sizeof QUIC_DRAFT);
	struct hello_live_wish wish = wish_of(1);
	struct writer w = writer_over(room, sizeof room);
	struct bytes written;

	(void)state;
	assert_int_equal(hello_live_message(&hello, &wish, &test_crypto, &w), ERR_OK);
	written = writer_written(&w);
	assert_memory_equal(room, "\x01\x00\x00", 3);
	assert_int_equal(room[3], written.len - 4);
	assert_memory_equal(written.at + written.len - 2, "\x0f\x00", 2);
	w = writer_over(room, sizeof room);
	assert_int_equal(
		hello_live_message(&draft, &wish, &test_crypto, &w), ERR_UNSUPPORTED);
}

static void test_no_room_is_a_limit(void **state)
{
	uint8_t room[ROOM];
	struct hello hello = hello_over(HELLO_TLS, CHROME, sizeof CHROME);
	struct hello_live_wish wish = wish_of(1);
	size_t whole = live_of(&hello, &wish, room).len;

	(void)state;
	for (size_t len = 0; len < whole; len++) {
		struct writer w = writer_over(room, len);

		assert_int_equal(
			hello_live_body(&hello, &wish, &test_crypto, &w), ERR_LIMIT);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_its_form_is_the_form_it_was_made_from),
		cmocka_unit_test(test_a_seed_decides_every_byte),
		cmocka_unit_test(test_names_the_server_as_wished),
		cmocka_unit_test(test_grease_is_put_back_and_shares_follow_groups),
		cmocka_unit_test(test_key_shares_are_as_long_as_their_groups_want),
		cmocka_unit_test(test_a_session_id_goes_with_tls13),
		cmocka_unit_test(test_what_no_digest_counts_is_left_out),
		cmocka_unit_test(test_ech_is_an_outer_hello_of_grease),
		cmocka_unit_test(test_padding_fills_up_to_512),
		cmocka_unit_test(test_dtls_has_room_for_a_cookie),
		cmocka_unit_test(test_ssl2_gets_a_challenge),
		cmocka_unit_test(test_a_hello_of_tls_goes_in_a_record_of_tls10),
		cmocka_unit_test(test_quic_says_its_connection_id),
		cmocka_unit_test(test_no_room_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
