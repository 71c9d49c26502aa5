/*
 * endpoint - what a server was found to accept, prefer and present when it was asked.
 *
 * Scanning fills it, the store keeps it, policies judge it, reports show it. Nothing here
 * is a guess: what could not be found out is UNKNOWN and has a reason, which says what
 * would settle it. REFUSED is only what the server refused while it was shown, in the
 * same minute, to answer; silence, a reset without such a proof and a list that ended by
 * anything but a refusal are UNKNOWN.
 *
 * Everything pointed to is borrowed, until the sink that got the observation returns.
 * Names and first bytes are strangers' text.
 */
#ifndef EVIDENCE_ENDPOINT_H
#define EVIDENCE_ENDPOINT_H

#include "evidence/observation.h"
#include "tls/certificate.h"
#include "tls/version.h"

/* "accepted", "refused", "not-tls", "no-answer", "unknown". */
enum endpoint_status {
	ENDPOINT_UNASKED,
	ENDPOINT_ACCEPTED,
	ENDPOINT_REFUSED,
	ENDPOINT_NOT_TLS,
	ENDPOINT_NO_ANSWER,
	ENDPOINT_UNKNOWN,
	ENDPOINT_STATUS_COUNT
};

/* What a server does or does not; zero: not found out. */
enum endpoint_trait {
	TRAIT_UNKNOWN,
	TRAIT_NO,
	TRAIT_YES,
};

enum endpoint_order {
	ORDER_UNKNOWN,
	ORDER_SERVER,
	ORDER_CLIENT,
};

#define ENDPOINT_REASON_MAX 160
#define ENDPOINT_START_MAX  64 /* first bytes of what is no TLS, to be quoted */

/* A list that was found by elimination. */
struct endpoint_codes {
	const uint32_t *codes; /* in the order in which the server chose them */
	size_t count;
	bool whole; /* it ended with a refusal of all the rest; else there may be more */
};

struct endpoint_version {
	uint16_t version; /* VERSION_*; VERSION_NONE: no such rank over this transport */
	enum endpoint_status status;
	int16_t alert;      /* description of the alert that refused; -1: none was seen */
	const char *reason; /* NULL, or a clause: why unknown, and what would settle it */
	struct endpoint_codes suites; /* SSL 2.0's have three bytes */
	enum endpoint_order order;
	struct endpoint_codes groups;     /* (EC)DHE: of TLS 1.2 and 1.3 */
	struct endpoint_codes schemes;    /* signatures: of TLS 1.2 and 1.3 */
	enum endpoint_trait completes;    /* a handshake was carried to its end */
	enum endpoint_trait without_name; /* accepted without server_name, too */
	enum endpoint_trait other_name;   /* accepted with a name that nobody has, too */
};

#define ENDPOINT_CERTIFICATES_MAX                                                        \
	8 /* kinds of keys of one server, with and without name */
#define ENDPOINT_CHAIN_MAX 16

struct endpoint_certificate {
	const struct certificate *chain[ENDPOINT_CHAIN_MAX]; /* leaf first, as sent */
	uint8_t chain_len;
	uint16_t version; /* of the handshake that showed it */
	bool named;       /* shown to a hello that named the server */
	enum certificate_trust trust;
	enum endpoint_trait name_matches; /* the name that was asked for */
	enum endpoint_trait stapled;      /* an OCSP response came with it */
	enum certificate_staple staple;   /* what that says; NOT_LOOKED_AT as trust may be */
	time_ns staple_from;              /* thisUpdate; 0: it says nothing of the leaf */
	time_ns staple_to;                /* nextUpdate; 0: none */
	struct certificate_timestamps timestamps; /* none if its trust was not looked at */
};

/* What else was asked, each once; in order of name. */
#define ENDPOINT_TRAITS(X)                                                               \
	X(address_validated)         /* a cookie or Retry comes first, over UDP */       \
	X(client_certificate_asked)  /* CertificateRequest */                            \
	X(client_certificate_needed) /* no handshake ends without one */                 \
	X(compression)               /* DEFLATE is taken: CRIME */                       \
	X(early_data)                /* 0-RTT is announced in a ticket */                \
	X(encrypt_then_mac)          /* RFC 7366 */                                      \
	X(extended_master_secret)    /* RFC 7627 */                                      \
	X(fallback_scsv)             /* inappropriate_fallback is said. RFC 7507 */      \
	X(heartbeat)                 /* RFC 6520 is answered in the hello */             \
	X(resumption_id)                                                                 \
	X(resumption_psk)                                                                \
	X(resumption_ticket)                                                             \
	X(secure_renegotiation) /* RFC 5746 */                                           \
	X(tickets)              /* NewSessionTicket is sent */                           \
	X(intolerant_extension) /* each: a hello is refused for this alone */            \
	X(intolerant_grease)                                                             \
	X(intolerant_long)        /* over 255 bytes */                                   \
	X(intolerant_many_suites) /* over 128 */                                         \
	X(intolerant_no_session_id)                                                      \
	X(intolerant_split)   /* over two records */                                     \
	X(intolerant_version) /* a legacy version that does not exist yet */

struct endpoint_traits {
#define X(name) enum endpoint_trait name;
	ENDPOINT_TRAITS(X)
#undef X
};

/* Them as a table, in the same order. */
struct endpoint_trait_kind {
	const char *name;
	size_t offset; /* in struct endpoint_traits */
};

extern const struct endpoint_trait_kind endpoint_trait_kinds[];
extern const size_t endpoint_trait_count;

/* At a port of UDP both are asked for at once; over TCP: UNASKED. */
struct endpoint_udp {
	enum endpoint_status dtls;
	enum endpoint_status quic;
	const uint32_t *quic_versions; /* that it names, in its order. RFC 9000, 6.1 */
	size_t quic_version_count;
};

/* DHE's parameters up to TLS 1.2. */
struct endpoint_dh {
	uint16_t bits;              /* 0: none seen */
	const char *known;          /* whose prime it is; NULL: nobody's that is known */
	enum endpoint_trait reused; /* the public key came twice */
};

struct endpoint {
	time_ns at;               /* when it was asked first */
	struct bytes host;        /* as it was named by who asks */
	struct bytes server_name; /* sent; empty: none (an address) */
	struct address address;
	uint16_t port;
	enum transport transport;
	enum upgrade upgrade;

	enum endpoint_status status; /* the best of its versions */
	const char *reason;          /* as of a version */
	uint8_t start[ENDPOINT_START_MAX];
	uint8_t start_len;

	struct endpoint_version versions[RANK_TLS13 + 1]; /* by rank; TLS or DTLS */
	bool quic; /* over UDP: these are versions inside QUIC v1 */
	struct endpoint_udp udp;
	struct endpoint_certificate certificates[ENDPOINT_CERTIFICATES_MAX];
	uint8_t certificate_count;
	const struct bytes *alpn; /* protocols it takes, in its order */
	size_t alpn_count;
	struct endpoint_dh dh;
	struct endpoint_traits traits;

	/* One address, several servers behind it that differ: which answers show it. A
	 * reason alone: they are several, and were not seen to differ. */
	bool nodes_differ;
	const char *nodes_reason;

	bool slowed; /* it limits who asks too often, and was asked more slowly */
	uint32_t connections; /* spent on it */
	uint64_t bytes_sent;
	uint64_t bytes_received;
	time_ns took;
};

enum endpoint_trait endpoint_trait_of(const struct endpoint *endpoint, size_t kind);

enum endpoint_list {
	ENDPOINT_GROUPS,
	ENDPOINT_SCHEMES,
};

/* Twice what either registry has; what is more is cut, and the list not whole. */
#define ENDPOINT_UNION_MAX 128

/* What any version has, each once, those of the highest version first. Whole if it is of
 * each version that may have some. */
struct endpoint_codes endpoint_union(const struct endpoint *endpoint,
	enum endpoint_list which, uint32_t ret_codes[ENDPOINT_UNION_MAX]);

bool endpoint_codes_hold(const struct endpoint_codes *list, uint32_t code);

const char *endpoint_status_name(enum endpoint_status status);
const char *endpoint_trust_name(enum certificate_trust trust); /* "ok", "self-signed" */
const char *endpoint_staple_name(enum certificate_staple staple); /* "good", "old" */

#endif
