/*
 * connections - the table of TCP and UDP conversations, by address and port pair.
 *
 * One cache line a connection. An unsettled connection may hold an attempt (a
 * handshake under way); a settled one stays as a note that there is nothing more
 * to learn, so that its later packets cost one look-up. The number is fixed at
 * birth; the owner makes room by removing the oldest. Both ends look up the same
 * connection: the key is ordered by address, `flipped` tells which end sent.
 */
#ifndef WATCH_CONNECTIONS_H
#define WATCH_CONNECTIONS_H

#include "base/hash.h"
#include "flow/packet.h"

struct attempt;

#define CLIENT_UNKNOWN 2

enum connection_state {
	CONNECTION_FREE,
	CONNECTION_OPENING, /* TCP: SYNs seen, no payload yet; `opening` holds */
	CONNECTION_TRYING,  /* `attempt` holds */
	CONNECTION_SETTLED, /* `settled` holds */
};

/* By whom and with which sequence numbers a TCP connection was opened. */
struct connection_opening {
	uint32_t sequence[2]; /* of the SYNs; [0] of the end that the key has first */
};

struct connection {
	struct address address[2]; /* the lower end first */
	uint16_t port[2];
	uint8_t protocol; /* enum ip_protocol */
	uint8_t state;    /* enum connection_state */
	uint8_t syn_seen; /* bit n: end n sent a SYN */
	uint8_t client;   /* the end that is the client, or CLIENT_UNKNOWN */
	uint32_t older;
	uint32_t newer;
	uint32_t touched; /* seconds of capture time, to be compared by second_is_before()
			   */
	uint32_t hash;
	union {
		struct connection_opening opening;
		struct attempt *attempt;
		uint32_t settled; /* when it was, in seconds of capture time */
	};
};

/* Which connection a packet belongs to; cheap to make, made once a packet. */
struct connection_key {
	struct address address[2];
	uint16_t port[2];
	uint8_t protocol;
	uint8_t sender; /* index of the end that sent this packet */
	uint32_t hash;
};

enum connection_list {
	LIST_UNSETTLED,
	LIST_SETTLED,
};

/* Seconds are held in 32 bits, which last until 2106; these of less than 68 years apart
 * stay in order beyond. As sequence numbers: RFC 1982, 3.2. */
static inline bool second_is_before(uint32_t second, uint32_t other)
{
	return second != other && other - second <= INT32_MAX;
}

struct connections; /* heap */

/* max: how many there may be, at least one. NULL if memory ran out. */
struct connections *connections_new(const struct hash_key *key, size_t max);
void connections_free(struct connections *connections);

void connection_key_of(const struct connections *connections, const struct packet *packet,
	struct connection_key *ret);

/* Ask the cache for what connections_find() will read: first the index, then, when
 * the index has had time to come, the connection itself. */
void connections_prefetch_index(
	const struct connections *connections, const struct connection_key *key);
void connections_prefetch(
	const struct connections *connections, const struct connection_key *key);

/* NULL if there is none. */
struct connection *connections_find(
	struct connections *connections, const struct connection_key *key);

bool connections_full(const struct connections *connections);

/* A new connection, unsettled, OPENING. The table must not be full. */
struct connection *connections_add(
	struct connections *connections, const struct connection_key *key, time_ns now);

/* Moves it to the settled. Its attempt is the caller's to free. */
void connections_settle(struct connections *connections, struct connection *connection);

/* Makes a settled connection OPENING again: its ports are used anew. */
void connections_reopen(struct connections *connections, struct connection *connection);

void connections_remove(struct connections *connections, struct connection *connection);

/* Notes that it was used now; cheap within one second. */
void connections_touch(
	struct connections *connections, struct connection *connection, time_ns now);

/* It is earlier than it was thought to be: nothing was used later than now. */
void connections_set_back(struct connections *connections, time_ns now);

/* The one longest untouched, NULL if the list is empty. */
struct connection *connections_oldest(
	struct connections *connections, enum connection_list list);

#endif
