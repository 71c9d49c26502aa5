#include "evidence/hello.h"

#include <stdlib.h>

#define FAMILY_SUITES_MAX 1024 /* later ones do not count; no client offers so many */

/* The suites that TLS 1.0 has too, as ranges of code points: those that a client
 * still offers when it falls back. RFC 5246, A.5 and E.1: those with AEAD or
 * a MAC of SHA-2 came with TLS 1.2, 0x13xx with TLS 1.3. In order. */
static const struct suite_range {
	uint16_t first;
	uint16_t last;
} old_suites[] = {
	{ 0x0000, 0x003a }, /* RFC 2246, RFC 4346, RFC 3268 */
	{ 0x0041, 0x0066 }, /* Camellia, RFC 4132; the export suites of 56 bits */
	{ 0x0080, 0x009b }, /* GOST, Camellia 256, PSK, SEED */
	{ 0xc001, 0xc022 }, /* RFC 8422; SRP, RFC 5054 */
	{ 0xc033, 0xc036 }, /* RFC 5489 */
	{ 0xfefe, 0xfeff }, /* NSS's FIPS suites */
};

static bool suite_is_old(uint16_t suite)
{
	for (size_t i = 0; i < COUNT_OF(old_suites); i++)
		if (suite >= old_suites[i].first && suite <= old_suites[i].last)
			return true;
	return false;
}

static uint64_t family_of(const struct crypto *crypto, struct reader suites, size_t width)
{
	uint8_t old[2 * FAMILY_SUITES_MAX];
	uint8_t digest[SHA256_LEN];
	struct writer w = writer_over(old, sizeof old);
	struct reader first = reader_over(bytes_over(digest, sizeof digest));
	size_t count = 0;

	while (reader_more(&suites)) {
		uint32_t suite = width == 2 ? reader_u16(&suites) : reader_u24(&suites);

		if (suite <= 0xffff && suite_is_old((uint16_t)suite) &&
			++count <= FAMILY_SUITES_MAX)
			writer_u16(&w, (uint16_t)suite);
	}
	crypto->sha256(writer_written(&w), digest);
	return reader_u64(&first);
}

struct extension {
	uint16_t type;
	struct bytes body;
};

static int extension_compare(const void *a, const void *b)
{
	const struct extension *x = a;
	const struct extension *y = b;

	return (x->type > y->type) - (x->type < y->type);
}

static bool comes_and_goes(uint16_t type)
{
	return type == EXTENSION_PADDING || type == EXTENSION_PRE_SHARED_KEY ||
	       type == EXTENSION_EARLY_DATA || type == EXTENSION_COOKIE;
}

static size_t extensions_sorted(
	struct reader all, struct extension ret[HELLO_EXTENSIONS_MAX])
{
	size_t count = 0;

	while (reader_more(&all) && count < HELLO_EXTENSIONS_MAX) {
		uint16_t type = reader_u16(&all);
		struct reader body = reader_vec16(&all);

		if (is_grease(type) || comes_and_goes(type))
			continue;
		ret[count++] = (struct extension){ type, reader_rest(&body) };
	}
	qsort(ret, count, sizeof ret[0], extension_compare);
	return count;
}

static void write_without_grease(struct reader codes, struct writer *w)
{
	while (reader_more(&codes)) {
		uint16_t code = reader_u16(&codes);

		if (!is_grease(code))
			writer_u16(w, code);
	}
}

/* A list of codes in a form's extension, without GREASE. width: of its length. */
static void write_list_without_grease(struct bytes body, size_t width, struct writer *w)
{
	struct reader r = reader_over(body);
	struct reader list = width == 1 ? reader_list8(&r, 2) : reader_list16(&r, 2);

	write_without_grease(list, w);
}

static void write_shares_without_grease(struct bytes body, struct writer *w)
{
	struct reader r = reader_over(body);
	struct reader shares = reader_vec16(&r);

	while (reader_more(&shares)) {
		uint16_t group = reader_u16(&shares);

		(void)reader_vec16(&shares);
		if (!is_grease(group))
			writer_u16(w, group);
	}
}

static void write_alpn_without_grease(struct bytes body, struct writer *w)
{
	struct reader r = reader_over(body);
	struct reader names = reader_vec16(&r);

	while (reader_more(&names)) {
		struct reader child = reader_vec8(&names);
		struct bytes name = reader_rest(&child);

		if (name.len == 2 && name.at[0] == 0x0a && name.at[1] == 0x0a)
			continue; /* the form's GREASE */
		writer_u8(w, (uint8_t)name.len);
		writer_bytes(w, name);
	}
}

/* The body of one extension of a form, its length in front, GREASE gone. */
static void write_digested(const struct extension *extension, struct writer *w)
{
	struct bytes body = extension->body;
	size_t opened;

	writer_u16(w, extension->type);
	opened = writer_open(w, 2);
	switch (extension->type) {
	case EXTENSION_SUPPORTED_GROUPS:
	case EXTENSION_SIGNATURE_ALGORITHMS:
	case EXTENSION_SIGNATURE_ALGORITHMS_CERT:
		write_list_without_grease(body, 2, w);
		break;
	case EXTENSION_SUPPORTED_VERSIONS:
		write_list_without_grease(body, 1, w);
		break;
	case EXTENSION_KEY_SHARE:
		write_shares_without_grease(body, w);
		break;
	case EXTENSION_ALPN:
		write_alpn_without_grease(body, w);
		break;
	default:
		writer_bytes(w, body);
	}
	writer_close(w, opened, 2);
}

static enum err digest_of(const struct crypto *crypto, const struct client_hello *hello,
	enum hello_format format, uint8_t ret[SHA256_LEN])
{
	uint8_t all[HELLO_FORM_MAX + 1];
	struct extension extensions[HELLO_EXTENSIONS_MAX];
	size_t count = extensions_sorted(hello->extensions, extensions);
	struct reader compressions = hello->compressions;
	struct writer w = writer_over(all, sizeof all);
	size_t opened;

	writer_u8(&w, (uint8_t)format);
	writer_u16(&w, hello->legacy_version);
	opened = writer_open(&w, 2);
	write_without_grease(hello->cipher_suites, &w);
	writer_close(&w, opened, 2);
	opened = writer_open(&w, 1);
	writer_bytes(&w, reader_rest(&compressions));
	writer_close(&w, opened, 1);
	for (size_t i = 0; i < count; i++)
		write_digested(&extensions[i], &w);
	crypto->sha256(writer_written(&w), ret);
	return writer_end(&w);
}

static enum err parse_form(
	enum hello_format format, struct bytes form, struct client_hello *ret)
{
	return format == HELLO_DTLS ? client_hello_parse_dtls(form, ret)
				    : client_hello_parse(form, ret);
}

/* RFC 5246, E.2: a hello in the form of SSL 2.0 has no list of versions, so both
 * maxima are its one field, read as legacy_version is. */
static enum err hello_of_sslv2(
	const struct crypto *crypto, struct bytes form, struct hello *ret)
{
	struct sslv2_client_hello parsed;
	uint8_t all[1 + SSLV2_RECORD_MAX];
	struct writer w = writer_over(all, sizeof all);
	struct hello hello = { .format = HELLO_SSLV2, .form = form };
	enum err err = sslv2_client_hello_parse(form, &parsed);

	if (err != ERR_OK)
		return err;
	writer_u8(&w, HELLO_SSLV2);
	writer_bytes(&w, form);
	crypto->sha256(writer_written(&w), hello.digest);
	hello.max_version =
		parsed.version > VERSION_TLS12 ? VERSION_TLS12 : parsed.version;
	hello.max_version_legacy = hello.max_version;
	hello.family = family_of(crypto, parsed.cipher_specs, 3);
	*ret = hello;
	return writer_end(&w);
}

enum err hello_of_form(const struct crypto *crypto, enum hello_format format,
	struct bytes form, struct hello *ret)
{
	struct client_hello parsed;
	struct hello hello = { .format = format, .form = form };
	enum err err;

	if (format == HELLO_SSLV2)
		return hello_of_sslv2(crypto, form, ret);
	err = parse_form(format, form, &parsed);
	if (err == ERR_OK)
		err = digest_of(crypto, &parsed, format, hello.digest);
	if (err != ERR_OK)
		return err;
	hello.max_version = client_hello_max_version(&parsed);
	hello.max_version_legacy = client_hello_max_version_legacy(&parsed);
	hello.fallback_scsv = client_hello_offers_suite(&parsed, SUITE_FALLBACK_SCSV);
	hello.family = family_of(crypto, parsed.cipher_suites, 2);
	*ret = hello;
	return ERR_OK;
}

/* Puts version in its place, highest first; what is no version we know stands last. */
static void insert_version(uint16_t *versions, size_t count, uint16_t version)
{
	size_t at = count;

	while (at > 0 && version_rank(versions[at - 1]) < version_rank(version)) {
		versions[at] = versions[at - 1];
		at--;
	}
	versions[at] = version;
}

size_t hello_versions(
	const struct hello *hello, uint16_t ret_versions[HELLO_VERSIONS_MAX])
{
	struct client_hello parsed;
	struct reader list;
	size_t count = 0;

	if (hello->format == HELLO_SSLV2 ||
		parse_form(hello->format, hello->form, &parsed) != ERR_OK ||
		!client_hello_has(&parsed, EXTENSION_SUPPORTED_VERSIONS)) {
		ret_versions[0] = hello->max_version;
		return hello->max_version != VERSION_NONE;
	}
	list = parsed.supported_versions;
	while (reader_more(&list) && count < HELLO_VERSIONS_MAX) {
		uint16_t version = reader_u16(&list);

		if (!is_grease(version))
			insert_version(ret_versions, count++, version);
	}
	return count;
}

const char *hello_format_name(enum hello_format format)
{
	static const char *const names[] = {
		[HELLO_TLS] = "tls",
		[HELLO_SSLV2] = "sslv2",
		[HELLO_DTLS] = "dtls",
		[HELLO_QUIC] = "quic",
	};

	return names[format];
}
