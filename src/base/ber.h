/*
 * ber - heads of values in the Basic Encoding Rules, definite form (X.690, 8.1).
 */
#ifndef BASE_BER_H
#define BASE_BER_H

#include "base/reader.h"

/* A length. Spoils r if it is longer than four bytes or indefinite. */
size_t ber_len(struct reader *r);

/* The length of a value that has this tag of one byte; any other tag spoils r. */
size_t ber_head(struct reader *r, uint8_t tag);

#endif
