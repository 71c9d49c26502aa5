/* Java: each installation, its java.security, and its keytool, which is a client. */
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"
#include "host/java_security.h"
#include "host/lines.h"

#define FILE_MAX      ((size_t)1 << 20) /* java.security has 60 KB */
#define HOMES_MAX     64
#define OPTIONS_MAX   65536 /* of Java's, those of big servers have some KB */
#define SYSTEM_POLICY "/etc/crypto-policies/back-ends/java.config"

struct homes {
	uint64_t inodes[HOMES_MAX]; /* of what tells the release: links are many */
	size_t count;
};

/* JAVA_VERSION="17.0.21" of the file `release`. */
static const char *release_of(struct host *host, const char *home)
{
	const char *path = host_text(host, "%s/release", home);
	struct bytes all, line, name, value;
	const char *found = NULL;
	char release[64];
	struct text text;

	if (host_read(host, path, FILE_MAX, &text) != ERR_OK)
		return NULL;
	all = bytes_over(text_string(&text), text_len(&text));
	while (lines_next(&all, &line)) {
		if (!lines_pair(line, '=', &name, &value) ||
			!lines_equal(name, "JAVA_VERSION") || value.len < 2)
			continue;
		release_of_java(bytes_first(bytes_after(value, 1), value.len - 2),
			release, sizeof release);
		found = host_text(host, "%s", release);
	}
	text_done(&text);
	return found;
}

static void apply_side(struct host_side *side, uint16_t can, uint16_t disabled)
{
	if (side->known != HOST_UNKNOWN)
		side->range.on = (side->range.on | can) & (uint16_t)~disabled;
}

/* What the release disables by default is in the list: what is not there is on, but for
 * TLS 1.3 and 1.2 of clients that must ask for it. */
static void apply(struct host *host, struct host_stack *stack,
	const struct default_row *row, const char *path,
	const struct java_security *security)
{
	uint16_t listed = VERSIONS_OF(RANK_SSL3) | VERSIONS_OF(RANK_TLS10) |
			  VERSIONS_OF(RANK_TLS11);
	struct text CLEANUP(text_done) versions;

	text_init(&versions, 256);
	if (!security->disables || row == NULL)
		return;
	versions_text(security->disabled, &versions);
	host_reason_both(host, stack, "%s, line %u: jdk.tls.disabledAlgorithms names %s",
		host_quoted(host, path), security->line, text_string(&versions));
	apply_side(&stack->client, row->can_client & listed, security->disabled);
	apply_side(&stack->server, row->can_server & listed, security->disabled);
}

static void configure(struct host *host, struct host_stack *stack,
	const struct default_row *row, const char *home)
{
	static const char *const places[] = { "conf/security/java.security",
		"lib/security/java.security", "jre/lib/security/java.security" };
	struct java_security security = { 0 };
	struct text text;

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		const char *path = host_text(host, "%s/%s", home, places[i]);
		enum err err = host_read(host, path, FILE_MAX, &text);

		if (err == ERR_NOT_FOUND)
			continue;
		if (err != ERR_OK) {
			host_unsettle(host, stack, path);
			return;
		}
		security =
			java_security_of(bytes_over(text_string(&text), text_len(&text)));
		text_done(&text);
		apply(host, stack, row, path, &security);
		break;
	}
	if (security.system_policy &&
		host_read(host, SYSTEM_POLICY, FILE_MAX, &text) == ERR_OK) {
		security =
			java_security_of(bytes_over(text_string(&text), text_len(&text)));
		text_done(&text);
		apply(host, stack, row, SYSTEM_POLICY, &security);
	}
}

/* The value of "-Dname=value" in a variable of options, up to a blank; empty: it is not
 * there. The last counts. */
static struct bytes option_of(const char *options, const char *name)
{
	struct bytes found = { 0 };
	const char *at = options;

	while ((at = strstr(at, name)) != NULL) {
		at += strlen(name);
		found = bytes_over(at, strcspn(at, " \t\n'\""));
	}
	return found;
}

/* A list of the application's, of what is there and not disabled. */
static void apply_list(struct host *host, struct host_side *side, uint16_t can,
	const char *name, struct bytes list)
{
	if (list.len == 0 || side->known == HOST_UNKNOWN)
		return;
	host_reason(host, side, "%s sets %s",
		host->settings == NULL ? "JAVA_TOOL_OPTIONS"
				       : "its command line or a "
					 "variable of it",
		name);
	side->range.on = (side->range.on | can) & java_protocols(list);
}

/* In the order in which the JVM reads them: of what is there twice the last counts.
 * JAVA_TOOL_OPTIONS reaches every JVM, JDK_JAVA_OPTIONS what `java` starts; a variable of
 * HotSpot's has the last word. */
static const char *options_of(struct host *host)
{
	const char *parts[] = { host_variable(host, "JAVA_TOOL_OPTIONS"),
		host->settings == NULL ? NULL : host_variable(host, "JDK_JAVA_OPTIONS"),
		host_arguments(host, "-D"), host_variable(host, "_JAVA_OPTIONS") };
	struct text CLEANUP(text_done) all;
	const char *kept;

	text_init(&all, OPTIONS_MAX);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (parts[i] != NULL)
			text_format(&all, "%s ", parts[i]);
	kept = arena_string(host->arena, bytes_of_string(text_string(&all)));
	return kept == NULL ? "" : kept;
}

/* JSSE's reference guide, "Customizing JSSE". */
static void apply_options(
	struct host *host, struct host_stack *stack, const struct default_row *row)
{
	const char *options = options_of(host);
	uint16_t new = VERSIONS_OF(RANK_TLS12) | VERSIONS_OF(RANK_TLS13);
	struct java_security security;
	struct bytes file;
	struct text text;

	if (row == NULL)
		return;
	file = option_of(options, "-Djava.security.properties=");
	if (file.len > 0 && file.at[0] == '=')
		file = bytes_after(file, 1);
	if (file.len > 0) {
		const char *path = arena_string(host->arena, file);

		if (path != NULL && host_read(host, path, FILE_MAX, &text) == ERR_OK) {
			security = java_security_of(
				bytes_over(text_string(&text), text_len(&text)));
			text_done(&text);
			apply(host, stack, row, path, &security);
		}
	}
	apply_list(host, &stack->client, row->can_client & new,
		"jdk.tls.client.protocols",
		option_of(options, "-Djdk.tls.client.protocols="));
	apply_list(host, &stack->server, row->can_server & new,
		"jdk.tls.server.protocols",
		option_of(options, "-Djdk.tls.server.protocols="));
	if (option_of(options, "-Dhttps.protocols=").len > 0)
		host_reason(host, &stack->client,
			"https.protocols is set, for HttpsURLConnection alone");
}

/* keytool prints any server's certificate, after a handshake of JSSE's. */
static void ask(struct host *host, struct host_stack *stack, const char *home)
{
	const char *keytool = host_text(host, "%s/bin/keytool", home);
	const char *const words[] = { keytool, "-printcert", "-sslserver",
		"127.0.0.1:{port}" };
	struct host_ask *ask;

	if (!host_may_run(host, keytool) || (ask = host_ask_add(host, stack)) == NULL)
		return;
	memcpy(ask->client, words, sizeof words);
}

struct host_stack *stack_java_at(struct host *host, const char *home)
{
	const char *release = release_of(host, home);
	const struct default_row *row;
	struct host_stack *stack;

	if (release == NULL)
		return NULL;
	stack = host_stack_add(host, "java", release, home);
	row = host_stack_derive(host, stack, release);
	configure(host, stack, row, home);
	apply_options(host, stack, row);
	return stack;
}

/* ".../lib/server/libjvm.so", of Java 8 ".../jre/lib/amd64/server/libjvm.so": the folder
 * above that has the file `release`. */
const char *stack_java_home(struct host *host, const char *library)
{
	struct root_status status;
	const char *home = library;

	for (size_t up = 0; up < 6; up++) {
		const char *slash = strrchr(home, '/');

		if (slash == NULL || slash == home)
			return NULL;
		home = host_text(host, "%.*s", (int)(slash - home), home);
		if (root_status(host->root, host_text(host, "%s/release", home),
			    &status) == ERR_OK)
			return home;
	}
	return NULL;
}

static void look_at(struct host *host, struct homes *homes, const char *home)
{
	struct root_status status;
	struct host_stack *stack;

	if (root_status(host->root, host_text(host, "%s/release", home), &status) !=
			ERR_OK ||
		homes->count == HOMES_MAX)
		return;
	for (size_t i = 0; i < homes->count; i++)
		if (homes->inodes[i] == status.inode)
			return;
	stack = stack_java_at(host, home);
	if (stack == NULL)
		return;
	homes->inodes[homes->count++] = status.inode;
	ask(host, stack, home);
}

void stack_java(struct host *host)
{
	const char *const *folders = host_runtime_folders(host);
	struct homes homes = { 0 };

	for (; *folders != NULL; folders++)
		look_at(host, &homes, *folders);
}
