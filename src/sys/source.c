#include "sys/source_kind.h"

#include <stddef.h>

enum err source_next(struct source *source, int timeout_ms,
        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why)
{
	*ret_count = 0;
	return source->kind->next(source, timeout_ms, ret_frames, ret_count, why);
}

struct source_progress source_progress(const struct source *source)
{
	return source->kind->progress(source);
}

void source_close(struct source *source)
{
	if (source != NULL)
		source->kind->close(source);
}
