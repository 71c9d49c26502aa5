/*
 * dial - where a server is, and the beginning of a connection to it.
 *
 * Addresses are those of base/address.h with a port; an IPv6 address that needs an
 * interface named with it (fe80::1%eth0) cannot be held.
 */
#ifndef SYS_DIAL_H
#define SYS_DIAL_H

#include "base/address.h"
#include "base/fault.h"
#include "base/time.h"

#define DIAL_TARGETS_MAX 64  /* addresses of one name; more are not asked for */
#define DIAL_HOST_MAX    254 /* a name of the DNS and its final zero. RFC 1035, 2.3.4 */

struct dial_target {
	struct address address;
	uint16_t port;
};

/* "host:443", "192.0.2.1:443" or "[2001:db8::1]:443" taken apart; ERR_USAGE if it is
 * none. */
MUST_USE enum err dial_parse(const char *text, char ret_host[DIAL_HOST_MAX],
	uint16_t *ret_port, struct fault *why);

/* Asks for all addresses of a host and waits for them: seconds, if nobody answers.
 * ERR_NOT_FOUND: it has none. ERR_AGAIN: nobody could be asked. */
MUST_USE enum err dial_resolve(const char *host, uint16_t port,
	struct dial_target ret_targets[DIAL_TARGETS_MAX], size_t *ret_count,
	struct fault *why);

/* Begins to connect; *ret_socket is the caller's, does not block, and can be written
 * once it is connected or has failed. ERR_LIMIT: no descriptors left; ERR_BUSY: no
 * source ports left; both may pass. ERR_NOT_FOUND: there is no way to that address. */
MUST_USE enum err dial_start(const struct dial_target *target, int *ret_socket);

/* Breaks a connection off, by RST, and leaves its socket as it was before dial_start();
 * false: it is of no more use. */
MUST_USE bool dial_break_off(int socket);

/* Begins to connect by such a socket, to an address of the same kind as before. As
 * dial_start(). */
MUST_USE enum err dial_restart(int socket, const struct dial_target *target);

/* The same for datagrams, which go to that address and come from it alone: connected at
 * once. */
MUST_USE enum err dial_datagrams(const struct dial_target *target, int *ret_socket);

/* What a failed call on such a socket left in errno, as dial_finish() answers it. */
MUST_USE enum err dial_err(int number);

/* How the connecting went. ERR_PERMISSION: refused. ERR_END: it was made, and has been
 * reset since. ERR_NOT_FOUND: no way there. */
MUST_USE enum err dial_finish(int socket);

/* The first of these addresses that takes a connection, which is closed without a word;
 * each is waited for so long. Else as the last of them went; ERR_AGAIN: nobody answered.
 */
MUST_USE enum err dial_first(const struct dial_target *targets, size_t count,
	time_ns patience, struct dial_target *ret);

#endif
