/*
 * negotiate - what a server answers to a hello: version, suite, group, signature and
 * certificate, or the alert and why.
 *
 * Pure and without allocation. What a policy needs is demanded whatever the stack: an
 * OpenSSL cannot be told to demand the extended master secret, say, but a client that
 * does without breaks that policy all the same. It follows RFC 8446, 5246, 8422, 7919,
 * 5746, 7507 and 7627 where they decide, each cited at its line, and the stack's habits
 * where stacks differ. What is chosen was offered and allowed, but for three habits
 * that the fuzz target names.
 *
 * tests: tests/unit/policy/test_negotiate*.c; fuzz: tests/fuzz/fuzz_negotiate.c; against
 * real servers: bench/predict-accuracy.
 */
#ifndef POLICY_NEGOTIATE_H
#define POLICY_NEGOTIATE_H

#include "policy/offer.h"
#include "policy/stack.h"

#define SERVER_CERTIFICATES_MAX 4
#define SECURITY_LEVEL_MAX      5

/* A server as far as it decides: what it allows, what it runs on, what it presents. */
struct server_profile {
	const struct policy *policy;
	const struct stack *stack;
	uint8_t security_level; /* OpenSSL's, up to SECURITY_LEVEL_MAX; others ignore it
				 */
	struct policy_key certificates[SERVER_CERTIFICATES_MAX];
	uint8_t certificate_count;
	uint16_t dh_bits; /* of its own finite-field parameters; 0: it has none */
	bool dh_auto;     /* parameters as large as the certificate's key (OpenSSL) */
};

/* What has no code: nothing was chosen. */
#define CODE_NONE UINT32_MAX

/* Some stacks close the connection without an alert. */
#define ALERT_NOT_SENT 255

enum refusal {
	REFUSAL_NONE,
	REFUSAL_MALFORMED,
	REFUSAL_VERSION,
	REFUSAL_FALLBACK, /* RFC 7507, 3 */
	REFUSAL_COMPRESSION,
	REFUSAL_SERVER_NAME,
	REFUSAL_EXTENDED_MASTER_SECRET,
	REFUSAL_SECURE_RENEGOTIATION,
	REFUSAL_ALPN,
	REFUSAL_SUITE,       /* none in common at all */
	REFUSAL_GROUP,       /* a suite in common, but no group for it */
	REFUSAL_CERTIFICATE, /* likewise no key that signs for it */
	REFUSAL_SIGNATURE,   /* likewise no scheme */
	REFUSAL_COUNT
};

struct negotiation {
	enum refusal refusal; /* REFUSAL_NONE: it completes, as far as hellos decide */
	uint8_t alert;        /* if refused: the description the stack sends, or
			       * ALERT_NOT_SENT */
	uint16_t version; /* wire value; VERSION_NONE: refused before one was chosen */
	uint32_t cipher;  /* this and the next CODE_NONE if not chosen */
	uint32_t group;
	uint32_t signature;
	int certificate; /* index in the profile; -1: none */
	uint16_t
		dh_bits; /* of the server's own parameters, where they are used; else 0 */
	bool retried;    /* by a HelloRetryRequest. RFC 8446, 4.1.4 */
	bool unoffered;  /* the stack signs with SHA-1 though the client did not offer
			  * it (OpenSSL 1.0.x): the server goes on, the client will not */
};

/* The chain of decisions, for people. */
#define DECISIONS_MAX 24

struct decision {
	const char *what;    /* "version", "cipher suite", "group", ... */
	const char *section; /* "RFC 8446, 4.2.1"; NULL: the policy's or stack's own */
	char text[160];      /* one clause in lower case */
};

struct decisions {
	size_t count;
	struct decision items[DECISIONS_MAX];
};

/* decisions may be NULL: then nothing is written down, and it is fast. */
void negotiate(const struct server_profile *profile, const struct offer *offer,
	struct negotiation *ret, struct decisions *decisions);

/* Whether a server with that security level loads a certificate with such a key at all;
 * any level where the stack has none. */
bool level_takes_key(
	const struct stack *stack, unsigned level, const struct policy_key *key);

/* "no common suite"; NULL for REFUSAL_NONE. */
const char *refusal_text(enum refusal refusal);

#endif
