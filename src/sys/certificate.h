/*
 * certificate - reads an X.509 certificate with libcrypto, the only place that does.
 *
 * For certificates that strangers sent: nothing is verified, nothing is believed.
 * RFC 5280.
 */
#ifndef SYS_CERTIFICATE_H
#define SYS_CERTIFICATE_H

#include "base/arena.h"
#include "tls/certificate.h"

/* Chains of post-quantum certificates are some 60 KB; one is less. */
#define CERTIFICATE_DER_MAX 65536

/* How long a string of a certificate may become; what is longer is cut. A server
 * of a hosting company has some hundred names. */
#define CERTIFICATE_TEXT_MAX 8192

/* Reads der, which is one certificate and nothing else; strings live in the arena.
 * Moments outside what time_ns holds are taken to its nearest end. ERR_VALUE: it
 * cannot be read. ERR_LIMIT: the arena is full, or der too long. */
MUST_USE enum err certificate_read(
	struct bytes der, struct arena *arena, struct certificate *ret);

#endif
