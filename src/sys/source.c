#include "sys/source_kind.h"

#include <stddef.h>
#include <stdlib.h>

enum err source_next(struct source *source, int timeout_ms,
	struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why)
{
	*ret_count = 0;
	return source->kind->next(source, timeout_ms, ret_frames, ret_count, why);
}

_Static_assert(SOURCE_WINDOW_MAX >=
		       (SOURCE_WINDOW_LEN + SOURCE_WINDOW_HEAD) / SOURCE_RECORD_LEAST,
	"no window has more frames than fit");

struct source_window *source_window_new(void)
{
	struct source_window *window = calloc(1, sizeof *window);

	if (window == NULL)
		return NULL;
	window->frames = malloc(SOURCE_WINDOW_MAX * sizeof window->frames[0]);
	window->memory = aligned_alloc(4096, SOURCE_WINDOW_HEAD + SOURCE_WINDOW_LEN);
	if (window->frames == NULL || window->memory == NULL) {
		source_window_free(window);
		return NULL;
	}
	return window;
}

void source_window_free(struct source_window *window)
{
	if (window == NULL)
		return;
	free(window->frames);
	free(window->memory);
	free(window);
}

bool source_reads_apart(const struct source *source)
{
	return source->kind->reads_apart(source);
}

enum err source_read_window(struct source *source, uint64_t number, int timeout_ms,
	struct source_window *window)
{
	window->len = 0;
	window->count = 0;
	return source->kind->read_window(source, number, timeout_ms, window);
}

enum err source_decode_window(
	struct source *source, struct source_window *window, struct fault *why)
{
	return source->kind->decode_window(source, window, why);
}

struct source_progress source_progress(struct source *source)
{
	return source->kind->progress(source);
}

const struct source_links *source_links(const struct source *source)
{
	return &source->links;
}

void source_close(struct source *source)
{
	if (source != NULL)
		source->kind->close(source);
}
