#include "report/export.h"

#include <stdarg.h>
#include <stdio.h>

#include "policy/policy_file.h"
#include "tls/iana.h"
#include "tls/suite.h"

#define LINE_MAX_LEN 1024 /* of remarks and settings without a list */
#define LACKING_MAX  900  /* of a line: names that a server has not */

#define WILL_NOT_START  "so it will not start"
#define GOES_BY_ITS_OWN "so it goes by its own"

/* To add one: a line here and in export.h, a file. In order of name. */
const struct export_kind export_kinds[] = {
	{ "apache", "# ", "\n", "within a VirtualHost, or for all of them",
		WILL_NOT_START, export_apache },
	{ "caddy", "# ", "\n",
		"before the sites of a Caddyfile; then in a site:\n"
		"# tls CERTIFICATE KEY {\n#   import tls-policy\n# }",
		WILL_NOT_START, export_caddy },
	{ "haproxy", "# ", "\n", "the section global, before other sections",
		WILL_NOT_START, export_haproxy },
	{ "iis-reg", "; ", "\r\n", "a .reg file for regedit; a restart makes it so",
		GOES_BY_ITS_OWN, export_iis },
	{ "nginx", "# ", "\n", "within http { }, or within each server { } of an address",
		WILL_NOT_START, export_nginx },
	{ "openssl", "# ", "\n", "OPENSSL_CONF, or /etc/ssl/openssl.cnf", GOES_BY_ITS_OWN,
		export_openssl },
	{ "postfix", "# ", "\n", "main.cf", GOES_BY_ITS_OWN, export_postfix },
};
const size_t export_kind_count = COUNT_OF(export_kinds);

const struct export_kind *export_find(const char *name)
{
	for (size_t i = 0; i < export_kind_count; i++)
		if (strcmp(export_kinds[i].name, name) == 0)
			return &export_kinds[i];
	return NULL;
}

void export_line(struct exporting *out, const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(line, sizeof line, format, values);
	va_end(values);
	text_add(out->text, line);
	text_add(out->text, out->kind->line_end);
}

static void remark(struct exporting *out, const char *line)
{
	text_add(out->text, out->kind->comment);
	text_add(out->text, line);
	text_add(out->text, out->kind->line_end);
}

void export_remark(struct exporting *out, const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(line, sizeof line, format, values);
	va_end(values);
	remark(out, line);
}

void export_unsaid(struct exporting *out, const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(line, sizeof line, format, values);
	va_end(values);
	text_format(out->text, "%sDIFFERS: %s%s", out->kind->comment, line,
		out->kind->line_end);
	text_format(out->unsaid, "%s differs: %s\n", out->kind->name, line);
}

void export_policy(const struct policy *policy, const struct export_kind *kind,
	enum export_library library, struct text *text, struct text *unsaid)
{
	struct exporting out = { policy, kind, library, text, unsaid };

	/* What makes a .reg file one is its first line. */
	if (kind->write == export_iis)
		export_line(&out, "Windows Registry Editor Version 5.00");
	export_remark(&out, "The policy %s%s%s", policy->name,
		policy->title[0] != '\0' ? ": " : "", policy->title);
	if (policy->source[0] != '\0')
		export_remark(&out, "Source: %s", policy->source);
	export_remark(&out, "Where it belongs: %s", kind->use);
	kind->write(&out);
}

static void add_name(struct text *list, const char *between, const char *name)
{
	text_add(list, text_len(list) > 0 ? between : "");
	text_add(list, name);
}

bool export_list(struct exporting *out, const struct policy_codes *codes,
	const struct export_words *words, struct text *list)
{
	char text[IANA_TEXT_MAX];
	struct text lacking;
	size_t more = 0;
	bool none;

	text_init(&lacking, LINE_MAX_LEN);
	for (size_t i = 0; i < codes->count; i++) {
		const char *name = words->name(out, codes->codes[i]);

		if (name != NULL)
			add_name(list, words->between, name);
		else if (text_len(&lacking) < LACKING_MAX)
			add_name(&lacking, ", ",
				iana_text(words->registry, codes->codes[i], text));
		else
			more++;
	}
	if (more > 0)
		text_format(&lacking, " and %zu more", more);
	if (text_len(&lacking) > 0)
		export_unsaid(out, "%s lacks %s", words->owner, text_string(&lacking));
	text_done(&lacking);
	none = codes->count > 0 && text_len(list) == 0;
	if (none)
		export_unsaid(out, "that is all that is listed, %s", out->kind->none);
	for (size_t i = 0; none && i < codes->count; i++)
		add_name(list, words->between,
			iana_text(words->registry, codes->codes[i], text));
	return codes->count > 0;
}

const char *export_version(enum version_rank rank)
{
	static const char *const names[] = {
		[RANK_UNKNOWN] = "",
		[RANK_SSL2] = "SSLv2",
		[RANK_SSL3] = "SSLv3",
		[RANK_TLS10] = "TLSv1",
		[RANK_TLS11] = "TLSv1.1",
		[RANK_TLS12] = "TLSv1.2",
		[RANK_TLS13] = "TLSv1.3",
	};

	return names[rank];
}

bool export_read_version(struct bytes name, enum version_rank *ret)
{
	for (enum version_rank rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (bytes_equal(name, bytes_of_string(export_version(rank)))) {
			*ret = rank;
			return true;
		}
	return false;
}

struct export_range export_range(const struct policy *policy)
{
	struct export_range range = { RANK_UNKNOWN, RANK_UNKNOWN, false };
	enum version_rank last = RANK_UNKNOWN;

	for (enum version_rank rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if (!policy_allows_version(policy, rank))
			continue;
		if (last == RANK_UNKNOWN)
			range.least = rank;
		else if (last + 1 != rank)
			range.holes = true;
		last = range.most = rank;
	}
	return range;
}

bool export_lists_dhe(const struct policy *policy)
{
	for (size_t i = 0; i < policy->suites12.count; i++) {
		const struct suite *suite = suite_find(policy->suites12.codes[i]);

		if (suite != NULL && suite->exchange == SUITE_DHE)
			return true;
	}
	return false;
}

void export_keys(struct exporting *out)
{
	char name[IANA_TEXT_MAX];

	for (size_t i = 0; i < out->policy->key_count; i++) {
		const struct policy_key *key = &out->policy->keys[i];
		const char *kind = key_kind_name((enum key_kind)key->kind);

		if (key->bits != 0)
			export_remark(out,
				"Certificates may have a key: %s of %u bits or more",
				kind, key->bits);
		else if (key->curve != 0)
			export_remark(out, "Certificates may have a key: %s on %s", kind,
				iana_text(&iana_groups, key->curve, name));
		else
			export_remark(out, "Certificates may have a key: %s", kind);
	}
}

void export_demands(struct exporting *out, bool server_name_too)
{
	const struct policy *policy = out->policy;

	if (policy_allows_version(policy, RANK_SSL2))
		export_unsaid(out, "SSL 2.0 is no longer spoken by this server");
	if (policy->needs_extended_master_secret)
		export_unsaid(out, "clients without extended master secret are served");
	if (policy->needs_secure_renegotiation)
		export_unsaid(out, "clients without secure renegotiation are served");
	if (policy->needs_server_name && server_name_too)
		export_unsaid(out, "clients that name no server are served");
	if (policy->compression)
		export_unsaid(out, "compression is allowed, but not spoken here");
}
