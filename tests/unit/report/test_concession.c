#include "../unit.h"

#include <string.h>

#include "report/concession.h"

#define HEAD(version) 0x03, version, [34] = 0 /* random of zeros, no session id */

/* Bodies of a ClientHello: RFC 5246, 7.4.1.2. All offer RSA with AES-128 in CBC. */
static const uint8_t OLD[] = { HEAD(0x01), 0, 2, 0x00, 0x2f, 1, 0 };
static const uint8_t OLDER[] = { HEAD(0x00), 0, 2, 0x00, 0x2f, 1, 0 };
static const uint8_t NEW[] = { HEAD(0x03), 0, 2, 0x00, 0x2f, 1, 0 };

static struct hello hellos[3];
static struct policy policy;
static struct policy presets[2];
static struct server_profile profile;
static struct concessions found;

/* A store of counts in memory; endpoint n is the server 192.0.2.n, as client n is the
 * client 10.0.0.n. */
struct canned {
	struct store store;
	const struct store_count *counts;
	size_t count;
};

static struct address client_at(uint32_t number)
{
	return address_of_ipv4((const uint8_t[]){ 10, 0, 0, (uint8_t)number });
}

static struct address server_at(uint32_t number)
{
	if (number == 8) /* which is a client too */
		return client_at(8);
	return address_of_ipv4((const uint8_t[]){ 192, 0, 2, (uint8_t)number });
}

static bool is_meant(const struct store_filter *filter, const struct store_count *count)
{
	struct address client = client_at(count->client);
	struct address server = server_at(count->endpoint);

	const struct store_owner *owner = filter->owner;

	if (owner != NULL)
		return (owner->clients && owners_of_address(owner->owners, &client) ==
						  owner->owner) ||
		       (owner->servers &&
			       owners_of_address(owner->owners, &server) == owner->owner);
	return (filter->client == NULL || address_equal(filter->client, &client)) &&
	       (filter->server == NULL || address_equal(filter->server, &server));
}

static enum err read_counts(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	const struct canned *canned = (const struct canned *)base;
	enum err err = ERR_OK;

	(void)why;
	for (size_t i = 0; err == ERR_OK && i < canned->count; i++)
		if (is_meant(filter, &canned->counts[i]))
			err = reader->count(reader, &canned->counts[i]);
	return err;
}

static enum err read_hellos(
	struct store *base, struct store_reader *reader, struct fault *why)
{
	enum err err = ERR_OK;

	(void)base;
	(void)why;
	for (size_t i = 0; err == ERR_OK && i < COUNT_OF(hellos); i++)
		err = reader->hello(reader, &hellos[i]);
	return err;
}

static const struct store_kind KIND = {
	.name = "canned",
	.read_counts = read_counts,
	.read_hellos = read_hellos,
};

static int setup(void **state)
{
	(void)state;
	hellos[0] = (struct hello){ .form = bytes_over(OLD, sizeof OLD) };
	hellos[1] = (struct hello){ .form = bytes_over(NEW, sizeof NEW) };
	hellos[2] = (struct hello){ .form = bytes_over(OLDER, sizeof OLDER) };
	policy = (struct policy){ .name = "strict", .versions = 1 << RANK_TLS12 };
	presets[0] = (struct policy){ .name = "new", .versions = 1 << RANK_TLS12 };
	presets[1] = (struct policy){ .name = "lax", .versions = 0x7f };
	profile = (struct server_profile){ .policy = &policy,
		.stack = stack_of(STACK_OPENSSL_1_1_1),
		.certificates = { { KEY_RSA, 2048, 0, 0x0401 } },
		.certificate_count = 1 };
	return 0;
}

static const struct store_count COUNTS[] = {
	{ .hello = 0, .client = 1, .endpoint = 1, .handshakes = 5 },
	{ .hello = 0, .client = 2, .endpoint = 2, .handshakes = 7 },
	{ .hello = 1, .client = 3, .endpoint = 1, .handshakes = 2 },
	{ .hello = 0, .client = 4, .endpoint = 2, .handshakes = 3 },
	{ .hello = 2, .client = 4, .endpoint = 2, .handshakes = 1 },
	{ .hello = STORE_NO_HELLO, .client = 5, .endpoint = 3, .handshakes = 1 },
	{ .hello = 1, .client = 8, .endpoint = 8, .handshakes = 4 },
	{ .hello = 1, .client = 8, .endpoint = 3, .handshakes = 1 },
	{ .hello = 1, .client = 7, .endpoint = 8, .handshakes = 1 },
};

static enum err find_kept(const struct kept *kept)
{
	struct canned canned = { { .kind = &KIND }, COUNTS, COUNT_OF(COUNTS) };
	struct store_filter all = { 0 };
	struct fault why;

	return concessions_init(&found, &canned.store, &all, kept, &profile, presets,
		COUNT_OF(presets), &why);
}

static enum err find(struct address address)
{
	return find_kept(&(struct kept){ .address = address });
}

static void test_a_client_is_kept_and_who_else_passes_is_the_cost(void **state)
{
	(void)state;
	assert_int_equal(find(client_at(1)), ERR_OK);
	assert_true(found.as_client && !found.as_server);
	assert_int_equal(found.hellos, 1);
	assert_int_equal(found.breaking, 1);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0].relaxation.changes[0].code, VERSION_TLS10);
	/* The fourth has a hello of SSL 3.0 too, which goes on breaking. */
	assert_int_equal(found.items[0].clients, 1);
	assert_int_equal(found.items[0].handshakes, 7 + 3);
	assert_int_equal(found.items[0].lost_clients, 0);
}

static void test_a_preset_is_failed_that_was_not(void **state)
{
	(void)state;
	assert_int_equal(find(client_at(1)), ERR_OK);
	assert_int_equal(found.items[0].presets, 1 << 0);
	policy.versions |= 1 << RANK_TLS11; /* "new" is failed as it is */
	assert_int_equal(find(client_at(1)), ERR_OK);
	assert_int_equal(found.items[0].presets, 0);
}

static void test_all_clients_of_a_server_are_kept(void **state)
{
	(void)state;
	assert_int_equal(find(server_at(1)), ERR_OK);
	assert_true(found.as_server && !found.as_client);
	assert_int_equal(found.clients, 2);
	assert_int_equal(found.handshakes, 7);
	assert_int_equal(found.hellos, 2);
	assert_int_equal(found.breaking, 1);
	assert_int_equal(found.items[0].clients, 1);
}

static void test_who_talks_to_itself_is_counted_once(void **state)
{
	(void)state;
	assert_int_equal(find(client_at(8)), ERR_OK);
	assert_true(found.as_server && found.as_client);
	assert_int_equal(found.clients, 2);
	assert_int_equal(found.handshakes, 6);
}

/* Two clients and a server: who is a client of that server is kept, and not the owner's.
 */
static void test_all_that_an_owner_has_is_kept(void **state)
{
	struct network networks[3];
	struct owner owner = { "them", networks, 3, NULL, 0 };
	const struct owners owners = { .all = &owner, .count = 1 };
	const struct kept kept = { .owners = &owners, .owner = &owner };
	struct text text;

	(void)state;
	assert_int_equal(
		network_parse(bytes_of_string("10.0.0.2"), &networks[0]), ERR_OK);
	assert_int_equal(
		network_parse(bytes_of_string("10.0.0.3"), &networks[1]), ERR_OK);
	assert_int_equal(
		network_parse(bytes_of_string("192.0.2.1"), &networks[2]), ERR_OK);
	assert_int_equal(find_kept(&kept), ERR_OK);
	assert_true(found.as_client && found.as_server);
	assert_int_equal(found.clients, 3);
	assert_int_equal(found.handshakes, 7 + 2 + 5);
	assert_int_equal(found.hellos, 2);
	assert_int_equal(found.breaking, 1);
	assert_int_equal(found.items[0].clients, 0);
	text_init(&text, 65536);
	concessions_text(&found, &(struct render_options){ 0 }, &text);
	assert_non_null(strstr(
		text_string(&text), "1 of 2 hellos of them and of its clients breaks."));
	text_done(&text);
	owner.network_count = 0;
	assert_int_equal(find_kept(&kept), ERR_NOT_FOUND);
}

static void test_what_passes_needs_nothing(void **state)
{
	(void)state;
	assert_int_equal(find(client_at(3)), ERR_OK);
	assert_int_equal(found.breaking, 0);
	assert_int_equal(found.count, 0);
}

/* OpenSSL 1.1.1 has no SSL 3.0. */
static void test_what_nothing_can_keep_is_told(void **state)
{
	struct render_options options = { 0 };
	struct text text;

	(void)state;
	assert_int_equal(find(client_at(4)), ERR_OK);
	assert_int_equal(found.breaking, 2);
	assert_int_equal(found.count, 0);
	text_init(&text, 10000);
	concessions_text(&found, &options, &text);
	assert_non_null(strstr(text_string(&text), "No 3 changes or fewer"));
	text_done(&text);
}

static void test_who_was_not_seen_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(find(client_at(9)), ERR_NOT_FOUND);
}

/* It is in the store, but nothing of it can be judged. */
static void test_a_hello_that_was_not_seen_is_not_asked_for(void **state)
{
	(void)state;
	assert_int_equal(find(client_at(5)), ERR_OK);
	assert_int_equal(found.handshakes, 1);
	assert_int_equal(found.hellos, 0);
	assert_int_equal(found.breaking, 0);
}

#define T(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_client_is_kept_and_who_else_passes_is_the_cost),
		T(test_a_preset_is_failed_that_was_not),
		T(test_all_clients_of_a_server_are_kept),
		T(test_who_talks_to_itself_is_counted_once),
		T(test_what_passes_needs_nothing),
		T(test_all_that_an_owner_has_is_kept),
		T(test_what_nothing_can_keep_is_told),
		T(test_who_was_not_seen_is_not_found),
		T(test_a_hello_that_was_not_seen_is_not_asked_for),
	};

	return cmocka_run_group_tests_name("concession", tests, NULL, NULL);
}
