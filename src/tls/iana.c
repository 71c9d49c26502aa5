#include "tls/iana.h"

const struct iana_entry *iana_find(const struct iana_registry *registry, uint32_t code)
{
	size_t low = 0;
	size_t high = registry->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (registry->entries[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == registry->count || registry->entries[low].code != code)
		return NULL;
	return &registry->entries[low];
}

const char *iana_name(const struct iana_registry *registry, uint32_t code)
{
	const struct iana_entry *entry = iana_find(registry, code);

	return entry == NULL ? NULL : entry->name;
}

const struct iana_entry *iana_find_name(
	const struct iana_registry *registry, struct bytes name)
{
	for (size_t i = 0; i < registry->count; i++)
		if (bytes_equal(bytes_of_string(registry->entries[i].name), name))
			return &registry->entries[i];
	return NULL;
}

const struct iana_entry *iana_find_name_caseless(
	const struct iana_registry *registry, struct bytes name)
{
	for (size_t i = 0; i < registry->count; i++)
		if (bytes_equal_caseless(
			    bytes_of_string(registry->entries[i].name), name))
			return &registry->entries[i];
	return NULL;
}

const char *iana_text(
	const struct iana_registry *registry, uint32_t code, char ret_text[IANA_TEXT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	const char *name = iana_name(registry, code);
	uint32_t places = registry == &iana_sslv2_ciphers ? 6 : 4;

	if (name != NULL)
		return name;
	while (places < 8 && code >> 4 * places != 0)
		places++;
	ret_text[0] = '0';
	ret_text[1] = 'x';
	for (uint32_t i = 0; i < places; i++)
		ret_text[2 + i] = digits[code >> 4 * (places - 1 - i) & 0xf];
	ret_text[2 + places] = '\0';
	return ret_text;
}
