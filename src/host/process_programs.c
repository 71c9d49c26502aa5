/* Programs that run, and the stack that is linked into them: Go's, rustls, Node.js, and
 * OpenSSL where no library of it is mapped. */
#include <string.h>

#include "base/release.h"
#include "host/processes_inside.h"

#define OVERLAP 4096 /* Go's settings may be long */

struct marks {
	char go[32];
	bool old_servers;
	char rustls[32];
	char node[32];
	bool reasons; /* of errors of libssl's, which who is linked with it does not have
		       */
	bool sources; /* and the name of a file of its sources */
	bool boring;
};

static bool holds(struct bytes window, const char *word)
{
	return bytes_find(window, bytes_of_string(word)) < window.len;
}

/* The release behind a mark, which text that only speaks of it does not have. */
static void look_for(struct bytes left, const char *word, char ret[32])
{
	struct bytes mark = bytes_of_string(word);
	size_t at;

	while (ret[0] == '\0' && (at = bytes_find(left, mark)) < left.len) {
		size_t len;

		left = bytes_after(left, at + mark.len);
		len = release_length(bytes_first(left, 31));
		if (len >= 3 && memchr(left.at, '.', len) != NULL)
			memcpy(ret, left.at, len);
	}
}

static bool look_inside(void *context, struct bytes window)
{
	struct marks *marks = context;

	if (marks->go[0] == '\0')
		(void)go_release(window, marks->go, sizeof marks->go);
	marks->old_servers |= go_old_servers(go_settings(window));
	look_for(window, "rustls-", marks->rustls);
	look_for(window, "nodejs.org/download/release/v", marks->node);
	marks->reasons |= holds(window, "no protocols available");
	marks->sources |= holds(window, "ssl/ssl_lib.c");
	marks->boring |= holds(window, "OpenSSL 1.1.1 (compatible; BoringSSL)");
	return false;
}

static void name_it(
	struct host *host, const struct marks *marks, struct program_inside *inside)
{
	if (marks->go[0] != '\0') {
		inside->stack = "go";
		inside->release = host_text(host, "%s", marks->go);
		inside->old_servers = marks->old_servers;
	} else if (marks->rustls[0] != '\0') {
		inside->stack = "rustls";
		inside->release = host_text(host, "%s", marks->rustls);
	} else if (marks->node[0] != '\0') {
		inside->stack = "node";
	} else if ((marks->reasons && marks->sources) || marks->boring) {
		inside->stack = "openssl";
	}
}

static struct program_inside *known(
	struct looking *looking, const struct root_status *status)
{
	for (size_t i = 0; i < looking->program_count; i++)
		if (looking->programs[i].device == status->device &&
			looking->programs[i].inode == status->inode)
			return &looking->programs[i];
	return NULL;
}

const struct program_inside *program_inside(
	struct looking *looking, const struct process *process, const char *path)
{
	struct marks marks = { 0 };
	struct program_inside *inside;
	struct root_status status;

	path = process_path(process, path);
	if (!process_sees(process) ||
		root_status(process_files(process), path, &status) != ERR_OK)
		return NULL;
	inside = known(looking, &status);
	if (inside == NULL && looking->program_count == PROGRAMS_MAX) {
		host_note_add(looking->host, "/proc",
			"more programs run than are looked into: what is linked into "
			"some is not told");
		return NULL;
	}
	if (inside == NULL) {
		inside = &looking->programs[looking->program_count++];
		*inside = (struct program_inside){ status.device, status.inode, NULL,
			NULL, false };
		if (root_windows(process_files(process), path, OVERLAP, look_inside,
			    &marks) == ERR_OK)
			name_it(looking->host, &marks, inside);
	}
	return inside->stack == NULL ? NULL : inside;
}

/* From 1.22 on servers speak TLS 1.2 at least, unless tls10server says otherwise; GODEBUG
 * of its environment comes before what it was built with. */
static void apply_go(
	struct host *host, const struct program_inside *inside, struct host_stack *stack)
{
	const char *debug = host_variable(host, "GODEBUG");
	bool old = inside->old_servers;

	if (debug != NULL && strstr(debug, "tls10server=") != NULL)
		old = go_old_servers(bytes_of_string(debug));
	if (!old || release_compare(
			    bytes_of_string(stack->release), bytes_of_string("1.22")) < 0)
		return;
	host_reason(host, &stack->server,
		"tls10server=1 by GODEBUG, or by its go.mod: servers from TLS 1.0 on");
	stack->server.range.on |= VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS11);
}

struct host_stack *program_stack(
	struct host *host, const struct program_inside *inside, const char *path)
{
	struct host_stack *stack =
		host_stack_add(host, inside->stack, inside->release, path);

	(void)host_stack_derive(host, stack, inside->release);
	if (strcmp(inside->stack, "go") == 0)
		apply_go(host, inside, stack);
	return stack;
}
