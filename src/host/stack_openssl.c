/* OpenSSL and LibreSSL: each libssl, and the openssl.cnf that it reads. */
#include <stdio.h>
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"
#include "host/openssl_config.h"

#define CONFIG_MAX ((size_t)1 << 20) /* the stock file has 12 KB */
#define FOLDER_LEN 256
#define NOTHING    "/dev/null" /* as scripts have OPENSSL_CONF for no file at all */

/* What the library that does the work says of itself. */
struct built {
	char release[64];
	char folder[FOLDER_LEN]; /* OPENSSLDIR */
	int level;               /* OPENSSL_TLS_SECURITY_LEVEL; -1: not said */
	bool libressl;
};

static void copy_until(struct bytes all, uint8_t end, char *ret, size_t room)
{
	const uint8_t *stop = all.len == 0 ? NULL : memchr(all.at, end, all.len);

	if (stop != NULL && (size_t)(stop - all.at) < room) {
		memcpy(ret, all.at, (size_t)(stop - all.at));
		ret[stop - all.at] = '\0';
	}
}

static struct bytes behind(struct bytes window, const char *word)
{
	struct bytes needle = bytes_of_string(word);
	size_t at = bytes_find(window, needle);

	return at == window.len ? (struct bytes){ 0 }
				: bytes_after(window, at + needle.len);
}

/* "OpenSSL 3.0.19 27 Jan 2026", OPENSSLDIR: "/usr/lib/ssl", and the compiler's line. */
static bool read_built(void *context, struct bytes window)
{
	static const char *const words[] = { "OpenSSL ", "LibreSSL " };
	struct built *built = context;
	struct bytes at = behind(window, "OPENSSLDIR: \"");

	if (at.len > 0)
		copy_until(bytes_first(at, FOLDER_LEN), '"', built->folder,
			sizeof built->folder);
	at = behind(window, "-DOPENSSL_TLS_SECURITY_LEVEL=");
	if (at.len > 0 && at.at[0] >= '0' && at.at[0] <= '5')
		built->level = at.at[0] - '0';
	for (size_t i = 0; i < COUNT_OF(words); i++)
		for (at = behind(window, words[i]);
			at.len > 0 && built->release[0] == '\0';
			at = behind(at, words[i])) {
			size_t len = release_length(bytes_first(at, 32));

			/* "OpenSSL 3.0.19 27 Jan 2026": a date stands behind it */
			if (len < 5 || at.at[len] != ' ')
				continue;
			memcpy(built->release, at.at, len);
			built->libressl = i == 1;
		}
	return false;
}

/* The *.cnf and *.conf of a folder, in order; or a file. config(5), .include. */
static void include(struct openssl_config *config, const char *path)
{
	struct host *host = config->owner;
	struct root_status status;
	const char *const *names;
	struct text text;
	size_t count;

	if (root_status(host->root, path, &status) == ERR_OK && status.folder) {
		if (root_names(host->root, path, host->arena, &names, &count) != ERR_OK)
			return;
		for (size_t i = 0; i < count; i++) {
			const char *dot = strrchr(names[i], '.');

			if (dot != NULL &&
				(strcmp(dot, ".cnf") == 0 || strcmp(dot, ".conf") == 0))
				include(config, host_text(host, "%s/%s", path, names[i]));
		}
		return;
	}
	if (host_read(host, path, CONFIG_MAX, &text) != ERR_OK) {
		openssl_config_note(config, path, 0, "it is included, and was not read");
		return;
	}
	/* Names of files live as long as the values. */
	path = arena_string(host->arena, bytes_of_string(path));
	if (path == NULL ||
		openssl_config_read(config,
			bytes_over(text_string(&text), text_len(&text)), path) != ERR_OK)
		host_note_add(host, "openssl.cnf", "not read: memory ran out");
	text_done(&text);
}

static void tell_value(
	struct host *host, struct host_stack *stack, const struct openssl_value *value)
{
	if (value != NULL)
		host_reason_both(host, stack, "%s, line %u: %s = %s",
			host_quoted(host, value->file), value->line,
			host_quoted(host, value->name), host_quoted(host, value->value));
}

static bool is_three(const struct host_stack *stack)
{
	return stack->release != NULL && release_compare(bytes_of_string(stack->release),
						 bytes_of_string("3.0")) >= 0;
}

/* From 3.0 on TLS 1.0 and 1.1 sign with what level 1 does not take: servers refuse them,
 * clients still take RSA key exchange. SSL_CTX_set_security_level(3). */
static void apply_level(struct host *host, struct host_stack *stack, int level)
{
	uint16_t old = versions_to(RANK_TLS11);
	if (level < 0 || !is_three(stack))
		return;
	if (level == 0) {
		stack->server.range.on |=
			VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS11);
		stack->client.range.on |=
			VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS11);
		host_reason_both(host, stack, "security level 0 allows TLS 1.0 and 1.1");
	} else if (level >= 3) { /* ssl_security_default_callback() */
		stack->server.range.on &= (uint16_t)~old;
		stack->client.range.on &= (uint16_t)~old;
	} else {
		host_reason_both(host, stack, "security level %d", level);
	}
}

/* Without MD5 and SHA-1 together, which no FIPS provider has, OpenSSL 3 lets nothing
 * below TLS 1.2 be negotiated (tls_setup_handshake()). */
static void apply_fips(
	struct host *host, struct host_stack *stack, const struct openssl_value *fips)
{
	if (fips == NULL || strcmp(fips->name, "default_properties") != 0 ||
		!is_three(stack))
		return;
	host_reason_both(host, stack, "FIPS alone has nothing for what is below TLS 1.2");
	stack->client.range.on &= versions_from(RANK_TLS12);
	stack->server.range.on &= versions_from(RANK_TLS12);
}

static void apply_policy(struct host *host, struct host_stack *stack,
	const struct openssl_config *config, int built_level, const char *path)
{
	struct openssl_policy policy = openssl_policy_of(config);
	struct openssl_policy listed = { .protocol = policy.protocol };
	int level = policy.level >= 0 ? policy.level : built_level;

	if (config->files == 0)
		host_reason_both(host, stack, "%s: no file decides",
			strcmp(path, NOTHING) == 0 ? NOTHING
						   : host_text(host, "%s is not there",
							     host_quoted(host, path)));
	else if (policy.broken != NULL)
		host_reason_both(host, stack, "%s has no %s: it sets no versions",
			host_quoted(host, path), policy.broken);
	tell_value(host, stack, policy.protocol);
	tell_value(host, stack, policy.lowest);
	tell_value(host, stack, policy.highest);
	if (policy.level >= 0)
		tell_value(host, stack, policy.ciphers);
	tell_value(host, stack, policy.fips);
	host->unlisted |= VERSIONS_ALL & ~openssl_policy_apply(&listed, VERSIONS_ALL);
	if (stack->client.known == HOST_UNKNOWN)
		return;
	apply_level(host, stack, level);
	apply_fips(host, stack, policy.fips);
	stack->client.range.on = openssl_policy_apply(&policy, stack->client.range.on);
	stack->server.range.on = openssl_policy_apply(&policy, stack->server.range.on);
}

/* system_default counts from 1.1.1 on. OpenSSL's CHANGES, 1.1.1. */
static void configure(
	struct host *host, struct host_stack *stack, const struct built *built)
{
	const char *named = host_variable(host, "OPENSSL_CONF");
	const char *path =
		named != NULL
			? named
			: host_text(host, "%s/openssl.cnf",
				  built->folder[0] != '\0' ? built->folder : "/etc/ssl");
	struct openssl_config config = {
		.arena = host->arena, .include = include, .owner = host
	};
	struct root_status status;
	enum err err = root_status(host->root, path, &status);

	if (stack->release != NULL && release_compare(bytes_of_string(stack->release),
					      bytes_of_string("1.1.1")) < 0) {
		host_reason_both(
			host, stack, "before 1.1.1 openssl.cnf decides no versions");
		return;
	}
	if (named != NULL)
		host_reason_both(
			host, stack, "OPENSSL_CONF is %s", host_quoted(host, named));
	if (err == ERR_OK && strcmp(path, NOTHING) != 0)
		include(&config, path);
	apply_policy(host, stack, &config, built->level, path);
	for (size_t i = 0; i < config.note_count; i++)
		host_note_add(host, path, "%s", config.notes[i]);
	if (config.note_count > 0 || (err != ERR_OK && err != ERR_NOT_FOUND))
		host_unsettle(host, stack, "some of openssl.cnf");
}

/* It serves who comes, with a page for HTTP, so that the program need not be told what
 * to say. */
static void ask(struct host *host, struct host_stack *stack)
{
	const char *const client[] = { host->openssl, "s_client", "-connect",
		"127.0.0.1:{port}" };
	const char *const server[] = { host->openssl, "s_server", "-accept",
		"127.0.0.1:{port}", "-cert", HOST_CERTIFICATE, "-key", HOST_CERTIFICATE,
		"-quiet", "-www" };
	struct host_ask *ask = host_ask_add(host, stack);

	if (ask == NULL)
		return;
	memcpy(ask->client, client, sizeof client);
	memcpy(ask->server, server, sizeof server);
}

/* Of what cannot be told by a table. */
static void leave_open(struct host_stack *stack, const char *title, const char *missing)
{
	stack->title = title;
	stack->client.range.maybe = stack->server.range.maybe = VERSIONS_USUAL;
	stack->client.missing = stack->server.missing = missing;
}

/* crypto is the file that says which release it is. */
static struct host_stack *look_at(struct host *host, const char *path, const char *crypto)
{
	struct built built = { .level = -1 };
	struct host_stack *stack;
	enum err err = root_windows(host->root, crypto, 512, read_built, &built);

	if (err != ERR_OK)
		host_note_add(host, crypto, "not read: %s", err_sentence(err));
	stack = host_stack_add(host, "openssl",
		built.release[0] == '\0' ? NULL : host_text(host, "%s", built.release),
		path);
	if (built.libressl) {
		leave_open(
			stack, "LibreSSL", "a handshake: there is no table of LibreSSL");
		return stack;
	}
	(void)host_stack_derive(host, stack, stack->release);
	configure(host, stack, &built);
	return stack;
}

/* Its libcrypto lies beside it. */
struct host_stack *stack_openssl_at(struct host *host, const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	return look_at(host, path,
		host_text(host, "%.*slibcrypto%s", (int)(name - path), path,
			name + strlen("libssl")));
}

struct host_stack *stack_openssl_inside(struct host *host, const char *path)
{
	static const char *const boring[] = { "(compatible; BoringSSL)", NULL };
	struct host_stack *stack;

	if (host_word(host, path, boring) == NULL)
		return look_at(host, path, path);
	stack = host_stack_add(host, "openssl", NULL, path);
	leave_open(stack, "BoringSSL", "a handshake: there is no table of BoringSSL");
	return stack;
}

/* "OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 ...": the library's counts. */
static const char *release_asked(struct host *host)
{
	const char *const words[] = { host->openssl, "version", NULL };
	const char *said, *at;
	size_t len;
	int code;

	if (host->openssl == NULL)
		return NULL;
	said = host_said(host, words, &code);
	at = strstr(said, "Library: OpenSSL ");
	at = at != NULL ? at + strlen("Library: OpenSSL ") : said + strcspn(said, " ");
	while (*at == ' ')
		at++;
	len = release_length(bytes_of_string(at));
	return code != 0 || len == 0 ? NULL
				     : arena_string(host->arena, bytes_over(at, len));
}

/* "libssl.so.3", "libssl-3.so": but not NSS' libssl3.so. */
void stack_openssl(struct host *host)
{
	static const char *const names[] = { "libssl.so.", "libssl-" };
	const char *asked = release_asked(host);

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *const *at = host_libraries(host, names[i]);

		for (; *at != NULL; at++) {
			struct host_stack *stack = stack_openssl_at(host, *at);

			if (asked == NULL || stack->release == NULL ||
				strcmp(asked, stack->release) != 0)
				continue;
			ask(host, stack);
			asked = NULL; /* the program is linked with one */
		}
	}
}
