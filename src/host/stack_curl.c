/* curl: its program, whose library is another's. */
#include <string.h>

#include "host/host_inside.h"
#include "host/lines.h"

#define CONFIG_MAX 65536

/* curl sets the highest version itself, so that MaxProtocol of openssl.cnf does not
 * count: what OpenSSL has above it is on, but for what Protocol takes away. Tried with
 * 7.88.1. */
static void apply_highest(struct host *host, struct host_stack *stack,
	const struct default_row *row, const struct host_stack *library)
{
	const struct default_row *all;
	uint16_t above;

	if (row == NULL || library == NULL || library->release == NULL ||
		strcmp(library->stack, "openssl") != 0 ||
		library->client.known == HOST_UNKNOWN)
		return;
	all = defaults_row(defaults_table(&host->defaults, "openssl"),
		bytes_of_string(library->release), host->system.id, host->system.version);
	if (all == NULL || library->client.range.on == 0)
		return;
	above = all->client & row->client & (uint16_t)~host->unlisted &
		(uint16_t)~versions_to(versions_highest(library->client.range.on));
	if (above == 0)
		return;
	host_reason(host, &stack->client, "it sets the highest version itself");
	stack->client.range.on |= above;
	stack->client.range.maybe &= (uint16_t)~above;
}

/* "tlsv1.2", "--tlsv1.2", "tls-max = 1.2", "--tls-max 1.2"; of a file that is read
 * unless curl is told otherwise. curl(1), --config. */
static bool is_option(struct bytes line, const char *name, struct bytes *ret_value)
{
	size_t len = strlen(name), at = 0;

	while (at < line.len && at < 2 && line.at[at] == '-')
		at++;
	line = bytes_after(line, at);
	if (!bytes_start_with(line, bytes_of_string(name)))
		return false;
	line = bytes_after(line, len);
	for (at = 0; at < line.len && strchr(" \t=:\"", line.at[at]) != NULL;)
		at++;
	if (line.len > 0 && at == 0)
		return false; /* a longer name */
	*ret_value = bytes_after(line, at);
	return true;
}

static enum version_rank rank_of(struct bytes value)
{
	static const struct {
		const char *name;
		enum version_rank rank;
	} names[] = {
		{ "1.0", RANK_TLS10 },
		{ "1.1", RANK_TLS11 },
		{ "1.2", RANK_TLS12 },
		{ "1.3", RANK_TLS13 },
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (bytes_start_with(value, bytes_of_string(names[i].name)))
			return names[i].rank;
	return RANK_UNKNOWN;
}

static void configure(
	struct host *host, struct host_stack *stack, const struct default_row *row)
{
	static const char *const floors[] = { "tlsv1.0", "tlsv1.1", "tlsv1.2",
		"tlsv1.3" };
	enum version_rank least = RANK_UNKNOWN, most = RANK_UNKNOWN;
	const char *path = host_text(host, "%s/.curlrc", host_home(host));
	struct bytes all, line, value;
	struct text text;

	if (row == NULL || stack->client.known == HOST_UNKNOWN ||
		host_read(host, path, CONFIG_MAX, &text) != ERR_OK)
		return;
	all = bytes_over(text_string(&text), text_len(&text));
	while (lines_next(&all, &line)) {
		line = lines_trimmed(line);
		for (size_t i = 0; i < COUNT_OF(floors); i++)
			if (is_option(line, floors[i], &value))
				least = rank_of(bytes_of_string(floors[i] + 4));
		if (is_option(line, "tls-max", &value))
			most = rank_of(value);
	}
	text_done(&text);
	if (least == RANK_UNKNOWN && most == RANK_UNKNOWN)
		return;
	host_reason(host, &stack->client, "%s has %s", host_quoted(host, path),
		most == RANK_UNKNOWN ? "a least version" : "a highest version");
	if (least != RANK_UNKNOWN) {
		stack->client.range.on &= versions_from(least);
		stack->client.range.maybe &= versions_from(least);
	}
	if (most != RANK_UNKNOWN) {
		stack->client.range.on &= versions_to(most);
		stack->client.range.maybe &= versions_to(most);
	}
}

/* "/usr/local/lib/libcurl.so.4" of "/usr/local/bin/curl"; else the first that there is.
 */
static const char *library_of(struct host *host, const char *path)
{
	const char *const *libraries = host_libraries(host, "libcurl.so.");
	int len = (int)(strrchr(path, '/') - path);
	const char *beside;

	while (len > 0 && path[len - 1] != '/')
		len--;
	beside = host_text(host, "%.*slib/", len, path);
	for (const char *const *at = libraries; *at != NULL; at++)
		if (strncmp(*at, beside, strlen(beside)) == 0)
			return *at;
	return *libraries;
}

static void look_at(struct host *host, const char *path)
{
	static const char *const banner[] = { "libcurl/", "curl/", "curl ", NULL };
	const char *const words[] = { path, "--insecure", "--silent", "--output",
		"/dev/null", "https://127.0.0.1:{port}/" };
	const char *library = library_of(host, path);
	const char *release = library == NULL ? NULL : host_banner(host, library, banner);
	struct host_stack *stack = host_stack_add(host, "curl", release, path);
	const struct default_row *row = host_stack_derive(host, stack, release);
	const struct host_stack *linked =
		host_linked(host, library == NULL ? path : library);
	struct host_ask *ask;

	host_narrow(host, stack, host_has_floor(row), linked);
	apply_highest(host, stack, row, linked);
	configure(host, stack, row);
	if (host_may_run(host, path) && (ask = host_ask_add(host, stack)) != NULL)
		memcpy(ask->client, words, sizeof words);
}

void stack_curl(struct host *host)
{
	const char *const *paths = host_programs(host, "curl");

	for (; *paths != NULL; paths++)
		look_at(host, *paths);
}
