#include "base/network.h"

#define IPV4_BITS 32
#define ALL_BITS  (ADDRESS_LEN * 8)

/* Digits alone, of a number up to most. */
static bool read_count(struct bytes text, unsigned most, unsigned *ret)
{
	*ret = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*ret = *ret * 10 + (unsigned)(text.at[i] - '0');
		if (*ret > most)
			return false;
	}
	return text.len > 0;
}

/* Those of the octet's bits that belong to the prefix. */
static uint8_t mask_at(unsigned bits, size_t octet)
{
	unsigned before = (unsigned)octet * 8;

	if (before >= bits)
		return 0;
	return bits - before >= 8 ? 0xff : (uint8_t)(0xff00 >> (bits - before));
}

enum err network_parse(struct bytes text, struct network *ret)
{
	size_t slash = bytes_find(text, bytes_of_string("/"));
	char address[ADDRESS_TEXT_MAX] = "";
	struct network read;
	unsigned family, bits;

	if (slash == 0 || slash >= sizeof address)
		return ERR_VALUE;
	memcpy(address, text.at, slash);
	if (address_parse(address, &read.first) != ERR_OK)
		return ERR_VALUE;
	/* "::ffff:10.0.0.0/104" is written as IPv6, and its bits are counted so. */
	family = bits = strchr(address, ':') == NULL ? IPV4_BITS : ALL_BITS;
	if (slash < text.len && !read_count(bytes_after(text, slash + 1), family, &bits))
		return ERR_VALUE;
	read.bits = ALL_BITS - family + bits;
	for (size_t i = 0; i < ADDRESS_LEN; i++)
		read.first.bytes[i] &= mask_at(read.bits, i);
	*ret = read;
	return ERR_OK;
}

bool network_has(const struct network *network, const struct address *address)
{
	size_t whole = network->bits / 8;

	/* The mapped form is how we hold it, not where it lies. */
	if (network->bits < ALL_BITS - IPV4_BITS && address_is_ipv4(address))
		return false;
	if (memcmp(network->first.bytes, address->bytes, whole) != 0)
		return false;
	return whole == ADDRESS_LEN ||
	       ((network->first.bytes[whole] ^ address->bytes[whole]) &
		       mask_at(network->bits, whole)) == 0;
}
