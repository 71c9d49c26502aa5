/* The library's own configuration, which programs get that set nothing else. */
#include "report/export.h"

#define LIST_MAX 16384 /* POLICY_CODES_MAX names */

static void versions(struct exporting *out)
{
	struct export_range range = export_range(out->policy);
	enum version_rank least = range.least == RANK_SSL2 ? RANK_SSL3 : range.least;

	export_line(out, "MinProtocol = %s", export_version(least));
	export_line(out, "MaxProtocol = %s", export_version(range.most));
	if (!range.holes)
		return;
	text_add(out->text, "Protocol = ALL");
	for (enum version_rank rank = least; rank <= range.most; rank++)
		if (!policy_allows_version(out->policy, rank))
			text_format(out->text, ",-%s", export_version(rank));
	text_char(out->text, '\n');
}

static void lists(struct exporting *out, struct text *list)
{
	if (export_suites12(out, list))
		text_format(out->text, "CipherString = %s\n", text_string(list));
	text_reset(list);
	if (export_suites13(out, list))
		text_format(out->text, "Ciphersuites = %s\n", text_string(list));
	text_reset(list);
	if (export_groups(out, ":", list))
		text_format(out->text, "Groups = %s\n", text_string(list));
	text_reset(list);
	if (export_schemes(out, list))
		text_format(out->text, "SignatureAlgorithms = %s\n", text_string(list));
}

void export_openssl(struct exporting *out)
{
	const struct policy *policy = out->policy;
	struct text list;

	text_init(&list, LIST_MAX);
	export_line(out, "openssl_conf = openssl_init");
	export_line(out, "[openssl_init]\nssl_conf = ssl_sect");
	export_line(out, "[ssl_sect]\nsystem_default = system_default_sect");
	export_line(out, "[system_default_sect]");
	versions(out);
	lists(out, &list);
	text_done(&list);
	export_line(out, "Options = %sServerPreference,-Compression",
		policy->server_order ? "" : "-");
	if (policy->dh_bits_min != 0)
		export_unsaid(out,
			"the size of DH parameters is the program's: %u bits "
			"or more",
			policy->dh_bits_min);
	if (policy->alpn_count > 0)
		export_unsaid(out, "ALPN is the program's");
	export_keys(out);
	export_demands(out, true);
}
