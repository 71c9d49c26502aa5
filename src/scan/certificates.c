#include "scan/certificates.h"

#include "sys/certificate.h"

/* Certificates of one endpoint: some KB each, chains of sixteen at most. */
#define ARENA_MAX ((size_t)1 << 22)

/* Past this the recent ones are given back; they are read again if they come again. */
#define ARENA_KEPT ((size_t)1 << 19)

struct reading {
	const struct certificate_roots *roots;
	time_ns at;
	struct certificates *certificates;
	const struct endpoint *endpoint;
};

void certificates_init(struct certificates *certificates, const struct hash_key *key)
{
	*certificates = (struct certificates){ .key = key };
	arena_init(&certificates->arena, ARENA_MAX);
}

void certificates_done(struct certificates *certificates)
{
	arena_done(&certificates->arena);
}

static void forget(struct certificates *certificates)
{
	arena_reset(&certificates->arena);
	memset(certificates->recent, 0, sizeof certificates->recent);
}

static const struct certificate *read_certificate(
	struct certificates *certificates, struct bytes der)
{
	size_t place = hash_bytes(certificates->key, der) % CERTIFICATES_RECENT;
	struct certificate_recent *recent = &certificates->recent[place];
	struct certificate *certificate;

	if (recent->certificate != NULL && bytes_equal(recent->der, der))
		return recent->certificate;
	certificate = arena_take(&certificates->arena, sizeof *certificate);
	if (certificate == NULL ||
		certificate_read(der, &certificates->arena, certificate) != ERR_OK)
		return NULL;
	recent->der = arena_copy(&certificates->arena, der);
	recent->certificate = recent->der.len > 0 ? certificate : NULL;
	return certificate;
}

/* What was asked for: a name, or the address if none was named. A chain that was shown
 * without the name that there is need not have it. */
static const char *name_asked(
	const struct reading *reading, const struct survey_chain *chain)
{
	const struct endpoint *endpoint = reading->endpoint;
	bool has_name = endpoint->server_name.len > 0;

	if (has_name && !chain->named)
		return NULL;
	return arena_string(&reading->certificates->arena,
		has_name ? endpoint->server_name : endpoint->host);
}

static void judge(const struct reading *reading, const struct survey_chain *chain,
	const struct bytes *ders, size_t count, struct endpoint_certificate *ret)
{
	struct certificate_question question = { .chain = ders,
		.count = count,
		.name = name_asked(reading, chain),
		.at = reading->at,
		.staple = chain->staple,
		.timestamps = chain->timestamps };
	struct certificate_answer answer;

	if (reading->roots == NULL || count == 0)
		return;
	certificate_judge(reading->roots, &question, &answer);
	ret->trust = answer.trust;
	ret->timestamps = answer.timestamps;
	ret->staple_from = answer.staple_from;
	ret->staple_to = answer.staple_to;
	/* One that is too long to be read came all the same. */
	if (answer.staple != STAPLE_NONE || chain->stapled == TRAIT_NO)
		ret->staple = answer.staple;
	if (question.name != NULL)
		ret->name_matches = answer.name_matches ? TRAIT_YES : TRAIT_NO;
}

static void read_chain(const struct reading *reading, const struct survey_chain *chain,
	struct endpoint_certificate *ret)
{
	struct bytes ders[CERTIFICATE_CHAIN_MAX];
	struct reader all = reader_over(chain->body);
	size_t count = 0;
	bool listed = chain->version != VERSION_SSL2 &&
		      certificate_list_parse(chain->body, &all) == ERR_OK;

	*ret = (struct endpoint_certificate){ .version = chain->version,
		.named = chain->named,
		.stapled = chain->stapled };
	while (reader_more(&all) && count < CERTIFICATE_CHAIN_MAX) {
		struct bytes der = listed ? certificate_next(&all) : reader_rest(&all);
		const struct certificate *certificate =
			read_certificate(reading->certificates, der);

		ders[count++] = der;
		if (certificate != NULL)
			ret->chain[ret->chain_len++] = certificate;
	}
	judge(reading, chain, ders, count, ret);
}

_Static_assert(ENDPOINT_CHAIN_MAX >= CERTIFICATE_CHAIN_MAX, "a chain fits");

void certificates_read(struct certificates *certificates, const struct survey *survey,
	const struct certificate_roots *roots, time_ns at, struct endpoint *endpoint)
{
	const struct reading reading = { roots, at != 0 ? at : endpoint->at, certificates,
		endpoint };
	struct survey_chain chain;

	if (arena_held(&certificates->arena) > ARENA_KEPT)
		forget(certificates);

	for (size_t i = 0;
		i < ENDPOINT_CERTIFICATES_MAX && survey_chain(survey, i, &chain); i++)
		read_chain(&reading, &chain,
			&endpoint->certificates[endpoint->certificate_count++]);
}
