/*
 * stack_inside - what a stack is made of. For stack.c and negotiate*.c alone.
 *
 * A habit stands here only if it changes what some hello is answered. The sources that
 * were read: OpenSSL 1.0.1f and 1.0.2h (ssl/s3_lib.c, t1_lib.c, s23_srvr.c), 1.1.1w,
 * 3.0.20 and 3.5.6 (ssl/s3_lib.c, t1_lib.c, ssl_cert.c, statem/).
 */
#ifndef POLICY_STACK_INSIDE_H
#define POLICY_STACK_INSIDE_H

#include "policy/stack.h"

struct code_list {
	const uint16_t *codes;
	size_t count;
};

/* Who knows a code point. */
#define STACK_BIT(name)    (uint16_t)(1u << STACK_##name)
#define OPENSSL_FROM_3_0   (STACK_BIT(OPENSSL_3_0) | STACK_BIT(OPENSSL_3_5))
#define OPENSSL_FROM_1_1_1 (STACK_BIT(OPENSSL_1_1_1) | OPENSSL_FROM_3_0)
#define OPENSSL_FROM_1_0_2 (STACK_BIT(OPENSSL_1_0_2) | OPENSSL_FROM_1_1_1)
#define OPENSSL_ALL        (STACK_BIT(OPENSSL_1_0_1) | OPENSSL_FROM_1_0_2)
#define OTHER_STACKS                                                                     \
	(STACK_BIT(GNUTLS) | STACK_BIT(NSS) | STACK_BIT(GO) | STACK_BIT(JSSE) |          \
		STACK_BIT(SCHANNEL))
#define STACKS_ALL (OPENSSL_ALL | OTHER_STACKS)
#define FFDHE_STACKS                                                                     \
	(OPENSSL_FROM_3_0 | STACK_BIT(GNUTLS) | STACK_BIT(NSS) | STACK_BIT(JSSE))

/* Which of its group lists decides in TLS 1.3. RFC 8446, 4.2.7 and 4.2.8. */
enum group_choice {
	GROUP_FIRST_SHARE, /* the client's first share that fits; a retry if none does */
	GROUP_TUPLES,      /* by tuples: a share in one, else a retry for it */
};

struct stack {
	const char *name;
	uint16_t id_bit;    /* 1 << enum stack_id: for tables of what a stack knows */
	bool has_levels;    /* OpenSSL's security levels */
	uint16_t versions;  /* bit 1 << enum version_rank: those it can do at all */
	uint32_t ciphers;   /* bit 1 << enum suite_cipher: likewise */
	bool camellia_sha2; /* RFC 6367, with CBC */

	/* What an empty list in a policy stands for. */
	struct code_list suites13;
	struct code_list suites12;
	struct code_list groups;
	struct code_list schemes;
	const uint8_t *tuples; /* of groups: how many each holds, ending with 0 */

	enum group_choice group_choice;
	bool old_level_versions; /* 1.0 and 1.1 are allowed at levels 1 and 2 */
	uint8_t sha1_bits;       /* how strong a signature with SHA-1 counts */
	uint8_t md5_sha1_bits;   /* likewise one of TLS 1.0 with RSA */
	uint8_t ccm8_bits;     /* how strong CCM with a short tag counts; 0: as its key */
	uint8_t rsa4096_bits;  /* how strong an RSA key of 4096 bits counts; 0: as 3072 */
	uint8_t no_sha1_alert; /* TLS 1.2 without signature_algorithms and no SHA-1 */
	uint8_t not_default_alert; /* the same, where the policy does not list it */
	bool old_groups13;         /* takes the groups of TLS 1.2 in 1.3 too */
	struct code_list
		any_groups; /* what no supported_groups stands for. RFC 8422, 4 */
	bool reads_alpn;
	uint8_t no_point_alert;
	bool any_point_format;   /* minds them for compressed keys alone */
	bool own_curve_too;      /* a certificate's curve must be among its own groups */
	bool unoffered_sha1;     /* signs with SHA-1 if nothing that fits was offered */
	bool client_schemes;     /* goes by the client's order of them, always */
	uint8_t no_scheme_alert; /* none of them in common; ALERT_NOT_SENT: goes on */
	uint8_t no_version_alert;
	uint8_t no_null_alert; /* null compression is not offered */
	bool removed_suites12; /* takes in TLS 1.2 what it removed. RFC 5246, 1.2 */
};

#endif
