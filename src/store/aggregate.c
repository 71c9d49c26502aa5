#include "store/aggregate.h"

#include <stdlib.h>

#include "base/writer.h"

#define SLOTS (2 * AGGREGATE_MAX) /* half full at most; a power of two */

/* Of an answer: its numbers, ALPN, JA3S, a certificate's digest, alerts. */
#define ANSWER_KEY_MAX 512

#define DICTIONARIES 6

static void dictionaries_of(
	struct aggregate *aggregate, struct dictionary *ret[DICTIONARIES])
{
	ret[0] = &aggregate->clients;
	ret[1] = &aggregate->endpoints;
	ret[2] = &aggregate->names;
	ret[3] = &aggregate->hellos;
	ret[4] = &aggregate->certificates;
	ret[5] = &aggregate->answers;
}

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct aggregate *aggregate = (struct aggregate *)(void *)sink;
	enum err err;

	if (observation->kind != OBSERVATION_HANDSHAKE)
		return ERR_OK;
	err = aggregate_add(aggregate, &observation->handshake);
	if (err != ERR_OK)
		return fault_set(
			why, err, "cannot keep a handshake: %s", err_sentence(err));
	aggregate->taken++;
	return ERR_OK;
}

enum err aggregate_init(struct aggregate *aggregate, const struct hash_key *key)
{
	struct dictionary *all[DICTIONARIES];
	enum err err = ERR_OK;

	*aggregate = (struct aggregate){ .sink.take = take, .key = *key };
	dictionaries_of(aggregate, all);
	for (int i = 0; i < DICTIONARIES && err == ERR_OK; i++)
		err = dictionary_init(all[i], key);
	aggregate->facts = calloc(AGGREGATE_MAX, sizeof aggregate->facts[0]);
	aggregate->slots = calloc(SLOTS, sizeof aggregate->slots[0]);
	if (aggregate->facts == NULL || aggregate->slots == NULL)
		err = ERR_MEMORY;
	if (err != ERR_OK)
		aggregate_done(aggregate);
	return err;
}

void aggregate_done(struct aggregate *aggregate)
{
	struct dictionary *all[DICTIONARIES];

	dictionaries_of(aggregate, all);
	for (int i = 0; i < DICTIONARIES; i++)
		dictionary_done(all[i]);
	free(aggregate->facts);
	free(aggregate->slots);
	*aggregate = (struct aggregate){ 0 };
}

void aggregate_clear(struct aggregate *aggregate)
{
	struct dictionary *all[DICTIONARIES];
	bool nearly_full = false;

	aggregate->taken = 0;
	aggregate->count = 0;
	memset(aggregate->slots, 0, SLOTS * sizeof aggregate->slots[0]);
	dictionaries_of(aggregate, all);
	for (int i = 0; i < DICTIONARIES; i++)
		nearly_full |= all[i]->count > DICTIONARY_MAX / 2 ||
			       all[i]->arena.taken > DICTIONARY_BYTES_MAX / 2;
	for (int i = 0; i < DICTIONARIES && nearly_full; i++)
		dictionary_reset(all[i]);
}

/* A copy in the arena; NULL and "" stay what they are if there is no room, which
 * the arena remembers. */
static const char *string_in(struct arena *arena, const char *string)
{
	return string == NULL ? NULL : arena_string(arena, bytes_of_string(string));
}

static void *hello_copy(struct arena *arena, const struct hello *hello)
{
	struct hello *copy = arena_take(arena, sizeof *copy);

	if (copy == NULL)
		return NULL;
	*copy = *hello;
	copy->form = arena_copy(arena, hello->form);
	return copy->form.len == hello->form.len ? copy : NULL;
}

static void *certificate_copy(struct arena *arena, const struct certificate *certificate)
{
	struct certificate *copy = arena_take(arena, sizeof *copy);

	if (copy == NULL)
		return NULL;
	*copy = *certificate;
	copy->subject = string_in(arena, certificate->subject);
	copy->issuer = string_in(arena, certificate->issuer);
	copy->names = string_in(arena, certificate->names);
	copy->key_type = string_in(arena, certificate->key_type);
	copy->signature = string_in(arena, certificate->signature);
	return arena_refused(arena) ? NULL : copy;
}

/* Keeps of the handshake what is the answer's. certificate: the dictionary's, or NULL. */
static void *answer_copy(struct arena *arena, const struct handshake *handshake,
	const struct certificate *certificate)
{
	struct handshake *copy = arena_take(arena, sizeof *copy);

	if (copy == NULL)
		return NULL;
	*copy = *handshake;
	copy->hello = NULL;
	copy->server_name = (struct bytes){ 0 };
	copy->certificate = certificate;
	copy->ja3 = copy->ja4 = NULL;
	copy->alpn = arena_copy(arena, handshake->alpn);
	copy->ja3s = string_in(arena, handshake->ja3s);
	return arena_refused(arena) ? NULL : copy;
}

static uint32_t hello_number(struct aggregate *aggregate, const struct hello *hello)
{
	struct dictionary *hellos = &aggregate->hellos;
	uint32_t number =
		dictionary_number(hellos, bytes_over(hello->digest, SHA256_LEN));
	struct dictionary_entry *entry;

	if (number == 0)
		return 0;
	entry = dictionary_entry(hellos, number);
	if (entry->value == NULL)
		entry->value = hello_copy(&hellos->arena, hello);
	return entry->value == NULL ? 0 : number;
}

static uint32_t certificate_number(
	struct aggregate *aggregate, const struct certificate *certificate)
{
	struct dictionary *all = &aggregate->certificates;
	uint32_t number =
		dictionary_number(all, bytes_over(certificate->digest, SHA256_LEN));
	struct dictionary_entry *entry;

	if (number == 0)
		return 0;
	entry = dictionary_entry(all, number);
	if (entry->value == NULL)
		entry->value = certificate_copy(&all->arena, certificate);
	return entry->value == NULL ? 0 : number;
}

static void write_flags(const struct handshake *h, struct writer *w)
{
	uint32_t resumed = h->resumed_known ? 1 + h->resumed : 0;

	writer_u16(w, (uint16_t)(resumed | (uint32_t)h->retried << 2 |
				 (uint32_t)h->client_certificate_asked << 3 |
				 (uint32_t)h->extended_master_secret << 4 |
				 (uint32_t)h->secure_renegotiation << 5 |
				 (uint32_t)h->outcome_inferred << 6 |
				 (uint32_t)h->hello_cut << 7 |
				 (uint32_t)h->hello_malformed << 8));
}

static void write_alerts(const struct handshake *h, struct writer *w)
{
	writer_u8(w, h->alert_count);
	for (size_t i = 0; i < h->alert_count && i < OBSERVED_ALERTS_MAX; i++) {
		writer_u8(w, (uint8_t)h->alerts[i].side);
		writer_u8(w, h->alerts[i].level);
		writer_u8(w, h->alerts[i].description);
		writer_u8(w, h->alerts[i].inferred);
	}
}

static void write_answer_key(const struct handshake *h, struct writer *w)
{
	writer_u16(w, h->version);
	writer_u32(w, h->cipher);
	writer_u32(w, h->group);
	writer_u32(w, h->dh_bits);
	writer_u32(w, h->signature_scheme);
	write_flags(h, w);
	writer_u8(w, (uint8_t)h->outcome);
	write_alerts(h, w);
	writer_u8(w, (uint8_t)h->alpn.len);
	writer_bytes(w, h->alpn);
	writer_u8(w, h->ja3s != NULL);
	if (h->ja3s != NULL)
		writer_bytes(w, bytes_of_string(h->ja3s));
	if (h->certificate != NULL)
		writer_bytes(w, bytes_over(h->certificate->digest, SHA256_LEN));
}

static uint32_t answer_number(
	struct aggregate *aggregate, const struct handshake *handshake)
{
	struct dictionary *answers = &aggregate->answers;
	uint8_t key[ANSWER_KEY_MAX];
	struct writer w = writer_over(key, sizeof key);
	const struct certificate *certificate = NULL;
	struct dictionary_entry *entry;
	uint32_t number;

	if (handshake->certificate != NULL) {
		number = certificate_number(aggregate, handshake->certificate);
		if (number == 0)
			return 0;
		certificate = dictionary_entry(&aggregate->certificates, number)->value;
	}
	write_answer_key(handshake, &w);
	number = dictionary_number(answers, writer_written(&w));
	if (number == 0)
		return 0;
	entry = dictionary_entry(answers, number);
	if (entry->value == NULL)
		entry->value = answer_copy(&answers->arena, handshake, certificate);
	return entry->value == NULL ? 0 : number;
}

static uint32_t endpoint_number(
	struct aggregate *aggregate, const struct handshake *handshake)
{
	struct endpoint_key endpoint = {
		.address = handshake->server,
		.port = handshake->server_port,
		.transport = (uint8_t)handshake->transport,
		.upgrade = (uint8_t)handshake->upgrade,
	};

	return dictionary_number(
		&aggregate->endpoints, bytes_over(&endpoint, sizeof endpoint));
}

static enum err key_of(struct aggregate *aggregate, const struct handshake *handshake,
	struct fact_key *ret)
{
	const struct address *client = &handshake->client;

	*ret = (struct fact_key){ .hour = (uint32_t)(handshake->at / TIME_HOUR) };
	ret->client = dictionary_number(
		&aggregate->clients, bytes_over(client, sizeof *client));
	ret->endpoint = endpoint_number(aggregate, handshake);
	ret->answer = answer_number(aggregate, handshake);
	if (ret->client == 0 || ret->endpoint == 0 || ret->answer == 0)
		return ERR_LIMIT;
	if (handshake->server_name.len > 0) {
		ret->name = dictionary_number(&aggregate->names, handshake->server_name);
		if (ret->name == 0)
			return ERR_LIMIT;
	}
	if (handshake->hello != NULL) {
		ret->hello = hello_number(aggregate, handshake->hello);
		if (ret->hello == 0)
			return ERR_LIMIT;
	}
	return ERR_OK;
}

static struct fact *fact_find(struct aggregate *aggregate, const struct fact_key *key)
{
	uint64_t hash = hash_bytes(&aggregate->key, bytes_over(key, sizeof *key));
	uint64_t at = hash & (SLOTS - 1);
	struct fact *fact;

	for (; aggregate->slots[at] != 0; at = (at + 1) & (SLOTS - 1)) {
		fact = &aggregate->facts[aggregate->slots[at] - 1];
		if (memcmp(&fact->key, key, sizeof *key) == 0)
			return fact;
	}
	if (aggregate->count == AGGREGATE_MAX)
		return NULL;
	fact = &aggregate->facts[aggregate->count++];
	*fact = (struct fact){ .key = *key, .first = UINT32_MAX };
	aggregate->slots[at] = aggregate->count;
	return fact;
}

enum err aggregate_add(struct aggregate *aggregate, const struct handshake *handshake)
{
	uint32_t moment = (uint32_t)(handshake->at % TIME_HOUR / 1000);
	struct fact_key key;
	struct fact *fact;
	enum err err = key_of(aggregate, handshake, &key);

	if (err != ERR_OK)
		return err;
	fact = fact_find(aggregate, &key);
	if (fact == NULL)
		return ERR_LIMIT;
	fact->count++;
	if (moment < fact->first)
		fact->first = moment;
	if (moment > fact->last)
		fact->last = moment;
	return ERR_OK;
}
