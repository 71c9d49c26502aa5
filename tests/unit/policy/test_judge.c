#include "../unit.h"

#include "policy/client.h"
#include "policy/judge.h"

/* The rules, one a line. list: for a server that reads supported_versions; legacy: for
 * one that does not; agreed: 0 if no ServerHello was seen. */
static const struct rule {
	const char *what; /* and where it comes from */
	uint16_t list;
	uint16_t legacy;
	uint16_t agreed;
	enum version_rank minimum;
	enum verdict verdict;
	enum handshake_class class;
	bool no_hello, malformed, scsv, able, junk;
} rules[] = {
	{ "TLS 1.0 only (RFC 2246)", 0x0301, 0x0301, 0x0301, RANK_TLS12, VERDICT_BREAKS,
		.class = CLASS_CANNOT },
	{ "TLS 1.0 only, refused", 0x0301, 0x0301, 0, RANK_TLS12, VERDICT_BREAKS,
		.class = CLASS_CANNOT },
	{ "TLS 1.2 without a list (RFC 5246, E.1)", 0x0303, 0x0303, 0x0303, RANK_TLS12,
		VERDICT_PASSES, .class = CLASS_NONE },
	{ "TLS 1.3 (RFC 8446, 4.2.1)", 0x0304, 0x0303, 0x0304, RANK_TLS12, VERDICT_PASSES,
		.class = CLASS_NONE },
	{ "offers 1.2, server picks 1.0 (gate-anchors 3, last line)", 0x0303, 0x0303,
		0x0301, RANK_TLS12, VERDICT_PASSES, .class = CLASS_SERVER_LIMITED },
	{ "offers 1.2, server picks 1.0, though it got 1.2 elsewhere", 0x0303, 0x0303,
		0x0301, RANK_TLS12, VERDICT_PASSES, .class = CLASS_SERVER_LIMITED,
		.able = true },
	{ "offers 1.2, no answer (watch-anchors 4, 8)", 0x0303, 0x0303, 0, RANK_TLS12,
		VERDICT_UNKNOWN, .class = CLASS_UNKNOWN },
	{ "Java 17 limited to 1.0/1.1: legacy 1.1, list 1.1 (gate-anchors 3)", 0x0302,
		0x0302, 0x0302, RANK_TLS12, VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "Go 1.19 limited to 1.1, the same, unanswered (gate-anchors 3)", 0x0302, 0x0302,
		0, RANK_TLS12, VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "Go or Java limited to 1.2, minimum 1.3 (gate-anchors 3)", 0x0303, 0x0303,
		0x0303, RANK_TLS13, VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "legacy 1.2, list 1.1 and 1.0, read (gate-anchors 3)", 0x0302, 0x0303, 0x0302,
		RANK_TLS12, VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "the same, an old server went by legacy", 0x0302, 0x0303, 0x0303, RANK_TLS12,
		VERDICT_PASSES, .class = CLASS_NONE },
	{ "the same, no answer", 0x0302, 0x0303, 0, RANK_TLS12, VERDICT_UNKNOWN,
		.class = CLASS_UNKNOWN },
	{ "list of GREASE only, no answer (gate-anchors 3)", 0, 0x0303, 0, RANK_TLS12,
		VERDICT_UNKNOWN, .class = CLASS_UNKNOWN },
	{ "list empty, an old server answered 1.0", 0, 0x0303, 0x0301, RANK_TLS12,
		VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "legacy 1.0, list 1.3 (gate-anchors 3)", 0x0304, 0x0301, 0x0304, RANK_TLS12,
		VERDICT_PASSES, .class = CLASS_NONE },
	{ "the same, an old server went by legacy", 0x0304, 0x0301, 0x0301, RANK_TLS12,
		VERDICT_PASSES, .class = CLASS_SERVER_LIMITED },
	{ "the same, no answer", 0x0304, 0x0301, 0, RANK_TLS12, VERDICT_UNKNOWN,
		.class = CLASS_UNKNOWN },
	{ "legacy 0x0304 or 0x0305 without a list is 1.2 (gate-anchors 3)", 0x0303,
		0x0303, 0x0303, RANK_TLS13, VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "SSL 2.0 form offering 1.0 (RFC 5246, E.2)", 0x0301, 0x0301, 0x0301, RANK_TLS12,
		VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "SSL 2.0 only", 0x0002, 0x0002, 0x0002, RANK_SSL3, VERDICT_BREAKS,
		.class = CLASS_CANNOT },
	{ "DTLS 1.0 ranks as TLS 1.1 (RFC 4347)", 0xfeff, 0xfeff, 0xfeff, RANK_TLS12,
		VERDICT_BREAKS, .class = CLASS_CANNOT },
	{ "DTLS 1.0, minimum 1.1", 0xfeff, 0xfeff, 0xfeff, RANK_TLS11, VERDICT_PASSES,
		.class = CLASS_NONE },
	{ "DTLS 1.2 offered, 1.0 answered", 0xfefd, 0xfefd, 0xfeff, RANK_TLS12,
		VERDICT_PASSES, .class = CLASS_SERVER_LIMITED },
	{ "a draft of TLS 1.3 ranks as the final", 0x7f17, 0x0303, 0x7f17, RANK_TLS13,
		VERDICT_PASSES, .class = CLASS_NONE },
	{ "fallback to 1.1, minimum 1.2 (RFC 7507, 4)", 0x0302, 0x0302, 0x0302,
		RANK_TLS12, VERDICT_PASSES, .class = CLASS_FELL_BACK, .scsv = true },
	{ "fallback to 1.0: the client does 1.1 at least", 0x0301, 0x0301, 0x0301,
		RANK_TLS12, VERDICT_UNKNOWN, .class = CLASS_FELL_BACK, .scsv = true },
	{ "offers 1.0, and offered 1.2 within the hour", 0x0301, 0x0301, 0x0301,
		RANK_TLS12, VERDICT_PASSES, .class = CLASS_FELL_BACK, .able = true },
	{ "hello not seen, 1.2 agreed", 0, 0, 0x0303, RANK_TLS12, VERDICT_PASSES,
		.class = CLASS_NONE, .no_hello = true },
	{ "hello not seen, 1.0 agreed (watch-anchors 4, 7)", 0, 0, 0x0301, RANK_TLS12,
		VERDICT_UNKNOWN, .class = CLASS_UNKNOWN, .no_hello = true },
	{ "nothing seen", 0, 0, 0, RANK_TLS12, VERDICT_UNKNOWN, .class = CLASS_UNKNOWN,
		.no_hello = true },
	{ "an answer that is no version", 0x0303, 0x0303, 0x9999, RANK_TLS12,
		VERDICT_UNKNOWN, .class = CLASS_UNKNOWN },
	{ "no well-formed hello", 0, 0, 0, RANK_TLS12, VERDICT_UNKNOWN,
		.class = CLASS_JUNK, .no_hello = true, .malformed = true },
	{ "a scanner's hello of 1.0 (watch-anchors 4, 6)", 0x0301, 0x0301, 0, RANK_TLS12,
		VERDICT_UNKNOWN, .class = CLASS_JUNK, .junk = true },
};

static void test_every_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		const struct rule *rule = &rules[i];
		struct hello hello = { .max_version = rule->list,
			.max_version_legacy = rule->legacy,
			.fallback_scsv = rule->scsv };
		struct handshake handshake = { .hello = rule->no_hello ? NULL : &hello,
			.hello_malformed = rule->malformed,
			.version = rule->agreed };
		struct judge_context context = { rule->junk, rule->able };
		struct judgement got = judge(rule->minimum, &handshake, &context);

		if (got.verdict != rule->verdict || got.class != rule->class)
			fail_msg("%s: %s, %s", rule->what, verdict_name(got.verdict),
				got.reason);
	}
}

static const struct hash_key KEY = { 1, 2 };

static struct tally a_tally(const struct hello *hello)
{
	return (struct tally){
		.handshake = { .hello = hello,
			.version = VERSION_TLS10,
			.outcome = OUTCOME_COMPLETED },
		.count = 1,
		.first = 5 * TIME_HOUR,
	};
}

static void test_a_family_reaches_the_minimum_within_its_hour_only(void **state)
{
	struct hello hello = { .family = 7 }, other = { .family = 8 };
	struct clients *clients = clients_new(&KEY, 100);
	struct tally high = a_tally(&hello), low = a_tally(&hello);

	(void)state;
	high.handshake.version = VERSION_TLS12;
	assert_int_equal(clients_note(clients, &high), ERR_OK);
	assert_true(clients_context(clients, RANK_TLS12, &low).able);
	assert_false(clients_context(clients, RANK_TLS13, &low).able);
	low.handshake.hello = &other;
	assert_false(clients_context(clients, RANK_TLS12, &low).able);
	low.handshake.hello = &hello;
	low.first += TIME_HOUR;
	assert_false(clients_context(clients, RANK_TLS12, &low).able);
	clients_free(clients);
}

static void test_an_offer_that_nobody_took_shows_what_the_client_can(void **state)
{
	struct hello new = { .family = 7, .max_version = VERSION_TLS12 };
	struct hello old = { .family = 7, .max_version = VERSION_TLS10 };
	struct hello other = { .family = 8, .max_version = VERSION_TLS10 };
	struct tally refused = a_tally(&new), low = a_tally(&old),
		     apart = a_tally(&other);
	struct clients *clients = clients_new(&KEY, 100);

	(void)state;
	refused.handshake.version = VERSION_NONE;
	refused.handshake.outcome = OUTCOME_REFUSED;
	low.handshake.server_port = 8443;
	assert_int_equal(clients_note(clients, &low), ERR_OK);
	assert_false(clients_context(clients, RANK_TLS12, &low).able);
	assert_int_equal(clients_note(clients, &refused), ERR_OK);
	assert_true(clients_context(clients, RANK_TLS12, &low).able);
	assert_false(clients_context(clients, RANK_TLS13, &low).able);
	assert_false(clients_context(clients, RANK_TLS12, &apart).able);
	clients_free(clients);
}

/* Refused `count` times, by another server each, with hellos that change as told. */
static void note_refusals(
	struct clients *clients, unsigned count, uint16_t version, bool families_change)
{
	for (unsigned i = 0; i < count; i++) {
		struct hello hello = { .digest = { (uint8_t)i },
			.family = families_change ? i : 1,
			.max_version = version };
		struct tally tally = a_tally(&hello);

		tally.handshake.version = VERSION_NONE;
		tally.handshake.outcome = OUTCOME_REFUSED;
		tally.handshake.server_port = (uint16_t)i;
		assert_int_equal(clients_note(clients, &tally), ERR_OK);
	}
}

static void test_many_families_that_fail_are_junk(void **state)
{
	struct hello old = { .max_version = VERSION_TLS10 };
	struct tally tally = a_tally(&old);
	struct clients *clients = clients_new(&KEY, 100);

	(void)state;
	note_refusals(clients, JUNK_FAMILIES - 1, VERSION_TLS10, true);
	assert_false(clients_context(clients, RANK_TLS12, &tally).junk);
	note_refusals(clients, JUNK_FAMILIES, VERSION_TLS10, true);
	assert_true(clients_context(clients, RANK_TLS12, &tally).junk);
	clients_free(clients);
}

static void test_an_old_agent_that_all_servers_refuse_is_not_junk(void **state)
{
	struct hello old = { .family = 1,
		.max_version = VERSION_TLS10,
		.max_version_legacy = VERSION_TLS10 };
	struct tally tally = a_tally(&old);
	struct clients *clients = clients_new(&KEY, 100);
	struct judge_context context;

	(void)state;
	note_refusals(clients, 250, VERSION_TLS10, false);
	context = clients_context(clients, RANK_TLS12, &tally);
	assert_false(context.junk);
	assert_int_equal(
		judge(RANK_TLS12, &tally.handshake, &context).class, CLASS_CANNOT);
	clients_free(clients);
}

static void test_a_sweep_with_a_hello_of_the_minimum_is_junk(void **state)
{
	struct hello new = { .family = 1, .max_version = VERSION_TLS12 };
	struct tally tally = a_tally(&new), unseen = a_tally(NULL);
	struct clients *clients = clients_new(&KEY, 100);

	(void)state;
	note_refusals(clients, JUNK_SERVERS - 1, VERSION_TLS12, false);
	assert_false(clients_context(clients, RANK_TLS12, &tally).junk);
	note_refusals(clients, JUNK_SERVERS, VERSION_TLS12, false);
	assert_true(clients_context(clients, RANK_TLS12, &tally).junk);
	assert_false(clients_context(clients, RANK_TLS13, &tally).junk);
	assert_false(clients_context(clients, RANK_TLS12, &unseen).junk);
	clients_free(clients);
}

static void test_failures_among_many_successes_are_not_junk(void **state)
{
	struct hello hello = { 0 };
	struct tally tally = a_tally(&hello);
	struct clients *clients = clients_new(&KEY, 100);

	(void)state;
	note_refusals(clients, 50, VERSION_TLS12, true);
	tally.count = 100;
	assert_int_equal(clients_note(clients, &tally), ERR_OK);
	assert_false(clients_context(clients, RANK_TLS12, &tally).junk);
	clients_free(clients);
}

static void test_unanswered_hellos_are_not_junk(void **state)
{
	struct hello hello = { 0 };
	struct tally tally = a_tally(&hello);
	struct clients *clients = clients_new(&KEY, 100);

	(void)state;
	tally.handshake.outcome = OUTCOME_UNANSWERED;
	for (uint16_t i = 0; i < 5000; i++) {
		tally.handshake.server_port = i;
		tally.handshake.client.bytes[0] = (uint8_t)(i >> 8);
		assert_int_equal(clients_note(clients, &tally), ERR_OK);
	}
	assert_false(clients_context(clients, RANK_TLS12, &tally).junk);
	clients_free(clients);
}

static void test_hours_without_a_fallback_take_no_room(void **state)
{
	struct hello new = { .family = 7, .max_version = VERSION_TLS12 };
	struct hello old = { .family = 7, .max_version = VERSION_TLS10 };
	struct clients *clients = clients_new(&KEY, 1);
	struct tally high = a_tally(&new), low = a_tally(&old);

	(void)state;
	high.handshake.version = VERSION_TLS12;
	assert_int_equal(clients_note(clients, &low), ERR_OK);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(clients_note(clients, &high), ERR_OK);
		high.first += TIME_HOUR;
	}
	assert_true(clients_context(clients, RANK_TLS12, &low).able);
	low.first += TIME_HOUR;
	assert_false(clients_context(clients, RANK_TLS12, &low).able);
	clients_free(clients);
}

/* A handshake of client n. */
static struct handshake a_meeting(
	const struct hello *hello, uint8_t n, uint16_t version, unsigned hour)
{
	return (struct handshake){ .at = hour * TIME_HOUR,
		.client.bytes[0] = n,
		.hello = hello,
		.version = version,
		.outcome = OUTCOME_COMPLETED };
}

static void test_a_stream_knows_what_came_before_in_the_hour(void **state)
{
	struct hello hello = { .family = 7 };
	struct handshake low = a_meeting(&hello, 1, VERSION_TLS10, 5);
	struct handshake high = a_meeting(&hello, 1, VERSION_TLS12, 5);
	struct clients *clients = clients_new(&KEY, 100);
	struct judge_context context;

	(void)state;
	assert_int_equal(clients_meet(clients, RANK_TLS12, &low, &context), ERR_OK);
	assert_false(context.able);
	assert_int_equal(clients_meet(clients, RANK_TLS12, &high, &context), ERR_OK);
	assert_int_equal(clients_meet(clients, RANK_TLS12, &low, &context), ERR_OK);
	assert_true(context.able);
	clients_free(clients);
}

static void test_a_stream_forgets_when_a_later_hour_begins(void **state)
{
	struct hello hello = { .family = 7 };
	struct handshake high = a_meeting(&hello, 1, VERSION_TLS12, 5);
	struct handshake late = a_meeting(&hello, 2, VERSION_TLS12, 4);
	struct handshake next = a_meeting(&hello, 2, VERSION_TLS12, 6);
	struct handshake low = a_meeting(&hello, 1, VERSION_TLS10, 5);
	struct clients *clients = clients_new(&KEY, 100);
	struct judge_context context;

	(void)state;
	assert_int_equal(clients_meet(clients, RANK_TLS12, &high, &context), ERR_OK);
	assert_int_equal(clients_meet(clients, RANK_TLS12, &late, &context), ERR_OK);
	assert_int_equal(clients_meet(clients, RANK_TLS12, &low, &context), ERR_OK);
	assert_true(context.able);
	assert_int_equal(clients_meet(clients, RANK_TLS12, &next, &context), ERR_OK);
	assert_int_equal(clients_meet(clients, RANK_TLS12, &low, &context), ERR_OK);
	assert_false(context.able);
	clients_free(clients);
}

static void test_a_stream_forgets_when_there_is_no_room(void **state)
{
	struct hello hello = { .family = 7 };
	struct handshake high = a_meeting(&hello, 1, VERSION_TLS12, 5);
	struct handshake low = a_meeting(&hello, 1, VERSION_TLS10, 5);
	struct clients *clients = clients_new(&KEY, 2);
	struct judge_context context;

	(void)state;
	assert_int_equal(clients_meet(clients, RANK_TLS12, &high, &context), ERR_OK);
	for (uint8_t n = 2; n < 4; n++) {
		struct handshake other = a_meeting(&hello, n, VERSION_TLS12, 5);

		assert_int_equal(
			clients_meet(clients, RANK_TLS12, &other, &context), ERR_OK);
	}
	assert_int_equal(clients_meet(clients, RANK_TLS12, &low, &context), ERR_OK);
	assert_false(context.able);
	clients_free(clients);
}

static void test_a_store_of_too_many_clients_is_told(void **state)
{
	struct hello hello = { .family = 7 };
	struct tally tally = a_tally(&hello);
	struct clients *clients = clients_new(&KEY, 1);

	(void)state;
	assert_int_equal(clients_note(clients, &tally), ERR_OK);
	tally.handshake.client.bytes[0] = 2;
	assert_int_equal(clients_note(clients, &tally), ERR_LIMIT);
	clients_free(clients);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_rule),
		cmocka_unit_test(test_a_family_reaches_the_minimum_within_its_hour_only),
		cmocka_unit_test(
			test_an_offer_that_nobody_took_shows_what_the_client_can),
		cmocka_unit_test(test_many_families_that_fail_are_junk),
		cmocka_unit_test(test_an_old_agent_that_all_servers_refuse_is_not_junk),
		cmocka_unit_test(test_a_sweep_with_a_hello_of_the_minimum_is_junk),
		cmocka_unit_test(test_failures_among_many_successes_are_not_junk),
		cmocka_unit_test(test_unanswered_hellos_are_not_junk),
		cmocka_unit_test(test_hours_without_a_fallback_take_no_room),
		cmocka_unit_test(test_a_stream_knows_what_came_before_in_the_hour),
		cmocka_unit_test(test_a_stream_forgets_when_a_later_hour_begins),
		cmocka_unit_test(test_a_stream_forgets_when_there_is_no_room),
		cmocka_unit_test(test_a_store_of_too_many_clients_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
