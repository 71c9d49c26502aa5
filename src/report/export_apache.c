/* Apache httpd 2.4.36 or newer, mod_ssl with OpenSSL 1.1.1 or newer. */
#include "report/export.h"

#define LIST_MAX 16384 /* POLICY_CODES_MAX names */

static void protocols(struct exporting *out)
{
	text_add(out->text, "SSLProtocol -all");
	for (enum version_rank rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		if (policy_allows_version(out->policy, rank))
			text_format(out->text, " +%s", export_version(rank));
	text_char(out->text, '\n');
}

static void lists(struct exporting *out, struct text *list)
{
	if (export_suites12(out, list))
		text_format(out->text, "SSLCipherSuite %s\n", text_string(list));
	text_reset(list);
	if (export_suites13(out, list))
		text_format(out->text, "SSLCipherSuite TLSv1.3 %s\n", text_string(list));
	text_reset(list);
	if (export_groups(out, ":", list))
		text_format(
			out->text, "SSLOpenSSLConfCmd Groups %s\n", text_string(list));
	text_reset(list);
	if (export_schemes(out, list))
		text_format(out->text, "SSLOpenSSLConfCmd SignatureAlgorithms %s\n",
			text_string(list));
}

void export_apache(struct exporting *out)
{
	const struct policy *policy = out->policy;
	struct text list;

	text_init(&list, LIST_MAX);
	protocols(out);
	lists(out, &list);
	text_done(&list);
	export_line(out, "SSLHonorCipherOrder %s", policy->server_order ? "on" : "off");
	export_line(out, "SSLCompression off");
	export_line(out, "SSLInsecureRenegotiation off");
	if (policy->dh_bits_min != 0 && export_lists_dhe(policy))
		export_remark(out,
			"DHE suites get parameters of the size of the RSA key; "
			"SSLOpenSSLConfCmd DHParameters names a file of %u bits or more",
			policy->dh_bits_min);
	if (policy->needs_server_name) {
		export_line(out, "SSLStrictSNIVHostCheck on");
		export_unsaid(out, "clients that name no server complete the handshake; "
				   "then they are answered 403");
	}
	if (policy->alpn_count > 0)
		export_unsaid(out, "httpd chooses its ALPN by Protocols");
	export_keys(out);
	export_demands(out, false);
}
