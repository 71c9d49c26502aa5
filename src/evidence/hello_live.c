#include "evidence/hello_live.h"

#include "tls/handshake.h"
#include "tls/key_share.h"
#include "tls/quic_version.h"

#define RANDOM_LEN     32
#define SESSION_ID_LEN 32
#define GREASE_VALUES  16
#define GREASE_STEP    0x1010
#define GREASE         0x0a0a /* what forms have. RFC 8701, 2 */
#define GREASE_PSK     0x0b   /* likewise among psk_key_exchange_modes */
#define MESSAGE_HEADER 4

/* Where GREASE stands. Each place has a value of its own to begin with, as in BoringSSL;
 * a share is of a group that is offered, so those two begin alike. */
enum place {
	PLACE_SUITE,
	PLACE_EXTENSION,
	PLACE_GROUP,
	PLACE_SCHEME,
	PLACE_VERSION,
	PLACE_ALPN,
	PLACE_PSK_MODE,
	PLACE_COUNT,
};

struct live {
	const struct crypto *crypto;
	const struct hello_live_wish *wish;
	struct draws draws;
	uint8_t first_grease[PLACE_COUNT];
	size_t start; /* of the body, in what the writer has */
	size_t grease_extensions;
	bool extensions_follow; /* the one being written is not the last */
};

static struct live live_from(const struct crypto *crypto,
	const struct hello_live_wish *wish, const struct writer *w)
{
	struct live live = {
		.crypto = crypto,
		.wish = wish,
		.draws = draws_from(crypto, wish->seed),
		.start = writer_written(w).len,
	};

	for (size_t i = 0; i < PLACE_COUNT; i++)
		live.first_grease[i] = (uint8_t)draws_below(&live.draws, GREASE_VALUES);
	return live;
}

/* The n-th GREASE value of a place. */
static uint16_t grease_value(const struct live *live, enum place place, size_t n)
{
	size_t which = (live->first_grease[place] + n) % GREASE_VALUES;

	return (uint16_t)(GREASE + GREASE_STEP * which);
}

static uint16_t live_code(
	const struct live *live, enum place place, uint16_t code, size_t *grease_seen)
{
	return is_grease(code) ? grease_value(live, place, (*grease_seen)++) : code;
}

static void write_codes(
	const struct live *live, enum place place, struct reader codes, struct writer *w)
{
	size_t grease_seen = 0;

	while (reader_more(&codes))
		writer_u16(w, live_code(live, place, reader_u16(&codes), &grease_seen));
}

/* Each of these reads the body of a form's extension to its end and writes what is
 * sent in its place. */

/* RFC 6066, 3. */
static void write_name(struct live *live, struct reader *body, struct writer *w)
{
	size_t list = writer_open(w, 2), name;

	(void)reader_rest(body);
	writer_u8(w, 0); /* host_name */
	name = writer_open(w, 2);
	writer_bytes(w, live->wish->server_name);
	writer_close(w, name, 2);
	writer_close(w, list, 2);
}

static void write_list16(
	struct live *live, enum place place, struct reader *body, struct writer *w)
{
	size_t opened = writer_open(w, 2);

	write_codes(live, place, reader_list16(body, 2), w);
	writer_close(w, opened, 2);
}

static void write_groups(struct live *live, struct reader *body, struct writer *w)
{
	write_list16(live, PLACE_GROUP, body, w);
}

static void write_schemes(struct live *live, struct reader *body, struct writer *w)
{
	write_list16(live, PLACE_SCHEME, body, w);
}

static void write_versions(struct live *live, struct reader *body, struct writer *w)
{
	size_t opened = writer_open(w, 1);

	write_codes(live, PLACE_VERSION, reader_list8(body, 2), w);
	writer_close(w, opened, 1);
}

static void write_alpn(struct live *live, struct reader *body, struct writer *w)
{
	struct reader names = reader_vec16(body);
	size_t opened = writer_open(w, 2), grease_seen = 0;

	while (reader_more(&names)) {
		struct reader child = reader_vec8(&names);
		struct bytes name = reader_rest(&child);

		writer_u8(w, (uint8_t)name.len);
		if (name.len == 2 && is_grease((uint16_t)(name.at[0] << 8 | name.at[1])))
			writer_u16(w, grease_value(live, PLACE_ALPN, grease_seen++));
		else
			writer_bytes(w, name);
	}
	reader_close(body, &names);
	writer_close(w, opened, 2);
}

/* RFC 8701, 2: eight values, 0x1f apart. */
static void write_psk_modes(struct live *live, struct reader *body, struct writer *w)
{
	struct reader modes = reader_vec8(body);
	size_t opened = writer_open(w, 1), which = live->first_grease[PLACE_PSK_MODE];

	while (reader_more(&modes)) {
		uint8_t mode = reader_u8(&modes);

		if (mode % 0x1f == GREASE_PSK)
			mode = (uint8_t)(GREASE_PSK + 0x1f * (which++ % 8));
		writer_u8(w, mode);
	}
	reader_close(body, &modes);
	writer_close(w, opened, 1);
}

/* A GREASE share is one byte, as BoringSSL's. */
static void write_shares(struct live *live, struct reader *body, struct writer *w)
{
	struct reader shares = reader_vec16(body);
	size_t opened = writer_open(w, 2), grease_seen = 0;

	while (reader_more(&shares)) {
		uint16_t group = reader_u16(&shares);
		size_t key;

		(void)reader_vec16(&shares);
		writer_u16(w, live_code(live, PLACE_GROUP, group, &grease_seen));
		key = writer_open(w, 2);
		if (is_grease(group))
			writer_u8(w, 0);
		else
			key_share_write(group, live->crypto, &live->draws, w);
		writer_close(w, key, 2);
	}
	reader_close(body, &shares);
	writer_close(w, opened, 2);
}

/* These write a body that forms do not keep; they are handed an empty one. */

static void write_empty_list8(struct live *live, struct reader *body, struct writer *w)
{
	(void)live, (void)body;
	writer_u8(w, 0);
}

static void write_empty_list16(struct live *live, struct reader *body, struct writer *w)
{
	(void)live, (void)body;
	writer_u16(w, 0);
}

/* RFC 5054, 2.8.1. */
static void write_srp(struct live *live, struct reader *body, struct writer *w)
{
	static const uint8_t user[] = { 4, 'u', 's', 'e', 'r' };

	(void)live, (void)body;
	writer_bytes(w, bytes_over(user, sizeof user));
}

/* RFC 7685, 4: a hello of 256 to 511 bytes, header included, is brought to 512. What
 * stands behind the padding would count too: then there is none. */
static void write_padding(struct live *live, struct reader *body, struct writer *w)
{
	/* This extension's own header is written already. */
	size_t len = MESSAGE_HEADER + writer_written(w).len - live->start;

	(void)body;
	if (!live->extensions_follow && len - 4 > 0xff && len - 4 < 0x200)
		writer_zeros(w, len < 0x200 ? 0x200 - len : 1);
}

/* One ticket each for a new and for a resumed session. RFC 9149, 3. */
static void write_ticket_request(struct live *live, struct reader *body, struct writer *w)
{
	(void)live, (void)body;
	writer_u16(w, 0x0101);
}

/* RFC 9849, 6.2: an outer hello of HKDF-SHA256 and AES-128-GCM, an X25519 key, and a
 * payload of 128 bytes with its tag. */
static void write_ech(struct live *live, struct reader *body, struct writer *w)
{
	static const uint8_t kdf_and_aead[] = { 0x00, 0x01, 0x00, 0x01 };

	(void)body;
	writer_u8(w, 0); /* outer */
	writer_bytes(w, bytes_over(kdf_and_aead, sizeof kdf_and_aead));
	draws_write(&live->draws, 1, w); /* config_id */
	writer_u16(w, 32);
	draws_write(&live->draws, 32, w);
	writer_u16(w, 128 + 16);
	draws_write(&live->draws, 128 + 16, w);
}

static void write_transport_parameters(
	struct live *live, struct reader *body, struct writer *w)
{
	(void)live, (void)body;
	quic_parameters_write(w);
}

/* What is not copied as the form has it: `kept` for a body that the form holds,
 * `dropped` for one it does not. To add one: a line here. In order of type. */
static const struct revived {
	uint16_t type;
	void (*kept)(struct live *live, struct reader *body, struct writer *w);
	void (*dropped)(struct live *live, struct reader *body, struct writer *w);
} revived[] = {
	{ EXTENSION_SERVER_NAME, write_name, NULL },
	{ 3, NULL, write_empty_list16 }, /* trusted_ca_keys, RFC 6066, 6 */
	{ EXTENSION_SUPPORTED_GROUPS, write_groups, NULL },
	{ 12, NULL, write_srp },
	{ EXTENSION_SIGNATURE_ALGORITHMS, write_schemes, NULL },
	{ EXTENSION_ALPN, write_alpn, NULL },
	{ EXTENSION_PADDING, NULL, write_padding },
	{ 25, NULL, write_empty_list16 }, /* cached_info, RFC 7924, 3 */
	{ EXTENSION_SUPPORTED_VERSIONS, write_versions, NULL },
	{ EXTENSION_PSK_KEY_EXCHANGE_MODES, write_psk_modes, NULL },
	{ EXTENSION_SIGNATURE_ALGORITHMS_CERT, write_schemes, NULL },
	{ EXTENSION_KEY_SHARE, write_shares, NULL },
	{ 53, NULL, write_empty_list8 }, /* connection_id, its draft */
	{ 54, NULL, write_empty_list8 }, /* connection_id, RFC 9146, 3 */
	{ 55, NULL, write_empty_list8 }, /* external_id_hash, RFC 8844, 3.2 */
	{ 56, NULL, write_empty_list8 }, /* external_session_id, RFC 8844, 4.3 */
	{ EXTENSION_QUIC_TRANSPORT_PARAMETERS, NULL, write_transport_parameters },
	{ 58, NULL, write_ticket_request },
	{ 0xca34, NULL, write_empty_list16 }, /* trust_anchors, its draft */
	{ EXTENSION_ENCRYPTED_CLIENT_HELLO, NULL, write_ech },
};

static const struct revived *revived_find(uint16_t type)
{
	for (size_t i = 0; i < COUNT_OF(revived); i++)
		if (revived[i].type == type)
			return &revived[i];
	return NULL;
}

/* A form that somebody else wrote may hold a body that does not add up: it is sent. */
static void write_body(
	struct live *live, uint16_t type, struct reader body, struct writer *w)
{
	const struct revived *known = revived_find(type);
	struct reader whole = body;
	struct writer before = *w;

	if (known != NULL && !reader_more(&body) && known->dropped != NULL)
		known->dropped(live, &body, w);
	else if (known != NULL && reader_more(&body) && known->kept != NULL)
		known->kept(live, &body, w);
	else
		writer_bytes(w, reader_rest(&body));
	if (reader_end(&body) == ERR_OK)
		return;
	*w = before;
	writer_bytes(w, reader_rest(&whole));
}

static void write_extension(
	struct live *live, uint16_t type, struct reader body, struct writer *w)
{
	size_t opened;

	writer_u16(w, type);
	opened = writer_open(w, 2);
	write_body(live, type, body, w);
	writer_close(w, opened, 2);
}

static void write_grease_extension(struct live *live, struct writer *w)
{
	size_t which = live->grease_extensions++;

	writer_u16(w, grease_value(live, PLACE_EXTENSION, which));
	writer_u16(w, which > 0);
	writer_zeros(w, which > 0);
}

static bool is_left_out(const struct live *live, uint16_t type)
{
	return type == EXTENSION_PRE_SHARED_KEY || type == EXTENSION_EARLY_DATA ||
	       type == EXTENSION_COOKIE ||
	       (type == EXTENSION_SERVER_NAME &&
		       live->wish->name == HELLO_LIVE_NAME_NEVER);
}

static bool follows(const struct live *live, struct reader rest)
{
	while (reader_more(&rest)) {
		uint16_t type = reader_u16(&rest);

		(void)reader_vec16(&rest);
		if (!is_left_out(live, type))
			return true;
	}
	return false;
}

static void write_extensions(
	struct live *live, const struct client_hello *form, struct writer *w)
{
	static const uint8_t anything[] = { 0 };
	struct reader all = form->extensions;
	size_t opened = writer_open(w, 2);

	if (live->wish->name == HELLO_LIVE_NAME_ALWAYS &&
		!client_hello_has(form, EXTENSION_SERVER_NAME))
		write_extension(live, EXTENSION_SERVER_NAME,
			reader_over(bytes_over(anything, sizeof anything)), w);
	while (reader_more(&all)) {
		uint16_t type = reader_u16(&all);
		struct reader body = reader_vec16(&all);

		live->extensions_follow = follows(live, all);
		if (is_grease(type))
			write_grease_extension(live, w);
		else if (!is_left_out(live, type))
			write_extension(live, type, body, w);
	}
	writer_close(w, opened, 2);
}

/* Empty unless middleboxes are to take TLS 1.3 for a resumption: over datagrams there
 * are none (RFC 9147, 5; RFC 9001, 8.4). */
static size_t session_id_len(const struct client_hello *form, enum hello_format format)
{
	struct reader versions = form->supported_versions;

	while (format == HELLO_TLS && reader_more(&versions))
		if (version_rank(reader_u16(&versions)) == RANK_TLS13)
			return SESSION_ID_LEN;
	return 0;
}

static void write_hello(struct live *live, const struct client_hello *form,
	enum hello_format format, struct writer *w)
{
	struct reader compressions = form->compressions;
	size_t id_len = session_id_len(form, format);
	size_t opened;

	writer_u16(w, form->legacy_version);
	draws_write(&live->draws, RANDOM_LEN, w);
	writer_u8(w, (uint8_t)id_len);
	draws_write(&live->draws, id_len, w);
	if (format == HELLO_DTLS) {
		opened = writer_open(w, 1);
		writer_bytes(w, live->wish->cookie);
		writer_close(w, opened, 1);
	}
	opened = writer_open(w, 2);
	write_codes(live, PLACE_SUITE, form->cipher_suites, w);
	writer_close(w, opened, 2);
	opened = writer_open(w, 1);
	writer_bytes(w, reader_rest(&compressions));
	writer_close(w, opened, 1);
	if (reader_more(&form->extensions) || live->wish->name == HELLO_LIVE_NAME_ALWAYS)
		write_extensions(live, form, w);
}

/* The record again, with a challenge of its own. */
static enum err write_sslv2(struct live *live, struct bytes form, struct writer *w)
{
	struct sslv2_client_hello parsed;
	enum err err = sslv2_client_hello_parse(form, &parsed);

	if (err != ERR_OK)
		return err;
	writer_bytes(w, bytes_first(form, form.len - parsed.challenge.len));
	draws_write(&live->draws, parsed.challenge.len, w);
	return writer_end(w);
}

/* True if the form has a name, or is to get one. */
static bool wants_name(
	const struct client_hello *form, const struct hello_live_wish *wish)
{
	return wish->name == HELLO_LIVE_NAME_ALWAYS ||
	       (wish->name == HELLO_LIVE_NAME_AS_SENT && form->server_name.len > 0);
}

enum err hello_live_body(const struct hello *hello, const struct hello_live_wish *wish,
	const struct crypto *crypto, struct writer *w)
{
	struct live live = live_from(crypto, wish, w);
	struct client_hello form;
	enum err err;

	if (hello->format == HELLO_SSLV2)
		return write_sslv2(&live, hello->form, w);
	err = hello->format == HELLO_DTLS ? client_hello_parse_dtls(hello->form, &form)
					  : client_hello_parse(hello->form, &form);
	if (err != ERR_OK)
		return err;
	if (wants_name(&form, wish) && wish->server_name.len == 0)
		return ERR_VALUE;
	write_hello(&live, &form, hello->format, w);
	return writer_end(w);
}
