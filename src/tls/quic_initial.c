#include "tls/quic_initial.h"

#include "base/reader.h"
#include "base/writer.h"
#include "tls/quic_varint.h"
#include "tls/quic_version.h"

enum {
	HEADER_LONG = 0x80, /* RFC 9000, 17.2 */
	HEADER_FIXED = 0x40,
	TYPE_SHIFT = 4,
	TYPE_MASK = 3,
	RESERVED_BITS = 0x0c,
	PROTECTED_BITS = 0x0f, /* of the first byte; RFC 9001, 5.4.1 */
	NUMBER_LEN_BITS = 0x03,
	NUMBER_LEN_MAX = 4,
	RETRY_TAG_LEN = 16, /* RFC 9001, 5.8 */
	SALT_LEN = 20,
	LABEL_MAX = 32,
};

#define VERSION_NEGOTIATION 0

/* The types as bits 4 and 5 of the first byte say them. RFC 9000, 17.2. */
static const enum quic_packet_type types_v1[] = { QUIC_INITIAL, QUIC_ZERO_RTT,
	QUIC_HANDSHAKE, QUIC_RETRY };

/* RFC 9369, 3.2. */
static const enum quic_packet_type types_v2[] = { QUIC_RETRY, QUIC_INITIAL, QUIC_ZERO_RTT,
	QUIC_HANDSHAKE };

static const struct labels {
	const char *key;
	const char *iv;
	const char *hp;
} labels_v1 = { "quic key", "quic iv", "quic hp" },             /* RFC 9001, 5.1 */
	labels_v2 = { "quicv2 key", "quicv2 iv", "quicv2 hp" }; /* RFC 9369, 3.3.1 */

/* RFC 9001, 5.2 */
static const uint8_t salt_v1[SALT_LEN] = { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3,
	0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a };

/* RFC 9369, 3.3.1 */
static const uint8_t salt_v2[SALT_LEN] = { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb,
	0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 };

/* draft-ietf-quic-tls-22, 5.2 */
static const uint8_t salt_draft22[SALT_LEN] = { 0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb,
	0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a };

/* draft-ietf-quic-tls-23, 5.2 */
static const uint8_t salt_draft23[SALT_LEN] = { 0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb,
	0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02 };

/* draft-ietf-quic-tls-29, 5.2 */
static const uint8_t salt_draft29[SALT_LEN] = { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2,
	0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 };

/* Versions with the same secrets and packet types. To add one: a line here, a
 * test vector. In order of version. */
static const struct version_range {
	uint32_t first;
	uint32_t last;
	const uint8_t *salt;
	const enum quic_packet_type *types;
	const struct labels *labels;
} version_ranges[] = {
	/* RFC 9001, 5.2 */
	{ 0x00000001, 0x00000001, salt_v1, types_v1, &labels_v1 },
	/* RFC 9369, 3.1 and 3.3.1 */
	{ 0x6b3343cf, 0x6b3343cf, salt_v2, types_v2, &labels_v2 },
	/* Facebook's mvfst in the form of draft-22, then of draft-27; as Wireshark
	 * knows it */
	{ 0xfaceb001, 0xfaceb001, salt_draft22, types_v1, &labels_v1 },
	{ 0xfaceb002, 0xfaceb002, salt_draft23, types_v1, &labels_v1 },
	{ 0xfaceb00e, 0xfaceb00e, salt_draft23, types_v1, &labels_v1 },
	/* draft-ietf-quic-tls-22, 5.2: the first with such headers */
	{ 0xff000016, 0xff000016, salt_draft22, types_v1, &labels_v1 },
	/* draft-ietf-quic-tls-23 to -28, 5.2 */
	{ 0xff000017, 0xff00001c, salt_draft23, types_v1, &labels_v1 },
	/* draft-ietf-quic-tls-29 to -32, 5.2 */
	{ 0xff00001d, 0xff000020, salt_draft29, types_v1, &labels_v1 },
	/* draft-ietf-quic-tls-33 and -34, 5.2: the salt of version 1 already */
	{ 0xff000021, 0xff000022, salt_v1, types_v1, &labels_v1 },
};

static const struct version_range *range_of_version(uint32_t version)
{
	for (size_t i = 0; i < COUNT_OF(version_ranges); i++)
		if (version >= version_ranges[i].first &&
			version <= version_ranges[i].last)
			return &version_ranges[i];
	return NULL;
}

/* RFC 9000, 17.2: at most 20 bytes in the versions known here; in others an
 * endpoint may see up to 255 (RFC 8999, 5.1), which none uses. */
static struct bytes read_connection_id(struct reader *r)
{
	uint8_t len = reader_u8(r);

	if (len > QUIC_CONNECTION_ID_MAX)
		reader_spoil(r, ERR_VALUE);
	return reader_take(r, len);
}

/* What every version has. RFC 8999, 5.1. */
static uint8_t read_invariants(struct reader *r, struct quic_packet *packet)
{
	uint8_t first = reader_u8(r);

	packet->version = reader_u32(r);
	packet->destination_id = read_connection_id(r);
	packet->source_id = read_connection_id(r);
	return first;
}

/* A version that is not in the table, but that somebody sends: reserved to be
 * refused (RFC 9000, 15), an older or later draft, Google's T050 and T051, which
 * carry TLS in frames of Google's own. */
static bool is_plausible_version(uint32_t version)
{
	return quic_version_is_reserved(version) || version >> 8 == 0xff0000 ||
	       version >> 8 == 0x543035;
}

bool quic_check(struct bytes datagram)
{
	struct reader r = reader_over(datagram);
	struct quic_packet packet = { 0 };
	uint8_t first = read_invariants(&r, &packet);

	if ((first & HEADER_LONG) == 0 || reader_fault(&r) != ERR_OK)
		return false;
	if (packet.version == VERSION_NEGOTIATION)
		/* RFC 9000, 17.2.1: versions and nothing else. */
		return reader_more(&r) && reader_left(&r) % 4 == 0 &&
		       packet.destination_id.len + packet.source_id.len > 0;
	return (first & HEADER_FIXED) != 0 &&
	       (range_of_version(packet.version) != NULL ||
		       is_plausible_version(packet.version));
}

/* RFC 9000, 17.2.2 to 17.2.5. Ends r where the packet ends. */
static void read_long(struct reader *r, struct bytes datagram, uint8_t first,
	struct quic_packet *packet)
{
	const struct version_range *range = range_of_version(packet->version);

	packet->type = range->types[first >> TYPE_SHIFT & TYPE_MASK];
	if (packet->type == QUIC_RETRY) {
		if (reader_left(r) < RETRY_TAG_LEN)
			reader_spoil(r, ERR_SHORT);
		else
			packet->token = reader_take(r, reader_left(r) - RETRY_TAG_LEN);
		(void)reader_rest(r);
		return;
	}
	if (packet->type == QUIC_INITIAL)
		packet->token = quic_varint_take(r, quic_varint(r));

	uint64_t len = quic_varint(r);
	packet->number_offset = datagram.len - reader_left(r);
	(void)quic_varint_take(r, len);
}

/* Ends that agreed to grease the fixed bit clear it at will (RFC 9287, 3.1), all but
 * a client's first packets, which quic_check() sees. Behind a long header nothing else
 * tells a short one from the zeros that some fill a datagram with, so there it counts:
 * a greased short packet is missed, and the next has the bit again. */
enum err quic_packet_next(struct bytes *datagram, struct quic_packet *ret)
{
	struct reader r = reader_over(*datagram);
	struct quic_packet packet = { 0 };

	if (!reader_more(&r))
		return ERR_END;
	if ((*datagram->at & HEADER_LONG) == 0) {
		packet.type = QUIC_SHORT;
		if ((reader_u8(&r) & HEADER_FIXED) == 0)
			reader_spoil(&r, ERR_VALUE);
		(void)reader_rest(&r);
	} else {
		uint8_t first = read_invariants(&r, &packet);

		packet.type = packet.version == VERSION_NEGOTIATION
				      ? QUIC_VERSION_NEGOTIATION
				      : QUIC_UNKNOWN_VERSION;
		if (packet.type == QUIC_VERSION_NEGOTIATION)
			packet.versions = reader_rest(&r);
		else if (range_of_version(packet.version) != NULL)
			read_long(&r, *datagram, first, &packet);
		else
			(void)reader_rest(&r);
	}

	enum err err = reader_fault(&r);
	packet.whole = bytes_first(*datagram, datagram->len - reader_left(&r));
	*datagram = reader_rest(&r); /* nothing after a fault */
	if (err == ERR_OK)
		*ret = packet;
	return err;
}

/* HKDF-Expand-Label with no context, for results that one HMAC covers.
 * RFC 8446, 7.1; RFC 5869, 2.3. */
static void expand(const struct crypto *crypto, const struct hmac_key *secret,
	const char *label, uint8_t *ret, size_t len)
{
	uint8_t memory[LABEL_MAX];
	uint8_t block[SHA256_LEN];
	struct writer w = writer_over(memory, sizeof memory);

	writer_u16(&w, (uint16_t)len);
	size_t opened = writer_open(&w, 1);
	writer_bytes(&w, bytes_of_string("tls13 "));
	writer_bytes(&w, bytes_of_string(label));
	writer_close(&w, opened, 1);
	writer_u8(&w, 0); /* context */
	writer_u8(&w, 1); /* first block */
	crypto->hmac_sha256(secret, writer_written(&w), block);
	memcpy(ret, block, len);
}

/* The key of the HMACs that expand a secret. */
static struct hmac_key key_of_secret(
	const struct crypto *crypto, const uint8_t secret[SHA256_LEN])
{
	struct hmac_key key;

	crypto->hmac_key(bytes_over(secret, SHA256_LEN), &key);
	return key;
}

/* RFC 9001, 5.2. */
enum err quic_secret_derive(const struct crypto *crypto, uint32_t version,
	struct bytes client_destination_id, struct quic_secret *ret)
{
	const struct version_range *range = range_of_version(version);
	uint8_t initial[SHA256_LEN];
	struct hmac_key salt;

	if (range == NULL)
		return ERR_UNSUPPORTED;
	crypto->hmac_key(bytes_over(range->salt, SALT_LEN), &salt);
	crypto->hmac_sha256(&salt, client_destination_id, initial);
	*ret = (struct quic_secret){ version, key_of_secret(crypto, initial) };
	return ERR_OK;
}

/* RFC 9001, 5.1 and 5.2. */
static void derive_keys(const struct crypto *crypto, const struct quic_secret *initial,
	const char *side, struct quic_keys *ret)
{
	const struct labels *labels = range_of_version(initial->version)->labels;
	uint8_t memory[SHA256_LEN];
	struct hmac_key secret;

	expand(crypto, &initial->key, side, memory, sizeof memory);
	secret = key_of_secret(crypto, memory);
	expand(crypto, &secret, labels->key, ret->key, sizeof ret->key);
	expand(crypto, &secret, labels->iv, ret->iv, sizeof ret->iv);
	expand(crypto, &secret, labels->hp, ret->hp, sizeof ret->hp);
}

void quic_client_keys(const struct crypto *crypto, const struct quic_secret *secret,
	struct quic_keys *ret)
{
	derive_keys(crypto, secret, "client in", ret);
}

void quic_server_keys(const struct crypto *crypto, const struct quic_secret *secret,
	struct quic_keys *ret)
{
	derive_keys(crypto, secret, "server in", ret);
}

/* Takes the protection off the copy of a header, whose sample stands behind it.
 * Answers the length of the packet number. RFC 9001, 5.4. */
static size_t unprotect(const struct crypto *crypto, const uint8_t hp[AES128_LEN],
	struct bytes sample, uint8_t *header, size_t number_offset)
{
	uint8_t mask[AES128_LEN];

	crypto->aes128_block(hp, sample.at, mask);
	header[0] ^= mask[0] & PROTECTED_BITS;

	size_t number_len = (size_t)(header[0] & NUMBER_LEN_BITS) + 1;
	for (size_t i = 0; i < number_len; i++)
		header[number_offset + i] ^= mask[1 + i];
	return number_len;
}

/* The packet number is taken as sent: a truncated one would need the largest one
 * acknowledged (RFC 9000, A.3), and nobody sends 256 Initials. RFC 9001, 5.3. */
static void make_nonce(const uint8_t iv[GCM_NONCE_LEN], const uint8_t *number,
	size_t number_len, uint8_t ret[GCM_NONCE_LEN])
{
	memcpy(ret, iv, GCM_NONCE_LEN);
	for (size_t i = 0; i < number_len; i++)
		ret[GCM_NONCE_LEN - number_len + i] ^= number[i];
}

/* The header without protection is what is authenticated, so it is copied to the
 * front of memory and the plaintext behind it; both are shorter than the packet,
 * which no datagram is long enough to make longer than memory. */
enum err quic_initial_open(const struct crypto *crypto, const struct quic_keys *keys,
	const struct quic_packet *packet, uint8_t *memory, struct bytes *ret_frames)
{
	struct reader r = reader_over(packet->whole);
	uint8_t nonce[GCM_NONCE_LEN];

	if (packet->type != QUIC_INITIAL || packet->whole.len > QUIC_PLAINTEXT_MAX)
		return ERR_VALUE;
	(void)reader_take(&r, packet->number_offset);
	(void)reader_take(&r, NUMBER_LEN_MAX);
	struct bytes sample = reader_take(&r, AES128_LEN); /* RFC 9001, 5.4.2 */
	if (reader_fault(&r) != ERR_OK)
		return ERR_VALUE;

	memcpy(memory, packet->whole.at, packet->number_offset + NUMBER_LEN_MAX);
	size_t header_len =
		packet->number_offset +
		unprotect(crypto, keys->hp, sample, memory, packet->number_offset);
	make_nonce(keys->iv, memory + packet->number_offset,
		header_len - packet->number_offset, nonce);

	struct bytes sealed = bytes_after(packet->whole, header_len);
	if (!crypto->aes128_gcm_open(keys->key, nonce, bytes_over(memory, header_len),
		    sealed, memory + header_len))
		return ERR_CRYPTO;
	if ((memory[0] & RESERVED_BITS) != 0) /* RFC 9000, 17.2 */
		return ERR_VALUE;
	*ret_frames = bytes_over(memory + header_len, sealed.len - GCM_TAG_LEN);
	return ERR_OK;
}

/* Lengths as varints of two bytes; a short one of one. RFC 9000, 16. */
#define VARINT2     0x4000
#define VARINT2_MAX 0x3fff
#define VARINT1_MAX 0x3f

size_t quic_initial_overhead(const struct quic_initial *initial)
{
	return 1 + 4 + 1 + initial->destination_id.len + 1 + initial->source_id.len + 1 +
	       (initial->token.len > VARINT1_MAX) + initial->token.len + 2 +
	       NUMBER_LEN_MAX + GCM_TAG_LEN;
}

static void write_id(struct writer *w, struct bytes id)
{
	writer_u8(w, (uint8_t)id.len);
	writer_bytes(w, id);
}

/* Of the type's two bits the place in types_v1 or types_v2. */
static uint8_t initial_bits(const struct version_range *range)
{
	uint8_t bits = 0;

	while (range->types[bits] != QUIC_INITIAL)
		bits++;
	return (uint8_t)(bits << TYPE_SHIFT);
}

/* RFC 9000, 17.2.2. The packet number has four bytes, as nothing says how few of them the
 * server would need. */
static void write_header(const struct version_range *range,
	const struct quic_initial *initial, size_t rest_len, struct writer *w)
{
	writer_u8(w, HEADER_LONG | HEADER_FIXED | initial_bits(range) | NUMBER_LEN_BITS);
	writer_u32(w, initial->version);
	write_id(w, initial->destination_id);
	write_id(w, initial->source_id);
	if (initial->token.len > VARINT1_MAX)
		writer_u16(w, (uint16_t)(VARINT2 | initial->token.len));
	else
		writer_u8(w, (uint8_t)initial->token.len);
	writer_bytes(w, initial->token);
	writer_u16(w, (uint16_t)(VARINT2 | rest_len));
	writer_u32(w, initial->number);
}

/* RFC 9001, 5.4.1 and 5.4.2: the sample begins four bytes behind the number's first. */
static void protect(const struct crypto *crypto, const uint8_t hp[AES128_LEN],
	uint8_t *packet, size_t number_offset)
{
	uint8_t mask[AES128_LEN];

	crypto->aes128_block(hp, packet + number_offset + NUMBER_LEN_MAX, mask);
	packet[0] ^= mask[0] & PROTECTED_BITS;
	for (size_t i = 0; i < NUMBER_LEN_MAX; i++)
		packet[number_offset + i] ^= mask[1 + i];
}

enum err quic_initial_seal(const struct crypto *crypto, const struct quic_keys *keys,
	const struct quic_initial *initial, struct bytes frames, size_t len, uint8_t *ret)
{
	const struct version_range *range = range_of_version(initial->version);
	size_t header_len = quic_initial_overhead(initial) - GCM_TAG_LEN;
	struct writer w = writer_over(ret, len);
	uint8_t nonce[GCM_NONCE_LEN];

	if (range == NULL)
		return ERR_UNSUPPORTED;
	if (len > VARINT2_MAX || len < header_len + frames.len + GCM_TAG_LEN ||
		frames.len == 0)
		return ERR_LIMIT;
	write_header(range, initial, len - header_len + NUMBER_LEN_MAX, &w);
	writer_bytes(&w, frames);
	writer_zeros(&w, len - header_len - frames.len); /* padding, the tag's place */
	if (writer_end(&w) != ERR_OK)
		return ERR_LIMIT;
	make_nonce(keys->iv, ret + header_len - NUMBER_LEN_MAX, NUMBER_LEN_MAX, nonce);
	const struct crypto_aead aead = { .cipher = CRYPTO_AES_GCM,
		.key = bytes_over(keys->key, sizeof keys->key),
		.nonce = bytes_over(nonce, sizeof nonce),
		.associated = bytes_over(ret, header_len),
		.tag_len = GCM_TAG_LEN };
	if (!crypto->aead_seal(&aead,
		    bytes_over(ret + header_len, len - header_len - GCM_TAG_LEN),
		    ret + header_len))
		return ERR_CRYPTO;
	protect(crypto, keys->hp, ret, header_len - NUMBER_LEN_MAX);
	return ERR_OK;
}

/* RFC 9001, 5.8: the tag over the Retry with that id in front. */
bool quic_retry_is_true(const struct crypto *crypto, const struct quic_packet *packet,
	struct bytes client_destination_id)
{
	static const uint8_t key[AES128_LEN] = { 0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57,
		0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e };
	static const uint8_t nonce[GCM_NONCE_LEN] = { 0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63,
		0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb };
	uint8_t memory[1 + QUIC_CONNECTION_ID_MAX + QUIC_RETRY_MAX], none[1];
	struct writer w = writer_over(memory, sizeof memory);

	if (packet->type != QUIC_RETRY || packet->whole.len < RETRY_TAG_LEN)
		return false;
	write_id(&w, client_destination_id);
	writer_bytes(&w, bytes_first(packet->whole, packet->whole.len - RETRY_TAG_LEN));
	return writer_end(&w) == ERR_OK &&
	       crypto->aes128_gcm_open(key, nonce, writer_written(&w),
		       bytes_after(packet->whole, packet->whole.len - RETRY_TAG_LEN),
		       none);
}
