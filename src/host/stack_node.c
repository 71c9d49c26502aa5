/* Node.js, which brings an OpenSSL of its own. */
#include <stdlib.h>
#include <string.h>

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

void stack_node(struct host *host)
{
	static const char *const banner[] = { "nodejs.org/download/release/v", NULL };
	const char *const *folders = host_program_folders(host);
	const char *options = host->may_run ? getenv("NODE_OPTIONS") : NULL;
	uint64_t seen = 0;

	for (; *folders != NULL; folders++) {
		const char *path = host_text(host, "%s/node", *folders);
		struct root_status status;
		struct host_stack *stack;
		const char *release;

		if (root_status(host->root, path, &status) != ERR_OK || !status.regular ||
			status.inode == seen)
			continue;
		seen = status.inode;
		release = host_banner(host, path, banner);
		stack = host_stack_add(host, "node", release, path);
		(void)host_stack_derive(host, stack, release);
		if (options != NULL)
			host_reason_both(host, stack, "NODE_OPTIONS is %s",
				host_quoted(host, options));
		ask(host, stack, path);
	}
}
