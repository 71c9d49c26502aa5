/*
 * nginx_file - the configuration of an nginx as one text, with what it includes, and what
 * holds in one of its servers.
 *
 * Files that an `include` names are put where it stands, as nginx does; what is not there
 * is warned of. A directive holds in the block it stands in and in those inside of it
 * that have none of its own.
 */
#ifndef CLI_NGINX_FILE_H
#define CLI_NGINX_FILE_H

#include "audit/directives.h"
#include "base/fault.h"
#include "base/text.h"

#define NGINX_BYTES_MAX ((size_t)8 << 20) /* with all that is included */
#define NGINX_FILES_MAX 1024
#define NGINX_DEPTH_MAX 16 /* includes in what is included */

struct nginx_file {
	struct text whole;
	struct arena arena;
	struct directives all; /* spans of `whole` */
	uint32_t server;       /* the block that was chosen; NO_BLOCK: there are none, the
				* file is a part of one */
	size_t servers;        /* that speak TLS */
	bool is_default;    /* of each address that it listens at, as they are written */
	bool strangers_out; /* a default server refuses who names none of the others */
};

/* Reads a file and chooses the server that has the name; without one (NULL) the first
 * that speaks TLS, of those that are the default of their address if any is, and do not
 * refuse all handshakes. nginx_done() is owed whatever the answer. ERR_NOT_FOUND: the
 * file, or a server that speaks TLS, or one of that name. ERR_LIMIT: one of those above.
 * Else what reading a file gives. */
MUST_USE enum err nginx_read(
	const char *path, const char *name, struct nginx_file *ret, struct fault *why);
void nginx_done(struct nginx_file *file);

/* The directives of a name that hold in the server: those of the innermost block that has
 * any. */
struct nginx_walk {
	const struct nginx_file *file;
	const char *name;
	uint32_t block;
	size_t at;
};

struct nginx_walk nginx_walk(const struct nginx_file *file, const char *name);

/* The next one's value as it stands there; false if there are no more. */
bool nginx_next(struct nginx_walk *walk, struct bytes *ret);

/* The first word of the last of them; {NULL, 0} if there is none. */
struct bytes nginx_value(const struct nginx_file *file, const char *name);

/* Takes a word off a value's front, without its quotation marks; comments are passed
 * over. False if none is left. */
bool nginx_word(struct bytes *value, struct bytes *ret);

#endif
