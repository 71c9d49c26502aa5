/*
 * extension - the list of extensions that ends every hello, and the session id
 * that stands in each. For src/tls alone.
 *
 * A list that does not add up spoils its hello. A body that does not is left
 * out and told: a server must refuse such a hello with decode_error (RFC 8446,
 * 6.2; OpenSSL does), but what else it offers is still worth knowing.
 */
#ifndef TLS_EXTENSION_H
#define TLS_EXTENSION_H

#include "base/reader.h"

/* How the body of one type is read into a hello. The table is indexed by type;
 * a type without an entry is stepped over. A reader stores nothing unless the
 * body was read to its end without a fault. */
struct extension_reader {
	void (*read)(struct reader *body, void *hello);
};

/* Reads the vector of extensions, and with `readers` what stands in them.
 * Answers the list, to be walked by walking a copy. A type that stands twice
 * spoils r with ERR_DUPLICATE (RFC 8446, 4.2); the first fault inside a body goes
 * to *ret_fault. */
struct reader extension_list_read(struct reader *r,
        const struct extension_reader *readers, size_t count, void *hello,
        enum err *ret_fault);

/* A session id; one of more than 32 bytes spoils r. RFC 8446, 4.1.2 and 4.1.3. */
struct bytes session_id_read(struct reader *r);

/* The body of the extension of that type; zero if it is not in the list. */
struct bytes extension_find(struct reader list, uint16_t type);

/* What a reader of bodies ends with: *ret is list, or value, if the body ended
 * there in good order. */
void extension_keep_list(
        const struct reader *body, struct reader list, struct reader *ret);
void extension_keep_bytes(
        const struct reader *body, struct bytes value, struct bytes *ret);
void extension_keep_u16(const struct reader *body, uint16_t value, uint16_t *ret);

#endif
