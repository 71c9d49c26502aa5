/* What runs on a machine, by the texts of its /proc, as they were saved below a folder:
 * files are those of the machine, and may be told by other numbers than maps have. */
#include "../unit.h"

#include "base/attr.h"
#include "trees.h"

#define PID(file)    "proc/7/" file
#define OTHER(file)  "proc/8/" file
#define MAPPED(path) "7f00-7f01 r-xp 00001000 00:00 0   " path "\n"
#define SIXTEEN      "0123456789abcdef"
#define GO(release)  "x\xff Go buildinf:\b\x02" SIXTEEN "\bgo" release SIXTEEN SIXTEEN
#define LIBSSL       "usr/lib/libssl.so.3"
#define CRYPTO       "usr/lib/libcrypto.so.3"
#define BUILT        "OpenSSL 3.0.11 19 Sep 2023 OPENSSLDIR: \"/etc/ssl\" "
#define LOW                                                                              \
	"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"            \
	"CipherString = DEFAULT@SECLEVEL=0\n"
#define NODE "nodejs.org/download/release/v20.1.0/"

static const struct tree trees[] = {
	{ "a folder that is called (deleted) is none that was",
		{ { PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /opt/a (deleted)/b (deleted)" },
			{ "opt/a (deleted)/b", GO("1.21.5") } },
		{ "process 7: go /opt/a (deleted)/b, replaced", "! in process 7" } },
	{ "and one below it is the one that is there",
		{ { PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /opt/a (deleted)/b" },
			{ "opt/a (deleted)/b", GO("1.21.5") } },
		{ "process 7: go /opt/a (deleted)/b, stored" } },
	{ "each that runs a program is told, and what decides of it alone",
		{ { PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /srv/a" }, { "srv/a", GO("1.22.5") },
			{ OTHER("maps"), MAPPED("/lib/ld.so") }, { OTHER("comm"), "b\n" },
			{ OTHER("exe"), "-> /srv/a" },
			{ OTHER("environ"), "A=b\1GODEBUG=tls10server=1\1" } },
		{ "process 7: go /srv/a, stored", "process 8: go /srv/a, stored",
			"go 1.22.5, client TLS 1.2, 1.3, server TLS 1.2, 1.3, in process "
			"7 (a)",
			"go 1.22.5, client TLS 1.2, 1.3, server TLS 1.0 to 1.3, in "
			"process 8 (b)" } },
	{ "processes in the order of their numbers",
		{ { PID("maps"), MAPPED("/" LIBSSL) }, { PID("comm"), "a\n" },
			{ "proc/100/maps", MAPPED("/" LIBSSL) },
			{ "proc/20/maps", MAPPED("/" LIBSSL) } },
		{ "process 7: openssl /" LIBSSL ", replaced\n"
		  "process 20: openssl /" LIBSSL ", replaced\n"
		  "process 100: openssl /" LIBSSL ", replaced" } },
	{ "a process whose OPENSSL_CONF is another",
		{ { LIBSSL, "x" }, { CRYPTO, BUILT }, { "srv/low.cnf", LOW },
			{ PID("maps"), MAPPED("/" LIBSSL) }, { PID("comm"), "a\n" },
			{ PID("environ"), "OPENSSL_CONF=/srv/low.cnf\1" } },
		{ "openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.2, 1.3",
			"openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.0 to 1.3, "
			"in process 7 (a)" } },
	{ "a process without openssl.cnf, as scripts have it",
		{ { LIBSSL, "x" }, { CRYPTO, BUILT }, { "etc/ssl/openssl.cnf", LOW },
			{ PID("maps"), MAPPED("/" LIBSSL) }, { PID("comm"), "a\n" },
			{ PID("environ"), "OPENSSL_CONF=/dev/null\1" } },
		{ "openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.0 to 1.3",
			"openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.2, 1.3, in "
			"process 7 (a)" } },
	{ "of a process without settings of its own nothing is told twice",
		{ { LIBSSL, "x" }, { CRYPTO, BUILT }, { PID("maps"), MAPPED("/" LIBSSL) },
			{ PID("comm"), "a\n" }, { PID("environ"), "PATH=/bin\1" } },
		{ "openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.2, 1.3",
			"! in process 7" } },
	{ "Node.js by its arguments and by NODE_OPTIONS",
		{ { "usr/bin/node", NODE }, { PID("maps"), MAPPED("/lib/ld.so") },
			{ PID("comm"), "node\n" }, { PID("exe"), "-> /usr/bin/node" },
			{ PID("cmdline"), "node\1--tls-min-v1.1\1a.js\1" },
			{ OTHER("maps"), MAPPED("/lib/ld.so") },
			{ OTHER("comm"), "node\n" }, { OTHER("exe"), "-> /usr/bin/node" },
			{ OTHER("environ"), "NODE_OPTIONS=--tls-max-v1.2\1" } },
		{ "node 20.1.0, client TLS 1.2, 1.3, server TLS 1.2, 1.3",
			"node 20.1.0, client TLS 1.1 to 1.3, server TLS 1.2, 1.3, in "
			"process 7 (node)",
			"node 20.1.0, client TLS 1.2, server TLS 1.2, in process 8 "
			"(node)" } },
	{ "Java by its options, of which the last counts",
		{ { "srv/j/release", "JAVA_VERSION=\"17.0.1\"\n" },
			{ PID("maps"), MAPPED("/srv/j/lib/server/libjvm.so") },
			{ PID("comm"), "java\n" },
			{ PID("environ"), "JAVA_TOOL_OPTIONS=-Djdk.tls.client.protocols="
					  "TLSv1.3\1" },
			{ PID("cmdline"),
				"java\1-Djdk.tls.client.protocols=TLSv1.2\1-jar\1" },
			{ "srv/j/lib/server/libjvm.so", "x" } },
		{ "java 17.0.1, client TLS 1.2, server TLS 1.2, 1.3, in process 7 "
		  "(java)" } },
	{ "OpenSSL that is linked into a program, and the file that it reads",
		{ { "srv/a", BUILT "no protocols available\1ssl/ssl_lib.c" },
			{ "etc/ssl/openssl.cnf", LOW },
			{ PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /srv/a" } },
		{ "openssl 3.0.11, client TLS 1.0 to 1.3, server TLS 1.0 to 1.3, in "
		  "process 7 (a)",
			"process 7: openssl /srv/a, stored" } },
	{ "BoringSSL is not taken for it",
		{ { "srv/a", "OpenSSL 1.1.1 (compatible; BoringSSL) "
			     "NO_PROTOCOLS_AVAILABLE" },
			{ PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /srv/a" } },
		{ "process 7: openssl /srv/a, stored", "! openssl 1.1.1" } },
	{ "a library that lies where only the process looks",
		{ { "srv/lib/libgnutls.so.30", "Enabled GnuTLS 3.6.0 " },
			{ PID("maps"), MAPPED("/srv/lib/libgnutls.so.30") },
			{ PID("comm"), "a\n" } },
		{ "gnutls 3.6.0, client TLS 1.0 to 1.2, server TLS 1.0 to 1.2, in "
		  "process 7 (a)" } },
	{ "what only speaks of releases has none in it",
		{ { "srv/a", "nodejs.org/download/release/v\" rustls- OpenSSL \" no "
			     "protocols available" },
			{ PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /srv/a" } },
		{ "! process 7" } },
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
