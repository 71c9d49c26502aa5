#include "policy/offer.h"

#include <string.h>

#include "base/attr.h"
#include "tls/client_hello.h"
#include "tls/sslv2_hello.h"

enum { COMPRESSION_NULL = 0, COMPRESSION_DEFLATE = 1 }; /* RFC 3749, 2 */
enum { POINT_UNCOMPRESSED = 0 };                        /* RFC 8422, 5.1.2 */

static void add_any_code(struct offer *offer, struct offer_codes *list, uint16_t code)
{
	if (list->count == OFFER_CODES_MAX)
		offer->cut = true;
	else
		list->codes[list->count++] = code;
}

static void add_code(struct offer *offer, struct offer_codes *list, uint16_t code)
{
	if (!is_grease(code))
		add_any_code(offer, list, code);
}

static void read_codes(struct offer *offer, struct offer_codes *list, struct reader from)
{
	list->empty = !reader_more(&from);
	while (reader_more(&from))
		add_code(offer, list, reader_u16(&from));
}

static void read_extension_codes(const struct client_hello *hello, uint16_t type,
	struct reader from, struct offer *offer, struct offer_codes *list)
{
	list->sent = client_hello_has(hello, type);
	read_codes(offer, list, from);
}

static bool holds_grease(struct reader codes)
{
	while (reader_more(&codes))
		if (is_grease(reader_u16(&codes)))
			return true;
	return false;
}

/* A share of GREASE stays where no group of GREASE was named: servers that hold the two
 * lists against each other refuse it like any other. RFC 8446, 4.2.8. */
static void read_key_shares(const struct client_hello *hello, struct offer *offer)
{
	struct reader shares = hello->key_shares;
	bool grease = holds_grease(hello->supported_groups);

	offer->key_shares.sent = client_hello_has(hello, EXTENSION_KEY_SHARE);
	offer->key_shares.empty = !reader_more(&shares);
	while (reader_more(&shares)) {
		uint16_t group = reader_u16(&shares);

		(void)reader_vec16(&shares);
		if (!grease || !is_grease(group))
			add_any_code(offer, &offer->key_shares, group);
	}
}

static void read_alpn(const struct client_hello *hello, struct offer *offer)
{
	struct reader names = hello->alpn;

	while (reader_more(&names)) {
		struct reader child = reader_vec8(&names);
		struct bytes name = reader_rest(&child);

		if (offer->alpn_count == OFFER_ALPN_MAX)
			offer->cut = true;
		else
			offer->alpn[offer->alpn_count++] = name;
	}
}

/* A draft of TLS 1.3 is another protocol to a server of today, and so is a version of
 * the other family. RFC 8446, 4.2.1. */
static void read_versions(const struct client_hello *hello, struct offer *offer)
{
	struct reader versions = hello->supported_versions;
	uint16_t family = offer->format == HELLO_DTLS ? 0xfe : 0x03;

	offer->versions_sent = client_hello_has(hello, EXTENSION_SUPPORTED_VERSIONS);
	while (reader_more(&versions)) {
		uint16_t version = reader_u16(&versions);

		enum version_rank rank = version_rank(version);

		if (version >> 8 != family || rank == RANK_UNKNOWN ||
			(offer->versions >> rank & 1) != 0)
			continue;
		offer->versions |= (uint16_t)(1 << rank);
		offer->version_order[offer->version_count++] = (uint8_t)rank;
	}
}

/* RFC 5246, E.1: a hello stands for its version and every lower one. TLS 1.3 is not
 * reached that way. RFC 8446, 4.2.1. */
static uint16_t versions_up_to(enum version_rank rank, bool datagram)
{
	uint16_t lowest = datagram ? RANK_TLS11 : RANK_SSL3;
	uint16_t versions = 0;

	for (uint16_t i = lowest; i <= RANK_TLS12 && i <= rank; i++)
		versions |= (uint16_t)(1 << i);
	return versions;
}

/* A version that nobody has defined is answered as the highest. RFC 5246, E.1. */
static enum version_rank legacy_rank(uint16_t version, bool datagram)
{
	if (datagram)
		return version_rank(version) == RANK_UNKNOWN ? RANK_TLS12
							     : version_rank(version);
	return version > VERSION_TLS12 ? RANK_TLS12 : version_rank(version);
}

static void note_suites(struct offer *offer)
{
	for (size_t i = 0; i < offer->suites.count; i++) {
		const struct suite *suite = suite_find(offer->suites.codes[i]);

		if (suite != NULL)
			offer->suite_set[suite_index(suite) / 64] |=
				(uint64_t)1 << suite_index(suite) % 64;
	}
	offer->fallback_scsv = offer_holds(&offer->suites, SUITE_FALLBACK_SCSV);
	offer->secure_renegotiation |=
		offer_holds(&offer->suites, SUITE_EMPTY_RENEGOTIATION_INFO_SCSV);
}

/* RFC 7301, 3.1: a list of names, none of them empty. */
static bool faulty_alpn(const struct client_hello *hello)
{
	struct reader names = hello->alpn;

	if (!client_hello_has(hello, EXTENSION_ALPN))
		return false;
	if (!reader_more(&names))
		return true;
	while (reader_more(&names)) {
		struct reader name = reader_vec8(&names);

		if (!reader_more(&name))
			return true;
	}
	return false;
}

/* RFC 5246, 7.4.1.4; RFC 8422, 5.1.2; RFC 5746, 3.6: its length stands in front. */
static void read_faults(const struct client_hello *hello, struct offer *offer)
{
	struct bytes renegotiation =
		client_hello_extension(hello, EXTENSION_RENEGOTIATION_INFO);
	struct reader formats = hello->point_formats;

	offer->malformed = hello->body_fault != ERR_OK;
	offer->malformed_alpn = faulty_alpn(hello);
	offer->malformed_renegotiation =
		renegotiation.at != NULL && renegotiation.len == 0;
	offer->no_point_format = offer->point_formats_sent && !reader_more(&formats);
}

static void read_flags(const struct client_hello *hello, struct offer *offer)
{
	struct reader compressions = hello->compressions;
	struct reader formats = hello->point_formats;

	offer->only_null_compression = reader_left(&compressions) == 1;
	while (reader_more(&compressions)) {
		uint8_t method = reader_u8(&compressions);

		offer->null_compression |= method == COMPRESSION_NULL;
		offer->compression |= method == COMPRESSION_DEFLATE;
	}
	offer->only_null_compression &= offer->null_compression;
	offer->point_formats_sent = client_hello_has(hello, EXTENSION_EC_POINT_FORMATS);
	while (reader_more(&formats))
		offer->point_uncompressed |= reader_u8(&formats) == POINT_UNCOMPRESSED;
	offer->server_name = client_hello_has(hello, EXTENSION_SERVER_NAME);
	offer->extended_master_secret =
		client_hello_has(hello, EXTENSION_EXTENDED_MASTER_SECRET);
	offer->secure_renegotiation =
		client_hello_has(hello, EXTENSION_RENEGOTIATION_INFO);
	offer->encrypt_then_mac = client_hello_has(hello, EXTENSION_ENCRYPT_THEN_MAC);
	offer->psk_modes = client_hello_has(hello, EXTENSION_PSK_KEY_EXCHANGE_MODES);
}

static void read_lists(const struct client_hello *hello, struct offer *offer)
{
	read_codes(offer, &offer->suites, hello->cipher_suites);
	read_extension_codes(hello, EXTENSION_SUPPORTED_GROUPS, hello->supported_groups,
		offer, &offer->groups);
	read_extension_codes(hello, EXTENSION_SIGNATURE_ALGORITHMS,
		hello->signature_schemes, offer, &offer->schemes);
	read_extension_codes(hello, EXTENSION_SIGNATURE_ALGORITHMS_CERT,
		hello->cert_signature_schemes, offer, &offer->cert_schemes);
	read_key_shares(hello, offer);
	read_alpn(hello, offer);
}

static void offer_init(struct offer *offer, enum hello_format format)
{
	struct offer_codes *const lists[] = { &offer->suites, &offer->groups,
		&offer->schemes, &offer->cert_schemes, &offer->key_shares };

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		lists[i]->count = 0;
		lists[i]->sent = false;
		lists[i]->empty = true;
	}
	memset(offer->suite_set, 0, sizeof offer->suite_set);
	offer->format = format;
	offer->versions_sent = false;
	offer->versions = 0;
	offer->version_count = 0;
	offer->alpn_count = 0;
	offer->compression = offer->null_compression = false;
	offer->only_null_compression = false;
	offer->point_formats_sent = offer->point_uncompressed = false;
	offer->server_name = offer->extended_master_secret = false;
	offer->secure_renegotiation = offer->fallback_scsv = false;
	offer->encrypt_then_mac = offer->psk_modes = false;
	offer->malformed = offer->malformed_alpn = offer->cut = false;
	offer->malformed_renegotiation = offer->no_point_format = false;
}

/* RFC 5246, E.2: suites of TLS stand there with a zero in front; there are neither
 * extensions nor compression. */
static enum err offer_of_sslv2(struct bytes form, struct offer *ret)
{
	struct sslv2_client_hello hello;
	enum err err = sslv2_client_hello_parse(form, &hello);

	if (err != ERR_OK)
		return err;
	offer_init(ret, HELLO_SSLV2);
	ret->legacy_version = hello.version;
	ret->versions_legacy =
		hello.version == VERSION_SSL2
			? 1 << RANK_SSL2
			: versions_up_to(legacy_rank(hello.version, false), false);
	ret->suites.empty = !reader_more(&hello.cipher_specs);
	while (reader_more(&hello.cipher_specs)) {
		uint32_t spec = reader_u24(&hello.cipher_specs);

		if (spec <= 0xffff)
			add_code(ret, &ret->suites, (uint16_t)spec);
	}
	ret->null_compression = ret->only_null_compression = true;
	note_suites(ret);
	return ERR_OK;
}

enum err offer_of_hello(const struct hello *hello, struct offer *ret)
{
	bool datagram = hello->format == HELLO_DTLS;
	struct client_hello parsed;
	enum err err;

	if (hello->format == HELLO_SSLV2)
		return offer_of_sslv2(hello->form, ret);
	err = datagram ? client_hello_parse_dtls(hello->form, &parsed)
		       : client_hello_parse(hello->form, &parsed);
	if (err != ERR_OK)
		return err;
	offer_init(ret, hello->format);
	ret->legacy_version = parsed.legacy_version;
	ret->versions_legacy =
		versions_up_to(legacy_rank(parsed.legacy_version, datagram), datagram);
	read_versions(&parsed, ret);
	read_lists(&parsed, ret);
	read_flags(&parsed, ret);
	read_faults(&parsed, ret);
	note_suites(ret);
	return ERR_OK;
}
