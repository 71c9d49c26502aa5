/*
 * scanning - the run of `tlsunset scan`: targets to a scan, what it finds to a renderer
 * as each is done.
 */
#ifndef CLI_SCANNING_H
#define CLI_SCANNING_H

#include "cli/command.h"
#include "report/endpoint_render.h"
#include "scan/scan.h"

struct scanning {
	const char *const *targets; /* "host:443" */
	size_t target_count;
	const char *server_name; /* sent in place of each host's own; NULL: that */
	const char *starttls; /* what is spoken before TLS; NULL: guessed from the port */
	struct scan_setting setting;
	const struct endpoint_renderer *renderer;
};

/* Scans and prints. EXIT_COULD_NOT if any version of any target stayed unknown, or a
 * target could not be asked: what was not found out is never "nothing found". */
enum exit_code scanning_run(const struct scanning *asked);

#endif
