/*
 * certificate_inside - what the parts of certificate_trust share, for those alone.
 */
#ifndef SYS_CERTIFICATE_INSIDE_H
#define SYS_CERTIFICATE_INSIDE_H

#include <time.h>

#include "sys/certificate_trust.h"

struct asn1_string_st; /* ASN1_TIME of libcrypto */
struct x509_st;        /* X509 */

/* Seconds since 1970, as libcrypto compares. */
time_t certificate_seconds(time_ns at);

/* Clamped to what time_ns holds; false: it cannot be read. */
bool certificate_moment(const struct asn1_string_st *asn1, time_ns *ret);

/* What the staple says of leaf, until when, and its timestamps; issuer may be NULL, which
 * is never good. */
void certificate_staple_read(struct bytes staple, struct x509_st *leaf,
	struct x509_st *issuer, time_ns at, struct certificate_answer *ret);

/* How many SCTs a list holds; 0 if it cannot be read. RFC 6962, 3.3. */
uint16_t certificate_timestamps_count(struct bytes list);

/* The same in an extension's value, where it stands in an octet string. */
uint16_t certificate_timestamps_inside(struct bytes value);

#endif
