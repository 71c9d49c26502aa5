/*
 * answer - reads what a server says to one hello: its first flight, or how it refuses.
 *
 * An engine without I/O: whoever holds the connection hands in bytes as they come, and
 * says how it ended; the answer says when it has heard enough. What was agreed stands in
 * `conversation`, as far as it was seen, whatever the outcome.
 *
 * Enough is: a HelloRetryRequest; up to TLS 1.2 the ServerHelloDone; in TLS 1.3, where
 * refusals may come encrypted behind the ServerHello, so many bytes after it that they
 * must be a certificate's, and a record behind it that is no alert; SSL 2.0's
 * SERVER-HELLO; a fatal alert; what is no TLS.
 *
 * JSSE finds out behind its certificate that it cannot sign, and pads the alert, so that
 * its length does not tell it: where messages have records of their own, what follows the
 * certificate is waited for. Whether nothing follows only time can say:
 * answer_may_be_out().
 *
 * Over datagrams answer_dtls.h and answer_quic.h fill the same struct.
 *
 * tests: tests/unit/tls/test_answer.c; fuzz: tests/fuzz/fuzz_answer.c
 */
#ifndef TLS_ANSWER_H
#define TLS_ANSWER_H

#include "tls/conversation.h"
#include "tls/record.h"
#include "tls/sslv2_hello.h"

enum answer_outcome {
	ANSWER_PENDING,
	ANSWER_ACCEPTED,  /* it went on as one does that takes the hello */
	ANSWER_RETRY,     /* HelloRetryRequest: conversation.group is what it asks for */
	ANSWER_REFUSED,   /* by alert, or SSL 2.0's ERROR */
	ANSWER_RESET,     /* by RST */
	ANSWER_CLOSED,    /* without a word, or in the middle of one */
	ANSWER_SILENT,    /* time was over: see conversation.answered */
	ANSWER_NOT_TLS,   /* it speaks something else: see start */
	ANSWER_MALFORMED, /* it began as TLS and did not go on as such */
	ANSWER_TOO_LONG,  /* see ANSWER_BYTES_MAX */
	ANSWER_NO_MEMORY, /* there was none to gather it in: says nothing of the server */
	ANSWER_OTHER_QUIC, /* it speaks QUIC, of other versions than the one it was asked
			      in */
	ANSWER_QUIC_ERROR, /* QUIC broke off for no reason of TLS: see quic_error */
	ANSWER_OUTCOMES
};

/* Four of the longest messages that are believed: no first flight is so long. */
#define ANSWER_BYTES_MAX (4 * HANDSHAKE_MESSAGE_MAX)

/* What is kept of the first bytes, to be quoted: the first line of most protocols. */
#define ANSWER_START_MAX 64

/* Versions that a Version Negotiation names; who has more names some twice. */
#define ANSWER_QUIC_VERSIONS_MAX 16

/* Who wants to see more of an answer than stands in its conversation begins its struct
 * with this: each is told of what came in the clear, borrowed until it returns. NULL: not
 * told of that. */
struct answer_listener {
	void (*hello)(struct answer_listener *listener, const struct server_hello *hello);
	void (*message)(struct answer_listener *listener,
		const struct handshake_message *message);
	void (*sslv2_hello)(
		struct answer_listener *listener, const struct sslv2_server_hello *hello);
};

struct answer {
	enum answer_outcome outcome;
	struct conversation conversation;
	bool alert_seen;      /* a fatal alert in the clear */
	uint8_t alert;        /* its description */
	bool inferred;        /* refused by what must be an encrypted alert */
	uint16_t sslv2_error; /* the code of an ERROR message, or 0 */
	uint64_t quic_error;  /* RFC 9000, 20.1 */
	bool address_checked; /* over UDP: first it had a cookie or token sent back */
	/* Of OTHER_QUIC: those it names, in its order, without reserved ones. */
	uint32_t quic_versions[ANSWER_QUIC_VERSIONS_MAX];
	size_t quic_version_count;
	size_t bytes; /* so far */
	uint8_t start[ANSWER_START_MAX];
	size_t start_len;
	struct answer_listener *listener; /* may be set before the first bytes come */

	/* Members from here on are for answer.c alone. */
	enum {
		ANSWER_AT_START,
		ANSWER_IN_RECORDS,
		ANSWER_IN_SSLV2,
	} state;
	struct record_deframer records;
	struct handshake_joiner messages;
	uint8_t alert_bytes[ALERT_LEN];
	uint8_t alert_len;
	size_t encrypted;      /* bytes of records behind a ServerHello of TLS 1.3 */
	size_t last_encrypted; /* the length of the last of these records */
	bool records_apart;    /* the first of them has no certificate in it */
	uint8_t *gathered;     /* heap, or NULL: SSL 2.0's record so far */
};

static inline struct answer answer(void)
{
	return (struct answer){ 0 };
}

void answer_done(struct answer *answer);

/* Takes the next bytes. True as long as more are wanted. */
bool answer_take(struct answer *answer, struct bytes bytes);

/* True if this may have been all, a flight that is accepted: whoever has heard nothing
 * more for a while says so by answer_timed_out(). */
bool answer_may_be_out(const struct answer *answer);

/* How the connection ended, unless the answer was out: closed in order, reset, or given
 * up after some time. */
void answer_closed(struct answer *answer);
void answer_reset(struct answer *answer);
void answer_timed_out(struct answer *answer);

/* "accepted", "retry", "refused", "reset", "closed", "silent", "not-tls", "malformed",
 * "too-long", "no-memory", "other-quic", "quic-error"; "pending". */
const char *answer_outcome_name(enum answer_outcome outcome);

#endif
