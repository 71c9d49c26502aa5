#include "base/reader.h"

struct reader reader_over(struct bytes all)
{
	return (struct reader){ .at = all.at, .left = all.len };
}

void reader_spoil(struct reader *r, enum err why)
{
	if (r->fault == ERR_OK)
		r->fault = why;
	r->left = 0;
}

/* The only function that moves the cursor; every other calls it. Inline within this
 * file, since a hello is some hundred calls. */
static inline struct bytes take(struct reader *r, size_t n)
{
	struct bytes taken = { r->at, n };

	if (UNLIKELY(n > r->left)) {
		reader_spoil(r, ERR_SHORT);
		return (struct bytes){ 0 };
	}
	if (n == 0) /* at may be NULL, which nothing may be added to */
		return taken;
	r->at += n;
	r->left -= n;
	return taken;
}

struct bytes reader_take(struct reader *r, size_t n)
{
	return take(r, n);
}

static inline uint64_t big_endian(struct reader *r, size_t n)
{
	struct bytes taken = take(r, n);
	uint64_t value = 0;

	for (size_t i = 0; i < taken.len; i++)
		value = value << 8 | taken.at[i];
	return value;
}

static uint64_t little_endian(struct reader *r, size_t n)
{
	struct bytes taken = reader_take(r, n);
	uint64_t value = 0;

	for (size_t i = taken.len; i > 0; i--)
		value = value << 8 | taken.at[i - 1];
	return value;
}

uint8_t reader_u8(struct reader *r)
{
	return (uint8_t)big_endian(r, 1);
}

uint16_t reader_u16(struct reader *r)
{
	return (uint16_t)big_endian(r, 2);
}

uint32_t reader_u24(struct reader *r)
{
	return (uint32_t)big_endian(r, 3);
}

uint32_t reader_u32(struct reader *r)
{
	return (uint32_t)big_endian(r, 4);
}

uint64_t reader_u64(struct reader *r)
{
	return big_endian(r, 8);
}

uint16_t reader_le16(struct reader *r)
{
	return (uint16_t)little_endian(r, 2);
}

size_t reader_left(const struct reader *r)
{
	return r->left;
}

struct bytes reader_rest(struct reader *r)
{
	return reader_take(r, r->left);
}

/* A child of a spoiled parent is spoiled too: it was promised bytes it has not. */
struct reader reader_child(struct reader *r, size_t n)
{
	struct bytes taken = take(r, n);

	return (struct reader){ taken.at, taken.len, r->fault };
}

struct reader reader_vec8(struct reader *r)
{
	return reader_child(r, reader_u8(r));
}

struct reader reader_vec16(struct reader *r)
{
	return reader_child(r, reader_u16(r));
}

struct reader reader_vec24(struct reader *r)
{
	return reader_child(r, reader_u24(r));
}

static struct reader list_of(struct reader *r, struct reader list, size_t item_len)
{
	if (list.left % item_len == 0)
		return list;
	reader_spoil(r, ERR_SHORT);
	return (struct reader){ .fault = ERR_SHORT };
}

struct reader reader_list8(struct reader *r, size_t item_len)
{
	return list_of(r, reader_vec8(r), item_len);
}

struct reader reader_list16(struct reader *r, size_t item_len)
{
	return list_of(r, reader_vec16(r), item_len);
}

bool reader_more(const struct reader *r)
{
	return r->left > 0;
}

void reader_close(struct reader *parent, const struct reader *child)
{
	enum err err = reader_end(child);

	if (err != ERR_OK)
		reader_spoil(parent, err);
}

enum err reader_fault(const struct reader *r)
{
	return r->fault;
}

enum err reader_end(const struct reader *r)
{
	if (r->fault != ERR_OK)
		return r->fault;
	return r->left == 0 ? ERR_OK : ERR_LONG;
}
