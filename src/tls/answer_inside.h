/*
 * answer_inside - what an answer makes of what a transport has taken apart: shared by
 * answer.c, answer_dtls.c and answer_quic.c.
 */
#ifndef TLS_ANSWER_INSIDE_H
#define TLS_ANSWER_INSIDE_H

#include "tls/answer.h"

/* The outcome, unless it was out. */
void answer_end_with(struct answer *answer, enum answer_outcome outcome);

/* A whole message in the clear. */
void answer_message(struct answer *answer, const struct handshake_message *message);

/* The two bytes of an alert in the clear. */
void answer_alert(struct answer *answer, struct bytes payload);

bool answer_is_tls13(const struct answer *answer);

/* Encrypted bytes behind a ServerHello of TLS 1.3, `seen` of them; payload_len: of the
 * record that begins with them, if one does, else 0. */
void answer_encrypted(struct answer *answer, size_t payload_len, size_t seen);

/* Keeps of these bytes what there is room for in `start`. */
void answer_keep_start(struct answer *answer, struct bytes bytes);

#endif
