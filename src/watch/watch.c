#include "watch/watch.h"

#include <stdlib.h>

#include "watch/endings.h"
#include "watch/over_tcp.h"
#include "watch/over_udp.h"
#include "watch/watch_inside.h"

/* A handshake that is silent for so long has ended; servers give up earlier. */
#define UNSETTLED_SECONDS 60

/* A settled connection is remembered for so long after its last packet, so that what
 * is sent again late is not taken for something new. */
#define SETTLED_SECONDS 120

/* A hello so many seconds after a handshake's end on the same ports begins another:
 * it is not sent again once it was answered (RFC 6347, 4.2.4; RFC 9002, 6.2), and
 * networks deliver copies within one or two. */
#define ANOTHER_HELLO_AFTER 10

/* Bytes that handshakes under way take: some of each of max_flows, but never less than
 * two that hold all they may. With spoilt bytes they are all taken: more would make the
 * whole, with a store, more than 100 MB. */
#define HELD_FOR_A_FLOW 384
#define HELD_LEAST      (4 * OVER_TCP_HELD_MAX)

struct watch *watch_new(const struct watch_settings *settings)
{
	struct watch *watch = calloc(1, sizeof *watch);

	if (watch == NULL)
		return NULL;
	watch->held_max = settings->max_flows * HELD_FOR_A_FLOW;
	if (watch->held_max < HELD_LEAST)
		watch->held_max = HELD_LEAST;
	if (watch_shared_init(&watch->shared, settings->crypto, &settings->key,
		    settings->sink) != ERR_OK) {
		free(watch);
		return NULL;
	}
	watch->connections = connections_new(&settings->key, settings->max_flows);
	watch->decapsulation = decapsulation_new(
		&settings->key, settings->fragments_apart ? 0 : WATCH_FRAGMENTED_MAX);
	if (watch->connections == NULL || watch->decapsulation == NULL) {
		watch_free(watch);
		return NULL;
	}
	return watch;
}

void watch_free(struct watch *watch)
{
	struct connection *connection;

	if (watch == NULL)
		return;
	while (watch->connections != NULL &&
		(connection = connections_oldest(watch->connections, LIST_UNSETTLED)) !=
			NULL) {
		watch_attempt_free(watch, connection_attempt(connection));
		connections_remove(watch->connections, connection);
	}
	connections_free(watch->connections);
	decapsulation_free(watch->decapsulation);
	watch_shared_done(&watch->shared);
	free(watch);
}

static struct connection *add_connection(
	struct watch *watch, const struct connection_key *key, struct fault *why)
{
	if (connections_full(watch->connections) && watch_make_room(watch, why) != ERR_OK)
		return NULL;
	return connections_add(watch->connections, key, watch->time.now);
}

static void note_syn(struct connection *connection, const struct packet *packet,
	const struct connection_key *key)
{
	bool answers = packet->flags & TCP_ACK;

	connection->opening.sequence[key->sender] = packet->sequence;
	connection->syn_seen |= (uint8_t)(1u << key->sender);
	connection->client = answers ? !key->sender : key->sender;
}

/* A record that is none of a handshake, where no SYN was seen: this connection's
 * handshake is past. Most of what a capture begins with is of this kind. */
static bool is_past_handshake(const struct packet *packet)
{
	struct bytes start = packet->payload;

	return start.len >= 3 && start.at[0] != 22 && start.at[0] >= 20 &&
	       start.at[0] <= 23 && start.at[1] == 3 && start.at[2] <= 4;
}

static enum err tcp_attempt(struct watch *watch, struct connection *connection,
	const struct packet *packet, const struct connection_key *key, struct fault *why)
{
	struct over_tcp *over = (struct over_tcp *)(void *)connection->attempt;
	size_t held = attempt_held(connection->attempt);
	enum over_result result =
		over_tcp_take(&watch->shared, over, connection, packet, key->sender);

	watch->held += attempt_held(connection->attempt) - held;
	if (result == OVER_GOES_ON) {
		connections_touch(watch->connections, connection, watch->time.now);
		return ERR_OK;
	}
	if (result == OVER_NOTHING) {
		watch_attempt_free(watch, connection->attempt);
		connections_settle(watch->connections, connection);
		return ERR_OK;
	}
	return watch_settle(watch, connection, why);
}

static enum err tcp_opening(struct watch *watch, struct connection *connection,
	const struct packet *packet, const struct connection_key *key, struct fault *why)
{
	struct over_tcp *over;

	if (packet->flags & TCP_SYN)
		note_syn(connection, packet, key);
	if (packet->flags & TCP_RST) { /* nobody is there: no TLS, nothing to remember */
		connections_remove(watch->connections, connection);
		return ERR_OK;
	}
	if (packet->payload.len == 0)
		return ERR_OK;
	if (connection->syn_seen == 0 && is_past_handshake(packet)) {
		connections_settle(watch->connections, connection);
		return ERR_OK;
	}
	over = over_tcp_new(connection, packet->at);
	if (over == NULL)
		return fault_set(
			why, ERR_MEMORY, "memory ran out while following a connection");
	connection->state = CONNECTION_TRYING;
	connection->attempt = (struct attempt *)(void *)over;
	watch->held += attempt_held(connection->attempt);
	return tcp_attempt(watch, connection, packet, key, why);
}

static bool is_first_syn(const struct packet *packet)
{
	return (packet->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* A SYN with another number than the one seen opens a new connection on old ports. */
static bool is_reuse(const struct connection *connection, const struct packet *packet,
	const struct connection_key *key)
{
	return is_first_syn(packet) && connection->state == CONNECTION_TRYING &&
	       connection->client == key->sender &&
	       over_tcp_is_past_syn(
		       (const struct over_tcp *)(const void *)connection->attempt,
		       packet->sequence, key->sender);
}

static enum err tcp_packet(struct watch *watch, const struct packet *packet,
	const struct connection_key *key, struct fault *why)
{
	struct connection *connection = connections_find(watch->connections, key);
	enum err err;

	if (connection == NULL) {
		if (packet->payload.len == 0 && !(packet->flags & TCP_SYN))
			return ERR_OK;
		connection = add_connection(watch, key, why);
		if (connection == NULL)
			return why->err;
	}
	if (is_reuse(connection, packet, key)) {
		err = watch_settle(watch, connection, why);
		if (err != ERR_OK)
			return err;
	}
	if (connection->state == CONNECTION_SETTLED) {
		connections_touch(watch->connections, connection, watch->time.now);
		if (!is_first_syn(packet))
			return ERR_OK;
		connections_reopen(watch->connections, connection);
	}
	if (connection->state == CONNECTION_OPENING)
		return tcp_opening(watch, connection, packet, key, why);
	return tcp_attempt(watch, connection, packet, key, why);
}

static enum err udp_attempt(struct watch *watch, struct connection *connection,
	enum carrier carrier, time_ns now, struct fault *why)
{
	void *over = carrier == OVER_DTLS ? (void *)over_dtls_new(now)
					  : (void *)over_quic_new(now);

	if (over == NULL)
		return fault_set(
			why, ERR_MEMORY, "memory ran out while following a connection");
	connection->state = CONNECTION_TRYING;
	connection->attempt = over;
	watch->held += attempt_held(connection->attempt);
	return ERR_OK;
}

static enum err udp_begin(struct watch *watch, const struct packet *packet,
	const struct connection_key *key, struct connection **ret, struct fault *why)
{
	enum carrier carrier;

	*ret = NULL;
	if (!over_udp_begins(packet->payload, &carrier))
		return ERR_OK;
	*ret = add_connection(watch, key, why);
	if (*ret == NULL)
		return why->err;
	return udp_attempt(watch, *ret, carrier, packet->at, why);
}

/* Peers with fixed ports shake hands anew on the old ones, and QUIC makes many
 * connections from one port. */
static enum err udp_settled(struct watch *watch, const struct packet *packet,
	struct connection *connection, struct fault *why)
{
	/* The packet's own time, too: nobody else suffers if it is wrong. */
	time_ns now = packet->at > watch->time.now ? packet->at : watch->time.now;
	uint32_t second = (uint32_t)(now / TIME_SECOND);
	enum carrier carrier;

	if (second - connection->settled < ANOTHER_HELLO_AFTER ||
		!over_udp_begins_anew(packet->payload, &carrier))
		return ERR_OK;
	connections_reopen(watch->connections, connection);
	return udp_attempt(watch, connection, carrier, packet->at, why);
}

static enum err udp_packet(struct watch *watch, const struct packet *packet,
	const struct connection_key *key, struct fault *why)
{
	struct connection *connection = connections_find(watch->connections, key);
	enum over_result result;
	size_t held;
	enum err err;

	if (connection == NULL) {
		err = udp_begin(watch, packet, key, &connection, why);
		if (err != ERR_OK || connection == NULL)
			return err;
	}
	connections_touch(watch->connections, connection, watch->time.now);
	if (connection->state == CONNECTION_SETTLED) {
		err = udp_settled(watch, packet, connection, why);
		if (err != ERR_OK)
			return err;
	}
	if (connection->state != CONNECTION_TRYING)
		return ERR_OK;
	held = attempt_held(connection->attempt);
	result = connection->attempt->carrier == OVER_DTLS
			 ? over_dtls_take(&watch->shared, (void *)connection->attempt,
				   connection, packet, key->sender)
			 : over_quic_take(&watch->shared, (void *)connection->attempt,
				   connection, packet, key->sender);
	watch->held += attempt_held(connection->attempt) - held;
	if (result == OVER_GOES_ON)
		return ERR_OK;
	err = watch_settle(watch, connection, why);
	if (result == OVER_NOTHING) /* there was no hello to be sent again */
		connection->settled -= ANOTHER_HELLO_AFTER;
	return err;
}

/* The packet of a leap was taken before its time was believed: its connection is not
 * to end of the silence that the leap shows. */
static void hear(struct watch *watch, const struct packet *packet,
	const struct connection_key *key)
{
	enum timeline_turn turn = timeline_hear(&watch->time, packet->at);
	struct connection *connection;

	if (LIKELY(turn == TIMELINE_GOES_ON))
		return;
	if (turn == TIMELINE_SET_BACK)
		connections_set_back(watch->connections, watch->time.now);
	connection = turn == TIMELINE_LEAPS
			     ? connections_find(watch->connections, &watch->ahead)
			     : NULL;
	if (connection != NULL)
		connections_touch(watch->connections, connection, watch->time.now);
	watch->ahead = *key;
}

static enum err one_packet(struct watch *watch, const struct packet *packet,
	const struct connection_key *key, struct fault *why)
{
	enum err err;

	hear(watch, packet, key);
	err = packet->protocol == IP_PROTOCOL_TCP ? tcp_packet(watch, packet, key, why)
						  : udp_packet(watch, packet, key, why);
	return err == ERR_OK && UNLIKELY(watch_holds_too_much(watch))
		       ? watch_hold_less(watch, why)
		       : err;
}

void watch_key_of(const struct watch *watch, const struct packet *packet,
	struct connection_key *ret)
{
	connection_key_of(watch->connections, packet, ret);
}

/* Each packet is looked up in three steps, so that the memory of one is on its way
 * while the others are worked on. */
enum err watch_take_packets(struct watch *watch, const struct packet *packets,
	const struct connection_key *keys, size_t count, struct fault *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < count; i++)
		connections_prefetch_index(watch->connections, &keys[i]);
	for (size_t i = 0; i < count; i++)
		connections_prefetch(watch->connections, &keys[i]);
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = one_packet(watch, &packets[i], &keys[i], why);
	return err != ERR_OK ? err : watch_tick(watch, watch->time.now, why);
}

enum err watch_tick(struct watch *watch, time_ns now, struct fault *why)
{
	uint64_t second = now / TIME_SECOND;
	uint64_t reported;
	enum err err;

	if (second == watch->swept)
		return ERR_OK;
	watch->swept = second;
	if (second < SETTLED_SECONDS)
		return ERR_OK;
	reported = watch->shared.coverage.handshakes;
	err = watch_expire(watch, LIST_UNSETTLED, second - UNSETTLED_SECONDS, why);
	watch->shared.coverage.flows_expired +=
		watch->shared.coverage.handshakes - reported;
	return err != ERR_OK
		       ? err
		       : watch_expire(watch, LIST_SETTLED, second - SETTLED_SECONDS, why);
}

enum err watch_decapsulate(
	struct watch *watch, const struct frame *frame, struct packet *ret)
{
	watch->shared.coverage.frames++;
	watch->shared.coverage.frame_bytes += frame->bytes.len;
	return decapsulate(watch->decapsulation, frame, ret);
}

enum err watch_take(
	struct watch *watch, const struct frame *frames, size_t count, struct fault *why)
{
	const struct decapsulation_counters *counters =
		decapsulation_counters(watch->decapsulation);
	struct packet packets[WATCH_BATCH_MAX];
	struct connection_key keys[WATCH_BATCH_MAX];
	size_t held = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		uint64_t joined = counters->joined;

		if (watch_decapsulate(watch, &frames[i], &packets[held]) != ERR_OK)
			continue;
		watch_key_of(watch, &packets[held], &keys[held]);
		held++;
		/* A joined datagram lives only until the next frame is taken apart. */
		if (counters->joined != joined || held == WATCH_BATCH_MAX) {
			err = watch_take_packets(watch, packets, keys, held, why);
			held = 0;
		}
	}
	return err != ERR_OK ? err : watch_take_packets(watch, packets, keys, held, why);
}

time_ns watch_latest(const struct watch *watch)
{
	return watch->time.now;
}

enum err watch_finish(struct watch *watch, struct fault *why)
{
	enum err err = watch_expire(watch, LIST_UNSETTLED, WATCH_EXPIRE_ALL, why);

	decapsulation_finish(watch->decapsulation);
	watch->time = (struct timeline){ 0 };
	watch->swept = 0;
	return err != ERR_OK ? err
			     : watch_expire(watch, LIST_SETTLED, WATCH_EXPIRE_ALL, why);
}

void watch_add_decapsulation(
	const struct decapsulation *decapsulation, struct coverage *coverage)
{
	const struct decapsulation_counters *counters =
		decapsulation_counters(decapsulation);

	coverage->frames_cut += counters->cut;
	coverage->frames_malformed += counters->malformed;
	coverage->frames_too_deep += counters->too_deep;
	coverage->frames_unknown_link += counters->unknown_link;
	coverage->fragments_evicted += counters->fragments_evicted;
}

struct coverage watch_coverage(const struct watch *watch)
{
	struct coverage coverage = watch->shared.coverage;

	watch_add_decapsulation(watch->decapsulation, &coverage);
	return coverage;
}
