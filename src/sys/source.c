#include "sys/source_kind.h"

#include <stddef.h>
#include <stdlib.h>

enum err source_next(struct source *source, int timeout_ms,
        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why)
{
	*ret_count = 0;
	return source->kind->next(source, timeout_ms, ret_frames, ret_count, why);
}

struct source_window *source_window_new(void)
{
	struct source_window *window = malloc(sizeof *window);

	if (window == NULL)
		return NULL;
	window->count = 0;
	window->memory = aligned_alloc(4096, SOURCE_WINDOW_LEN);
	if (window->memory == NULL) {
		free(window);
		return NULL;
	}
	return window;
}

void source_window_free(struct source_window *window)
{
	if (window == NULL)
		return;
	free(window->memory);
	free(window);
}

enum err source_next_window(struct source *source, int timeout_ms,
	struct source_window *window, struct fault *why)
{
	window->count = 0;
	return source->kind->next_window(source, timeout_ms, window, why);
}

struct source_progress source_progress(const struct source *source)
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
