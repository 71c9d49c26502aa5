#include <stdlib.h>

#include "base/reader.h"
#include "fuzz.h"
#include "tls/server_messages.h"

/* Any bytes after a suite and a version: a chain that was accepted is walked to its
 * last byte, a key exchange tells one kind of strength only, and nothing that was
 * accepted is still accepted without its last byte. */

static void walk_chain(struct bytes body)
{
	struct reader chain, shorter;
	size_t len = 3;

	if (certificate_list_parse(body, &chain) != ERR_OK)
		return;
	for (struct bytes der = certificate_next(&chain); der.len > 0;
		der = certificate_next(&chain))
		len += 3 + der.len;
	if (len != body.len || reader_end(&chain) != ERR_OK)
		abort();
	if (certificate_list_parse(bytes_first(body, body.len - 1), &shorter) == ERR_OK)
		abort();
}

static void read_exchange(struct bytes body, uint16_t suite, uint16_t version)
{
	struct server_key_exchange exchange, shorter;

	if (server_key_exchange_parse(body, suite, version, &exchange) != ERR_OK)
		return;
	if ((exchange.group != 0) + (exchange.dh_bits != 0) + (exchange.rsa_bits != 0) >
		1)
		abort();
	if (server_key_exchange_parse(
		    bytes_first(body, body.len - 1), suite, version, &shorter) == ERR_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_over(bytes_over(data, size));
	uint16_t suite = reader_u16(&r);
	uint16_t version = reader_u16(&r);
	struct bytes body = reader_rest(&r);

	if (reader_fault(&r) != ERR_OK)
		return 0;
	walk_chain(body);
	read_exchange(body, suite, version);
	return 0;
}
