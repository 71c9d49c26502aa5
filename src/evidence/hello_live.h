/*
 * hello_live - writes a hello that can be sent, from a stored one.
 *
 * The suites, extensions, groups, schemes and versions are those of the form and stand in
 * its order; what was scrubbed is drawn anew from a seed, so the same seed writes the
 * same bytes. The form of a live hello is the form it was made from, and so is its
 * digest; only pre_shared_key, early_data and cookie, which no digest counts, are left
 * out, and a name as the caller wishes.
 *
 * What becomes of what a form does not hold:
 * - random, SSL 2.0's challenge: drawn.
 * - session id: 32 drawn bytes if TLS 1.3 is offered over TLS (RFC 8446, D.4), else none.
 * - GREASE: values of RFC 8701, of which several in one list differ, and a share's is its
 *   group's. A second GREASE extension has one zero byte, as BoringSSL's.
 * - key shares: tls/key_share.h. Nobody knows the secrets: the handshake cannot be
 *   completed, a server's first flight can be had.
 * - session ticket: empty, which asks for one (RFC 5077, 3.2).
 * - pre_shared_key, early_data: left out, as of a client without a ticket: the server
 *   does a full handshake. cookie likewise: a first hello has none.
 * - encrypted_client_hello: GREASE of the usual length (RFC 9849, 6.2): the server
 *   takes the outer hello.
 * - padding: to 512 bytes where RFC 7685, 4 wants it, else empty.
 * - SRP's user, trusted_ca_keys, cached_info and others that must have a body: the least
 *   that is well-formed. A body that no table knows is empty.
 * - QUIC's transport parameters: those of a client whose connection id is empty, and that
 *   allows a few streams (RFC 9000, 18.2). A draft's extension is empty.
 *
 * tests: tests/unit/evidence/test_hello_live.c; fuzz: tests/fuzz/fuzz_hello_live.c
 */
#ifndef EVIDENCE_HELLO_LIVE_H
#define EVIDENCE_HELLO_LIVE_H

#include "evidence/hello.h"

/* A form, an extension block filled up with keys, and the headers of records. */
#define HELLO_LIVE_MAX (HELLO_FORM_MAX + 65536 + 256)

enum hello_live_name {
	HELLO_LIVE_NAME_AS_SENT, /* where the form had a name */
	HELLO_LIVE_NAME_ALWAYS,  /* in front of all extensions if it had none */
	HELLO_LIVE_NAME_NEVER,
};

struct hello_live_wish {
	uint8_t seed[SHA256_LEN];
	enum hello_live_name name;
	struct bytes server_name; /* not empty, unless the name is never wanted */
	struct bytes cookie;      /* DTLS: of the HelloVerifyRequest; else empty */
};

/* Writes the body of the message; of SSL 2.0 the record. ERR_VALUE: a name is wanted
 * and none is given. ERR_LIMIT: no room. Other errors: the form is none. */
MUST_USE enum err hello_live_body(const struct hello *hello,
	const struct hello_live_wish *wish, const struct crypto *crypto,
	struct writer *w);

/* Writes the message, type and length included, as CRYPTO frames of QUIC have it, and
 * tls/answer_dtls.h takes it. ERR_UNSUPPORTED: SSL 2.0; or what offers a draft of QUIC,
 * which has the transport parameters elsewhere (RFC 9001, 8.2). Else as above. */
MUST_USE enum err hello_live_message(const struct hello *hello,
	const struct hello_live_wish *wish, const struct crypto *crypto,
	struct writer *w);

/* Writes what the client of a TCP connection sends: the message in records, of version
 * 0x0301 unless SSL 3.0 is all that is offered (RFC 8446, 5.1); SSL 2.0's record.
 * ERR_UNSUPPORTED for DTLS, and for QUIC, which over TCP must be refused (RFC 9001, 8.2).
 * Else as above. */
MUST_USE enum err hello_live_records(const struct hello *hello,
	const struct hello_live_wish *wish, const struct crypto *crypto,
	struct writer *w);

#endif
