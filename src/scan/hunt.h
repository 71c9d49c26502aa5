/*
 * hunt - finds by elimination what a server takes of a list: what it picks is taken off,
 * the rest is offered again, until the rest is refused.
 *
 * The list may be offered whole or in parts of so many. A part that is refused is done
 * with; what nobody asked for stays open, and so does the hunt's list: it is not whole.
 */
#ifndef SCAN_HUNT_H
#define SCAN_HUNT_H

#include "base/arena.h"
#include "tls/suite.h"

struct hunt {
	const uint16_t *offer; /* borrowed; at most SUITES_MAX */
	size_t offer_count;
	uint64_t settled[SUITES_MAX / 64]; /* found or refused */
	uint32_t *found; /* in the order in which they were picked; lies in an arena */
	size_t count;
	size_t room;
};

void hunt_init(struct hunt *hunt, const uint16_t *offer, size_t count);

/* Writes what is open, at most so many, and answers how many were written. */
size_t hunt_open(const struct hunt *hunt, size_t most, uint16_t *ret_codes);

/* True if nothing is open. */
bool hunt_over(const struct hunt *hunt);

/* True if code is of the list and open. */
bool hunt_is_open(const struct hunt *hunt, uint32_t code);
bool hunt_has(const struct hunt *hunt, uint32_t code);

/* The server picked that code; false if the arena is full. */
bool hunt_found(struct hunt *hunt, uint32_t code, struct arena *arena);

/* One code of the list is refused; the first `most` that are open are. */
void hunt_refused_one(struct hunt *hunt, uint32_t code);
void hunt_refused(struct hunt *hunt, size_t most);

/* Opens everything again that was refused; what was found stays found. */
void hunt_again(struct hunt *hunt);

#endif
