#include <stdio.h>

#include "../crypto.h"
#include "../unit.h"

#include "base/writer.h"
#include "tls/fingerprint.h"
#include "tls/version.h"

/* The hello of JA4's own example (technical_details/JA4.md), whose lists are known:
 * t13d1516h2_8daaf6152771_e5627efa2ab1. GREASE is added where Chrome has it. */
static const uint16_t EXAMPLE_SUITES[] = { 0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
	0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035 };
static const uint16_t EXAMPLE_EXTENSIONS[] = { 0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010,
	0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b,
	0x000a, 0x0015 };
static const uint16_t EXAMPLE_SCHEMES[] = { 0x0403, 0x0804, 0x0401, 0x0503, 0x0805,
	0x0501, 0x0806, 0x0601 };

#define LIST(array)                                                                      \
	{                                                                                \
		(array), sizeof(array) / sizeof *(array)                                 \
	}

struct list {
	const uint16_t *at;
	size_t count;
};

/* What a hello is made of here; a list of no items is not sent. */
struct recipe {
	uint16_t version;
	struct list suites;
	struct list extensions;
	struct list schemes;
	struct list versions;
	struct list groups;
	const char *alpn;
};

static void write_list(struct writer *w, size_t width, struct list list)
{
	size_t opened = writer_open(w, width);

	for (size_t i = 0; i < list.count; i++)
		writer_u16(w, list.at[i]);
	writer_close(w, opened, width);
}

static void write_alpn(struct writer *w, const char *name)
{
	size_t list = writer_open(w, 2);
	size_t opened = writer_open(w, 1);

	writer_bytes(w, bytes_of_string(name));
	writer_close(w, opened, 1);
	writer_close(w, list, 2);
}

static void write_body(struct writer *w, const struct recipe *recipe, uint16_t type)
{
	if (type == EXTENSION_SIGNATURE_ALGORITHMS)
		write_list(w, 2, recipe->schemes);
	else if (type == EXTENSION_SUPPORTED_VERSIONS)
		write_list(w, 1, recipe->versions);
	else if (type == EXTENSION_SUPPORTED_GROUPS)
		write_list(w, 2, recipe->groups);
	else if (type == EXTENSION_ALPN)
		write_alpn(w, recipe->alpn);
	else if (type == EXTENSION_EC_POINT_FORMATS)
		writer_u16(w, 0x0100);
}

/* The hello's bytes stay until the next call. */
static struct client_hello hello_of(const struct recipe *recipe)
{
	static uint8_t memory[65536];
	struct writer w = writer_over(memory, sizeof memory);
	struct client_hello hello;
	size_t all;

	writer_u16(&w, recipe->version);
	writer_zeros(&w, 32 + 1);
	write_list(&w, 2, recipe->suites);
	writer_u16(&w, 0x0100);
	all = writer_open(&w, 2);
	for (size_t i = 0; i < recipe->extensions.count; i++) {
		writer_u16(&w, recipe->extensions.at[i]);
		size_t body = writer_open(&w, 2);
		write_body(&w, recipe, recipe->extensions.at[i]);
		writer_close(&w, body, 2);
	}
	writer_close(&w, all, 2);
	assert_int_equal(writer_end(&w), ERR_OK);
	assert_int_equal(client_hello_parse(writer_written(&w), &hello), ERR_OK);
	return hello;
}

static struct recipe example(void)
{
	static const uint16_t versions[] = { 0x3a3a, 0x0304, 0x0303 };
	static const uint16_t groups[] = { 0x4a4a, 29, 23, 24 };

	return (struct recipe){ .version = VERSION_TLS12,
		.suites = LIST(EXAMPLE_SUITES),
		.extensions = LIST(EXAMPLE_EXTENSIONS),
		.schemes = LIST(EXAMPLE_SCHEMES),
		.versions = LIST(versions),
		.groups = LIST(groups),
		.alpn = "h2" };
}

static const char *ja4_of(
        const struct recipe *recipe, enum fingerprint_transport transport)
{
	static char text[JA4_TEXT_MAX];
	struct client_hello hello = hello_of(recipe);

	fingerprint_ja4(&test_crypto, &hello, transport, text);
	return text;
}

/* What MD5 of that JA3 text is. */
static const char *md5_of(const char *text)
{
	static char digits[33];
	uint8_t digest[MD5_LEN];

	test_md5(bytes_of_string(text), digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(digits + 2 * i, 3, "%02x", digest[i]);
	return digits;
}

static void test_ja4_of_the_published_example(void **state)
{
	struct recipe recipe = example();

	(void)state;
	assert_string_equal(
	        ja4_of(&recipe, FINGERPRINT_TCP), "t13d1516h2_8daaf6152771_e5627efa2ab1");
	assert_int_equal(ja4_of(&recipe, FINGERPRINT_QUIC)[0], 'q');
}

/* The published sum keeps type 13 (000d), but with nothing in it. */
static void test_ja4_without_signature_algorithms(void **state)
{
	struct recipe recipe = example();

	(void)state;
	recipe.schemes = (struct list){ 0 };
	assert_string_equal(ja4_of(&recipe, FINGERPRINT_TCP) + 24, "6d807ffa2a79");
}

static void test_ja4_of_the_published_protocol_names(void **state)
{
	static const struct {
		const char *alpn;
		const char *expected;
	} cases[] = {
		{ "h2", "h2" },
		{ "http/1.1", "h1" },
		{ "", "00" },
		{ "x", "xx" },
		{ "\xab", "ab" },
		{ "\x20", "20" },
		{ "\xab\xcd", "ad" },
		{ "\x20\x61", "21" },
		{ "\x30\xab", "3b" },
		{ "\x61\x20", "60" },
		{ "\x30\x31\xab\xcd", "3d" },
		{ "\x30\xab\xcd\x31", "01" },
	};
	struct recipe recipe = example();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		recipe.alpn = cases[i].alpn;
		assert_memory_equal(
		        ja4_of(&recipe, FINGERPRINT_TCP) + 8, cases[i].expected, 2);
	}
}

static void test_ja4_of_each_version(void **state)
{
	static const struct {
		uint16_t version;
		const char *expected;
	} cases[] = {
		{ 0x0300, "s3" },
		{ 0x0301, "10" },
		{ 0x0302, "11" },
		{ 0x0303, "12" },
		{ 0x0304, "13" },
		{ 0x0305, "00" },
		{ 0xfeff, "d1" },
		{ 0xfefd, "d2" },
		{ 0xfefc, "d3" },
		{ 0x7f17, "00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client_hello hello = { .legacy_version = cases[i].version };
		char text[JA4_TEXT_MAX];

		fingerprint_ja4(&test_crypto, &hello, FINGERPRINT_TCP, text);
		assert_memory_equal(text + 1, cases[i].expected, 2);
	}
}

static void test_ja4_of_empty_lists(void **state)
{
	struct client_hello hello = { .legacy_version = VERSION_TLS10 };
	char text[JA4_TEXT_MAX];

	(void)state;
	fingerprint_ja4(&test_crypto, &hello, FINGERPRINT_DTLS, text);
	assert_string_equal(text, "d10i000000_000000000000_000000000000");
}

static void test_ja3_leaves_out_grease(void **state)
{
	struct recipe recipe = example();
	struct client_hello hello = hello_of(&recipe);
	char text[JA3_TEXT_MAX];

	(void)state;
	fingerprint_ja3(&test_crypto, &hello, text);
	assert_string_equal(text, md5_of("771,4865-4866-4867-49195-49199-49196-49200-"
	                                 "52393-52392-49171-49172-"
	                                 "156-157-47-53,27-0-51-16-17513-23-45-13-5-35-"
	                                 "18-43-65281-11-10-21,"
	                                 "29-23-24,0"));
}

/* salesforce/ja3's README gives this text with this sum. */
static void test_ja3_of_the_published_example_without_extensions(void **state)
{
	static const uint16_t suites[] = { 4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99 };
	struct recipe recipe = { .version = VERSION_TLS10, .suites = LIST(suites) };
	struct client_hello hello = hello_of(&recipe);
	char text[JA3_TEXT_MAX];

	(void)state;
	fingerprint_ja3(&test_crypto, &hello, text);
	assert_string_equal(text, "de350869b8c85de67a350c8d186f11e6");
}

static void test_ja3s_keeps_the_order_sent(void **state)
{
	static const uint8_t list[] = { 0xff, 1, 0, 1, 0, 0, 11, 0, 0, 0, 35, 0, 0 };
	struct server_hello hello = { .legacy_version = VERSION_TLS12,
		.cipher_suite = 0xc02f,
		.extensions = reader_over(bytes_over(list, sizeof list)) };
	char text[JA3_TEXT_MAX];

	(void)state;
	fingerprint_ja3s(&test_crypto, &hello, text);
	assert_string_equal(text, md5_of("771,49199,65281-11-35"));
}

/* Longer than what is kept on the stack, and more than two digits can count. */
static void test_the_longest_hello_has_fingerprints_too(void **state)
{
	static uint16_t suites[30000];
	struct recipe recipe = example();
	struct client_hello hello;
	char text[JA3_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < 30000; i++)
		suites[i] = (uint16_t)(65535 - i);
	recipe.suites = (struct list)LIST(suites);
	assert_memory_equal(ja4_of(&recipe, FINGERPRINT_TCP), "t13d9916h2_", 11);
	hello = hello_of(&recipe);
	fingerprint_ja3(&test_crypto, &hello, text);
	assert_int_equal(strlen(text), JA3_TEXT_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ja4_of_the_published_example),
		cmocka_unit_test(test_ja4_without_signature_algorithms),
		cmocka_unit_test(test_ja4_of_the_published_protocol_names),
		cmocka_unit_test(test_ja4_of_each_version),
		cmocka_unit_test(test_ja4_of_empty_lists),
		cmocka_unit_test(test_ja3_leaves_out_grease),
		cmocka_unit_test(test_ja3_of_the_published_example_without_extensions),
		cmocka_unit_test(test_ja3s_keeps_the_order_sent),
		cmocka_unit_test(test_the_longest_hello_has_fingerprints_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
