/*
 * quic_version - versions of QUIC by name, and what a client of version 1 says of itself.
 */
#ifndef TLS_QUIC_VERSION_H
#define TLS_QUIC_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/writer.h"

#define QUIC_VERSION_1 0x00000001 /* RFC 9000 */

#define QUIC_VERSION_TEXT_MAX 16

/* "QUIC v1", "QUIC v2", "draft-29", Google's "Q046" or "T051", else "0xfaceb002". */
const char *quic_version_text(uint32_t version, char ret_text[QUIC_VERSION_TEXT_MAX]);

/* True for one that nobody has, so that it shows who cannot bear it. RFC 9000, 15. */
static inline bool quic_version_is_reserved(uint32_t version)
{
	return (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

/* Writes the transport parameters of a client whose connection id is empty, and that
 * allows data and streams as a browser does. RFC 9000, 18.2. */
void quic_parameters_write(struct writer *w);

#endif
