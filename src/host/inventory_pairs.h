/*
 * inventory_pairs - lists that have a member a line, for inventory.c alone: `Format-List`
 * ("DisplayName : Node.js"), `ConvertTo-Json` ("DisplayName": "Node.js",), `systeminfo`
 * and `Get-ComputerInfo`.
 */
#ifndef HOST_INVENTORY_PAIRS_H
#define HOST_INVENTORY_PAIRS_H

#include "host/inventory.h"

struct inventory_pairs {
	bool begun;
	bool shown; /* the name is that of DisplayName */
	struct bytes name;
	struct bytes version;
	struct bytes product; /* of Windows, if its build follows */
};

/* Whether a line is a member of such a list, and none of CSV. */
bool inventory_pair(struct bytes line);

/* Whether a text that begins with that line is such a list. */
bool inventory_pairs_begin(struct inventory_pairs *pairs, struct bytes line);

/* The errors of inventory_add(). */
MUST_USE enum err inventory_pairs_line(struct inventory_pairs *pairs,
	struct inventory *inventory, struct bytes line, struct arena *arena);
MUST_USE enum err inventory_pairs_end(
	struct inventory_pairs *pairs, struct inventory *inventory, struct arena *arena);

#endif
