/* Machines with Windows by what tools printed of them beside the registry, in whatever
 * language they speak; and what keys say that no range of versions can. */
#include "../unit.h"

#include "base/attr.h"
#include "exports.h"

#define SCHANNEL HKLM "SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
#define TLS      SCHANNEL "\\Protocols\\"
#define HTTP                                                                             \
	HKLM "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\WinHttp"
#define SERVER_2019 IS("Windows Server 2019 Standard", "17763", "Server")
#define NEW         "schannel-server, client TLS 1.0 to 1.2, server TLS 1.0 to 1.2"
#define OLD         "schannel, client SSL 3.0, TLS 1.0, server SSL 2.0, 3.0, TLS 1.0"

static const struct row rows[] = {
	{ .name = "systeminfo says which Windows it is, and its updates",
		.machine = { .inventory =
				     "\r\nHost Name:                 DC01\r\n"
				     "OS Name:                   Microsoft Windows "
				     "Server "
				     "2019 Standard\r\n"
				     "OS Version:                10.0.17763 N/A Build "
				     "17763\r\n"
				     "BIOS Version:              VMware, Inc. 6.00, "
				     "12/12/2018\r\n"
				     "Hotfix(s):                 2 Hotfix(s) "
				     "Installed.\r\n"
				     "                           [01]: KB4486153\r\n" },
		.want = { NEW } },
	{ .name = "systeminfo of a German Windows 7, with the update that is needed",
		.machine = { .entries = { SET(HTTP, "DefaultSecureProtocols", 0xa00) },
			.inventory =
				"Hostname:                                PC1\r\n"
				"Betriebssystemname:                      Microsoft "
				"Windows 7 "
				"Professional \r\n"
				"Betriebssystemversion:                   6.1.7601 "
				"Service "
				"Pack 1 Build 7601\r\n"
				"Hotfix(es):                              1 Hotfix(es) "
				"installiert.\r\n"
				"                                         [01]: "
				"KB3140245\r\n" },
		.want = { OLD, "winhttp 64-bit, client TLS 1.1, 1.2" } },
	{ .name = "systeminfo /fo csv holds no list of software",
		.machine = { .entries = { SERVER_2019 },
			.inventory = "\"Host Name\",\"OS Name\",\"Hotfix(s)\"\r\n"
				     "\"DC01\",\"Microsoft Windows Server 2019\",\"1 "
				     "Hotfix(s) Installed.,[01]: KB4486153\"\r\n" },
		.want = { NEW } },
	{ .name = "a runtime above systeminfo is not the system",
		.machine = { .inventory =
				     "DisplayName : Microsoft Windows Desktop Runtime\r\n"
				     "\r\n"
				     "OS Name:     Microsoft Windows Server 2019\r\n"
				     "OS Version:  10.0.17763 N/A Build 17763\r\n"
				     "Hotfix(s):   [01]: KB4486153\r\n" },
		.want = { NEW } },
	{ .name = "Get-ComputerInfo",
		.machine = { .inventory =
				     "WindowsProductName : Windows Server 2019 "
				     "Standard\r\n"
				     "OsName             : Microsoft Windows Server 2019 "
				     "Standard\r\n"
				     "OsVersion          : 10.0.17763\r\n"
				     "OsHotFixes         : {KB4486153, KB4512577}\r\n" },
		.want = { NEW } },
	{ .name = "a build of a program is none of Windows",
		.machine = { .inventory = "DisplayName    : Tool\r\n"
					  "DisplayVersion : 1.2.9600 build 9600\r\n"
					  "Other          : 6.1.31 build 31\r\n" },
		.want = { "schannel, client unknown, server unknown" } },
	{ .name = "the registry comes before what was printed",
		.machine = { .entries = { SERVER_2019 },
			.inventory =
				"OS Version: 6.1.7601 Service Pack 1 Build 7601\r\n" },
		.want = { NEW } },
	{ .name = "D34 a list of software is none of updates",
		.machine = { .entries = { WINDOWS_7,
				     SET(HTTP, "DefaultSecureProtocols", 0xa00) },
			.inventory = "DisplayName,DisplayVersion\n"
				     "Update for Microsoft Word 2013 (KB3191932),15.0\n"
				     "Node.js,10.24.1\n" },
		.want = { "winhttp 64-bit, client at most TLS 1.2",
			"node 10.24.1, client TLS 1.0 to 1.2, server TLS 1.0 to 1.2" } },
	{ .name = "D23 the two sides of a version differ",
		.machine = { .entries = { SERVER_2019,
				     SET(TLS "TLS 1.0\\Client", "Enabled", 0) } },
		.want = { "schannel-server, client TLS 1.1, 1.2, server TLS 1.0 to 1.2",
			"note: TLS 1.0: Client is disabled and Server is the system's "
			"default by the keys: they differ" } },
	{ .name = "D25 both sides are off, and nothing differs",
		.machine = { .entries = { SERVER_2019,
				     SET(TLS "TLS 1.0\\Client", "Enabled", 0),
				     SET(TLS "TLS 1.0\\Server", "Enabled", 0),
				     SET(TLS "TLS 1.1\\Client", "Enabled", 0),
				     SET(TLS "TLS 1.1\\Server", "Enabled", 0) } },
		.want = { "schannel-server, client TLS 1.2, server TLS 1.2" },
		.never = { "they differ" } },
	{ .name = "D33 key exchanges that are all off",
		.machine = { .entries = { SERVER_2019,
				     SET(SCHANNEL "\\KeyExchangeAlgorithms\\ECDH",
					     "Enabled", 0),
				     SET(SCHANNEL "\\KeyExchangeAlgorithms\\PKCS",
					     "Enabled", 0),
				     SET(SCHANNEL "\\KeyExchangeAlgorithms\\Diffie-"
						  "Hellman",
					     "Enabled", 0) } },
		.want = { "note: " SCHANNEL
			  "\\KeyExchangeAlgorithms: all are disabled: of no version up "
			  "to TLS 1.2 a handshake can succeed" } },
	{ .name = "D33 short keys of Diffie-Hellman",
		.machine = { .entries = { SERVER_2019,
				     SET(SCHANNEL "\\KeyExchangeAlgorithms\\Diffie-"
						  "Hellman",
					     "ServerMinKeyBitLength", 1024) } },
		.want = { "note: " SCHANNEL
			  "\\KeyExchangeAlgorithms: ServerMinKeyBitLength is 1024, below "
			  "the 2048 that is the default" } },
	{ .name = "D35 a log that holds nothing",
		.machine = { .entries = { SERVER_2019,
				     SET(SCHANNEL, "EventLogging", 0) } },
		.want = { "note: " SCHANNEL ": EventLogging is 0: handshakes that fail "
			  "are in no log" } },
	{ .name = "Get-TlsCipherSuite whose names were cut by a narrow window",
		.machine = { .entries = { SERVER_2019 },
			.suites = "\r\nName\r\n----\r\nTLS_DHE_RSA_WITH_AES_256_GCM_"
				  "S...\r\nTLS_RSA_WITH_AES_128_CBC_SHA\r\n" },
		.want = { NEW,
			"note: a.txt: has names that are cut, as Format-Table does: it "
			"does not count; Format-List prints them whole" } },
	{ .name = "Get-TlsCipherSuite | ConvertTo-Json",
		.machine = { .entries = { SERVER_2019 },
			.suites = "[\r\n    {\r\n        \"KeyType\":  0,\r\n        "
				  "\"Name\":  "
				  "\"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\",\r\n        "
				  "\"Protocols\":  [\r\n 771\r\n ]\r\n }\r\n]\r\n" },
		.want = { "schannel-server, client TLS 1.2, server TLS 1.2" } },
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
