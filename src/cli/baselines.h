/*
 * baselines - findings that are known already: those of an earlier audit, as it told them
 * in JSON or SARIF.
 */
#ifndef CLI_BASELINES_H
#define CLI_BASELINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define BASELINE_BYTES_MAX ((size_t)1 << 30)

struct baseline {
	uint64_t *ids; /* in order */
	size_t count;
};

/* ERR_USAGE: the file is not there, or no audit in JSON or SARIF. */
MUST_USE enum err baseline_read(
	const char *path, struct baseline *ret, struct fault *why);
void baseline_done(struct baseline *baseline);

bool baseline_has(const struct baseline *baseline, uint64_t id);

#endif
