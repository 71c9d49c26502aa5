/*
 * version - protocol versions as they stand on the wire, and their order.
 *
 * Wire values: SSL 2.0 is 0x0002 (draft-hickman), SSL 3.0 to TLS 1.3 are
 * 0x0300 to 0x0304, DTLS counts down from 0xfeff (RFC 6347, 4.1; RFC 9147, 5.3).
 * Drafts of TLS 1.3 are 0x7f00 + number. Names and code points stand in
 * data/iana/versions.csv.
 */
#ifndef TLS_VERSION_H
#define TLS_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	VERSION_NONE = 0,
	VERSION_SSL2 = 0x0002,
	VERSION_SSL3 = 0x0300,
	VERSION_TLS10 = 0x0301,
	VERSION_TLS11 = 0x0302,
	VERSION_TLS12 = 0x0303,
	VERSION_TLS13 = 0x0304,
	VERSION_DTLS10_OPENSSL = 0x0100, /* pre-standard: OpenSSL 0.9.8, Cisco AnyConnect */
	VERSION_DTLS10 = 0xfeff,
	VERSION_DTLS12 = 0xfefd,
	VERSION_DTLS13 = 0xfefc,
};

/* What decides "old": a place in one order for TLS and DTLS. DTLS 1.0 is TLS 1.1
 * over datagrams (RFC 4347), so it ranks there; a draft ranks as its final. */
enum version_rank {
	RANK_UNKNOWN,
	RANK_SSL2,
	RANK_SSL3,
	RANK_TLS10,
	RANK_TLS11,
	RANK_TLS12,
	RANK_TLS13,
};

enum version_rank version_rank(uint16_t version);

/* The version of that rank, of TLS or of DTLS; VERSION_NONE if it has none. */
uint16_t version_of_rank(enum version_rank rank, bool datagram);

/* "TLS 1.2", "DTLS 1.0", "TLS 1.3 draft 18"; NULL for a value that is no version. */
const char *version_name(uint16_t version);

/* Reads "1.2", "TLS 1.2", "tls1.2", "TLSv1.2" or "ssl3"; ERR_VALUE otherwise. */
MUST_USE enum err version_parse(const char *text, uint16_t *ret);

/* True for a value reserved to catch intolerant peers, as a version, suite,
 * group, extension or signature scheme. RFC 8701, 2. */
static inline bool is_grease(uint16_t value)
{
	return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

#endif
