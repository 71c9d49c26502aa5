#include "tls/server_hello.h"

#include "base/attr.h"
#include "tls/client_hello.h"
#include "tls/extension.h"
#include "tls/version.h"

#define RANDOM_LEN 32

/* key_share had this type until draft 23 gave it another, since RSA BSAFE sent
 * extended_random under it. */
#define EXTENSION_KEY_SHARE_DRAFT 40

#define DRAFT(number)              (0x7f00 + (number))
#define DRAFT_WITH_RETRY_SUITE     DRAFT(19) /* its HelloRetryRequest names a suite */
#define DRAFT_WITH_SESSION_ID      DRAFT(22)
#define DRAFT_WITH_KEY_SHARE_MOVED DRAFT(23)

/* SHA-256 of "HelloRetryRequest". RFC 8446, 4.1.3. */
static const uint8_t retry_random[RANDOM_LEN] = { 0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a,
	0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
	0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c };

/* RFC 7301, 3.1: a list of exactly one name. */
static void read_alpn(struct reader *body, void *into)
{
	struct server_hello *hello = into;
	struct reader names = reader_vec16(body);
	struct reader name = reader_vec8(&names);
	struct bytes protocol = reader_rest(&name);

	reader_close(body, &names);
	extension_keep_bytes(body, protocol, &hello->alpn);
}

/* RFC 8446, 4.2.11. */
static void read_pre_shared_key(struct reader *body, void *into)
{
	struct server_hello *hello = into;

	(void)reader_u16(body);
	hello->psk_chosen = reader_end(body) == ERR_OK;
}

/* RFC 8446, 4.2.1. */
static void read_supported_versions(struct reader *body, void *into)
{
	struct server_hello *hello = into;

	extension_keep_u16(body, reader_u16(body), &hello->version);
}

/* RFC 8446, 4.2.8: a share, or in a HelloRetryRequest the group alone. */
static void read_key_share(struct reader *body, void *into)
{
	struct server_hello *hello = into;
	uint16_t group = reader_u16(body);

	if (!hello->is_retry)
		(void)reader_vec16(body);
	extension_keep_u16(body, group, &hello->group);
}

/* Only where the version says that type 40 is a share. */
static void read_key_share_draft(struct reader *body, void *into)
{
	struct server_hello *hello = into;

	if (hello->legacy_version >= DRAFT(0) &&
	        hello->legacy_version < DRAFT_WITH_KEY_SHARE_MOVED)
		read_key_share(body, into);
	else
		(void)reader_rest(body);
}

/* The extensions we look into; any other is stepped over unread.
 * To add one: a line here and a function above. In order of type. */
static const struct extension_reader readers[] = {
	[EXTENSION_ALPN] = { read_alpn },
	[EXTENSION_KEY_SHARE_DRAFT] = { read_key_share_draft },
	[EXTENSION_PRE_SHARED_KEY] = { read_pre_shared_key },
	[EXTENSION_SUPPORTED_VERSIONS] = { read_supported_versions },
	[EXTENSION_KEY_SHARE] = { read_key_share },
};

/* Draft 22 is the first whose ServerHello looks like that of TLS 1.2. */
static bool is_short_draft(uint16_t version)
{
	return version >= DRAFT(0) && version < DRAFT_WITH_SESSION_ID;
}

/* A server answers with a version there is (RFC 5246, 7.4.1.3), and SSL 2.0 has a
 * hello of its own. */
static uint16_t read_version(struct reader *r)
{
	uint16_t version = reader_u16(r);

	if (version_rank(version) < RANK_SSL3)
		reader_spoil(r, ERR_VALUE);
	return version;
}

static void read_extensions(struct reader *r, struct server_hello *hello)
{
	if (reader_more(r))
		hello->extensions = extension_list_read(
		        r, readers, COUNT_OF(readers), hello, &hello->body_fault);
}

/* RFC 8446, 4.1.3; RFC 5246, 7.4.1.3. */
enum err server_hello_parse(struct bytes body, struct server_hello *ret)
{
	struct reader r = reader_over(body);
	struct server_hello hello = { 0 };
	enum err err;

	hello.legacy_version = read_version(&r);
	hello.version = hello.legacy_version;
	hello.random = reader_take(&r, RANDOM_LEN);
	hello.is_retry =
	        bytes_equal(hello.random, bytes_over(retry_random, sizeof retry_random));
	if (!is_short_draft(hello.legacy_version))
		hello.session_id = session_id_read(&r);
	hello.cipher_suite = reader_u16(&r);
	if (!is_short_draft(hello.legacy_version))
		hello.compression = reader_u8(&r);
	read_extensions(&r, &hello);

	err = reader_end(&r);
	if (err == ERR_OK)
		*ret = hello;
	return err;
}

/* draft-ietf-tls-tls13-18, 4.1.4; draft-ietf-tls-tls13-19 added the suite. */
enum err server_hello_parse_retry_draft(struct bytes body, struct server_hello *ret)
{
	struct reader r = reader_over(body);
	struct server_hello hello = { .is_retry = true };
	enum err err;

	hello.legacy_version = read_version(&r);
	hello.version = hello.legacy_version;
	if (!is_short_draft(hello.legacy_version))
		reader_spoil(&r, ERR_VALUE);
	if (hello.legacy_version >= DRAFT_WITH_RETRY_SUITE)
		hello.cipher_suite = reader_u16(&r);
	read_extensions(&r, &hello);

	err = reader_end(&r);
	if (err == ERR_OK)
		*ret = hello;
	return err;
}

struct bytes server_hello_extension(const struct server_hello *hello, uint16_t type)
{
	return extension_find(hello->extensions, type);
}

bool server_hello_has(const struct server_hello *hello, uint16_t type)
{
	return server_hello_extension(hello, type).at != NULL;
}
