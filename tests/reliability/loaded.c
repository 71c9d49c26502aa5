#define _DEFAULT_SOURCE /* fts */
#include "loaded.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "flow/capture_format.h"
#include "flow/decapsulation.h"

#define FILE_MOST  (8UL << 20)
#define BYTES_MOST (64UL << 20) /* of all captures: as much as a cache never holds */

static void *must(void *memory)
{
	if (memory == NULL) {
		fputs("frames: memory ran out\n", stderr);
		exit(3);
	}
	return memory;
}

static struct bytes copy_of(struct bytes all)
{
	uint8_t *copy = must(malloc(all.len + 1));

	if (all.len > 0)
		memcpy(copy, all.at, all.len);
	return bytes_over(copy, all.len);
}

static void keep(struct loaded *loaded, const struct frame *frame,
	struct decapsulation *decapsulation)
{
	struct loaded_frame *kept;

	if (loaded->count == loaded->room) {
		loaded->room = loaded->room * 2 + 1024;
		loaded->frames = must(
			realloc(loaded->frames, loaded->room * sizeof loaded->frames[0]));
	}
	kept = &loaded->frames[loaded->count++];
	*kept = (struct loaded_frame){ .frame = *frame };
	kept->frame.bytes = copy_of(frame->bytes);
	kept->opened = decapsulate(decapsulation, &kept->frame, &kept->packet) == ERR_OK;
	if (kept->opened)
		kept->packet.payload = copy_of(kept->packet.payload);
	loaded->bytes += frame->bytes.len;
}

static void keep_capture(struct loaded *loaded, struct bytes file)
{
	static const struct hash_key key = { 1, 2 };
	struct capture_decoder *decoder = must(capture_decoder_new());
	struct decapsulation *decapsulation = must(decapsulation_new(&key, 64));
	struct frame frame;

	while (capture_next(decoder, &file, &frame) == ERR_OK)
		keep(loaded, &frame, decapsulation);
	decapsulation_free(decapsulation);
	capture_decoder_free(decoder);
}

static void keep_file(struct loaded *loaded, const char *path, size_t len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *all = must(malloc(len + 1));

	if (file != NULL) {
		len = fread(all, 1, len, file);
		if (capture_check(bytes_over(all, len)) == ERR_OK)
			keep_capture(loaded, bytes_over(all, len));
		fclose(file);
	}
	free(all);
}

static int compare(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

void loaded_add(struct loaded *loaded, const char *path)
{
	char *const paths[] = { (char *)(uintptr_t)path, NULL };
	FTS *walk = must(fts_open(paths, FTS_PHYSICAL, compare));
	const FTSENT *entry;

	while ((entry = fts_read(walk)) != NULL) {
		size_t len =
			entry->fts_statp == NULL ? 0 : (size_t)entry->fts_statp->st_size;

		if (entry->fts_info == FTS_F && len <= FILE_MOST &&
			loaded->bytes < BYTES_MOST)
			keep_file(loaded, entry->fts_accpath, len);
	}
	fts_close(walk);
}
