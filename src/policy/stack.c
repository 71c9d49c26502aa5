#include "policy/stack.h"

#include <string.h>

#include "base/attr.h"
#include "policy/negotiate.h"
#include "policy/stack_inside.h"
#include "tls/alert.h"
#include "tls/suite.h"

#define LIST(array)                                                                      \
	{                                                                                \
		array, COUNT_OF(array)                                                   \
	}

#define VERSIONS_1_0_TO_1_2 (1 << RANK_TLS10 | 1 << RANK_TLS11 | 1 << RANK_TLS12)
#define VERSIONS_1_0_TO_1_3 (VERSIONS_1_0_TO_1_2 | 1 << RANK_TLS13)

/* What the stacks do when a policy leaves a list out. The lists of OpenSSL were read off
 * hellos of Node 0.12, 4, 16, 18 and 24 that were told the cipher string DEFAULT. */
static const uint16_t openssl_suites13[] = { 0x1302, 0x1303, 0x1301 };

static const uint16_t openssl_1_1_1_suites12[] = { 0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8,
	0xccaa, 0xc02b, 0xc02f, 0x009e, 0xc024, 0xc028, 0x006b, 0xc023, 0xc027, 0x0067,
	0xc00a, 0xc014, 0x0039, 0xc009, 0xc013, 0x0033, 0x009d, 0x009c, 0x003d, 0x003c,
	0x0035, 0x002f };

static const uint16_t openssl_1_0_suites12[] = { 0xc030, 0xc02c, 0xc028, 0xc024, 0xc014,
	0xc00a, 0x00a3, 0x009f, 0x006b, 0x006a, 0x0039, 0x0038, 0x0088, 0x0087, 0xc032,
	0xc02e, 0xc02a, 0xc026, 0xc00f, 0xc005, 0x009d, 0x003d, 0x0035, 0x0084, 0xc02f,
	0xc02b, 0xc027, 0xc023, 0xc013, 0xc009, 0x00a2, 0x009e, 0x0067, 0x0040, 0x0033,
	0x0032, 0x009a, 0x0099, 0x0045, 0x0044, 0xc031, 0xc02d, 0xc029, 0xc025, 0xc00e,
	0xc004, 0x009c, 0x003c, 0x002f, 0x0096, 0x0041, 0x0007, 0xc011, 0xc007, 0xc00c,
	0xc002, 0x0005, 0x0004, 0xc012, 0xc008, 0x0016, 0x0013, 0xc00d, 0xc003, 0x000a };

/* One curve, for that is what servers of its time set: ssl/s3_lib.c knows no list. */
static const uint16_t openssl_1_0_1_groups[] = { 23 };

/* ssl/t1_lib.c of 1.0.2: eccurves_auto and eccurves_all. */
static const uint16_t openssl_1_0_2_groups[] = { 23, 25, 28, 27, 24, 26, 22, 14, 13, 11,
	12, 9, 10 };
static const uint16_t openssl_1_0_2_any[] = { 23, 25, 28, 27, 24, 26, 22, 14, 13, 11, 12,
	9, 10, 20, 21, 18, 19, 15, 16, 17, 8, 6, 7, 4, 5, 1, 2, 3 };

/* ssl/t1_lib.c, each: eccurves_default, supported_groups_default and
 * TLS_DEFAULT_GROUP_LIST with its tuples. */
static const uint16_t openssl_1_1_1_groups[] = { 29, 23, 30, 25, 24 };
static const uint16_t openssl_3_0_groups[] = { 29, 23, 30, 25, 24, 256, 257, 258, 259,
	260 };
static const uint16_t openssl_3_5_groups[] = { 4588, 29, 23, 30, 24, 25, 256, 257 };
static const uint8_t openssl_3_5_tuples[] = { 1, 2, 3, 2, 0 };

/* ssl/t1_lib.c, each: tls12_sigalgs. */
static const uint16_t openssl_1_0_schemes[] = { 0x0601, 0x0602, 0x0603, 0x0501, 0x0502,
	0x0503, 0x0401, 0x0402, 0x0403, 0x0301, 0x0302, 0x0303, 0x0201, 0x0202, 0x0203 };
static const uint16_t openssl_1_1_1_schemes[] = { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808,
	0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0303,
	0x0203, 0x0301, 0x0201, 0x0302, 0x0202, 0x0402, 0x0502, 0x0602 };
static const uint16_t openssl_3_5_schemes[] = { 0x0905, 0x0906, 0x0904, 0x0403, 0x0503,
	0x0603, 0x0807, 0x0808, 0x081a, 0x081b, 0x081c, 0x0809, 0x080a, 0x080b, 0x0804,
	0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0303, 0x0203, 0x0301, 0x0201, 0x0302,
	0x0202, 0x0402, 0x0502, 0x0602 };

/* gnutls-cli 3.7.9 --list --priority NORMAL. */
static const uint16_t gnutls_suites13[] = { 0x1302, 0x1303, 0x1301, 0x1304 };
static const uint16_t gnutls_suites12[] = { 0xc02c, 0xcca9, 0xc0ad, 0xc00a, 0xc02b,
	0xc0ac, 0xc009, 0xc030, 0xcca8, 0xc014, 0xc02f, 0xc013, 0x009d, 0xc09d, 0x0035,
	0x009c, 0xc09c, 0x002f, 0x009f, 0xccaa, 0xc09f, 0x0039, 0x009e, 0xc09e, 0x0033 };
static const uint16_t gnutls_groups[] = { 23, 24, 25, 29, 30, 256, 257, 258, 259, 260 };
static const uint16_t gnutls_any[] = { 23 };
static const uint16_t gnutls_schemes[] = { 0x0401, 0x0809, 0x0804, 0x0403, 0x0807, 0x0501,
	0x080a, 0x0805, 0x0503, 0x0808, 0x0601, 0x080b, 0x0806, 0x0603, 0x0201, 0x0203 };

/* Go 1.19, crypto/tls: cipherSuitesPreferenceOrder with AES in hardware,
 * defaultCurvePreferences, and what signatureSchemesForCertificate() makes of keys. */
static const uint16_t go_suites13[] = { 0x1301, 0x1302, 0x1303 };
static const uint16_t go_chacha13[] = { 0x1303, 0x1301, 0x1302 };
static const uint16_t go_default12[] = { 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
	0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035, 0xc012, 0x000a };
static const uint16_t go_suites12[] = { 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
	0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035, 0xc012, 0x000a,
	0xc023, 0xc027, 0x003c, 0xc007, 0xc011, 0x0005 };
static const uint16_t go_chacha12[] = { 0xcca9, 0xcca8, 0xc02b, 0xc02f, 0xc02c, 0xc030,
	0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035, 0xc012, 0x000a,
	0xc023, 0xc027, 0x003c, 0xc007, 0xc011, 0x0005 };
static const struct suite_order go_order13 = { LIST(go_suites13), LIST(go_chacha13) };
static const struct suite_order go_order12 = { LIST(go_suites12), LIST(go_chacha12) };
static const uint16_t go_groups[] = { 29, 23, 24, 25 };
static const uint16_t go_schemes[] = { 0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401,
	0x0501, 0x0601, 0x0503, 0x0603, 0x0201, 0x0203 };

/* OpenJDK 17.0.21: SSLServerSocketFactory's default suites, sun.security.ssl's groups and
 * schemes. Its jdk.tls.disabledAlgorithms has TLS_RSA_*, which 17.0.15 still took, and
 * SHA-1 in signatures of handshakes. */
static const uint16_t jsse_suites13[] = { 0x1302, 0x1301, 0x1303 };
static const uint16_t jsse_suites12[] = { 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xcca8, 0xc02f,
	0x009f, 0xccaa, 0x00a3, 0x009e, 0x00a2, 0xc024, 0xc028, 0xc023, 0xc027, 0x006b,
	0x006a, 0x0067, 0x0040, 0xc00a, 0xc014, 0xc009, 0xc013, 0x0039, 0x0038, 0x0033,
	0x0032 };
static const uint16_t jsse_groups[] = { 29, 23, 24, 25, 30, 256, 257, 258, 259, 260 };
static const uint16_t jsse_schemes[] = { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804,
	0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0402, 0x0303,
	0x0301, 0x0302 };

/* NSS 3.87, lib/ssl/ssl3con.c (cipherSuites) and sslsock.c (named groups); no server of
 * it was measured. */
static const uint16_t nss_suites13[] = { 0x1301, 0x1303, 0x1302 };
static const uint16_t nss_suites12[] = { 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030,
	0xc00a, 0xc009, 0xc013, 0xc023, 0xc027, 0xc014, 0xc024, 0xc028, 0x009e, 0xccaa,
	0x009f, 0x0033, 0x0067, 0x0039, 0x006b, 0x009c, 0x009d, 0x002f, 0x003c, 0x0035,
	0x003d, 0x000a };
static const uint16_t nss_groups[] = { 29, 23, 24, 25, 256, 257, 258, 259, 260 };
static const uint16_t nss_schemes[] = { 0x0403, 0x0503, 0x0603, 0x0203, 0x0804, 0x0805,
	0x0806, 0x0401, 0x0501, 0x0601, 0x0201 };

/* Windows Server 2022 as Microsoft documents it (TLS Cipher Suites in Windows Server
 * 2022, TLS Elliptic Curves in Windows 10 version 1607 and later); it was not measured.
 */
static const uint16_t schannel_suites13[] = { 0x1302, 0x1301 };
static const uint16_t schannel_suites12[] = { 0xc02c, 0xc02b, 0xc030, 0xc02f, 0x009f,
	0x009e, 0xc024, 0xc023, 0xc028, 0xc027, 0xc00a, 0xc009, 0xc014, 0xc013, 0x009d,
	0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x000a };
static const uint16_t schannel_groups[] = { 29, 23, 24 };
static const uint16_t schannel_schemes[] = { 0x0804, 0x0805, 0x0806, 0x0401, 0x0501,
	0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603 };

/* What is compiled in as Node and Debian build it. */
#define OPENSSL_1_0_CIPHERS                                                              \
	(1u << SUITE_NULL | 1u << SUITE_RC4 | 1u << SUITE_IDEA | 1u << SUITE_SEED |      \
		1u << SUITE_3DES | 1u << SUITE_AES_CBC | 1u << SUITE_CAMELLIA_CBC |      \
		1u << SUITE_AES_GCM)
#define OPENSSL_3_0_CIPHERS                                                              \
	(1u << SUITE_NULL | 1u << SUITE_AES_CBC | 1u << SUITE_CAMELLIA_CBC |             \
		1u << SUITE_AES_CCM | 1u << SUITE_AES_CCM_8 | 1u << SUITE_AES_GCM |      \
		1u << SUITE_ARIA_GCM | 1u << SUITE_CHACHA20)
#define OPENSSL_1_1_1_CIPHERS (OPENSSL_3_0_CIPHERS | 1u << SUITE_IDEA | 1u << SUITE_SEED)

#define AES_CIPHERS                                                                      \
	(1u << SUITE_AES_CBC | 1u << SUITE_AES_GCM | 1u << SUITE_3DES | 1u << SUITE_NULL)
#define GNUTLS_CIPHERS                                                                   \
	(AES_CIPHERS | 1u << SUITE_AES_CCM | 1u << SUITE_AES_CCM_8 |                     \
		1u << SUITE_CAMELLIA_CBC | 1u << SUITE_CAMELLIA_GCM |                    \
		1u << SUITE_CHACHA20 | 1u << SUITE_RC4)

/* nginx and others leave all to it. */
#define OPENSSL_3_0_HABITS                                                               \
	.version_choice = VERSION_HIGHEST_ABOVE_SSL3, .id_bit = STACK_BIT(OPENSSL_3_0),  \
	.has_levels = true, .versions = VERSIONS_1_0_TO_1_3,                             \
	.ciphers = OPENSSL_3_0_CIPHERS, .camellia_sha2 = true,                           \
	.suites13 = LIST(openssl_suites13), .suites12 = LIST(openssl_1_1_1_suites12),    \
	.groups = LIST(openssl_3_0_groups), .schemes = LIST(openssl_1_1_1_schemes),      \
	.group_choice = GROUP_FIRST_SHARE, .old_level_versions = true, .sha1_bits = 64,  \
	.md5_sha1_bits = 67, .rsa4096_bits = 152,                                        \
	.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,                                        \
	.not_default_alert = ALERT_HANDSHAKE_FAILURE,                                    \
	.no_scheme_alert = ALERT_HANDSHAKE_FAILURE,                                      \
	.no_version_alert = ALERT_PROTOCOL_VERSION,                                      \
	.no_point_alert = ALERT_DECODE_ERROR, .reads_alpn = true,                        \
	.no_null_alert = ALERT_DECODE_ERROR

static const struct stack stacks[STACK_COUNT] = {
	[STACK_OPENSSL_1_0_1] = {
		.name = "openssl-1.0.1",
		.id_bit = STACK_BIT(OPENSSL_1_0_1),
		.versions = VERSIONS_1_0_TO_1_2 | 1 << RANK_SSL3,
		.ciphers = OPENSSL_1_0_CIPHERS,
		.suites12 = LIST(openssl_1_0_suites12),
		.groups = LIST(openssl_1_0_1_groups),
		.schemes = LIST(openssl_1_0_schemes),
		.any_groups = LIST(openssl_1_0_2_any),
		.unoffered_sha1 = true,
		.static_ecdh = true,
		.client_schemes = true,
		.any_point_format = true,
		.no_scheme_alert = ALERT_NOT_SENT,
		.no_version_alert = ALERT_NOT_SENT,
		.no_point_alert = ALERT_INTERNAL_ERROR,
		.no_null_alert = ALERT_DECODE_ERROR,
		.removed_suites12 = true,
	},
	[STACK_OPENSSL_1_0_2] = {
		.name = "openssl-1.0.2",
		.id_bit = STACK_BIT(OPENSSL_1_0_2),
		.versions = VERSIONS_1_0_TO_1_2 | 1 << RANK_SSL3,
		.ciphers = OPENSSL_1_0_CIPHERS,
		.suites12 = LIST(openssl_1_0_suites12),
		.groups = LIST(openssl_1_0_2_groups),
		.schemes = LIST(openssl_1_0_schemes),
		.any_groups = LIST(openssl_1_0_2_any),
		.own_curve_too = true,
		.unoffered_sha1 = true,
		.static_ecdh = true,
		.no_scheme_alert = ALERT_HANDSHAKE_FAILURE,
		.no_version_alert = ALERT_NOT_SENT,
		.no_point_alert = ALERT_DECODE_ERROR,
		.reads_alpn = true,
		.no_null_alert = ALERT_DECODE_ERROR,
		.removed_suites12 = true,
	},
	[STACK_OPENSSL_1_1_1] = {
		.name = "openssl-1.1.1",
		.version_choice = VERSION_HIGHEST_ABOVE_SSL3,
		.id_bit = STACK_BIT(OPENSSL_1_1_1),
		.has_levels = true,
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = OPENSSL_1_1_1_CIPHERS,
		.camellia_sha2 = true,
		.suites13 = LIST(openssl_suites13),
		.suites12 = LIST(openssl_1_1_1_suites12),
		.groups = LIST(openssl_1_1_1_groups),
		.schemes = LIST(openssl_1_1_1_schemes),
		.group_choice = GROUP_FIRST_SHARE,
		.old_level_versions = true,
		.sha1_bits = 80,
		.md5_sha1_bits = 144,
		.old_groups13 = true,
		.no_sha1_alert = ALERT_INTERNAL_ERROR,
		.not_default_alert = ALERT_ILLEGAL_PARAMETER,
		.no_scheme_alert = ALERT_HANDSHAKE_FAILURE,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_DECODE_ERROR,
		.reads_alpn = true,
		.no_null_alert = ALERT_DECODE_ERROR,
	},
	[STACK_OPENSSL_3_0] = {
		.name = "openssl-3.0",
		OPENSSL_3_0_HABITS,
	},
	[STACK_HAPROXY] = {
		.name = "haproxy",
		OPENSSL_3_0_HABITS,
		.prefers_chacha = true,
		.sorts_certificates = true,
	},
	[STACK_OPENSSL_3_5] = {
		.name = "openssl-3.5",
		.version_choice = VERSION_HIGHEST_ABOVE_SSL3,
		.id_bit = STACK_BIT(OPENSSL_3_5),
		.has_levels = true,
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = OPENSSL_3_0_CIPHERS,
		.camellia_sha2 = true,
		.suites13 = LIST(openssl_suites13),
		.suites12 = LIST(openssl_1_1_1_suites12),
		.groups = LIST(openssl_3_5_groups),
		.tuples = openssl_3_5_tuples,
		.schemes = LIST(openssl_3_5_schemes),
		.group_choice = GROUP_TUPLES,
		.sha1_bits = 64,
		.md5_sha1_bits = 67,
		.ccm8_bits = 64,
		.rsa4096_bits = 152,
		.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,
		.not_default_alert = ALERT_HANDSHAKE_FAILURE,
		.no_scheme_alert = ALERT_HANDSHAKE_FAILURE,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_DECODE_ERROR,
		.reads_alpn = true,
		.no_null_alert = ALERT_ILLEGAL_PARAMETER,
	},
	[STACK_GNUTLS] = {
		.name = "gnutls",
		.id_bit = STACK_BIT(GNUTLS),
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = GNUTLS_CIPHERS,
		.camellia_sha2 = true,
		.suites13 = LIST(gnutls_suites13),
		.suites12 = LIST(gnutls_suites12),
		.groups = LIST(gnutls_groups),
		.schemes = LIST(gnutls_schemes),
		.version_choice = VERSION_LEGACY_FIRST,
		.group_choice = GROUP_ONE,
		.key_choice = KEY_IN_ORDER,
		.dh_choice = DH_NAMED_IF_ASKED,
		.any_groups = LIST(gnutls_any),
		.any_curve = true,
		.client_schemes = true,
		.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,
		.no_scheme_alert = ALERT_NOT_SENT,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_DECODE_ERROR,
		.no_null_alert = ALERT_ILLEGAL_PARAMETER,
		.any_compression13 = true,
		.empty_lists = true,
		.reads_alpn = true,
	},
	[STACK_NSS] = {
		.name = "nss",
		.id_bit = STACK_BIT(NSS),
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = AES_CIPHERS | 1u << SUITE_CHACHA20 | 1u << SUITE_RC4 |
			   1u << SUITE_CAMELLIA_CBC | 1u << SUITE_SEED,
		.suites13 = LIST(nss_suites13),
		.suites12 = LIST(nss_suites12),
		.groups = LIST(nss_groups),
		.schemes = LIST(nss_schemes),
		.group_choice = GROUP_OWN_SHARE,
		.key_choice = KEY_IN_ORDER,
		.dh_choice = DH_NAMED_OR_OWN,
		.any_groups = LIST(gnutls_any),
		.client_schemes = true,
		.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,
		.no_scheme_alert = ALERT_NOT_SENT,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_DECODE_ERROR,
		.no_null_alert = ALERT_ILLEGAL_PARAMETER,
		.reads_alpn = true,
	},
	[STACK_GO] = {
		.name = "go",
		.id_bit = STACK_BIT(GO),
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = AES_CIPHERS | 1u << SUITE_CHACHA20 | 1u << SUITE_RC4,
		.suites13 = LIST(go_suites13),
		.suites12 = LIST(go_default12),
		.groups = LIST(go_groups),
		.schemes = LIST(go_schemes),
		.order13 = &go_order13,
		.order12 = &go_order12,
		.version_choice = VERSION_CLIENT_ORDER,
		.group_choice = GROUP_OWN_SHARE,
		.key_choice = KEY_PICKED,
		.dh_choice = DH_NEVER,
		.no_sslv2 = true,
		.client_groups = true,
		.client_schemes = true,
		.late_signature = true,
		.any_curve = true,
		.needs_no_share = true,
		.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,
		.no_scheme_alert = ALERT_NOT_SENT,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_UNEXPECTED_MESSAGE,
		.no_null_alert = ALERT_HANDSHAKE_FAILURE,
		.reads_alpn = true,
	},
	[STACK_JSSE] = {
		.name = "jsse",
		.id_bit = STACK_BIT(JSSE),
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = AES_CIPHERS | 1u << SUITE_CHACHA20 | 1u << SUITE_RC4,
		.suites13 = LIST(jsse_suites13),
		.suites12 = LIST(jsse_suites12),
		.groups = LIST(jsse_groups),
		.schemes = LIST(jsse_schemes),
		.version_choice = VERSION_HIGHEST_BESIDE_12,
		.wants_uncompressed = true,
		.group_choice = GROUP_CLIENT_SHARE,
		.key_choice = KEY_BY_KIND,
		.dh_choice = DH_NAMED_OR_OWN,
		.any_groups = LIST(jsse_groups),
		.no_fallback = true,
		.forgets_groups = true,
		.no_sslv2 = true,
		.client_groups = true,
		.client_schemes = true,
		.late_signature = true,
		.curve_always = true,
		.any_point_format = true,
		.own_curve_too = true,
		.no_sha1_alert = ALERT_INTERNAL_ERROR,
		.no_scheme_alert = ALERT_HANDSHAKE_FAILURE,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_ILLEGAL_PARAMETER,
		.any_compression = true,
	},
	[STACK_SCHANNEL] = {
		.name = "schannel",
		.id_bit = STACK_BIT(SCHANNEL),
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = AES_CIPHERS | 1u << SUITE_RC4,
		.suites13 = LIST(schannel_suites13),
		.suites12 = LIST(schannel_suites12),
		.groups = LIST(schannel_groups),
		.schemes = LIST(schannel_schemes),
		.group_choice = GROUP_OWN_SHARE,
		.key_choice = KEY_IN_ORDER,
		.dh_choice = DH_OWN,
		.any_groups = LIST(gnutls_any),
		.client_schemes = true,
		.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,
		.no_scheme_alert = ALERT_NOT_SENT,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_DECODE_ERROR,
		.no_null_alert = ALERT_ILLEGAL_PARAMETER,
		.reads_alpn = true,
	},
};

const struct stack *stack_of(enum stack_id id)
{
	return &stacks[id];
}

const char *stack_name(const struct stack *stack)
{
	return stack->name;
}

bool stack_has_levels(const struct stack *stack)
{
	return stack->has_levels;
}

void stack_defaults(
	const struct stack *stack, enum stack_list which, struct policy_codes *ret)
{
	const struct code_list *list = which == STACK_SUITES13   ? &stack->suites13
				       : which == STACK_SUITES12 ? &stack->suites12
				       : which == STACK_GROUPS   ? &stack->groups
								 : &stack->schemes;

	ret->count = (uint16_t)list->count;
	memcpy(ret->codes, list->codes, list->count * sizeof ret->codes[0]);
}

uint16_t stack_versions(const struct stack *stack)
{
	return stack->versions;
}

const struct stack *stack_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(stacks); i++)
		if (strcmp(stacks[i].name, name) == 0)
			return &stacks[i];
	return NULL;
}
