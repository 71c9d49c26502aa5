/* The lists of a policy file whose items are mappings: dates and keys. */
#include "base/time.h"
#include "policy/policy_parts.h"

/* In the order of enum key_kind. */
static const char *const key_kinds[] = { "rsa", "rsa-pss", "ecdsa", "ed25519", "ed448",
	"dsa", NULL };

const char *key_kind_name(enum key_kind kind)
{
	return key_kinds[kind];
}

/* "2025-03-01", "2024-09" or "2023": as exact as it was said. */
static enum err read_day(
	const struct reading *reading, const struct node *node, char ret[11])
{
	static const char rest[] = "0000-01-01";
	char whole[sizeof rest], word[SHOWN_MAX];
	size_t len = node->text.len;
	time_ns day;

	memcpy(whole, rest, sizeof rest);
	if (len == 4 || len == 7 || len == 10)
		memcpy(whole, node->text.at, len);
	if (time_parse(whole, &day) != ERR_OK)
		return refuse(reading, node,
			"a date is written 2025-03-01, 2025-03 or 2025, not %s",
			shown(node->text, word));
	memcpy(ret, whole, len);
	ret[len] = '\0';
	return ERR_OK;
}

static enum err read_date_item(
	const struct reading *reading, const struct node *node, struct policy_date *date)
{
	char word[SHOWN_MAX];
	enum err err = expect(reading, node, NODE_SCALAR, "what a date says");

	if (err != ERR_OK)
		return err;
	if (bytes_equal(node->key->text, bytes_of_string("on")))
		return read_day(reading, node, date->on);
	if (bytes_equal(node->key->text, bytes_of_string("said")))
		return read_day(reading, node, date->said);
	if (bytes_equal(node->key->text, bytes_of_string("note")))
		return read_text(reading, node, "note", date->note, POLICY_NOTE_MAX);
	return refuse(reading, node->key, "a date has on, said and note, not %s",
		shown(node->key->text, word));
}

/* As exactly as both say it. */
static bool is_before(const char *a, const char *b)
{
	size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	return strncmp(a, b, len) < 0;
}

enum err read_dates(const struct reading *reading, const struct node *list)
{
	struct policy *policy = reading->policy;
	enum err err = ERR_OK;

	for (const struct node *at = list->first; at != NULL; at = at->next) {
		struct policy_date *date = &policy->dates[policy->date_count];

		if (policy->date_count == POLICY_DATES_MAX)
			return refuse(reading, at, "at most %d dates are kept",
				POLICY_DATES_MAX);
		err = expect(reading, at, NODE_MAPPING, "a date");
		for (const struct node *item = at->first; item != NULL && err == ERR_OK;
			item = item->next)
			err = read_date_item(reading, item, date);
		if (err == ERR_OK && date->on[0] == '\0')
			err = refuse(reading, at, "a date says on which day: on");
		if (err == ERR_OK && policy->date_count > 0 &&
			is_before(date->on, date[-1].on))
			err = refuse(reading, at,
				"dates stand oldest first: %s is before %s", date->on,
				date[-1].on);
		if (err != ERR_OK)
			return err;
		policy->date_count++;
	}
	return ERR_OK;
}

static enum err read_key_item(
	const struct reading *reading, const struct node *node, struct policy_key *key)
{
	char word[SHOWN_MAX];
	unsigned value;
	enum err err = expect(reading, node, NODE_SCALAR, "what a key says");

	if (err != ERR_OK)
		return err;
	if (bytes_equal(node->key->text, bytes_of_string("kind"))) {
		err = read_choice(reading, node, "kind", key_kinds, &value);
		if (err == ERR_OK)
			key->kind = (uint8_t)value;
		return err;
	}
	if (bytes_equal(node->key->text, bytes_of_string("bits"))) {
		err = read_number(reading, node, "bits", BITS_LEAST, BITS_MOST, &value);
		if (err == ERR_OK)
			key->bits = (uint16_t)value;
		return err;
	}
	if (bytes_equal(node->key->text, bytes_of_string("curve")))
		return read_code(reading, node, &code_group, &key->curve);
	if (bytes_equal(node->key->text, bytes_of_string("signature")))
		return read_code(reading, node, &code_scheme, &key->signature);
	return refuse(reading, node->key,
		"a key has kind, bits, curve and signature, not %s",
		shown(node->key->text, word));
}

/* brainpoolP512r1: what comes behind agrees on keys alone. RFC 8422, 5.1.1; RFC 7027. */
#define CURVE_LAST 28

/* Each kind has its own measure of strength. */
static enum err check_key(const struct reading *reading, const struct node *node,
	const struct policy_key *key)
{
	char name[IANA_TEXT_MAX];
	bool modulus =
		key->kind == KEY_RSA || key->kind == KEY_RSA_PSS || key->kind == KEY_DSA;

	if (node_find(node, bytes_of_string("kind")) == NULL)
		return refuse(reading, node, "a key says its kind");
	if (modulus && key->bits == 0)
		return refuse(reading, node, "a key of kind %s says how many bits",
			key_kinds[key->kind]);
	if (!modulus && key->bits != 0)
		return refuse(reading, node, "a key of kind %s has no bits to choose",
			key_kinds[key->kind]);
	if (key->kind != KEY_ECDSA && key->curve != 0)
		return refuse(reading, node, "a key of kind %s has no curve",
			key_kinds[key->kind]);
	if (key->curve > CURVE_LAST)
		return refuse(reading, node_find(node, bytes_of_string("curve")),
			"%s is no curve to sign on with ECDSA",
			iana_text(&iana_groups, key->curve, name));
	return ERR_OK;
}

enum err read_keys(const struct reading *reading, const struct node *list)
{
	struct policy *policy = reading->policy;
	enum err err = ERR_OK;

	for (const struct node *at = list->first; at != NULL && err == ERR_OK;
		at = at->next) {
		struct policy_key *key = &policy->keys[policy->key_count];

		if (policy->key_count == POLICY_KEYS_MAX)
			return refuse(
				reading, at, "at most %d keys are kept", POLICY_KEYS_MAX);
		err = expect(reading, at, NODE_MAPPING, "a key");
		for (const struct node *item = at->first; item != NULL && err == ERR_OK;
			item = item->next)
			err = read_key_item(reading, item, key);
		if (err == ERR_OK)
			err = check_key(reading, at, key);
		if (err == ERR_OK)
			policy->key_count++;
	}
	return err;
}
