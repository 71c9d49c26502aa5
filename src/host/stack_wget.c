/* Wget: its program, whose library is another's, and what wgetrc says. */
#include <string.h>

#include "host/host_inside.h"
#include "host/lines.h"

#define CONFIG_FILE "/etc/wgetrc"
#define CONFIG_MAX  65536

/* "secureprotocol = TLSv1_2" is that version or a later one, whatever its case. wget(1),
 * --secure-protocol. */
static enum version_rank floor_named(struct bytes value)
{
	static const struct {
		const char *name;
		enum version_rank rank;
	} floors[] = {
		{ "TLSv1", RANK_TLS10 },
		{ "TLSv1_1", RANK_TLS11 },
		{ "TLSv1_2", RANK_TLS12 },
		{ "TLSv1_3", RANK_TLS13 },
	};

	for (size_t i = 0; i < COUNT_OF(floors); i++)
		if (lines_equal(value, floors[i].name))
			return floors[i].rank;
	return RANK_UNKNOWN;
}

static enum version_rank floor_in(struct host *host, const char *path)
{
	struct bytes all, line, name, value;
	enum version_rank rank = RANK_UNKNOWN;
	struct text text;

	if (host_read(host, path, CONFIG_MAX, &text) != ERR_OK)
		return rank;
	all = bytes_over(text_string(&text), text_len(&text));
	while (lines_next(&all, &line)) {
		line = lines_trimmed(line);
		/* Names may have underscores and dashes, which do not count. */
		if (line.len > 0 && line.at[0] != '#' &&
			lines_pair(line, '=', &name, &value) &&
			(lines_equal(name, "secureprotocol") ||
				lines_equal(name, "secure_protocol") ||
				lines_equal(name, "secure-protocol")))
			rank = floor_named(value);
	}
	text_done(&text);
	return rank;
}

/* The user's comes after the system's. */
static void configure(struct host *host, struct host_stack *stack)
{
	const char *files[] = { host_text(host, "%s/.wgetrc", host_home(host)),
		CONFIG_FILE };

	for (size_t i = 0; i < COUNT_OF(files); i++) {
		enum version_rank rank = floor_in(host, files[i]);

		if (rank == RANK_UNKNOWN)
			continue;
		host_reason(host, &stack->client, "%s has secureprotocol",
			host_quoted(host, files[i]));
		stack->client.range.on &= versions_from(rank);
		stack->client.range.maybe &= versions_from(rank);
		return;
	}
}

static void look_at(struct host *host, const char *path)
{
	static const char *const banner[] = { "Wget/", "Wget ", NULL };
	const char *const words[] = { path, "--quiet", "--no-check-certificate",
		"--output-document=/dev/null", "--tries=1", "https://127.0.0.1:{port}/" };
	const char *release = host_banner(host, path, banner);
	/* Where the binary does not say it, its one row holds for every release. */
	struct host_stack *stack = host_stack_add(host, "wget", release, path);
	struct host_ask *ask;

	(void)host_stack_derive(host, stack, release == NULL ? "1.0" : release);
	host_narrow(host, stack, false, host_linked(host, path));
	configure(host, stack);
	if (host_may_run(host, path) && (ask = host_ask_add(host, stack)) != NULL)
		memcpy(ask->client, words, sizeof words);
}

void stack_wget(struct host *host)
{
	const char *const *paths = host_programs(host, "wget");

	for (; *paths != NULL; paths++)
		look_at(host, *paths);
}
