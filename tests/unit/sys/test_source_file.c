#include "../unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "sys/source.h"

#define MANY 20000 /* frames: more than the buffer holds at once */

/* The frames from number first on are those of the sample. */
static void check_frames(const struct frame *frames, size_t count, size_t first)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(frames[i].bytes.len, SAMPLE_FRAME_LEN);
		assert_int_equal(frames[i].bytes.at[0], (first + i) & 0xff);
		assert_int_equal(frames[i].bytes.at[59], (first + i) & 0xff);
		assert_true(frames[i].at == (first + i + 1) * TIME_SECOND);
	}
}

/* Reads to the end: how many frames came. */
static size_t read_all(struct source *source, enum err *ret, struct fault *why)
{
	struct frame frames[SOURCE_BATCH_MAX];
	size_t total = 0;
	size_t count;

	do {
		*ret = source_next(source, -1, frames, &count, why);
		assert_true(count <= SOURCE_BATCH_MAX);
		check_frames(frames, count, total);
		total += count;
	} while (*ret == ERR_OK);
	return total;
}

/* The same by windows: of a plain file the second of each two is read first. */
static size_t read_windows(struct source *source, enum err *ret, struct fault *why)
{
	struct source_window *windows[] = { source_window_new(), source_window_new() };
	bool apart = source_reads_apart(source);
	size_t total = 0;

	*ret = ERR_OK;
	for (uint64_t number = 0; *ret == ERR_OK; number += 2) {
		for (uint64_t i = 0; i < 2; i++)
			source_read_window(source, number + (apart ? 1 - i : i), -1,
				windows[apart ? 1 - i : i]);
		for (size_t i = 0; i < 2 && *ret == ERR_OK; i++) {
			*ret = source_decode_window(source, windows[i], why);
			check_frames(windows[i]->frames, windows[i]->count, total);
			total += windows[i]->count;
		}
	}
	source_window_free(windows[0]);
	source_window_free(windows[1]);
	return total;
}

static size_t read_by(size_t (*read)(struct source *, enum err *, struct fault *),
	const char *path, enum err *ret, struct fault *why)
{
	struct source *source = NULL;

	*why = (struct fault){ 0 };
	*ret = source_open_file(path, &source, why);
	if (*ret != ERR_OK)
		return 0;
	size_t total = read(source, ret, why);
	source_close(source);
	return total;
}

/* Both ways say the same. */
static size_t read_path(const char *path, enum err *ret, struct fault *why)
{
	struct fault other_why;
	enum err other;
	size_t total = read_by(read_all, path, ret, why);

	if (strcmp(path, "-") == 0)
		return total; /* it is read only once */
	assert_int_equal(read_by(read_windows, path, &other, &other_why), total);
	assert_int_equal(other, *ret);
	assert_string_equal(other_why.text, why->text);
	return total;
}

static size_t read_bytes(struct scratch *scratch, const void *bytes, size_t len,
	enum err *ret, struct fault *why)
{
	return read_path(scratch_write(scratch, "x.pcap", bytes, len), ret, why);
}

static void test_hands_out_every_frame_in_order(void **state)
{
	uint8_t *bytes = sample_capture(MANY);
	struct fault why;
	enum err err;

	assert_int_equal(read_bytes(*state, bytes, SAMPLE_LEN(MANY), &err, &why), MANY);
	assert_int_equal(err, ERR_END);
	free(bytes);
}

static void test_says_where_a_file_is_cut(void **state)
{
	uint8_t *bytes = sample_capture(3);
	struct fault why;
	enum err err;

	for (size_t len = SAMPLE_LEN(2) + 1; len < SAMPLE_LEN(3); len++) {
		assert_int_equal(read_bytes(*state, bytes, len, &err, &why), 2);
		assert_int_equal(err, ERR_SHORT);
		assert_non_null(strstr(why.text, "ends inside packet 3"));
		assert_non_null(strstr(why.text, "everything before it is kept"));
	}
	free(bytes);
}

static void test_reads_a_capture_of_no_frames(void **state)
{
	uint8_t *bytes = sample_capture(0);
	struct fault why;
	enum err err;

	assert_int_equal(read_bytes(*state, bytes, SAMPLE_LEN(0), &err, &why), 0);
	assert_int_equal(err, ERR_END);
	free(bytes);
}

static void test_keeps_what_came_before_a_record_that_lies(void **state)
{
	uint8_t *bytes = sample_capture(3);
	struct fault why;
	enum err err;

	memset(bytes + SAMPLE_LEN(2) + 8, 0xff, 4); /* captured length */
	assert_int_equal(read_bytes(*state, bytes, SAMPLE_LEN(3), &err, &why), 2);
	assert_true(err != ERR_END && err != ERR_OK);
	assert_non_null(strstr(why.text, "packet 3 at byte 176"));
	free(bytes);
}

static void test_tells_progress_and_ends_with_all_of_it(void **state)
{
	uint8_t *bytes = sample_capture(MANY);
	struct source *source;
	struct fault why;
	enum err err;
	const char *path = scratch_write(*state, "x", bytes, SAMPLE_LEN(MANY));

	assert_int_equal(source_open_file(path, &source, &why), ERR_OK);
	assert_int_equal(source_progress(source).bytes_total, SAMPLE_LEN(MANY));
	assert_true(source_progress(source).bytes_read < SAMPLE_LEN(MANY));
	read_all(source, &err, &why);
	assert_int_equal(source_progress(source).bytes_read, SAMPLE_LEN(MANY));
	source_close(source);
	free(bytes);
}

static void test_says_that_a_file_became_shorter(void **state)
{
	uint8_t *bytes = sample_capture(MANY);
	struct source *source;
	struct fault why = { 0 };
	enum err err;
	const char *path = scratch_write(*state, "x", bytes, SAMPLE_LEN(MANY));

	assert_int_equal(source_open_file(path, &source, &why), ERR_OK);
	assert_int_equal(truncate(path, (off_t)SAMPLE_LEN(MANY - 1) + 5), 0);
	assert_int_equal(read_all(source, &err, &why), MANY - 1);
	assert_int_equal(err, ERR_IO);
	assert_non_null(strstr(why.text, "became shorter"));
	source_close(source);
	free(bytes);
}

/* Also where a window behind the new end was asked for first. */
static void test_says_so_too_where_it_became_shorter_by_whole_packets(void **state)
{
	static size_t (*const ways[])(
		struct source *, enum err *, struct fault *) = { read_all, read_windows };
	uint8_t *bytes = sample_capture(MANY);

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		const char *path = scratch_write(*state, "x", bytes, SAMPLE_LEN(MANY));
		struct source *source;
		struct fault why = { 0 };
		enum err err;

		assert_int_equal(source_open_file(path, &source, &why), ERR_OK);
		assert_int_equal(truncate(path, (off_t)SAMPLE_LEN(MANY - 1)), 0);
		assert_int_equal(ways[i](source, &err, &why), MANY - 1);
		assert_int_equal(err, ERR_IO);
		source_close(source);
	}
	free(bytes);
}

/* Two members, or frames, of half the capture each. */
static uint8_t *pack_twice(uint8_t *(*pack)(const void *, size_t, size_t *),
	const uint8_t *bytes, size_t len, size_t *ret_len)
{
	size_t half = len / 2;
	size_t first_len;
	size_t second_len;
	uint8_t *first = pack(bytes, half, &first_len);
	uint8_t *second = pack(bytes + half, len - half, &second_len);
	uint8_t *both = realloc(first, first_len + second_len + 64);

	assert_non_null(both);
	memcpy(both + first_len, second, second_len);
	memset(both + first_len + second_len, 'x', 64);
	free(second);
	*ret_len = first_len + second_len;
	return both;
}

static void check_packing(
	struct scratch *scratch, uint8_t *(*pack)(const void *, size_t, size_t *))
{
	uint8_t *bytes = sample_capture(MANY);
	struct fault why;
	enum err err;
	size_t len;
	uint8_t *packed = pack_twice(pack, bytes, SAMPLE_LEN(MANY), &len);

	assert_int_equal(read_bytes(scratch, packed, len, &err, &why), MANY);
	assert_int_equal(err, ERR_END);

	assert_int_equal(read_bytes(scratch, packed, len + 64, &err, &why), MANY);
	assert_int_equal(err, ERR_LONG); /* what follows is told, not swallowed */

	size_t kept = read_bytes(scratch, packed, len - 1, &err, &why);
	assert_true(kept > MANY / 2 - 2 && kept <= MANY);
	assert_int_equal(err, ERR_SHORT);
	assert_non_null(strstr(why.text, "is cut off at byte"));
	free(packed);
	free(bytes);
}

static void test_unpacks_gzip_of_several_members(void **state)
{
	check_packing(*state, sample_gzip);
}

static void test_unpacks_zstd_of_several_frames(void **state)
{
	check_packing(*state, sample_zstd);
}

static void test_says_that_packed_data_is_damaged(void **state)
{
	uint8_t *bytes = sample_capture(MANY);
	struct fault why;
	enum err err;
	size_t len;
	uint8_t *packed = sample_gzip(bytes, SAMPLE_LEN(MANY), &len);

	packed[len - 5] ^= 0x55; /* of the checksum */
	assert_int_equal(read_bytes(*state, packed, len, &err, &why), MANY);
	assert_int_equal(err, ERR_VALUE);
	assert_non_null(strstr(why.text, "gzip data is damaged"));
	free(packed);
	free(bytes);
}

static void test_keeps_the_blocks_before_a_damaged_one(void **state)
{
	uint8_t *bytes = sample_capture(MANY);
	struct fault why;
	enum err err;
	size_t len;
	uint8_t *packed = sample_zstd(bytes, SAMPLE_LEN(MANY), &len);

	memset(packed + len - 40, 0xff, 40);
	size_t kept = read_bytes(*state, packed, len, &err, &why);
	assert_true(kept > MANY * 3 / 4); /* a block is 128 KB of 1.5 MB */
	assert_int_equal(err, ERR_VALUE);
	assert_non_null(strstr(why.text, "zstd data is damaged"));
	free(packed);
	free(bytes);
}

static void test_passes_over_zeros_after_gzip(void **state)
{
	uint8_t *bytes = sample_capture(2);
	struct fault why;
	enum err err;
	size_t len;
	uint8_t *packed = sample_gzip(bytes, SAMPLE_LEN(2), &len);

	memset(packed + len, 0, 512);
	assert_int_equal(read_bytes(*state, packed, len + 512, &err, &why), 2);
	assert_int_equal(err, ERR_END);
	free(packed);
	free(bytes);
}

static void test_reads_standard_input_in_small_pieces(void **state)
{
	uint8_t *bytes = sample_capture(3);
	int ends[2];
	int kept = dup(STDIN_FILENO);
	struct source *source;
	struct fault why = { 0 };
	struct frame frames[SOURCE_BATCH_MAX];
	size_t count;
	enum err err;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(write(ends[1], bytes, SAMPLE_LEN(1) + 3), SAMPLE_LEN(1) + 3);
	assert_int_equal(source_open_file("-", &source, &why), ERR_OK);
	assert_int_equal(source_next(source, 0, frames, &count, &why), ERR_OK);
	assert_int_equal(count, 1); /* and does not wait for the second */
	assert_int_equal(source_next(source, 0, frames, &count, &why), ERR_AGAIN);
	close(ends[1]);
	err = source_next(source, -1, frames, &count, &why);
	assert_int_equal(err, ERR_SHORT);
	assert_non_null(strstr(why.text, "standard input ends inside packet 2"));
	source_close(source);
	dup2(kept, STDIN_FILENO);
	close(kept);
	close(ends[0]);
	free(bytes);
}

/* As in `(head -c 1000 >/dev/null; tlsunset watch -) <file`. */
static void test_reads_a_file_on_standard_input_from_where_it_stands(void **state)
{
	static size_t (*const ways[])(
		struct source *, enum err *, struct fault *) = { read_all, read_windows };
	uint8_t *bytes = sample_capture(MANY);
	uint8_t *second = malloc(1000 + SAMPLE_LEN(MANY));
	int kept = dup(STDIN_FILENO);

	assert_non_null(second);
	memset(second, 0, 1000);
	memcpy(second + 1000, bytes, SAMPLE_LEN(MANY));
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct fault why;
		enum err err;
		int file =
			open(scratch_write(*state, "x", second, 1000 + SAMPLE_LEN(MANY)),
				O_RDONLY);

		assert_int_equal(lseek(file, 1000, SEEK_SET), 1000);
		assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
		assert_int_equal(read_by(ways[i], "-", &err, &why), MANY);
		assert_int_equal(err, ERR_END);
		close(file);
	}
	dup2(kept, STDIN_FILENO);
	close(kept);
	free(second);
	free(bytes);
}

static void test_says_what_is_no_capture(void **state)
{
	struct scratch *scratch = *state;
	struct fault why;
	enum err err;

	read_bytes(scratch, "", 0, &err, &why);
	assert_int_equal(err, ERR_TYPE);
	assert_non_null(strstr(why.text, "it is empty"));
	read_bytes(scratch, "{\"a\":1}\n", 8, &err, &why);
	assert_int_equal(err, ERR_TYPE);
	assert_non_null(strstr(why.text, "JSON"));
	read_bytes(scratch, "\3757zXZ\0\0\4", 8, &err, &why);
	assert_non_null(strstr(why.text, "xz -d"));
	read_bytes(scratch, "\1\2", 2, &err, &why);
	assert_non_null(strstr(why.text, "unknown kind"));
}

static void test_says_what_stands_in_the_way(void **state)
{
	struct scratch *scratch = *state;
	struct fault why;
	enum err err;

	read_path(scratch->directory, &err, &why);
	assert_int_equal(err, ERR_TYPE);
	assert_non_null(strstr(why.text, "directory"));
	read_path(scratch_path(scratch, "a\033[2Jb"), &err, &why);
	assert_int_equal(err, ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "a\\x1b[2Jb")); /* strangers' text */
}

static void test_names_a_file_that_may_not_be_read(void **state)
{
	struct fault why;
	enum err err;

	if (geteuid() == 0)
		skip(); /* root may read all */
	const char *path = scratch_write(*state, "x", "x", 1);
	assert_int_equal(chmod(path, 0), 0);
	read_path(path, &err, &why);
	assert_int_equal(err, ERR_PERMISSION);
}

#define T(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_hands_out_every_frame_in_order),
		T(test_says_where_a_file_is_cut),
		T(test_reads_a_capture_of_no_frames),
		T(test_keeps_what_came_before_a_record_that_lies),
		T(test_tells_progress_and_ends_with_all_of_it),
		T(test_says_that_a_file_became_shorter),
		T(test_says_so_too_where_it_became_shorter_by_whole_packets),
		T(test_unpacks_gzip_of_several_members),
		T(test_unpacks_zstd_of_several_frames),
		T(test_says_that_packed_data_is_damaged),
		T(test_keeps_the_blocks_before_a_damaged_one),
		T(test_passes_over_zeros_after_gzip),
		T(test_reads_standard_input_in_small_pieces),
		T(test_reads_a_file_on_standard_input_from_where_it_stands),
		T(test_says_what_is_no_capture),
		T(test_says_what_stands_in_the_way),
		T(test_names_a_file_that_may_not_be_read),
	};

	return cmocka_run_group_tests_name("source_file", tests, NULL, NULL);
}
