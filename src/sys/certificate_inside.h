/*
 * certificate_inside - what the parts of certificate_trust share, for those alone.
 */
#ifndef SYS_CERTIFICATE_INSIDE_H
#define SYS_CERTIFICATE_INSIDE_H

#include <time.h>

#include "sys/certificate_trust.h"

struct x509_st; /* X509 of libcrypto */

/* Seconds since 1970, as libcrypto compares. */
time_t certificate_seconds(time_ns at);

/* What the staple says of leaf; issuer may be NULL, which is never good. */
enum certificate_staple certificate_staple_read(struct bytes staple, struct x509_st *leaf,
	struct x509_st *issuer, time_ns at, uint16_t *timestamps);

/* How many SCTs a list holds; 0 if it cannot be read. RFC 6962, 3.3. */
uint16_t certificate_timestamps_count(struct bytes list);

/* The same in an extension's value, where it stands in an octet string. */
uint16_t certificate_timestamps_inside(struct bytes value);

#endif
