/* However the datagrams of a flight arrive, the same is observed: those of our own
 * captures and of the public ones are dealt into one for each record or packet (RFC
 * 9147, 4.3; RFC 9000, 12.2), come late by some places, some of them twice, and are
 * watched again; all of them, and those of one direction alone.
 *
 * Order between the two directions of a flow stays: an answer never overtakes what it
 * answers. Where one direction is all there is, its first record or packet stays in
 * front: nothing else says that a handshake begins there, and of which side it is. */
#include "captures.h"

#include "tls/dtls.h"
#include "tls/quic_initial.h"

#define LATE_MAX  5           /* places that a datagram may be late by */
#define LATE_TIME TIME_SECOND /* networks reorder within much less */
#define SENT_MAX  65536

struct sent {
	size_t count;
	struct packet packets[SENT_MAX];
	bool first[SENT_MAX]; /* of its direction */
};

static bool same_flow(const struct packet *a, const struct packet *b)
{
	struct packet turned = *b;

	turned.source = b->destination;
	turned.destination = b->source;
	turned.source_port = b->destination_port;
	turned.destination_port = b->source_port;
	return same_direction(a, b) || same_direction(a, &turned);
}

static bool may_overtake(const struct packet *late, const struct packet *early)
{
	return late->at - early->at < LATE_TIME &&
	       (same_direction(late, early) || !same_flow(late, early));
}

/* What stands at `from` comes behind some that follow, as far as it may. It keeps its
 * time, as where two captures are joined: how long a flow lasts is the same. */
static void delay(struct sent *sent, size_t from, bool keep_first)
{
	size_t late = random_below(LATE_MAX + 1);

	for (size_t i = from; late > 0 && i + 1 < sent->count; i++, late--) {
		struct packet *early = &sent->packets[i];
		struct packet swapped = early[1];
		bool first = sent->first[i + 1];

		if (!may_overtake(&early[1], early) || (keep_first && sent->first[i]))
			return;
		early[1] = *early;
		*early = swapped;
		sent->first[i + 1] = sent->first[i];
		sent->first[i] = first;
	}
}

/* The first record or packet of a datagram, or all of it if it has none. */
static struct bytes first_of(struct bytes datagram)
{
	struct bytes rest = datagram;
	struct dtls_record record;
	struct quic_packet packet;
	enum err err = ERR_VALUE;

	if (dtls_check(datagram))
		err = dtls_record_next(&rest, &record);
	else if (quic_check(datagram))
		err = quic_packet_next(&rest, &packet);
	return err == ERR_OK ? bytes_first(datagram, datagram.len - rest.len) : datagram;
}

static void send(struct sent *sent, const struct packet *packet, bool first)
{
	if (sent->count == SENT_MAX)
		return;
	sent->first[sent->count] = first;
	sent->packets[sent->count++] = *packet;
}

/* Deals a datagram into as many as its sender might have made of it. */
static void deal(struct sent *sent, const struct packet *packet, bool first)
{
	bool apart = random_below(2) == 0;
	struct bytes rest = packet->payload;

	do {
		struct packet part = *packet;

		part.payload = apart ? first_of(rest) : rest;
		part.wire_len -= (uint32_t)(packet->payload.len - part.payload.len);
		rest = bytes_after(rest, part.payload.len);
		send(sent, &part, first);
		first = false;
		if (random_below(8) == 0)
			send(sent, &part, first);
	} while (rest.len > 0);
}

static bool is_first(const struct packet *packets, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_direction(&packets[i], &packets[at]))
			return false;
	return true;
}

static void watch_reordered(const struct trial *trial, struct watch *watch,
	const struct packet *packets, size_t count)
{
	static struct sent sent;
	bool keep_first = trial->is_seen != NULL;

	sent.count = 0;
	for (size_t i = 0; i < count; i++)
		deal(&sent, &packets[i], keep_first && is_first(packets, i));
	for (size_t i = sent.count; i-- > 0;)
		if (random_below(3) == 0)
			delay(&sent, i, keep_first);
	for (size_t i = 0; i < sent.count; i++)
		trial_give(trial, watch, &sent.packets[i]);
}

static bool is_from_lower_port(const struct packet *packet)
{
	return packet->source_port < packet->destination_port;
}

static bool is_from_higher_port(const struct packet *packet)
{
	return packet->source_port > packet->destination_port;
}

static const struct trial trials[] = {
	{ IP_PROTOCOL_UDP, 40, watch_reordered, NULL },
	{ IP_PROTOCOL_UDP, 20, watch_reordered, is_from_lower_port },
	{ IP_PROTOCOL_UDP, 20, watch_reordered, is_from_higher_port },
};

static void test_our_own_captures(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(trials); i++)
		check_our_own_captures(&trials[i]);
}

static void test_public_captures(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(trials); i++)
		check_public_captures(&trials[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_captures),
		cmocka_unit_test(test_public_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
