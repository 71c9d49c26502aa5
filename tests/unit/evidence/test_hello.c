#include "../unit.h"

#include "../crypto.h"
#include "evidence/hello.h"

/* What a hello is made of here; each test changes one thing. */
struct made {
	uint16_t legacy_version;
	uint8_t random;
	uint8_t session_id_len;
	uint16_t suites[3];
	struct bytes name;
	uint16_t versions[2];
	uint16_t group;
	uint8_t key;
	uint16_t grease; /* an extension of this type, at the front */
	uint8_t padding;
	uint8_t ticket;
	bool psk;
	bool reversed; /* the order of extensions */
	bool no_versions;
	bool dtls;
	uint8_t unknown; /* a byte in the body of an extension nobody knows */
};

static const struct made USUAL = {
	.legacy_version = VERSION_TLS12,
	.suites = { 0x0a0a, 0x1301, 0x002f },
	.name = { (const uint8_t *)"a.example", 9 },
	.versions = { 0x1a1a, VERSION_TLS13 },
	.group = 0x001d,
	.grease = 0x2a2a,
};

static void put_name(struct writer *w, const struct made *made)
{
	size_t opened;

	writer_u16(w, EXTENSION_SERVER_NAME);
	opened = writer_open(w, 2);
	writer_u16(w, (uint16_t)(made->name.len + 3));
	writer_u8(w, 0);
	writer_u16(w, (uint16_t)made->name.len);
	writer_bytes(w, made->name);
	writer_close(w, opened, 2);
}

static void put_versions(struct writer *w, const struct made *made)
{
	writer_u16(w, EXTENSION_SUPPORTED_VERSIONS);
	writer_u16(w, 5);
	writer_u8(w, 4);
	writer_u16(w, made->versions[0]);
	writer_u16(w, made->versions[1]);
}

static void put_key(struct writer *w, const struct made *made)
{
	writer_u16(w, EXTENSION_KEY_SHARE);
	writer_u16(w, 2 + 5 + 5);
	writer_u16(w, 5 + 5);
	writer_u16(w, 0x5a5a);
	writer_u16(w, 1);
	writer_u8(w, made->key);
	writer_u16(w, made->group);
	writer_u16(w, 1);
	writer_u8(w, made->key);
}

static void put_rest(struct writer *w, const struct made *made)
{
	writer_u16(w, EXTENSION_SESSION_TICKET);
	writer_u16(w, made->ticket);
	writer_zeros(w, made->ticket);
	writer_u16(w, 0x7777);
	writer_u16(w, 1);
	writer_u8(w, made->unknown);
	if (made->padding > 0) {
		writer_u16(w, EXTENSION_PADDING);
		writer_u16(w, made->padding);
		writer_zeros(w, made->padding);
	}
	if (made->psk) {
		writer_u16(w, EXTENSION_PRE_SHARED_KEY);
		writer_u16(w, 1);
		writer_u8(w, 0);
	}
}

static void put_extensions(struct writer *w, const struct made *made)
{
	size_t opened = writer_open(w, 2);

	writer_u16(w, made->grease);
	writer_u16(w, 0);
	if (made->reversed)
		put_key(w, made);
	if (!made->no_versions)
		put_versions(w, made);
	put_name(w, made);
	if (!made->reversed)
		put_key(w, made);
	put_rest(w, made);
	writer_close(w, opened, 2);
}

static struct bytes make(const struct made *made, uint8_t *room, size_t len)
{
	struct writer w = writer_over(room, len);

	writer_u16(&w, made->legacy_version);
	for (int i = 0; i < 32; i++)
		writer_u8(&w, made->random);
	writer_u8(&w, made->session_id_len);
	writer_zeros(&w, made->session_id_len);
	if (made->dtls)
		writer_u8(&w, 0);
	writer_u16(&w, 6);
	for (int i = 0; i < 3; i++)
		writer_u16(&w, made->suites[i]);
	writer_u16(&w, 0x0100); /* one compression: none */
	put_extensions(&w, made);
	assert_int_equal(writer_end(&w), ERR_OK);
	return writer_written(&w);
}

static enum hello_format format_of(const struct made *made)
{
	return made->dtls ? HELLO_DTLS : HELLO_TLS;
}

static enum err parse(const struct made *made, struct bytes all, struct client_hello *ret)
{
	return made->dtls ? client_hello_parse_dtls(all, ret)
			  : client_hello_parse(all, ret);
}

#define ROOM 1024

/* Makes the hello, writes its form into room and reads that back. */
static struct hello hello_of(const struct made *made, uint8_t room[ROOM])
{
	uint8_t sent[ROOM];
	struct writer w = writer_over(room, ROOM);
	struct client_hello parsed;
	struct hello hello;

	assert_int_equal(parse(made, make(made, sent, ROOM), &parsed), ERR_OK);
	assert_int_equal(parsed.body_fault, ERR_OK);
	assert_int_equal(hello_form_write(&parsed, format_of(made), &w), ERR_OK);
	assert_int_equal(
		hello_of_form(&test_crypto, format_of(made), writer_written(&w), &hello),
		ERR_OK);
	return hello;
}

static bool same_digest(const struct made *made)
{
	uint8_t a[ROOM], b[ROOM];
	struct hello usual = hello_of(&USUAL, a);
	struct hello other = hello_of(made, b);

	return memcmp(usual.digest, other.digest, SHA256_LEN) == 0;
}

#define CHANGED(change)                                                                  \
	do {                                                                             \
		made[count] = USUAL;                                                     \
		made[count].change;                                                      \
		count++;                                                                 \
	} while (0)

static void test_what_changes_between_connections_leaves_the_digest(void **state)
{
	struct made made[16];
	size_t count = 0;

	(void)state;
	CHANGED(random = 9);
	CHANGED(session_id_len = 32);
	CHANGED(suites[0] = 0xfafa);
	CHANGED(name = bytes_of_string("another.example.net"));
	CHANGED(versions[0] = 0xbaba);
	CHANGED(key = 7);
	CHANGED(grease = 0xeaea);
	CHANGED(padding = 77);
	CHANGED(ticket = 200);
	CHANGED(psk = true);
	CHANGED(reversed = true);
	CHANGED(unknown = 5);
	for (size_t i = 0; i < count; i++)
		if (!same_digest(&made[i]))
			fail_msg("change %zu changes the digest", i);
}

static void test_what_the_client_can_do_changes_the_digest(void **state)
{
	struct made made[16];
	size_t count = 0;

	(void)state;
	CHANGED(legacy_version = VERSION_TLS11);
	CHANGED(suites[1] = 0x1302);
	CHANGED(suites[2] = SUITE_FALLBACK_SCSV);
	CHANGED(versions[1] = VERSION_TLS12);
	CHANGED(no_versions = true);
	CHANGED(group = 0x0017);
	for (size_t i = 0; i < count; i++)
		if (same_digest(&made[i]))
			fail_msg("change %zu leaves the digest", i);
}

static void test_the_form_of_a_form_is_the_form(void **state)
{
	uint8_t once[ROOM], twice[ROOM];
	struct hello hello = hello_of(&USUAL, once);
	struct writer w = writer_over(twice, sizeof twice);
	struct client_hello parsed;

	(void)state;
	assert_int_equal(client_hello_parse(hello.form, &parsed), ERR_OK);
	assert_int_equal(hello_form_write(&parsed, HELLO_TLS, &w), ERR_OK);
	assert_true(bytes_equal(writer_written(&w), hello.form));
}

static void test_a_form_holds_no_name_and_no_key(void **state)
{
	struct made made = USUAL;
	uint8_t room[ROOM];
	struct hello hello;

	(void)state;
	made.key = 0xee;
	made.random = 0xdd;
	hello = hello_of(&made, room);
	assert_int_equal(bytes_find(hello.form, made.name), hello.form.len);
	assert_int_equal(bytes_find(hello.form, bytes_of_string("\xee")), hello.form.len);
	assert_int_equal(bytes_find(hello.form, bytes_of_string("\xdd")), hello.form.len);
}

static void test_fingerprints_of_the_form_are_those_of_the_hello(void **state)
{
	uint8_t sent[ROOM], room[ROOM];
	struct hello hello = hello_of(&USUAL, room);
	struct client_hello parsed, form;
	char a[JA3_TEXT_MAX], b[JA3_TEXT_MAX], c[JA4_TEXT_MAX], d[JA4_TEXT_MAX];

	(void)state;
	assert_int_equal(client_hello_parse(make(&USUAL, sent, ROOM), &parsed), ERR_OK);
	assert_int_equal(client_hello_parse(hello.form, &form), ERR_OK);
	fingerprint_ja3(&test_crypto, &parsed, a);
	fingerprint_ja3(&test_crypto, &form, b);
	assert_string_equal(a, b);
	fingerprint_ja4(&test_crypto, &parsed, FINGERPRINT_TCP, c);
	fingerprint_ja4(&test_crypto, &form, FINGERPRINT_TCP, d);
	assert_string_equal(c, d);
}

static void test_a_fallback_keeps_its_family(void **state)
{
	struct made low = USUAL, other = USUAL;
	uint8_t a[ROOM], b[ROOM], c[ROOM];

	(void)state;
	low.legacy_version = VERSION_TLS10;
	low.no_versions = true;
	low.suites[0] = SUITE_FALLBACK_SCSV;
	low.suites[1] = 0xc02f; /* only TLS 1.2 has it */
	other.suites[2] = 0x0035;
	assert_int_equal(hello_of(&USUAL, a).family, hello_of(&low, b).family);
	assert_true(hello_of(&low, b).fallback_scsv);
	assert_int_not_equal(hello_of(&USUAL, a).family, hello_of(&other, c).family);
}

static void test_tells_both_maxima(void **state)
{
	struct made made = USUAL;
	uint8_t room[ROOM];
	struct hello hello;

	(void)state;
	made.legacy_version = VERSION_TLS12;
	made.versions[1] = VERSION_TLS11;
	hello = hello_of(&made, room);
	assert_int_equal(hello.max_version, VERSION_TLS11);
	assert_int_equal(hello.max_version_legacy, VERSION_TLS12);
}

static void test_versions_are_told_highest_first_without_grease(void **state)
{
	struct made made = USUAL;
	uint8_t room[ROOM];
	uint16_t versions[HELLO_VERSIONS_MAX];
	struct hello hello;

	(void)state;
	made.versions[0] = VERSION_TLS10;
	hello = hello_of(&made, room);
	assert_int_equal(hello_versions(&hello, versions), 2);
	assert_int_equal(versions[0], VERSION_TLS13);
	assert_int_equal(versions[1], VERSION_TLS10);
	hello = hello_of(&USUAL, room);
	assert_int_equal(hello_versions(&hello, versions), 1);
	made.no_versions = true;
	hello = hello_of(&made, room);
	assert_int_equal(hello_versions(&hello, versions), 1);
	assert_int_equal(versions[0], VERSION_TLS12);
}

static void test_a_dtls_form_reads_back_as_dtls(void **state)
{
	struct made made = USUAL;
	uint8_t room[ROOM];
	struct hello hello;

	(void)state;
	made.dtls = true;
	made.legacy_version = VERSION_DTLS10;
	made.no_versions = true;
	hello = hello_of(&made, room);
	assert_int_equal(hello.format, HELLO_DTLS);
	assert_int_equal(hello.max_version, VERSION_DTLS10);
}

/* A body that does not add up: a list of three bytes of groups. */
static void test_what_is_malformed_stays_malformed(void **state)
{
	static const uint8_t sent[] = { 0x03, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* random */
		0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00, 0x00, 0x09,    /* extensions */
		0x00, 0x0a, 0x00, 0x05, 0x00, 0x03, 0x00, 0x17, 0x00 };
	uint8_t room[ROOM];
	struct writer w = writer_over(room, sizeof room);
	struct client_hello parsed;

	(void)state;
	assert_int_equal(
		client_hello_parse(bytes_over(sent, sizeof sent), &parsed), ERR_OK);
	assert_int_equal(hello_form_write(&parsed, HELLO_TLS, &w), ERR_OK);
	assert_int_equal(client_hello_parse(writer_written(&w), &parsed), ERR_OK);
	assert_int_not_equal(parsed.body_fault, ERR_OK);
}

static void test_no_room_is_a_limit(void **state)
{
	uint8_t sent[ROOM], room[ROOM];
	struct client_hello parsed;
	size_t whole = hello_of(&USUAL, room).form.len;

	(void)state;
	assert_int_equal(client_hello_parse(make(&USUAL, sent, ROOM), &parsed), ERR_OK);
	for (size_t len = 0; len < whole; len++) {
		struct writer w = writer_over(room, len);

		assert_int_equal(hello_form_write(&parsed, HELLO_TLS, &w), ERR_LIMIT);
	}
}

/* draft-hickman-netscape-ssl-00: a hello of SSL 2.0 form that offers TLS 1.0. */
static void test_an_sslv2_form_is_a_scrubbed_record(void **state)
{
	static const uint8_t sent[] = {
		0x80,
		0x1f,
		0x01,
		0x03,
		0x01, /* CLIENT-HELLO, TLS 1.0 */
		0x00,
		0x06,
		0x00,
		0x00,
		0x00,
		0x10, /* specs, session id, challenge */
		0x00,
		0x00,
		0x2f,
		0x01,
		0x00,
		0x80, /* AES 128 of TLS; RC4 of SSL 2.0 */
		1,
		2,
		3,
		4,
		5,
		6,
		7,
		8,
		9,
		10,
		11,
		12,
		13,
		14,
		15,
		16,
	};
	uint8_t room[ROOM];
	struct writer w = writer_over(room, sizeof room);
	struct sslv2_client_hello parsed;
	struct hello hello;

	(void)state;
	assert_int_equal(
		sslv2_client_hello_parse(bytes_over(sent, sizeof sent), &parsed), ERR_OK);
	assert_int_equal(hello_form_write_sslv2(&parsed, &w), ERR_OK);
	assert_int_equal(writer_written(&w).len, sizeof sent);
	assert_memory_equal(room, sent, sizeof sent - 16);
	assert_int_equal(
		hello_of_form(&test_crypto, HELLO_SSLV2, writer_written(&w), &hello),
		ERR_OK);
	assert_int_equal(hello.max_version, VERSION_TLS10);
	assert_int_equal(hello.max_version_legacy, VERSION_TLS10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_changes_between_connections_leaves_the_digest),
		cmocka_unit_test(test_what_the_client_can_do_changes_the_digest),
		cmocka_unit_test(test_the_form_of_a_form_is_the_form),
		cmocka_unit_test(test_a_form_holds_no_name_and_no_key),
		cmocka_unit_test(test_fingerprints_of_the_form_are_those_of_the_hello),
		cmocka_unit_test(test_a_fallback_keeps_its_family),
		cmocka_unit_test(test_tells_both_maxima),
		cmocka_unit_test(test_versions_are_told_highest_first_without_grease),
		cmocka_unit_test(test_a_dtls_form_reads_back_as_dtls),
		cmocka_unit_test(test_what_is_malformed_stays_malformed),
		cmocka_unit_test(test_no_room_is_a_limit),
		cmocka_unit_test(test_an_sslv2_form_is_a_scrubbed_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
