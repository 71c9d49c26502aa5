/* However the segments of a connection are cut and put, the same is observed: every
 * TCP stream of our own captures and of the public ones is cut at random borders, one
 * byte included, its pieces are swapped and some sent twice, and watched again.
 *
 * Order between the two directions stays, since it is a fact and not an accident;
 * without a SYN the first piece of a direction stays first, since nothing else says
 * where the stream begins. */
#include "captures.h"

#define PIECES_MAX 4096

struct piece {
	struct packet packet;
	bool first; /* of a direction whose SYN was not seen: must stay in front */
};

/* The segments of one direction that stand next to each other, as pieces. */
struct run {
	struct piece pieces[PIECES_MAX];
	size_t count;
};

static void shuffle(struct run *run)
{
	for (size_t i = 0; i + 1 < run->count; i++) {
		size_t j = i + random_below((uint32_t)(run->count - i < 4 ? run->count - i
									  : 4));
		struct piece swapped = run->pieces[i];

		if (run->pieces[i].first || run->pieces[j].first)
			continue;
		run->pieces[i] = run->pieces[j];
		run->pieces[j] = swapped;
	}
}

static void flush_run(struct watch *watch, struct run *run)
{
	shuffle(run);
	for (size_t i = 0; i < run->count; i++) {
		watch_packet(watch, &run->pieces[i].packet);
		if (random_below(16) == 0)
			watch_packet(watch, &run->pieces[i].packet);
	}
	run->count = 0;
}

/* Cuts a segment; only its last piece keeps FIN and RST. */
static void cut(
	struct watch *watch, struct run *run, const struct packet *packet, bool first)
{
	struct bytes left = packet->payload;
	uint32_t sequence = packet->sequence;

	while (left.len > 0) {
		size_t n =
			random_below(4) == 0 ? 1 : 1 + random_below((uint32_t)left.len);
		struct piece piece = { .packet = *packet, .first = first };

		if (run->count == PIECES_MAX)
			flush_run(watch, run);
		piece.packet.sequence = sequence;
		piece.packet.payload = bytes_first(left, n);
		piece.packet.wire_len = (uint32_t)n;
		piece.packet.flags = TCP_ACK;
		run->pieces[run->count++] = piece;
		left = bytes_after(left, n);
		sequence += (uint32_t)n;
		first = false;
	}
}

/* Whether a SYN or payload of that direction came before packet `at`. */
static bool direction_began(const struct packet *packets, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_direction(&packets[i], &packets[at]) &&
			(packets[i].payload.len > 0 || packets[i].flags & TCP_SYN))
			return true;
	return false;
}

static void watch_cut(const struct trial *trial, struct watch *watch,
	const struct packet *packets, size_t count)
{
	static struct run run;
	const struct packet *before = NULL;

	(void)trial;
	run.count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &packets[i];
		bool plain = packet->payload.len > 0 &&
			     packet->payload.len == packet->wire_len &&
			     !(packet->flags & (TCP_SYN | TCP_FIN | TCP_RST));

		if (!plain || before == NULL || !same_direction(before, packet))
			flush_run(watch, &run);
		if (plain)
			cut(watch, &run, packet, !direction_began(packets, i));
		else
			watch_packet(watch, packet);
		before = plain ? packet : NULL;
	}
	flush_run(watch, &run);
}

static const struct trial trial = { IP_PROTOCOL_TCP, 20, watch_cut, NULL };

static void test_our_own_captures(void **state)
{
	(void)state;
	check_our_own_captures(&trial);
}

static void test_public_captures(void **state)
{
	(void)state;
	check_public_captures(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_captures),
		cmocka_unit_test(test_public_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
