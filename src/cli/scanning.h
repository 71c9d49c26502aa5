/*
 * scanning - the run of `tlsunset scan`: targets to a scan, what it finds to a renderer
 * as each is done.
 */
#ifndef CLI_SCANNING_H
#define CLI_SCANNING_H

#include "cli/scan_results.h"
#include "cli/scan_targets.h"

struct scanning {
	struct scan_targets_setting targets;
	const char *server_name; /* sent in place of each host's own; NULL: that */
	bool udp;                /* DTLS and QUIC, in place of TLS over TCP */
	const char *starttls; /* what is spoken before TLS; NULL: guessed from the port */
	const char *trust;    /* a bundle of roots; NULL: the system's */
	bool no_trust;        /* chains are not looked at */
	struct scan_setting setting; /* but for its roots */
	struct scan_results_setting results;
};

/* Scans, prints and keeps. EXIT_FOUND if something breaks or got worse, else
 * EXIT_COULD_NOT if any version of any target stayed unknown, or a target could not be
 * asked: what was not found out is never "nothing found". */
enum exit_code scanning_run(const struct scanning *asked);

/* Asks nobody: what is kept of the targets, or of all if none is named, is shown. */
enum exit_code scanning_stored(const struct scanning *asked);

#endif
