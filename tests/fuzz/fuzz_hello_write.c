/* Any hello, made a plan of what it offers, is written as one that offers the same, in
 * the same order; and the same plan and seed write the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tls/hello_write.h"

#define CODES_MAX 4096
#define NAMES_MAX 256

/* Not a hash to rely on: what is drawn need only follow from the seed. */
static void sum(struct bytes all, uint8_t ret[SHA256_LEN])
{
	memset(ret, 0, SHA256_LEN);
	for (size_t i = 0; i < all.len; i++)
		ret[i % SHA256_LEN] = (uint8_t)(31 * ret[i % SHA256_LEN] + all.at[i] + 1);
}

static size_t key_share(
	uint16_t group, const uint8_t secret[KEY_SECRET_LEN], uint8_t ret[KEY_SHARE_MAX])
{
	memset(ret, secret[0], KEY_SHARE_MAX);
	return group % 100;
}

static const struct crypto crypto = { .sha256 = sum, .key_share = key_share };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct hello_codes codes_of(struct reader all, uint16_t *room)
{
	struct hello_codes codes = { .at = room };

	while (reader_more(&all) && codes.count < CODES_MAX)
		room[codes.count++] = reader_u16(&all);
	return codes;
}

static struct hello_codes shares_of(struct reader all, uint16_t *room)
{
	struct hello_codes codes = { .at = room };

	while (reader_more(&all) && codes.count < CODES_MAX) {
		room[codes.count++] = reader_u16(&all);
		(void)reader_vec16(&all);
	}
	return codes;
}

static size_t names_of(struct reader all, struct bytes *room)
{
	size_t count = 0;

	while (reader_more(&all) && count < NAMES_MAX) {
		struct reader name = reader_vec8(&all);

		room[count++] = reader_rest(&name);
	}
	return count;
}

static void must_be(struct reader all, const struct hello_codes *codes)
{
	for (size_t i = 0; i < codes->count; i++)
		must(reader_u16(&all) == codes->at[i]);
	must(reader_end(&all) == ERR_OK);
}

static void must_be_shares(struct reader all, const struct hello_codes *codes)
{
	for (size_t i = 0; i < codes->count; i++) {
		must(reader_u16(&all) == codes->at[i]);
		(void)reader_vec16(&all);
	}
	must(reader_end(&all) == ERR_OK);
}

static void must_be_names(struct reader all, const struct bytes *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reader name = reader_vec8(&all);

		must(bytes_equal(reader_rest(&name), names[i]));
	}
	must(reader_end(&all) == ERR_OK);
}

static void must_say(const struct client_hello *hello, const struct hello_plan *plan)
{
	must(hello->legacy_version == plan->legacy_version);
	must(bytes_equal(hello->random, plan->random));
	must(hello->session_id.len == plan->session_id_len);
	must_be(hello->cipher_suites, &plan->suites);
	must_be(hello->supported_versions, &plan->versions);
	must_be(hello->supported_groups, &plan->groups);
	must_be(hello->signature_schemes, &plan->schemes);
	must_be_shares(hello->key_shares, &plan->shares);
	must_be_names(hello->alpn, plan->alpn, plan->alpn_count);
	must(bytes_equal(hello->server_name, plan->server_name));
	must(bytes_equal(hello->session_ticket, plan->session_ticket));
	must(hello->body_fault == ERR_OK);
}

/* Writes the plan; false if it did not fit, which only long ones may. */
static bool write(const struct hello_plan *plan, uint8_t seed, struct writer *w)
{
	const uint8_t all[SHA256_LEN] = { seed };
	struct draws draws = draws_from(&crypto, all);
	enum err err = hello_write_body(plan, &crypto, &draws, w);

	must(err == ERR_OK || err == ERR_LIMIT);
	return err == ERR_OK;
}

static void check(const struct hello_plan *plan, uint8_t seed)
{
	static uint8_t once[HELLO_WRITE_MAX], twice[HELLO_WRITE_MAX];
	struct writer w = writer_over(once, sizeof once);
	struct writer again = writer_over(twice, sizeof twice);
	struct client_hello hello;

	if (!write(plan, seed, &w))
		return;
	must(client_hello_parse(writer_written(&w), &hello) == ERR_OK);
	must_say(&hello, plan);
	must(write(plan, seed, &again));
	must(bytes_equal(writer_written(&w), writer_written(&again)));
}

static void check_hello(const struct client_hello *hello, const uint8_t *chosen)
{
	static uint16_t codes[5][CODES_MAX];
	static struct bytes names[NAMES_MAX];
	struct hello_plan plan = {
		.legacy_version = hello->legacy_version,
		.random = hello->random,
		.session_id_len = (uint8_t)hello->session_id.len,
		.suites = codes_of(hello->cipher_suites, codes[0]),
		.versions = codes_of(hello->supported_versions, codes[1]),
		.groups = codes_of(hello->supported_groups, codes[2]),
		.schemes = codes_of(hello->signature_schemes, codes[3]),
		.shares = shares_of(hello->key_shares, codes[4]),
		.server_name = hello->server_name,
		.alpn = names,
		.alpn_count = names_of(hello->alpn, names),
		.session_ticket = hello->session_ticket,
		.padded_to = (uint16_t)(2 * chosen[0]),
		.says = (uint16_t)((chosen[1] << 8 | chosen[2]) % HELLO_SAYS_MAX),
	};

	plan.says &= (uint16_t) ~(HELLO_SAYS_GREASE | HELLO_SAYS_FALLBACK_SCSV |
				  HELLO_SAYS_RENEGOTIATION_SCSV);
	if (plan.session_ticket.len > 0)
		plan.says |= HELLO_SAYS_SESSION_TICKET;
	check(&plan, chosen[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client_hello hello;

	if (size < 3 ||
		client_hello_parse(bytes_over(data + 3, size - 3), &hello) != ERR_OK)
		return 0;
	check_hello(&hello, data);
	return 0;
}
