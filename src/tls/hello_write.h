/*
 * hello_write - composes a ClientHello from lists: what is to be asked of a server, in
 * the words of RFC 8446, 4.1.2, whatever any library allows.
 *
 * A plan is what client_hello_parse() reads back: what stands in it is what is sent, in
 * its order, and nothing is added but what must be there (null compression) and what a
 * bit of `says` asks for. Order of the extensions is fixed: server_name first; one that
 * is empty never last, since some servers stumble over that (WebSphere, as RFC 7685's
 * authors found); pre_shared_key last (RFC 8446, 4.2.11).
 *
 * A plan borrows everything. What is drawn follows from the draws alone, so the same plan
 * and seed write the same bytes.
 *
 * tests: tests/unit/tls/test_hello_write.c; fuzz: tests/fuzz/fuzz_hello_write.c
 */
#ifndef TLS_HELLO_WRITE_H
#define TLS_HELLO_WRITE_H

#include "base/draws.h"
#include "base/writer.h"
#include "tls/client_hello.h"

/* The longest message: all that a length of two bytes can hold of suites and of
 * extensions, what stands before them, and the headers of records. */
#define HELLO_WRITE_MAX (2 * 65536 + 1024)

#define HELLO_RANDOM_LEN 32

struct hello_codes {
	const uint16_t *at;
	size_t count;
};

/* What a hello says beside its lists: each is a bit of hello_plan.says. */
enum hello_says {
	HELLO_SAYS_DEFLATE = 1 << 0,                /* RFC 3749 */
	HELLO_SAYS_ENCRYPT_THEN_MAC = 1 << 1,       /* RFC 7366 */
	HELLO_SAYS_EXTENDED_MASTER_SECRET = 1 << 2, /* RFC 7627 */
	HELLO_SAYS_FALLBACK_SCSV = 1 << 3,          /* RFC 7507 */
	HELLO_SAYS_GREASE = 1 << 4,    /* RFC 8701: a suite, an extension, and where there
					* are such lists, a group, a scheme and a version */
	HELLO_SAYS_HEARTBEAT = 1 << 5, /* RFC 6520: peer not allowed to send */
	HELLO_SAYS_POINT_FORMATS = 1 << 6,      /* RFC 8422, 5.1.2: uncompressed */
	HELLO_SAYS_PSK_MODES = 1 << 7,          /* RFC 8446, 4.2.9: psk_dhe_ke */
	HELLO_SAYS_RENEGOTIATION_INFO = 1 << 8, /* RFC 5746, 3.4: the extension */
	HELLO_SAYS_RENEGOTIATION_SCSV = 1 << 9, /* the suite */
	HELLO_SAYS_SESSION_TICKET = 1 << 10,    /* RFC 5077, 3.2, even if empty */
	HELLO_SAYS_STATUS_REQUEST = 1 << 11,    /* RFC 6066, 8: OCSP */
	HELLO_SAYS_TIMESTAMPS = 1 << 12,        /* RFC 6962, 3.3.1 */
	HELLO_SAYS_KEY_SHARE = 1 << 13, /* the extension even without a share, which asks
					 * for HelloRetryRequest. RFC 8446, 4.2.8 */
	HELLO_SAYS_QUIC = 1 << 14,      /* RFC 9001, 8.2: transport parameters, those of
					 * quic_parameters_write() */
	HELLO_SAYS_MAX = 1 << 15,
};

struct hello_plan {
	uint16_t record_version; /* of the records; not of a datagram's body */
	uint16_t legacy_version;
	struct bytes random;     /* 32 bytes; empty: drawn */
	struct bytes session_id; /* empty: session_id_len drawn bytes, at most 32 */
	uint8_t session_id_len;
	bool datagram;            /* DTLS: a cookie stands behind the session id */
	struct bytes dtls_cookie; /* of HelloVerifyRequest. RFC 6347, 4.2.1 */

	/* An empty list is not sent. */
	struct hello_codes suites; /* what `says` adds stands around them */
	struct hello_codes versions;
	struct hello_codes groups;
	struct hello_codes schemes;
	struct hello_codes shares;
	const struct bytes *share_keys; /* one for each share; NULL: key_share_write() */
	struct bytes server_name;
	const struct bytes *alpn;
	size_t alpn_count;
	struct bytes session_ticket; /* body, if that is said */
	struct bytes cookie;         /* of HelloRetryRequest. RFC 8446, 4.2.2 */

	struct bytes extensions;     /* more of them, as they go on the wire */
	struct bytes pre_shared_key; /* body of the last */
	uint16_t says;               /* of enum hello_says */

	/* RFC 7685: the message, with its header, is brought to this length; 0, or a
	 * length that is reached without: no padding. */
	uint16_t padded_to;
	uint16_t first_record; /* so many bytes of it in a record of their own; 0: all */
};

/* Writes the body of the message. ERR_LIMIT: no room, or a list too long for its length.
 * ERR_VALUE: a random or session id that has no such length. */
MUST_USE enum err hello_write_body(const struct hello_plan *plan,
	const struct crypto *crypto, struct draws *draws, struct writer *w);

/* Writes the message, header and body: what stands in QUIC's CRYPTO frames. */
MUST_USE enum err hello_write_message(const struct hello_plan *plan,
	const struct crypto *crypto, struct draws *draws, struct writer *w);

/* Writes the message in records, as it is sent over TCP. */
MUST_USE enum err hello_write(const struct hello_plan *plan, const struct crypto *crypto,
	struct draws *draws, struct writer *w);

/* Writes a whole CLIENT-HELLO of SSL 2.0 with a drawn challenge: `version` is the highest
 * that is offered, specs have three bytes. draft-hickman, 5.5; RFC 5246, E.2. */
MUST_USE enum err hello_write_sslv2(uint16_t version, const uint32_t *specs, size_t count,
	struct draws *draws, struct writer *w);

#endif
