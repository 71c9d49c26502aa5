/*
 * offer - a hello made ready to be negotiated with: its lists as arrays of code
 * points, its extensions as flags.
 *
 * Made once a hello, used for each policy: negotiating reads no bytes. GREASE is left
 * out. Lists keep the client's order and its duplicates.
 */
#ifndef POLICY_OFFER_H
#define POLICY_OFFER_H

#include "evidence/hello.h"
#include "tls/suite.h"

/* Longer lists come of scanners; a longer one is cut, and the offer says so. */
#define OFFER_CODES_MAX 512
#define OFFER_ALPN_MAX  16

struct offer_codes {
	bool sent;  /* the extension stood there, if only with an empty list */
	bool empty; /* it was sent with nothing at all in it, not even GREASE */
	uint16_t count;
	uint16_t codes[OFFER_CODES_MAX];
};

struct offer {
	enum hello_format format;
	uint16_t legacy_version; /* as on the wire */
	bool versions_sent;      /* supported_versions stood there */
	uint16_t versions;       /* bit 1 << enum version_rank, of supported_versions;
				  * drafts are no version */
	uint8_t version_order[RANK_TLS13 +
			      1]; /* the same as ranks, in the client's order */
	uint8_t version_count;
	uint16_t versions_legacy;  /* likewise for a server that does not read it: every
				    * one up to legacy_version */
	struct offer_codes suites; /* SSL 2.0's kinds are not among them */
	uint64_t
		suite_set[SUITES_MAX / 64]; /* those that are registered: suite_index() */
	struct offer_codes groups;
	struct offer_codes schemes;        /* signature_algorithms */
	struct offer_codes cert_schemes;   /* signature_algorithms_cert */
	struct offer_codes key_shares;     /* groups of the shares sent */
	struct bytes alpn[OFFER_ALPN_MAX]; /* borrowed from the hello's form */
	uint8_t alpn_count;
	bool compression;           /* offers DEFLATE */
	bool null_compression;      /* offers none, as it must */
	bool only_null_compression; /* as a hello of TLS 1.3 must. RFC 8446, 4.1.2 */
	bool point_formats_sent;
	bool point_uncompressed; /* among them */
	bool server_name;
	bool extended_master_secret;
	bool secure_renegotiation; /* by extension or signalling value */
	bool fallback_scsv;
	bool encrypt_then_mac;
	bool psk_modes;      /* psk_key_exchange_modes sent */
	bool malformed;      /* body_fault: a server refuses it with decode_error */
	bool malformed_alpn; /* likewise where ALPN is read */
	bool malformed_renegotiation; /* likewise up to TLS 1.2 */
	bool no_point_format;         /* likewise: an empty list of them */
	bool cut;                     /* a list was longer than fits */
};

/* ERR_*: of the form, see client_hello_parse(). hello->form must outlive the offer. */
MUST_USE enum err offer_of_hello(const struct hello *hello, struct offer *ret);

/* True if code stands in the list. */
static inline bool offer_holds(const struct offer_codes *list, uint32_t code)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->codes[i] == code)
			return true;
	return false;
}

static inline bool offer_has_suite(const struct offer *offer, const struct suite *suite)
{
	size_t index = suite_index(suite);

	return (offer->suite_set[index / 64] >> index % 64 & 1) != 0;
}

#endif
