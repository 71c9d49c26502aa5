/* What OpenSSL calls suites, groups and schemes in configurations, and since when. */
#include "report/export.h"

/* Schemes to which OpenSSL gave no name of their own, as key and hash. */
static const struct iana_entry named_schemes[] = {
	{ 0x0201, "RSA+SHA1", "", false },
	{ 0x0202, "DSA+SHA1", "", false },
	{ 0x0203, "ECDSA+SHA1", "", false },
	{ 0x0301, "RSA+SHA224", "", false },
	{ 0x0302, "DSA+SHA224", "", false },
	{ 0x0303, "ECDSA+SHA224", "", false },
	{ 0x0402, "DSA+SHA256", "", false },
	{ 0x0502, "DSA+SHA384", "", false },
	{ 0x0602, "DSA+SHA512", "", false },
};

/* Groups and schemes that came after OpenSSL 1.1.1; those of NEVER it has not. */
#define NEVER (EXPORT_OPENSSL_3_5 + 1)

struct since {
	uint16_t first;
	uint16_t last;
	unsigned library; /* enum export_library */
};

static const struct since groups_since[] = {
	{ 31, 33, EXPORT_OPENSSL_3_2 }, /* Brainpool of RFC 8734 */
	{ 34, 255, NEVER },
	{ 256, 260, EXPORT_OPENSSL_3_0 }, /* RFC 7919 */
	{ 261, 511, NEVER },
	{ 512, 514, EXPORT_OPENSSL_3_5 }, /* ML-KEM */
	{ 515, 4586, NEVER },
	{ 4587, 4589, EXPORT_OPENSSL_3_5 },
	{ 4590, 0xffff, NEVER },
};

static const struct since schemes_since[] = {
	{ 0x0101, 0x0101, NEVER }, /* MD5 */
	{ 0x0420, 0x0420, NEVER },
	{ 0x0520, 0x0520, NEVER },
	{ 0x0620, 0x0620, NEVER },
	{ 0x0700, 0x07ff, NEVER }, /* GOST, ShangMi and identities */
	{ 0x081a, 0x081c, EXPORT_OPENSSL_3_2 },
	{ 0x0840, 0x0841, NEVER },
	{ 0x0904, 0x0906, EXPORT_OPENSSL_3_5 }, /* ML-DSA */
	{ 0x0907, 0xffff, NEVER },
};

/* What else it reads, beside IANA's names and those above. */
static const struct iana_entry read_schemes[] = {
	{ 0x0401, "RSA+SHA256", "", false },
	{ 0x0501, "RSA+SHA384", "", false },
	{ 0x0601, "RSA+SHA512", "", false },
	{ 0x0403, "ECDSA+SHA256", "", false },
	{ 0x0503, "ECDSA+SHA384", "", false },
	{ 0x0603, "ECDSA+SHA512", "", false },
	{ 0x0804, "RSA-PSS+SHA256", "", false },
	{ 0x0805, "RSA-PSS+SHA384", "", false },
	{ 0x0806, "RSA-PSS+SHA512", "", false },
	{ 0x0804, "PSS+SHA256", "", false },
	{ 0x0805, "PSS+SHA384", "", false },
	{ 0x0806, "PSS+SHA512", "", false },
};

static const struct iana_registry openssl_schemes = { "", named_schemes,
	COUNT_OF(named_schemes) };
/* Looked up by name alone: not in order of code. */
static const struct iana_registry openssl_schemes_read = { "", read_schemes,
	COUNT_OF(read_schemes) };

static bool has(const struct exporting *out, const struct since *since, size_t count,
	uint16_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= since[i].first && code <= since[i].last)
			return (unsigned)out->library >= since[i].library;
	return true;
}

static const char *suite12_name(const struct exporting *out, uint16_t code)
{
	(void)out;
	return iana_name(&iana_openssl_suites, code);
}

/* The five of RFC 8446; another name makes OpenSSL refuse the whole list. */
static const char *suite13_name(const struct exporting *out, uint16_t code)
{
	(void)out;
	return code >= 0x1301 && code <= 0x1305 ? iana_name(&iana_cipher_suites, code)
						: NULL;
}

static const char *group_name(const struct exporting *out, uint16_t code)
{
	const char *own = iana_name(&iana_openssl_groups, code);

	if (!has(out, groups_since, COUNT_OF(groups_since), code))
		return NULL;
	return own != NULL ? own : iana_name(&iana_groups, code);
}

static const char *scheme_name(const struct exporting *out, uint16_t code)
{
	const char *own = iana_name(&openssl_schemes, code);

	if (!has(out, schemes_since, COUNT_OF(schemes_since), code))
		return NULL;
	return own != NULL ? own : iana_name(&iana_signature_schemes, code);
}

static const char *owner(const struct exporting *out)
{
	static const char *const names[] = {
		[EXPORT_OPENSSL_1_1_1] = "OpenSSL 1.1.1",
		[EXPORT_OPENSSL_3_0] = "OpenSSL 3.0",
		[EXPORT_OPENSSL_3_2] = "OpenSSL 3.2",
		[EXPORT_OPENSSL_3_5] = "OpenSSL 3.5",
	};

	return names[out->library];
}

/* OpenSSL 3.0 refuses versions before TLS 1.2 above level 0, whatever else is set. */
bool export_suites12(struct exporting *out, struct text *list)
{
	const struct export_words words = { owner(out), ":", &iana_cipher_suites,
		suite12_name };
	bool listed = export_list(out, &out->policy->suites12, &words, list);

	if (export_range(out->policy).least >= RANK_TLS12)
		return listed;
	export_remark(out, "TLS before 1.2 takes OpenSSL's security level 0");
	text_add(list, listed ? ":@SECLEVEL=0" : "DEFAULT:@SECLEVEL=0");
	return true;
}

bool export_suites13(struct exporting *out, struct text *list)
{
	const struct export_words words = { owner(out), ":", &iana_cipher_suites,
		suite13_name };

	return export_list(out, &out->policy->suites13, &words, list);
}

bool export_groups(struct exporting *out, const char *between, struct text *list)
{
	const struct export_words words = { owner(out), between, &iana_groups,
		group_name };

	return export_list(out, &out->policy->groups, &words, list);
}

bool export_schemes(struct exporting *out, struct text *list)
{
	const struct export_words words = { owner(out), ":", &iana_signature_schemes,
		scheme_name };

	return export_list(out, &out->policy->schemes, &words, list);
}

static bool read_name(
	const struct iana_registry *registry, struct bytes name, uint16_t *ret)
{
	const struct iana_entry *entry = iana_find_name_caseless(registry, name);

	if (entry == NULL)
		return false;
	*ret = (uint16_t)entry->code;
	return true;
}

bool export_read_suite13(struct bytes name, uint16_t *ret)
{
	return read_name(&iana_cipher_suites, name, ret) && *ret >> 8 == 0x13;
}

bool export_read_group(struct bytes name, uint16_t *ret)
{
	return read_name(&iana_openssl_groups, name, ret) ||
	       read_name(&iana_nist_groups, name, ret) ||
	       read_name(&iana_groups, name, ret);
}

bool export_read_scheme(struct bytes name, uint16_t *ret)
{
	return read_name(&openssl_schemes, name, ret) ||
	       read_name(&openssl_schemes_read, name, ret) ||
	       read_name(&iana_signature_schemes, name, ret);
}
