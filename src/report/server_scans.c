#include "report/server_scans.h"

#include "report/json.h"

/* The scans of one endpoint come one after the other, oldest first. */
struct reading {
	struct store_reader reader;
	struct server_scans *scans;
	const struct store_filter *filter;
	struct hash_key key;
	bool open;
	uint64_t named; /* upgrade and name of the endpoint that is open, hashed */
	struct server_scan so_far;
	uint16_t refused; /* by an earlier one, and not accepted since */
};

/* What is of one endpoint joins what others at that address and port accept. */
static void flush(struct reading *reading)
{
	const struct server_scan *from = &reading->so_far;
	struct server_scan *into;

	if (!reading->open)
		return;
	reading->open = false;
	into = table_take(&reading->scans->table, &from->address);
	if (into == NULL)
		return; /* SERVER_SCANS_MAX */
	into->at = from->at > into->at ? from->at : into->at;
	into->accepted |= from->accepted;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (from->since[rank] != 0 &&
			(into->since[rank] == 0 || from->since[rank] < into->since[rank]))
			into->since[rank] = from->since[rank];
}

static void begin(
	struct reading *reading, const struct endpoint *endpoint, uint64_t named)
{
	flush(reading);
	reading->open = true;
	reading->named = named;
	reading->refused = 0;
	reading->so_far = (struct server_scan){ .address = endpoint->address,
		.port = endpoint->port };
}

static bool is_of(const struct reading *reading, const struct endpoint *endpoint)
{
	return endpoint->transport == TRANSPORT_TCP &&
	       (endpoint->status == ENDPOINT_ACCEPTED ||
		       endpoint->status == ENDPOINT_REFUSED) &&
	       endpoint->at >= reading->filter->since &&
	       (reading->filter->until == 0 || endpoint->at < reading->filter->until);
}

static enum err note(struct store_reader *base, const struct endpoint *endpoint)
{
	struct reading *reading = (struct reading *)base;
	uint64_t named = hash_bytes(&reading->key, endpoint->server_name) ^
			 (uint64_t)endpoint->upgrade;

	if (!is_of(reading, endpoint))
		return ERR_OK;
	if (!reading->open || reading->named != named ||
		reading->so_far.port != endpoint->port ||
		address_compare(&reading->so_far.address, &endpoint->address) != 0)
		begin(reading, endpoint, named);
	reading->so_far.at = endpoint->at;
	reading->so_far.accepted = 0;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		uint16_t bit = (uint16_t)(1u << rank);

		if (endpoint->versions[rank].status == ENDPOINT_REFUSED) {
			reading->refused |= bit;
			reading->so_far.since[rank] = 0;
		} else if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED) {
			reading->so_far.accepted |= bit;
			if ((reading->refused & bit) != 0)
				reading->so_far.since[rank] = endpoint->at;
			reading->refused &= (uint16_t)~bit;
		}
	}
	return ERR_OK;
}

enum err server_scans_read(struct server_scans *ret, struct store *store,
	const struct store_filter *filter, const struct hash_key *key, struct fault *why)
{
	struct store_scan_filter scans = { .address = filter->server, .all = true };
	struct reading reading = { .reader = { .endpoint = note },
		.scans = ret,
		.filter = filter,
		.key = *key };
	enum err err;

	table_init(&ret->table, sizeof(struct server_scan),
		sizeof(struct address) + sizeof(uint64_t), SERVER_SCANS_MAX, key);
	err = store_read_scans(store, &scans, &reading.reader, why);
	flush(&reading);
	return err;
}

void server_scans_done(struct server_scans *scans)
{
	table_done(&scans->table);
}

const struct server_scan *server_scans_find(
	const struct server_scans *scans, const struct address *address, uint16_t port)
{
	const struct {
		struct address address;
		uint64_t port;
	} key = { *address, port };

	return table_find(&scans->table, &key);
}

static const char *name_of(unsigned rank)
{
	return version_name(version_of_rank((enum version_rank)rank, false));
}

/* since: ranks from which on the day is told. */
static void add_versions(
	const struct server_scan *scan, unsigned since, struct text *text)
{
	char day[TIME_TEXT_MAX];
	const char *between = "";

	for (unsigned rank = RANK_TLS13; rank >= RANK_SSL2; rank--) {
		if ((scan->accepted >> rank & 1) == 0)
			continue;
		text_format(text, "%s%s", between, name_of(rank));
		if (rank >= since && scan->since[rank] != 0)
			text_format(
				text, " since %.10s", time_text(scan->since[rank], day));
		between = ", ";
	}
	if (scan->accepted == 0)
		text_add(text, "nothing");
}

void server_scan_versions(const struct server_scan *scan, struct text *text)
{
	add_versions(scan, RANK_TLS13 + 1, text);
}

void server_scan_tell(const struct server_scan *scan, uint16_t minimum, struct text *text)
{
	char day[TIME_TEXT_MAX];

	text_add(text, "accepts ");
	add_versions(scan, version_rank(minimum), text);
	text_format(text, ", as scanned on %.10s", time_text(scan->at, day));
}

void server_scan_json(const struct server_scan *scan, struct text *text)
{
	const char *between = "";

	if (scan == NULL) {
		json_null(text);
		return;
	}
	text_add(text, "{\"at\":");
	json_time(text, scan->at);
	json_member(text, "accepts");
	text_char(text, '[');
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if ((scan->accepted >> rank & 1) == 0)
			continue;
		text_format(text, "%s\"%s\"", between, name_of(rank));
		between = ",";
	}
	text_add(text, "]");
	json_member(text, "since");
	between = "{";
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if ((scan->accepted >> rank & 1) == 0 || scan->since[rank] == 0)
			continue;
		text_format(text, "%s\"%s\":", between, name_of(rank));
		json_time(text, scan->since[rank]);
		between = ",";
	}
	text_add(text, between[0] == '{' ? "{}}" : "}}");
}
