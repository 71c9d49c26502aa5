#include "flow/fragments.h"

#include <stdlib.h>

#include "base/writer.h"

#define KEY_LEN (2 * ADDRESS_LEN + 6)

struct piece {
	uint32_t from;
	uint32_t to;
};

struct datagram {
	struct datagram *same_bucket;
	struct datagram *older; /* in order of age; of those handed out: the next */
	struct datagram *newer;
	uint8_t key[KEY_LEN];
	time_ns started;
	uint8_t protocol;
	uint32_t len; /* 0 until the last fragment is seen */
	uint32_t held;
	size_t room;
	uint8_t *bytes;
	size_t piece_count;
	struct piece pieces[FRAGMENTS_PIECES_MAX];
};

struct fragments {
	struct hash_key hash_key;
	size_t max_datagrams;
	size_t count;
	size_t bytes;
	uint64_t evicted;
	struct datagram *oldest;
	struct datagram *newest;
	struct datagram *handed;
	size_t bucket_count;
	struct datagram *buckets[];
};

struct fragments *fragments_new(const struct hash_key *key, size_t max_datagrams)
{
	size_t buckets = max_datagrams > 0 ? max_datagrams : 1;
	struct fragments *fragments = NULL;

	if (buckets < SIZE_MAX / sizeof(struct datagram))
		fragments = calloc(1, sizeof *fragments + buckets * sizeof(void *));
	if (fragments == NULL)
		return NULL;
	fragments->hash_key = *key;
	fragments->max_datagrams = max_datagrams;
	fragments->bucket_count = buckets;
	return fragments;
}

static void datagram_free(struct datagram *datagram)
{
	free(datagram->bytes);
	free(datagram);
}

void fragments_release(struct fragments *fragments)
{
	while (fragments->handed != NULL) {
		struct datagram *datagram = fragments->handed;

		fragments->handed = datagram->older;
		datagram_free(datagram);
	}
}

static struct datagram **bucket_of(
	struct fragments *fragments, const uint8_t key[KEY_LEN])
{
	uint64_t hash = hash_bytes(&fragments->hash_key, bytes_over(key, KEY_LEN));

	return &fragments->buckets[hash % fragments->bucket_count];
}

/* Takes the datagram out of the table; it is then the caller's. */
static void detach(struct fragments *fragments, struct datagram *datagram)
{
	struct datagram **link = bucket_of(fragments, datagram->key);

	while (*link != datagram)
		link = &(*link)->same_bucket;
	*link = datagram->same_bucket;
	if (datagram->older != NULL)
		datagram->older->newer = datagram->newer;
	else
		fragments->oldest = datagram->newer;
	if (datagram->newer != NULL)
		datagram->newer->older = datagram->older;
	else
		fragments->newest = datagram->older;
	fragments->count--;
	fragments->bytes -= datagram->room;
}

static void give_up(struct fragments *fragments, struct datagram *datagram)
{
	detach(fragments, datagram);
	datagram_free(datagram);
	fragments->evicted++;
}

void fragments_finish(struct fragments *fragments)
{
	while (fragments->oldest != NULL)
		give_up(fragments, fragments->oldest);
}

void fragments_free(struct fragments *fragments)
{
	if (fragments == NULL)
		return;
	fragments_release(fragments);
	fragments_finish(fragments);
	free(fragments);
}

/* RFC 791, 3.2 tells datagrams apart also by protocol; RFC 8200, 4.5 does not. */
static void key_of(const struct fragment *fragment, uint8_t ret_key[KEY_LEN])
{
	struct writer w = writer_over(ret_key, KEY_LEN);

	writer_bytes(&w, bytes_over(fragment->source.bytes, ADDRESS_LEN));
	writer_bytes(&w, bytes_over(fragment->destination.bytes, ADDRESS_LEN));
	writer_u32(&w, fragment->id);
	writer_u8(&w, fragment->version);
	writer_u8(&w, fragment->version == 4 ? fragment->protocol : 0);
}

static struct datagram *datagram_find(
	struct fragments *fragments, const uint8_t key[KEY_LEN])
{
	struct datagram *datagram = *bucket_of(fragments, key);

	while (datagram != NULL && memcmp(datagram->key, key, KEY_LEN) != 0)
		datagram = datagram->same_bucket;
	return datagram;
}

static struct datagram *datagram_add(
	struct fragments *fragments, const uint8_t key[KEY_LEN], time_ns at)
{
	struct datagram **bucket = bucket_of(fragments, key);
	struct datagram *datagram = calloc(1, sizeof *datagram);

	if (datagram == NULL)
		return NULL;
	memcpy(datagram->key, key, KEY_LEN);
	datagram->started = at;
	datagram->same_bucket = *bucket;
	*bucket = datagram;
	datagram->older = fragments->newest;
	if (fragments->newest != NULL)
		fragments->newest->newer = datagram;
	else
		fragments->oldest = datagram;
	fragments->newest = datagram;
	fragments->count++;
	return datagram;
}

/* Packet time may step back; what seems to come from the future does not age. */
static void give_up_old(struct fragments *fragments, time_ns now)
{
	while (fragments->oldest != NULL && now > fragments->oldest->started &&
		now - fragments->oldest->started > FRAGMENTS_AGE_MAX)
		give_up(fragments, fragments->oldest);
}

static bool reserve(struct fragments *fragments, struct datagram *datagram, size_t end)
{
	size_t room = end > 2 * datagram->room ? end : 2 * datagram->room;
	uint8_t *moved;

	if (end <= datagram->room)
		return true;
	if (room > FRAGMENTS_DATAGRAM_MAX)
		room = FRAGMENTS_DATAGRAM_MAX;
	moved = realloc(datagram->bytes, room);
	if (moved == NULL)
		return false;
	fragments->bytes += room - datagram->room;
	datagram->bytes = moved;
	datagram->room = room;
	return true;
}

static bool piece_seen(const struct datagram *datagram, struct piece piece)
{
	for (size_t i = 0; i < datagram->piece_count; i++)
		if (datagram->pieces[i].from == piece.from &&
			datagram->pieces[i].to == piece.to)
			return true;
	return false;
}

static bool piece_fits(const struct datagram *datagram, struct piece piece, bool more)
{
	if (datagram->piece_count == FRAGMENTS_PIECES_MAX)
		return false;
	if (datagram->len != 0 && (!more || piece.to > datagram->len))
		return false;
	for (size_t i = 0; i < datagram->piece_count; i++) {
		const struct piece *held = &datagram->pieces[i];

		if (piece.from < held->to && held->from < piece.to)
			return false; /* RFC 5722, 4 */
		if (!more && held->to > piece.to)
			return false;
	}
	return true;
}

static enum err datagram_put(struct fragments *fragments, struct datagram *datagram,
	const struct fragment *fragment)
{
	struct piece piece = { .from = fragment->offset,
		.to = fragment->offset + (uint32_t)fragment->bytes.len };

	if (piece_seen(datagram, piece))
		return ERR_OK;
	if (!piece_fits(datagram, piece, fragment->more))
		return ERR_VALUE;
	if (!reserve(fragments, datagram, piece.to))
		return ERR_MEMORY;
	memcpy(datagram->bytes + piece.from, fragment->bytes.at, fragment->bytes.len);
	datagram->pieces[datagram->piece_count++] = piece;
	datagram->held += piece.to - piece.from;
	if (!fragment->more)
		datagram->len = piece.to;
	if (piece.from == 0)
		datagram->protocol = fragment->protocol;
	return ERR_OK;
}

static void make_room(struct fragments *fragments, const struct datagram *keep)
{
	while (fragments->count > fragments->max_datagrams ||
		fragments->bytes > FRAGMENTS_BYTES_MAX) {
		if (fragments->oldest == keep)
			break;
		give_up(fragments, fragments->oldest);
	}
}

/* Every fragment but the last is a multiple of eight bytes long, none is empty, and
 * none ends past what a datagram can hold (RFC 8200, 4.5). */
static bool fragment_possible(const struct fragment *fragment)
{
	return fragment->bytes.len > 0 &&
	       (!fragment->more || fragment->bytes.len % 8 == 0) &&
	       fragment->bytes.len <= FRAGMENTS_DATAGRAM_MAX &&
	       fragment->offset <= FRAGMENTS_DATAGRAM_MAX - fragment->bytes.len;
}

enum err fragments_take(struct fragments *fragments, const struct fragment *fragment,
	struct bytes *ret_whole, uint8_t *ret_protocol)
{
	uint8_t key[KEY_LEN];
	struct datagram *datagram;
	enum err err;

	if (fragments->max_datagrams == 0)
		return ERR_MORE;
	if (!fragment_possible(fragment))
		return ERR_VALUE;
	give_up_old(fragments, fragment->at);
	key_of(fragment, key);
	datagram = datagram_find(fragments, key);
	if (datagram == NULL)
		datagram = datagram_add(fragments, key, fragment->at);
	if (datagram == NULL)
		return ERR_MEMORY;
	err = datagram_put(fragments, datagram, fragment);
	if (err != ERR_OK) {
		give_up(fragments, datagram);
		return err;
	}
	make_room(fragments, datagram);
	if (datagram->len == 0 || datagram->held != datagram->len)
		return ERR_AGAIN;

	detach(fragments, datagram);
	datagram->older = fragments->handed;
	fragments->handed = datagram;
	*ret_whole = bytes_over(datagram->bytes, datagram->len);
	*ret_protocol = datagram->protocol;
	return ERR_OK;
}

uint64_t fragments_evicted(const struct fragments *fragments)
{
	return fragments->evicted;
}
