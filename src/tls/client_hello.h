/*
 * client_hello - reads a ClientHello of SSL 3.0 to TLS 1.3, DTLS and QUIC.
 *
 * Everything is borrowed from the message. Lists stay lists: a struct reader
 * over whole items, checked when parsed, to be walked by walking a copy.
 * What was not sent is an empty list, and client_hello_has() tells an absent
 * extension from an empty one. RFC 8446, 4.1.2; RFC 5246, 7.4.1.2; RFC 6347, 4.2.1.
 *
 * tests: tests/unit/tls/test_client_hello.c; fuzz: tests/fuzz/fuzz_client_hello.c
 */
#ifndef TLS_CLIENT_HELLO_H
#define TLS_CLIENT_HELLO_H

#include "base/reader.h"

enum { /* RFC 8446, 4.2; IANA TLS ExtensionType Values */
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_STATUS_REQUEST = 5,
	EXTENSION_SUPPORTED_GROUPS = 10,
	EXTENSION_EC_POINT_FORMATS = 11,
	EXTENSION_SIGNATURE_ALGORITHMS = 13,
	EXTENSION_HEARTBEAT = 15,
	EXTENSION_ALPN = 16,
	EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP = 18,
	EXTENSION_PADDING = 21,
	EXTENSION_ENCRYPT_THEN_MAC = 22,
	EXTENSION_EXTENDED_MASTER_SECRET = 23,
	EXTENSION_SESSION_TICKET = 35,
	EXTENSION_PRE_SHARED_KEY = 41,
	EXTENSION_EARLY_DATA = 42,
	EXTENSION_SUPPORTED_VERSIONS = 43,
	EXTENSION_COOKIE = 44,
	EXTENSION_PSK_KEY_EXCHANGE_MODES = 45,
	EXTENSION_SIGNATURE_ALGORITHMS_CERT = 50,
	EXTENSION_KEY_SHARE = 51,
	EXTENSION_QUIC_TRANSPORT_PARAMETERS = 57,
	EXTENSION_QUIC_TRANSPORT_PARAMETERS_DRAFT = 0xffa5,
	EXTENSION_NEXT_PROTOCOL_NEGOTIATION = 13172,
	EXTENSION_ENCRYPTED_CLIENT_HELLO = 0xfe0d,
	EXTENSION_RENEGOTIATION_INFO = 0xff01,
};

enum { /* signalling values among the suites: RFC 5746, 3.3; RFC 7507, 2 */
	SUITE_EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff,
	SUITE_FALLBACK_SCSV = 0x5600,
};

struct client_hello {
	uint16_t legacy_version;
	struct bytes random;
	struct bytes session_id;
	struct bytes dtls_cookie;    /* DTLS only */
	struct reader cipher_suites; /* of u16 */
	struct reader compressions;  /* of u8 */
	struct reader extensions;    /* of u16 type, vec16 body; as sent, in order */

	/* What stands inside the extensions we look into. */
	struct bytes server_name;             /* the first host name */
	struct reader supported_versions;     /* of u16 */
	struct reader supported_groups;       /* of u16 */
	struct reader point_formats;          /* of u8 */
	struct reader signature_schemes;      /* of u16 */
	struct reader cert_signature_schemes; /* of u16 */
	struct reader alpn;                   /* of vec8 */
	struct reader key_shares;             /* of u16 group, vec16 key */
	struct reader psk_modes;              /* of u8 */
	struct bytes session_ticket;          /* body of the extension */

	/* The first fault inside an extension's body, or ERR_OK. That extension is
	 * left unread and its list empty; a server must refuse the hello with
	 * decode_error (RFC 8446, 6.2), so it is not a well-formed one. */
	enum err body_fault;
};

/* Reads the body of a ClientHello message; writes *ret only on success.
 * ERR_SHORT, ERR_LONG: the lengths do not add up. ERR_DUPLICATE: an extension
 * stands twice (RFC 8446, 4.2). ERR_VALUE: a version no
 * ClientHello has, or a session id of more than 32 bytes (RFC 8446, 4.1.2). */
MUST_USE enum err client_hello_parse(struct bytes body, struct client_hello *ret);

/* The same for DTLS, where a cookie stands after the session id. RFC 6347, 4.2.1. */
MUST_USE enum err client_hello_parse_dtls(struct bytes body, struct client_hello *ret);

/* The body of the extension of that type; NULL `at` and zero if it was not sent.
 * `at` is not NULL for an empty extension that was sent. */
struct bytes client_hello_extension(const struct client_hello *hello, uint16_t type);
bool client_hello_has(const struct client_hello *hello, uint16_t type);

/* True if suite stands in the list. */
bool client_hello_offers_suite(const struct client_hello *hello, uint16_t suite);

/* The highest version that a server which reads supported_versions may take:
 * from that list, without GREASE; without the extension, legacy_version up to
 * (D)TLS 1.2. VERSION_NONE if the list names none. RFC 8446, 4.2.1. */
uint16_t client_hello_max_version(const struct client_hello *hello);

/* The highest version for a server that does not know supported_versions:
 * legacy_version, at most (D)TLS 1.2. RFC 8446, D.1; RFC 5246, E.1. */
uint16_t client_hello_max_version_legacy(const struct client_hello *hello);

#endif
