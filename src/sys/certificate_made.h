/*
 * certificate_made - a key of RSA and a certificate that it signed itself, for a server
 * that is started to be asked: made anew each time, held in memory, trusted by nobody.
 */
#ifndef SYS_CERTIFICATE_MADE_H
#define SYS_CERTIFICATE_MADE_H

#include "base/err.h"

/* A descriptor whose file holds both in PEM: the key first. ERR_CRYPTO, ERR_IO. */
MUST_USE enum err certificate_made(int *ret_descriptor);

void certificate_made_close(int descriptor);

#endif
