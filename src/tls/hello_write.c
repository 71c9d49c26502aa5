#include "tls/hello_write.h"

#include "tls/handshake.h"
#include "tls/key_share.h"
#include "tls/quic_version.h"
#include "tls/record.h"

#define SESSION_ID_MAX 32
#define HEADER_LEN     4      /* of a handshake message, and of an extension */
#define GREASE_STEP    0x1010 /* RFC 8701, 2 */
#define GREASE_FIRST   0x0a0a
#define GREASE_VALUES  16

/* Lengths and codes of draft-hickman-netscape-ssl-00, 5.5. */
#define SSLV2_TWO_BYTE_HEADER 0x8000
#define SSLV2_CLIENT_HELLO    1
#define SSLV2_HEAD_LEN        9 /* type, version, three lengths */
#define SSLV2_SPEC_LEN        3
#define SSLV2_CHALLENGE_LEN   16
#define SSLV2_SPECS_MAX       (0x7fff - SSLV2_HEAD_LEN - SSLV2_CHALLENGE_LEN)

struct writing {
	const struct hello_plan *plan;
	const struct crypto *crypto;
	struct draws *draws;
	struct writer *w;
	size_t start; /* of the body, in what the writer has */
	uint16_t grease;
};

static bool says(const struct writing *writing, enum hello_says what)
{
	return (writing->plan->says & what) != 0;
}

/* A value of its own for each place: the second extension must not be the first's. */
static uint16_t next_grease(struct writing *writing)
{
	uint16_t value = writing->grease;

	writing->grease = (uint16_t)(value + GREASE_STEP);
	return value;
}

static void write_codes(
	struct writing *writing, const struct hello_codes *codes, size_t width)
{
	size_t opened = writer_open(writing->w, width);

	if (says(writing, HELLO_SAYS_GREASE))
		writer_u16(writing->w, next_grease(writing));
	for (size_t i = 0; i < codes->count; i++)
		writer_u16(writing->w, codes->at[i]);
	writer_close(writing->w, opened, width);
}

static size_t begin(struct writing *writing, uint16_t type)
{
	writer_u16(writing->w, type);
	return writer_open(writing->w, 2);
}

static void end(struct writing *writing, size_t opened)
{
	writer_close(writing->w, opened, 2);
}

static void write_body(struct writing *writing, uint16_t type, struct bytes body)
{
	size_t opened = begin(writing, type);

	writer_bytes(writing->w, body);
	end(writing, opened);
}

/* RFC 6066, 3. */
static void write_name(struct writing *writing)
{
	struct bytes name = writing->plan->server_name;
	size_t opened, list, inner;

	if (name.len == 0)
		return;
	opened = begin(writing, EXTENSION_SERVER_NAME);
	list = writer_open(writing->w, 2);
	writer_u8(writing->w, 0); /* host_name */
	inner = writer_open(writing->w, 2);
	writer_bytes(writing->w, name);
	writer_close(writing->w, inner, 2);
	writer_close(writing->w, list, 2);
	end(writing, opened);
}

static void write_list(struct writing *writing, uint16_t type,
	const struct hello_codes *codes, size_t width)
{
	size_t opened;

	if (codes->count == 0)
		return;
	opened = begin(writing, type);
	write_codes(writing, codes, width);
	end(writing, opened);
}

/* RFC 7301, 3.1. */
static void write_alpn(struct writing *writing)
{
	size_t opened, list;

	if (writing->plan->alpn_count == 0)
		return;
	opened = begin(writing, EXTENSION_ALPN);
	list = writer_open(writing->w, 2);
	for (size_t i = 0; i < writing->plan->alpn_count; i++) {
		size_t name = writer_open(writing->w, 1);

		writer_bytes(writing->w, writing->plan->alpn[i]);
		writer_close(writing->w, name, 1);
	}
	writer_close(writing->w, list, 2);
	end(writing, opened);
}

/* RFC 8446, 4.2.8. */
static void write_shares(struct writing *writing)
{
	const struct hello_plan *plan = writing->plan;
	size_t opened, list;

	if (plan->shares.count == 0 && !says(writing, HELLO_SAYS_KEY_SHARE))
		return;
	opened = begin(writing, EXTENSION_KEY_SHARE);
	list = writer_open(writing->w, 2);
	for (size_t i = 0; i < plan->shares.count; i++) {
		uint16_t group = plan->shares.at[i];
		size_t key;

		writer_u16(writing->w, group);
		key = writer_open(writing->w, 2);
		if (plan->share_keys != NULL)
			writer_bytes(writing->w, plan->share_keys[i]);
		else
			key_share_write(
				group, writing->crypto, writing->draws, writing->w);
		writer_close(writing->w, key, 2);
	}
	writer_close(writing->w, list, 2);
	end(writing, opened);
}

/* RFC 8446, 4.2.2. */
static void write_cookie(struct writing *writing)
{
	size_t opened, cookie;

	if (writing->plan->cookie.len == 0)
		return;
	opened = begin(writing, EXTENSION_COOKIE);
	cookie = writer_open(writing->w, 2);
	writer_bytes(writing->w, writing->plan->cookie);
	writer_close(writing->w, cookie, 2);
	end(writing, opened);
}

/* What is the same in every hello. To add one: a line here, a bit in hello_write.h. */
static const struct said {
	uint16_t bit;
	uint16_t type;
	uint8_t len;
	uint8_t body[5];
} all_said[] = {
	{ HELLO_SAYS_EXTENDED_MASTER_SECRET, EXTENSION_EXTENDED_MASTER_SECRET, 0, { 0 } },
	{ HELLO_SAYS_RENEGOTIATION_INFO, EXTENSION_RENEGOTIATION_INFO, 1, { 0 } },
	{ HELLO_SAYS_ENCRYPT_THEN_MAC, EXTENSION_ENCRYPT_THEN_MAC, 0, { 0 } },
	{ HELLO_SAYS_TIMESTAMPS, EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP, 0, { 0 } },
	/* ocsp, no responders, no extensions */
	{ HELLO_SAYS_STATUS_REQUEST, EXTENSION_STATUS_REQUEST, 5, { 1, 0, 0, 0, 0 } },
	{ HELLO_SAYS_HEARTBEAT, EXTENSION_HEARTBEAT, 1, { 2 } },
	{ HELLO_SAYS_POINT_FORMATS, EXTENSION_EC_POINT_FORMATS, 2, { 1, 0 } },
	{ HELLO_SAYS_PSK_MODES, EXTENSION_PSK_KEY_EXCHANGE_MODES, 2, { 1, 1 } },
};

static void write_all_said(struct writing *writing)
{
	for (size_t i = 0; i < COUNT_OF(all_said); i++)
		if (says(writing, all_said[i].bit))
			write_body(writing, all_said[i].type,
				bytes_over(all_said[i].body, all_said[i].len));
}

static void write_parameters(struct writing *writing)
{
	size_t opened;

	if (!says(writing, HELLO_SAYS_QUIC))
		return;
	opened = begin(writing, EXTENSION_QUIC_TRANSPORT_PARAMETERS);
	quic_parameters_write(writing->w);
	end(writing, opened);
}

/* The header of the padding counts too: RFC 7685, 4. What follows it is known. */
static void write_padding(struct writing *writing)
{
	size_t psk = writing->plan->pre_shared_key.len;
	size_t len = HEADER_LEN + writer_written(writing->w).len - writing->start +
		     HEADER_LEN + (psk > 0 ? HEADER_LEN + psk : 0);
	size_t opened;

	if (writing->plan->padded_to < len)
		return;
	opened = begin(writing, EXTENSION_PADDING);
	writer_zeros(writing->w, writing->plan->padded_to - len);
	end(writing, opened);
}

static void write_extensions(struct writing *writing)
{
	const struct hello_plan *plan = writing->plan;

	if (says(writing, HELLO_SAYS_GREASE))
		write_body(writing, next_grease(writing), (struct bytes){ 0 });
	write_name(writing);
	if (says(writing, HELLO_SAYS_SESSION_TICKET))
		write_body(writing, EXTENSION_SESSION_TICKET, plan->session_ticket);
	write_all_said(writing);
	write_parameters(writing);
	write_alpn(writing);
	write_shares(writing);
	write_cookie(writing);
	writer_bytes(writing->w, plan->extensions);
	write_list(writing, EXTENSION_SUPPORTED_GROUPS, &plan->groups, 2);
	write_list(writing, EXTENSION_SIGNATURE_ALGORITHMS, &plan->schemes, 2);
	write_list(writing, EXTENSION_SUPPORTED_VERSIONS, &plan->versions, 1);
	write_padding(writing);
	if (plan->pre_shared_key.len > 0)
		write_body(writing, EXTENSION_PRE_SHARED_KEY, plan->pre_shared_key);
}

/* Servers of SSL 3.0 may know nothing of extensions: where there are none, there is no
 * vector of them either. RFC 5246, 7.4.1.2. */
static void write_extension_block(struct writing *writing)
{
	struct writer before = *writing->w;
	size_t opened = writer_open(writing->w, 2);
	size_t empty = writer_written(writing->w).len;

	write_extensions(writing);
	if (writer_end(writing->w) == ERR_OK && writer_written(writing->w).len == empty)
		*writing->w = before;
	else
		writer_close(writing->w, opened, 2);
}

static void write_suites(struct writing *writing)
{
	size_t opened = writer_open(writing->w, 2);

	if (says(writing, HELLO_SAYS_GREASE))
		writer_u16(writing->w, next_grease(writing));
	for (size_t i = 0; i < writing->plan->suites.count; i++)
		writer_u16(writing->w, writing->plan->suites.at[i]);
	if (says(writing, HELLO_SAYS_RENEGOTIATION_SCSV))
		writer_u16(writing->w, SUITE_EMPTY_RENEGOTIATION_INFO_SCSV);
	if (says(writing, HELLO_SAYS_FALLBACK_SCSV))
		writer_u16(writing->w, SUITE_FALLBACK_SCSV);
	writer_close(writing->w, opened, 2);
}

/* Those given, or so many drawn ones. */
static void write_or_draw(struct writing *writing, struct bytes given, size_t len)
{
	if (given.len > 0)
		writer_bytes(writing->w, given);
	else
		draws_write(writing->draws, len, writing->w);
}

static void write_hello(struct writing *writing)
{
	const struct hello_plan *plan = writing->plan;
	size_t opened;

	writer_u16(writing->w, plan->legacy_version);
	write_or_draw(writing, plan->random, HELLO_RANDOM_LEN);
	opened = writer_open(writing->w, 1);
	write_or_draw(writing, plan->session_id, plan->session_id_len);
	writer_close(writing->w, opened, 1);
	if (plan->datagram) {
		opened = writer_open(writing->w, 1);
		writer_bytes(writing->w, plan->dtls_cookie);
		writer_close(writing->w, opened, 1);
	}
	write_suites(writing);
	opened = writer_open(writing->w, 1);
	if (says(writing, HELLO_SAYS_DEFLATE))
		writer_u8(writing->w, 1);
	writer_u8(writing->w, 0);
	writer_close(writing->w, opened, 1);
	write_extension_block(writing);
}

enum err hello_write_body(const struct hello_plan *plan, const struct crypto *crypto,
	struct draws *draws, struct writer *w)
{
	struct writing writing = { plan, crypto, draws, w, writer_written(w).len,
		GREASE_FIRST };

	if ((plan->random.len != 0 && plan->random.len != HELLO_RANDOM_LEN) ||
		plan->session_id.len > SESSION_ID_MAX ||
		plan->session_id_len > SESSION_ID_MAX)
		return ERR_VALUE;
	if (says(&writing, HELLO_SAYS_GREASE))
		writing.grease =
			(uint16_t)(GREASE_FIRST +
				   GREASE_STEP * draws_below(draws, GREASE_VALUES));
	write_hello(&writing);
	return writer_end(w);
}

enum err hello_write_message(const struct hello_plan *plan, const struct crypto *crypto,
	struct draws *draws, struct writer *w)
{
	size_t opened;
	enum err err;

	writer_u8(w, HANDSHAKE_CLIENT_HELLO);
	opened = writer_open(w, 3);
	err = hello_write_body(plan, crypto, draws, w);
	writer_close(w, opened, 3);
	return err == ERR_OK ? writer_end(w) : err;
}

enum err hello_write(const struct hello_plan *plan, const struct crypto *crypto,
	struct draws *draws, struct writer *w)
{
	uint8_t room[HELLO_WRITE_MAX];
	struct writer message = writer_over(room, sizeof room);
	enum err err = hello_write_message(plan, crypto, draws, &message);
	struct bytes all = writer_written(&message);
	size_t first = plan->first_record;

	if (err != ERR_OK)
		return err;
	if (first > 0 && first < all.len) {
		record_write(CONTENT_HANDSHAKE, plan->record_version,
			bytes_first(all, first), w);
		all = bytes_after(all, first);
	}
	record_write(CONTENT_HANDSHAKE, plan->record_version, all, w);
	return writer_end(w);
}

enum err hello_write_sslv2(uint16_t version, const uint32_t *specs, size_t count,
	struct draws *draws, struct writer *w)
{
	size_t specs_len = SSLV2_SPEC_LEN * count;

	if (specs_len > SSLV2_SPECS_MAX)
		return ERR_LIMIT;
	writer_u16(w, (uint16_t)(SSLV2_TWO_BYTE_HEADER |
				 (SSLV2_HEAD_LEN + specs_len + SSLV2_CHALLENGE_LEN)));
	writer_u8(w, SSLV2_CLIENT_HELLO);
	writer_u16(w, version);
	writer_u16(w, (uint16_t)specs_len);
	writer_u16(w, 0); /* no session id */
	writer_u16(w, SSLV2_CHALLENGE_LEN);
	for (size_t i = 0; i < count; i++)
		writer_u24(w, specs[i]);
	draws_write(draws, SSLV2_CHALLENGE_LEN, w);
	return writer_end(w);
}
