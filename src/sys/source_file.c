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
_Static_assert(
	SOURCE_BUFFER_LEN <= SOURCE_WINDOW_LEN, "the first piece of a stream fits");

struct source_file {
	struct source source;
	struct input *input;
	struct capture_decoder *decoder;
	uint8_t *buffer;
	struct bytes left; /* of the buffer: not yet handed out */
	uint64_t filled;   /* bytes ever put into the buffer */
	uint64_t packets;  /* frames handed out */
	uint32_t link;     /* type of the last frame */
	_Atomic uint64_t drops;
	bool windows;       /* one was decoded */
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
		"%s became shorter while it was read, and ends at byte %llu behind "
		"packet "
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
	if (kept ==
		SOURCE_BUFFER_LEN) /* the decoder's own ceiling comes before this one */
		return record_fault(file, ERR_LIMIT, why);

	enum err err = input_read(file->input, timeout_ms, file->buffer + kept,
		SOURCE_BUFFER_LEN - kept, &len, why);
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
static bool source_file_reads_apart(const struct source *source);
static enum err source_file_read_window(struct source *source, uint64_t number,
	int timeout_ms, struct source_window *window);
static enum err source_file_decode_window(
	struct source *source, struct source_window *window, struct fault *why);
static struct source_progress source_file_progress(struct source *source);
static void source_file_close(struct source *source);

static const struct source_kind source_file_kind = {
	.next = source_file_next,
	.reads_apart = source_file_reads_apart,
	.read_window = source_file_read_window,
	.decode_window = source_file_decode_window,
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
		file->buffer = aligned_alloc(4096, SOURCE_BUFFER_LEN);
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
static enum err decode(
	struct source_file *file, struct frame *ret_frames, size_t max, size_t *ret_count)
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

/* Decodes, and notes it if what follows cannot be. */
static void decode_or_end(
	struct source_file *file, struct frame *ret_frames, size_t max, size_t *ret_count)
{
	enum err err = decode(file, ret_frames, max, ret_count);

	if (err == ERR_OK || err == ERR_MORE)
		return;
	file->fault.err = record_fault(file, err, &file->fault);
	file->ended = true;
}

static enum err told(const struct source_file *file, struct fault *why)
{
	if (why != NULL && file->fault.err != ERR_END)
		*why = file->fault;
	return file->fault.err;
}

static void note_drops(struct source_file *file)
{
	atomic_store_explicit(
		&file->drops, capture_drops(file->decoder), memory_order_relaxed);
}

/* Fills the buffer only when it holds no frame: what was handed out of it before has
 * then been used. */
static enum err source_file_next(struct source *source, int timeout_ms,
	struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why)
{
	struct source_file *file = (struct source_file *)source;

	while (!file->ended) {
		decode_or_end(file, ret_frames, SOURCE_BATCH_MAX, ret_count);
		if (*ret_count > 0)
			return ERR_OK;
		if (file->ended)
			break;
		note_drops(file);
		enum err err = fill(file, timeout_ms, &file->fault);
		if (err == ERR_AGAIN)
			return ERR_AGAIN;
		if (err != ERR_OK) {
			file->fault.err = finish(file, err, &file->fault);
			file->ended = true;
		}
	}
	return told(file, why);
}

static bool source_file_reads_apart(const struct source *source)
{
	return input_reads_at(((const struct source_file *)source)->input);
}

/* The first piece of a stream is what was read to see what it is. */
static enum err read_in_order(struct source_file *file, uint64_t number, int timeout_ms,
	struct source_window *window, uint8_t *to)
{
	if (number > 0)
		return input_read(file->input, timeout_ms, to, SOURCE_WINDOW_LEN,
			&window->len, &window->fault);
	window->len = file->left.len;
	memcpy(to, file->left.at, file->left.len);
	return ERR_OK;
}

static enum err source_file_read_window(struct source *source, uint64_t number,
	int timeout_ms, struct source_window *window)
{
	struct source_file *file = (struct source_file *)source;
	uint8_t *to = window->memory + SOURCE_WINDOW_HEAD;

	window->end = source_file_reads_apart(source)
			      ? input_read_at(file->input, number * SOURCE_WINDOW_LEN, to,
					SOURCE_WINDOW_LEN, &window->len, &window->fault)
			      : read_in_order(file, number, timeout_ms, window, to);
	return window->end;
}

/* Before the first window: what was read to see what the file is, is its beginning. */
static void begin_windows(struct source_file *file)
{
	file->windows = true;
	file->left = bytes_over(file->buffer, 0);
	file->filled = 0;
}

/* What is left of a window goes in front of the next, by way of the buffer: another
 * thread may fill that window meanwhile. */
static enum err source_file_decode_window(
	struct source *source, struct source_window *window, struct fault *why)
{
	struct source_file *file = (struct source_file *)source;
	uint8_t *start = window->memory + SOURCE_WINDOW_HEAD;

	if (!file->windows)
		begin_windows(file);
	if (file->ended)
		return told(file, why);
	start -= file->left.len;
	memcpy(start, file->left.at, file->left.len);
	file->left = bytes_over(start, file->left.len + window->len);
	file->filled += window->len;
	decode_or_end(file, window->frames, SOURCE_WINDOW_MAX, &window->count);
	note_drops(file);
	if (!file->ended && window->end != ERR_OK) {
		file->fault = window->fault;
		file->fault.err = finish(file, window->end, &file->fault);
		file->ended = true;
	}
	if (!file->ended && file->left.len > SOURCE_WINDOW_HEAD) {
		/* the decoder's own ceiling is lower */
		file->fault.err = record_fault(file, ERR_LIMIT, &file->fault);
		file->ended = true;
	}
	if (file->ended)
		return told(file, why);
	memcpy(file->buffer, file->left.at, file->left.len);
	file->left = bytes_over(file->buffer, file->left.len);
	return ERR_OK;
}

static struct source_progress source_file_progress(struct source *source)
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
