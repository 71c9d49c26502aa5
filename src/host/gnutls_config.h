/*
 * gnutls_config - what GnuTLS' system-wide configuration and a priority string come to.
 *
 * Pure. A priority starts from a keyword and adds and removes; the system's file disables
 * versions for everybody, or (allowlist) enables none but what it names.
 *
 * tests: tests/unit/host/test_gnutls_config.c; fuzz: tests/fuzz/fuzz_gnutls_config.c
 */
#ifndef HOST_GNUTLS_CONFIG_H
#define HOST_GNUTLS_CONFIG_H

#include "evidence/version_range.h"

struct gnutls_config {
	bool allowlist;
	uint16_t disabled;
	uint16_t enabled;
	struct bytes default_priority; /* borrowed; empty: not said */
	struct bytes system_priority;  /* of @SYSTEM */
	uint32_t disabled_line;        /* the first that counts; 0: none */
	uint32_t enabled_line;
	uint32_t priority_line;
	uint32_t system_line;
};

struct gnutls_config gnutls_config_of(struct bytes all);

/* The versions of a priority, where NORMAL has these. @SYSTEM is looked up in config. */
uint16_t gnutls_priority(
	struct bytes priority, uint16_t normal, const struct gnutls_config *config);

/* What is left of them under the system's configuration. */
uint16_t gnutls_config_apply(const struct gnutls_config *config, uint16_t versions);

#endif
