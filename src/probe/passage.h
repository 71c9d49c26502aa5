/*
 * passage - a connection's way to TLS, and TLS's way over it: a dialogue that leads there
 * (probe/starttls.h) with the memory in which what is sent is put together.
 *
 * For whoever talks TLS over sys/exchange.h: it hands in what came and is told what to
 * send, and once the passage is open takes TLS out of what comes and puts it into what
 * goes. NULL is the passage of TLS that needs no dialogue: open, and it changes nothing.
 *
 *	while (passage_next(passage, &in, &tls) == ERR_OK)
 *		...
 */
#ifndef PROBE_PASSAGE_H
#define PROBE_PASSAGE_H

#include "probe/starttls.h"

struct passage; /* heap */

/* Begins the dialogue that leads to TLS from there, which must be one or UPGRADE_NONE:
 * for that *ret is NULL. host as of starttls_begin(), copied. *ret_send is the first to
 * send, empty where the server begins. What is to be sent lives in the passage, until it
 * answers something else to send. */
MUST_USE enum err passage_new(enum upgrade upgrade, struct bytes host,
	struct passage **ret, struct bytes *ret_send);
void passage_free(struct passage *passage);

/* Whether TLS may be sent. */
bool passage_is_open(const struct passage *passage);

/* Before it is open: takes bytes from *in, which moves past those of the dialogue, and
 * answers what to send in return. True as long as it goes on or is open; else
 * passage_dialogue() says why not. */
bool passage_take(struct passage *passage, struct bytes *in, struct bytes *ret_send);

/* TLS as it goes on the wire; of the first also what the dialogue still has to say. */
MUST_USE enum err passage_send(
	struct passage *passage, struct bytes tls, struct bytes *ret_send);

/* Once open: the next piece of TLS from *in, which moves past it. ERR_MORE: *in is used
 * up. ERR_VALUE: what comes is no TLS, as it is in no packet; final. */
MUST_USE enum err passage_next(
	struct passage *passage, struct bytes *in, struct bytes *ret_tls);

/* The dialogue so far; NULL if there is none. */
const struct starttls *passage_dialogue(const struct passage *passage);

#endif
