/*
 * over_udp - DTLS and QUIC on a UDP flow: from datagrams to one attempt's events.
 *
 * over_..._held() tells the bytes of memory an attempt takes, its own included.
 *
 * over_udp_begins() is the cheap question asked of every datagram of a flow that is
 * not in the table.
 */
#ifndef WATCH_OVER_UDP_H
#define WATCH_OVER_UDP_H

#include "watch/attempt.h"
#include "watch/over_tcp.h"

/* True if a datagram may belong to a handshake of DTLS or QUIC; ret_carrier says of
 * which. */
bool over_udp_begins(struct bytes datagram, enum carrier *ret_carrier);

/* The stricter question asked of a flow whose handshake is over: does the datagram
 * begin with a hello of DTLS, or an Initial packet of QUIC? */
bool over_udp_begins_anew(struct bytes datagram, enum carrier *ret_carrier);

/* A DTLS handshake; NULL if memory ran out. Begins with its struct attempt. */
struct over_dtls;

struct over_dtls *over_dtls_new(time_ns now);
void over_dtls_free(struct over_dtls *over);
size_t over_dtls_held(const struct over_dtls *over);
enum over_result over_dtls_take(struct watch_shared *shared, struct over_dtls *over,
	struct connection *connection, const struct packet *packet, unsigned sender);

/* A QUIC handshake; NULL if memory ran out. Begins with its struct attempt. */
struct over_quic;

struct over_quic *over_quic_new(time_ns now);
void over_quic_free(struct over_quic *over);
size_t over_quic_held(const struct over_quic *over);
enum over_result over_quic_take(struct watch_shared *shared, struct over_quic *over,
	struct connection *connection, const struct packet *packet, unsigned sender);

#endif
