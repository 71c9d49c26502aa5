/* Machines with Linux by their files, each a tree of its own: the rows of T3 that a
 * system or its policy decides, and the files that the stacks read. Nothing is run. */
#include "../unit.h"

#include "base/attr.h"
#include "trees.h"

#define LIB "usr/lib/x86_64-linux-gnu/"

/* What a library says of itself. */
#define SSL3(release)                                                                    \
	{ LIB "libssl.so.3", "x" },                                                      \
	{                                                                                \
		LIB "libcrypto.so.3", release                                            \
	}
#define SSL11(release)                                                                   \
	{ LIB "libssl.so.1.1", "x" },                                                    \
	{                                                                                \
		LIB "libcrypto.so.1.1", release                                          \
	}
#define GNUTLS(release, reads)                                                           \
	{                                                                                \
		LIB "libgnutls.so.30", "Enabled GnuTLS " release " logging... " reads    \
	}
#define NSS(release)                                                                     \
	{                                                                                \
		LIB "libssl3.so", "Version: NSS " release " "                            \
	}
#define OS(id, version)                                                                  \
	{                                                                                \
		"etc/os-release", "ID=" id "\nVERSION_ID=\"" version "\"\n"              \
	}
#define BUILT                 " OPENSSLDIR: \"/usr/lib/ssl\" gcc -DOPENSSL_TLS_SECURITY_LEVEL=2 "
#define CNF                   "usr/lib/ssl/openssl.cnf"
#define CHAIN                 "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
#define POLICIES              "etc/crypto-policies/"
#define BOTH(stack, versions) stack ", client " versions ", server " versions
#define TLSV12                "MinProtocol = TLSv1.2\n"

static const struct tree trees[] = {
	{ "T3 Ubuntu 20.04: OpenSSL at level 2, GnuTLS and NSS from TLS 1.2 on",
		{ OS("ubuntu", "20.04"), SSL11("OpenSSL 1.1.1f  31 Mar 2020" BUILT),
			GNUTLS("3.6.13", "/etc/gnutls/config"), NSS("3.49.1") },
		{ BOTH("openssl 1.1.1f", "TLS 1.2, 1.3"),
			BOTH("gnutls 3.6.13", "TLS 1.2, 1.3"),
			BOTH("nss 3.49.1", "TLS 1.2, 1.3") } },
	{ "T3 Ubuntu 22.04",
		{ OS("ubuntu", "22.04"), SSL3("OpenSSL 3.0.2 15 Mar 2022" BUILT) },
		{ BOTH("openssl 3.0.2", "TLS 1.2, 1.3") } },
	{ "T3 Debian 12: OpenSSL by level alone, GnuTLS with TLS 1.0 and 1.1",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			GNUTLS("3.7.9", "/etc/gnutls/config"), NSS("3.87.1") },
		{ "openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.2, 1.3",
			BOTH("gnutls 3.7.9", "TLS 1.0 to 1.3"),
			BOTH("nss 3.87.1", "TLS 1.2, 1.3") } },
	{ "T3 OpenSSL 3.0 at level 0",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN "CipherString = DEFAULT@SECLEVEL=0\n" } },
		{ BOTH("openssl 3.0.11", "TLS 1.0 to 1.3") } },
	{ "T3 OpenSSL 3.0 at level 3",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN "CipherString = DEFAULT@SECLEVEL=3\n" } },
		{ BOTH("openssl 3.0.11", "TLS 1.2, 1.3") } },
	{ "OpenSSL 3 with FIPS' providers alone, at whatever level",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, "openssl_conf = a\n[a]\nssl_conf = b\nalg_section = "
			       "d\n[b]\n"
			       "system_default = c\n[c]\n"
			       "CipherString = DEFAULT@SECLEVEL=0\n[d]\n"
			       "default_properties = fips=yes\n" } },
		{ BOTH("openssl 3.0.11", "TLS 1.2, 1.3") } },
	{ "T3 Debian 10 and 11, whose openssl.cnf has the floor",
		{ OS("debian", "11"), SSL11("OpenSSL 1.1.1w  11 Sep 2023" BUILT),
			{ CNF, CHAIN TLSV12 "CipherString = DEFAULT@SECLEVEL=2\n" } },
		{ BOTH("openssl 1.1.1w", "TLS 1.2, 1.3") } },
	{ "T3 OpenSSL before 1.1.1 reads no floor",
		{ OS("debian", "8"), SSL11("OpenSSL 1.1.0l  10 Sep 2019" BUILT),
			{ CNF, CHAIN TLSV12 } },
		{ BOTH("openssl 1.1.0l", "TLS 1.0 to 1.2") } },
	{ "T3 RHEL 8 and later under DEFAULT",
		{ OS("rhel", "9.2"), { POLICIES "config", "DEFAULT\n" },
			{ POLICIES "back-ends/gnutls.config",
				"[global]\noverride-mode = allowlist\n[overrides]\n"
				"enabled-version = TLS1.3\nenabled-version = TLS1.2\n" },
			GNUTLS("3.7.6", "/etc/crypto-policies/back-ends/gnutls.config"),
			{ POLICIES "back-ends/nss.config",
				"config=\"disallow=ALL "
				"allow=x:tls-version-min=tls1.2\"" },
			NSS("3.45"), { LIB "libnss3.so", "/etc/crypto-policies" } },
		{ BOTH("crypto-policies DEFAULT", "TLS 1.2, 1.3"),
			BOTH("gnutls 3.7.6", "TLS 1.2, 1.3"),
			BOTH("nss 3.45", "TLS 1.2") } },
	{ "T3 RHEL 8 and later: openssl.cnf includes the policy in the section that "
	  "counts",
		{ OS("rhel", "9.2"), SSL3("OpenSSL 3.0.7 1 Nov 2022" BUILT),
			{ CNF, CHAIN ".include = /" POLICIES "back.config\n" },
			{ POLICIES "back.config",
				"TLS.MinProtocol = TLSv1.2\nDTLS.MinProtocol = DTLSv1.2\n"
				"[openssl_init]\nalg_section = evp_properties\n" } },
		{ BOTH("openssl 3.0.7", "TLS 1.2, 1.3") } },
	{ "RHEL 9 under LEGACY: from TLS 1.2 on",
		{ OS("rhel", "9.4"), { POLICIES "config", "LEGACY\n" } },
		{ BOTH("crypto-policies LEGACY", "TLS 1.2, 1.3") } },
	{ "T3 RHEL 8 under LEGACY: from TLS 1.0 on",
		{ OS("rhel", "8.6"), { POLICIES "config", "LEGACY\n" } },
		{ BOTH("crypto-policies LEGACY", "TLS 1.0 to 1.3") } },
	{ "T3 RHEL 8 and later under FUTURE and FIPS",
		{ OS("rhel", "9.2"), { POLICIES "config", "FIPS\n" } },
		{ BOTH("crypto-policies FIPS", "TLS 1.2, 1.3") } },
	{ "T3 SLES 15 SP4: policies reach OpenSSL and GnuTLS alone",
		{ OS("sles", "15.4"), { POLICIES "config", "DEFAULT\n" },
			GNUTLS("3.7.3", "/etc/crypto-policies/back-ends/gnutls.config"),
			{ POLICIES "back-ends/gnutls.config",
				"[overrides]\ndisabled-version = tls1.0\n"
				"disabled-version = tls1.1\n" },
			{ POLICIES "back-ends/nss.config",
				"config=\"tls-version-min=tls1.2\"" },
			NSS("3.45"), { LIB "libnss3.so", "no folder of policies" } },
		{ BOTH("gnutls 3.7.3", "TLS 1.2, 1.3"),
			BOTH("nss 3.45", "TLS 1.0 to 1.2") } },
	{ "GnuTLS reads the file that it was built to read, and no other",
		{ OS("debian", "12"), GNUTLS("3.7.9", "/etc/gnutls/config"),
			{ POLICIES "back-ends/gnutls.config",
				"[overrides]\ndisabled-version = tls1.0\n" } },
		{ BOTH("gnutls 3.7.9", "TLS 1.0 to 1.3") } },
	{ "GnuTLS' SYSTEM is for who asks for it",
		{ OS("debian", "12"), GNUTLS("3.7.9", "/etc/gnutls/config"),
			{ "etc/gnutls/config",
				"[priorities]\nSYSTEM=NORMAL:-VERS-TLS1.0\n" } },
		{ BOTH("gnutls 3.7.9", "TLS 1.0 to 1.3") } },
	{ "and the default of what Fedora builds",
		{ OS("fedora", "36"),
			GNUTLS("3.7.8", "/etc/crypto-policies/back-ends/gnutls.config"),
			{ POLICIES "back-ends/gnutls.config",
				"[priorities]\nSYSTEM=NORMAL:-VERS-TLS1.0\n" } },
		{ BOTH("gnutls 3.7.8", "TLS 1.1 to 1.3") } },
	{ "T3 NSS of Fedora in 2020, from TLS 1.0 on",
		{ OS("fedora", "31"), NSS("3.50") },
		{ BOTH("nss 3.50", "TLS 1.0 to 1.2") } },
	{ "curl speaks what its library leaves",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN TLSV12 }, { "usr/bin/curl", "x" },
			{ LIB "libcurl.so.4", "libcurl/7.88.1 libssl.so.3" } },
		{ "curl 7.88.1, client TLS 1.2, 1.3" } },
	{ "curl sets the highest version itself, whatever MaxProtocol says",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN "MaxProtocol = TLSv1.2\n" }, { "usr/bin/curl", "x" },
			{ LIB "libcurl.so.4", "libcurl/7.88.1 libssl.so.3" } },
		{ "curl 7.88.1, client TLS 1.0 to 1.3" } },
	{ "and does not turn on what Protocol turns off",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN "Protocol = ALL, -TLSv1.3\n" },
			{ "usr/bin/curl", "x" },
			{ LIB "libcurl.so.4", "libcurl/7.88.1 libssl.so.3" } },
		{ "curl 7.88.1, client TLS 1.0 to 1.2" } },
	{ "Wget speaks what its library and wgetrc leave",
		{ OS("debian", "12"), GNUTLS("3.7.9", "/etc/gnutls/config"),
			{ "etc/gnutls/config",
				"[overrides]\ndisabled-version = tls1.0\n" },
			{ "usr/bin/wget", "Wget/1.21.3 libgnutls.so.30" },
			{ "etc/wgetrc", "# secureprotocol = TLSv1_3\n"
					"secure_protocol = tlsv1_2\n" } },
		{ "wget 1.21.3, client TLS 1.2, 1.3" } },
	{ "curl that was built beside the system's, and with what lies beside it",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ "usr/bin/curl", "x" },
			{ LIB "libcurl.so.4", "libcurl/7.88.1 libssl.so.3" },
			{ "usr/local/bin/curl", "y" },
			{ "usr/local/lib/libcurl.so.4", "libcurl/8.16.0 libssl.so.3" } },
		{ "curl 7.88.1, client TLS 1.0 to 1.3",
			"curl 8.16.0, client TLS 1.2, 1.3" } },
	{ "curl by the .curlrc of its user",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ "usr/bin/curl", "x" },
			{ "root/.curlrc", "# --tlsv1.3\ntlsv1.1x\n--tlsv1.2\n" },
			{ LIB "libcurl.so.4", "libcurl/7.88.1 libssl.so.3" } },
		{ "curl 7.88.1, client TLS 1.2, 1.3" } },
	{ "and by a highest version in it",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ "usr/bin/curl", "x" },
			{ "root/.curlrc", "tls-max = \"1.2\"\n" },
			{ LIB "libcurl.so.4", "libcurl/7.88.1 libssl.so.3" } },
		{ "curl 7.88.1, client TLS 1.0 to 1.2" } },
	{ "Wget by the .wgetrc of its user, and then the system's",
		{ OS("debian", "12"), GNUTLS("3.7.9", "/etc/gnutls/config"),
			{ "usr/bin/wget", "Wget/1.21.3 libgnutls.so.30" },
			{ "root/.wgetrc", "secureprotocol = TLSv1_3\n" },
			{ "etc/wgetrc", "secureprotocol = TLSv1_1\n" } },
		{ "wget 1.21.3, client TLS 1.3" } },
	{ ".NET has what the newest OpenSSL leaves",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN TLSV12 },
			{ "root/.dotnet/shared/Microsoft.NETCore.App/3.1.32/a", "x" },
			{ "usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.1/a", "x" } },
		{ BOTH("dotnet 3.1.32", "TLS 1.2, 1.3"),
			BOTH("dotnet 8.0.1", "TLS 1.2, 1.3") } },
	{ "Python of conda, with the OpenSSL of its own folder",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ CNF, CHAIN "MinProtocol = TLSv1.3\n" },
			{ "opt/conda/lib/libssl.so.3", "y" },
			{ "opt/conda/lib/libcrypto.so.3",
				"OpenSSL 3.0.13 30 Jan 2024 OPENSSLDIR: "
				"\"/opt/conda/ssl\"" },
			{ "opt/conda/bin/python3.12", "x" },
			{ "opt/conda/lib/python3.12/lib-dynload/_ssl.cpython-312.so",
				"libssl.so.3" } },
		{ BOTH("openssl 3.0.11", "TLS 1.3"),
			BOTH("python 3.12", "TLS 1.2, 1.3") } },
	{ "T3 Python 3.11 of Debian 12, which leaves the least version to OpenSSL",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ "usr/bin/python3.11", "x" },
			{ "usr/lib/python3.11/lib-dynload/_ssl.cpython-311.so",
				"libssl.so.3" },
			{ "usr/lib/python3.11/_sysconfigdata__linux.py",
				"'--with-ssl-default-suites=openssl'" } },
		{ "python 3.11, client TLS 1.0 to 1.3, server TLS 1.2, 1.3" } },
	{ "T3 Python 3.11 of its makers",
		{ OS("debian", "12"), SSL3("OpenSSL 3.0.11 19 Sep 2023" BUILT),
			{ "usr/local/bin/python3.11", "x" },
			{ "usr/local/lib/python3.11/lib-dynload/_ssl.cpython-311.so",
				"libssl.so.3" } },
		{ BOTH("python 3.11", "TLS 1.2, 1.3") } },
	{ "Python 2.7 that does not say which: 2.7.9 decides, so it is unknown",
		{ { "usr/bin/python2.7", "x" }, { "opt/x/bin/python2.6", "x" } },
		{ "python 2.7, client unknown, server unknown",
			BOTH("python 2.6", "SSL 3.0, TLS 1.0") } },
	{ "Python 2.7 by its headers",
		{ { "usr/local/bin/python2.7", "x" },
			{ "usr/local/include/python2.7/patchlevel.h",
				"#define PY_VERSION      \t\"2.7.8\"\n" },
			{ "opt/y/bin/python2.7", "x" },
			{ "opt/y/include/python2.7/patchlevel.h",
				"#define PY_VERSION      \t\"2.7.13\"\n" } },
		{ BOTH("python 2.7.8", "SSL 3.0, TLS 1.0"),
			BOTH("python 2.7.13", "TLS 1.0 to 1.3") } },
	{ "Python 2.7 by its folder",
		{ { "root/.pyenv/versions/2.7.18/bin/python2.7", "x" },
			{ "root/.pyenv/versions/2.7.6/bin/python2.7", "x" } },
		{ BOTH("python 2.7.18", "TLS 1.0 to 1.3"),
			BOTH("python 2.7.6", "SSL 3.0, TLS 1.0") } },
	{ "runtimes that people brought into their homes, by whatever manager",
		{ { "home/a/.nvm/versions/node/v18.1.0/bin/node",
			  "nodejs.org/download/release/v18.1.0/" },
			{ "home/b/.asdf/installs/nodejs/10.3.0/bin/node",
				"nodejs.org/download/release/v10.3.0/" },
			{ "root/.pyenv/versions/3.12.1/bin/python3.12", "x" },
			{ "home/a/.sdkman/candidates/java/x/release",
				"JAVA_VERSION=\"21.0.1\"\n" } },
		{ BOTH("node 18.1.0", "TLS 1.2, 1.3"),
			BOTH("node 10.3.0", "TLS 1.0 to 1.2"),
			BOTH("python 3.12", "TLS 1.2, 1.3"),
			BOTH("java 21.0.1", "TLS 1.2, 1.3") } },
	{ "Node.js of Debian, all in a library, and an old one beside it",
		{ { "usr/bin/node", "x" },
			{ LIB "libnode.so.108", "nodejs.org/download/release/v18.19.0/" },
			{ "opt/old/bin/node", "node v0.10.48" } },
		{ BOTH("node 18.19.0", "TLS 1.2, 1.3"),
			BOTH("node 0.10.48", "TLS 1.0 to 1.2") } },
	{ "libraries of snaps and of flatpak's runtimes",
		{ { "snap/a/current/" LIB "libgnutls.so.30", "Enabled GnuTLS 3.7.3 " },
			{ "var/lib/flatpak/runtime/org.x/x86_64/1/active/files/lib/"
			  "x86_64-linux-gnu/libgnutls.so.30",
				"Enabled GnuTLS 3.8.0 " } },
		{ BOTH("gnutls 3.7.3", "TLS 1.0 to 1.3"),
			BOTH("gnutls 3.8.0", "TLS 1.0 to 1.3") } },
	{ "Java by its java.security, whatever its release says",
		{ { "usr/lib/jvm/a/release", "JAVA_VERSION=\"11.0.10\"\n" },
			{ "usr/lib/jvm/a/conf/security/java.security",
				"jdk.tls.disabledAlgorithms=SSLv3, TLSv1, \\\n"
				"    TLSv1.1, RC4\n" } },
		{ BOTH("java 11.0.10", "TLS 1.2, 1.3") } },
	{ "T3 Java 17 whose list was cut",
		{ { "usr/lib/jvm/a/release", "JAVA_VERSION=\"17.0.15\"\n" },
			{ "usr/lib/jvm/a/conf/security/java.security",
				"jdk.tls.disabledAlgorithms=SSLv3, RC4\n" } },
		{ BOTH("java 17.0.15", "TLS 1.0 to 1.3") } },
	{ "T3 Java of Corretto by its java.security",
		{ { "usr/lib/jvm/a/release", "IMPLEMENTOR=\"Amazon.com Inc.\"\n"
					     "JAVA_VERSION=\"1.8.0_422\"\n" },
			{ "usr/lib/jvm/a/jre/lib/security/java.security",
				"jdk.tls.disabledAlgorithms=SSLv3, RC4\n" } },
		{ BOTH("java 8.0.422", "TLS 1.0 to 1.3") } },
};

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(trees)];

	for (size_t i = 0; i < COUNT_OF(trees); i++)
		tests[i] = (struct CMUnitTest){ .name = trees[i].name,
			.test_func = tree_check,
			.initial_state = (void *)(uintptr_t)&trees[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
