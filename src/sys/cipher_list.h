/*
 * cipher_list - OpenSSL's language of cipher lists, such as "HIGH:!aNULL:!MD5".
 *
 * What a word like HIGH stands for is the library's to say, so the libssl of this machine
 * is asked; the server that has the list may have another one. Nothing else is asked of
 * it: no handshake here is a TLS library's.
 */
#ifndef SYS_CIPHER_LIST_H
#define SYS_CIPHER_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define CIPHER_LIST_MAX 256 /* OpenSSL 1.0 had 160 suites, 3.0 has fewer */

struct cipher_list {
	uint16_t suites[CIPHER_LIST_MAX]; /* in its order; SSL 3.0 to TLS 1.2 */
	size_t count;
	int level; /* of "@SECLEVEL=", else the library's or its openssl.cnf's */
};

/* ERR_VALUE: it names no suite that the library has; why says which list. ERR_MEMORY. */
MUST_USE enum err cipher_list_read(
	const char *list, struct cipher_list *ret, struct fault *why);

#endif
