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

/* Which group is taken in TLS 1.3. RFC 8446, 4.2.7 and 4.2.8. */
enum group_choice {
	GROUP_FIRST_SHARE,  /* the client's first share that fits; else a retry for the
			     * server's first group */
	GROUP_TUPLES,       /* by tuples: a share in one, else a retry for it */
	GROUP_ONE,          /* one group is chosen, and retried if there is no share */
	GROUP_OWN_SHARE,    /* the server's first group with a share, else without */
	GROUP_CLIENT_SHARE, /* the client's first share, else the client's first group */
};

/* What comes first, the scheme or the certificate. */
enum key_choice {
	KEY_BY_SCHEME, /* the first scheme shared, and the certificate for it */
	KEY_IN_ORDER,  /* the first certificate that has a scheme */
	KEY_PICKED,    /* one certificate for the whole hello, before the suite */
	KEY_BY_KIND,   /* the kind of key of the client's first scheme */
};

/* Where finite-field parameters come from up to TLS 1.2. RFC 7919, 4. */
enum dh_choice {
	DH_OWN,            /* the server's, if it has any */
	DH_NAMED_IF_ASKED, /* a client that names groups gets one of them or no DHE */
	DH_NAMED_OR_OWN,   /* it gets one of them, or the server's */
	DH_NEVER,
};

/* How the version comes about. */
enum version_choice {
	VERSION_HIGHEST,            /* of supported_versions, if it was sent */
	VERSION_HIGHEST_ABOVE_SSL3, /* and the legacy version must be above SSL 3.0 */
	VERSION_HIGHEST_BESIDE_12,  /* in TLS 1.3 it must be TLS 1.2. RFC 8446, 4.1.2 */
	VERSION_LEGACY_FIRST,       /* the legacy version must do, whatever is listed */
	VERSION_CLIENT_ORDER,       /* the client's first that the server has */
};

/* Go's order of suites is its own, and has ChaCha20 first for clients that have. */
struct suite_order {
	struct code_list aes_first;
	struct code_list chacha_first;
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

	enum version_choice version_choice;
	enum group_choice group_choice;
	enum key_choice key_choice;
	enum dh_choice dh_choice;
	const struct suite_order *order12; /* NULL: the policy's */
	const struct suite_order *order13;
	bool any_compression;    /* never looks at the methods of compression */
	bool any_compression13;  /* null compression need not stand alone in TLS 1.3 */
	bool empty_lists;        /* lists of groups may be empty */
	bool no_fallback;        /* does not know TLS_FALLBACK_SCSV */
	bool forgets_groups;     /* takes a list of groups it never heard of for none */
	bool no_sslv2;           /* does not read hellos in the form of SSL 2.0 */
	bool client_groups;      /* goes by the client's order of curves, always */
	bool late_signature;     /* finds out behind the suite that it cannot sign */
	bool curve_always;       /* a scheme's curve binds in TLS 1.2 too */
	bool any_curve;          /* a certificate's curve need not be offered */
	bool needs_no_share;     /* takes no key_share for an empty one */
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
	bool wants_uncompressed; /* among point formats, where they are listed */
	bool any_point_format;   /* minds them for compressed keys alone */
	bool own_curve_too;      /* a certificate's curve must be among its own groups */
	bool prefers_chacha;     /* where the client does, whatever the server's order */
	bool sorts_certificates; /* takes one before libssl chooses: see
				  * certificate_of_haproxy() */
	bool static_ecdh;        /* a certificate of ECDSA may agree on keys itself */
	bool unoffered_sha1;     /* signs with SHA-1 if nothing that fits was offered */
	bool client_schemes;     /* goes by the client's order of them, always */
	uint8_t no_scheme_alert; /* none of them in common; ALERT_NOT_SENT: goes on */
	uint8_t no_version_alert;
	uint8_t no_null_alert; /* null compression is not offered */
	bool removed_suites12; /* takes in TLS 1.2 what it removed. RFC 5246, 1.2 */
};

#endif
