/*
 * address - an IP address of either family, in sixteen bytes.
 *
 * An IPv4 address is held as its IPv4-mapped IPv6 form (RFC 4291, 2.5.5.2), so
 * addresses compare and hash as bytes. Text is RFC 5952 for IPv6 and dotted
 * quad for IPv4.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define ADDRESS_LEN      16
#define ADDRESS_TEXT_MAX 46 /* with the final zero; INET6_ADDRSTRLEN */

struct address {
	uint8_t bytes[ADDRESS_LEN];
};

struct address address_of_ipv4(const uint8_t octets[4]);
struct address address_of_ipv6(const uint8_t octets[16]);

bool address_is_ipv4(const struct address *address);
bool address_equal(const struct address *a, const struct address *b);
int address_compare(const struct address *a, const struct address *b);

/* Writes the text of address and answers ret_text. */
const char *address_text(const struct address *address, char ret_text[ADDRESS_TEXT_MAX]);

/* Reads a text in either family's form; ERR_VALUE if it is neither. */
MUST_USE enum err address_parse(const char *text, struct address *ret);

#endif
