#include "base/address.h"

#include <arpa/inet.h> /* inet_ntop and inet_pton: text only, no kernel */

static const uint8_t MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

struct address address_of_ipv4(const uint8_t octets[4])
{
	struct address address;

	memcpy(address.bytes, MAPPED, sizeof MAPPED);
	memcpy(address.bytes + sizeof MAPPED, octets, 4);
	return address;
}

struct address address_of_ipv6(const uint8_t octets[16])
{
	struct address address;

	memcpy(address.bytes, octets, sizeof address.bytes);
	return address;
}

bool address_is_ipv4(const struct address *address)
{
	return memcmp(address->bytes, MAPPED, sizeof MAPPED) == 0;
}

int address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

bool address_equal(const struct address *a, const struct address *b)
{
	return address_compare(a, b) == 0;
}

const char *address_text(const struct address *address, char ret_text[ADDRESS_TEXT_MAX])
{
	if (address_is_ipv4(address))
		return inet_ntop(AF_INET, address->bytes + sizeof MAPPED, ret_text,
			ADDRESS_TEXT_MAX);
	return inet_ntop(AF_INET6, address->bytes, ret_text, ADDRESS_TEXT_MAX);
}

enum err address_parse(const char *text, struct address *ret)
{
	uint8_t octets[16];

	if (inet_pton(AF_INET, text, octets) == 1)
		*ret = address_of_ipv4(octets);
	else if (inet_pton(AF_INET6, text, octets) == 1)
		*ret = address_of_ipv6(octets);
	else
		return ERR_VALUE;
	return ERR_OK;
}
