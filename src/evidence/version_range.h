/*
 * version_range - the versions that something enables, as far as that is known.
 *
 * A version is on, off, or perhaps on: what decides it was not seen, as where a list is
 * added to that stands elsewhere. No version is both on and perhaps on.
 */
#ifndef EVIDENCE_VERSION_RANGE_H
#define EVIDENCE_VERSION_RANGE_H

#include "base/text.h"
#include "tls/version.h"

/* A set of versions: bit 1 << enum version_rank. */
#define VERSIONS_OF(rank) ((uint16_t)(1U << (rank)))
#define VERSIONS_ALL                                                                     \
	((uint16_t)((1U << (RANK_TLS13 + 1)) - (1U << RANK_SSL2))) /* SSL 2.0 too */
#define VERSIONS_USUAL                                                                   \
	((uint16_t)(VERSIONS_ALL &                                                       \
		    ~VERSIONS_OF(RANK_SSL2))) /* what a stack of 2010 has */

struct version_range {
	uint16_t on;
	uint16_t maybe;
};

/* rank and all above it, rank and all below it. */
uint16_t versions_from(enum version_rank rank);
uint16_t versions_to(enum version_rank rank);

/* The lowest and highest of a set; RANK_UNKNOWN of an empty one. */
enum version_rank versions_lowest(uint16_t versions);
enum version_rank versions_highest(uint16_t versions);

/* "TLS 1.0", "TLS 1.0, 1.1", "SSL 3.0, TLS 1.0 to 1.3"; "no version". */
void versions_text(uint16_t versions, struct text *text);

/* "TLS 1.0", "TLS 1.0 to 1.3", "TLS 1.0, perhaps others", "at most TLS 1.1", "unknown".
 */
void version_range_text(struct version_range range, struct text *text);

/* Reads a set: "TLS 1.0", "SSL 3.0 to TLS 1.3", "TLS 1.0, TLS 1.2"; "all" is
 * VERSIONS_USUAL, "none" no version. ERR_VALUE otherwise. */
MUST_USE enum err versions_parse(struct bytes text, uint16_t *ret);

#endif
