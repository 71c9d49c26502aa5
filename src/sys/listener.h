/*
 * listener - a port of loopback at which other people's clients are heard, and a network
 * of one's own in which nobody else is.
 */
#ifndef SYS_LISTENER_H
#define SYS_LISTENER_H

#include <stddef.h>

#include "base/fault.h"
#include "sys/dial.h"

struct listener {
	int descriptor;
	struct dial_target at;
};

/* Leaves this process, and what it starts, with a loopback alone: what listens there is
 * reached from nowhere else. There is no way back. ERR_PERMISSION: the system lets
 * nobody. */
MUST_USE enum err listener_alone(void);

/* A free port of 127.0.0.1. */
MUST_USE enum err listener_open(struct listener *ret);
void listener_close(struct listener *listener);

/* Takes one connection, hears its first n bytes, or what came until it ended or rested,
 * and closes it. ERR_AGAIN: nobody connected. */
MUST_USE enum err listener_hear(const struct listener *listener, time_ns patience,
	uint8_t *to, size_t n, size_t *ret_len);

#endif
