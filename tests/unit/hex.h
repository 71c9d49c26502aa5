/*
 * hex - bytes from the digits a specification prints.
 */
#ifndef TESTS_UNIT_HEX_H
#define TESTS_UNIT_HEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* Fills memory, which has room, with the bytes of digits. */
static inline struct bytes from_hex(const char *digits, uint8_t *memory)
{
	size_t len = strlen(digits) / 2;

	for (size_t i = 0; i < len; i++) {
		char pair[3] = { digits[2 * i], digits[2 * i + 1], '\0' };

		memory[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return bytes_over(memory, len);
}

#endif
