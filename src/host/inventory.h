/*
 * inventory - lists of updates and of software, as machines with Windows export them:
 * CSV, with names of columns or without (`Get-HotFix | Export-Csv`, `wmic qfe list
 * /format:csv`, `Get-ItemProperty ... | Export-Csv`), tables with aligned columns
 * (`wmic product get Name,Version`, `Format-Table`), or a member a line (`Format-List`,
 * `ConvertTo-Json`); in any encoding of encoding.h. Of `systeminfo` and
 * `Get-ComputerInfo` also which Windows it is, whatever language they speak.
 *
 * tests: tests/unit/host/test_inventory.c; fuzz: tests/fuzz/fuzz_inventory.c
 */
#ifndef HOST_INVENTORY_H
#define HOST_INVENTORY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define INVENTORY_ENTRIES_MAX 100000
#define CSV_FIELDS_MAX        64 /* of a line; any more are stepped over */

struct inventory_entry {
	struct bytes name;    /* of software; of an update: "KB3140245" */
	struct bytes version; /* empty: not said */
	const struct inventory_entry *before;
};

struct inventory {
	const struct inventory_entry *last;
	size_t count;
	size_t updates;       /* that stand alone: only then it is a list of them */
	uint32_t build;       /* of Windows: 17763; 0: not said */
	struct bytes product; /* "Microsoft Windows Server 2019 Standard" */
};

/* ERR_LIMIT, ERR_MEMORY. All is copied. */
MUST_USE enum err inventory_read(
	struct inventory *inventory, struct bytes all, struct arena *arena);

/* A piece of software that was told elsewhere; the same errors. */
MUST_USE enum err inventory_add(struct inventory *inventory, struct bytes name,
	struct bytes version, struct arena *arena);

/* True if the update is in a list. */
bool inventory_has(const struct inventory *inventory, const char *update);

/* The next field of a line of CSV, quotes off; false at its end. RFC 4180. Doubled quotes
 * inside are kept as they are. */
bool csv_field(struct bytes *line, struct bytes *ret);

/* The stack of a piece of software, as data/hosts has it, and its release there, from its
 * name and version; NULL: none. */
const char *inventory_stack(
	const struct inventory_entry *entry, char *ret_release, size_t room);

#endif
