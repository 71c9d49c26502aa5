/*
 * owner - who is told of what is found, by networks and server names.
 *
 * The owners of a file stand in its order, and the first that an address or a name fits
 * owns it: an owner of a part stands before the owner of the whole. Everything lives in
 * the arena that they were read into.
 *
 *	- owner: payments
 *	  networks: [10.1.4.0/24, 2001:db8:4::/48, 192.0.2.7]
 *	  names: [pay.example.net, "*.pay.example.net"]
 *	- owner: everybody else
 *	  networks: [10.0.0.0/8]
 *
 * A name may begin with "*.", which stands for any labels in front of the rest. Case
 * does not matter, as in the DNS (RFC 4343).
 */
#ifndef EVIDENCE_OWNER_H
#define EVIDENCE_OWNER_H

#include "base/arena.h"
#include "base/document.h"
#include "base/network.h"

#define OWNERS_MAX     4096
#define OWNED_MAX      8192 /* networks, and names, of all: each is compared in turn */
#define OWNER_NAME_MAX 64   /* bytes */

struct owner {
	const char *name; /* UTF-8 without ASCII control characters */
	struct network *networks;
	size_t network_count;
	struct bytes *names; /* patterns */
	size_t name_count;
};

struct owners {
	struct owner *all;
	size_t count;
	size_t networks; /* of all */
	size_t names;
};

/* Each name stands once. ERR_VALUE, ERR_DUPLICATE, ERR_LIMIT: why has line and column.
 * ERR_MEMORY. */
MUST_USE enum err owners_of_document(const struct document *document, struct arena *arena,
	struct owners *ret, struct fault *why);

/* The owner of that name, letter for letter, or NULL. */
const struct owner *owners_find(const struct owners *owners, struct bytes name);

/* Whose the address is, or the server of that name; NULL: nobody's. */
const struct owner *owners_of_address(
	const struct owners *owners, const struct address *address);
const struct owner *owners_of_name(const struct owners *owners, struct bytes name);

#endif
