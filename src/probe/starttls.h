/*
 * starttls - the dialogues that lead to TLS, as the side that asks for it.
 *
 * An engine without I/O and without memory of its own: begun with a dialogue and the
 * server's name, it says what to send, takes what comes back byte by byte, and ends:
 * TLS is next, or why it is not. It speaks in turn: nothing is sent before the server's
 * greeting is whole, as servers take that for spam (Exim, Postfix's postscreen).
 *
 * That TLS is next is said only after the server's go-ahead. A server that is busy
 * (`later`) has said nothing about TLS.
 *
 * In TDS the records of the handshake travel in packets: starttls_write() and
 * starttls_next() put them in and take them out; in all others they change nothing.
 *
 * tests: tests/unit/probe/test_starttls.c; fuzz: tests/fuzz/fuzz_starttls.c; with the
 * real servers: tests/interop/starttls.py
 */
#ifndef PROBE_STARTTLS_H
#define PROBE_STARTTLS_H

#include "base/text.h"
#include "base/writer.h"
#include "evidence/observation.h"
#include "flow/tds.h"

/* All that is sent in one dialogue: the longest are XMPP's, with a name of 253. */
#define STARTTLS_SEND_MAX 640

/* A line or packet. 512 bytes are a reply of SMTP (RFC 5321, 4.5.3.1.5), but IMAP's
 * capabilities stand in one line. */
#define STARTTLS_UNIT_MAX 2048

/* A greeting may be a page of rules; more than this is a flood. */
#define STARTTLS_BYTES_MAX 65536

#define STARTTLS_HOST_MAX 262 /* a name (RFC 1035, 2.3.4), its port, and brackets */

#define STARTTLS_START_MAX 64
#define STARTTLS_SAID_MAX  160

enum starttls_outcome {
	STARTTLS_MORE,        /* the dialogue goes on */
	STARTTLS_READY,       /* TLS is next */
	STARTTLS_REFUSED,     /* the server said no: see `said` and `later` */
	STARTTLS_NOT_OFFERED, /* it speaks so, and has no TLS there */
	STARTTLS_OTHER,       /* it speaks something else: see `speaks` and `start` */
	STARTTLS_TLS,         /* it speaks TLS without being asked */
	STARTTLS_TOO_LONG,
};

struct starttls_dialogue;

struct starttls {
	enum starttls_outcome outcome;
	enum upgrade upgrade;
	enum upgrade speaks; /* OTHER: what it seems to speak, or UPGRADE_NONE */
	bool later;          /* REFUSED: it may say yes at another time */
	uint16_t code;       /* of what was said, or 0 */
	uint8_t start_len;   /* first bytes of the server's: strangers' text */
	uint8_t said_len;    /* what it said when it refused, without code: likewise */
	uint8_t start[STARTTLS_START_MAX];
	uint8_t said[STARTTLS_SAID_MAX];

	/* Members from here on are for starttls*.c alone. */
	const struct starttls_dialogue *dialogue;
	struct bytes host;
	uint8_t step;
	bool offered; /* what the step is after was among the answers */
	bool listing; /* behind the status, until a line that is "." */
	bool noted;   /* a reader's own: something was seen in this step */
	uint32_t bytes;
	uint16_t unit_len;
	uint16_t send_len;
	uint8_t unit[STARTTLS_UNIT_MAX];
	uint8_t send[STARTTLS_SEND_MAX];
	struct tds_deframer packets;
};

/* Whether there is a dialogue that leads there. */
bool starttls_has(enum upgrade upgrade);

/* By name, as upgrade_name() has it, or as people say it: "postgres", "sieve", "mssql".
 * "none" is UPGRADE_NONE. False: nobody's. */
bool starttls_find(const char *name, enum upgrade *ret);

/* The name of each dialogue in turn, for lists of them; NULL after the last. */
const char *starttls_name(size_t index);

/* What is usually spoken at a port. UPGRADE_NONE: TLS, or nobody knows. A guess: who asks
 * by it and fails asks for TLS at once, before judging. */
enum upgrade starttls_guess(uint16_t port);

/* Whose greeting these first bytes of a server are; UPGRADE_NONE: nobody's we know. */
enum upgrade starttls_greeting_of(struct bytes start);

/* Begins; there must be such a dialogue. host is borrowed: the name the server is to be
 * called by, empty if it has none; for HTTP CONNECT, where to, with its port. *ret_send
 * is the first to send, empty where the server begins; it lives in *ret as long as
 * that. */
void starttls_begin(enum upgrade upgrade, struct bytes host, struct starttls *ret,
	struct bytes *ret_send);

struct starttls_wish {
	struct bytes send; /* before anything else, also of TLS; lives as above */
	struct bytes rest; /* READY: what came behind the go-ahead, of the bytes taken */
};

/* Takes the next bytes; once the outcome is there, no more. */
struct starttls_wish starttls_take(struct starttls *starttls, struct bytes bytes);

/* How long n bytes of TLS get on the wire, and those bytes as they go there. */
size_t starttls_written_len(const struct starttls *starttls, size_t n);
void starttls_write(
	const struct starttls *starttls, struct bytes tls, struct writer *writer);

/* Once READY: takes the next piece of TLS from *in, which moves past it. ERR_MORE: *in is
 * used up. ERR_VALUE: it is in no packet; final. */
MUST_USE enum err starttls_next(
	struct starttls *starttls, struct bytes *in, struct bytes *ret_tls);

/* Why TLS was not come to, as a clause behind "it": "said 421: try later", "does not
 * offer STARTTLS". Who speaks something else is not quoted: see `start`. */
void starttls_reason(const struct starttls *starttls, struct text *text);

#endif
