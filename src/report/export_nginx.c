/* nginx 1.19.4 or newer, for ssl_conf_command. */
#include "report/export.h"

#define LIST_MAX      16384 /* POLICY_CODES_MAX names */
#define DH_BITS_USUAL 2048U

static void protocols(struct exporting *out)
{
	text_add(out->text, "ssl_protocols");
	for (enum version_rank rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (policy_allows_version(out->policy, rank))
			text_format(out->text, " %s", export_version(rank));
	text_add(out->text, ";\n");
}

static void lists(struct exporting *out, struct text *list)
{
	if (export_suites12(out, list))
		text_format(out->text, "ssl_ciphers %s;\n", text_string(list));
	text_reset(list);
	if (export_suites13(out, list))
		text_format(out->text, "ssl_conf_command Ciphersuites %s;\n",
			text_string(list));
	text_reset(list);
	if (export_groups(out, ":", list))
		text_format(out->text, "ssl_ecdh_curve %s;\n", text_string(list));
	text_reset(list);
	if (export_schemes(out, list))
		text_format(out->text, "ssl_conf_command SignatureAlgorithms %s;\n",
			text_string(list));
}

void export_nginx(struct exporting *out)
{
	const struct policy *policy = out->policy;
	struct text list;

	text_init(&list, LIST_MAX);
	protocols(out);
	lists(out, &list);
	text_done(&list);
	export_line(out, "ssl_prefer_server_ciphers %s;",
		policy->server_order ? "on" : "off");
	if (export_lists_dhe(policy))
		export_unsaid(out,
			"DHE suites are not spoken without ssl_dhparam, a file of %u "
			"bits "
			"or more",
			policy->dh_bits_min != 0 ? policy->dh_bits_min : DH_BITS_USUAL);
	if (policy->needs_server_name)
		export_unsaid(out,
			"clients that name no server are served, unless the "
			"address's default server has ssl_reject_handshake on");
	if (policy->alpn_count > 0)
		export_unsaid(out, "nginx chooses its ALPN by its other settings");
	export_keys(out);
	export_demands(out, false);
}
