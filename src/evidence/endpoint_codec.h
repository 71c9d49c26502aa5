/*
 * endpoint_codec - an endpoint as bytes, to be kept, and back.
 *
 * The first byte is the format's number: a program reads every format up to its own.
 * Certificates stand as digests, for each is kept once, elsewhere: who reads is asked for
 * them. Traits go by name, so that new ones may come between.
 */
#ifndef EVIDENCE_ENDPOINT_CODEC_H
#define EVIDENCE_ENDPOINT_CODEC_H

#include "base/arena.h"
#include "base/writer.h"
#include "evidence/endpoint.h"

/* 1: without what UDP is asked for; 2: without what a staple says, and of timestamps those of
 * the certificate alone. */
#define ENDPOINT_FORMAT 3

/* Six versions with all suites that are registered take a tenth of it. */
#define ENDPOINT_PACKED_MAX 65536

/* What an unpacked one takes: as much again for its arrays, and its certificates. */
#define ENDPOINT_ARENA_MAX ((size_t)1 << 20)

/* How certificates are found again. */
struct endpoint_finder {
	/* NULL: not there; the chain ends before it. Lives as long as the endpoint. */
	const struct certificate *(*find)(
		struct endpoint_finder *finder, const uint8_t digest[SHA256_LEN]);
};

/* ERR_LIMIT: it does not fit. */
MUST_USE enum err endpoint_pack(const struct endpoint *endpoint, struct writer *w);

/* What it points to lives in the arena. ERR_UNSUPPORTED: of a newer program. ERR_SHORT,
 * ERR_LONG, ERR_VALUE, ERR_LIMIT: no endpoint was packed so. */
MUST_USE enum err endpoint_unpack(struct bytes packed, struct arena *arena,
	struct endpoint_finder *finder, struct endpoint *ret);

#endif
