#define _GNU_SOURCE /* nftw */
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

int scratch_setup(void **state)
{
	struct scratch *scratch = calloc(1, sizeof *scratch);
	const char *parent = getenv("TMPDIR");

	if (scratch == NULL)
		return -1;
	snprintf(scratch->directory, sizeof scratch->directory, "%s/tlsunset-XXXXXX",
		parent == NULL ? "/tmp" : parent);
	*state = scratch;
	return mkdtemp(scratch->directory) == NULL ? -1 : 0;
}

static int remove_entry(
	const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

int scratch_teardown(void **state)
{
	struct scratch *scratch = *state;

	nftw(scratch->directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(scratch);
	return 0;
}

const char *scratch_path(struct scratch *scratch, const char *name)
{
	snprintf(scratch->path, sizeof scratch->path, "%s/%s", scratch->directory, name);
	return scratch->path;
}

const char *scratch_write(
	struct scratch *scratch, const char *name, const void *bytes, size_t len)
{
	const char *path = scratch_path(scratch, name);
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		abort();
	return path;
}

static void write_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

uint8_t *sample_capture(size_t count)
{
	uint8_t *bytes = calloc(1, SAMPLE_LEN(count));
	uint8_t *at = bytes + SAMPLE_HEADER_LEN;

	if (bytes == NULL)
		abort();
	write_u32(bytes, 0xa1b2c3d4); /* microseconds, little-endian */
	write_u32(bytes + 4, 0x00040002);
	write_u32(bytes + 16, 65535); /* snaplen */
	write_u32(bytes + 20, 1);     /* Ethernet */
	for (size_t i = 0; i < count; i++, at += SAMPLE_RECORD_LEN) {
		write_u32(at, (uint32_t)i + 1); /* seconds */
		write_u32(at + 8, SAMPLE_FRAME_LEN);
		write_u32(at + 12, SAMPLE_FRAME_LEN);
		memset(at + 16, (int)(i & 0xff), SAMPLE_FRAME_LEN);
	}
	return bytes;
}

uint8_t *sample_gzip(const void *bytes, size_t len, size_t *ret_len)
{
	z_stream stream = { 0 };
	size_t room = len + 1024;
	uint8_t *packed = malloc(room);

	if (packed == NULL || deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8,
				      Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	stream.next_in = (Bytef *)(uintptr_t)bytes;
	stream.avail_in = (uInt)len;
	stream.next_out = packed;
	stream.avail_out = (uInt)room;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	*ret_len = stream.total_out;
	deflateEnd(&stream);
	return packed;
}

uint8_t *sample_zstd(const void *bytes, size_t len, size_t *ret_len)
{
	size_t room = ZSTD_compressBound(len);
	uint8_t *packed = malloc(room);

	if (packed == NULL)
		abort();
	*ret_len = ZSTD_compress(packed, room, bytes, len, 3);
	if (ZSTD_isError(*ret_len))
		abort();
	return packed;
}
