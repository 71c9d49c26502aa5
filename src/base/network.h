/*
 * network - the addresses that share their first bits: "10.1.0.0/16", "2001:db8::/32".
 *
 * An IPv4 network is held as its IPv4-mapped IPv6 form, as addresses are, so its bits
 * begin at 96, and no network of IPv6, "::/0" neither, has an IPv4 address. Bits behind
 * the prefix are zero.
 */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include "base/address.h"

struct network {
	struct address first;
	unsigned bits; /* of 128 */
};

/* Reads an address with the number of its bits behind a slash; without, it is that
 * address alone. ERR_VALUE. */
MUST_USE enum err network_parse(struct bytes text, struct network *ret);

bool network_has(const struct network *network, const struct address *address);

#endif
