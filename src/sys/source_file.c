#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/capture_format.h"
#include "flow/decapsulation.h"
#include "sys/foreign.h"
#include "sys/input.h"
#include "sys/source_kind.h"

_Static_assert(SOURCE_BUFFER_LEN >= CAPTURE_RECORD_MAX, "a record fits");

struct source_file {
	struct source source;
	struct input *input;
	struct capture_decoder *decoder;
	uint8_t *buffer;
	size_t room; /* of the buffer */
	struct bytes left; /* of the buffer: not yet handed out */
	uint64_t filled;   /* bytes ever put into the buffer */
	uint64_t packets;  /* frames handed out */
	uint32_t link;     /* type of the last frame */
	_Atomic uint64_t drops;
	bool ended;         /* the input has no more */
	struct fault fault; /* to be told once all before it was handed out */
};

static enum err cut_fault(const struct source_file *file, struct fault *why)
{
	return fault_set(why, ERR_SHORT,
	        "%s ends inside packet %llu at byte %llu; everything before it is kept",
	        input_name(file->input), (unsigned long long)file->packets + 1,
	        (unsigned long long)file->filled);
}

/* Not at a packet's end or inside one, but somebody took away what had been there. */
static enum err shrunk_fault(const struct source_file *file, struct fault *why)
{
	return fault_set(why, ERR_IO,
	        "%s became shorter while it was read, and ends at byte %llu behind packet "
	        "%llu; everything before it is kept",
	        input_name(file->input), (unsigned long long)file->filled,
	        (unsigned long long)file->packets);
}

static enum err record_fault(
        const struct source_file *file, enum err err, struct fault *why)
{
	return fault_set(why, err,
	        "%s (%s): packet %llu at byte %llu cannot be read: %s; everything "
	        "before it is kept",
	        input_name(file->input), capture_format_name(file->decoder),
	        (unsigned long long)file->packets + 1,
	        (unsigned long long)(file->filled - file->left.len), err_sentence(err));
}

/* Puts more bytes behind those left. */
static enum err fill(struct source_file *file, int timeout_ms, struct fault *why)
{
	size_t kept = file->left.len;
	size_t len = 0;

	if (kept > 0)
		memmove(file->buffer, file->left.at, kept);
	file->left = bytes_over(file->buffer, kept);
	if (kept == file->room) /* the decoder's own ceiling comes before this one */
		return record_fault(file, ERR_LIMIT, why);

	enum err err = input_read(file->input, timeout_ms, file->buffer + kept,
	        file->room - kept, &len, why);
	file->left.len += len;
	file->filled += len;
	return err;
}

static enum err not_a_capture(struct source_file *file, struct fault *why)
{
	const char *name = input_name(file->input);
	const char *packing = input_packing(file->input);
	const char *seems = foreign_name(file->left);

	if (file->left.len == 0)
		return fault_set(why, ERR_TYPE, "%s is not a capture file: %s", name,
		        packing == NULL ? "it is empty" : "unpacked it is empty");
	return fault_set(why, ERR_TYPE,
	        "%s is not a capture file (pcap or pcapng); %s %s", name,
	        packing == NULL ? "it seems to be" : "unpacked it seems to be",
	        seems == NULL ? "data of an unknown kind" : seems);
}

/* Reads on until it can be told whether this is a capture, and if not, what. */
static enum err check_start(struct source_file *file, struct fault *why)
{
	enum err err = ERR_OK;

	for (;;) {
		enum err kind = capture_check(file->left);

		if (kind == ERR_OK)
			return ERR_OK;
		if (kind != ERR_MORE && file->left.len >= FOREIGN_START_MAX)
			return not_a_capture(file, why);
		if (err == ERR_END)
			return not_a_capture(file, why);
		err = fill(file, -1, why);
		if (err == ERR_AGAIN)
			return fault_set(why, err, "%s: stopped before it began",
			        input_name(file->input));
		if (err != ERR_OK && err != ERR_END)
			return err;
	}
}

static enum err source_file_next(struct source *source, int timeout_ms,
        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why);
static enum err source_file_next_window(struct source *source, int timeout_ms,
        struct source_window *window, struct fault *why);
static struct source_progress source_file_progress(const struct source *source);
static void source_file_close(struct source *source);

static const struct source_kind source_file_kind = {
	.next = source_file_next,
	.next_window = source_file_next_window,
	.progress = source_file_progress,
	.close = source_file_close,
};

enum err source_open_file(const char *path, struct source **ret, struct fault *why)
{
	struct source_file *file = calloc(1, sizeof *file);

	if (file == NULL)
		return fault_set(why, ERR_MEMORY, "cannot open a file: %s",
		        err_sentence(ERR_MEMORY));
	file->source.kind = &source_file_kind;
	file->link = UINT32_MAX;
	enum err err = input_open(path, &file->input, why);
	if (err == ERR_OK) {
		file->decoder = capture_decoder_new();
		file->room = SOURCE_BUFFER_LEN;
		file->buffer = aligned_alloc(4096, file->room);
		if (file->decoder == NULL || file->buffer == NULL)
			err = fault_set(why, ERR_MEMORY, "cannot read %s: %s",
			        input_name(file->input), err_sentence(ERR_MEMORY));
	}
	if (err == ERR_OK)
		err = check_start(file, why);
	if (err != ERR_OK) {
		source_file_close(&file->source);
		return err;
	}
	*ret = &file->source;
	return ERR_OK;
}

/* Another link type than the last frame's: notes whether it is understood. */
static void note_link(struct source_file *file, uint32_t link)
{
	struct source_links *links = &file->source.links;

	file->link = link;
	if (link_type_name(link) != NULL) {
		links->understood = true;
		return;
	}
	for (size_t i = 0; i < links->foreign_count; i++)
		if (links->foreign[i] == link)
			return;
	if (links->foreign_count < SOURCE_FOREIGN_MAX)
		links->foreign[links->foreign_count++] = link;
}

/* Decodes what the buffer holds, up to `max` frames. */
static enum err decode(struct source_file *file, struct frame *ret_frames, size_t max,
        size_t *ret_count)
{
	size_t count = 0;
	enum err err = ERR_OK;

	while (count < max) {
		err = capture_next(file->decoder, &file->left, &ret_frames[count]);
		if (err != ERR_OK)
			break;
		if (UNLIKELY(ret_frames[count].link_type != file->link))
			note_link(file, ret_frames[count].link_type);
		count++;
	}
	file->packets += count;
	*ret_count = count;
	return err;
}

/* The input is at its end, or failed: what is said then. */
static enum err finish(struct source_file *file, enum err err, struct fault *why)
{
	struct input_progress progress = input_progress(file->input);

	if (err != ERR_END)
		return err;
	if (progress.stored_total > progress.stored_read)
		return shrunk_fault(file, why);
	if (file->left.len > 0)
		return cut_fault(file, why);
	return ERR_END;
}

/* Decodes frames, at least one, out of the buffer, filling it only when it holds none:
 * what was handed out of it before has then been used. */
static enum err next_frames(struct source_file *file, int timeout_ms,
        struct frame *ret_frames, size_t max, size_t *ret_count, struct fault *why)
{
	while (!file->ended) {
		enum err err = decode(file, ret_frames, max, ret_count);

		if (err != ERR_OK && err != ERR_MORE) {
			file->fault.err = record_fault(file, err, &file->fault);
			file->ended = true;
		}
		if (*ret_count > 0)
			return ERR_OK;
		if (file->ended)
			break;
		atomic_store_explicit(
		        &file->drops, capture_drops(file->decoder), memory_order_relaxed);
		err = fill(file, timeout_ms, &file->fault);
		if (err == ERR_AGAIN)
			return ERR_AGAIN;
		if (err != ERR_OK) {
			file->fault.err = finish(file, err, &file->fault);
			file->ended = true;
		}
	}
	if (why != NULL && file->fault.err != ERR_END)
		*why = file->fault;
	return file->fault.err;
}

static enum err source_file_next(struct source *source, int timeout_ms,
        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why)
{
	return next_frames((struct source_file *)source, timeout_ms, ret_frames,
	        SOURCE_BATCH_MAX, ret_count, why);
}

/* The window's memory takes the place of the buffer; what is left moves over. */
static enum err source_file_next_window(struct source *source, int timeout_ms,
        struct source_window *window, struct fault *why)
{
	struct source_file *file = (struct source_file *)source;
	uint8_t *own = file->buffer;
	enum err err;

	if (file->left.len > 0)
		memmove(window->memory, file->left.at, file->left.len);
	file->left = bytes_over(window->memory, file->left.len);
	file->buffer = window->memory;
	file->room = SOURCE_WINDOW_LEN;
	err = next_frames(file, timeout_ms, window->frames, SOURCE_WINDOW_MAX,
	        &window->count, why);
	file->buffer = own;
	file->room = SOURCE_BUFFER_LEN;
	return err;
}

static struct source_progress source_file_progress(const struct source *source)
{
	const struct source_file *file = (const struct source_file *)source;
	struct input_progress progress = input_progress(file->input);

	return (struct source_progress){
		.bytes_read = progress.stored_read,
		.bytes_total = progress.stored_total,
		.drops = atomic_load_explicit(&file->drops, memory_order_relaxed),
	};
}

static void source_file_close(struct source *source)
{
	struct source_file *file = (struct source_file *)source;

	input_close(file->input);
	capture_decoder_free(file->decoder);
	free(file->buffer);
	free(file);
}
