#include "tls/client_hello.h"

#include "base/attr.h"
#include "tls/extension.h"
#include "tls/version.h"

#define RANDOM_LEN     32
#define NAME_TYPE_HOST 0 /* RFC 6066, 3 */

/* RFC 6066, 3. Only the first host name counts. */
static void read_server_name(struct reader *body, void *into)
{
	struct client_hello *hello = into;
	struct reader names = reader_vec16(body);
	struct bytes host = { 0 };

	while (reader_more(&names)) {
		uint8_t type = reader_u8(&names);
		struct reader name = reader_vec16(&names);

		if (type == NAME_TYPE_HOST && host.len == 0)
			host = reader_rest(&name);
	}
	reader_close(body, &names);
	extension_keep_bytes(body, host, &hello->server_name);
}

/* RFC 8422, 5.1.1; RFC 8446, 4.2.7. */
static void read_supported_groups(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	extension_keep_list(body, reader_list16(body, 2), &hello->supported_groups);
}

/* RFC 8422, 5.1.2. */
static void read_point_formats(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	extension_keep_list(body, reader_list8(body, 1), &hello->point_formats);
}

/* RFC 5246, 7.4.1.4.1; RFC 8446, 4.2.3. */
static void read_signature_algorithms(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	extension_keep_list(body, reader_list16(body, 2), &hello->signature_schemes);
}

/* RFC 8446, 4.2.3. */
static void read_signature_algorithms_cert(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	extension_keep_list(body, reader_list16(body, 2), &hello->cert_signature_schemes);
}

/* RFC 7301, 3.1. */
static void read_alpn(struct reader *body, void *into)
{
	struct client_hello *hello = into;
	struct reader names = reader_vec16(body);
	struct reader list = names;

	while (reader_more(&names))
		(void)reader_vec8(&names);
	reader_close(body, &names);
	extension_keep_list(body, list, &hello->alpn);
}

/* RFC 5077, 3.2: the ticket is the whole body, without a length of its own. */
static void read_session_ticket(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	hello->session_ticket = reader_rest(body);
}

/* RFC 8446, 4.2.1. */
static void read_supported_versions(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	extension_keep_list(body, reader_list8(body, 2), &hello->supported_versions);
}

/* RFC 8446, 4.2.9. */
static void read_psk_modes(struct reader *body, void *into)
{
	struct client_hello *hello = into;

	extension_keep_list(body, reader_list8(body, 1), &hello->psk_modes);
}

/* RFC 8446, 4.2.8. */
static void read_key_share(struct reader *body, void *into)
{
	struct client_hello *hello = into;
	struct reader shares = reader_vec16(body);
	struct reader list = shares;

	while (reader_more(&shares)) {
		(void)reader_u16(&shares);
		(void)reader_vec16(&shares);
	}
	reader_close(body, &shares);
	extension_keep_list(body, list, &hello->key_shares);
}

/* The extensions we look into; any other is stepped over unread.
 * To add one: a line here and a function above. In order of type. */
static const struct extension_reader readers[] = {
	[EXTENSION_SERVER_NAME] = { read_server_name },
	[EXTENSION_SUPPORTED_GROUPS] = { read_supported_groups },
	[EXTENSION_EC_POINT_FORMATS] = { read_point_formats },
	[EXTENSION_SIGNATURE_ALGORITHMS] = { read_signature_algorithms },
	[EXTENSION_ALPN] = { read_alpn },
	[EXTENSION_SESSION_TICKET] = { read_session_ticket },
	[EXTENSION_SUPPORTED_VERSIONS] = { read_supported_versions },
	[EXTENSION_PSK_KEY_EXCHANGE_MODES] = { read_psk_modes },
	[EXTENSION_SIGNATURE_ALGORITHMS_CERT] = { read_signature_algorithms_cert },
	[EXTENSION_KEY_SHARE] = { read_key_share },
};

static bool is_dtls(uint16_t version)
{
	return version >> 8 == 0xfe || version == VERSION_DTLS10_OPENSSL;
}

/* Any version from SSL 3.0 on may be offered, also one that nobody has defined:
 * a server answers it with its own highest. RFC 5246, E.1. */
static uint16_t read_legacy_version(struct reader *r, bool dtls)
{
	uint16_t version = reader_u16(r);

	if (is_dtls(version) != dtls || (!dtls && version < VERSION_SSL3))
		reader_spoil(r, ERR_VALUE);
	return version;
}

/* RFC 8446, 4.1.2. Before TLS 1.3 a hello may end without extensions. RFC 2246,
 * 7.4.1.2 allowed any bytes behind the compressions; since RFC 3546 they are
 * extensions, and no server of today takes others. */
static enum err parse(struct bytes body, bool dtls, struct client_hello *ret)
{
	struct reader r = reader_over(body);
	struct client_hello hello = { 0 };
	enum err err;

	hello.legacy_version = read_legacy_version(&r, dtls);
	hello.random = reader_take(&r, RANDOM_LEN);
	hello.session_id = session_id_read(&r);
	if (dtls) { /* RFC 6347, 4.2.1 */
		struct reader cookie = reader_vec8(&r);

		hello.dtls_cookie = reader_rest(&cookie);
	}
	hello.cipher_suites = reader_list16(&r, 2);
	hello.compressions = reader_list8(&r, 1);
	if (reader_more(&r))
		hello.extensions = extension_list_read(
		        &r, readers, COUNT_OF(readers), &hello, &hello.body_fault);

	err = reader_end(&r);
	if (err == ERR_OK)
		*ret = hello;
	return err;
}

enum err client_hello_parse(struct bytes body, struct client_hello *ret)
{
	return parse(body, false, ret);
}

enum err client_hello_parse_dtls(struct bytes body, struct client_hello *ret)
{
	return parse(body, true, ret);
}

struct bytes client_hello_extension(const struct client_hello *hello, uint16_t type)
{
	return extension_find(hello->extensions, type);
}

bool client_hello_has(const struct client_hello *hello, uint16_t type)
{
	return client_hello_extension(hello, type).at != NULL;
}

bool client_hello_offers_suite(const struct client_hello *hello, uint16_t suite)
{
	struct reader suites = hello->cipher_suites;

	while (reader_more(&suites))
		if (reader_u16(&suites) == suite)
			return true;
	return false;
}

/* Of two versions of one rank the final one is higher than a draft of it, whose
 * value is greater (0x7f00 + number); of two drafts the later one. */
static bool is_higher(uint16_t version, uint16_t than)
{
	enum version_rank a = version_rank(version);
	enum version_rank b = version_rank(than);

	if (a != b || a == RANK_UNKNOWN)
		return a > b;
	if (version == VERSION_TLS13 || than == VERSION_TLS13)
		return version == VERSION_TLS13;
	return version > than;
}

/* Values of the other family (TLS in a DTLS hello) and those nobody has defined
 * are not taken by any server; GREASE is one of the latter. */
uint16_t client_hello_max_version(const struct client_hello *hello)
{
	struct reader versions = hello->supported_versions;
	bool dtls = is_dtls(hello->legacy_version);
	uint16_t max = VERSION_NONE;

	if (!reader_more(&versions) &&
	        !client_hello_has(hello, EXTENSION_SUPPORTED_VERSIONS))
		return client_hello_max_version_legacy(hello);
	while (reader_more(&versions)) {
		uint16_t version = reader_u16(&versions);

		if (is_dtls(version) == dtls && is_higher(version, max))
			max = version;
	}
	return max;
}

/* DTLS counts down; there is no DTLS 1.1 (RFC 6347, 1), so between 1.0 and 1.2
 * a server answers 1.0. */
uint16_t client_hello_max_version_legacy(const struct client_hello *hello)
{
	uint16_t version = hello->legacy_version;

	if (!is_dtls(version))
		return version < VERSION_TLS12 ? version : VERSION_TLS12;
	if (version == VERSION_DTLS10_OPENSSL)
		return version;
	return version <= VERSION_DTLS12 ? VERSION_DTLS12 : VERSION_DTLS10;
}
