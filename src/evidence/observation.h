/*
 * observation - what the features see of the world, in one vocabulary.
 *
 * A handshake is one connection's attempt to agree on TLS, however often its
 * hello was sent again. What was not seen is told from what was not there:
 * CODE_NONE, an empty struct bytes, NULL. All pointers are borrowed until the
 * sink that got the observation returns.
 */
#ifndef EVIDENCE_OBSERVATION_H
#define EVIDENCE_OBSERVATION_H

#include "base/address.h"
#include "base/time.h"
#include "evidence/hello.h"
#include "tls/certificate.h"

#define CODE_NONE UINT32_MAX /* a suite, group or scheme that was not seen */

enum transport {
	TRANSPORT_TCP,
	TRANSPORT_UDP,
};

enum side {
	SIDE_CLIENT,
	SIDE_SERVER,
};

/* What was spoken before TLS, on the same connection. In order of name. */
enum upgrade {
	UPGRADE_NONE,
	UPGRADE_FTP,
	UPGRADE_HTTP_CONNECT,
	UPGRADE_IMAP,
	UPGRADE_IRC,
	UPGRADE_LDAP,
	UPGRADE_LMTP,
	UPGRADE_MANAGESIEVE,
	UPGRADE_MYSQL,
	UPGRADE_NNTP,
	UPGRADE_POP3,
	UPGRADE_POSTGRESQL,
	UPGRADE_RDP,
	UPGRADE_SMTP,
	UPGRADE_SOCKS,
	UPGRADE_TDS,
	UPGRADE_TELNET,
	UPGRADE_XMPP,        /* a client's; watching says so of servers, too */
	UPGRADE_XMPP_SERVER, /* between servers */
	UPGRADE_UNKNOWN,     /* bytes that no dialogue here knows, then TLS */
	UPGRADE_COUNT
};

enum outcome {
	OUTCOME_COMPLETED,  /* both sides finished, or data flowed */
	OUTCOME_REFUSED,    /* one side sent a fatal alert, or closed in its place */
	OUTCOME_RESET,      /* TCP RST before the end, no alert seen */
	OUTCOME_UNANSWERED, /* a hello, and nothing of the server's after it */
	OUTCOME_UNDECIDED,  /* the capture does not show the end */
	OUTCOME_COUNT
};

struct observed_alert {
	enum side side;
	uint8_t level;       /* enum alert_level; 0 if encrypted */
	uint8_t description; /* meaningful if level is not 0 */
	bool inferred;       /* encrypted (TLS 1.3): known by its length and the close */
};

#define OBSERVED_ALERTS_MAX 4 /* later ones are only counted */

struct handshake {
	time_ns at; /* first byte of the hello; of the answer if that is all there was */
	enum transport transport;
	struct address client;
	struct address server;
	uint16_t client_port;
	uint16_t server_port;
	enum upgrade upgrade;

	const struct hello *hello; /* NULL: not seen whole */
	struct bytes server_name;  /* strangers' text */
	const char *ja3;           /* of this very hello; NULL if none */
	const char *ja4;
	bool hello_cut;            /* a hello began, but was not seen whole */
	bool hello_malformed;      /* what was sent is no well-formed hello */

	uint16_t version;          /* the one agreed; VERSION_NONE: no ServerHello seen */
	uint32_t cipher;           /* CODE_NONE if not seen */
	uint32_t group;
	uint32_t dh_bits;          /* 0 if not seen */
	uint32_t signature_scheme;
	struct bytes alpn;         /* agreed; strangers' text */
	const char *ja3s;          /* NULL if none */
	const struct certificate *certificate; /* the server's leaf, NULL if not seen */

	bool resumed;
	bool resumed_known;        /* false: not enough was seen to say */
	bool retried;              /* HelloRetryRequest or HelloVerifyRequest was sent */
	bool client_certificate_asked;
	bool extended_master_secret;    /* agreed; means something if version is set */
	bool secure_renegotiation;      /* likewise */

	enum outcome outcome;
	bool outcome_inferred;
	uint8_t alert_count;
	struct observed_alert alerts[OBSERVED_ALERTS_MAX];
};

struct endpoint; /* evidence/endpoint.h */

enum observation_kind {
	OBSERVATION_HANDSHAKE,
	OBSERVATION_ENDPOINT,
};

struct observation {
	enum observation_kind kind;
	union {
		struct handshake handshake;
		const struct endpoint *endpoint;
	};
};

const char *transport_name(enum transport transport); /* "tcp" */
const char *side_name(enum side side);                /* "client" */
const char *outcome_name(enum outcome outcome);       /* "completed" */

/* "smtp", "unknown"; NULL for UPGRADE_NONE. */
const char *upgrade_name(enum upgrade upgrade);

/* NULL and "" are UPGRADE_NONE; a name that is not known is UPGRADE_UNKNOWN. */
enum upgrade upgrade_of_name(const char *name);

#endif
