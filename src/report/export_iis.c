/* The registry of Windows, for Schannel as a server; clients' keys are left alone. */
#include "report/export.h"

#define LIST_MAX 32768 /* POLICY_CODES_MAX names */

#define ROOT_KEY                                                                         \
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\"    \
	"SCHANNEL\\"
#define LISTS_KEY                                                                        \
	"HKEY_LOCAL_"                                                                    \
	"MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\"          \
	"SSL\\00010002"

/* What Schannel of Windows Server 2022 has, on by default or not ("TLS Cipher Suites in
 * Windows Server 2022", 2021-02-16). In order of code. */
static const uint16_t schannel_suites[] = { 0x0001, 0x0002, 0x0003, 0x0004, 0x0005,
	0x0009, 0x000a, 0x0012, 0x0013, 0x002f, 0x0032, 0x0033, 0x0035, 0x0038, 0x0039,
	0x003b, 0x003c, 0x003d, 0x0040, 0x0062, 0x0063, 0x0064, 0x006a, 0x009c, 0x009d,
	0x009e, 0x009f, 0x00a8, 0x00a9, 0x00ae, 0x00af, 0x00b0, 0x00b1, 0x1301, 0x1302,
	0x1303, 0xc009, 0xc00a, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0xc02b,
	0xc02c, 0xc02f, 0xc030 };

/* Microsoft's names of the groups that Schannel has, up to Windows Server 2022. */
static const struct iana_entry schannel_curves[] = {
	{ 23, "NistP256", "", false },
	{ 24, "NistP384", "", false },
	{ 25, "NistP521", "", false },
	{ 26, "brainpoolP256r1", "", false },
	{ 27, "brainpoolP384r1", "", false },
	{ 28, "brainpoolP512r1", "", false },
	{ 29, "curve25519", "", false },
};

/* A missing key means the system's own default, so each is written. */
static void protocols(struct exporting *out)
{
	static const struct {
		const char *name;
		enum version_rank rank;
	} keys[] = {
		{ "SSL 2.0", RANK_SSL2 },
		{ "SSL 3.0", RANK_SSL3 },
		{ "TLS 1.0", RANK_TLS10 },
		{ "TLS 1.1", RANK_TLS11 },
		{ "TLS 1.2", RANK_TLS12 },
		{ "TLS 1.3", RANK_TLS13 },
		{ "DTLS 1.0", RANK_TLS11 },
		{ "DTLS 1.2", RANK_TLS12 },
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		bool on = policy_allows_version(out->policy, keys[i].rank);

		export_line(out, "%s", "");
		export_line(out, "[" ROOT_KEY "Protocols\\%s\\Server]", keys[i].name);
		export_line(out, "\"Enabled\"=dword:%08x", on ? 1U : 0U);
		export_line(out, "\"DisabledByDefault\"=dword:%08x", on ? 0U : 1U);
	}
}

static const char *suite_name(const struct exporting *out, uint16_t code)
{
	(void)out;
	for (size_t i = 0; i < COUNT_OF(schannel_suites); i++)
		if (schannel_suites[i] == code)
			return iana_name(&iana_cipher_suites, code);
	return NULL;
}

static const char *curve_name(const struct exporting *out, uint16_t code)
{
	(void)out;
	for (size_t i = 0; i < COUNT_OF(schannel_curves); i++)
		if (schannel_curves[i].code == code)
			return schannel_curves[i].name;
	return NULL;
}

/* A kind that the policy leaves open would be switched off by a list without it. */
static bool suites_are_said(const struct policy *policy)
{
	bool tls13 = policy_allows_version(policy, RANK_TLS13);
	bool older = export_range(policy).least < RANK_TLS13;

	return (!tls13 || policy->suites13.count > 0) &&
	       (!older || policy->suites12.count > 0);
}

static void suites(struct exporting *out, struct text *list)
{
	static const struct export_words words = { "Schannel", ",", &iana_cipher_suites,
		suite_name };
	const struct policy *policy = out->policy;
	struct policy_codes all = policy->suites13;

	if (policy->suites12.count + policy->suites13.count == 0)
		return;
	if (!suites_are_said(policy)) {
		export_unsaid(out, "suites are one list for all versions, and the policy "
				   "lists only some; the system's own stay");
		return;
	}
	for (size_t i = 0; i < policy->suites12.count && all.count < POLICY_CODES_MAX;
		i++)
		all.codes[all.count++] = policy->suites12.codes[i];
	if (export_list(out, &all, &words, list))
		text_format(out->text, "\"Functions\"=\"%s\"%s", text_string(list),
			out->kind->line_end);
}

/* REG_MULTI_SZ: UTF-16LE, each string ended by a zero, and one zero more. */
static void curves(struct exporting *out, struct text *list)
{
	static const struct export_words words = { "Schannel", "\n", &iana_groups,
		curve_name };

	if (!export_list(out, &out->policy->groups, &words, list))
		return;
	text_add(out->text, "\"EccCurves\"=hex(7):");
	for (const char *at = text_string(list); *at != '\0'; at++)
		text_format(out->text, "%02x,00,",
			*at == '\n' ? 0U : (unsigned)(unsigned char)*at);
	text_format(out->text, "00,00,00,00%s", out->kind->line_end);
}

void export_iis(struct exporting *out)
{
	const struct policy *policy = out->policy;
	struct text list;

	protocols(out);
	export_line(out, "%s", "");
	export_line(out, "[" LISTS_KEY "]");
	text_init(&list, LIST_MAX);
	suites(out, &list);
	text_reset(&list);
	curves(out, &list);
	text_done(&list);
	if (policy->dh_bits_min != 0) {
		export_line(out, "%s", "");
		export_line(out, "[" ROOT_KEY "KeyExchangeAlgorithms\\Diffie-Hellman]");
		export_line(
			out, "\"ServerMinKeyBitLength\"=dword:%08x", policy->dh_bits_min);
	}
	if (!policy->server_order)
		export_unsaid(out, "Schannel goes by its own order of suites");
	if (policy->schemes.count > 0)
		export_unsaid(out, "signature schemes are Schannel's");
	if (policy->alpn_count > 0)
		export_unsaid(out, "ALPN is the program's");
	export_keys(out);
	export_demands(out, true);
}
