/*
 * policy - what a server will allow: versions, suites, groups, signature schemes,
 * certificates. A preset (data/policy/) or the user's own file.
 *
 * A policy holds code points only, so judging asks no names; policy_file.h reads it from
 * YAML. Everything is in the struct itself: a policy is copied by assignment. What a
 * list does not name is not allowed; an empty list of a kind means that the policy says
 * nothing about it, and the stack's own default decides (policy/stack.h).
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tls/version.h"

/* The registry has some 350 suites; a server that lists all of OpenSSL 1.0's has 160. */
#define POLICY_CODES_MAX 256

#define POLICY_NAME_MAX   48
#define POLICY_TITLE_MAX  128
#define POLICY_SOURCE_MAX 256
#define POLICY_NOTE_MAX   256
#define POLICY_DATES_MAX  8
#define POLICY_KEYS_MAX   16
#define POLICY_ALPN_MAX   16
#define POLICY_ALPN_LEN   32

struct policy_codes {
	uint16_t count;
	uint16_t codes[POLICY_CODES_MAX]; /* in order of preference */
};

/* What signs a handshake: the kind of key in a certificate. */
enum key_kind {
	KEY_RSA,     /* rsaEncryption: signs with PKCS#1 and PSS, decrypts */
	KEY_RSA_PSS, /* id-RSASSA-PSS: signs with rsa_pss_pss_* alone. RFC 8446, 4.2.3 */
	KEY_ECDSA,
	KEY_ED25519,
	KEY_ED448,
	KEY_DSA,
	KEY_KIND_COUNT
};

/* A certificate's key, and how its issuer signed it. */
struct policy_key {
	uint8_t kind;       /* enum key_kind */
	uint16_t bits;      /* RSA and DSA: of the modulus */
	uint16_t curve;     /* ECDSA: as a group; 0: any */
	uint16_t signature; /* a signature scheme; 0: any, or not known */
};

/* A date in force, as it was announced: dates move. */
struct policy_date {
	char on[11];                /* "2025-03-01" */
	char said[11];              /* when it was announced; "" if not known */
	char note[POLICY_NOTE_MAX]; /* "" or why it moved */
};

struct policy {
	char name[POLICY_NAME_MAX]; /* "mozilla-intermediate" */
	char title[POLICY_TITLE_MAX];
	char source[POLICY_SOURCE_MAX]; /* document, edition, date */
	struct policy_date
		dates[POLICY_DATES_MAX]; /* oldest first; the last is in force */
	uint8_t date_count;

	uint16_t versions;                 /* bit 1 << enum version_rank; DTLS by rank */
	bool server_order;                 /* of suites; else the client's */
	bool compression;                  /* allowed up to TLS 1.2. RFC 3749 */
	bool needs_extended_master_secret; /* up to TLS 1.2. RFC 7627, 5.2 */
	bool needs_secure_renegotiation;   /* up to TLS 1.2. RFC 5746, 3.6 */
	bool needs_server_name;            /* RFC 6066, 3 */
	bool recommends; /* what its lists do not name it does not recommend, but does not
			  * forbid either: of scanned servers alone */
	uint16_t dh_bits_min;              /* of finite-field groups; 0: not said */
	struct policy_codes suites13;
	struct policy_codes suites12; /* SSL 3.0 to TLS 1.2 */
	struct policy_codes groups;
	struct policy_codes schemes; /* of signatures in handshakes */

	/* Keys that a certificate may have: for RSA and DSA `bits` is the least. What is
	 * presented, if the user does not say, is the least of the first. */
	struct policy_key keys[POLICY_KEYS_MAX];
	uint8_t key_count;

	char alpn[POLICY_ALPN_MAX][POLICY_ALPN_LEN]; /* in order of preference */
	uint8_t alpn_count;                          /* 0: not looked at */
};

/* True if code stands in the list. */
static inline bool policy_lists(const struct policy_codes *list, uint16_t code)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->codes[i] == code)
			return true;
	return false;
}

static inline bool policy_allows_version(
	const struct policy *policy, enum version_rank rank)
{
	return (policy->versions >> rank & 1) != 0;
}

#endif
