/* What a program leaves to the library that it is linked with. */
#include <string.h>

#include "host/host_inside.h"

#define LIBRARIES_MAX 64 /* a machine has some ten */

struct finding {
	const char *const *words;
	const char *found;
};

static bool look_for(void *context, struct bytes window)
{
	struct finding *finding = context;

	for (const char *const *word = finding->words; *word != NULL; word++)
		if (bytes_find(window, bytes_of_string(*word)) < window.len) {
			finding->found = *word;
			return true;
		}
	return false;
}

const char *host_word(struct host *host, const char *path, const char *const *words)
{
	struct finding finding = { .words = words };
	enum err err = root_windows(host->root, path, 128, look_for, &finding);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		host_note_add(host, path, "not read: %s", err_sentence(err));
	return finding.found;
}

static bool is_library(const struct host_stack *stack)
{
	return strcmp(stack->stack, "openssl") == 0 ||
	       strcmp(stack->stack, "gnutls") == 0 || strcmp(stack->stack, "nss") == 0;
}

/* ".../lib/libssl.so.3" for ".../lib/python3.11/lib-dynload/_ssl.so": an environment of
 * conda's has its own beside the system's. Elsewhere the system's, which come first. */
static const struct host_stack *nearest(const struct host_stack *const *libraries,
	size_t count, const char *name, const char *path)
{
	const struct host_stack *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < count; i++) {
		const char *slash = strrchr(libraries[i]->path, '/');
		size_t len = (size_t)(slash - libraries[i]->path) + 1;

		if (strcmp(slash + 1, name) != 0)
			continue;
		if (strncmp(path, libraries[i]->path, len) != 0)
			len = 0;
		if (found == NULL || len > longest) {
			found = libraries[i];
			longest = len;
		}
	}
	return found;
}

const struct host_stack *host_linked(struct host *host, const char *path)
{
	const struct host_stack *libraries[LIBRARIES_MAX];
	const char *words[LIBRARIES_MAX + 1] = { NULL };
	const char *found;
	size_t count = 0;

	for (const struct host_stack *at = host->report->stacks;
		at != NULL && count < LIBRARIES_MAX; at = at->next) {
		if (!is_library(at) || strrchr(at->path, '/') == NULL)
			continue;
		libraries[count] = at;
		words[count++] = strrchr(at->path, '/') + 1;
	}
	found = host_word(host, path, words);
	return found == NULL ? NULL : nearest(libraries, count, found, path);
}

static void narrow(struct host *host, struct host_side *side, bool has_floor,
	const struct host_side *by, const struct host_stack *library)
{
	struct version_range was = side->range;
	struct text CLEANUP(text_done) shown = { 0 };

	if (side->absent || side->known == HOST_UNKNOWN)
		return;
	if (by->known == HOST_UNKNOWN) {
		side->known = HOST_UNKNOWN;
		side->range = (struct version_range){ .maybe = VERSIONS_USUAL };
		side->missing = by->missing;
		return;
	}
	side->range.on = was.on & by->range.on;
	side->range.maybe = (was.on | was.maybe) & (by->range.on | by->range.maybe) &
			    (uint16_t)~side->range.on;
	if (has_floor)
		side->range.maybe |= was.on & (uint16_t)~side->range.on;
	text_init(&shown, 256);
	version_range_text(by->range, &shown);
	host_reason(host, side, "it is linked with %s %s, which has %s", library->title,
		library->release == NULL ? "" : host_quoted(host, library->release),
		text_string(&shown));
	side->missing = side->range.maybe == 0 ? NULL : "a handshake with it";
}

bool host_has_floor(const struct default_row *row)
{
	uint16_t old = VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS11);

	return row != NULL && ((row->can_client | row->can_server) & old) != 0;
}

void host_narrow(struct host *host, struct host_stack *stack, bool has_floor,
	const struct host_stack *library)
{
	if (library == NULL)
		return;
	narrow(host, &stack->client, has_floor, &library->client, library);
	narrow(host, &stack->server, has_floor, &library->server, library);
}
