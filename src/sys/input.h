/*
 * input - the bytes of a file or of standard input, unpacked.
 *
 * Whether it is packed by gzip or zstd is told from the first bytes. Archives of
 * several members or frames are read through. Memory is bounded, whatever the input.
 *
 * Files are read(), not mapped. A mapping of all of a file costs more in faults than the
 * kernel's copy into a buffer that stays in the second-level cache; one of 4 MB at a
 * time would cost half the copy (measured from page cache: 20 against 8.5 GB/s where a
 * line in 16 is looked at). But what is copied stays as it was checked, whoever writes to
 * the file meanwhile, and a file that is cut while it is read is an early end, not a
 * SIGBUS.
 */
#ifndef SYS_INPUT_H
#define SYS_INPUT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/text.h"

#define INPUT_NAME_MAX 192 /* a longer path is shown by its end */

struct input; /* heap */

struct input_progress {
	uint64_t stored_read;  /* bytes as stored */
	uint64_t stored_total; /* 0 if not known */
};

/* Opens a file; "-" is standard input. ERR_TYPE: a directory. */
MUST_USE enum err input_open(const char *path, struct input **ret, struct fault *why);

/* Reads some bytes, at least one and at most n. ERR_END: there are no more.
 * ERR_AGAIN (pipes and terminals only): nothing came for timeout_ms (-1: wait for
 * ever), or a stop was wanted. Other errors are final; all bytes before were handed out.
 */
MUST_USE enum err input_read(struct input *input, int timeout_ms, uint8_t *to, size_t n,
	size_t *ret_len, struct fault *why);

/* Whether input_read_at() may be used: a plain file. */
bool input_reads_at(const struct input *input);

/* Reads n bytes from byte `at` on, counted from where input_read() began, whatever was
 * read before. ERR_END: the file ends within them, and *ret_len is how many there were.
 * Safe in several threads at a time. */
MUST_USE enum err input_read_at(struct input *input, uint64_t at, uint8_t *to, size_t n,
	size_t *ret_len, struct fault *why);

/* Safe in any thread while another reads. */
struct input_progress input_progress(const struct input *input);

/* The path made fit to be shown, or "standard input". */
const char *input_name(const struct input *input);

/* "gzip" or "zstd"; NULL if the input is not packed. */
const char *input_packing(const struct input *input);

void input_close(struct input *input);

/* Adds all that is left to the text. ERR_LIMIT: it is more than the text may hold. */
MUST_USE enum err input_read_all(
	struct input *input, struct text *ret, struct fault *why);

#endif
