/*
 * java_security - what a java.security says of TLS versions.
 *
 * Pure. jdk.tls.disabledAlgorithms takes away what it names; the last line of a name
 * counts.
 *
 * tests: tests/unit/host/test_java_security.c; fuzz: tests/fuzz/fuzz_java_security.c
 */
#ifndef HOST_JAVA_SECURITY_H
#define HOST_JAVA_SECURITY_H

#include "evidence/version_range.h"

struct java_security {
	bool disables;      /* whether the list is there at all */
	uint32_t line;      /* where it begins */
	uint16_t disabled;  /* versions that it names */
	bool system_policy; /* security.useSystemPropertiesFile=true, of Fedora's */
};

struct java_security java_security_of(struct bytes all);

/* "TLSv1.2,TLSv1.3" as of jdk.tls.client.protocols. */
uint16_t java_protocols(struct bytes list);

#endif
