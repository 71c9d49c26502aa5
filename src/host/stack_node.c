/* Node.js, which brings an OpenSSL of its own. */
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"

static const char CLIENT[] =
	"require('tls').connect({port: +process.argv[1], host: '127.0.0.1',"
	" rejectUnauthorized: false}, function () { process.exit(0) })"
	".on('error', function () { process.exit(1) })";

static const char SERVER[] =
	"var f = require('fs').readFileSync('" HOST_CERTIFICATE "');"
	"require('tls').createServer({key: f, cert: f}, function (s) {"
	" s.on('error', function () {}); s.end() })"
	".listen(+process.argv[1], '127.0.0.1')";

static void ask(struct host *host, struct host_stack *stack, const char *path)
{
	const char *const client[] = { path, "-e", CLIENT, "{port}" };
	const char *const server[] = { path, "-e", SERVER, "{port}" };
	struct host_ask *ask;

	if (!host_may_run(host, path) || (ask = host_ask_add(host, stack)) == NULL)
		return;
	memcpy(ask->client, client, sizeof client);
	memcpy(ask->server, server, sizeof server);
}

/* Of several floors the lowest counts, of several ceilings the highest. tls.md,
 * "--tls-min". From 17 on its OpenSSL is 3, whose servers take TLS 1.0 and 1.1 at
 * security level 0 alone. */
static void apply_options(struct host *host, struct host_stack *stack, const char *from,
	const char *options)
{
	static const struct {
		const char *least;
		const char *most;
		enum version_rank rank;
	} words[] = {
		{ "--tls-min-v1.0", "", RANK_TLS10 },
		{ "--tls-min-v1.1", "", RANK_TLS11 },
		{ "--tls-min-v1.2", "--tls-max-v1.2", RANK_TLS12 },
		{ "--tls-min-v1.3", "--tls-max-v1.3", RANK_TLS13 },
	};
	uint16_t had = VERSIONS_USUAL & (uint16_t)~VERSIONS_OF(RANK_SSL3);
	enum version_rank least = RANK_UNKNOWN, most = RANK_UNKNOWN;
	bool three =
		stack->release != NULL && release_compare(bytes_of_string(stack->release),
						  bytes_of_string("17")) >= 0;

	for (size_t i = COUNT_OF(words); i-- > 0;) {
		if (strstr(options, words[i].least) != NULL) {
			host_reason_both(host, stack, "%s %s", from, words[i].least);
			least = words[i].rank;
		}
		if (words[i].most[0] != '\0' && strstr(options, words[i].most) != NULL) {
			host_reason_both(host, stack, "%s %s", from, words[i].most);
			most = most == RANK_UNKNOWN ? words[i].rank : most;
		}
	}
	if (stack->client.known == HOST_UNKNOWN)
		return;
	if (least != RANK_UNKNOWN) {
		stack->client.range.on = had & versions_from(least);
		stack->server.range.on =
			had &
			versions_from(three && least < RANK_TLS12 ? RANK_TLS12 : least);
	}
	if (most != RANK_UNKNOWN) {
		stack->client.range.on &= versions_to(most);
		stack->server.range.on &= versions_to(most);
	}
}

struct host_stack *stack_node_at(struct host *host, const char *path)
{
	static const char *const banner[] = { "nodejs.org/download/release/v", NULL };
	static const char *const old[] = { "node v", NULL }; /* up to 0.10 */
	const char *options = host_variable(host, "NODE_OPTIONS");
	const char *release = host_banner(host, path, banner);
	struct host_stack *stack;

	if (release == NULL)
		release = host_banner(host, path, old);
	/* Debian's is all in a library. */
	for (const char *const *at = host_libraries(host, "libnode.so.");
		release == NULL && *at != NULL; at++)
		release = host_banner(host, *at, banner);
	stack = host_stack_add(host, "node", release, path);
	(void)host_stack_derive(host, stack, release);
	if (options != NULL)
		apply_options(host, stack, "NODE_OPTIONS has", options);
	apply_options(
		host, stack, "it was started with", host_arguments(host, "--tls-m"));
	return stack;
}

void stack_node(struct host *host)
{
	const char *const *paths = host_programs(host, "node");

	for (; *paths != NULL; paths++)
		ask(host, stack_node_at(host, *paths), *paths);
}
