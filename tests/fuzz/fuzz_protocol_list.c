/* The first byte chooses a dialect of those that are built in, the rest is a list: no
 * version is both on and perhaps on, none is one that there is not, and white space
 * around the words says nothing. */
#include <stdlib.h>
#include <string.h>

#include "built_in_rules.h"
#include "fuzz.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* One text: a blank one of its own is a word to a dialect that knows the empty list. */
static struct protocol_list read_padded(const struct dialect *dialect, struct bytes text)
{
	struct protocol_list list = protocol_list_begin(dialect);
	uint8_t *padded = malloc(text.len + 3);

	if (padded == NULL)
		abort();
	memcpy(padded, " \t", 2);
	memcpy(padded + 2, text.at, text.len);
	padded[text.len + 2] = '\n';
	protocol_list_text(&list, bytes_over(padded, text.len + 3));
	list.unclear = (struct bytes){ 0 };
	free(padded);
	return list;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rules *rules = built_in_rules();
	struct protocol_list list, again;
	const struct dialect *dialect;

	if (size == 0 || rules == NULL)
		return 0;
	dialect = rules->dialects[data[0] % rules->dialect_count];
	list = protocol_list_begin(dialect);
	protocol_list_text(&list, bytes_over(data + 1, size - 1));
	must((list.range.on & list.range.maybe) == 0);
	must(((list.range.on | list.range.maybe) & ~VERSIONS_ALL) == 0);
	must(list.known + list.unknown <= size);

	again = read_padded(dialect, bytes_over(data + 1, size - 1));
	must(again.range.on == list.range.on && again.range.maybe == list.range.maybe);
	must(again.known == list.known && again.unknown == list.unknown);
	return 0;
}
