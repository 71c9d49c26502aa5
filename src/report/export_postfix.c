/* Postfix 3.6 or newer, as a server. */
#include "report/export.h"

#include <stdio.h>

#define LIST_MAX 16384 /* POLICY_CODES_MAX names */

static void protocols(struct exporting *out)
{
	struct export_range range = export_range(out->policy);
	enum version_rank least = range.least == RANK_SSL2 ? RANK_SSL3 : range.least;
	char line[128], hole[128];
	size_t len = 0;

	hole[0] = '\0';
	for (enum version_rank rank = least; rank <= range.most; rank++)
		if (!policy_allows_version(out->policy, rank) && len < sizeof hole)
			len += (size_t)snprintf(hole + len, sizeof hole - len, ", !%s",
				export_version(rank));
	(void)snprintf(line, sizeof line, ">=%s, <=%s", export_version(least),
		export_version(range.most));
	export_line(out, "smtpd_tls_protocols = %s%s", line, hole);
	export_line(out, "smtpd_tls_mandatory_protocols = %s%s", line, hole);
}

static void lists(struct exporting *out, struct text *list)
{
	if (export_suites12(out, list)) {
		export_line(out, "smtpd_tls_ciphers = high");
		export_line(out, "smtpd_tls_mandatory_ciphers = high");
		text_format(out->text, "tls_high_cipherlist = %s\n", text_string(list));
	}
	text_reset(list);
	if (export_groups(out, " ", list)) {
		export_line(out, "smtpd_tls_eecdh_grade = auto");
		text_format(out->text, "tls_eecdh_auto_curves = %s\n", text_string(list));
	}
}

void export_postfix(struct exporting *out)
{
	const struct policy *policy = out->policy;
	struct text list;

	text_init(&list, LIST_MAX);
	protocols(out);
	lists(out, &list);
	text_done(&list);
	export_line(
		out, "tls_preempt_cipherlist = %s", policy->server_order ? "yes" : "no");
	if (policy->suites13.count > 0)
		export_unsaid(out,
			"suites of TLS 1.3 are OpenSSL's; Postfix 3.9 takes them "
			"from tls_config_file");
	if (policy->schemes.count > 0)
		export_unsaid(out, "signature schemes are OpenSSL's");
	if (policy->dh_bits_min > 2048 && export_lists_dhe(policy))
		export_unsaid(out,
			"DHE suites take smtpd_tls_dh1024_param_file, of %u bits "
			"or more",
			policy->dh_bits_min);
	if (policy->alpn_count > 0)
		export_unsaid(out, "ALPN is not looked at");
	export_keys(out);
	export_demands(out, true);
}
