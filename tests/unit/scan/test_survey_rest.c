#include "../unit.h"

#include "fake_server.h"

/* What beside lists is told of a server, and what of one that leads nowhere. */
#define SERVERS   20
#define MOST_TIME (30 * TIME_SECOND)

static struct offers offers;
static const struct survey_setting setting = {
	.offers = &offers, .per_host = 5, .patience = 180 * TIME_SECOND
};

static struct endpoint surveyed(struct fake *fake, uint64_t seed, struct survey **ret)
{
	struct endpoint endpoint;
	uint64_t took;

	*ret = fake_survey(fake, &setting, "a.example", seed, &took);
	survey_endpoint(*ret, &endpoint);
	assert_true(took <= MOST_TIME);
	return endpoint;
}

/* By a handshake, since what is agreed is encrypted. */
static void test_protocols_of_tls13_alone_are_found(void **state)
{
	struct fake fake = fake_drawn(&offers, 1);
	struct fake_node *node = &fake.nodes[0];
	struct endpoint endpoint;
	struct survey *survey;

	(void)state;
	for (int rank = RANK_SSL2; rank <= RANK_TLS12; rank++)
		node->has[rank] = false;
	fake_pick_suites(&offers, &fake, node, RANK_TLS13);
	node->refusal = FAKE_ALERT_VERSION;
	node->groups = (struct fake_codes){ { 29, 23 }, 2 };
	node->ticket_key = 1;
	node->h2 = true;
	endpoint = surveyed(&fake, 1, &survey);
	assert_int_equal(endpoint.alpn_count, 1);
	assert_true(bytes_equal(endpoint.alpn[0], bytes_of_string("h2")));
	assert_null(endpoint.nodes_reason);
	survey_free(survey);
}

/* They accept the same: that they are several is told, mostly, for chance decides who is
 * met when; that they differ is not. */
static void test_keys_of_tickets_tell_that_nodes_are_several(void **state)
{
	unsigned told = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct endpoint endpoint;
		struct survey *survey;

		for (int rank = RANK_TLS10; rank <= RANK_TLS13; rank++)
			fake_pick_suites(&offers, &fake, &fake.nodes[0], rank);
		fake.nodes[0].ticket_key = 1;
		fake.nodes[1] = fake.nodes[0];
		fake.nodes[1].ticket_key = 2;
		fake.node_count = 2;
		endpoint = surveyed(&fake, seed, &survey);
		assert_false(endpoint.nodes_differ);
		told += endpoint.nodes_reason != NULL;
		survey_free(survey);
	}
	print_message("%u of %u told\n", told, SERVERS);
	assert_true(told > SERVERS / 2);
}

/* One that is alone is never taken for several. */
static void test_one_key_is_of_one_node(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct endpoint endpoint;
		struct survey *survey;

		fake.nodes[0].ticket_key = 1;
		endpoint = surveyed(&fake, seed, &survey);
		assert_null(endpoint.nodes_reason);
		survey_free(survey);
	}
}

/* Each answer costs all the time there is for one, and there is no end to them. */
static void test_hellos_with_nothing_behind_end_soon(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.hollow = true;
		fake.nodes[0].refusal = FAKE_CLOSES;
		endpoint = surveyed(&fake, seed, &survey);
		assert_int_equal(endpoint.versions[RANK_TLS12].status, ENDPOINT_ACCEPTED);
		assert_false(endpoint.versions[RANK_TLS12].suites.whole);
		assert_non_null(endpoint.versions[RANK_TLS12].reason);
		survey_free(survey);
	}
}

/* Its own hello shows that it answers, also where it has nothing else. */
static void test_who_has_ssl2_alone_refuses_by_closing(void **state)
{
	struct fake fake = fake_drawn(&offers, 1);
	struct endpoint endpoint;
	struct survey *survey;

	(void)state;
	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		fake.nodes[0].has[rank] = false;
	fake.nodes[0].has[RANK_SSL2] = true;
	fake.nodes[0].refusal = FAKE_CLOSES;
	endpoint = surveyed(&fake, 1, &survey);
	assert_int_equal(endpoint.versions[RANK_SSL2].status, ENDPOINT_ACCEPTED);
	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		assert_int_equal(endpoint.versions[rank].status, ENDPOINT_REFUSED);
	survey_free(survey);
}

/* By how often, since each close alone may be chance. */
static void test_nodes_that_close_on_two_versions_are_told_to_differ(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct endpoint endpoint;
		struct survey *survey;

		for (int rank = RANK_TLS10; rank <= RANK_TLS12; rank++)
			fake_pick_suites(&offers, &fake, &fake.nodes[0], rank);
		fake.nodes[0].client_order = false;
		fake.nodes[1] = fake.nodes[0];
		fake.nodes[1].has[RANK_TLS10] = fake.nodes[1].has[RANK_TLS11] = false;
		fake.nodes[1].has[RANK_SSL3] = fake.nodes[1].has[RANK_SSL2] = false;
		fake.nodes[1].refusal = FAKE_CLOSES;
		fake.node_count = 2;
		endpoint = surveyed(&fake, seed, &survey);
		assert_int_equal(endpoint.versions[RANK_TLS10].status, ENDPOINT_ACCEPTED);
		assert_true(endpoint.nodes_differ);
		survey_free(survey);
	}
}

/* A version with the last suite alone that anybody would offer, of a server that can be
 * asked in small hellos only: no part of the list is all of it. */
static void test_the_last_suite_of_small_hellos_is_found(void **state)
{
	(void)state;
	for (unsigned way = 0; way < 4; way++) {
		struct survey_setting mass = setting;
		struct fake fake = fake_drawn(&offers, 2);
		struct fake_node *node = &fake.nodes[0];
		size_t last = offers.suite_counts[RANK_TLS12] - 1;
		struct endpoint endpoint;
		struct survey *survey;
		uint64_t took;

		while (suite_find(offers.suites[RANK_TLS12][last])->auth != SUITE_BY_RSA)
			last--;
		node->has[RANK_TLS11] = node->has[RANK_TLS13] = false;
		node->has[RANK_TLS12] = node->has[RANK_TLS10] = true;
		node->suites[RANK_TLS10] = (struct fake_codes){ { 0x002f }, 1 };
		node->suites[RANK_TLS12] =
			(struct fake_codes){ { offers.suites[RANK_TLS12][last] }, 1 };
		fake.resets_over = 255;
		fake.closes_for_alert = way % 2 != 0;
		mass.mass = way / 2 != 0;
		survey = fake_survey(&fake, &mass, "a.example", way, &took);
		survey_endpoint(survey, &endpoint);
		assert_int_equal(endpoint.versions[RANK_TLS10].status, ENDPOINT_ACCEPTED);
		assert_int_equal(endpoint.versions[RANK_TLS12].status, ENDPOINT_ACCEPTED);
		survey_free(survey);
	}
}

static int set_up(void **state)
{
	(void)state;
	offers_init(&offers);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocols_of_tls13_alone_are_found),
		cmocka_unit_test(test_keys_of_tickets_tell_that_nodes_are_several),
		cmocka_unit_test(test_one_key_is_of_one_node),
		cmocka_unit_test(test_hellos_with_nothing_behind_end_soon),
		cmocka_unit_test(test_who_has_ssl2_alone_refuses_by_closing),
		cmocka_unit_test(
			test_nodes_that_close_on_two_versions_are_told_to_differ),
		cmocka_unit_test(test_the_last_suite_of_small_hellos_is_found),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
