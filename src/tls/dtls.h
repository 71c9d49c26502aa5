/*
 * dtls - DTLS 1.0, 1.2 and 1.3 as far as it is in the clear: records of a
 * datagram, and the joining of fragmented handshake messages.
 * RFC 6347, 4.1 and 4.2; RFC 9147, 4 and 5.
 */
#ifndef TLS_DTLS_H
#define TLS_DTLS_H

#include "tls/handshake.h"

#define DTLS_RECORD_HEADER_LEN 13

/* What DTLS has beside enum content_type. */
enum dtls_content_type {
	CONTENT_TLS12_CID = 25, /* with a connection id: RFC 9146, 3 */
	CONTENT_ACK = 26,       /* RFC 9147, 7 */
};

struct dtls_record {
	uint8_t type;      /* of either kind; 0 for a DTLS 1.3 encrypted record */
	uint16_t version;  /* 0xfeff, 0xfefd, 0x0100 (OpenSSL before the standard);
			    * VERSION_DTLS13 for an encrypted record, which states none */
	uint16_t epoch;    /* 0: in the clear */
	uint64_t sequence; /* 48 bits */
	struct bytes payload;
};

/* Whether a datagram begins with a DTLS record: cheap, for use on any UDP
 * packet of any port. */
bool dtls_check(struct bytes datagram);

/* Takes the next record from *datagram, which moves past it. ERR_END: there is
 * none. ERR_VALUE: not DTLS. ERR_SHORT: the record is longer than the datagram.
 * After a fault *datagram is empty. */
MUST_USE enum err dtls_record_next(struct bytes *datagram, struct dtls_record *ret);

/* How many messages of one direction may be in the joining at once, and how
 * long the longest may be. A flight has five; certificates decide the length. */
#define DTLS_MESSAGES_MAX    8
#define DTLS_MESSAGE_LEN_MAX 65536

struct dtls_joiner; /* heap; one a direction */

struct dtls_joiner *dtls_joiner_new(void);
void dtls_joiner_free(struct dtls_joiner *joiner);

/* Bytes of memory it takes; 0 for NULL. */
size_t dtls_joiner_held(const struct dtls_joiner *joiner);

/* Takes the handshake fragments of one record's payload. Fragments may come in
 * any order, twice, and overlapping (RFC 6347, 4.2.3). ERR_VALUE: a fragment
 * contradicts itself. ERR_DUPLICATE: it contradicts an earlier one in type or length.
 * ERR_LIMIT: a ceiling above was reached, the fragment is left out. ERR_MEMORY. Feed
 * epoch 0 only. */
MUST_USE enum err dtls_joiner_take(struct dtls_joiner *joiner, struct bytes payload);

/* The next whole message in order of message_seq, each once; false if there is
 * none yet. What stands before a hello and was never seen whole is given up. A
 * message past the ceiling comes without body. The body lives until the next call
 * of any function on the joiner. */
bool dtls_joiner_next(struct dtls_joiner *joiner, struct handshake_message *ret);

/* HelloVerifyRequest: ERR_OK if the body is one. RFC 6347, 4.2.1. */
MUST_USE enum err hello_verify_request_parse(
	struct bytes body, uint16_t *ret_version, struct bytes *ret_cookie);

#endif
