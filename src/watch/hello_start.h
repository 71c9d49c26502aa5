/*
 * hello_start - does a hello begin here? The signatures by which watch tells the
 * start of TLS from plaintext.
 *
 * The answer depends on the bytes alone and never on how many more there are: what
 * is ERR_OK or ERR_VALUE for some bytes is the same for more of them. ERR_MORE: they
 * fit so far; never for HELLO_START_MAX bytes or more.
 */
#ifndef WATCH_HELLO_START_H
#define WATCH_HELLO_START_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"
#include "evidence/observation.h"

/* Six records of one byte are the longest way to write the six bytes of a
 * handshake message that are looked at; 44 bytes reach a hello's session id. */
#define HELLO_START_MAX 64

/* Where TLS is expected (a stream's start, an upgrade's end): a record of
 * handshake, over as many records as it takes a hello of the side's kind and a
 * version 3.x. Its lengths may lie: that is for the parser to say. */
MUST_USE enum err hello_start_expected(enum side side, struct bytes at);

/* Amid plaintext: all of it in the first record, lengths that agree. */
MUST_USE enum err hello_start_amid(enum side side, struct bytes at);

/* An alert in the clear. */
MUST_USE enum err hello_start_alert(struct bytes at);

/* A hello as SSL 2.0 writes it. Only where TLS is expected: the signature is weak. */
MUST_USE enum err hello_start_sslv2(enum side side, struct bytes at);

#endif
