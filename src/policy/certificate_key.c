#include "policy/certificate_key.h"

#include "tls/iana.h"

/* As libcrypto names them. */
static const struct kind_name {
	const char *name;
	enum key_kind kind;
} kind_names[] = {
	{ "RSA", KEY_RSA },
	{ "rsassaPss", KEY_RSA_PSS },
	{ "dsaEncryption", KEY_DSA },
	{ "Ed25519", KEY_ED25519 },
	{ "Ed448", KEY_ED448 },
};

static const struct {
	const char *name;
	uint16_t scheme;
} signature_names[] = {
	{ "sha1WithRSAEncryption", 0x0201 },
	{ "sha256WithRSAEncryption", 0x0401 },
	{ "sha384WithRSAEncryption", 0x0501 },
	{ "sha512WithRSAEncryption", 0x0601 },
	{ "ecdsa-with-SHA1", 0x0203 },
	{ "ecdsa-with-SHA256", 0x0403 },
	{ "ecdsa-with-SHA384", 0x0503 },
	{ "ecdsa-with-SHA512", 0x0603 },
	{ "ED25519", 0x0807 },
	{ "ED448", 0x0808 },
};

static uint16_t curve_of(const char *name)
{
	const struct iana_entry *entry =
		iana_find_name(&iana_nist_groups, bytes_of_string(name));

	if (entry == NULL)
		entry = iana_find_name(&iana_groups, bytes_of_string(name));
	return entry == NULL ? 0 : (uint16_t)entry->code;
}

static uint16_t signature_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(signature_names); i++)
		if (strcmp(signature_names[i].name, name) == 0)
			return signature_names[i].scheme;
	return 0;
}

bool certificate_key(const struct certificate *certificate, struct policy_key *ret)
{
	struct policy_key key = { .bits = (uint16_t)certificate->key_bits };
	const char *type = certificate->key_type == NULL ? "" : certificate->key_type;
	bool found = strncmp(type, "EC ", 3) == 0;

	if (found) {
		key.kind = KEY_ECDSA;
		key.curve = curve_of(type + 3);
		found = key.curve != 0;
	}
	for (size_t i = 0; i < COUNT_OF(kind_names) && !found; i++) {
		found = strcmp(kind_names[i].name, type) == 0;
		key.kind = (uint8_t)kind_names[i].kind;
	}
	if (certificate->signature != NULL)
		key.signature = signature_of(certificate->signature);
	if (found)
		*ret = key;
	return found;
}

bool policy_takes_key(const struct policy *policy, const struct policy_key *key)
{
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *listed = &policy->keys[i];
		bool sized = key->kind == KEY_RSA || key->kind == KEY_RSA_PSS ||
			     key->kind == KEY_DSA;

		if (listed->kind == key->kind && (!sized || key->bits >= listed->bits) &&
			(listed->curve == 0 || listed->curve == key->curve) &&
			(listed->signature == 0 || listed->signature == key->signature))
			return true;
	}
	return false;
}
