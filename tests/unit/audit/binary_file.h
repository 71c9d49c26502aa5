/*
 * binary_file - a compiled file that tests read, and what was read of it.
 */
#ifndef TESTS_UNIT_AUDIT_BINARY_FILE_H
#define TESTS_UNIT_AUDIT_BINARY_FILE_H

#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/binary.h"

#define BINARY_FILE_MAX ((size_t)65536)

/* The whole file, in memory of the test's; it is shorter than BINARY_FILE_MAX. */
static inline struct bytes binary_file(const char *path)
{
	static uint8_t memory[BINARY_FILE_MAX];
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(memory, 1, sizeof memory, file);
	fclose(file);
	assert_true(len > 0 && len < sizeof memory);
	return bytes_over(memory, len);
}

static inline struct binary binary_of(struct bytes file, struct arena *arena)
{
	struct binary binary;

	assert_int_equal(binary_read(file, arena, &binary), ERR_OK);
	return binary;
}

/* The n-th call of that name, from 0; NULL: there are fewer. */
static inline const struct fact *call_of(
	const struct binary *binary, const char *name, size_t n)
{
	for (size_t i = 0; i < binary->count; i++)
		if (binary->facts[i].kind == FACT_CALL &&
			bytes_equal(binary->facts[i].name, bytes_of_string(name)) &&
			n-- == 0)
			return &binary->facts[i];
	return NULL;
}

static inline void assert_text(struct bytes text, const char *expected)
{
	assert_true(bytes_equal(text, bytes_of_string(expected)));
}

/* Each byte of a whole file takes some other values: nothing is read outside of it. */
static inline void survives_lies(struct bytes file)
{
	static const uint8_t lies[] = { 0, 0xff };
	uint8_t *lying = (uint8_t *)(uintptr_t)file.at;
	struct arena arena;

	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < file.len * COUNT_OF(lies); i++) {
		uint8_t kept = lying[i / COUNT_OF(lies)];

		lying[i / COUNT_OF(lies)] = lies[i % COUNT_OF(lies)];
		assert_true(binary_of(file, &arena).count <= FACTS_MAX);
		lying[i / COUNT_OF(lies)] = kept;
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static inline void survives_cuts(struct bytes file, size_t count)
{
	struct arena arena;

	arena_init(&arena, (size_t)64 << 20);
	for (size_t len = 0; len < file.len; len++) {
		uint8_t *cut = malloc(len + 1); /* so that a sanitizer sees its end */

		assert_non_null(cut);
		memcpy(cut, file.at, len);
		assert_true(binary_of(bytes_over(cut, len), &arena).count <= count);
		free(cut);
		arena_reset(&arena);
	}
	arena_done(&arena);
}

#endif
