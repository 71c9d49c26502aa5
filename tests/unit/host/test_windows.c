/* Machines with Windows by their exports. Each row of T1 (what a release does by default)
 * is a test by its name, as are WinHTTP's masks, suites and software; and each is read in
 * every form in which a registry leaves a machine. */
#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "exports.h"

#define BELOW "Microsoft\\Windows\\CurrentVersion\\Internet Settings"
#define TLS                                                                              \
	HKLM "SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocol" \
	     "s\\"
#define HTTP        HKLM "SOFTWARE\\" BELOW "\\WinHttp"
#define MASK        "DefaultSecureProtocols"
#define SERVER_2019 IS("Windows Server 2019 Standard", "17763", "Server")
#define OLD_OLD     "client SSL 3.0, TLS 1.0, server SSL 2.0, 3.0, TLS 1.0"
#define OLD_NEW     "client SSL 3.0, TLS 1.0 to 1.2, server SSL 3.0, TLS 1.0 to 1.2"
#define NEW         "client TLS 1.0 to 1.2, server TLS 1.0 to 1.2"
#define NEWEST      "client TLS 1.2, 1.3, server TLS 1.2, 1.3"
#define DOUBTED     "client TLS 1.2, 1.3, perhaps others, server TLS 1.2, 1.3, perhaps others"

static const struct row rows[] = {
	/* T1, each row. */
	{ .name = "T1 Windows Vista",
		.machine = { .entries = { IS(
				     "Windows Vista Business", "6002", "Client") } },
		.want = { "schannel, " OLD_OLD, "winhttp 64-bit, client SSL 3.0, TLS 1.0",
			"winhttp 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows Server 2008",
		.machine = { .entries = { IS("Windows Server 2008 Standard", "6002",
				     "Server") } },
		.want = { "schannel-server, " OLD_OLD,
			"winhttp-server 64-bit, client SSL 3.0, TLS 1.0",
			"winhttp-server 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows Server 2008 SP2 with KB4019276 and its keys",
		.machine = { .entries = { IS("Windows Server 2008 Standard", "6002",
						  "Server"),
				     SET(TLS "TLS 1.1\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.1\\Client", "DisabledByDefault", 0),
				     SET(TLS "TLS 1.2\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.2\\Client", "DisabledByDefault", 0) },
			.inventory = "HotFixID\nKB4019276\n" },
		.want = { "schannel-server, client SSL 3.0, TLS 1.0 to 1.2, server SSL "
			  "2.0, 3.0, TLS 1.0" } },
	{ .name = "T1 Windows Server 2008 SP2 without KB4019276, whatever the keys",
		.machine = { .entries = { IS("Windows Server 2008 Standard", "6002",
						  "Server"),
				     SET(TLS "TLS 1.2\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.2\\Client", "DisabledByDefault", 0) },
			.inventory = "HotFixID\nKB2919355\n" },
		.want = { "schannel-server, " OLD_OLD } },
	{ .name = "T1 Windows Server 2008 SP2, updates not told: perhaps",
		.machine = { .entries = { IS("Windows Server 2008 Standard", "6002",
						  "Server"),
				     SET(TLS "TLS 1.2\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.2\\Client", "DisabledByDefault",
					     0) } },
		.want = { "schannel-server, client SSL 3.0, TLS 1.0, perhaps others, "
			  "server SSL 2.0, 3.0, TLS 1.0" } },
	{ .name = "T1 Windows 7",
		.machine = { .entries = { IS(
				     "Windows 7 Professional", "7601", "Client") } },
		.want = { "schannel, " OLD_OLD, "winhttp 64-bit, client SSL 3.0, TLS 1.0",
			"winhttp 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows Server 2008 R2",
		.machine = { .entries = { IS("Windows Server 2008 R2 Standard", "7601",
				     "Server") } },
		.want = { "schannel-server, " OLD_OLD,
			"winhttp-server 64-bit, client SSL 3.0, TLS 1.0",
			"winhttp-server 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1, D24 Windows 7 with the keys of TLS 1.2",
		.machine = { .entries = { WINDOWS_7,
				     SET(TLS "TLS 1.2\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.2\\Client", "DisabledByDefault",
					     0) } },
		.want = { "schannel, client SSL 3.0, TLS 1.0, 1.2, server SSL 2.0, 3.0, "
			  "TLS 1.0" } },
	{ .name = "T1 Windows 7 with KB3140245 and the value",
		.machine = { .entries = { WINDOWS_7,
				     SET(TLS "TLS 1.2\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.2\\Client", "DisabledByDefault", 0),
				     SET(TLS "TLS 1.1\\Client", "Enabled", 1),
				     SET(TLS "TLS 1.1\\Client", "DisabledByDefault", 0),
				     SET(HTTP, MASK, 0xa00) },
			.inventory = "HotFixID\nKB3140245\n" },
		.want = { "winhttp 64-bit, client TLS 1.1, 1.2",
			"winhttp 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows 7 with the value, without KB3140245",
		.machine = { .entries = { WINDOWS_7, SET(HTTP, MASK, 0xa00) },
			.inventory = "HotFixID\nKB1234567\n" },
		.want = { "winhttp 64-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows 7 with the value, updates not told: perhaps",
		.machine = { .entries = { WINDOWS_7, SET(HTTP, MASK, 0xa80) } },
		.want = { "winhttp 64-bit, client TLS 1.0, perhaps others" } },
	{ .name = "T1 Windows 8",
		.machine = { .entries = { IS("Windows 8 Pro", "9200", "Client") } },
		.want = { "schannel, " OLD_NEW, "winhttp 64-bit, client SSL 3.0, TLS 1.0",
			"winhttp 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows Server 2012",
		.machine = { .entries = { IS("Windows Server 2012 Standard", "9200",
				     "Server") } },
		.want = { "schannel-server, " OLD_NEW,
			"winhttp-server 64-bit, client SSL 3.0, TLS 1.0",
			"winhttp-server 32-bit, client SSL 3.0, TLS 1.0" } },
	{ .name = "T1 Windows 8.1",
		.machine = { .entries = { IS("Windows 8.1 Pro", "9600", "Client") } },
		.want = { "schannel, " OLD_NEW,
			"winhttp 64-bit, client TLS 1.0 to 1.2, perhaps others",
			"winhttp 32-bit, client TLS 1.0 to 1.2, perhaps others" } },
	{ .name = "T1 Windows Server 2012 R2",
		.machine = { .entries = { IS("Windows Server 2012 R2 Standard", "9600",
				     "Server") } },
		.want = { "schannel-server, " OLD_NEW,
			"winhttp-server 64-bit, client TLS 1.0 to 1.2, perhaps others",
			"winhttp-server 32-bit, client TLS 1.0 to 1.2, perhaps "
			"others" } },
	{ .name = "T1 Windows 10 before 1607",
		.machine = { .entries = { IS("Windows 10 Pro", "10586", "Client") } },
		.want = { "schannel, " OLD_NEW, "winhttp 64-bit, client TLS 1.0 to 1.2",
			"winhttp 32-bit, client TLS 1.0 to 1.2" } },
	{ .name = "T1 Windows 10 from 1607 on",
		.machine = { .entries = { IS("Windows 10 Pro", "14393", "Client") } },
		.want = { "schannel, " NEW, "winhttp 64-bit, client TLS 1.0 to 1.2",
			"winhttp 32-bit, client TLS 1.0 to 1.2" } },
	{ .name = "T1 Windows Server 2016",
		.machine = { .entries = { IS("Windows Server 2016 Datacenter", "14393",
				     "Server") } },
		.want = { "schannel-server, " NEW,
			"winhttp-server 64-bit, client TLS 1.0 to 1.2",
			"winhttp-server 32-bit, client TLS 1.0 to 1.2" } },
	{ .name = "T1 Windows Server 2019",
		.machine = { .entries = { IS("Windows Server 2019 Standard", "17763",
				     "Server") } },
		.want = { "schannel-server, " NEW,
			"winhttp-server 64-bit, client TLS 1.0 to 1.2",
			"winhttp-server 32-bit, client TLS 1.0 to 1.2" } },
	{ .name = "T1 Windows 11, first release",
		.machine = { .entries = { IS("Windows 10 Pro", "22000", "Client") } },
		.want = { "schannel, " DOUBTED,
			"winhttp 64-bit, client TLS 1.2, 1.3, perhaps others",
			"winhttp 32-bit, client TLS 1.2, 1.3, perhaps others" } },
	{ .name = "T1 Windows Server 2019 GS",
		.machine = { .entries = { { 0 } }, .system = "Windows Server 2019 GS" },
		.want = { "schannel-gs, client TLS 1.2, server TLS 1.2",
			"winhttp-server 64-bit, client TLS 1.0 to 1.2" } },
	{ .name = "T1 Windows Server 2022",
		.machine = { .entries = { IS("Windows Server 2022 Standard", "20348",
				     "Server") } },
		.want = { "schannel-server, " DOUBTED,
			"winhttp-server 64-bit, client TLS 1.2, 1.3, perhaps others",
			"winhttp-server 32-bit, client TLS 1.2, 1.3, perhaps others" } },
	{ .name = "T1 Windows 11 24H2, as the Insider builds of 2023",
		.machine = { .entries = { IS("Windows 10 Pro", "26100", "Client") } },
		.want = { "schannel, " NEWEST, "winhttp 64-bit, client TLS 1.2, 1.3",
			"winhttp 32-bit, client TLS 1.2, 1.3" } },
	{ .name = "T1 Windows Server 2025",
		.machine = { .entries = { IS("Windows Server 2025 Standard", "26100",
				     "Server") } },
		.want = { "schannel-server, " NEWEST,
			"winhttp-server 64-bit, client TLS 1.2, 1.3",
			"winhttp-server 32-bit, client TLS 1.2, 1.3" } },
	{ .name = "T1 Windows Server 2025, TLS 1.0 turned on again",
		.machine = { .entries = { SERVER_2025,
				     SET(TLS "TLS 1.0\\Server", "Enabled", 1),
				     SET(TLS "TLS 1.0\\Server", "DisabledByDefault",
					     0) } },
		.want = { "schannel-server, client TLS 1.2, 1.3, server TLS 1.0, 1.2, "
			  "1.3" } },
	{ .name = "T1 SSL 2.0 is not had from 1607 on",
		.machine = { .entries = { SERVER_2019,
				     SET(TLS "SSL 2.0\\Server", "Enabled", 1),
				     SET(TLS "SSL 2.0\\Server", "DisabledByDefault",
					     0) } },
		.want = { "schannel-server, " NEW } },
	{ .name = "T1 SSL 2.0 of servers goes by its key",
		.machine = { .entries = { WINDOWS_7,
				     SET(TLS "SSL 2.0\\Server", "Enabled", 0) } },
		.want = { "schannel, client SSL 3.0, TLS 1.0, server SSL 3.0, TLS "
			  "1.0" } },
	{ .name = "T1 Windows XP, of which there is no row",
		.machine = { .entries = { IS(
				     "Microsoft Windows XP", "2600", "Client") } },
		.want = { "schannel, client unknown, server unknown",
			"winhttp 64-bit, client unknown" } },
	{ .name = "T1 a key settles what sources differ on",
		.machine = { .entries = { IS("Windows Server 2022 Standard", "20348",
						  "Server"),
				     SET(TLS "TLS 1.0\\Server", "Enabled", 0),
				     SET(TLS "TLS 1.1\\Server", "Enabled", 0) } },
		.want = { "schannel-server, client TLS 1.2, 1.3, perhaps others, server "
			  "TLS 1.2, 1.3" } },
	{ .name = "T1 no system is told: unknown",
		.machine = { .entries = { SET(TLS "TLS 1.0\\Server", "Enabled", 0) } },
		.want = { "schannel, client unknown, server unknown" } },
	/* D37 to D42. */
	{ .name = "WinHTTP in each bitness for itself",
		.machine = { .entries = { SERVER_2019, SET(HTTP, MASK, 0x800) } },
		.want = { "winhttp-server 64-bit, client TLS 1.2",
			"winhttp-server 32-bit, client TLS 1.0 to 1.2" } },
	{ .name = "WinHTTP of Wow6432Node alone",
		.machine = { .entries = { SERVER_2019,
				     SET(WOW BELOW "\\WinHttp", MASK, 0xaa0) } },
		.want = { "winhttp-server 32-bit, client SSL 3.0, TLS 1.0 to 1.2",
			"winhttp-server 64-bit, client TLS 1.0 to 1.2" } },
	{ .name = "WinHTTP: what Schannel has disabled no mask brings back",
		.machine = { .entries = { SERVER_2019, SET(HTTP, MASK, 0xa80),
				     SET(TLS "TLS 1.0\\Client", "Enabled", 0) } },
		.want = { "winhttp-server 64-bit, client TLS 1.1, 1.2" } },
	{ .name = "WinHTTP: a mask settles what sources differ on",
		.machine = { .entries = { IS("Windows Server 2022 Standard", "20348",
						  "Server"),
				     SET(HTTP, MASK, 0x2a80) } },
		.want = { "winhttp-server 64-bit, client TLS 1.0 to 1.3" } },
	{ .name = "WinHTTP: a value that is no DWORD does not count",
		.machine = { .entries = { SERVER_2019, { HTTP, MASK, "0x800", 0 } } },
		.want = { "winhttp-server 64-bit, client TLS 1.0 to 1.2",
			"note: " HTTP ": " MASK " is no DWORD, and does not count" } },
	{ .name = "WinHTTP of a Windows of 32 bits",
		.machine = { .entries = { WINDOWS_7,
				     { NAMED, "BuildLabEx",
					     "7601.24545.x86fre.win7sp1_ldr.200102-1707",
					     0 } } },
		.want = { "winhttp 32-bit, client SSL 3.0, TLS 1.0" },
		.never = { "64-bit" } },
	{ .name = "WinINet by the mask of the user",
		.machine = { .entries = { WINDOWS_10,
				     SET("HKEY_CURRENT_USER\\Software\\" BELOW,
					     "SecureProtocols", 0xa80),
				     { HKLM "SOFTWARE\\Microsoft\\Internet Explorer",
					     "svcVersion", "11.789.19041.0", 0 } } },
		.want = { "wininet, client TLS 1.0 to 1.2" },
		.never = { "internet-explorer" } },
	{ .name = "WinINet by the policy, before the mask of the user",
		.machine = { .entries = { WINDOWS_10,
				     SET("HKEY_CURRENT_USER\\Software\\" BELOW,
					     "SecureProtocols", 0xa80),
				     SET(HKLM "SOFTWARE\\Policies\\" BELOW,
					     "SecureProtocols", 0x800) } },
		.want = { "wininet, client TLS 1.2",
			"wininet of services, client TLS 1.2" } },
	/* T3: what an export of the registry tells. */
	{ .name = "T3 Internet Explorer before September 2020",
		.machine = { .entries = { WINDOWS_10,
				     { HKLM "SOFTWARE\\Microsoft\\Internet Explorer",
					     "svcVersion", "11.789.19041.0", 0 } } },
		.want = { "internet-explorer 11.789.19041.0 and what else uses WinINet, "
			  "client TLS 1.0 to 1.2" } },
	{ .name = "T3 Internet Explorer from September 2020 on",
		.machine = { .entries = { WINDOWS_10,
				     { HKLM "SOFTWARE\\Microsoft\\Internet Explorer",
					     "svcVersion", "11.1790.17763.0", 0 } } },
		.want = { "internet-explorer 11.1790.17763.0 and what else uses WinINet, "
			  "client TLS 1.2" } },
	{ .name = "T3, D28 software by its Uninstall keys, of both bitnesses",
		.machine = { .entries = { WINDOWS_10,
				     { HKLM "SOFTWARE\\Microsoft\\Windows\\CurrentVersion"
					    "\\Uninstall\\Java",
					     "DisplayName", "Java 8 Update 201", 0 },
				     { HKLM "SOFTWARE\\Microsoft\\Windows\\CurrentVersion"
					    "\\Uninstall\\Java",
					     "DisplayVersion", "8.0.2010.9", 0 },
				     { HKLM "SOFTWARE\\Wow6432Node\\Microsoft\\Windows\\C"
					    "urrentVersion\\Uninstall\\Node",
					     "DisplayName", "Node.js", 0 },
				     { HKLM "SOFTWARE\\Wow6432Node\\Microsoft\\Windows\\C"
					    "urrentVersion\\Uninstall\\Node",
					     "DisplayVersion", "10.24.1", 0 } } },
		.want = { "java 8.0.201, client TLS 1.0 to 1.2, server TLS 1.0 to 1.2",
			"node 10.24.1, client TLS 1.0 to 1.2, server TLS 1.0 to 1.2" } },
	/* D30 to D32, and Get-TlsCipherSuite. */
	{ .name = "D30 a FIPS policy may bring TLS 1.0 back",
		.machine = { .entries = { SERVER_2025,
				     SET(HKLM "SYSTEM\\CurrentControlSet\\Control\\Lsa\\F"
					      "ipsAlgorithmPolicy",
					     "Enabled", 1) } },
		.want = { "schannel-server, client TLS 1.2, 1.3, perhaps others, server "
			  "TLS 1.2, 1.3, perhaps others" } },
	{ .name = "D31 but not where Enabled is 0",
		.machine = { .entries = { SERVER_2025,
				     SET(HKLM "SYSTEM\\CurrentControlSet\\Control\\Lsa\\F"
					      "ipsAlgorithmPolicy",
					     "Enabled", 1),
				     SET(TLS "TLS 1.0\\Client", "Enabled", 0),
				     SET(TLS "TLS 1.0\\Server", "Enabled", 0) } },
		.want = { "schannel-server, " NEWEST } },
	{ .name = "D32 a policy of suites without any of TLS 1.3",
		.machine = { .entries = { SERVER_2025,
				     { HKLM "SOFTWARE\\Policies\\Microsoft\\Cryptography"
					    "\\Configuration\\SSL\\00010002",
					     "Functions",
					     "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_"
					     "ECDHE_RSA_WITH_AES_128_GCM_SHA256",
					     0 } } },
		.want = { "schannel-server, client TLS 1.2, server TLS 1.2" } },
	{ .name = "D32 suites with their curves, of Windows before 10",
		.machine = { .entries = { IS("Windows Server 2012 R2 Standard", "9600",
						  "Server"),
				     { HKLM "SOFTWARE\\Policies\\Microsoft\\Cryptography"
					    "\\Configuration\\SSL\\00010002",
					     "Functions",
					     "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P256,"
					     "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256_"
					     "P384",
					     0 } } },
		.want = { "schannel-server, client TLS 1.2, server TLS 1.2" } },
	{ .name = "Get-TlsCipherSuite as a list",
		.machine = { .entries = { IS(
				     "Windows Server 2022 Standard", "20348", "Server") },
			.suites = "\r\n\r\nKeyType               : 0\r\nCertificate      "
				  "     : RSA\r\nName                  : "
				  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\r\nProtocols    "
				  "         : {771, 65277}\r\n\r\nName                  "
				  ": TLS_AES_128_GCM_SHA256\r\nProtocols             : "
				  "{772}\r\n" },
		.want = { "schannel-server, client TLS 1.2, 1.3, server TLS 1.2, 1.3" } },
	{ .name = "Get-TlsCipherSuite | Format-Table Name",
		.machine = { .entries = { SERVER_2019 },
			.suites = "\r\nName\r\n----\r\nTLS_DHE_RSA_WITH_AES_256_GCM_"
				  "SHA384\r\nTLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384\r\n" },
		.want = { "schannel-server, client TLS 1.2, server TLS 1.2" } },
	{ .name = "Get-TlsCipherSuite | Export-Csv",
		.machine = { .entries = { SERVER_2019 },
			.suites = "#TYPE "
				  "Microsoft.Windows.TlsCipherSuite\r\n\"KeyType\","
				  "\"Name\",\"Protocols\"\r\n\"0\",\"TLS_RSA_WITH_AES_"
				  "128_CBC_SHA\",\"System.Collections.Generic.List`1["
				  "System.UInt32]\"\r\n" },
		.want = { "schannel-server, " NEW } },
	{ .name = "Get-TlsCipherSuite that names nothing is a note",
		.machine = { .entries = { SERVER_2019 },
			.suites = "Get-TlsCipherSuite : The term is not recognized\r\n" },
		.want = { "schannel-server, " NEW,
			"note: a.txt: names no suite that is known" } },
};

#define NO 0xdead /* the value is not there */

/* D18 to D26: what Enabled and DisabledByDefault come to, over a default that is on
 * (Server 2019's TLS 1.0) and over one that is off (Server 2025's). */
static const struct truth {
	uint32_t enabled;
	uint32_t off;
	const char *over_on;
	const char *over_off;
} truths[] = {
#define ON    "TLS 1.0 to 1.2", "TLS 1.0, 1.2, 1.3"
#define OFF   "TLS 1.1, 1.2", "TLS 1.2, 1.3"
#define ALL_F 0xffffffff
	{ NO, NO, "TLS 1.0 to 1.2", "TLS 1.2, 1.3" },
	{ NO, 0, ON },
	{ NO, 1, OFF },
	{ NO, ALL_F, OFF },
	{ 0, NO, OFF },
	{ 0, 0, OFF },
	{ 0, 1, OFF },
	{ 0, ALL_F, OFF },
	{ 1, NO, "TLS 1.0 to 1.2", "TLS 1.2, 1.3, perhaps others" },
	{ 1, 0, ON },
	{ 1, 1, OFF },
	{ 1, ALL_F, OFF },
	{ ALL_F, NO, "TLS 1.0 to 1.2", "TLS 1.2, 1.3, perhaps others" },
	{ ALL_F, 0, ON },
	{ ALL_F, 1, OFF },
	{ ALL_F, ALL_F, OFF },
};

static void check_truth(
	const struct truth *truth, const char *build, const char *want, enum form form)
{
	struct machine machine = { .entries = { IS("Windows Server", build, "Server") } };
	struct entry *next = &machine.entries[3];
	struct text CLEANUP(text_done) text;
	struct text CLEANUP(text_done) line;

	text_init(&text, 65536);
	text_init(&line, 256);
	if (truth->enabled != NO)
		*next++ = (struct entry)SET(
			TLS "TLS 1.0\\Client", "Enabled", truth->enabled);
	if (truth->off != NO)
		*next = (struct entry)SET(
			TLS "TLS 1.0\\Client", "DisabledByDefault", truth->off);
	exports_look(&machine, form, &text);
	text_format(&line, "schannel-server, client %s, server", want);
	if (strstr(text_string(&text), text_string(&line)) == NULL)
		fail_msg("%x %x: no \"%s\" in\n%s", truth->enabled, truth->off,
			text_string(&line), text_string(&text));
}

static void test_truth_table_of_schannel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(truths); i++)
		for (enum form form = 0; form < FORM_COUNT; form++) {
			check_truth(&truths[i], "17763", truths[i].over_on, form);
			check_truth(&truths[i], "26100", truths[i].over_off, form);
		}
}

static void test_a_file_of_no_form_is_refused(void **state)
{
	struct root nowhere = { .descriptor = -1 };
	struct host_exports exports = { .registry_count = 1 };
	struct host_report report;
	struct arena arena;
	struct fault why;
	struct host host;

	(void)state;
	exports.registry[0] =
		(struct export_file){ "\x1b.txt", bytes_of_string("no registry\n") };
	arena_init(&arena, HOST_ARENA_MAX);
	assert_int_equal(
		host_begin(&host, &report, &nowhere, false, &arena, &why), ERR_OK);
	assert_int_equal(host_windows(&host, &exports, &why), ERR_USAGE);
	assert_string_equal(why.text, "host: \\x1b.txt is neither a .reg file nor output "
				      "of reg query");
	exports = (struct host_exports){ .system = "Windows 99" };
	assert_int_equal(host_windows(&host, &exports, &why), ERR_USAGE);
	arena_done(&arena);
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows) + 2];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = exports_check,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	tests[COUNT_OF(rows)] =
		(struct CMUnitTest)cmocka_unit_test(test_truth_table_of_schannel);
	tests[COUNT_OF(rows) + 1] =
		(struct CMUnitTest)cmocka_unit_test(test_a_file_of_no_form_is_refused);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
