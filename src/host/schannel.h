/*
 * schannel - what the registry makes of Windows' TLS: pure decisions, each a table of
 * Microsoft's.
 *
 * tests: tests/unit/host/test_schannel.c has each row.
 */
#ifndef HOST_SCHANNEL_H
#define HOST_SCHANNEL_H

#include "evidence/version_range.h"

/* A DWORD that may not be there. */
struct dword {
	bool there;
	uint32_t value;
};

/* What Enabled and DisabledByDefault of one version and side come to. */
enum schannel_state {
	SCHANNEL_SYSTEM, /* neither is there: the system's default */
	SCHANNEL_ENABLED,
	SCHANNEL_OFF,      /* disabled by default: for who asks for it alone */
	SCHANNEL_DISABLED, /* for everybody */
};

/* Enabled is on by any value that is not 0: documents have 1 and 0xffffffff. */
enum schannel_state schannel_state_of(
	struct dword enabled, struct dword disabled_by_default);

/* True if the two say different things: Enabled=0 and DisabledByDefault=0, or both not.
 */
bool schannel_half(struct dword enabled, struct dword disabled_by_default);

/* One version under its key: what is on, and what who asks for it still gets. A version
 * that the system does not have (neither on nor can) stays off, whatever the key says. */
struct schannel_versions {
	uint16_t on;
	uint16_t can;
};

void schannel_apply(struct schannel_versions *versions, enum version_rank rank,
	enum schannel_state state);

/* The mask of DefaultSecureProtocols and SecureProtocols. */
uint16_t winhttp_mask(uint32_t mask);

/* What WinHTTP does: what Schannel has disabled is off, whatever else says; then the
 * registry's mask, where the update is there that reads it; then the default. */
uint16_t winhttp_versions(uint16_t fallback, struct dword mask, bool mask_is_read,
	struct schannel_versions schannel);

/* A .NET Framework application. Releases are numbers: 4.5.2 is 452, 4.7 is 470. */
struct dotnet_case {
	unsigned target;
	uint16_t code;               /* versions that the code sets; 0: none */
	struct dword system_default; /* SystemDefaultTlsVersions */
	struct dword strong;         /* SchUseStrongCrypto */
};

enum dotnet_step {
	DOTNET_CODE,
	DOTNET_SYSTEM_DEFAULT, /* by the value */
	DOTNET_SYSTEM_TARGET,  /* by the target */
	DOTNET_STRONG_CRYPTO,
	DOTNET_STRONG_TARGET,
	DOTNET_OLD,
};

/* Which step decides, in the order of the diagram; *ret: the versions. system: those that
 * the system has on. */
enum dotnet_step dotnet_versions(
	const struct dotnet_case *application, uint16_t system, uint16_t *ret);

/* The same of WCF over TCP with certificates, which has no step for the registry. */
uint16_t dotnet_wcf_versions(unsigned target, uint16_t system);

/* The versions of the system that a target reaches at all where it leaves it to Windows;
 * *ret_doubted: those of which no document says it. */
uint16_t dotnet_reached(unsigned target, uint16_t system, uint16_t *ret_doubted);

/* "NDP\v4\Full" Release as a number like those above; 0: none that is known. */
unsigned dotnet_release(uint32_t release);

#endif
