/*
 * from_nginx - the policy that the configuration of an nginx enforces.
 *
 * What it leaves open is nginx's default where that is the same in all releases since
 * 1.19.4; what depends on the release, on the library behind it or on a file that is not
 * read is told as warnings.
 */
#ifndef CLI_FROM_NGINX_H
#define CLI_FROM_NGINX_H

#include "base/fault.h"
#include "policy/policy.h"

/* The server of that name, or the default one if name is NULL. ERR_NOT_FOUND: there is no
 * such file or server. ERR_VALUE: a list says what is not known here, no version is left,
 * or nothing of TLS is said. Others: the file could not be read. */
MUST_USE enum err policy_from_nginx(
	const char *path, const char *name, struct policy *ret, struct fault *why);

#endif
