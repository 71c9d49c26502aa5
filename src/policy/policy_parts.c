#include "policy/policy_parts.h"

#include <stdio.h>

#include "base/suggestion.h"
#include "tls/version.h"

const struct code_kind code_suite = { "cipher suite",
	{ &iana_cipher_suites, &iana_openssl_suites } };
const struct code_kind code_group = { "group",
	{ &iana_groups, &iana_openssl_groups, &iana_nist_groups } };
const struct code_kind code_scheme = { "signature scheme", { &iana_signature_schemes } };

const char *shown(struct bytes text, char ret[SHOWN_MAX])
{
	struct text quoted;

	text_init(&quoted, (size_t)4 * SHOWN_MAX); /* \xNN is four */
	text_quote_terminal(&quoted, bytes_first(text, SHOWN_MAX - 1));
	(void)snprintf(ret, SHOWN_MAX, "%s", text_string(&quoted));
	text_done(&quoted);
	return ret;
}

enum err expect(const struct reading *reading, const struct node *node,
	enum node_kind kind, const char *what)
{
	return document_expect(reading->document, node, kind, what, reading->why);
}

static const struct iana_entry *find(const struct code_kind *kind, struct bytes word)
{
	const struct iana_entry *entry = NULL;

	for (size_t i = 0; entry == NULL && kind->registries[i] != NULL; i++)
		entry = iana_find_name_caseless(kind->registries[i], word);
	return entry;
}

static void offer_registry(struct suggestion *meant, const struct iana_registry *registry)
{
	for (size_t i = 0; i < registry->count; i++)
		suggestion_offer(meant, registry->entries[i].name);
}

static enum err refuse_name(const struct reading *reading, const struct node *node,
	const struct code_kind *kind)
{
	struct suggestion meant = suggestion_for(node->text);
	char word[SHOWN_MAX];

	for (size_t i = 0; kind->registries[i] != NULL; i++)
		offer_registry(&meant, kind->registries[i]);
	if (meant.name == NULL)
		return refuse(reading, node, "no %s %s; names are those of IANA",
			kind->what, shown(node->text, word));
	return refuse(reading, node, "no %s %s; did you mean %s?", kind->what,
		shown(node->text, word), meant.name);
}

static bool read_hex(struct bytes word, uint16_t *ret)
{
	uint16_t value = 0;

	if (word.len != 6 || !bytes_start_with(word, bytes_of_string("0x")))
		return false;
	for (size_t i = 2; i < word.len; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = memchr(digits, word.at[i], 16);

		if (digit == NULL)
			return false;
		value = (uint16_t)(value << 4 | (digit - digits));
	}
	*ret = value;
	return true;
}

enum err read_code(const struct reading *reading, const struct node *node,
	const struct code_kind *kind, uint16_t *ret)
{
	const struct iana_entry *entry;
	char word[SHOWN_MAX];
	enum err err = expect(reading, node, NODE_SCALAR, kind->what);

	if (err != ERR_OK)
		return err;
	if (!read_hex(node->text, ret)) {
		entry = find(kind, node->text);
		if (entry == NULL)
			return refuse_name(reading, node, kind);
		*ret = (uint16_t)entry->code;
	}
	if (is_grease(*ret))
		return refuse(reading, node,
			"%s is GREASE, which stands for no %s (RFC 8701)",
			shown(node->text, word), kind->what);
	return ERR_OK;
}

static enum err add_code(const struct reading *reading, const struct node *node,
	const struct code_kind *kind, struct policy_codes *codes, uint16_t code)
{
	char name[IANA_TEXT_MAX];

	for (size_t i = 0; i < codes->count; i++)
		if (codes->codes[i] == code)
			return document_fault(reading->document, node, reading->why,
				ERR_DUPLICATE, "the %s %s stands here again", kind->what,
				iana_text(kind->registries[0], code, name));
	if (codes->count == POLICY_CODES_MAX)
		return document_fault(reading->document, node, reading->why, ERR_LIMIT,
			"a list holds at most %d names", POLICY_CODES_MAX);
	codes->codes[codes->count++] = code;
	return ERR_OK;
}

enum err read_codes(const struct reading *reading, const struct node *list,
	const struct code_kind *kind, struct policy_codes *ret)
{
	enum err err = ERR_OK;

	for (const struct node *at = list->first; at != NULL && err == ERR_OK;
		at = at->next) {
		uint16_t code;

		err = read_code(reading, at, kind, &code);
		if (err == ERR_OK)
			err = add_code(reading, at, kind, ret, code);
	}
	return err;
}

enum err read_text(const struct reading *reading, const struct node *node,
	const char *what, char *ret, size_t room)
{
	struct text quoted;
	enum err err;
	bool fine;

	if (node->text.len >= room)
		return refuse(
			reading, node, "%s holds at most %zu bytes", what, room - 1);
	text_init(&quoted, 4 * room);
	text_quote_terminal(&quoted, node->text);
	fine = text_len(&quoted) == node->text.len;
	err = text_end(&quoted);
	text_done(&quoted);
	if (err != ERR_OK)
		return fault_set(reading->why, err, "memory ran out");
	if (!fine)
		return refuse(reading, node, "%s holds what cannot be shown", what);
	if (node->text.len > 0)
		memcpy(ret, node->text.at, node->text.len);
	ret[node->text.len] = '\0';
	return ERR_OK;
}

enum err read_choice(const struct reading *reading, const struct node *node,
	const char *what, const char *const *words, unsigned *ret)
{
	char word[SHOWN_MAX], expected[SHOWN_MAX];
	size_t len = 0;

	expected[0] = '\0';
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (bytes_equal(node->text, bytes_of_string(words[i]))) {
			*ret = i;
			return ERR_OK;
		}
		if (len < sizeof expected)
			len += (size_t)snprintf(expected + len, sizeof expected - len,
				"%s%s", i > 0 ? " or " : "", words[i]);
	}
	return refuse(reading, node, "%s is %s, not %s", what, expected,
		shown(node->text, word));
}

enum err read_number(const struct reading *reading, const struct node *node,
	const char *what, unsigned least, unsigned most, unsigned *ret)
{
	char word[SHOWN_MAX];
	unsigned value = 0;

	for (size_t i = 0; i < node->text.len && value <= most; i++) {
		uint8_t c = node->text.at[i];

		value = c >= '0' && c <= '9' ? 10 * value + c - '0' : most + 1;
	}
	if (node->text.len == 0 || value < least || value > most)
		return refuse(reading, node, "%s is a number from %u to %u, not %s", what,
			least, most, shown(node->text, word));
	*ret = value;
	return ERR_OK;
}
