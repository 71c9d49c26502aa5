/*
 * input_packed - what input.c and the kinds of packing ask of each other.
 *
 * To add a packing: a file input_<name>.c and a line in packings[] of input.c.
 */
#ifndef SYS_INPUT_PACKED_H
#define SYS_INPUT_PACKED_H

#include "base/bytes.h"
#include "base/err.h"

struct packing {
	const char *name;
	struct bytes magic;

	/* NULL if memory ran out. */
	void *(*state_new)(void);
	void (*state_free)(void *state);

	/* Unpacks from *in, which moves past what was used, to at most n bytes.
	 * ERR_OK: something was used or written. ERR_MORE: *in is used up, or a
	 * larger piece of it is needed. ERR_END: between two members, with all of
	 * *in used. ERR_LONG: what follows the last member is no member.
	 * ERR_VALUE: damaged. ERR_LIMIT: it needs more memory than is given.
	 * A fault that comes with *ret_len > 0 comes again at the next call. */
	enum err (*unpack)(
	        void *state, struct bytes *in, uint8_t *to, size_t n, size_t *ret_len);
};

extern const struct packing input_gzip;
extern const struct packing input_zstd;

#endif
