/*
 * server_hello - reads a ServerHello of SSL 3.0 to TLS 1.3, and HelloRetryRequest.
 *
 * Everything is borrowed from the message. RFC 8446, 4.1.3 and 4.1.4.
 */
#ifndef TLS_SERVER_HELLO_H
#define TLS_SERVER_HELLO_H

#include "base/reader.h"

struct server_hello {
	uint16_t legacy_version;
	uint16_t version; /* the one chosen: supported_versions, else legacy_version;
	                   * drafts before 22 wrote it into legacy_version */
	bool is_retry;    /* a HelloRetryRequest: its random is the fixed one */
	struct bytes random;
	struct bytes session_id;
	uint16_t cipher_suite;
	uint8_t compression;
	struct reader extensions; /* of u16 type, vec16 body */
	struct bytes alpn;        /* the protocol chosen; empty if none */
	uint16_t group;           /* of key_share; 0 if none was sent */
	bool psk_chosen;          /* pre_shared_key was answered */
	enum err body_fault;      /* the first fault inside an extension's body, which is
	                           * then left unread; else ERR_OK. See client_hello.h */
};

/* Reads the body of a ServerHello message; writes *ret only on success. Errors
 * as for client_hello_parse(). A message of a TLS 1.3 draft before 22, which has
 * neither session id nor compression, is read too. */
MUST_USE enum err server_hello_parse(struct bytes body, struct server_hello *ret);

/* Reads the body of the HelloRetryRequest message that drafts before 22 had. */
MUST_USE enum err server_hello_parse_retry_draft(
        struct bytes body, struct server_hello *ret);

bool server_hello_has(const struct server_hello *hello, uint16_t type);
struct bytes server_hello_extension(const struct server_hello *hello, uint16_t type);

#endif
