#include "evidence/endpoint_codec.h"

#include "base/reader.h"

#define FORMAT_WITH_UDP     2
#define FORMAT_WITH_STAPLES 3

static void pack_string(struct writer *w, const char *string)
{
	size_t opened = writer_open(w, 2);

	if (string != NULL)
		writer_bytes(w, bytes_of_string(string));
	writer_close(w, opened, 2);
}

static void pack_bytes(struct writer *w, struct bytes all)
{
	size_t opened = writer_open(w, 2);

	writer_bytes(w, all);
	writer_close(w, opened, 2);
}

static void pack_codes(struct writer *w, const struct endpoint_codes *list)
{
	size_t opened;

	writer_u8(w, list->whole);
	opened = writer_open(w, 2);
	for (size_t i = 0; i < list->count; i++)
		writer_u24(w, list->codes[i]);
	writer_close(w, opened, 2);
}

static void pack_version(struct writer *w, const struct endpoint_version *found)
{
	writer_u16(w, found->version);
	writer_u8(w, (uint8_t)found->status);
	writer_u16(w, (uint16_t)(found->alert + 1)); /* 0: none */
	pack_string(w, found->reason);
	pack_codes(w, &found->suites);
	writer_u8(w, (uint8_t)found->order);
	pack_codes(w, &found->groups);
	pack_codes(w, &found->schemes);
	writer_u8(w, (uint8_t)found->completes);
	writer_u8(w, (uint8_t)found->without_name);
	writer_u8(w, (uint8_t)found->other_name);
}

static void pack_certificate(struct writer *w, const struct endpoint_certificate *shown)
{
	writer_u16(w, shown->version);
	writer_u8(w, shown->named);
	writer_u8(w, (uint8_t)shown->trust);
	writer_u8(w, (uint8_t)shown->name_matches);
	writer_u8(w, (uint8_t)shown->stapled);
	writer_u16(w, shown->timestamps.inside);
	writer_u8(w, shown->chain_len);
	for (size_t i = 0; i < shown->chain_len; i++)
		writer_bytes(w, bytes_over(shown->chain[i]->digest, SHA256_LEN));
}

static void pack_staple(struct writer *w, const struct endpoint_certificate *shown)
{
	writer_u16(w, shown->timestamps.sent);
	writer_u16(w, shown->timestamps.stapled);
	writer_u8(w, (uint8_t)shown->staple);
	writer_u64(w, shown->staple_from);
	writer_u64(w, shown->staple_to);
}

static void pack_place(struct writer *w, const struct endpoint *endpoint)
{
	writer_u64(w, endpoint->at);
	pack_bytes(w, endpoint->host);
	pack_bytes(w, endpoint->server_name);
	writer_bytes(w, bytes_over(endpoint->address.bytes, ADDRESS_LEN));
	writer_u16(w, endpoint->port);
	writer_u8(w, (uint8_t)endpoint->transport);
	writer_u8(w, endpoint->quic);
	pack_string(w, upgrade_name(endpoint->upgrade));
	writer_u8(w, (uint8_t)endpoint->status);
	pack_string(w, endpoint->reason);
	pack_bytes(w, bytes_over(endpoint->start, endpoint->start_len));
}

static void pack_rest(struct writer *w, const struct endpoint *endpoint)
{
	size_t opened = writer_open(w, 2);

	for (size_t i = 0; i < endpoint->alpn_count; i++)
		pack_bytes(w, endpoint->alpn[i]);
	writer_close(w, opened, 2);
	writer_u16(w, endpoint->dh.bits);
	pack_string(w, endpoint->dh.known);
	writer_u8(w, (uint8_t)endpoint->dh.reused);
	opened = writer_open(w, 2);
	for (size_t i = 0; i < endpoint_trait_count; i++) {
		enum endpoint_trait trait = endpoint_trait_of(endpoint, i);

		if (trait == TRAIT_UNKNOWN)
			continue;
		pack_string(w, endpoint_trait_kinds[i].name);
		writer_u8(w, (uint8_t)trait);
	}
	writer_close(w, opened, 2);
	writer_u8(w, endpoint->nodes_differ);
	pack_string(w, endpoint->nodes_reason);
	writer_u8(w, endpoint->slowed);
	writer_u32(w, endpoint->connections);
	writer_u64(w, endpoint->bytes_sent);
	writer_u64(w, endpoint->bytes_received);
	writer_u64(w, endpoint->took);
}

static void pack_udp(struct writer *w, const struct endpoint_udp *udp)
{
	size_t opened;

	writer_u8(w, (uint8_t)udp->dtls);
	writer_u8(w, (uint8_t)udp->quic);
	opened = writer_open(w, 2);
	for (size_t i = 0; i < udp->quic_version_count; i++)
		writer_u32(w, udp->quic_versions[i]);
	writer_close(w, opened, 2);
}

enum err endpoint_pack(const struct endpoint *endpoint, struct writer *w)
{
	writer_u8(w, ENDPOINT_FORMAT);
	pack_place(w, endpoint);
	writer_u8(w, COUNT_OF(endpoint->versions));
	for (size_t i = 0; i < COUNT_OF(endpoint->versions); i++)
		pack_version(w, &endpoint->versions[i]);
	writer_u8(w, endpoint->certificate_count);
	for (size_t i = 0; i < endpoint->certificate_count; i++)
		pack_certificate(w, &endpoint->certificates[i]);
	pack_rest(w, endpoint);
	pack_udp(w, &endpoint->udp);
	for (size_t i = 0; i < endpoint->certificate_count; i++)
		pack_staple(w, &endpoint->certificates[i]);
	return writer_end(w);
}

/* An endpoint on its way back. */
struct unpacking {
	struct reader r;
	struct arena *arena;
	struct endpoint_finder *finder;
};

static struct bytes unpack_bytes(struct unpacking *u)
{
	struct reader all = reader_vec16(&u->r);
	struct bytes copy = arena_copy(u->arena, reader_rest(&all));

	reader_close(&u->r, &all);
	return copy;
}

/* Nothing is NULL. Inside no zero may stand. */
static const char *unpack_string(struct unpacking *u)
{
	struct reader r = reader_vec16(&u->r);
	struct bytes all = reader_rest(&r);

	reader_close(&u->r, &r);
	if (all.len == 0)
		return NULL;
	if (memchr(all.at, 0, all.len) != NULL)
		reader_spoil(&u->r, ERR_VALUE);
	return arena_string(u->arena, all);
}

/* One of the first `count` values. */
static unsigned unpack_choice(struct unpacking *u, unsigned count)
{
	unsigned value = reader_u8(&u->r);

	if (value < count)
		return value;
	reader_spoil(&u->r, ERR_VALUE);
	return 0;
}

static bool unpack_bool(struct unpacking *u)
{
	return unpack_choice(u, 2) == 1;
}

static enum endpoint_trait unpack_trait(struct unpacking *u)
{
	return (enum endpoint_trait)unpack_choice(u, TRAIT_YES + 1);
}

static struct endpoint_codes unpack_codes(struct unpacking *u)
{
	struct endpoint_codes list = { .whole = unpack_bool(u) };
	struct reader r = reader_vec16(&u->r);
	uint32_t *codes =
		arena_take(u->arena, (reader_left(&r) / 3 + 1) * sizeof codes[0]);

	while (codes != NULL && reader_more(&r))
		codes[list.count++] = reader_u24(&r);
	reader_close(&u->r, &r);
	list.codes = codes;
	return list;
}

static uint16_t unpack_code_of_version(struct unpacking *u)
{
	uint16_t version = reader_u16(&u->r);

	if (version != VERSION_NONE && version_name(version) == NULL)
		reader_spoil(&u->r, ERR_VALUE);
	return version;
}

static void unpack_version(struct unpacking *u, struct endpoint_version *ret)
{
	uint16_t alert;

	ret->version = unpack_code_of_version(u);
	ret->status = (enum endpoint_status)unpack_choice(u, ENDPOINT_STATUS_COUNT);
	alert = reader_u16(&u->r);
	if (alert > UINT8_MAX + 1)
		reader_spoil(&u->r, ERR_VALUE);
	ret->alert = (int16_t)(alert - 1);
	ret->reason = unpack_string(u);
	ret->suites = unpack_codes(u);
	ret->order = (enum endpoint_order)unpack_choice(u, ORDER_CLIENT + 1);
	ret->groups = unpack_codes(u);
	ret->schemes = unpack_codes(u);
	ret->completes = unpack_trait(u);
	ret->without_name = unpack_trait(u);
	ret->other_name = unpack_trait(u);
}

static void unpack_chain(struct unpacking *u, struct endpoint_certificate *ret)
{
	unsigned len = unpack_choice(u, ENDPOINT_CHAIN_MAX + 1);
	bool whole = true;

	for (unsigned i = 0; i < len; i++) {
		struct bytes digest = reader_take(&u->r, SHA256_LEN);
		const struct certificate *found = NULL;

		if (whole && digest.len == SHA256_LEN)
			found = u->finder->find(u->finder, digest.at);
		whole = whole && found != NULL;
		if (whole)
			ret->chain[ret->chain_len++] = found;
	}
}

static void unpack_staple(struct unpacking *u, struct endpoint_certificate *ret)
{
	ret->timestamps.sent = reader_u16(&u->r);
	ret->timestamps.stapled = reader_u16(&u->r);
	ret->staple = (enum certificate_staple)unpack_choice(u, STAPLE_COUNT);
	ret->staple_from = reader_u64(&u->r);
	ret->staple_to = reader_u64(&u->r);
}

static void unpack_certificate(struct unpacking *u, struct endpoint_certificate *ret)
{
	ret->version = unpack_code_of_version(u);
	ret->named = unpack_bool(u);
	ret->trust = (enum certificate_trust)unpack_choice(u, TRUST_BAD + 1);
	ret->name_matches = unpack_trait(u);
	ret->stapled = unpack_trait(u);
	ret->timestamps.inside = reader_u16(&u->r);
	unpack_chain(u, ret);
}

static void unpack_place(struct unpacking *u, struct endpoint *ret)
{
	struct bytes all;

	ret->at = reader_u64(&u->r);
	ret->host = unpack_bytes(u);
	ret->server_name = unpack_bytes(u);
	all = reader_take(&u->r, ADDRESS_LEN);
	if (all.len == ADDRESS_LEN)
		memcpy(ret->address.bytes, all.at, ADDRESS_LEN);
	ret->port = reader_u16(&u->r);
	ret->transport = (enum transport)unpack_choice(u, TRANSPORT_UDP + 1);
	ret->quic = unpack_bool(u);
	ret->upgrade = upgrade_of_name(unpack_string(u));
	ret->status = (enum endpoint_status)unpack_choice(u, ENDPOINT_STATUS_COUNT);
	ret->reason = unpack_string(u);
	all = unpack_bytes(u);
	if (all.len > ENDPOINT_START_MAX)
		reader_spoil(&u->r, ERR_LIMIT);
	else if (all.len > 0)
		memcpy(ret->start, all.at, all.len);
	ret->start_len = (uint8_t)all.len;
}

static void unpack_alpn(struct unpacking *u, struct endpoint *ret)
{
	struct unpacking names = { reader_vec16(&u->r), u->arena, u->finder };
	struct bytes *alpn =
		arena_take(u->arena, (reader_left(&names.r) / 2 + 1) * sizeof alpn[0]);

	while (alpn != NULL && reader_more(&names.r))
		alpn[ret->alpn_count++] = unpack_bytes(&names);
	reader_close(&u->r, &names.r);
	ret->alpn = alpn;
}

/* One that this program does not know any more is passed over. */
static void unpack_traits(struct unpacking *u, struct endpoint *ret)
{
	struct unpacking all = { reader_vec16(&u->r), u->arena, u->finder };

	while (reader_more(&all.r)) {
		const char *name = unpack_string(&all);
		enum endpoint_trait trait = unpack_trait(&all);

		for (size_t i = 0; name != NULL && i < endpoint_trait_count; i++)
			if (strcmp(endpoint_trait_kinds[i].name, name) == 0)
				memcpy((uint8_t *)&ret->traits +
						endpoint_trait_kinds[i].offset,
					&trait, sizeof trait);
	}
	reader_close(&u->r, &all.r);
}

static void unpack_rest(struct unpacking *u, struct endpoint *ret)
{
	unpack_alpn(u, ret);
	ret->dh.bits = reader_u16(&u->r);
	ret->dh.known = unpack_string(u);
	ret->dh.reused = unpack_trait(u);
	unpack_traits(u, ret);
	ret->nodes_differ = unpack_bool(u);
	ret->nodes_reason = unpack_string(u);
	ret->slowed = unpack_bool(u);
	ret->connections = reader_u32(&u->r);
	ret->bytes_sent = reader_u64(&u->r);
	ret->bytes_received = reader_u64(&u->r);
	ret->took = reader_u64(&u->r);
}

static void unpack_udp(struct unpacking *u, struct endpoint_udp *ret)
{
	struct reader r;
	uint32_t *versions;

	ret->dtls = (enum endpoint_status)unpack_choice(u, ENDPOINT_STATUS_COUNT);
	ret->quic = (enum endpoint_status)unpack_choice(u, ENDPOINT_STATUS_COUNT);
	r = reader_vec16(&u->r);
	versions = arena_take(u->arena, (reader_left(&r) / 4 + 1) * sizeof versions[0]);
	while (versions != NULL && reader_more(&r))
		versions[ret->quic_version_count++] = reader_u32(&r);
	reader_close(&u->r, &r);
	ret->quic_versions = versions;
}

enum err endpoint_unpack(struct bytes packed, struct arena *arena,
	struct endpoint_finder *finder, struct endpoint *ret)
{
	struct unpacking u = { reader_over(packed), arena, finder };
	struct endpoint endpoint = { 0 };
	unsigned count, format = reader_u8(&u.r);
	enum err err;

	if (format > ENDPOINT_FORMAT)
		reader_spoil(&u.r, ERR_UNSUPPORTED);
	unpack_place(&u, &endpoint);
	count = unpack_choice(&u, COUNT_OF(endpoint.versions) + 1);
	for (unsigned i = 0; i < count; i++)
		unpack_version(&u, &endpoint.versions[i]);
	count = unpack_choice(&u, ENDPOINT_CERTIFICATES_MAX + 1);
	endpoint.certificate_count = (uint8_t)count;
	for (unsigned i = 0; i < count; i++)
		unpack_certificate(&u, &endpoint.certificates[i]);
	unpack_rest(&u, &endpoint);
	if (format >= FORMAT_WITH_UDP)
		unpack_udp(&u, &endpoint.udp);
	for (unsigned i = 0; i < count && format >= FORMAT_WITH_STAPLES; i++)
		unpack_staple(&u, &endpoint.certificates[i]);
	err = arena_refused(arena) ? ERR_LIMIT : reader_end(&u.r);
	if (err == ERR_OK)
		*ret = endpoint;
	return err;
}
