/*
 * scratch - a directory of a test's own, and a small capture to put in it.
 */
#ifndef TESTS_UNIT_SYS_SCRATCH_H
#define TESTS_UNIT_SYS_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#define SCRATCH_PATH_MAX 256

struct scratch {
	char directory[SCRATCH_PATH_MAX / 2];
	char path[SCRATCH_PATH_MAX]; /* of the last scratch_path() */
};

/* Setup and teardown of a cmocka test: *state is a struct scratch. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* The path of a name in the directory; good until the next call. */
const char *scratch_path(struct scratch *scratch, const char *name);

/* Writes a file and answers its path. */
const char *scratch_write(
	struct scratch *scratch, const char *name, const void *bytes, size_t len);

/* The i-th frame of a sample is SAMPLE_FRAME_LEN bytes of the value i. */
#define SAMPLE_HEADER_LEN 24
#define SAMPLE_FRAME_LEN  60
#define SAMPLE_RECORD_LEN (16 + SAMPLE_FRAME_LEN)
#define SAMPLE_LEN(count) (SAMPLE_HEADER_LEN + (size_t)(count)*SAMPLE_RECORD_LEN)

/* A pcap file of count frames of Ethernet, in microseconds; free() it. */
uint8_t *sample_capture(size_t count);

/* bytes packed as one member by gzip; free() it. */
uint8_t *sample_gzip(const void *bytes, size_t len, size_t *ret_len);

/* bytes packed as one frame by zstd; free() it. */
uint8_t *sample_zstd(const void *bytes, size_t len, size_t *ret_len);

#endif
