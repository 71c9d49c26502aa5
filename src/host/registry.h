/*
 * registry - values of a Windows registry, as `.reg` files and `reg query` have them.
 *
 * UTF-16 of either order, UTF-8 and 8-bit are read. Pure. What is no value is stepped
 * over; a value that comes again counts in its last form, and one that is deleted
 * ("name"=-, [-key]) is gone.
 *
 * tests: tests/unit/host/test_registry.c; fuzz: tests/fuzz/fuzz_registry.c
 */
#ifndef HOST_REGISTRY_H
#define HOST_REGISTRY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define REGISTRY_VALUES_MAX 500000 /* an export of all of SOFTWARE has some 300,000 */
#define REGISTRY_KEY_MAX    1024   /* 255 characters a key, and few keys deep */

struct registry_value {
	struct bytes key;  /* "HKEY_LOCAL_MACHINE\SOFTWARE\..." */
	struct bytes name; /* empty: the key's own value */
	bool is_number;
	uint32_t number;
	struct bytes text; /* of a string; of several, a line each, or as reg query has
			    * them, parted by "\0" */
	bool deleted;
	bool key_deleted; /* the whole key, and all below it */
	const struct registry_value *before;

	/* Members from here on are for registry.c alone. */
	uint32_t order;
	struct registry_value *beside; /* of the same bucket */
};

struct registry {
	const struct registry_value *last;
	size_t count;

	/* Members from here on are for registry.c alone. */
	struct registry_value **buckets; /* by key and name, whatever their case */
	size_t bucket_count;
	size_t keys_deleted;
};

/* What is this? ERR_VALUE: neither form. ERR_LIMIT: too many values. ERR_MEMORY. All is
 * copied. */
MUST_USE enum err registry_read(
	struct registry *registry, struct bytes all, struct arena *arena);

/* The value, whatever its case; NULL if there is none. Of keys below
 * HKLM\SYSTEM\CurrentControlSet a ControlSet001 counts too. */
const struct registry_value *registry_find(
	const struct registry *registry, const char *key, const char *name);

/* True if any value or deletion stands at or below the key. */
bool registry_has(const struct registry *registry, const char *key);

#endif
