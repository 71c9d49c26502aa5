/*
 * crypto_policy - the system-wide policy of Fedora, RHEL and their kin, by its name.
 *
 * tests: tests/unit/host/test_gnutls_config.c
 */
#ifndef HOST_CRYPTO_POLICY_H
#define HOST_CRYPTO_POLICY_H

#include "evidence/version_range.h"
#include "host/host.h"

/* The name in /etc/crypto-policies/config: the first line that is no comment. */
struct bytes crypto_policy_name(struct bytes all);

/* The versions that a policy allows on that system; 0 for one that is not known, or that
 * modules change ("DEFAULT:SHA1" is DEFAULT with a module). */
uint16_t crypto_policy_versions(struct bytes name, const struct host_system *system);

#endif
