/* HAProxy 2.2 or newer: the section global, which rules every bind with ssl. */
#include "report/export.h"

#define LIST_MAX     16384 /* POLICY_CODES_MAX names */
#define DH_BITS_MOST 4096U /* of tune.ssl.default-dh-param */

/* As bind's ssl-min-ver and no-tlsv11 write them; SSL 2.0 is gone. */
static const char *version_of(enum version_rank rank)
{
	return rank == RANK_TLS10 ? "TLSv1.0" : export_version(rank);
}

static void options(struct exporting *out)
{
	static const char *const without[] = {
		[RANK_SSL3] = " no-sslv3",
		[RANK_TLS10] = " no-tlsv10",
		[RANK_TLS11] = " no-tlsv11",
		[RANK_TLS12] = " no-tlsv12",
		[RANK_TLS13] = " no-tlsv13",
	};
	struct export_range range = export_range(out->policy);
	enum version_rank least = range.least == RANK_SSL2 ? RANK_SSL3 : range.least;

	text_format(out->text, "ssl-default-bind-options ssl-min-ver %s ssl-max-ver %s",
		version_of(least), version_of(range.most));
	for (enum version_rank rank = least; rank <= range.most; rank++)
		if (!policy_allows_version(out->policy, rank))
			text_add(out->text, without[rank]);
	text_add(
		out->text, out->policy->server_order ? "\n" : " prefer-client-ciphers\n");
}

static void lists(struct exporting *out, struct text *list)
{
	if (export_suites12(out, list))
		text_format(
			out->text, "ssl-default-bind-ciphers %s\n", text_string(list));
	text_reset(list);
	if (export_suites13(out, list))
		text_format(out->text, "ssl-default-bind-ciphersuites %s\n",
			text_string(list));
	text_reset(list);
	if (export_groups(out, ":", list))
		text_format(out->text, "ssl-default-bind-curves %s\n", text_string(list));
}

void export_haproxy(struct exporting *out)
{
	const struct policy *policy = out->policy;
	struct text list;

	text_init(&list, LIST_MAX);
	export_line(out, "global");
	options(out);
	lists(out, &list);
	text_done(&list);
	if (policy->dh_bits_min != 0)
		export_line(out, "tune.ssl.default-dh-param %u",
			policy->dh_bits_min > 2048 ? DH_BITS_MOST : 2048U);
	if (policy->dh_bits_min > DH_BITS_MOST)
		export_unsaid(out,
			"its own DHE parameters have %u bits at most; %u take "
			"ssl-dh-param-file",
			DH_BITS_MOST, policy->dh_bits_min);
	if (policy->schemes.count > 0)
		export_unsaid(out, "signature schemes are OpenSSL's; HAProxy 2.8 has "
				   "ssl-default-bind-sigalgs");
	if (policy->needs_server_name)
		export_unsaid(out, "clients that name no server are served, unless each "
				   "bind has strict-sni");
	if (policy->alpn_count > 0)
		export_unsaid(out, "ALPN stands on each bind: alpn");
	export_keys(out);
	export_demands(out, false);
}
