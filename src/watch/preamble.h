/*
 * preamble - what is spoken on a TCP connection before TLS, and where TLS begins.
 *
 * Most connections begin with a hello. Others begin with a dialogue of the
 * application (SMTP's STARTTLS, PostgreSQL's SSLRequest, HTTP CONNECT, ...), on any
 * port. A preamble is given both directions' streams in order, in pieces of any
 * size, and says for each side where its TLS begins: first by knowing the
 * dialogue (evidence/dialogues.c), else by content, a well-formed start of a
 * ClientHello somewhere in the first PREAMBLE_MAX bytes; the rule of where content
 * counts stands at the head of preamble.c. How the stream was cut into pieces never
 * changes what is found; the order in which the two sides spoke may.
 *
 * To add a dialogue: a line in dialogues.c, a name in evidence/observation.h.
 */
#ifndef WATCH_PREAMBLE_H
#define WATCH_PREAMBLE_H

#include "evidence/observation.h"

/* Plaintext of one side that is looked through for the start of TLS. XMPP's and
 * IMAP's greetings are some KB; what comes later is not an upgrade. */
#define PREAMBLE_MAX 16384

enum preamble_found {
	PREAMBLE_PLAIN, /* no TLS so far: go on */
	PREAMBLE_TLS,   /* from here on TLS records */
	PREAMBLE_SSLV2, /* from here on an SSL 2.0 record */
	PREAMBLE_TDS,   /* from here on TLS records inside TDS packets (flow/tds.h) */
	/* This connection will not turn to TLS: stop asking. For one side alone if
	 * the other has turned: this one did not. */
	PREAMBLE_NEVER,
};

struct preamble_result {
	enum preamble_found found;
	/* Where found is TLS, SSLV2 or TDS, the stream goes on with `held` (bytes of
	 * earlier pieces, in the preamble's own memory, valid until the next call)
	 * and then `rest` (the end of the piece just given). */
	struct bytes held;
	struct bytes rest;
};

struct preamble; /* heap; one a connection */

struct preamble *preamble_new(void);
void preamble_free(struct preamble *preamble);

/* Bytes of memory it takes; 0 for NULL. */
size_t preamble_held(const struct preamble *preamble);

/* More bytes than preamble_check() ever asks for. */
#define PREAMBLE_START_MAX 64

/* The quick question for the very first bytes of a side, before a preamble is
 * made. ERR_OK: they begin a hello (the client's: a ClientHello; the server's: a
 * ServerHello or an alert), and *ret says of which kind. ERR_MORE: they fit so far.
 * ERR_VALUE: they are something else. */
MUST_USE enum err preamble_check(
	enum side side, struct bytes start, enum preamble_found *ret);

/* Takes the next piece of a side that has not turned to TLS yet. */
struct preamble_result preamble_take(
	struct preamble *preamble, enum side side, struct bytes piece);

/* What was spoken, once the client's side has turned to TLS: UPGRADE_NONE if nothing. */
enum upgrade preamble_upgrade(const struct preamble *preamble);

#endif
