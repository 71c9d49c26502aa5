/*
 * offers - everything a server can be asked for, in the order in which it is asked.
 *
 * Suites come by version, what a server in the field may have first, since some read so
 * many of a long list and no more; and what costs it little first, for servers that
 * follow the client's order: static RSA signs nothing, DHE and export keys cost most.
 * Groups and schemes likewise. Made once and then read by all targets of a scan.
 *
 * tests: tests/unit/scan/test_offers.c
 */
#ifndef SCAN_OFFERS_H
#define SCAN_OFFERS_H

#include "tls/hello_write.h"
#include "tls/suite.h"
#include "tls/version.h"

#define OFFERS_GROUPS_MAX   64 /* the registry has some 60 */
#define OFFERS_SCHEMES_MAX  64
#define OFFERS_VERSIONS_MAX 8

struct offer_list {
	const uint16_t *at;
	size_t count;
};

struct offers {
	uint16_t suites[RANK_TLS13 + 1][SUITES_MAX]; /* by rank */
	size_t suite_counts[RANK_TLS13 + 1];
	uint16_t curves[OFFERS_GROUPS_MAX]; /* of TLS 1.2: those of ECDHE */
	size_t curve_count;
	uint16_t groups[OFFERS_GROUPS_MAX]; /* of TLS 1.3 */
	size_t group_count;
	uint16_t schemes[OFFERS_SCHEMES_MAX];
	size_t scheme_count;
};

void offers_init(struct offers *offers);

/* SSL 2.0's ciphers, all there are. */
extern const uint32_t offers_sslv2[];
extern const size_t offers_sslv2_count;

/* What stands in supported_versions to ask for TLS 1.3: drafts that were deployed too. */
extern const uint16_t offers_tls13[];
extern const size_t offers_tls13_count;

/* What is asked for by name. RFC 7301, and what the registry calls so. */
extern const struct bytes offers_alpn[];
extern const size_t offers_alpn_count;

/* Over QUIC, where one must be agreed on. RFC 9001, 8.1. The usual one first. */
extern const struct bytes offers_quic_alpn[];
extern const size_t offers_quic_alpn_count;

#endif
