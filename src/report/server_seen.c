#include "report/server_seen.h"

#include "policy/certificate_key.h"
#include "report/render_forecast.h"

struct looking {
	struct store_reader reader;
	struct server_seen *seen;
	const struct store_filter *filter;
};

static void note_key(
	struct server_seen *seen, const struct certificate *certificate, time_ns at)
{
	struct policy_key key;
	struct server_seen_key *known;

	if (!certificate_key(certificate, &key))
		return;
	known = &seen->keys[key.kind];
	if (at >= known->last)
		*known = (struct server_seen_key){ key, at, certificate->not_after };
}

static enum err note_handshake(struct store_reader *reader, const struct tally *tally)
{
	struct server_seen *seen = ((struct looking *)reader)->seen;
	const struct handshake *h = &tally->handshake;

	if (tally->last > seen->last)
		seen->last = tally->last;
	if (h->certificate != NULL)
		note_key(seen, h->certificate, tally->last);
	if (h->version == VERSION_NONE)
		return ERR_OK;
	seen->agreed |= (uint16_t)(1u << version_rank(h->version));
	if (h->hello != NULL)
		seen->offered |= (uint16_t)(1u << version_rank(h->hello->max_version));
	return ERR_OK;
}

static enum err note_scan(struct store_reader *reader, const struct endpoint *endpoint)
{
	struct looking *looking = (struct looking *)reader;
	struct server_seen *seen = looking->seen;
	uint16_t accepted = 0;

	if (endpoint->at < looking->filter->since ||
		(looking->filter->until != 0 && endpoint->at >= looking->filter->until))
		return ERR_OK;
	if (endpoint->at > seen->last)
		seen->last = endpoint->at;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED)
			accepted |= (uint16_t)(1u << rank);
	seen->agreed |= accepted;
	if (accepted != 0 && endpoint->at > seen->scanned) {
		seen->scanned = endpoint->at;
		seen->accepted = accepted;
		seen->dh_bits = endpoint->dh.bits;
	}
	for (size_t i = 0; i < endpoint->certificate_count; i++)
		if (endpoint->certificates[i].chain_len > 0)
			note_key(seen, endpoint->certificates[i].chain[0], endpoint->at);
	return ERR_OK;
}

enum err server_seen_read(struct server_seen *ret, struct store *store,
	const struct store_filter *filter, struct fault *why)
{
	struct store_filter anybodys = *filter;
	struct store_scan_filter scans = { .address = filter->server,
		.host = filter->server_name };
	struct looking looking = { .seen = ret, .filter = filter };
	enum err err;

	*ret = (struct server_seen){ 0 };
	anybodys.client = NULL;
	anybodys.owner = NULL;
	looking.reader.handshake = note_handshake;
	looking.reader.endpoint = note_scan;
	err = store_read_handshakes(store, &anybodys, &looking.reader, why);
	return err == ERR_OK ? store_read_scans(store, &scans, &looking.reader, why)
			     : err;
}

static bool is_current(const struct server_seen *seen, const struct server_seen_key *key)
{
	return key->last != 0 && key->not_after >= seen->last;
}

static bool is_taken(const struct policy *policy, const struct server_seen_key *key)
{
	return policy->key_count == 0 || policy_takes_key(policy, &key->key);
}

void server_seen_present(struct server_origin *origin, struct server_profile *profile)
{
	uint8_t count = 0;

	for (size_t i = 0; i < KEY_KIND_COUNT && count < SERVER_CERTIFICATES_MAX; i++) {
		const struct server_seen_key *key = &origin->seen.keys[i];

		if (!is_current(&origin->seen, key) || !is_taken(profile->policy, key))
			continue;
		origin->keys[count] = key->last;
		profile->certificates[count++] = key->key;
	}
	if (count > 0)
		profile->certificate_count = count;
}

void server_seen_use_dh(const struct server_seen *seen, struct server_profile *profile)
{
	if (seen->dh_bits != 0 && seen->dh_bits >= profile->policy->dh_bits_min)
		profile->dh_bits = seen->dh_bits;
}

static const char *highest(uint16_t ranks)
{
	unsigned rank = RANK_TLS13;

	while (rank > RANK_SSL2 && (ranks >> rank & 1) == 0)
		rank--;
	return version_name(version_of_rank((enum version_rank)rank, false));
}

static void tell_versions(
	const struct server_seen *seen, const struct policy *policy, struct text *text)
{
	bool was_asked = (seen->offered & policy->versions) != 0;

	if (seen->agreed == 0)
		text_add(text, " It was not seen to agree on any version.");
	else if ((seen->agreed & policy->versions) == 0)
		text_format(text,
			" It was seen to agree on none of the policy's versions, on %s "
			"at most%s: that its stack can is assumed.",
			highest(seen->agreed),
			was_asked ? ", though clients offered one" : "");
}

/* A scan shows what watching cannot: what nobody asked it for. */
static void tell_scan(const struct server_seen *seen,
	const struct server_profile *profile, struct text *text)
{
	char day[TIME_TEXT_MAX];
	const char *between = "";

	if (seen->scanned == 0)
		return;
	text_format(text, " A scan (%.10s) found ", time_text(seen->scanned, day));
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if ((seen->accepted >> rank & 1) == 0)
			continue;
		text_format(text, "%s%s", between,
			version_name(version_of_rank((enum version_rank)rank, false)));
		between = ", ";
	}
	if (seen->dh_bits != 0)
		text_format(text, " and DH of %u bits%s", seen->dh_bits,
			seen->dh_bits < profile->policy->dh_bits_min
				? ", which the policy does not take"
				: "");
	text_char(text, '.');
}

void server_seen_tell(const struct server_origin *origin,
	const struct server_profile *profile, struct text *text)
{
	const struct server_seen *seen = &origin->seen;
	bool any = false;
	char day[TIME_TEXT_MAX];

	for (size_t i = 0; i < KEY_KIND_COUNT; i++) {
		const struct server_seen_key *key = &seen->keys[i];

		any |= is_current(seen, key);
		if (!is_current(seen, key) || is_taken(profile->policy, key) ||
			origin->keys_said)
			continue;
		text_add(text, " It presented ");
		forecast_text_key(&key->key, text);
		text_format(text, " (%.10s), which the policy does not take.",
			time_text(key->last, day));
	}
	if (!any && !origin->keys_said)
		text_add(text, " What it presents by now was not seen.");
	tell_versions(seen, profile->policy, text);
	tell_scan(seen, profile, text);
}
