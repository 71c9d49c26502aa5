/*
 * verifying - `tlsunset impact --verify`: says each hello of a forecast to a real server
 * and compares what it answers with what was predicted.
 *
 * Only the server that is named on the command line is spoken to, and no handshake is
 * completed.
 */
#ifndef CLI_VERIFYING_H
#define CLI_VERIFYING_H

#include "cli/command.h"
#include "report/render_forecast.h"

#define VERIFY_CONCURRENCY_USUAL 16

struct verifying {
	const char *server; /* "host:443" */
	const char *name; /* what a server is called that is an address; NULL: nothing */
	uint64_t concurrency;
	uint64_t rate;           /* connections a second; 0: as they go */
	const char *differences; /* a file for what differed, a line each; NULL: none */
	const struct render_options *render;
};

/* Asks, compares, prints: EXIT_FOUND if anything differs from the prediction. */
enum exit_code verifying_run(
	const struct verifying *asked, const struct forecast *forecast);

#endif
