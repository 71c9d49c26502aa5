/* Caddy 2.6, with Go's crypto/tls: it chooses the order and all of TLS 1.3 itself. */
#include "report/export.h"

#define LIST_MAX 32768 /* POLICY_CODES_MAX names */

/* What crypto/tls of Go 1.19 has up to TLS 1.2 and does not call insecure; Caddy refuses
 * any other name. In order of code. */
static const uint16_t go_suites[] = { 0x002f, 0x0035, 0x009c, 0x009d, 0xc009, 0xc00a,
	0xc013, 0xc014, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9 };

/* The groups that Caddy 2.6 has a name for, which is IANA's. */
static const uint16_t go_groups[] = { 23, 24, 25, 29 };

static bool is_in(const uint16_t *codes, size_t count, uint16_t code)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

static const char *suite_name(const struct exporting *out, uint16_t code)
{
	(void)out;
	return is_in(go_suites, COUNT_OF(go_suites), code)
		       ? iana_name(&iana_cipher_suites, code)
		       : NULL;
}

static const char *group_name(const struct exporting *out, uint16_t code)
{
	(void)out;
	return is_in(go_groups, COUNT_OF(go_groups), code) ? iana_name(&iana_groups, code)
							   : NULL;
}

static void lists(struct exporting *out)
{
	static const struct export_words suites = { "Go", " ", &iana_cipher_suites,
		suite_name };
	static const struct export_words groups = { "Go", " ", &iana_groups, group_name };
	struct text list;

	text_init(&list, LIST_MAX);
	if (export_list(out, &out->policy->suites12, &suites, &list))
		text_format(out->text, "\tciphers %s\n", text_string(&list));
	text_reset(&list);
	if (export_list(out, &out->policy->groups, &groups, &list))
		text_format(out->text, "\tcurves %s\n", text_string(&list));
	text_done(&list);
}

/* Caddy 2 refuses the names of versions before TLS 1.2. */
static void protocols(struct exporting *out)
{
	struct export_range range = export_range(out->policy);
	enum version_rank least = range.least < RANK_TLS12 ? RANK_TLS12 : range.least;

	if (range.most < RANK_TLS12)
		export_unsaid(
			out, "Caddy speaks nothing before TLS 1.2, %s", out->kind->none);
	else if (range.least < RANK_TLS12)
		export_unsaid(out, "Caddy speaks nothing before TLS 1.2");
	export_line(out, "\tprotocols tls1.%d tls1.%d", (int)(least - RANK_TLS10),
		(int)(range.most - RANK_TLS10));
}

void export_caddy(struct exporting *out)
{
	const struct policy *policy = out->policy;

	export_line(out, "(tls-policy) {");
	protocols(out);
	lists(out);
	export_line(out, "}");
	if (policy->suites13.count > 0)
		export_unsaid(out, "suites of TLS 1.3 are Go's, all three");
	export_unsaid(out, "the order of suites is Go's, whatever the client's");
	export_unsaid(out, "clients that name none of the sites get Caddy's defaults");
	if (policy->schemes.count > 0)
		export_unsaid(out, "signature schemes are Go's");
	if (policy->alpn_count > 0)
		export_unsaid(out, "ALPN follows the protocols that Caddy serves");
	export_keys(out);
	export_demands(out, true);
}
