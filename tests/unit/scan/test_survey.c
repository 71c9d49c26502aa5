#include "../unit.h"

#include "base/attr.h"
#include "fake_server.h"

/* Random servers by the hundred: what is found must be what was configured. The lots are
 * the same in every run. */
#define SERVERS 300

static struct offers offers;
static struct survey_setting setting = {
	.offers = &offers, .per_host = 5, .patience = 180 * TIME_SECOND
};

static void assert_same(const struct endpoint_codes *found,
	const struct fake_codes *configured, bool in_order)
{
	assert_int_equal(found->count, configured->count);
	assert_true(found->whole);
	for (size_t i = 0; i < configured->count; i++) {
		assert_true(endpoint_codes_hold(found, configured->at[i]));
		if (in_order)
			assert_int_equal(found->codes[i], configured->at[i]);
	}
}

/* A suite of a version that needs a curve or a scheme the node has: all have. */
static void assert_version(
	const struct fake_node *node, int rank, const struct endpoint_version *version)
{
	enum endpoint_order order = node->client_order ? ORDER_CLIENT : ORDER_SERVER;

	if (!node->has[rank]) {
		assert_int_equal(version->status, ENDPOINT_REFUSED);
		return;
	}
	assert_int_equal(version->status, ENDPOINT_ACCEPTED);
	if (rank == RANK_SSL2)
		return;
	assert_same(&version->suites, &node->suites[rank], !node->client_order);
	if (node->suites[rank].count > 1)
		assert_int_equal(version->order, order);
}

static bool has_signed(const struct fake_node *node, enum suite_auth auth)
{
	const struct fake_codes *suites = &node->suites[RANK_TLS12];

	for (size_t i = 0; i < suites->count; i++) {
		const struct suite *suite = suite_find(suites->at[i]);

		if (suite->auth == auth &&
			(suite->exchange == SUITE_ECDHE || suite->exchange == SUITE_DHE))
			return true;
	}
	return false;
}

static bool holds(const struct fake_codes *codes, uint32_t code)
{
	for (size_t i = 0; i < codes->count; i++)
		if (codes->at[i] == code)
			return true;
	return false;
}

static bool has_ecdhe(const struct fake_node *node, int rank)
{
	for (size_t i = 0; i < node->suites[rank].count; i++)
		if (suite_find(node->suites[rank].at[i])->exchange == SUITE_ECDHE &&
			suite_find(node->suites[rank].at[i])->auth == SUITE_BY_RSA)
			return true;
	return false;
}

/* Each of them goes with some suite, where both kinds of key sign. */
static void assert_schemes(const struct fake_node *node, const struct endpoint *endpoint)
{
	const struct endpoint_codes *found = &endpoint->versions[RANK_TLS12].schemes;
	bool both = has_signed(node, SUITE_BY_RSA) && has_signed(node, SUITE_BY_ECDSA);

	assert_true(found->count == 0 || found->whole);
	for (size_t i = 0; i < found->count; i++)
		assert_true(holds(&node->schemes, found->codes[i]));
	if (both)
		assert_int_equal(found->count, node->schemes.count);
}

static void assert_found(const struct fake *fake, const struct endpoint *endpoint)
{
	const struct fake_node *node = &fake->nodes[0];

	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		assert_version(node, rank, &endpoint->versions[rank]);
	if (node->has[RANK_TLS13])
		assert_same(&endpoint->versions[RANK_TLS13].groups, &node->groups, false);
	if (node->has[RANK_TLS12] && has_ecdhe(node, RANK_TLS12))
		assert_same(&endpoint->versions[RANK_TLS12].groups, &node->curves, false);
	if (node->has[RANK_TLS12])
		assert_schemes(node, endpoint);
	assert_false(endpoint->nodes_differ);
	assert_int_equal(endpoint->connections, fake->connections);
}

/* Accepted and one more for each list, one for each refused version (two where it is by
 * no alert), and the few that survey.h states. */
static unsigned bound(const struct fake *fake)
{
	const struct fake_node *node = &fake->nodes[0];
	unsigned sum = 1 + 2; /* SSL 2.0, and its refusal twice more */
	unsigned refused = 0;

	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++) {
		if (node->has[rank]) /* ... its rest twice, two names */
			sum += (unsigned)node->suites[rank].count + 1 + 4;
		else
			refused++;
	}
	sum += refused + 3 * 3 + 2;
	sum += node->has[RANK_TLS13] ? (unsigned)node->groups.count + 1 : 0;
	sum += (unsigned)node->curves.count + 1;
	sum += (unsigned)node->schemes.count + 1;
	sum += 1; /* what rode on a hello that was refused */
	sum += 1; /* fallback */
	sum += 3; /* controls */
	if (node->refusal >= FAKE_CLOSES)
		sum += 4 * refused + 16;
	else if (!node->has[RANK_TLS12] && node->refusal != FAKE_ALERT_VERSION)
		sum += 14 + 7 + 7 + 6; /* in small hellos, for the length may be why */
	return sum;
}

static void test_what_is_found_is_what_was_configured(void **state)
{
	unsigned spent = 0, allowed = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct endpoint endpoint;
		uint64_t took;
		struct survey *survey = fake_survey(
			&fake, &setting, seed % 2 ? "a.example" : "", seed, &took);

		survey_endpoint(survey, &endpoint);
		assert_found(&fake, &endpoint);
		assert_true(fake.connections <= bound(&fake));
		spent += fake.connections;
		allowed += bound(&fake);
		survey_free(survey);
	}
	print_message("%u connections, bound %u\n", spent, allowed);
}

/* Never "refused" of what it has. */
static void assert_no_false_clear(
	const struct fake *fake, const struct endpoint *endpoint)
{
	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		for (size_t i = 0; i < fake->node_count; i++)
			if (fake->nodes[i].has[rank] &&
				!fake->nodes[i].only_nameless[rank])
				assert_int_not_equal(endpoint->versions[rank].status,
					ENDPOINT_REFUSED);
}

/* All that may be found in spite of it. */
static void assert_all_accepted(const struct fake *fake, const struct endpoint *endpoint)
{
	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		if (fake->nodes[0].has[rank])
			assert_int_equal(
				endpoint->versions[rank].status, ENDPOINT_ACCEPTED);
}

static struct endpoint surveyed(
	struct fake *fake, uint64_t seed, struct survey **ret, uint64_t most_time)
{
	struct endpoint endpoint;
	uint64_t took;

	*ret = fake_survey(fake, &setting, "a.example", seed, &took);
	survey_endpoint(*ret, &endpoint);
	assert_no_false_clear(fake, &endpoint);
	if (fake->node_count == 1) /* whatever chance does */
		assert_false(endpoint.nodes_differ);
	assert_true(took <= most_time);
	return endpoint;
}

#define HOSTILE 100

static void test_long_hellos_that_are_dropped_hide_no_version(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.drops_over = seed % 2 ? 255 : 512;
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_all_accepted(&fake, &endpoint);
		survey_free(survey);
	}
}

static void test_long_hellos_that_are_reset_hide_no_version(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.resets_over = seed % 2 ? 255 : 512;
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_all_accepted(&fake, &endpoint);
		survey_free(survey);
	}
}

static void test_many_suites_that_are_refused_hide_no_version(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.suites_most = 128;
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_all_accepted(&fake, &endpoint);
		survey_free(survey);
	}
}

static void test_what_it_cannot_bear_is_named(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.wants_session_id = true;
		fake.hates_grease = true;
		fake.nodes[0].has[RANK_TLS10] = true;
		fake.nodes[0].suites[RANK_TLS10] =
			(struct fake_codes){ { 0x002f, 0x000a }, 2 };
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_found(&fake, &endpoint);
		assert_int_equal(endpoint.traits.intolerant_grease, TRAIT_YES);
		assert_int_equal(endpoint.traits.intolerant_no_session_id, TRAIT_YES);
		assert_int_equal(endpoint.traits.intolerant_split, TRAIT_NO);
		assert_int_equal(endpoint.traits.intolerant_extension, TRAIT_NO);
		survey_free(survey);
	}
}

/* Of two that take turns, what either has is accepted, and that they differ is told. */
static void test_two_nodes_in_turn_are_both_asked(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;
		int odd = RANK_TLS10 + (int)(seed % 2);

		fake.nodes[1] = fake.nodes[0];
		fake.node_count = 2;
		fake.turn = seed / 2 % 2;
		for (size_t i = 0; i < 2; i++)
			for (int rank = RANK_SSL2; rank < RANK_TLS12; rank++)
				fake.nodes[i].has[rank] = false;
		fake_pick_suites(&offers, &fake, &fake.nodes[0], RANK_TLS12);
		fake.nodes[1].has[RANK_TLS12] = true;
		fake.nodes[1].suites[RANK_TLS12] = fake.nodes[0].suites[RANK_TLS12];
		fake_pick_suites(&offers, &fake, &fake.nodes[1], odd);
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_int_equal(endpoint.versions[odd].status, ENDPOINT_ACCEPTED);
		assert_true(endpoint.nodes_differ);
		assert_non_null(endpoint.nodes_reason);
		assert_int_equal(endpoint.versions[RANK_TLS12].status, ENDPOINT_ACCEPTED);
		survey_free(survey);
	}
}

static void test_one_that_limits_is_asked_slowly_and_wholly(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.limit = 20;
		fake.limit_time = 10 * TIME_SECOND;
		endpoint = surveyed(&fake, seed, &survey, 190 * TIME_SECOND);
		assert_all_accepted(&fake, &endpoint);
		assert_true(endpoint.slowed);
		survey_free(survey);
	}
}

static void test_one_that_dies_leaves_unknowns(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.dies = true;
		fake.dies_after = (unsigned)(seed % 30);
		endpoint = surveyed(&fake, seed, &survey, 200 * TIME_SECOND);
		(void)endpoint;
		survey_free(survey);
	}
}

static void test_lost_answers_hide_no_version(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.lost_one_in = 20;
		endpoint = surveyed(&fake, seed, &survey, 200 * TIME_SECOND);
		(void)endpoint;
		survey_free(survey);
	}
}

static void test_resets_by_chance_are_no_refusals(void **state)
{
	static const unsigned shares[] = { 5, 20, 50, 70, 90 };

	(void)state;
	for (uint64_t seed = 1; seed <= 5 * HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.resets_in_100 = shares[seed % COUNT_OF(shares)];
		endpoint = surveyed(&fake, seed, &survey, 200 * TIME_SECOND);
		(void)endpoint;
		survey_free(survey);
	}
}

static void test_silence_or_half_a_hello_is_never_a_refusal(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.nodes[0].refusal = seed % 2 ? FAKE_IS_SILENT : FAKE_BREAKS;
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_all_accepted(&fake, &endpoint);
		for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
			if (!fake.nodes[0].has[rank] &&
				endpoint.versions[rank].alert < 0 &&
				endpoint.versions[rank].status == ENDPOINT_REFUSED)
				assert_non_null(strstr(
					endpoint.versions[rank].reason, "instead"));
		survey_free(survey);
	}
}

static void test_open_only_without_a_name_is_open(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct fake_node *node = &fake.nodes[0];
		struct survey *survey;
		struct endpoint endpoint;

		fake_pick_suites(&offers, &fake, node, RANK_TLS10);
		fake_pick_suites(&offers, &fake, node, RANK_TLS12);
		node->only_nameless[RANK_TLS10] = true;
		node->has[RANK_TLS11] = node->has[RANK_SSL3] = false;
		endpoint = surveyed(&fake, seed, &survey, 120 * TIME_SECOND);
		assert_int_equal(endpoint.versions[RANK_TLS10].without_name, TRAIT_YES);
		survey_free(survey);
	}
}

static struct endpoint endpoint_of(struct fake *fake, uint64_t most_time)
{
	struct survey *survey;
	struct endpoint endpoint = surveyed(fake, 1, &survey, most_time);

	survey_free(survey); /* only plain members are looked at */
	return endpoint;
}

static void test_what_does_not_answer_is_told_so(void **state)
{
	struct fake mute = fake_drawn(&offers, 1), nobody = fake_drawn(&offers, 1),
		    http = fake_drawn(&offers, 1);
	struct endpoint endpoint;

	(void)state;
	mute.mute = true;
	endpoint = endpoint_of(&mute, 60 * TIME_SECOND);
	assert_int_equal(endpoint.status, ENDPOINT_NO_ANSWER);
	assert_int_equal(endpoint.versions[RANK_TLS10].status, ENDPOINT_NO_ANSWER);
	assert_non_null(endpoint.reason);
	nobody.no_listener = true;
	endpoint = endpoint_of(&nobody, TIME_SECOND);
	assert_int_equal(endpoint.versions[RANK_TLS10].status, ENDPOINT_NO_ANSWER);
	assert_int_equal(endpoint.connections, 2);
	http.plain_http = true;
	endpoint = endpoint_of(&http, TIME_SECOND);
	assert_int_equal(endpoint.status, ENDPOINT_NOT_TLS);
	assert_int_equal(endpoint.versions[RANK_TLS10].status, ENDPOINT_NOT_TLS);
	assert_memory_equal(endpoint.start, "HTTP/1.1 400", 12);
	assert_true(endpoint.connections <= 7);
}

/* TLS 1.3 shows certificates only to who goes on: RFC 8446, 2. */
static bool wants_handshake(const struct survey *survey, const struct fake *fake)
{
	struct survey_chain chain;

	return fake->nodes[0].has[RANK_TLS13] &&
	       !(survey_chain(survey, 0, &chain) && chain.version != VERSION_TLS13);
}

static void test_mass_spends_a_connection_a_version(void **state)
{
	struct survey_setting mass = setting;

	(void)state;
	mass.mass = true;
	for (uint64_t seed = 1; seed <= HOSTILE; seed++) {
		struct fake fake = fake_drawn(&offers, seed);
		struct endpoint endpoint;
		struct survey *survey;
		uint64_t took;

		fake.nodes[0].refusal = FAKE_ALERT_VERSION;
		survey = fake_survey(&fake, &mass, "", seed, &took);
		survey_endpoint(survey, &endpoint);
		assert_int_equal(
			endpoint.connections, 6 + wants_handshake(survey, &fake));
		for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
			assert_int_equal(endpoint.versions[rank].status,
				fake.nodes[0].has[rank] ? ENDPOINT_ACCEPTED
							: ENDPOINT_REFUSED);
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
		cmocka_unit_test(test_what_is_found_is_what_was_configured),
		cmocka_unit_test(test_long_hellos_that_are_dropped_hide_no_version),
		cmocka_unit_test(test_long_hellos_that_are_reset_hide_no_version),
		cmocka_unit_test(test_many_suites_that_are_refused_hide_no_version),
		cmocka_unit_test(test_what_it_cannot_bear_is_named),
		cmocka_unit_test(test_two_nodes_in_turn_are_both_asked),
		cmocka_unit_test(test_one_that_limits_is_asked_slowly_and_wholly),
		cmocka_unit_test(test_one_that_dies_leaves_unknowns),
		cmocka_unit_test(test_lost_answers_hide_no_version),
		cmocka_unit_test(test_resets_by_chance_are_no_refusals),
		cmocka_unit_test(test_silence_or_half_a_hello_is_never_a_refusal),
		cmocka_unit_test(test_open_only_without_a_name_is_open),
		cmocka_unit_test(test_what_does_not_answer_is_told_so),
		cmocka_unit_test(test_mass_spends_a_connection_a_version),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
