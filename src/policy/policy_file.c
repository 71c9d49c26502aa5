#include "policy/policy_file.h"

#include "base/suggestion.h"
#include "policy/policy_parts.h"
#include "tls/client_hello.h"

static const char *const needs[] = { "optional", "required", NULL };

/* RFC 5746, 3.3, and RFC 7507, 2: signalling values that stand among suites. */
static bool is_signal(uint16_t code)
{
	return code == SUITE_EMPTY_RENEGOTIATION_INFO_SCSV || code == SUITE_FALLBACK_SCSV;
}

/* Suites of TLS 1.3 name neither key exchange nor signature, nationals' too. RFC 8446,
 * B.4; RFC 8998, 2; RFC 9150, 3. */
static bool is_tls13(uint16_t code)
{
	const char *name = iana_name(&iana_cipher_suites, code);

	if (name == NULL)
		return code >> 8 == 0x13;
	return strncmp(name, "TLS_", 4) == 0 && strstr(name, "_WITH_") == NULL;
}

static enum err read_name(const struct reading *reading, const struct node *node)
{
	for (size_t i = 0; i < node->text.len; i++) {
		char c = (char)node->text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    (i > 0 && (c == '-' || c == '.'))))
			return refuse(reading, node,
				"a name is of small letters, digits, dots and dashes");
	}
	if (node->text.len == 0)
		return refuse(reading, node, "a name is expected");
	return read_text(reading, node, "name", reading->policy->name, POLICY_NAME_MAX);
}

static enum err read_title(const struct reading *reading, const struct node *node)
{
	return read_text(
		reading, node, "title", reading->policy->title, POLICY_TITLE_MAX);
}

static enum err read_source(const struct reading *reading, const struct node *node)
{
	return read_text(
		reading, node, "source", reading->policy->source, POLICY_SOURCE_MAX);
}

/* A text too long is none, for no version's is. */
static enum err parse_version(struct bytes text, uint16_t *ret)
{
	char string[SHOWN_MAX] = "";

	if (text.len > 0 && text.len < sizeof string)
		memcpy(string, text.at, text.len);
	return version_parse(string, ret);
}

/* Read by rank: what is allowed over TCP is so over datagrams. */
static enum err read_version(const struct reading *reading, const struct node *node)
{
	char word[SHOWN_MAX];
	uint16_t version = VERSION_NONE, bit;

	(void)shown(node->text, word);
	if (parse_version(node->text, &version) != ERR_OK || version >> 8 == 0xfe)
		return refuse(reading, node,
			"no version %s; SSL 2.0, SSL 3.0 and TLS 1.0 to TLS 1.3 are "
			"known",
			word);
	bit = (uint16_t)(1U << version_rank(version));
	if ((reading->policy->versions & bit) != 0)
		return document_fault(reading->document, node, reading->why,
			ERR_DUPLICATE, "the version %s stands here again", word);
	reading->policy->versions |= bit;
	return ERR_OK;
}

static enum err read_versions(const struct reading *reading, const struct node *list)
{
	enum err err = ERR_OK;

	for (const struct node *at = list->first; at != NULL && err == ERR_OK;
		at = at->next) {
		err = expect(reading, at, NODE_SCALAR, "a version");
		if (err == ERR_OK)
			err = read_version(reading, at);
	}
	if (err == ERR_OK && list->first == NULL)
		err = refuse(reading, list, "at least one version is to be allowed");
	return err;
}

/* Suites of the two kinds are apart, as they are on the wire. RFC 8446, B.4. */
static enum err read_suites(const struct reading *reading, const struct node *list,
	bool tls13, struct policy_codes *codes)
{
	enum err err = read_codes(reading, list, &code_suite, codes);
	const struct node *at = list->first;
	char name[IANA_TEXT_MAX];

	for (size_t i = 0; err == ERR_OK && i < codes->count; i++, at = at->next) {
		uint16_t code = codes->codes[i];

		if (is_signal(code))
			err = refuse(reading, at, "%s signals and is no cipher suite",
				iana_text(&iana_cipher_suites, code, name));
		else if (is_tls13(code) != tls13)
			err = refuse(reading, at, "%s belongs to %s",
				iana_text(&iana_cipher_suites, code, name),
				tls13 ? "cipher-suites-1.2" : "cipher-suites-1.3");
	}
	return err;
}

static enum err read_suites12(const struct reading *reading, const struct node *list)
{
	return read_suites(reading, list, false, &reading->policy->suites12);
}

static enum err read_suites13(const struct reading *reading, const struct node *list)
{
	return read_suites(reading, list, true, &reading->policy->suites13);
}

static enum err read_groups(const struct reading *reading, const struct node *list)
{
	return read_codes(reading, list, &code_group, &reading->policy->groups);
}

static enum err read_schemes(const struct reading *reading, const struct node *list)
{
	return read_codes(reading, list, &code_scheme, &reading->policy->schemes);
}

static enum err read_alpn(const struct reading *reading, const struct node *list)
{
	struct policy *policy = reading->policy;

	for (const struct node *at = list->first; at != NULL; at = at->next) {
		enum err err = expect(reading, at, NODE_SCALAR, "a protocol of ALPN");

		if (err == ERR_OK && policy->alpn_count == POLICY_ALPN_MAX)
			err = refuse(reading, at, "at most %d protocols are kept",
				POLICY_ALPN_MAX);
		if (err == ERR_OK && at->text.len == 0)
			err = refuse(reading, at, "a protocol of ALPN has a name");
		if (err == ERR_OK)
			err = read_text(reading, at, "a protocol of ALPN",
				policy->alpn[policy->alpn_count], POLICY_ALPN_LEN);
		if (err != ERR_OK)
			return err;
		policy->alpn_count++;
	}
	return ERR_OK;
}

static enum err read_bool(const struct reading *reading, const struct node *node,
	const char *const *words, bool *ret)
{
	char word[SHOWN_MAX];
	unsigned choice = 0;
	enum err err =
		read_choice(reading, node, shown(node->key->text, word), words, &choice);

	if (err == ERR_OK)
		*ret = choice == 1;
	return err;
}

static enum err read_order(const struct reading *reading, const struct node *node)
{
	static const char *const words[] = { "client", "server", NULL };

	return read_bool(reading, node, words, &reading->policy->server_order);
}

static enum err read_compression(const struct reading *reading, const struct node *node)
{
	static const char *const words[] = { "refused", "allowed", NULL };

	return read_bool(reading, node, words, &reading->policy->compression);
}

static enum err read_master_secret(const struct reading *reading, const struct node *node)
{
	return read_bool(
		reading, node, needs, &reading->policy->needs_extended_master_secret);
}

static enum err read_renegotiation(const struct reading *reading, const struct node *node)
{
	return read_bool(
		reading, node, needs, &reading->policy->needs_secure_renegotiation);
}

static enum err read_server_name(const struct reading *reading, const struct node *node)
{
	return read_bool(reading, node, needs, &reading->policy->needs_server_name);
}

static enum err read_unlisted(const struct reading *reading, const struct node *node)
{
	static const char *const words[] = { "refused", "not-recommended", NULL };

	return read_bool(reading, node, words, &reading->policy->recommends);
}

static enum err read_dh_bits(const struct reading *reading, const struct node *node)
{
	unsigned bits = 0;
	enum err err =
		read_number(reading, node, "dh-bits", BITS_LEAST, BITS_MOST, &bits);

	if (err == ERR_OK)
		reading->policy->dh_bits_min = (uint16_t)bits;
	return err;
}

/* To add one: a line here, a function above, a line in policy_write.c and docs/policy.md.
 * In order of name. */
static const struct field {
	const char *name;
	enum node_kind kind;
	enum err (*read)(const struct reading *reading, const struct node *node);
} fields[] = {
	{ "alpn", NODE_LIST, read_alpn },
	{ "cipher-suites-1.2", NODE_LIST, read_suites12 },
	{ "cipher-suites-1.3", NODE_LIST, read_suites13 },
	{ "compression", NODE_SCALAR, read_compression },
	{ "dates", NODE_LIST, read_dates },
	{ "dh-bits", NODE_SCALAR, read_dh_bits },
	{ "extended-master-secret", NODE_SCALAR, read_master_secret },
	{ "groups", NODE_LIST, read_groups },
	{ "keys", NODE_LIST, read_keys },
	{ "name", NODE_SCALAR, read_name },
	{ "order", NODE_SCALAR, read_order },
	{ "secure-renegotiation", NODE_SCALAR, read_renegotiation },
	{ "server-name", NODE_SCALAR, read_server_name },
	{ "signature-schemes", NODE_LIST, read_schemes },
	{ "source", NODE_SCALAR, read_source },
	{ "title", NODE_SCALAR, read_title },
	{ "unlisted", NODE_SCALAR, read_unlisted },
	{ "versions", NODE_LIST, read_versions },
};

static enum err refuse_field(const struct reading *reading, const struct node *key)
{
	struct suggestion meant = suggestion_for(key->text);
	char word[SHOWN_MAX];

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		suggestion_offer(&meant, fields[i].name);
	if (meant.name == NULL)
		return refuse(
			reading, key, "a policy has no field %s", shown(key->text, word));
	return refuse(reading, key, "a policy has no field %s; did you mean %s?",
		shown(key->text, word), meant.name);
}

static enum err read_field(const struct reading *reading, const struct node *node)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct field *field = &fields[i];
		enum err err;

		if (!bytes_equal(node->key->text, bytes_of_string(field->name)))
			continue;
		err = expect(reading, node, field->kind, field->name);
		return err == ERR_OK ? field->read(reading, node) : err;
	}
	return refuse_field(reading, node->key);
}

/* A list for versions that are not allowed is a mistake in one of the two. */
static enum err check_whole(const struct reading *reading, const struct node *root)
{
	const struct policy *policy = reading->policy;
	bool tls13 = policy_allows_version(policy, RANK_TLS13);
	bool older = (policy->versions & ((1U << RANK_TLS13) - 1)) != 0;

	if (policy->name[0] == '\0')
		return refuse(reading, root, "a policy has a name");
	if (policy->versions == 0)
		return refuse(reading, root, "a policy says which versions it allows");
	if (!tls13 && policy->suites13.count > 0)
		return refuse(reading,
			node_find(root, bytes_of_string("cipher-suites-1.3"))->key,
			"suites of TLS 1.3 are listed, which versions does not allow");
	if (!older && policy->suites12.count > 0)
		return refuse(reading,
			node_find(root, bytes_of_string("cipher-suites-1.2"))->key,
			"suites of TLS 1.2 and before are listed, which versions does "
			"not allow");
	return ERR_OK;
}

enum err policy_of_document(
	const struct document *document, struct policy *ret, struct fault *why)
{
	struct policy policy = { 0 };
	const struct reading reading = { document, &policy, why };
	enum err err = expect(&reading, document->root, NODE_MAPPING, "a policy");

	for (const struct node *at = document->root->first; at != NULL && err == ERR_OK;
		at = at->next)
		err = read_field(&reading, at);
	if (err == ERR_OK)
		err = check_whole(&reading, document->root);
	if (err == ERR_OK)
		*ret = policy;
	return err;
}
