#include "base/nearest.h"

struct nearest nearest_to(struct bytes word)
{
	return (struct nearest){ .word = word, .distance = word.len / 3 + 1 };
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: rows of the table of Wagner and Fischer, and one more row
 * back for what is swapped. */
static size_t distance(struct bytes a, struct bytes b)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		uint8_t c = lower(a.at[i - 1]);
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			uint8_t d = lower(b.at[j - 1]);

			row[j] = least(
				least(last[j], row[j - 1]) + 1, last[j - 1] + (c != d));
			if (i > 1 && j > 1 && c == lower(b.at[j - 2]) &&
				lower(a.at[i - 2]) == d)
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[b.len];
}

void nearest_try(struct nearest *nearest, const char *name)
{
	struct bytes other = bytes_of_string(name);
	size_t apart;

	if (nearest->word.len > NEAREST_MAX || other.len > NEAREST_MAX)
		return;
	apart = distance(nearest->word, other);
	if (apart < nearest->distance) {
		nearest->distance = apart;
		nearest->name = name;
	}
}
