/*
 * live - an interface that is captured from. For source_live.c and live_open.c alone.
 */
#ifndef SYS_LIVE_H
#define SYS_LIVE_H

#include <net/if.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "sys/source_kind.h"

#define LIVE_BLOCK_LEN (256 * 1024) /* stays in the second-level cache; holds any frame  \
	                             */
#define LIVE_TAG_LEN    4
#define LIVE_COOKED_LEN 20 /* LINKTYPE_LINUX_SLL2 */

/* What is written in front of a frame, in room the kernel is asked to leave. */
#define LIVE_ROOM LIVE_COOKED_LEN

struct live {
	struct source source;
	int socket;
	int index; /* 0: "any" */
	bool cooked;
	uint8_t *ring;
	size_t ring_len;
	size_t blocks;
	size_t block;      /* the one read now, or next */
	bool holds;        /* block is ours until it is given back */
	uint32_t in_block; /* frames not yet handed out */
	uint8_t *next;     /* the first of them */
	_Atomic uint64_t bytes;
	_Atomic uint64_t drops;
	_Atomic uint64_t freezes;
	char name[4 * IFNAMSIZ];
};

/* Fills live, which is zero but for socket -1; also after a fault live is to be closed.
 */
MUST_USE enum err live_open(
        struct live *live, const struct source_live *wanted, struct fault *why);

/* Joins a group of workers on one interface, each of which gets whole connections; false
 * with errno if the kernel refuses. */
MUST_USE bool live_share(const struct live *live, unsigned group);

#endif
