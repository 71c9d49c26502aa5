#include "watch/endings.h"

#include "watch/over_tcp.h"
#include "watch/over_udp.h"

/* Times as much as is remembered may be in use of what many share: an attacker can make
 * every hello, certificate and ServerHello another. */
#define IN_USE_TIMES 4

/* Handshakes ended at a time where there are too many: looking what can be forgotten
 * costs too much to be done for each. */
#define ENDED_AT_A_TIME 256

static size_t carrier_held(const struct attempt *attempt)
{
	if (attempt->carrier == OVER_TCP)
		return over_tcp_held((const struct over_tcp *)(const void *)attempt);
	return attempt->carrier == OVER_DTLS
		       ? over_dtls_held((const struct over_dtls *)(const void *)attempt)
		       : over_quic_held((const struct over_quic *)(const void *)attempt);
}

size_t attempt_held(const struct attempt *attempt)
{
	return carrier_held(attempt) + attempt->server_name_len;
}

void watch_attempt_free(struct watch *watch, struct attempt *attempt)
{
	if (attempt == NULL)
		return;
	watch->held -= attempt_held(attempt);
	if (attempt->carrier == OVER_TCP)
		over_tcp_free((struct over_tcp *)(void *)attempt);
	else if (attempt->carrier == OVER_DTLS)
		over_dtls_free((struct over_dtls *)(void *)attempt);
	else
		over_quic_free((struct over_quic *)(void *)attempt);
}

struct attempt *connection_attempt(struct connection *connection)
{
	return connection->state == CONNECTION_TRYING ? connection->attempt : NULL;
}

/* Reports what is known of a connection's handshake and takes it off. */
static enum err end(struct watch *watch, struct connection *connection, struct fault *why)
{
	struct attempt *attempt = connection_attempt(connection);
	struct over_tcp *over = (struct over_tcp *)(void *)attempt;
	enum err err = ERR_OK;

	if (attempt == NULL)
		return ERR_OK;
	if (attempt->carrier == OVER_TCP) {
		watch->held -= attempt_held(attempt);
		over_tcp_flush(&watch->shared, over, connection);
		watch->held += attempt_held(attempt);
	}
	if (connection->client != CLIENT_UNKNOWN)
		err = attempt_report(&watch->shared, attempt, connection, why);
	watch_attempt_free(watch, attempt);
	connection->attempt = NULL;
	return err;
}

enum err watch_settle(
	struct watch *watch, struct connection *connection, struct fault *why)
{
	enum err err = end(watch, connection, why);

	connections_settle(watch->connections, connection);
	return err;
}

/* A settled connection is only a note, so it goes first. */
enum err watch_make_room(struct watch *watch, struct fault *why)
{
	struct connection *oldest = connections_oldest(watch->connections, LIST_SETTLED);
	enum err err;

	if (oldest == NULL) {
		oldest = connections_oldest(watch->connections, LIST_UNSETTLED);
		watch->shared.coverage.flows_evicted++;
	}
	err = end(watch, oldest, why);
	connections_remove(watch->connections, oldest);
	return err;
}

static bool is_too_much(const struct known *known)
{
	return known->bytes > IN_USE_TIMES * known->max;
}

bool watch_holds_too_much(const struct watch *watch)
{
	const struct watch_shared *shared = &watch->shared;

	return watch->held > watch->held_max || is_too_much(&shared->hellos) ||
	       is_too_much(&shared->certificates) || is_too_much(&shared->server_hellos);
}

static void forget_unused(struct known *known)
{
	if (is_too_much(known))
		known_forget_unused(known);
}

/* Ends handshakes until less is held; the oldest go first, as where the table is full. */
enum err watch_hold_less(struct watch *watch, struct fault *why)
{
	struct connection *oldest;
	enum err err = ERR_OK;

	forget_unused(&watch->shared.hellos);
	forget_unused(&watch->shared.certificates);
	forget_unused(&watch->shared.server_hellos);
	for (unsigned i = 0;
		i < ENDED_AT_A_TIME && err == ERR_OK && watch_holds_too_much(watch) &&
		(oldest = connections_oldest(watch->connections, LIST_UNSETTLED)) != NULL;
		i++) {
		watch->shared.coverage.flows_evicted++;
		err = end(watch, oldest, why);
		connections_remove(watch->connections, oldest);
	}
	return err;
}

static bool is_due(const struct connection *connection, uint64_t limit)
{
	return limit == WATCH_EXPIRE_ALL ||
	       second_is_before(connection->touched, (uint32_t)limit);
}

enum err watch_expire(
	struct watch *watch, enum connection_list list, uint64_t limit, struct fault *why)
{
	struct connection *oldest;
	enum err err = ERR_OK;

	while (err == ERR_OK &&
		(oldest = connections_oldest(watch->connections, list)) != NULL &&
		is_due(oldest, limit)) {
		err = end(watch, oldest, why);
		connections_remove(watch->connections, oldest);
	}
	return err;
}
