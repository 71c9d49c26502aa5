#include "tls/fingerprint.h"

#include <stdlib.h>

#include "tls/version.h"

/* What nearly every hello needs; only a longer one goes to the heap, whose need
 * is bounded by the hello: six bytes of text for two of the message. */
#define CODES_USUAL 128
#define TEXT_USUAL  1024

#define JA4_COUNT_MAX    99 /* what its two digits can say */
#define JA4_HASH_LEN     12 /* digits of the hash that are kept */
#define SORT_BY_HAND_MAX 64 /* from here on qsort() is faster than insertion */
#define GROUPED_DECIMAL  6  /* "65535-" */
#define GROUPED_HEX      5  /* "ffff," */

static const char hex_digits[] = "0123456789abcdef";

/* Text in the making. Whoever opens it says how much it may become, so nothing
 * that appends has to look. */
struct line {
	char *at;
	size_t len;
	char usual[TEXT_USUAL];
};

static bool line_open(struct line *line, size_t room)
{
	line->at = room <= sizeof line->usual ? line->usual : malloc(room);
	line->len = 0;
	return line->at != NULL;
}

static void line_close(struct line *line)
{
	if (line->at != line->usual)
		free(line->at);
}

static void add_char(struct line *line, char c)
{
	line->at[line->len++] = c;
}

static void add_decimal(struct line *line, uint16_t value)
{
	for (uint16_t unit = 10000; unit > 1; unit /= 10)
		if (value >= unit)
			add_char(line, (char)('0' + value / unit % 10));
	add_char(line, (char)('0' + value % 10));
}

static void add_hex(struct line *line, uint16_t value)
{
	for (int shift = 12; shift >= 0; shift -= 4)
		add_char(line, hex_digits[value >> shift & 0xf]);
}

/* The numbers of one list, without GREASE. */
struct codes {
	uint16_t *at;
	size_t count;
	uint16_t usual[CODES_USUAL];
};

static bool codes_open(struct codes *codes, size_t room)
{
	codes->at = room <= CODES_USUAL ? codes->usual : malloc(room * sizeof *codes->at);
	codes->count = 0;
	return codes->at != NULL;
}

static void codes_close(struct codes *codes)
{
	if (codes->at != codes->usual)
		free(codes->at);
}

static void codes_add(struct codes *codes, uint16_t code)
{
	if (!is_grease(code))
		codes->at[codes->count++] = code;
}

static bool codes_of_list(struct codes *codes, struct reader list)
{
	if (!codes_open(codes, reader_left(&list) / 2))
		return false;
	while (reader_more(&list))
		codes_add(codes, reader_u16(&list));
	return true;
}

static uint16_t next_type(struct reader *extensions)
{
	uint16_t type = reader_u16(extensions);

	(void)reader_vec16(extensions);
	return type;
}

static bool codes_of_extensions(struct codes *codes, struct reader list)
{
	struct reader again = list;
	size_t count = 0;

	for (; reader_more(&again); count++)
		(void)next_type(&again);
	if (!codes_open(codes, count))
		return false;
	while (reader_more(&list))
		codes_add(codes, next_type(&list));
	return true;
}

static int compare_codes(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void codes_sort(struct codes *codes)
{
	if (codes->count > SORT_BY_HAND_MAX) {
		qsort(codes->at, codes->count, sizeof *codes->at, compare_codes);
		return;
	}
	for (size_t i = 1; i < codes->count; i++) {
		uint16_t code = codes->at[i];
		size_t place = i;

		for (; place > 0 && codes->at[place - 1] > code; place--)
			codes->at[place] = codes->at[place - 1];
		codes->at[place] = code;
	}
}

static void add_decimals(struct line *line, const struct codes *codes)
{
	for (size_t i = 0; i < codes->count; i++) {
		if (i > 0)
			add_char(line, '-');
		add_decimal(line, codes->at[i]);
	}
}

static void add_point_formats(struct line *line, struct reader formats)
{
	while (reader_more(&formats)) {
		add_decimal(line, reader_u8(&formats));
		if (reader_more(&formats))
			add_char(line, '-');
	}
}

static void write_digits(const uint8_t *bytes, size_t digits, char *ret)
{
	for (size_t i = 0; i < digits; i++)
		ret[i] = hex_digits[bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf];
}

static void write_md5(
        const struct crypto *crypto, const struct line *line, char ret_text[JA3_TEXT_MAX])
{
	uint8_t digest[MD5_LEN];

	crypto->md5(bytes_over(line->at, line->len), digest);
	write_digits(digest, sizeof digest * 2, ret_text);
	ret_text[JA3_TEXT_MAX - 1] = '\0';
}

/* version,suites,extensions,groups,point formats */
static void ja3_of_codes(const struct crypto *crypto, const struct client_hello *hello,
        const struct codes codes[3], char ret_text[JA3_TEXT_MAX])
{
	size_t numbers = codes[0].count + codes[1].count + codes[2].count +
	                 reader_left(&hello->point_formats) + 5;
	struct line line;

	if (!line_open(&line, numbers * GROUPED_DECIMAL))
		return;
	add_decimal(&line, hello->legacy_version);
	for (size_t i = 0; i < 3; i++) {
		add_char(&line, ',');
		add_decimals(&line, &codes[i]);
	}
	add_char(&line, ',');
	add_point_formats(&line, hello->point_formats);
	write_md5(crypto, &line, ret_text);
	line_close(&line);
}

void fingerprint_ja3(const struct crypto *crypto, const struct client_hello *hello,
        char ret_text[JA3_TEXT_MAX])
{
	struct codes codes[3];
	bool suites = codes_of_list(&codes[0], hello->cipher_suites);
	bool extensions = codes_of_extensions(&codes[1], hello->extensions);
	bool groups = codes_of_list(&codes[2], hello->supported_groups);

	ret_text[0] = '\0';
	if (suites && extensions && groups)
		ja3_of_codes(crypto, hello, codes, ret_text);
	for (size_t i = 0; i < 3; i++)
		codes_close(&codes[i]);
}

/* version,suite,extensions */
void fingerprint_ja3s(const struct crypto *crypto, const struct server_hello *hello,
        char ret_text[JA3_TEXT_MAX])
{
	struct codes extensions;
	struct line line;

	ret_text[0] = '\0';
	if (codes_of_extensions(&extensions, hello->extensions) &&
	        line_open(&line, (extensions.count + 2) * GROUPED_DECIMAL)) {
		add_decimal(&line, hello->legacy_version);
		add_char(&line, ',');
		add_decimal(&line, hello->cipher_suite);
		add_char(&line, ',');
		add_decimals(&line, &extensions);
		write_md5(crypto, &line, ret_text);
		line_close(&line);
	}
	codes_close(&extensions);
}

/* The highest number of the extension, or legacy_version: as published, also where
 * a draft (0x7f..) stands above TLS 1.3, and for DTLS, which counts down. */
static uint16_t ja4_version(const struct client_hello *hello)
{
	struct reader versions = hello->supported_versions;
	uint16_t max = 0;

	if (!reader_more(&versions))
		return hello->legacy_version;
	while (reader_more(&versions)) {
		uint16_t version = reader_u16(&versions);

		if (!is_grease(version) && version > max)
			max = version;
	}
	return max;
}

static const char *ja4_version_text(uint16_t version)
{
	switch (version) {
	case VERSION_SSL2:
		return "s2";
	case VERSION_SSL3:
		return "s3";
	case VERSION_TLS10:
		return "10";
	case VERSION_TLS11:
		return "11";
	case VERSION_TLS12:
		return "12";
	case VERSION_TLS13:
		return "13";
	case VERSION_DTLS10:
		return "d1";
	case VERSION_DTLS12:
		return "d2";
	case VERSION_DTLS13:
		return "d3";
	default:
		return "00";
	}
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The first and last character of the first protocol, of its hexadecimal form if
 * either is no letter or digit. */
static void ja4_alpn(struct reader alpn, char ret[2])
{
	struct reader name = reader_vec8(&alpn);
	struct bytes protocol = reader_rest(&name);
	uint8_t first, last;

	ret[0] = ret[1] = '0';
	if (protocol.len == 0)
		return;
	first = protocol.at[0];
	last = protocol.at[protocol.len - 1];
	if (is_alphanumeric(first) && is_alphanumeric(last)) {
		ret[0] = (char)first;
		ret[1] = (char)last;
	} else {
		ret[0] = hex_digits[first >> 4];
		ret[1] = hex_digits[last & 0xf];
	}
}

static void write_count(size_t count, char ret[2])
{
	if (count > JA4_COUNT_MAX)
		count = JA4_COUNT_MAX;
	ret[0] = (char)('0' + count / 10);
	ret[1] = (char)('0' + count % 10);
}

static void add_hexes(struct line *line, const struct codes *codes)
{
	for (size_t i = 0; i < codes->count; i++) {
		if (i > 0)
			add_char(line, ',');
		add_hex(line, codes->at[i]);
	}
}

/* The hash of two lists, of which the first decides whether there is anything;
 * an empty second is not written. False: no memory. */
static bool ja4_hash(const struct crypto *crypto, const struct codes *list,
        const struct codes *behind, char ret[JA4_HASH_LEN])
{
	uint8_t digest[SHA256_LEN] = { 0 };
	struct line line;

	if (!line_open(&line, (list->count + behind->count) * GROUPED_HEX))
		return false;
	add_hexes(&line, list);
	if (behind->count > 0)
		add_char(&line, '_');
	add_hexes(&line, behind);
	if (list->count > 0)
		crypto->sha256(bytes_over(line.at, line.len), digest);
	write_digits(digest, JA4_HASH_LEN, ret);
	line_close(&line);
	return true;
}

/* The name and the protocols stand in the first part already. */
static void leave_out_name_and_alpn(struct codes *extensions)
{
	size_t kept = 0;

	for (size_t i = 0; i < extensions->count; i++)
		if (extensions->at[i] != EXTENSION_SERVER_NAME &&
		        extensions->at[i] != EXTENSION_ALPN)
			extensions->at[kept++] = extensions->at[i];
	extensions->count = kept;
}

static bool ja4_of_codes(const struct crypto *crypto, const struct client_hello *hello,
        struct codes *suites, struct codes *extensions, const struct codes *schemes,
        char text[JA4_TEXT_MAX])
{
	static const struct codes none = { .count = 0 };

	memcpy(text + 1, ja4_version_text(ja4_version(hello)), 2);
	text[3] = client_hello_has(hello, EXTENSION_SERVER_NAME) ? 'd' : 'i';
	write_count(suites->count, text + 4);
	write_count(extensions->count, text + 6);
	ja4_alpn(hello->alpn, text + 8);
	text[10] = text[23] = '_';
	text[JA4_TEXT_MAX - 1] = '\0';

	leave_out_name_and_alpn(extensions);
	codes_sort(suites);
	codes_sort(extensions);
	return ja4_hash(crypto, suites, &none, text + 11) &&
	       ja4_hash(crypto, extensions, schemes, text + 24);
}

void fingerprint_ja4(const struct crypto *crypto, const struct client_hello *hello,
        enum fingerprint_transport transport, char ret_text[JA4_TEXT_MAX])
{
	struct codes suites, extensions, schemes;
	bool have_suites = codes_of_list(&suites, hello->cipher_suites);
	bool have_extensions = codes_of_extensions(&extensions, hello->extensions);
	bool have_schemes = codes_of_list(&schemes, hello->signature_schemes);

	ret_text[0] = (char)transport;
	if (!have_suites || !have_extensions || !have_schemes ||
	        !ja4_of_codes(crypto, hello, &suites, &extensions, &schemes, ret_text))
		ret_text[0] = '\0';
	codes_close(&suites);
	codes_close(&extensions);
	codes_close(&schemes);
}
