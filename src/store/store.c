#include "store/store.h"

#include "base/text.h"

/* To add one: a line here and in store.h, a file. In order of name. */
static const struct store_kind *const kinds[] = {
	&store_sqlite,
};

enum err store_open(
	const char *name, enum store_mode mode, struct store **ret, struct fault *why)
{
	const char *colon = strchr(name, ':');
	struct text CLEANUP(text_done) quoted = { 0 };

	for (size_t i = 0; colon != NULL && i < COUNT_OF(kinds); i++) {
		struct bytes kind = bytes_over(name, (size_t)(colon - name));

		if (bytes_equal(kind, bytes_of_string(kinds[i]->name)))
			return kinds[i]->open(colon + 1, mode, ret, why);
	}
	text_init(&quoted, 256);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(name), 60));
	return fault_set(why, ERR_USAGE,
		"a store is named like sqlite:PATH, for example %s, not \"%s\"",
		STORE_USUAL, text_string(&quoted));
}

void store_close(struct store *store)
{
	if (store != NULL)
		store->kind->close(store);
}

enum err store_run_begin(
	struct store *store, const struct store_run *run, struct fault *why)
{
	return store->kind->run_begin(store, run, why);
}

enum err store_write(struct store *store, struct aggregate *aggregate, time_ns now,
	const struct coverage *coverage, struct fault *why)
{
	return store->kind->write(store, aggregate, now, coverage, why);
}

enum err store_totals(struct store *store, struct store_totals *ret, struct fault *why)
{
	return store->kind->totals(store, ret, why);
}

enum err store_read_handshakes(struct store *store, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	return store->kind->read_handshakes(store, filter, reader, why);
}

enum err store_read_counts(struct store *store, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	return store->kind->read_counts(store, filter, reader, why);
}

enum err store_read_subjects(struct store *store, enum store_subject_kind kind,
	struct store_reader *reader, struct fault *why)
{
	return store->kind->read_subjects(store, kind, reader, why);
}

enum err store_read_hellos(
	struct store *store, struct store_reader *reader, struct fault *why)
{
	return store->kind->read_hellos(store, reader, why);
}

enum err store_read_runs(
	struct store *store, struct store_reader *reader, struct fault *why)
{
	return store->kind->read_runs(store, reader, why);
}

enum err store_write_scan(
	struct store *store, const struct endpoint *endpoint, struct fault *why)
{
	return store->kind->write_scan(store, endpoint, why);
}

enum err store_commit_scans(struct store *store, struct fault *why)
{
	return store->kind->commit_scans(store, why);
}

enum err store_read_scans(struct store *store, const struct store_scan_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	return store->kind->read_scans(store, filter, reader, why);
}

enum err store_read_scans_of(struct store *store, const struct endpoint *same,
	struct store_reader *reader, struct fault *why)
{
	return store->kind->read_scans_of(store, same, reader, why);
}
