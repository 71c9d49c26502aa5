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
	0xc00a, 0x00a3, 0x009f, 0x006b, 0x006a, 0x0039, 0x0038, 0x0088, 0x0087, 0x009d,
	0x003d, 0x0035, 0x0084, 0xc02f, 0xc02b, 0xc027, 0xc023, 0xc013, 0xc009, 0x00a2,
	0x009e, 0x0067, 0x0040, 0x0033, 0x0032, 0x009a, 0x0099, 0x0045, 0x0044, 0x009c,
	0x003c, 0x002f, 0x0096, 0x0041, 0x0007, 0xc011, 0xc007, 0x0005, 0x0004, 0xc012,
	0xc008, 0x0016, 0x0013, 0x000a };

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
		.no_scheme_alert = ALERT_ILLEGAL_PARAMETER,
		.no_version_alert = ALERT_NOT_SENT,
		.no_point_alert = ALERT_DECODE_ERROR,
		.reads_alpn = true,
		.no_null_alert = ALERT_DECODE_ERROR,
		.removed_suites12 = true,
	},
	[STACK_OPENSSL_1_1_1] = {
		.name = "openssl-1.1.1",
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
		.id_bit = STACK_BIT(OPENSSL_3_0),
		.has_levels = true,
		.versions = VERSIONS_1_0_TO_1_3,
		.ciphers = OPENSSL_3_0_CIPHERS,
		.camellia_sha2 = true,
		.suites13 = LIST(openssl_suites13),
		.suites12 = LIST(openssl_1_1_1_suites12),
		.groups = LIST(openssl_3_0_groups),
		.schemes = LIST(openssl_1_1_1_schemes),
		.group_choice = GROUP_FIRST_SHARE,
		.old_level_versions = true,
		.sha1_bits = 64,
		.md5_sha1_bits = 67,
		.rsa4096_bits = 152,
		.no_sha1_alert = ALERT_HANDSHAKE_FAILURE,
		.not_default_alert = ALERT_HANDSHAKE_FAILURE,
		.no_scheme_alert = ALERT_HANDSHAKE_FAILURE,
		.no_version_alert = ALERT_PROTOCOL_VERSION,
		.no_point_alert = ALERT_DECODE_ERROR,
		.reads_alpn = true,
		.no_null_alert = ALERT_DECODE_ERROR,
	},
	[STACK_OPENSSL_3_5] = {
		.name = "openssl-3.5",
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
};

const struct stack *stack_of(enum stack_id id)
{
	return &stacks[id];
}

const char *stack_name(const struct stack *stack)
{
	return stack->name;
}

const struct stack *stack_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(stacks); i++)
		if (stacks[i].name != NULL && strcmp(stacks[i].name, name) == 0)
			return &stacks[i];
	return NULL;
}
