#include "sys/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/input_packed.h"
#include "sys/signals.h"

#define HEAD_MAX 4     /* the longest magic */
#define RAW_MAX  65536 /* packed bytes read at once: a few system calls a megabyte */

/* To add one: a line here, a file. */
static const struct packing *const packings[] = { &input_gzip, &input_zstd };

struct input {
	int descriptor;
	bool waits; /* a pipe or a terminal: bytes come when they come */
	bool regular;
	bool ended;
	size_t head_len; /* bytes read to tell the packing, not yet handed on */
	uint8_t head[HEAD_MAX];
	uint64_t begin; /* where the descriptor stood: "-" may have been read from */
	_Atomic uint64_t stored_read;
	uint64_t stored_total;
	char name[INPUT_NAME_MAX];

	const struct packing *packing; /* NULL: plain, and none of what follows */
	void *state;
	struct bytes raw_left; /* of raw: not yet unpacked */
	uint8_t *raw;
};

/* The last bytes of path, made fit to be shown; false if they do not fit. */
static bool name_of_end(struct input *input, const char *path, size_t most)
{
	struct text quoted;
	size_t len = strlen(path);
	bool cut = len > most;

	text_init(&quoted, INPUT_NAME_MAX - 1);
	text_add(&quoted, cut ? "..." : "");
	text_quote_terminal(&quoted,
		cut ? bytes_over(path + len - most, most) : bytes_over(path, len));
	bool fits = text_end(&quoted) == ERR_OK;
	if (fits)
		memcpy(input->name, text_string(&quoted), text_len(&quoted) + 1);
	text_done(&quoted);
	return fits;
}

static void name_input(struct input *input, const char *path)
{
	const size_t most = INPUT_NAME_MAX - sizeof "...";

	if (strcmp(path, "-") == 0)
		(void)snprintf(input->name, sizeof input->name, "standard input");
	/* Each byte may come out as four, "\xNN". */
	else if (!name_of_end(input, path, most) && !name_of_end(input, path, most / 4))
		(void)snprintf(input->name, sizeof input->name, "the file");
}

static enum err err_of_errno(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return ERR_PERMISSION;
	case EISDIR:
		return ERR_TYPE;
	case EMFILE:
	case ENFILE:
		return ERR_LIMIT;
	case ENOMEM:
		return ERR_MEMORY;
	default:
		return ERR_IO;
	}
}

/* What is in front of where it stands has been somebody else's. */
static void measure(struct input *input, uint64_t size)
{
	off_t at = lseek(input->descriptor, 0, SEEK_CUR);

	input->begin = at > 0 ? (uint64_t)at : 0;
	input->stored_total = size > input->begin ? size - input->begin : 0;
}

static enum err open_descriptor(struct input *input, const char *path, struct fault *why)
{
	struct stat status;

	input->descriptor = strcmp(path, "-") == 0
				    ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				    : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (input->descriptor < 0 || fstat(input->descriptor, &status) != 0)
		return fault_set(why, err_of_errno(errno), "cannot open %s: %s",
			input->name, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return fault_set(why, ERR_TYPE, "%s is a directory, not a file",
			input->name);
	input->waits = !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode);
	input->regular = S_ISREG(status.st_mode) && status.st_size > 0;
	if (S_ISREG(status.st_mode))
		measure(input, (uint64_t)status.st_size);
	/* Advice only. Some files (of /proc) take none. */
	(void)posix_fadvise(input->descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
	return ERR_OK;
}

/* The bytes as they are stored. */
static enum err read_stored(struct input *input, int timeout_ms, uint8_t *to, size_t n,
	size_t *ret_len, struct fault *why)
{
	ssize_t len;

	if (input->ended)
		return ERR_END;
	do {
		if (input->waits &&
			signals_wait_readable(input->descriptor, timeout_ms) != ERR_OK)
			return ERR_AGAIN;
		len = read(input->descriptor, to, n);
	} while (len < 0 && (errno == EINTR || errno == EAGAIN));
	if (len < 0)
		return fault_set(why, err_of_errno(errno), "cannot read %s: %s",
			input->name, strerror(errno));
	if (len == 0) {
		input->ended = true;
		return ERR_END;
	}
	/* Only the reader writes it; a plain store is cheaper than adding. */
	uint64_t before = atomic_load_explicit(&input->stored_read, memory_order_relaxed);
	atomic_store_explicit(
		&input->stored_read, before + (uint64_t)len, memory_order_relaxed);
	*ret_len = (size_t)len;
	return ERR_OK;
}

/* Reads the head and tells the packing from it. A pipe is waited for. */
static enum err tell_packing(struct input *input, struct fault *why)
{
	enum err err = ERR_OK;

	while (input->head_len < HEAD_MAX && err == ERR_OK) {
		size_t len = 0;

		err = read_stored(input, -1, input->head + input->head_len,
			HEAD_MAX - input->head_len, &len, why);
		input->head_len += len;
	}
	if (err == ERR_AGAIN)
		return fault_set(
			why, ERR_AGAIN, "%s: stopped before it began", input->name);
	if (err != ERR_OK && err != ERR_END)
		return err;
	for (size_t i = 0; i < COUNT_OF(packings); i++)
		if (bytes_start_with(
			    bytes_over(input->head, input->head_len), packings[i]->magic))
			input->packing = packings[i];
	return ERR_OK;
}

static enum err prepare_packing(struct input *input, struct fault *why)
{
	if (input->packing == NULL)
		return ERR_OK;
	input->raw = malloc(RAW_MAX);
	input->state = input->packing->state_new();
	if (input->raw == NULL || input->state == NULL)
		return fault_set(why, ERR_MEMORY, "cannot unpack %s: %s", input->name,
			err_sentence(ERR_MEMORY));
	memcpy(input->raw, input->head, input->head_len);
	input->raw_left = bytes_over(input->raw, input->head_len);
	input->head_len = 0;
	return ERR_OK;
}

enum err input_open(const char *path, struct input **ret, struct fault *why)
{
	struct input *input = calloc(1, sizeof *input);

	if (input == NULL)
		return fault_set(why, ERR_MEMORY, "cannot open a file: %s",
			err_sentence(ERR_MEMORY));
	input->descriptor = -1;
	name_input(input, path);

	enum err err = open_descriptor(input, path, why);
	if (err == ERR_OK)
		err = tell_packing(input, why);
	if (err == ERR_OK)
		err = prepare_packing(input, why);
	if (err != ERR_OK) {
		input_close(input);
		return err;
	}
	*ret = input;
	return ERR_OK;
}

static enum err unpack_fault(struct input *input, enum err err, struct fault *why)
{
	const char *packing = input->packing->name;
	unsigned long long at =
		atomic_load(&input->stored_read) - (uint64_t)input->raw_left.len;

	switch (err) {
	case ERR_SHORT:
		return fault_set(why, err,
			"%s: its %s data is cut off at byte %llu; everything "
			"before is kept",
			input->name, packing, at);
	case ERR_LONG:
		return fault_set(why, err,
			"%s: from byte %llu on it is not %s data; everything "
			"before is kept",
			input->name, at, packing);
	case ERR_LIMIT:
		return fault_set(why, err,
			"%s: unpacking it takes more than 64 MB of memory; "
			"unpack it with: %s -d --long=31",
			input->name, packing);
	default:
		return fault_set(why, err,
			"%s: its %s data is damaged near byte %llu (%s); everything "
			"before is kept",
			input->name, packing, at, err_sentence(err));
	}
}

/* Puts more stored bytes behind those not yet unpacked. */
static enum err refill(struct input *input, int timeout_ms, struct fault *why)
{
	size_t kept = input->raw_left.len;
	size_t len = 0;

	if (kept == RAW_MAX)
		return ERR_VALUE; /* neither packing leaves so much untouched */
	if (kept > 0)
		memmove(input->raw, input->raw_left.at, kept);
	input->raw_left = bytes_over(input->raw, kept);

	enum err err = read_stored(
		input, timeout_ms, input->raw + kept, RAW_MAX - kept, &len, why);
	input->raw_left.len += len;
	return err;
}

static enum err read_packed(struct input *input, int timeout_ms, uint8_t *to, size_t n,
	size_t *ret_len, struct fault *why)
{
	for (;;) {
		enum err err = input->packing->unpack(
			input->state, &input->raw_left, to, n, ret_len);

		/* What came before a fault is used first: the fault comes again. */
		if (*ret_len > 0)
			return ERR_OK;
		if (err == ERR_OK)
			continue; /* a header was used, nothing came of it */
		if (err != ERR_MORE && err != ERR_END)
			return unpack_fault(input, err, why);

		enum err more = refill(input, timeout_ms, why);
		if (more == ERR_VALUE)
			return unpack_fault(input, more, why);
		if (more == ERR_END)
			return err == ERR_END ? ERR_END
					      : unpack_fault(input, ERR_SHORT, why);
		if (more != ERR_OK)
			return more;
	}
}

enum err input_read(struct input *input, int timeout_ms, uint8_t *to, size_t n,
	size_t *ret_len, struct fault *why)
{
	*ret_len = 0;
	if (input->packing != NULL)
		return read_packed(input, timeout_ms, to, n, ret_len, why);
	if (input->head_len > 0) {
		size_t len = input->head_len < n ? input->head_len : n;

		memcpy(to, input->head, len);
		memmove(input->head, input->head + len, input->head_len - len);
		input->head_len -= len;
		*ret_len = len;
		return ERR_OK;
	}
	return read_stored(input, timeout_ms, to, n, ret_len, why);
}

bool input_reads_at(const struct input *input)
{
	return input->regular && input->packing == NULL;
}

/* How far the file was read: pieces come in any order, some of them behind its end. */
static void note_read_to(struct input *input, uint64_t end)
{
	uint64_t known = atomic_load_explicit(&input->stored_read, memory_order_relaxed);

	while (known < end &&
		!atomic_compare_exchange_weak(&input->stored_read, &known, end))
		continue;
}

enum err input_read_at(struct input *input, uint64_t at, uint8_t *to, size_t n,
	size_t *ret_len, struct fault *why)
{
	size_t len = 0;
	ssize_t got = 1;

	while (len < n && got != 0) {
		got = pread(input->descriptor, to + len, n - len,
			(off_t)(input->begin + at + len));
		if (got < 0 && errno != EINTR)
			return fault_set(why, err_of_errno(errno), "cannot read %s: %s",
				input->name, strerror(errno));
		len += got > 0 ? (size_t)got : 0;
	}
	if (len > 0)
		note_read_to(input, at + len);
	*ret_len = len;
	return len < n ? ERR_END : ERR_OK;
}

struct input_progress input_progress(const struct input *input)
{
	return (struct input_progress){
		.stored_read =
			atomic_load_explicit(&input->stored_read, memory_order_relaxed),
		.stored_total = input->stored_total,
	};
}

const char *input_name(const struct input *input)
{
	return input->name;
}

const char *input_packing(const struct input *input)
{
	return input->packing == NULL ? NULL : input->packing->name;
}

void input_close(struct input *input)
{
	if (input == NULL)
		return;
	if (input->descriptor >= 0)
		close(input->descriptor);
	if (input->state != NULL)
		input->packing->state_free(input->state);
	free(input->raw);
	free(input);
}

enum err input_read_all(struct input *input, struct text *ret, struct fault *why)
{
	uint8_t some[65536];
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		size_t len = 0;

		err = input_read(input, -1, some, sizeof some, &len, why);
		if (err == ERR_OK)
			text_bytes(ret, bytes_over(some, len));
		if (err == ERR_OK)
			err = text_end(ret);
	}
	return err == ERR_END ? text_end(ret) : err;
}
