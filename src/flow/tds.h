/*
 * tds - takes TDS packet headers off, for the TLS handshake of SQL Server that
 * travels inside PRELOGIN packets and goes on bare once it is done.
 * MS-TDS, 2.2.3.1 and 3.2.5.2.
 */
#ifndef FLOW_TDS_H
#define FLOW_TDS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

#define TDS_HEADER_LEN 8

struct tds_deframer {
	uint8_t header[TDS_HEADER_LEN]; /* members are for tds.c alone */
	uint8_t header_len;
	bool bare;
	uint16_t left;
};

/* Takes the next piece of payload from *in, which moves past it. Where a TLS
 * record stands in place of a TDS header, everything from there on is payload.
 * ERR_MORE: *in is used up. ERR_VALUE: neither TDS nor TLS; final. */
MUST_USE enum err tds_next(
	struct tds_deframer *deframer, struct bytes *in, struct bytes *ret_payload);

#endif
