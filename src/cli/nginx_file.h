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
	uint32_t server;       /* the block that was chosen; NO_BLOCK: none, the file is
				* a part of one */
	size_t servers;        /* that speak TLS */
};

/* Reads a file and chooses the server that has the name; without one (NULL) the first
 * that speaks TLS, of those that are the default of their address if any is. nginx_done()
 * is owed whatever the answer. ERR_NOT_FOUND: the file, or a server of that name.
 * ERR_LIMIT, ERR_USAGE, and what reading gives. */
MUST_USE enum err nginx_read(
	const char *path, const char *name, struct nginx_file *ret, struct fault *why);
void nginx_done(struct nginx_file *file);

/* The directives of that name that hold in the server: those of the innermost block that
 * has any. Goes through them: begin with *at = 0; false when there are no more. Values
 * are without quotation marks. */
bool nginx_next(
	const struct nginx_file *file, const char *name, size_t *at, struct bytes *ret);

/* The last of them; {NULL, 0} if there is none. */
struct bytes nginx_value(const struct nginx_file *file, const char *name);

/* Takes a word off the text's front: parted by white space and by the characters given.
 */
bool nginx_word(struct bytes *text, const char *separators, struct bytes *ret);

#endif
