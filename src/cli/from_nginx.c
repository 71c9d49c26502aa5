#include "cli/from_nginx.h"

#include <stdio.h>

#include "cli/nginx_file.h"
#include "evidence/version_range.h"
#include "policy/endpoint_policy.h"
#include "report/export.h"
#include "sys/cipher_list.h"
#include "sys/log.h"
#include "tls/suite.h"

#define CIPHERS_USUAL "HIGH:!aNULL:!MD5" /* of nginx since 1.0.5 */
#define LIST_LEN      ((size_t)16 << 10)
#define WORD_LEN      120 /* of a word in a message */
#define VERSIONS_NEW  (VERSIONS_OF(RANK_TLS12) | VERSIONS_OF(RANK_TLS13))

/* On its way into a policy. */
struct converting {
	const struct nginx_file *file;
	struct policy *policy;
	struct fault *why;
	bool versions_unsaid;
	int level; /* of security, of the cipher list */
};

static enum err refuse(struct converting *on, const char *what, struct bytes word)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, (size_t)4 * WORD_LEN);
	text_quote_terminal(&quoted, bytes_first(word, WORD_LEN));
	return fault_set(on->why, ERR_VALUE, "%s: %s is not known here", what,
		text_string(&quoted));
}

static void add(struct policy_codes *codes, uint16_t code)
{
	if (!policy_lists(codes, code) && codes->count < POLICY_CODES_MAX)
		codes->codes[codes->count++] = code;
}

static bool is_named(struct bytes word, const char *name)
{
	return bytes_equal_caseless(word, bytes_of_string(name));
}

static bool parts_items(uint8_t c)
{
	return c == ':' || c == '/' || c <= ' ';
}

static bool take_item(struct bytes *list, struct bytes *ret)
{
	size_t len = 0;

	while (list->len > 0 && parts_items(list->at[0]))
		*list = bytes_after(*list, 1);
	while (len < list->len && !parts_items(list->at[len]))
		len++;
	*ret = bytes_first(*list, len);
	*list = bytes_after(*list, len);
	return len > 0;
}

/* A list of names with colons between them; OpenSSL 3.5 has more marks for groups:
 * '?' takes a name that it does not know, '*' sends a key share, '/' parts steps. */
static enum err read_list(struct converting *on, const char *what, struct bytes list,
	bool (*read)(struct bytes name, uint16_t *ret), struct policy_codes *ret)
{
	struct bytes word;
	uint16_t code;

	ret->count = 0;
	while (take_item(&list, &word)) {
		bool may_lack = false;

		for (; word.len > 1 && (word.at[0] == '?' || word.at[0] == '*');
			word = bytes_after(word, 1))
			may_lack |= word.at[0] == '?';
		if (read(word, &code))
			add(ret, code);
		else if (!may_lack)
			return refuse(on, what, word);
	}
	return ERR_OK;
}

/* Each line adds to those before, as nginx reads it. */
static enum err read_versions(struct converting *on)
{
	struct nginx_walk walk = nginx_walk(on->file, "ssl_protocols");
	struct bytes value, word;
	enum version_rank rank;

	while (nginx_next(&walk, &value))
		while (nginx_word(&value, &word)) {
			if (!export_read_version(word, &rank))
				return refuse(on, "ssl_protocols", word);
			on->policy->versions |= VERSIONS_OF(rank);
		}
	on->versions_unsaid = on->policy->versions == 0;
	for (rank = RANK_TLS10; rank <= RANK_TLS13 && on->versions_unsaid; rank++)
		on->policy->versions |= VERSIONS_OF(rank);
	return ERR_OK;
}

static bool says_on(struct converting *on, const char *name)
{
	return bytes_equal(nginx_value(on->file, name), bytes_of_string("on"));
}

/* Kinds that nginx has no keys for, and those that the level forbids. */
static bool is_spoken(const struct suite *suite, const struct cipher_list *list)
{
	if (suite == NULL || suite->exchange == SUITE_OTHER_EXCHANGE ||
		suite->exchange == SUITE_PSK || suite->auth == SUITE_OTHER_AUTH ||
		suite->auth == SUITE_BY_PSK)
		return false;
	return suite->auth != SUITE_ANONYMOUS || list->level == 0;
}

static bool has_dh_parameters(struct converting *on)
{
	struct nginx_walk walk = nginx_walk(on->file, "ssl_conf_command");
	struct bytes value, name;

	while (nginx_next(&walk, &value))
		if (nginx_word(&value, &name) && is_named(name, "DHParameters"))
			return true;
	return nginx_value(on->file, "ssl_dhparam").len > 0;
}

/* Without parameters nginx speaks no suite of ephemeral finite-field Diffie-Hellman. */
static void take_suites(struct converting *on, const struct cipher_list *list)
{
	bool parameters = has_dh_parameters(on);
	bool left = false;

	for (size_t i = 0; i < list->count; i++) {
		const struct suite *suite = suite_find(list->suites[i]);

		if (!is_spoken(suite, list))
			continue;
		if (parameters || suite->exchange != SUITE_DHE)
			add(&on->policy->suites12, list->suites[i]);
		else
			left = true;
	}
	if (left)
		log_warning("DHE suites are listed and not spoken, for there is no "
			    "ssl_dhparam; the policy leaves them out");
}

static enum err read_suites(struct converting *on)
{
	struct bytes value = nginx_value(on->file, "ssl_ciphers");
	struct text CLEANUP(text_done) list;
	struct cipher_list found;
	enum err err;

	text_init(&list, LIST_LEN);
	text_bytes(&list, value.len > 0 ? value : bytes_of_string(CIPHERS_USUAL));
	err = text_end(&list);
	if (err == ERR_OK && strlen(text_string(&list)) < text_len(&list))
		return refuse(on, "ssl_ciphers", value); /* a zero stands in it */
	if (err != ERR_OK)
		return fault_set(on->why, err, "ssl_ciphers: %s", err_sentence(err));
	err = cipher_list_read(text_string(&list), &found, on->why);
	if (err != ERR_OK)
		return err;
	take_suites(on, &found);
	on->level = found.level;
	return ERR_OK;
}

static enum err read_groups(struct converting *on)
{
	struct bytes value = nginx_value(on->file, "ssl_ecdh_curve");

	if (value.len == 0 || is_named(value, "auto") || is_named(value, "DEFAULT"))
		return ERR_OK; /* OpenSSL's own */
	return read_list(
		on, "ssl_ecdh_curve", value, export_read_group, &on->policy->groups);
}

static enum err read_bound(
	struct converting *on, const char *what, struct bytes value, bool least)
{
	enum version_rank bound;

	if (is_named(value, "None"))
		return ERR_OK;
	if (!export_read_version(value, &bound))
		return refuse(on, what, value);
	for (enum version_rank rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (least ? rank < bound : rank > bound)
			on->policy->versions &= (uint16_t)~VERSIONS_OF(rank);
	return ERR_OK;
}

static void warn_of_command(struct bytes name)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, (size_t)4 * WORD_LEN);
	text_quote_terminal(&quoted, bytes_first(name, WORD_LEN));
	log_warning(
		"ssl_conf_command %s is not read, and may make another policy of this",
		text_string(&quoted));
}

/* OpenSSL's own commands, by which nginx is told what it has no directive for. */
static enum err read_command(struct converting *on, struct bytes name, struct bytes value)
{
	static const struct {
		const char *name;
		bool (*read)(struct bytes name, uint16_t *ret);
		size_t at;
	} lists[] = {
		{ "Ciphersuites", export_read_suite13,
			offsetof(struct policy, suites13) },
		{ "Groups", export_read_group, offsetof(struct policy, groups) },
		{ "Curves", export_read_group, offsetof(struct policy, groups) },
		{ "SignatureAlgorithms", export_read_scheme,
			offsetof(struct policy, schemes) },
	};

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (is_named(name, lists[i].name))
			return read_list(on, lists[i].name, value, lists[i].read,
				(void *)((char *)on->policy + lists[i].at));
	if (is_named(name, "MinProtocol"))
		return read_bound(on, "MinProtocol", value, true);
	if (is_named(name, "MaxProtocol"))
		return read_bound(on, "MaxProtocol", value, false);
	if (!is_named(name, "DHParameters"))
		warn_of_command(name);
	return ERR_OK;
}

/* No suite of TLS 1.3 is no TLS 1.3. */
static enum err read_commands(struct converting *on)
{
	struct nginx_walk walk = nginx_walk(on->file, "ssl_conf_command");
	struct bytes value, name, rest;
	enum err err = ERR_OK;

	while (err == ERR_OK && nginx_next(&walk, &value)) {
		if (!nginx_word(&value, &name) || !nginx_word(&value, &rest))
			continue;
		err = read_command(on, name, rest);
		if (is_named(name, "Ciphersuites") && on->policy->suites13.count == 0)
			on->policy->versions &= (uint16_t)~VERSIONS_OF(RANK_TLS13);
	}
	return err;
}

/* A list that no version here can use says nothing. */
static void leave_out_unused(struct policy *policy)
{
	if (!policy_allows_version(policy, RANK_TLS13))
		policy->suites13.count = 0;
	if ((policy->versions & ~VERSIONS_OF(RANK_TLS13)) == 0)
		policy->suites12.count = 0;
}

static void name_it(struct converting *on, const char *path)
{
	struct bytes named = nginx_value(on->file, "server_name");
	struct policy *policy = on->policy;
	struct text CLEANUP(text_done) quoted;
	size_t len = (size_t)snprintf(policy->name, sizeof policy->name, "nginx");

	if (named.len > 0) {
		policy->name[len++] = '-';
		len += policy_name_part(
			named, policy->name + len, sizeof policy->name - 1 - len);
		policy->name[len] = '\0';
	}
	text_init(&quoted, POLICY_SOURCE_MAX);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(path), 200));
	(void)snprintf(
		policy->title, sizeof policy->title, "What nginx is told to speak");
	(void)snprintf(policy->source, sizeof policy->source, "%s", text_string(&quoted));
}

static void warn_of_versions(struct converting *on)
{
	if ((on->policy->versions & ~VERSIONS_NEW) == 0)
		return;
	if (on->versions_unsaid)
		log_warning(
			"ssl_protocols is not said: TLS 1.2 and 1.3 from nginx 1.27.3 "
			"on; before, which is what the policy says, TLS 1.0 and 1.1 "
			"too");
	if (on->level > 0)
		log_warning("with OpenSSL 3.0 or newer nothing before TLS 1.2 is spoken "
			    "at security level %d (ssl_ciphers has no @SECLEVEL=0): "
			    "impact --security-level %d asks that",
			on->level, on->level);
}

static void warn_of_rest(struct converting *on, bool was_asked_for)
{
	if (on->file->servers > 1 && !was_asked_for)
		log_warning("%zu servers here speak TLS; the policy is that of %s, and "
			    "--name asks for another",
			on->file->servers, on->policy->name);
	if (on->file->servers > 1 && !on->file->is_default)
		log_warning("nginx takes versions and groups of the server that is the "
			    "default of an address; those here are of %s",
			on->policy->name);
	log_warning("keys are not read from certificates; impact --certificate says "
		    "which there are");
}

/* A file that says nothing of TLS is another file, or a part that says nothing. */
static bool says_something(const struct nginx_file *file)
{
	static const char *const names[] = { "ssl_protocols", "ssl_ciphers",
		"ssl_conf_command", "ssl_ecdh_curve", "ssl_certificate" };
	struct bytes value;

	for (size_t i = 0; i < COUNT_OF(names) && file->servers == 0; i++) {
		struct nginx_walk walk = nginx_walk(file, names[i]);

		if (nginx_next(&walk, &value))
			return true;
	}
	return file->servers > 0;
}

enum err policy_from_nginx(
	const char *path, const char *name, struct policy *ret, struct fault *why)
{
	static enum err (*const parts[])(struct converting * on) = { read_versions,
		read_suites, read_groups, read_commands };
	struct nginx_file file;
	struct converting on = { .file = &file, .policy = ret, .why = why };
	enum err err = nginx_read(path, name, &file, why);

	*ret = (struct policy){ 0 };
	if (err == ERR_OK && !says_something(&file))
		err = fault_set(why, ERR_VALUE, "nothing of TLS is said there");
	for (size_t i = 0; i < COUNT_OF(parts) && err == ERR_OK; i++)
		err = parts[i](&on);
	if (err == ERR_OK && ret->versions == 0)
		err = fault_set(why, ERR_VALUE, "no version at all is allowed there");
	if (err == ERR_OK) {
		ret->server_order = says_on(&on, "ssl_prefer_server_ciphers");
		ret->needs_server_name =
			file.strangers_out || says_on(&on, "ssl_reject_handshake");
		leave_out_unused(ret);
		name_it(&on, path);
		warn_of_versions(&on);
		warn_of_rest(&on, name != NULL);
	}
	nginx_done(&file);
	return err;
}
