/*
 * directives_inside - directives on their way, as the readers of each notation add them.
 *
 * To be included by directives*.c only.
 */
#ifndef AUDIT_DIRECTIVES_INSIDE_H
#define AUDIT_DIRECTIVES_INSIDE_H

#include "audit/directives.h"

struct building {
	struct bytes file;
	struct arena *arena;
	struct directives *out;
	struct directive *all;
	size_t room;
	size_t at; /* of the file: what is read next */
	uint32_t blocks[BLOCKS_MAX];
	size_t depth;
	size_t deeper; /* blocks past BLOCKS_MAX that are open: they count as the deepest
			*/
	bool keys;     /* as of the syntax */
	struct bytes key; /* the name of the element that comes */
	enum err err;
};

/* Room for one more, its block filled in; NULL: reading ends here. */
struct directive *building_add(struct building *building);

/* The newest directive opens a block; the newest block ends. */
void building_open(struct building *building);
void building_close(struct building *building);

/* The byte at a place, '\n' past the end. */
uint8_t building_byte(const struct building *building, size_t at);

/* Where the line ends that holds `at`. */
size_t building_line_end(const struct building *building, size_t at);

struct bytes building_span(const struct building *building, size_t from, size_t to);
struct bytes directive_trimmed(struct bytes text);

/* Readers of notations that are no rows of the table; each from building->at on. */
void directives_read_yaml(struct building *building);
void directives_read_xml(struct building *building);

void directives_read_commands(struct building *building);
void directives_read_command_list(struct building *building);

/* The object or list of JSON that begins at building->at, up to behind its end. */
void directives_read_json(struct building *building);

#endif
