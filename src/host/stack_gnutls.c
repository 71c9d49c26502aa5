/* GnuTLS: each library, the system's priority file, and its own programs. */
#include <string.h>

#include "host/gnutls_config.h"
#include "host/host_inside.h"

#define CONFIG_MAX 65536

/* Fedora's is built to read the first, all others the second: its name stands in the
 * library. */
static const char *const files[] = { "/etc/crypto-policies/back-ends/gnutls.config",
	"/etc/gnutls/config", "/etc/gnutls/default-priorities", NULL };

static void tell(struct host *host, struct host_stack *stack, const char *file,
	uint32_t line, const char *what, struct bytes value)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, 2048);
	if (line == 0)
		return;
	text_quote_terminal(&quoted, bytes_first(value, 120));
	host_reason_both(host, stack, "%s, line %u: %s%s", host_quoted(host, file), line,
		what, text_string(&quoted));
}

/* Fedora's, which reads crypto-policies' file, is built with @SYSTEM as its default. Of
 * others that is for who asks for it (tried with 3.7.9 of Debian 12). */
static bool asks_for_system(struct host *host, const struct host_stack *stack)
{
	static const char *const fedora[] = {
		"/etc/crypto-policies/back-ends/gnutls.config", NULL
	};

	return host_word(host, stack->path, fedora) != NULL;
}

static void apply(
	struct host *host, struct host_stack *stack, const char *file, struct bytes all)
{
	struct gnutls_config config = gnutls_config_of(all);
	struct host_side *sides[] = { &stack->client, &stack->server };
	struct bytes nothing = { 0 };
	bool by_system = asks_for_system(host, stack);
	struct bytes priority = config.default_priority;

	if (priority.len == 0 && by_system)
		priority = config.system_priority;

	tell(host, stack, file, config.disabled_line, "disabled-version", nothing);
	if (config.allowlist)
		tell(host, stack, file, config.enabled_line,
			"enabled-version, and no other (override-mode = allowlist)",
			nothing);
	tell(host, stack, file, config.priority_line,
		"default-priority-string = ", config.default_priority);
	tell(host, stack, file, config.system_line,
		by_system ? "SYSTEM = " : "for who asks for @SYSTEM alone: ",
		config.system_priority);
	for (size_t i = 0; i < COUNT_OF(sides); i++)
		if (sides[i]->known != HOST_UNKNOWN)
			sides[i]->range.on = gnutls_config_apply(&config,
				gnutls_priority(priority, sides[i]->range.on, &config));
}

/* False: there is no such file. */
static bool configure_by(struct host *host, struct host_stack *stack, const char *file)
{
	struct text text;
	enum err err = host_read(host, file, CONFIG_MAX, &text);

	if (err == ERR_NOT_FOUND)
		return false;
	if (err != ERR_OK) {
		host_unsettle(host, stack, file);
		return true;
	}
	apply(host, stack, file, bytes_over(text_string(&text), text_len(&text)));
	text_done(&text);
	return true;
}

/* gnutls.7, "Application-specific priority strings"; where the library does not say what
 * it reads, whichever file is there. */
static void configure(struct host *host, struct host_stack *stack)
{
	const char *file = host_variable(host, "GNUTLS_SYSTEM_PRIORITY_FILE");

	if (file != NULL)
		host_reason_both(host, stack, "GNUTLS_SYSTEM_PRIORITY_FILE is %s",
			host_quoted(host, file));
	else
		file = host_word(host, stack->path, files);
	for (size_t i = 0; file == NULL && files[i] != NULL; i++)
		if (configure_by(host, stack, files[i]))
			return;
	if (file == NULL || !configure_by(host, stack, file))
		host_reason_both(host, stack, "%s is not there: no file decides",
			file == NULL ? "/etc/gnutls/config" : host_quoted(host, file));
}

/* gnutls-serv listens on all addresses: only where there is no other network. */
static void ask(struct host *host, struct host_stack *stack)
{
	const char *client = host_program(host, "gnutls-cli");
	const char *server = host_program(host, "gnutls-serv");
	const char *const client_words[] = { client, "--insecure", "--port", "{port}",
		"127.0.0.1" };
	const char *const server_words[] = { server, "--quiet", "--echo", "--port",
		"{port}", "--x509certfile", HOST_CERTIFICATE, "--x509keyfile",
		HOST_CERTIFICATE };
	struct host_ask *ask;

	if ((client == NULL && server == NULL) ||
		(ask = host_ask_add(host, stack)) == NULL)
		return;
	if (client != NULL)
		memcpy(ask->client, client_words, sizeof client_words);
	if (server != NULL)
		memcpy(ask->server, server_words, sizeof server_words);
	ask->listens_everywhere = true;
}

struct host_stack *stack_gnutls_at(struct host *host, const char *path)
{
	static const char *const banner[] = { "Enabled GnuTLS ", "gnutls-", NULL };
	struct host_stack *stack =
		host_stack_add(host, "gnutls", host_banner(host, path, banner), path);

	(void)host_stack_derive(host, stack, stack->release);
	configure(host, stack);
	return stack;
}

void stack_gnutls(struct host *host)
{
	const char *const *libraries = host_libraries(host, "libgnutls.so.");
	bool asked = false;

	for (; *libraries != NULL; libraries++) {
		struct host_stack *stack = stack_gnutls_at(host, *libraries);

		if (!asked)
			ask(host, stack);
		asked = true;
	}
}
