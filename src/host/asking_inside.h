/*
 * asking_inside - the parts of the second pass, for asking.c and asking_wire.c alone.
 */
#ifndef HOST_ASKING_INSIDE_H
#define HOST_ASKING_INSIDE_H

#include "host/host.h"
#include "sys/clock.h"
#include "sys/listener.h"
#include "sys/program.h"

#define WORD_MAX 2048 /* the longest is a program in Python, as one word */
#define PEERS    6

/* A server that was started, and where it listens. */
struct served {
	struct program program;
	struct dial_target at;
};

struct asking {
	struct host *host;
	const struct crypto *crypto;
	int certificate; /* a descriptor */
	bool alone;      /* in a network of its own */
	struct served peers[PEERS];
	bool peer_up[PEERS];
};

MUST_USE enum err asking_start(const struct asking *asking, const char *const *words,
	const char *const *settings, uint16_t port, struct program *ret);

/* Starts a server and waits until it listens. */
MUST_USE enum err asking_serve(const struct asking *asking, const char *const *words,
	const char *const *settings, struct served *ret);

/* The versions of a client's hello; *ret_listed: as it lists them, else all up to its
 * highest. False: it said none. */
bool asking_offers(const struct asking *asking, const struct host_ask *ask,
	uint16_t *ret_versions, bool *ret_listed);

/* The versions that a server accepts; *ret_open: those of which it could not be told. */
uint16_t asking_accepts(const struct asking *asking, const struct dial_target *server,
	uint16_t *ret_open);

#endif
