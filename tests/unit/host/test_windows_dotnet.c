/* .NET Framework by its exports: each row of T2, step by step, in both bitnesses and in
 * every form in which a registry leaves a machine. What code sets, the first step, no
 * export tells: tests/unit/host/test_schannel.c has it. */
#include "../unit.h"

#include "base/attr.h"
#include "exports.h"

#define NET   "Microsoft\\.NETFramework\\"
#define NET2  NET "v2.0.50727"
#define NET4  NET "v4.0.30319"
#define OS    "SystemDefaultTlsVersions"
#define CRYPT "SchUseStrongCrypto"

#define INSTALLED(release)                                                               \
	SET(HKLM "SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full", "Release",   \
		release)
#define HAS_35                                                                           \
	SET(HKLM "SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v3.5", "Install", 1)

#define WINDOWS_24H2 IS("Windows 10 Pro", "26100", "Client") /* 11 calls itself 10 */
#define NET64        "64-bit, of what targets "
#define NET32        "32-bit, of what targets "

static const struct row rows[] = {
	/* T2: .NET Framework, step by step. What code sets (1.) no export tells. */
	{ .name = "T2 2. SystemDefaultTlsVersions is 1: Windows decides",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449),
				     SET(HKLM "SOFTWARE\\" NET4, OS, 1) } },
		.want = { "dotnet-framework 4.8.0 " NET64
			  "4.0 to 4.5.2, client TLS 1.2, perhaps others, server TLS 1.2, "
			  "perhaps others",
			"dotnet-framework 4.8.0 " NET64
			"4.7 or later, client TLS 1.2, 1.3, server TLS 1.2, 1.3",
			"dotnet-framework 4.8.0 " NET32
			"4.0 to 4.5.2, client SSL 3.0, TLS 1.0, server SSL 3.0, TLS "
			"1.0" } },
	{ .name = "T2 2. a target of 4.7 or later: Windows decides",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449) } },
		.want = { "dotnet-framework 4.8.0 " NET64
			  "4.7 or later, client TLS 1.2, 1.3, server TLS 1.2, 1.3",
			"dotnet-framework 4.8.0 " NET32
			"4.7 or later, client TLS 1.2, 1.3, server TLS 1.2, 1.3" } },
	{ .name = "T2 2. SystemDefaultTlsVersions is 0: not even for 4.7",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449),
				     SET(HKLM "SOFTWARE\\" NET4, OS, 0) } },
		.want = { "dotnet-framework 4.8.0 " NET64
			  "4.7 or later, client TLS 1.0 to 1.2, server TLS 1.0 to "
			  "1.2" } },
	{ .name = "T2 3., D48 SchUseStrongCrypto is 1: clients alone",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449),
				     SET(HKLM "SOFTWARE\\" NET4, CRYPT, 1) } },
		.want = { "dotnet-framework 4.8.0 " NET64
			  "4.0 to 4.5.2, client TLS 1.0 to 1.2, server SSL 3.0, TLS "
			  "1.0" } },
	{ .name = "T2 3. SchUseStrongCrypto of 32 bits",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449),
				     SET(WOW NET4, CRYPT, 1) } },
		.want = { "dotnet-framework 4.8.0 " NET32
			  "4.0 to 4.5.2, client TLS 1.0 to 1.2, server SSL 3.0, TLS 1.0",
			"dotnet-framework 4.8.0 " NET64
			"4.0 to 4.5.2, client SSL 3.0, TLS 1.0, server SSL 3.0, TLS "
			"1.0" } },
	{ .name = "T2 3. a target of 4.6 or later",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449) } },
		.want = { "dotnet-framework 4.8.0 " NET64
			  "4.6 to 4.6.2, client TLS 1.0 to 1.2, server TLS 1.0 to "
			  "1.2" } },
	{ .name = "T2 4., D46 neither",
		.machine = { .entries = { SERVER_2025, INSTALLED(528449) } },
		.want = { "dotnet-framework 4.8.0 " NET64
			  "4.0 to 4.5.2, client SSL 3.0, TLS 1.0, server SSL 3.0, TLS "
			  "1.0" } },
	{ .name = "T2, D45 2.0 to 3.5 goes by v2.0.50727",
		.machine = { .entries = { SERVER_2025, HAS_35, INSTALLED(528449),
				     SET(HKLM "SOFTWARE\\" NET2, OS, 1),
				     SET(WOW NET2, CRYPT, 1) } },
		.want = { "dotnet-framework " NET64
			  "2.0 to 3.5, client TLS 1.2, server TLS 1.2",
			"dotnet-framework " NET32
			"2.0 to 3.5, client TLS 1.0 to 1.2, server SSL 3.0, TLS 1.0" } },
	{ .name = "T2 and not by v4.0.30319",
		.machine = { .entries = { SERVER_2025, HAS_35, INSTALLED(528449),
				     SET(HKLM "SOFTWARE\\" NET4, OS, 1) } },
		.want = { "dotnet-framework " NET64 "2.0 to 3.5, client SSL 3.0, TLS "
			  "1.0, server SSL 3.0, TLS 1.0" } },
	{ .name = "T2 highest reached: 3.5 does TLS 1.2, of Windows 11 too",
		.machine = { .entries = { WINDOWS_24H2, HAS_35,
				     SET(HKLM "SOFTWARE\\" NET2, OS, 1) } },
		.want = { "dotnet-framework " NET64
			  "2.0 to 3.5, client TLS 1.2, server TLS 1.2" } },
	{ .name = "T2 highest reached: 4.8.1 does TLS 1.3 on Windows 11",
		.machine = { .entries = { WINDOWS_24H2, INSTALLED(533320) } },
		.want = { "dotnet-framework 4.8.1 " NET64
			  "4.7 or later, client TLS 1.2, 1.3, server TLS 1.2, 1.3" } },
	{ .name = "T2 highest reached: 4.8.1 does TLS 1.2 on Windows 10",
		.machine = { .entries = { WINDOWS_10, INSTALLED(533320) } },
		.want = { "dotnet-framework 4.8.1 " NET64
			  "4.7 or later, client TLS 1.0 to 1.2, server TLS 1.0 to "
			  "1.2" } },
	{ .name = "T2 left to Windows, Windows 7 SP1 gives TLS 1.0",
		.machine = { .entries = { WINDOWS_7, INSTALLED(460805) } },
		.want = { "dotnet-framework 4.7.0 " NET64
			  "4.7 or later, client SSL 3.0, TLS 1.0, server SSL 2.0, 3.0, "
			  "TLS 1.0" } },
	{ .name = "T2 left to Windows, Windows 8 gives TLS 1.2",
		.machine = { .entries = { IS("Windows 8 Pro", "9200", "Client"),
				     INSTALLED(394806),
				     SET(HKLM "SOFTWARE\\" NET4, OS, 1) } },
		.want = { "dotnet-framework 4.6.2 " NET64
			  "4.6 to 4.6.2, client SSL 3.0, TLS 1.0 to 1.2, server SSL 3.0, "
			  "TLS 1.0 to 1.2" },
		.never = { "4.7 or later" } },
	{ .name = "T2 and Windows 10 gives TLS 1.2",
		.machine = { .entries = { WINDOWS_10, INSTALLED(378389),
				     SET(HKLM "SOFTWARE\\" NET4, OS, 1) } },
		.want = { "dotnet-framework 4.5.0 " NET64
			  "4.0 to 4.5.2, client TLS 1.0 to 1.2, server TLS 1.0 to 1.2" },
		.never = { "4.6 to 4.6.2" } },
	{ .name = "T2 WCF over TCP goes by no key",
		.machine = { .entries = { SERVER_2025, HAS_35, INSTALLED(528449),
				     SET(HKLM "SOFTWARE\\" NET4, OS, 1) } },
		.want = { "note: .NET Framework, of what targets 2.0 to 3.5: WCF over "
			  "TCP with certificates speaks SSL 3.0, TLS 1.0, whatever the "
			  "keys say",
			"note: .NET Framework, of what targets 4.0 to 4.5.2: WCF over "
			"TCP with certificates speaks SSL 3.0, TLS 1.0, whatever the "
			"keys say",
			"note: .NET Framework, of what targets 4.6 to 4.6.2: WCF over "
			"TCP with certificates speaks TLS 1.0 to 1.2, whatever the keys "
			"say",
			"note: .NET Framework, of what targets 4.7 or later: WCF over "
			"TCP with certificates speaks TLS 1.0 to 1.2 where the target is "
			"4.7, and not 4.7.1 or later, whatever the keys say" } },
	{ .name = "D56 3.5 reads the value with its update",
		.machine = { .entries = { IS("Windows Server 2012 R2 Standard", "9600",
						  "Server"),
				     HAS_35, SET(HKLM "SOFTWARE\\" NET2, OS, 1) },
			.inventory = "HotFixID\nKB3154520\n" },
		.want = { "dotnet-framework " NET64
			  "2.0 to 3.5, client SSL 3.0, TLS 1.0 to 1.2, server SSL 3.0, "
			  "TLS 1.0 to 1.2" } },
	{ .name = "D56 3.5 does not without it",
		.machine = { .entries = { IS("Windows Server 2012 R2 Standard", "9600",
						  "Server"),
				     HAS_35, SET(HKLM "SOFTWARE\\" NET2, OS, 1) },
			.inventory = "HotFixID\nKB2919355\n" },
		.want = { "dotnet-framework " NET64 "2.0 to 3.5, client SSL 3.0, TLS "
			  "1.0, server SSL 3.0, TLS 1.0" } },
	{ .name = "D56 updates not told: perhaps",
		.machine = { .entries = { IS("Windows Server 2012 R2 Standard", "9600",
						  "Server"),
				     HAS_35, SET(HKLM "SOFTWARE\\" NET2, OS, 1) } },
		.want = { "dotnet-framework " NET64
			  "2.0 to 3.5, client SSL 3.0, TLS 1.0, perhaps others, server "
			  "SSL 3.0, TLS 1.0, perhaps others" } },
	{ .name = "D44 of a Windows of 32 bits there is one bitness",
		.machine = { .entries = { WINDOWS_7,
				     { NAMED, "BuildLabEx",
					     "7601.24545.x86fre.win7sp1_ldr.200102-1707",
					     0 },
				     INSTALLED(379893),
				     SET(HKLM "SOFTWARE\\" NET4, CRYPT, 1) } },
		.want = { "dotnet-framework 4.5.2 " NET32
			  "4.0 to 4.5.2, client TLS 1.0 to 1.2, server SSL 3.0, TLS "
			  "1.0" },
		.never = { "64-bit" } },
	{ .name = "no system is told: what names versions is at most those",
		.machine = { .entries = { SET(HKLM "SOFTWARE\\" NET4, CRYPT, 1),
				     INSTALLED(378389) } },
		.want = { "dotnet-framework 4.5.0 " NET64
			  "4.0 to 4.5.2, client at most TLS 1.2, server at most TLS "
			  "1.0" } },
};

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows)];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = exports_check,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
