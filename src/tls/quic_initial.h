/*
 * quic_initial - QUIC Initial packets, decrypted, and their CRYPTO stream joined,
 * so that the handshake messages inside can be read. Versions 1 (RFC 9000, 9001),
 * 2 (RFC 9369), the drafts 23 to 34, which differ only in salt, and mvfst's draft-27.
 *
 * The keys follow from the destination connection id of the client's first
 * Initial (RFC 9001, 5.2), so one quic_secret serves both directions of a connection
 * until a Retry changes it (RFC 9001, 5.2; RFC 9000, 17.2.5). Each direction's keys are
 * made by themselves: much of what is captured shows one of them alone.
 */
#ifndef TLS_QUIC_INITIAL_H
#define TLS_QUIC_INITIAL_H

#include "base/crypto.h"
#include "base/err.h"
#include "tls/handshake.h"

#define QUIC_CONNECTION_ID_MAX 20

/* A hello with three post-quantum shares is 5 KB; a server's ServerHello is small.
 * More than this from one direction is given up with ERR_LIMIT. */
#define QUIC_CRYPTO_MAX 65536

/* The longest UDP payload, so the room one packet's plaintext needs. */
#define QUIC_PLAINTEXT_MAX 65536

/* A Retry and its token fit a datagram of any path. RFC 9000, 14. */
#define QUIC_RETRY_MAX 1500

enum quic_packet_type {
	QUIC_INITIAL,
	QUIC_ZERO_RTT,
	QUIC_HANDSHAKE,
	QUIC_RETRY,
	QUIC_VERSION_NEGOTIATION,
	QUIC_SHORT,
	QUIC_UNKNOWN_VERSION, /* a long header of a version not in the table */
};

struct quic_packet {
	enum quic_packet_type type;
	uint32_t version;
	struct bytes destination_id;
	struct bytes source_id;
	struct bytes token;
	struct bytes versions; /* Version Negotiation: four bytes each */
	struct bytes whole;    /* the packet from its first byte, header protected */
	size_t number_offset;  /* Initial: where the packet number begins in whole */
};

/* Whether a datagram begins with a QUIC long header: cheap, for any UDP packet. */
bool quic_check(struct bytes datagram);

/* Takes the next packet from *datagram (several may be coalesced, RFC 9000, 12.2),
 * which moves past it. ERR_END: none. ERR_VALUE: not QUIC. ERR_SHORT: cut. After a fault
 * *datagram is empty. */
MUST_USE enum err quic_packet_next(struct bytes *datagram, struct quic_packet *ret);

/* What both directions' keys are made from; members are for quic_initial.c. */
struct quic_secret {
	uint32_t version;
	struct hmac_key key;
};

struct quic_keys { /* of one direction */
	uint8_t key[AES128_LEN];
	uint8_t iv[GCM_NONCE_LEN];
	uint8_t hp[AES128_LEN];
};

/* Derives the Initial secret. ERR_UNSUPPORTED: no salt is known for version. */
MUST_USE enum err quic_secret_derive(const struct crypto *crypto, uint32_t version,
	struct bytes client_destination_id, struct quic_secret *ret);

/* Derives from it the keys of what the client sends, or the server. */
void quic_client_keys(const struct crypto *crypto, const struct quic_secret *secret,
	struct quic_keys *ret);
void quic_server_keys(const struct crypto *crypto, const struct quic_secret *secret,
	struct quic_keys *ret);

/* Decrypts an Initial into memory of QUIC_PLAINTEXT_MAX bytes; *ret_frames
 * borrows from it. ERR_CRYPTO: not sealed with these keys. ERR_VALUE: no Initial, too
 * short for one, or reserved bits are set. */
MUST_USE enum err quic_initial_open(const struct crypto *crypto,
	const struct quic_keys *keys, const struct quic_packet *packet, uint8_t *memory,
	struct bytes *ret_frames);

/* What a client's Initial says in front of what it protects. */
struct quic_initial {
	uint32_t version;
	struct bytes destination_id;
	struct bytes source_id;
	struct bytes token;
	uint32_t number; /* of the packet: another for each. RFC 9000, 12.3 */
};

/* How many bytes of a packet are not its frames. */
size_t quic_initial_overhead(const struct quic_initial *initial);

/* Writes an Initial with these frames and as much padding as makes it len bytes long, for
 * which ret has room; a client's datagrams need 1200 (RFC 9000, 14.1). ERR_LIMIT: there
 * are no frames, or more than fit, or len is more than two bytes can say.
 * ERR_UNSUPPORTED: of no known version. ERR_CRYPTO: it could not be sealed. */
MUST_USE enum err quic_initial_seal(const struct crypto *crypto,
	const struct quic_keys *keys, const struct quic_initial *initial,
	struct bytes frames, size_t len, uint8_t *ret);

/* Whether the server that got a client's Initial with that destination id wrote this
 * Retry of QUIC 1. RFC 9001, 5.8. */
bool quic_retry_is_true(const struct crypto *crypto, const struct quic_packet *packet,
	struct bytes client_destination_id);

/* Joins the CRYPTO frames of one direction; heap, NULL until used. */
struct quic_joiner;

struct quic_joiner *quic_joiner_new(void);
void quic_joiner_free(struct quic_joiner *joiner);

/* Bytes of memory it takes; 0 for NULL. */
size_t quic_joiner_held(const struct quic_joiner *joiner);

/* Takes the frames of one packet; CRYPTO in any order, twice, overlapping.
 * *ret_closed_with: the error code of a CONNECTION_CLOSE among them, UINT64_MAX if
 * none; crypto errors are 0x0100 + alert (RFC 9001, 4.8). ERR_VALUE: a frame that an
 * Initial may not hold, or CRYPTO bytes that are no handshake message. ERR_LIMIT:
 * past QUIC_CRYPTO_MAX. ERR_MEMORY. */
MUST_USE enum err quic_joiner_take(
	struct quic_joiner *joiner, struct bytes frames, uint64_t *ret_closed_with);

/* The next whole handshake message, each once; false if there is none yet. The
 * body lives until the next quic_joiner_take(). */
bool quic_joiner_next(struct quic_joiner *joiner, struct handshake_message *ret);

/* What follows the last message answered is none, so no other will be. */
bool quic_joiner_is_spoiled(const struct quic_joiner *joiner);

#endif
