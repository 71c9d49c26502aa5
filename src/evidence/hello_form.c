/* Writes forms: a hello again, without what changes from one connection to the next. */
#include "evidence/hello.h"

#define RANDOM_LEN 32
#define GREASE     0x0a0a /* what every GREASE value becomes. RFC 8701, 2 */
#define GREASE_PSK 0x0b   /* likewise among psk_key_exchange_modes */

static uint16_t plain_code(uint16_t code)
{
	return is_grease(code) ? GREASE : code;
}

/* Copies whole runs between GREASE values: lists are most of a hello, and code by code
 * this took two thirds of the time of a form. */
static void write_codes(struct reader codes, struct writer *w)
{
	struct bytes all = reader_rest(&codes);
	size_t start = 0;

	for (size_t i = 0; i + 1 < all.len; i += 2) {
		uint8_t high = all.at[i];

		if (LIKELY((high & 0x0f) != 0x0a || high != all.at[i + 1]))
			continue;
		writer_bytes(w, bytes_over(all.at + start, i - start));
		writer_u16(w, GREASE);
		start = i + 2;
	}
	writer_bytes(w, bytes_after(all, start));
}

/* Each of these reads a body to its end and writes what is kept of it. */

/* A body that says what the client can do, and not with whom or in which session. */
static void write_as_is(struct reader *body, struct writer *w)
{
	writer_bytes(w, reader_rest(body));
}

static void write_list8(struct reader *body, struct writer *w)
{
	size_t opened = writer_open(w, 1);

	write_codes(reader_list8(body, 2), w);
	writer_close(w, opened, 1);
}

static void write_list16(struct reader *body, struct writer *w)
{
	size_t opened = writer_open(w, 2);

	write_codes(reader_list16(body, 2), w);
	writer_close(w, opened, 2);
}

/* One host name of one zero byte: that a name was sent stays, the name does not.
 * RFC 6066, 3. */
static void write_no_name(struct reader *body, struct writer *w)
{
	static const uint8_t no_name[] = { 0x00, 0x04, 0x00, 0x00, 0x01, 0x00 };
	struct reader names = reader_vec16(body);

	while (reader_more(&names)) {
		(void)reader_u8(&names);
		(void)reader_vec16(&names);
	}
	reader_close(body, &names);
	writer_bytes(w, bytes_over(no_name, sizeof no_name));
}

/* GREASE among ALPN's names is of two bytes. RFC 8701, 2. */
static void write_alpn(struct reader *body, struct writer *w)
{
	struct reader names = reader_vec16(body);
	size_t opened = writer_open(w, 2);

	while (reader_more(&names)) {
		struct reader child = reader_vec8(&names);
		struct bytes name = reader_rest(&child);

		writer_u8(w, (uint8_t)name.len);
		if (name.len == 2 && is_grease((uint16_t)(name.at[0] << 8 | name.at[1])))
			writer_u16(w, GREASE);
		else
			writer_bytes(w, name);
	}
	reader_close(body, &names);
	writer_close(w, opened, 2);
}

/* RFC 8701, 2: 0x0b, 0x2a, 0x49 and so on to 0xe4. */
static void write_psk_modes(struct reader *body, struct writer *w)
{
	struct reader modes = reader_vec8(body);
	size_t opened = writer_open(w, 1);

	while (reader_more(&modes)) {
		uint8_t mode = reader_u8(&modes);

		writer_u8(w, mode % 0x1f == GREASE_PSK ? GREASE_PSK : mode);
	}
	reader_close(body, &modes);
	writer_close(w, opened, 1);
}

/* The groups stay, for they decide whether a second round is needed; each key
 * becomes one zero byte. RFC 8446, 4.2.8. */
static void write_key_groups(struct reader *body, struct writer *w)
{
	struct reader shares = reader_vec16(body);
	size_t opened = writer_open(w, 2);

	while (reader_more(&shares)) {
		writer_u16(w, plain_code(reader_u16(&shares)));
		(void)reader_vec16(&shares);
		writer_u16(w, 1);
		writer_u8(w, 0);
	}
	reader_close(body, &shares);
	writer_close(w, opened, 2);
}

/* An initial handshake's: no verify_data. RFC 5746, 3.4. */
static void write_no_renegotiation(struct reader *body, struct writer *w)
{
	(void)reader_rest(body);
	writer_u8(w, 0);
}

/* The extensions whose body is kept, or kept in part. The body of any other is
 * dropped: it holds keys, tickets, identities or padding, or we cannot know that
 * it does not, and then each connection would look like another client.
 * To add one: a line here. In order of type. */
static const struct kept {
	uint16_t type;
	void (*write)(struct reader *body, struct writer *w);
} kept[] = {
	{ EXTENSION_SERVER_NAME, write_no_name },
	{ 1, write_as_is }, /* max_fragment_length, RFC 6066, 4 */
	{ EXTENSION_STATUS_REQUEST, write_as_is },
	{ 9, write_as_is }, /* cert_type, RFC 6091 */
	{ EXTENSION_SUPPORTED_GROUPS, write_list16 },
	{ EXTENSION_EC_POINT_FORMATS, write_as_is },
	{ EXTENSION_SIGNATURE_ALGORITHMS, write_list16 },
	{ 14, write_as_is }, /* use_srtp, RFC 5764 */
	{ 15, write_as_is }, /* heartbeat, RFC 6520 */
	{ EXTENSION_ALPN, write_alpn },
	{ 17, write_as_is }, /* status_request_v2, RFC 6961 */
	{ 19, write_as_is }, /* client_certificate_type, RFC 7250 */
	{ 20, write_as_is }, /* server_certificate_type, RFC 7250 */
	{ 24, write_as_is }, /* token_binding, RFC 8472 */
	{ 27, write_as_is }, /* compress_certificate, RFC 8879 */
	{ 28, write_as_is }, /* record_size_limit, RFC 8449 */
	{ 34, write_as_is }, /* delegated_credential, RFC 9345 */
	{ EXTENSION_SUPPORTED_VERSIONS, write_list8 },
	{ EXTENSION_PSK_KEY_EXCHANGE_MODES, write_psk_modes },
	{ 47, write_as_is }, /* certificate_authorities, RFC 8446, 4.2.4 */
	{ 49, write_as_is }, /* post_handshake_auth, RFC 8446, 4.2.6 */
	{ EXTENSION_SIGNATURE_ALGORITHMS_CERT, write_list16 },
	{ EXTENSION_KEY_SHARE, write_key_groups },
	{ 17513, write_as_is }, /* application_settings, draft-vvv-tls-alps */
	{ 17613, write_as_is }, /* the same, its later code point */
	{ EXTENSION_RENEGOTIATION_INFO, write_no_renegotiation },
};

static const struct kept *kept_find(uint16_t type)
{
	size_t low = 0, high = COUNT_OF(kept);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (kept[middle].type < type)
			low = middle + 1;
		else
			high = middle;
	}
	return low < COUNT_OF(kept) && kept[low].type == type ? &kept[low] : NULL;
}

/* A hello may hold several GREASE extensions, but no type twice (RFC 8446, 4.2):
 * the first becomes 0x0a0a, the second 0x1a1a and so on. */
static uint16_t plain_type(uint16_t type, uint16_t *grease_seen)
{
	return is_grease(type) ? (uint16_t)(GREASE + 0x1010 * (*grease_seen)++) : type;
}

/* A body that does not add up is dropped too: an empty one does not either, where
 * the parser looks into it, so the form tells the same (client_hello's body_fault). */
static void write_body(uint16_t type, struct reader body, struct writer *w)
{
	const struct kept *known = kept_find(type);
	struct writer before = *w;

	if (known == NULL || !reader_more(&body))
		return;
	known->write(&body, w);
	if (reader_end(&body) != ERR_OK)
		*w = before;
}

static bool write_extensions(struct reader all, struct writer *w)
{
	size_t opened = writer_open(w, 2);
	uint16_t grease_seen = 0;
	size_t count = 0;

	while (reader_more(&all) && ++count <= HELLO_EXTENSIONS_MAX) {
		uint16_t type = reader_u16(&all);
		struct reader body = reader_vec16(&all);
		size_t opened_body;

		writer_u16(w, plain_type(type, &grease_seen));
		opened_body = writer_open(w, 2);
		write_body(type, body, w);
		writer_close(w, opened_body, 2);
	}
	writer_close(w, opened, 2);
	return count <= HELLO_EXTENSIONS_MAX;
}

enum err hello_form_write(
	const struct client_hello *hello, enum hello_format format, struct writer *w)
{
	struct reader compressions = hello->compressions;
	size_t opened;

	writer_u16(w, hello->legacy_version);
	writer_zeros(w, RANDOM_LEN);
	writer_u8(w, 0); /* session_id */
	if (format == HELLO_DTLS)
		writer_u8(w, 0); /* cookie */
	opened = writer_open(w, 2);
	write_codes(hello->cipher_suites, w);
	writer_close(w, opened, 2);
	opened = writer_open(w, 1);
	writer_bytes(w, reader_rest(&compressions));
	writer_close(w, opened, 1);
	if (reader_more(&hello->extensions) && !write_extensions(hello->extensions, w))
		return ERR_LIMIT;
	return writer_end(w);
}

/* draft-hickman-netscape-ssl-00, CLIENT-HELLO, in a record of two-byte header. */
enum err hello_form_write_sslv2(const struct sslv2_client_hello *hello, struct writer *w)
{
	struct reader specs = hello->cipher_specs;
	size_t specs_len = reader_left(&specs);
	size_t len = 9 + specs_len + hello->challenge.len;

	if (len > 0x7fff)
		return ERR_LIMIT;
	writer_u16(w, (uint16_t)(0x8000 | len));
	writer_u8(w, 1); /* MSG-CLIENT-HELLO */
	writer_u16(w, hello->version);
	writer_u16(w, (uint16_t)specs_len);
	writer_u16(w, 0); /* session id */
	writer_u16(w, (uint16_t)hello->challenge.len);
	writer_bytes(w, reader_rest(&specs));
	writer_zeros(w, hello->challenge.len);
	return writer_end(w);
}
