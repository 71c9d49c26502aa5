/*
 * controlling - the run of `tlsunset scan --control`: three targets are found, connected
 * to and asked for TLS, one step after the other, and where the first comes no further is
 * told by how far the others came (policy/control.h).
 */
#ifndef CLI_CONTROLLING_H
#define CLI_CONTROLLING_H

#include "cli/command.h"
#include "scan/scan.h"

struct controlling {
	const char *const *targets; /* strict, similar, unrelated: each HOST:PORT */
	const char *starttls;       /* as of scanning */
	const char *trust;          /* a bundle of roots; NULL: the system's */
	bool no_trust;
	bool json;
	struct scan_setting setting;
};

/* EXIT_NOTHING_FOUND if the service accepts TLS, EXIT_FOUND if it refuses it while
 * another is answered, else EXIT_COULD_NOT. */
enum exit_code controlling_run(const struct controlling *asked);

#endif
