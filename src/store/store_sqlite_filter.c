/* What a filter binds, and whose an address or a name is, asked within a statement. */
#include "store/store_sqlite.h"

#include <string.h>

enum { OWNED_CLIENTS = 1, OWNED_SERVERS = 2 }; /* of ?8 in FILTER_OWNED */

static struct bytes bytes_of_value(sqlite3_value *value)
{
	const void *at = sqlite3_value_blob(value);

	return bytes_over(at, (size_t)sqlite3_value_bytes(value));
}

/* What is no address is nobody's: a store that was tampered with may hold anything. */
static void is_owned_address(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct store_sqlite *store = sqlite3_user_data(context);
	struct bytes value = bytes_of_value(values[0]);
	struct address address;

	(void)count;
	if (value.len != ADDRESS_LEN) {
		sqlite3_result_int(context, 0);
		return;
	}
	memcpy(&address, value.at, ADDRESS_LEN);
	sqlite3_result_int(context,
		owners_of_address(store->owner->owners, &address) == store->owner->owner);
}

static void is_owned_name(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct store_sqlite *store = sqlite3_user_data(context);

	(void)count;
	sqlite3_result_int(context,
		owners_of_name(store->owner->owners, bytes_of_value(values[0])) ==
			store->owner->owner);
}

static void add_function(struct store_sqlite *store, const char *name,
	void (*function)(sqlite3_context *, int, sqlite3_value **))
{
	/* No room for it is told by the statement that wants it. */
	(void)sqlite3_create_function_v2(store->db, name, 1,
		SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, store, function,
		NULL, NULL, NULL);
}

static void bind(sqlite3_stmt *s, const struct store_filter *filter)
{
	time_ns until = filter->until == 0 ? UINT64_MAX : filter->until - 1;

	(void)sqlite3_bind_int64(s, 1, (int64_t)(filter->since / TIME_HOUR));
	(void)sqlite3_bind_int64(s, 2, (int64_t)(until / TIME_HOUR));
	if (filter->client != NULL)
		(void)sqlite3_bind_blob(s, 3, filter->client, ADDRESS_LEN, SQLITE_STATIC);
	if (filter->server != NULL)
		(void)sqlite3_bind_blob(s, 4, filter->server, ADDRESS_LEN, SQLITE_STATIC);
	if (filter->server_name != NULL)
		(void)sqlite3_bind_blob64(s, 5, filter->server_name->at,
			filter->server_name->len, SQLITE_STATIC);
}

sqlite3_stmt *sqlite_prepare_filtered(
	struct store_sqlite *store, const char *sql, const struct store_filter *filter)
{
	const struct store_owner *owner = filter->owner;
	sqlite3_stmt *s;

	store->owner = owner;
	add_function(store, "is_owned_address", is_owned_address);
	add_function(store, "is_owned_name", is_owned_name);
	s = sqlite_prepare(store, sql);
	bind(s, filter);
	if (owner != NULL)
		(void)sqlite3_bind_int(s, 8,
			(owner->clients ? OWNED_CLIENTS : 0) |
				(owner->servers ? OWNED_SERVERS : 0));
	return s;
}
