/* Surveys over UDP: what is found must be what was configured, and silence is no refusal.
 */
#include "../unit.h"

#include "base/attr.h"
#include "fake_server.h"

#define SERVERS 100

/* What fits a datagram of DTLS beside headers and a cookie of 255 bytes. */
#define HELLO_MAX (1200 - 25 - 255)

static struct offers offers;
static struct survey_setting setting = {
	.offers = &offers, .per_host = 5, .patience = 180 * TIME_SECOND
};

/* One that was drawn, with the versions that there are over the transport: one at least.
 */
static struct fake drawn(enum probe_transport transport, uint64_t seed)
{
	struct fake fake = fake_drawn(&offers, seed);
	struct fake_node *node = &fake.nodes[0];

	fake.transport = transport;
	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		node->has[rank] =
			node->has[rank] && (transport == PROBE_DTLS ? rank >= RANK_TLS11
								    : rank == RANK_TLS13);
	if (transport == PROBE_QUIC && !node->has[RANK_TLS13])
		fake_pick_suites(&offers, &fake, node, RANK_TLS13);
	else if (!node->has[RANK_TLS11] && !node->has[RANK_TLS13] &&
		 !node->has[RANK_TLS12])
		fake_pick_suites(&offers, &fake, node, RANK_TLS12);
	if (node->refusal >= FAKE_CLOSES)
		node->refusal = FAKE_ALERT_VERSION; /* nobody closes */
	return fake;
}

static struct endpoint surveyed(struct fake *fake, uint64_t seed, struct survey **ret)
{
	struct endpoint endpoint;
	uint64_t took;

	*ret = fake_survey(fake, &setting, "a.example", seed, &took);
	survey_endpoint(*ret, &endpoint);
	assert_int_equal(endpoint.transport, TRANSPORT_UDP);
	assert_int_equal(endpoint.quic, fake->transport == PROBE_QUIC);
	return endpoint;
}

static void assert_same(
	const struct endpoint_codes *found, const struct fake_codes *configured)
{
	assert_true(found->whole);
	assert_int_equal(found->count, configured->count);
	for (size_t i = 0; i < configured->count; i++)
		assert_true(endpoint_codes_hold(found, configured->at[i]));
}

static void assert_found(const struct fake_node *node, const struct endpoint *endpoint)
{
	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];

		if (found->version == VERSION_NONE) {
			assert_int_equal(found->status, ENDPOINT_UNASKED);
			continue;
		}
		assert_int_equal(found->status,
			node->has[rank] ? ENDPOINT_ACCEPTED : ENDPOINT_REFUSED);
		if (node->has[rank])
			assert_same(&found->suites, &node->suites[rank]);
	}
	if (node->has[RANK_TLS13])
		assert_same(&endpoint->versions[RANK_TLS13].groups, &node->groups);
}

static void test_dtls_is_found_as_configured_one_hello_at_a_time(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = drawn(PROBE_DTLS, seed);
		struct survey *survey;
		struct endpoint endpoint = surveyed(&fake, seed, &survey);

		assert_found(&fake.nodes[0], &endpoint);
		assert_int_equal(endpoint.versions[RANK_TLS10].version, VERSION_NONE);
		assert_int_equal(endpoint.versions[RANK_TLS11].version, VERSION_DTLS10);
		assert_int_equal(fake.most_at_once, 1);
		survey_free(survey);
	}
}

static void test_quic_is_found_as_configured_with_its_versions(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = drawn(PROBE_QUIC, seed);
		struct survey *survey;
		struct endpoint endpoint = surveyed(&fake, seed, &survey);

		assert_found(&fake.nodes[0], &endpoint);
		assert_int_equal(endpoint.versions[RANK_TLS12].version, VERSION_NONE);
		assert_int_equal(endpoint.udp.quic_version_count, 2);
		assert_int_equal(endpoint.udp.quic_versions[1], 1);
		assert_int_equal(endpoint.alpn_count, 1);
		assert_true(bytes_equal(endpoint.alpn[0], bytes_of_string("h3")));
		survey_free(survey);
	}
}

static void test_a_hello_of_dtls_fits_a_datagram_with_the_longest_name(void **state)
{
	static char name[256];
	struct fake fake = drawn(PROBE_DTLS, 1);
	uint64_t took;

	(void)state;
	memset(name, 'a', sizeof name - 1);
	survey_free(fake_survey(&fake, &setting, name, 1, &took));
	assert_true(fake.longest_hello > 512);
	assert_true(fake.longest_hello <= HELLO_MAX);
}

static void test_a_version_passed_over_in_silence_is_not_refused(void **state)
{
	unsigned passed_over = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SERVERS; seed++) {
		struct fake fake = drawn(PROBE_DTLS, seed);
		struct survey *survey;
		struct endpoint endpoint;

		fake.nodes[0].refusal = FAKE_IS_SILENT;
		endpoint = surveyed(&fake, seed, &survey);
		for (int rank = RANK_TLS11; rank <= RANK_TLS13; rank++) {
			const struct endpoint_version *found = &endpoint.versions[rank];

			if (fake.nodes[0].has[rank]) {
				assert_int_equal(found->status, ENDPOINT_ACCEPTED);
			} else if (found->status == ENDPOINT_NO_ANSWER) {
				assert_non_null(strstr(found->reason, "silence"));
				passed_over++;
			} else { /* it answered by a version below */
				assert_int_equal(found->status, ENDPOINT_REFUSED);
				assert_true(found->reason != NULL || found->alert >= 0);
				assert_true(endpoint.versions[rank - 1].status !=
					    ENDPOINT_UNASKED);
			}
		}
		survey_free(survey);
	}
	assert_true(passed_over > SERVERS / 4);
}

/* In DTLS once more, for the sake of who has 1.3 alone. */
static void test_who_never_answers_is_asked_twice(void **state)
{
	static const enum probe_transport both[] = { PROBE_QUIC, PROBE_DTLS };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(both); i++) {
		struct fake fake = drawn(both[i], 7);
		struct survey *survey;
		struct endpoint endpoint;

		fake.mute = true;
		endpoint = surveyed(&fake, 7, &survey);
		assert_int_equal(fake.connections, 2 + i);
		assert_int_equal(endpoint.status, ENDPOINT_NO_ANSWER);
		assert_false(survey_speaks(survey));
		assert_non_null(strstr(endpoint.reason, "nothing came back, "));
		survey_free(survey);
	}
}

static void test_nobody_there_is_no_answer_by_icmp(void **state)
{
	struct fake fake = drawn(PROBE_DTLS, 7);
	struct survey *survey;
	struct endpoint endpoint;

	(void)state;
	fake.no_listener = true;
	endpoint = surveyed(&fake, 7, &survey);
	assert_int_equal(endpoint.status, ENDPOINT_NO_ANSWER);
	assert_non_null(strstr(endpoint.reason, "ICMP"));
	survey_free(survey);
}

static void test_quic_without_version_1_is_unknown_and_named(void **state)
{
	struct fake fake = drawn(PROBE_QUIC, 7);
	struct survey *survey;
	struct endpoint endpoint;

	(void)state;
	fake.no_quic1 = true;
	endpoint = surveyed(&fake, 7, &survey);
	assert_true(survey_speaks(survey));
	assert_int_equal(endpoint.versions[RANK_TLS13].status, ENDPOINT_UNKNOWN);
	assert_non_null(strstr(endpoint.reason, "QUIC v2"));
	assert_int_equal(endpoint.udp.quic_version_count, 1);
	survey_free(survey);
}

static void test_no_protocol_in_common_is_no_refusal_of_tls(void **state)
{
	struct fake fake = drawn(PROBE_QUIC, 7);
	struct survey *survey;
	struct endpoint endpoint;

	(void)state;
	fake.no_protocol = true;
	endpoint = surveyed(&fake, 7, &survey);
	assert_int_equal(endpoint.versions[RANK_TLS13].status, ENDPOINT_UNKNOWN);
	assert_non_null(strstr(endpoint.versions[RANK_TLS13].reason, "ALPN"));
	survey_free(survey);
}

static int set_up(void **state)
{
	(void)state;
	offers_init(&offers);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dtls_is_found_as_configured_one_hello_at_a_time),
		cmocka_unit_test(test_quic_is_found_as_configured_with_its_versions),
		cmocka_unit_test(
			test_a_hello_of_dtls_fits_a_datagram_with_the_longest_name),
		cmocka_unit_test(test_a_version_passed_over_in_silence_is_not_refused),
		cmocka_unit_test(test_who_never_answers_is_asked_twice),
		cmocka_unit_test(test_nobody_there_is_no_answer_by_icmp),
		cmocka_unit_test(test_quic_without_version_1_is_unknown_and_named),
		cmocka_unit_test(test_no_protocol_in_common_is_no_refusal_of_tls),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
