/*
 * loaded - captures in memory: each frame, and the segment or datagram inside it.
 *
 * The process ends where memory does: this is a test's generator.
 */
#ifndef RELIABILITY_LOADED_H
#define RELIABILITY_LOADED_H

#include "flow/packet.h"

struct loaded_frame {
	struct frame frame;
	bool opened;          /* a packet was found inside */
	struct packet packet; /* if so; its payload is this one's own */
};

struct loaded {
	struct loaded_frame *frames;
	size_t count;
	size_t room;
	size_t bytes;
};

/* Adds every capture at or below path, up to a ceiling of bytes in all. */
void loaded_add(struct loaded *loaded, const char *path);

#endif
