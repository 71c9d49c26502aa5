#include "base/suggestion.h"

#define NAME_LEN_MAX    80 /* longer than any name there is */
#define BEGINNING_LEAST 3  /* fewer letters are how too many names begin */
#define EDITS_MAX       2 /* and fewer than half of the letters: else it is another word */
#define LETTERS_AN_EDIT 6 /* of long names: TLS_RSA_AES_128_CBC_SHA lacks five */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to change, drop, add or swap with their neighbour make one of the
 * other: "optimal string alignment". rows[i][j] is for the first i and j letters. */
static size_t edits_between(struct bytes a, struct bytes b)
{
	size_t rows[NAME_LEN_MAX + 1][NAME_LEN_MAX + 1];

	for (size_t i = 0; i <= a.len; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++)
		for (size_t j = 1; j <= b.len; j++) {
			uint8_t c = byte_lower(a.at[i - 1]), d = byte_lower(b.at[j - 1]);
			size_t *here = &rows[i][j];

			*here = least(rows[i - 1][j], rows[i][j - 1]) + 1;
			*here = least(*here, rows[i - 1][j - 1] + (c != d));
			if (i > 1 && j > 1 && c == byte_lower(b.at[j - 2]) &&
				byte_lower(a.at[i - 2]) == d)
				*here = least(*here, rows[i - 2][j - 2] + 1);
		}
	return rows[a.len][b.len];
}

struct suggestion suggestion_for(struct bytes wrong)
{
	return (struct suggestion){ .wrong = wrong, .edits = SIZE_MAX };
}

void suggestion_offer(struct suggestion *suggestion, const char *name)
{
	struct bytes wrong = suggestion->wrong;
	struct bytes right = bytes_of_string(name);
	size_t longer = wrong.len > right.len ? wrong.len : right.len;
	size_t most = longer / LETTERS_AN_EDIT;
	size_t edits;

	if (longer > NAME_LEN_MAX)
		return;
	edits = edits_between(wrong, right);
	if (wrong.len >= BEGINNING_LEAST &&
		bytes_equal(wrong, bytes_first(right, wrong.len)))
		edits = 1;
	if (most < EDITS_MAX)
		most = EDITS_MAX;
	if (edits > most || 2 * edits >= longer || edits >= suggestion->edits)
		return;
	suggestion->name = name;
	suggestion->edits = edits;
}
