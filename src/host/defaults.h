/*
 * defaults - which versions a stack speaks if nobody says otherwise, by its release: the
 * tables of data/hosts, compiled in.
 *
 * A table is a list of rows, the oldest release first. A row holds from its release on,
 * and below another if it names one: of those that hold, the last counts. Each has a
 * source, and how well it is known.
 *
 * tests: tests/unit/host/test_defaults.c reads them all, and has every row of Windows,
 * of runtimes and of libraries.
 */
#ifndef HOST_DEFAULTS_H
#define HOST_DEFAULTS_H

#include "base/arena.h"
#include "base/fault.h"
#include "evidence/version_range.h"

#define DEFAULTS_ROWS_MAX   256
#define DEFAULTS_TABLES_MAX 32

enum default_mark { MARK_READ, MARK_READ_IN_PART, MARK_TESTED, MARK_GENERAL };

struct default_row {
	const char *release; /* the first that it holds for: "1.1.1"; "" for all */
	const char *below;   /* the first that it does not hold for; or NULL */
	const char
		*system;  /* "ubuntu 20.04": there alone, from that release on; or NULL */
	const char *name; /* "Windows Server 2019"; or NULL */
	bool has_client;
	bool has_server;
	uint16_t client; /* on */
	uint16_t server;
	uint16_t can_client; /* off, and can be turned on */
	uint16_t can_server;
	uint16_t doubted;    /* sources differ: said to be on */
	const char *decides; /* a clause */
	const char *needs;   /* an update for what it can; or NULL */
	const char *source;
	const char *date; /* "2021-04-20", of the release; or NULL */
	enum default_mark mark;
};

struct default_table {
	const char *stack; /* "openssl" */
	const char *title;
	const char *fix; /* for who is too old; or NULL */
	struct default_row *rows;
	size_t count;
};

struct defaults {
	struct default_table tables[DEFAULTS_TABLES_MAX];
	size_t count;
};

/* All tables, in memory of the arena. A test reads them all, so that errors other than
 * ERR_MEMORY are those of who changed a table. */
MUST_USE enum err defaults_read(
	struct arena *arena, struct defaults *ret, struct fault *why);

/* NULL if there is none of that name. */
const struct default_table *defaults_table(
	const struct defaults *defaults, const char *stack);

/* The row for a release on a system, as os-release has its ID and VERSION_ID ("" if not
 * known); NULL if there is none. */
const struct default_row *defaults_row(const struct default_table *table,
	struct bytes release, const char *system, const char *version);

/* Of a row: what is on, and perhaps on where sources differ. */
struct version_range default_client(const struct default_row *row);
struct version_range default_server(const struct default_row *row);

#endif
