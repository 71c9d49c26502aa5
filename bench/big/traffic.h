/*
 * traffic - sources that no capture holds: what a bulk transfer and a network's
 * other traffic look like around handshakes.
 */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include "source.h"

#define BULK_SEGMENTS 150 /* full-size, after each handshake */

/* From each TCP connection of sources that begins with its SYN and reaches encrypted
 * records: the connection up to its end, then BULK_SEGMENTS from the server. */
void traffic_bulk(struct sources *ret, const struct sources *sources, uint64_t *seed);

/* About count packets without any TLS: DNS questions and plain HTTP. */
struct source *traffic_plain(size_t count, uint64_t *seed);

#endif
