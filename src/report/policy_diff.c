#include "report/policy_show.h"

#include <stdio.h>

#include "policy/policy_file.h"
#include "tls/iana.h"

#define VALUE_MAX 128

/* One thing in which policy b is another than a. */
struct difference {
	char sign; /* '-': b forbids it, '+': b allows it, '~': another change */
	const char *what;
	const char *from; /* of '~'; else NULL */
	const char *to;   /* of '~'; else what is forbidden or allowed */
};

/* Tells one; what it tells is gone after the call. */
struct telling {
	void (*tell)(struct telling *telling, const struct difference *difference);
	struct text *text;
	size_t count;
};

static void tell(struct telling *telling, char sign, const char *what, const char *from,
	const char *to)
{
	const struct difference difference = { sign, what, from, to };

	telling->tell(telling, &difference);
	telling->count++;
}

static void diff_versions(
	struct telling *telling, const struct policy *a, const struct policy *b)
{
	static const uint16_t versions[] = { VERSION_SSL2, VERSION_SSL3, VERSION_TLS10,
		VERSION_TLS11, VERSION_TLS12, VERSION_TLS13 };

	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		enum version_rank rank = version_rank(versions[i]);

		if (policy_allows_version(a, rank) == policy_allows_version(b, rank))
			continue;
		tell(telling, policy_allows_version(a, rank) ? '-' : '+', "version", NULL,
			version_name(versions[i]));
	}
}

/* Those of one list that the other has not. */
static void diff_one_way(struct telling *telling, char sign, const char *what,
	const struct iana_registry *registry, const struct policy_codes *these,
	const struct policy_codes *those)
{
	char name[IANA_TEXT_MAX];

	for (size_t i = 0; i < these->count; i++)
		if (!policy_lists(those, these->codes[i]))
			tell(telling, sign, what, NULL,
				iana_text(registry, these->codes[i], name));
}

/* What both have, in another order. */
static bool same_order(const struct policy_codes *a, const struct policy_codes *b)
{
	size_t j = 0;

	for (size_t i = 0; i < a->count; i++) {
		if (!policy_lists(b, a->codes[i]))
			continue;
		while (j < b->count && !policy_lists(a, b->codes[j]))
			j++;
		if (j == b->count || a->codes[i] != b->codes[j++])
			return false;
	}
	return true;
}

/* A list that says nothing forbids nothing: what then differs is not known by name. */
static void diff_codes(struct telling *telling, const char *what,
	const struct iana_registry *registry, const struct policy_codes *a,
	const struct policy_codes *b)
{
	if (a->count == 0 && b->count > 0)
		tell(telling, '~', what, "any that the stack has", "only those listed");
	else if (a->count > 0 && b->count == 0)
		tell(telling, '~', what, "only those listed", "any that the stack has");
	else if (!same_order(a, b))
		tell(telling, '~', what, "one order", "another order");
	if (b->count > 0)
		diff_one_way(telling, '-', what, registry, a, b);
	if (a->count > 0)
		diff_one_way(telling, '+', what, registry, b, a);
}

static bool has_key(const struct policy *policy, const struct policy_key *key)
{
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *at = &policy->keys[i];

		if (at->kind == key->kind && at->bits == key->bits &&
			at->curve == key->curve && at->signature == key->signature)
			return true;
	}
	return false;
}

static void key_text(const struct policy_key *key, char ret[VALUE_MAX])
{
	const char *kind = key_kind_name((enum key_kind)key->kind);
	char curve[IANA_TEXT_MAX], scheme[IANA_TEXT_MAX], bits[16];

	(void)snprintf(bits, sizeof bits, " %u bits", key->bits);
	(void)snprintf(ret, VALUE_MAX, "%s%s%s%s%s%s", kind, key->bits != 0 ? bits : "",
		key->curve != 0 ? " " : "",
		key->curve != 0 ? iana_text(&iana_groups, key->curve, curve) : "",
		key->signature != 0 ? " signed by " : "",
		key->signature != 0
			? iana_text(&iana_signature_schemes, key->signature, scheme)
			: "");
}

static void diff_keys_one_way(struct telling *telling, char sign,
	const struct policy *these, const struct policy *those)
{
	char value[VALUE_MAX];

	for (size_t i = 0; i < these->key_count; i++) {
		if (has_key(those, &these->keys[i]))
			continue;
		key_text(&these->keys[i], value);
		tell(telling, sign, "key", NULL, value);
	}
}

static void diff_word(
	struct telling *telling, const char *what, const char *from, const char *to)
{
	if (strcmp(from, to) != 0)
		tell(telling, '~', what, from, to);
}

static const char *need(bool needed)
{
	return needed ? "required" : "optional";
}

static void bits_text(uint16_t bits, char ret[32])
{
	if (bits == 0)
		(void)snprintf(ret, 32, "not said");
	else
		(void)snprintf(ret, 32, "%u or more", bits);
}

static void alpn_text(const struct policy *policy, char ret[VALUE_MAX])
{
	size_t len = 0;

	(void)snprintf(ret, VALUE_MAX, "not looked at");
	for (size_t i = 0; i < policy->alpn_count && len < VALUE_MAX; i++)
		len += (size_t)snprintf(ret + len, VALUE_MAX - len, "%s%s",
			i > 0 ? ", " : "", policy->alpn[i]);
}

static void diff_words(
	struct telling *telling, const struct policy *a, const struct policy *b)
{
	char from[VALUE_MAX], to[VALUE_MAX];

	diff_word(telling, "order of suites", a->server_order ? "server" : "client",
		b->server_order ? "server" : "client");
	bits_text(a->dh_bits_min, from);
	bits_text(b->dh_bits_min, to);
	diff_word(telling, "DH bits", from, to);
	diff_word(telling, "extended master secret",
		need(a->needs_extended_master_secret),
		need(b->needs_extended_master_secret));
	diff_word(telling, "secure renegotiation", need(a->needs_secure_renegotiation),
		need(b->needs_secure_renegotiation));
	diff_word(telling, "server name", need(a->needs_server_name),
		need(b->needs_server_name));
	diff_word(telling, "unlisted", a->recommends ? "not recommended" : "refused",
		b->recommends ? "not recommended" : "refused");
	diff_word(telling, "compression", a->compression ? "allowed" : "refused",
		b->compression ? "allowed" : "refused");
	alpn_text(a, from);
	alpn_text(b, to);
	diff_word(telling, "ALPN", from, to);
}

static void diff(struct telling *telling, const struct policy *a, const struct policy *b)
{
	diff_versions(telling, a, b);
	diff_codes(telling, "cipher suite of TLS 1.3", &iana_cipher_suites, &a->suites13,
		&b->suites13);
	diff_codes(telling, "cipher suite up to TLS 1.2", &iana_cipher_suites,
		&a->suites12, &b->suites12);
	diff_codes(telling, "group", &iana_groups, &a->groups, &b->groups);
	diff_codes(telling, "signature scheme", &iana_signature_schemes, &a->schemes,
		&b->schemes);
	if (b->key_count > 0)
		diff_keys_one_way(telling, '-', a, b);
	if (a->key_count > 0)
		diff_keys_one_way(telling, '+', b, a);
	if ((a->key_count == 0) != (b->key_count == 0))
		tell(telling, '~', "key",
			a->key_count == 0 ? "any that the stack has"
					  : "only those listed",
			b->key_count == 0 ? "any that the stack has"
					  : "only those listed");
	diff_words(telling, a, b);
}

static void tell_text(struct telling *telling, const struct difference *difference)
{
	text_format(telling->text, "%c %-28s", difference->sign, difference->what);
	if (difference->from != NULL)
		text_format(telling->text, "%s, now ", difference->from);
	text_format(telling->text, "%s\n", difference->to);
}

bool policy_diff_text(const struct policy *a, const struct policy *b, struct text *text)
{
	struct telling telling = { tell_text, text, 0 };

	text_format(text,
		"from %s to %s: - it forbids, + it allows, ~ it does otherwise\n",
		a->name, b->name);
	diff(&telling, a, b);
	if (telling.count == 0)
		text_add(text, "they allow the same\n");
	return telling.count == 0;
}

static void tell_json(struct telling *telling, const struct difference *difference)
{
	const char *kind = difference->sign == '-'   ? "forbids"
			   : difference->sign == '+' ? "allows"
						     : "changes";

	text_format(telling->text, "%s{\"kind\":\"%s\",\"what\":\"%s\"",
		telling->count > 0 ? "," : "", kind, difference->what);
	if (difference->from != NULL) {
		text_add(telling->text, ",\"from\":");
		text_quote_json(telling->text, bytes_of_string(difference->from));
	}
	text_add(telling->text, difference->from != NULL ? ",\"to\":" : ",\"name\":");
	text_quote_json(telling->text, bytes_of_string(difference->to));
	text_char(telling->text, '}');
}

bool policy_diff_json(const struct policy *a, const struct policy *b, struct text *text)
{
	struct telling telling = { tell_json, text, 0 };

	text_format(text,
		"{\"format\":\"" POLICY_DIFF_FORMAT
		"\",\"from\":\"%s\",\"to\":\"%s\",\"differences\":[",
		a->name, b->name);
	diff(&telling, a, b);
	text_add(text, "]}\n");
	return telling.count == 0;
}
