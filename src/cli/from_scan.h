/*
 * from_scan - the policy of a server, from what a scan of it left in the store.
 */
#ifndef CLI_FROM_SCAN_H
#define CLI_FROM_SCAN_H

#include "policy/policy.h"
#include "store/store.h"

/* target: "HOST:PORT", as it was scanned. The newest scan that was answered counts; what
 * it did not find out is told as warnings. ERR_NOT_FOUND: there is none. */
MUST_USE enum err policy_from_scan(
	const char *target, const char *store, struct policy *ret, struct fault *why);

#endif
