/*
 * windows - the stacks of a machine with Windows, from its exports: Schannel, WinHTTP in
 * both bitnesses, WinINet, .NET Framework in both bitnesses, and what an inventory names.
 *
 * No export says what it left out: a value that is not there is the system's default only
 * if the exports hold its key's surroundings at all; the release comes from the exports,
 * or is said by the user. What neither says is unknown.
 *
 * tests: tests/unit/host/test_windows.c, test_windows_dotnet.c, test_inventory.c;
 * tests/golden/host
 */
#ifndef HOST_WINDOWS_H
#define HOST_WINDOWS_H

#include "host/host.h"
#include "host/registry.h"

#define EXPORTS_MAX 16 /* files; a machine needs five */

struct export_file {
	const char *name; /* as it was said */
	struct bytes bytes;
};

struct host_exports {
	struct export_file registry[EXPORTS_MAX];
	size_t registry_count;
	struct export_file inventory[EXPORTS_MAX];
	size_t inventory_count;
	struct export_file suites; /* output of Get-TlsCipherSuite; no bytes: none */
	const char *system;        /* "Windows Server 2019"; or NULL */
};

/* In place of host_look(). ERR_USAGE: a file is of no form that is read, or there is no
 * such system, or two files are of different machines; why names it. */
MUST_USE enum err host_windows(
	struct host *host, const struct host_exports *exports, struct fault *why);

#endif
