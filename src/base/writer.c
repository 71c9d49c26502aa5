#include "base/writer.h"

struct writer writer_over(void *memory, size_t room)
{
	return (struct writer){ .start = memory, .room = room };
}

/* The only function that moves the cursor. NULL once there is no room, and for no
 * bytes at all: start may be NULL, which nothing may be added to. */
static uint8_t *writer_claim(struct writer *w, size_t n)
{
	uint8_t *claimed;

	if (w->fault != ERR_OK || n > w->room - w->len) {
		w->fault = ERR_LIMIT;
		return NULL;
	}
	if (n == 0)
		return NULL;
	claimed = w->start + w->len;
	w->len += n;
	return claimed;
}

static void put(uint8_t *at, uint64_t value, size_t width)
{
	for (size_t i = width; i > 0; i--) {
		at[i - 1] = (uint8_t)value;
		value >>= 8;
	}
}

static void writer_number(struct writer *w, uint64_t value, size_t width)
{
	uint8_t *at = writer_claim(w, width);

	if (at != NULL)
		put(at, value, width);
}

void writer_u8(struct writer *w, uint8_t value)
{
	writer_number(w, value, 1);
}

void writer_u16(struct writer *w, uint16_t value)
{
	writer_number(w, value, 2);
}

void writer_u24(struct writer *w, uint32_t value)
{
	writer_number(w, value, 3);
}

void writer_u32(struct writer *w, uint32_t value)
{
	writer_number(w, value, 4);
}

void writer_u64(struct writer *w, uint64_t value)
{
	writer_number(w, value, 8);
}

void writer_bytes(struct writer *w, struct bytes all)
{
	uint8_t *at = writer_claim(w, all.len);

	if (at != NULL)
		memcpy(at, all.at, all.len);
}

void writer_zeros(struct writer *w, size_t n)
{
	uint8_t *at = writer_claim(w, n);

	if (at != NULL)
		memset(at, 0, n);
}

size_t writer_open(struct writer *w, size_t width)
{
	(void)writer_claim(w, width);
	return w->len;
}

void writer_close(struct writer *w, size_t opened, size_t width)
{
	uint64_t len;

	if (w->fault != ERR_OK)
		return;
	len = w->len - opened;
	if (len >> (8 * width) != 0) {
		w->fault = ERR_LIMIT;
		return;
	}
	put(w->start + opened - width, len, width);
}

struct bytes writer_written(const struct writer *w)
{
	if (w->fault != ERR_OK)
		return (struct bytes){ 0 };
	return bytes_over(w->start, w->len);
}

enum err writer_end(const struct writer *w)
{
	return w->fault;
}
