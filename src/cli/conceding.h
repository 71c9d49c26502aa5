/*
 * conceding - `tlsunset impact --policy --keep`: what the policy would have to concede.
 */
#ifndef CLI_CONCEDING_H
#define CLI_CONCEDING_H

#include "cli/forecasting.h"

/* Answers and prints: EXIT_FOUND if what is to be kept breaks as the policy is. */
enum exit_code conceding_run(const struct forecasting *asked, const char *store,
	const struct server_profile *profile, const struct server_origin *origin);

#endif
