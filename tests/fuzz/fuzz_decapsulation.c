#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "base/reader.h"
#include "flow/decapsulation.h"
#include "flow/walk.h"

/* Frames of any link type: each adds to exactly one counter of the first group; a
 * payload lies inside the frame, or in the memory of the fragments it was joined from
 * (whose bounds the sanitizer knows); no more layers than allowed are gone through;
 * and the short cut for plain segments says what the long way says. */

static const uint32_t LINKS[] = { 0, 1, 9, 12, 50, 51, 101, 104, 108, 113, 228, 229, 239,
	276, 77 };

static uint64_t first_group(const struct decapsulation_counters *c)
{
	return c->segments + c->datagrams + c->other + c->fragments + c->malformed +
	       c->too_deep + c->unknown_link;
}

static uint32_t sum_of(struct bytes all)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < all.len; i++)
		sum += all.at[i];
	return sum;
}

static bool inside(struct bytes part, struct bytes all)
{
	return part.len == 0 ||
	       (part.at >= all.at && part.at + part.len <= all.at + all.len);
}

static void check_same(const struct packet *a, const struct packet *b)
{
	if (a->at != b->at || !address_equal(&a->source, &b->source) ||
		!address_equal(&a->destination, &b->destination) ||
		a->source_port != b->source_port ||
		a->destination_port != b->destination_port ||
		a->protocol != b->protocol || a->flags != b->flags ||
		a->sequence != b->sequence || a->acknowledged != b->acknowledged ||
		a->wire_len != b->wire_len || !bytes_equal(a->payload, b->payload))
		abort();
}

/* False if memory ran out, after which the two need not agree. */
static bool check_frame(struct decapsulation *decapsulation, struct fragments *fragments,
	const struct frame *frame)
{
	struct decapsulation_counters before = *decapsulation_counters(decapsulation);
	const struct decapsulation_counters *after =
		decapsulation_counters(decapsulation);
	struct packet packet;
	struct walk walk;
	enum err err = decapsulate(decapsulation, frame, &packet);
	enum err long_way;

	if (first_group(after) != first_group(&before) + 1)
		abort();
	fragments_release(fragments);
	long_way = walk_frame(fragments, frame, &walk);
	if (err == ERR_MEMORY || long_way == ERR_MEMORY)
		return false;
	if (long_way != err || walk.depth > DECAPSULATION_DEPTH_MAX + 1)
		abort();
	if (err != ERR_OK)
		return true;
	check_same(&packet, &walk.packet);
	if (packet.payload.len > packet.wire_len)
		abort();
	if (after->joined == before.joined && !inside(packet.payload, frame->bytes))
		abort();
	if (sum_of(packet.payload) == UINT32_MAX)
		abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = { 1, 2 };
	struct reader r = reader_over(bytes_over(data, size));
	struct decapsulation *decapsulation = decapsulation_new(&key, 4);
	struct fragments *fragments = fragments_new(&key, 4);
	struct frame frame = { 0 };
	bool going = decapsulation != NULL && fragments != NULL;

	frame.link_type = LINKS[reader_u8(&r) % COUNT_OF(LINKS)];
	while (going && reader_more(&r)) {
		uint8_t missing = reader_u8(&r);
		size_t len = reader_u16(&r);

		if (len > reader_left(&r))
			len = reader_left(&r);
		frame.at += TIME_SECOND;
		frame.bytes = reader_take(&r, len);
		frame.wire_len = (uint32_t)frame.bytes.len + missing;
		going = check_frame(decapsulation, fragments, &frame);
	}
	fragments_free(fragments);
	decapsulation_free(decapsulation);
	return 0;
}
