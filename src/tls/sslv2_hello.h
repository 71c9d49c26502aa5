/*
 * sslv2_hello - the SSL 2.0 record, its hellos, and the 2.0 form in which clients
 * until about 2012 sent an SSL 3.0 or TLS hello. RFC 5246, E.2; draft-hickman-netscape-ssl-00.
 */
#ifndef TLS_SSLV2_HELLO_H
#define TLS_SSLV2_HELLO_H

#include "base/reader.h"

/* A hello is at most a record of two-byte header. */
#define SSLV2_RECORD_MAX (32767 + 2)

struct sslv2_client_hello {
	uint16_t version;            /* the highest offered; 0x0002 for SSL 2.0 only */
	struct reader cipher_specs;  /* of u24; 0x00xxxx is the TLS suite xxxx */
	struct bytes session_id;
	struct bytes challenge;
};

struct sslv2_server_hello {
	uint16_t version;
	bool session_id_hit;
	struct bytes certificate; /* DER, if certificate_type is X.509 */
	struct reader cipher_specs;
	struct bytes connection_id;
};

/* How long the record at the start of a stream is, header included, if it is an
 * SSL 2.0 CLIENT-HELLO or SERVER-HELLO. ERR_MORE: too few bytes to say, and they
 * fit so far. ERR_VALUE: it is none. */
MUST_USE enum err sslv2_client_hello_check(struct bytes start, size_t *ret_len);
MUST_USE enum err sslv2_server_hello_check(struct bytes start, size_t *ret_len);

/* Read a whole record, header included; *ret is written only on success. */
MUST_USE enum err sslv2_client_hello_parse(
	struct bytes record, struct sslv2_client_hello *ret);
MUST_USE enum err sslv2_server_hello_parse(
	struct bytes record, struct sslv2_server_hello *ret);

#endif
