/*
 * server_messages - what is read of a server's other messages in the clear, up
 * to TLS 1.2: Certificate, ServerKeyExchange, CertificateRequest.
 */
#ifndef TLS_SERVER_MESSAGES_H
#define TLS_SERVER_MESSAGES_H

#include "base/reader.h"

/* Certificate: the chain, leaf first, as a list to be walked with
 * certificate_next(). RFC 5246, 7.4.2. */
MUST_USE enum err certificate_list_parse(struct bytes body, struct reader *ret_chain);

/* The next certificate, DER; empty when there is none. */
struct bytes certificate_next(struct reader *chain);

/* CertificateStatus: one OCSP response, DER. RFC 6066, 8. */
MUST_USE enum err certificate_status_parse(struct bytes body, struct bytes *ret_response);

struct server_key_exchange {
	uint16_t group;    /* ECDHE: the named curve; 0 otherwise */
	uint16_t dh_bits;  /* DHE: bits of the prime; 0 otherwise */
	uint16_t rsa_bits; /* export RSA: bits of the temporary key; 0 otherwise */
	uint16_t signature_scheme; /* TLS 1.2; 0 otherwise or if anonymous */
	struct bytes dh_prime;     /* DHE: numbers without the zeros in front, borrowed */
	struct bytes dh_generator;
	struct bytes dh_public;
	struct bytes point; /* ECDHE: the public key */
};

/* Reads a ServerKeyExchange, whose form follows from the suite's key exchange
 * (taken from the suite's IANA name) and the version. ERR_UNSUPPORTED if the suite
 * sends none or one of a form not read (SRP). RFC 5246, 7.4.3; RFC 8422, 5.4; RFC 4279.
 */
MUST_USE enum err server_key_exchange_parse(struct bytes body, uint16_t cipher_suite,
	uint16_t version, struct server_key_exchange *ret);

#endif
