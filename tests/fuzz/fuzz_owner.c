/* Any bytes as a file of owners: what is refused has its place told; of what is taken,
 * the first entry that an address or a name fits owns it, and each owner is found. */
#include <stdlib.h>
#include <string.h>

#include "evidence/owner.h"
#include "fuzz.h"
#include "sys/document_yaml.h"

#define FILE_MAX 65536 /* longer only takes longer */

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* What an entry names is its own, or that of an entry before it. */
static void check_entry(const struct owners *owners, const struct owner *owner)
{
	must(owners_find(owners, bytes_of_string(owner->name)) == owner);
	for (size_t i = 0; i < owner->network_count; i++) {
		const struct owner *found =
			owners_of_address(owners, &owner->networks[i].first);

		must(found != NULL && found <= owner);
	}
	for (size_t i = 0; i < owner->name_count; i++) {
		struct bytes name = owner->names[i];
		const struct owner *found = owners_of_name(owners, name);

		/* "*.x" as a name has a label in front, if an odd one. */
		must(found != NULL && found <= owner);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault why = { 0 };
	struct document document;
	struct owners owners;
	struct arena arena;
	enum err err;

	if (size > FILE_MAX)
		return 0;
	arena_init(&arena, (size_t)64 << 20);
	err = document_read_yaml(
		bytes_over(data, size), "f.yaml", &arena, &document, &why);
	if (err == ERR_OK)
		err = owners_of_document(&document, &arena, &owners, &why);
	if (err == ERR_OK)
		for (size_t i = 0; i < owners.count; i++)
			check_entry(&owners, &owners.all[i]);
	else if (err != ERR_MEMORY)
		must(strncmp(why.text, "f.yaml, line ", 13) == 0);
	arena_done(&arena);
	return 0;
}
