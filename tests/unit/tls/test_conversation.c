#include "../unit.h"

#include "tls/conversation.h"
#include "tls/record.h"
#include "tls/version.h"

#define FINISHED_LEN 53 /* of TLS 1.3 with SHA-256, encrypted */
#define ALERT13_LEN  19
#define TICKET_LEN   250

/* The messages that the cases below are made of, as little of each as decides. */
static struct conversation with_server_hello(uint16_t version)
{
	struct conversation c = conversation();
	struct client_hello client = { .legacy_version = VERSION_TLS12 };
	struct server_hello server = { .version = version, .cipher_suite = 0x002f };

	conversation_client_hello(&c, &client);
	conversation_server_hello(&c, &server);
	return c;
}

static void server_sends(struct conversation *c, uint8_t type)
{
	struct handshake_message message = { .type = type, .whole = true };

	conversation_message(c, CONVERSATION_SERVER, &message);
}

static void change_and_finish(struct conversation *c, enum conversation_side side)
{
	conversation_change_cipher_spec(c, side);
	conversation_encrypted(c, side, CONTENT_HANDSHAKE, 40);
}

static void expect(const struct conversation *c, enum conversation_end end, bool inferred)
{
	assert_int_equal(c->end, end);
	assert_int_equal(c->inferred, inferred);
}

static void test_tls12_is_completed_by_both_finished(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS12);

	(void)state;
	server_sends(&c, HANDSHAKE_CERTIFICATE);
	change_and_finish(&c, CONVERSATION_CLIENT);
	expect(&c, CONVERSATION_OPEN, false);
	change_and_finish(&c, CONVERSATION_SERVER);
	expect(&c, CONVERSATION_COMPLETED, false);
	assert_true(c.resumed_known);
	assert_false(c.resumed);
}

static void test_tls12_false_start_alone_does_not_complete(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS12);

	(void)state;
	server_sends(&c, HANDSHAKE_SERVER_HELLO_DONE);
	change_and_finish(&c, CONVERSATION_CLIENT);
	conversation_encrypted(&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, 100);
	expect(&c, CONVERSATION_OPEN, false);
}

static void test_tls12_server_that_changes_ciphers_at_once_resumes(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS12);

	(void)state;
	server_sends(&c, HANDSHAKE_NEW_SESSION_TICKET);
	change_and_finish(&c, CONVERSATION_SERVER);
	change_and_finish(&c, CONVERSATION_CLIENT);
	expect(&c, CONVERSATION_COMPLETED, false);
	assert_true(c.resumed_known && c.resumed);
}

static void test_tls12_echoed_session_id_resumes(void **state)
{
	static const uint8_t id[32] = { 1, 2, 3 };
	struct conversation c = conversation();
	struct client_hello client = { .session_id = bytes_over(id, sizeof id) };
	struct server_hello server = { .version = VERSION_TLS10,
		.session_id = bytes_over(id, sizeof id) };

	(void)state;
	conversation_client_hello(&c, &client);
	conversation_server_hello(&c, &server);
	assert_true(c.resumed_known && c.resumed);
}

static void test_fatal_alert_in_the_clear_refuses(void **state)
{
	struct conversation c = conversation();
	struct client_hello client = { .legacy_version = VERSION_TLS10 };
	struct alert alert = { ALERT_FATAL, ALERT_PROTOCOL_VERSION };

	(void)state;
	conversation_client_hello(&c, &client);
	conversation_alert_seen(&c, CONVERSATION_SERVER, alert);
	expect(&c, CONVERSATION_REFUSED, false);
	assert_int_equal(c.alert_count, 1);
	assert_int_equal(c.alerts[0].side, CONVERSATION_SERVER);
	assert_int_equal(c.alerts[0].description, ALERT_PROTOCOL_VERSION);
}

static void test_warning_lets_tls12_go_on_but_not_tls13(void **state)
{
	struct conversation old = with_server_hello(VERSION_TLS12);
	struct conversation new = with_server_hello(VERSION_TLS13);
	struct alert unrecognized_name = { ALERT_WARNING, 112 };

	(void)state;
	conversation_alert_seen(&old, CONVERSATION_SERVER, unrecognized_name);
	conversation_alert_seen(&new, CONVERSATION_SERVER, unrecognized_name);
	expect(&old, CONVERSATION_OPEN, false);
	expect(&new, CONVERSATION_REFUSED, false);
}

static void test_tls13_is_completed_when_the_server_goes_on(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_encrypted(&c, CONVERSATION_SERVER, CONTENT_APPLICATION_DATA, 900);
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, FINISHED_LEN);
	expect(&c, CONVERSATION_OPEN, false);
	conversation_encrypted(
		&c, CONVERSATION_SERVER, CONTENT_APPLICATION_DATA, TICKET_LEN);
	expect(&c, CONVERSATION_COMPLETED, false);
}

static void test_tls13_alert_in_place_of_finished_refuses(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, ALERT13_LEN);
	expect(&c, CONVERSATION_REFUSED, true);
	assert_true(c.alerts[0].inferred);
	assert_int_equal(c.alerts[0].side, CONVERSATION_CLIENT);
}

static void test_tls13_alert_that_jsse_padded_refuses_as_first_record(void **state)
{
	struct conversation first = with_server_hello(VERSION_TLS13);
	struct conversation later = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_encrypted(
		&first, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, ALERT13_LEN + 16);
	expect(&first, CONVERSATION_REFUSED, true);
	conversation_encrypted(
		&later, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, FINISHED_LEN);
	conversation_encrypted(
		&later, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, ALERT13_LEN + 16);
	expect(&later, CONVERSATION_OPEN, false);
}

static void test_tls13_server_turns_the_finished_down(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, FINISHED_LEN);
	conversation_encrypted(
		&c, CONVERSATION_SERVER, CONTENT_APPLICATION_DATA, ALERT13_LEN);
	conversation_closed(&c, CONVERSATION_SERVER, false);
	expect(&c, CONVERSATION_REFUSED, true);
	assert_int_equal(c.alerts[0].side, CONVERSATION_SERVER);
}

static void test_tls13_goodbye_is_no_refusal(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, FINISHED_LEN);
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, ALERT13_LEN);
	conversation_encrypted(
		&c, CONVERSATION_SERVER, CONTENT_APPLICATION_DATA, ALERT13_LEN);
	expect(&c, CONVERSATION_COMPLETED, false);
}

static void test_tls13_middlebox_change_cipher_spec_hides_nothing(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_change_cipher_spec(&c, CONVERSATION_CLIENT);
	assert_false(conversation_is_encrypted(&c, CONVERSATION_CLIENT));
}

static void test_reset_and_close_before_the_end(void **state)
{
	struct conversation reset = with_server_hello(VERSION_TLS12);
	struct conversation closed = with_server_hello(VERSION_TLS12);
	struct conversation waiting = conversation();
	struct client_hello client = { .legacy_version = VERSION_TLS12 };

	(void)state;
	conversation_closed(&reset, CONVERSATION_SERVER, true);
	expect(&reset, CONVERSATION_RESET, false);
	conversation_closed(&closed, CONVERSATION_CLIENT, false);
	expect(&closed, CONVERSATION_REFUSED, true);
	conversation_client_hello(&waiting, &client);
	conversation_closed(&waiting, CONVERSATION_CLIENT, false);
	expect(&waiting, CONVERSATION_OPEN, false);
}

static void test_only_the_last_word_missing_is_as_good_as_completed(void **state)
{
	struct conversation c = with_server_hello(VERSION_TLS13);

	(void)state;
	conversation_conclude(&c);
	expect(&c, CONVERSATION_OPEN, false);
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, FINISHED_LEN);
	conversation_conclude(&c);
	expect(&c, CONVERSATION_COMPLETED, true);
}

static void test_retry_keeps_the_group_asked_for_until_the_hello(void **state)
{
	struct conversation c = conversation();
	struct client_hello client = { .legacy_version = VERSION_TLS12 };
	struct server_hello retry = {
		.version = VERSION_TLS13, .group = 24, .is_retry = true
	};

	(void)state;
	conversation_client_hello(&c, &client);
	conversation_server_hello(&c, &retry);
	assert_true(c.retried);
	assert_int_equal(c.group, 24);
	assert_false(c.resumed_known);
}

/* Servers that do not know the name say so by a warning, and go on. RFC 6066, 3. */
static void test_a_warning_before_the_hello_is_no_goodbye(void **state)
{
	struct conversation c = conversation();
	struct client_hello client = { .legacy_version = VERSION_TLS12 };
	struct server_hello server = { .version = VERSION_TLS13, .cipher_suite = 0x1301 };
	struct alert alert = { ALERT_WARNING, 112 };

	(void)state;
	conversation_client_hello(&c, &client);
	conversation_alert_seen(&c, CONVERSATION_SERVER, alert);
	conversation_server_hello(&c, &server);
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, FINISHED_LEN);
	conversation_closed(&c, CONVERSATION_CLIENT, false);
	expect(&c, CONVERSATION_COMPLETED, true);
}

/* early_data, an empty extension. RFC 8446, 4.2.10. */
static struct client_hello early_hello(void)
{
	static const uint8_t extensions[] = { 0x00, 0x2a, 0x00, 0x00 };

	return (struct client_hello){
		.legacy_version = VERSION_TLS12,
		.extensions = reader_over(bytes_over(extensions, sizeof extensions)),
	};
}

static void test_early_data_proves_no_answer(void **state)
{
	struct conversation c = conversation();
	struct client_hello client = early_hello();

	(void)state;
	conversation_client_hello(&c, &client);
	conversation_change_cipher_spec(&c, CONVERSATION_CLIENT);
	conversation_encrypted(&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, 400);
	assert_false(c.answered);
	conversation_closed(&c, CONVERSATION_CLIENT, false);
	conversation_conclude(&c);
	expect(&c, CONVERSATION_OPEN, false);
}

/* RFC 8446, 4.1.4 and 4.2.10: the retry throws it away; what follows the second
 * hello is the client's refusal. */
static void test_early_data_before_a_retry_is_no_finished(void **state)
{
	struct conversation c = conversation();
	struct client_hello first = early_hello();
	struct client_hello second = { .legacy_version = VERSION_TLS12 };
	struct server_hello server = { .version = VERSION_TLS13, .is_retry = true };

	(void)state;
	conversation_client_hello(&c, &first);
	conversation_server_hello(&c, &server);
	conversation_encrypted(&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, 400);
	conversation_client_hello(&c, &second);
	server.is_retry = false;
	conversation_server_hello(&c, &server);
	conversation_encrypted(
		&c, CONVERSATION_CLIENT, CONTENT_APPLICATION_DATA, ALERT13_LEN);
	expect(&c, CONVERSATION_REFUSED, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tls12_is_completed_by_both_finished),
		cmocka_unit_test(test_tls12_false_start_alone_does_not_complete),
		cmocka_unit_test(test_tls12_server_that_changes_ciphers_at_once_resumes),
		cmocka_unit_test(test_tls12_echoed_session_id_resumes),
		cmocka_unit_test(test_fatal_alert_in_the_clear_refuses),
		cmocka_unit_test(test_warning_lets_tls12_go_on_but_not_tls13),
		cmocka_unit_test(test_tls13_is_completed_when_the_server_goes_on),
		cmocka_unit_test(test_tls13_alert_in_place_of_finished_refuses),
		cmocka_unit_test(
			test_tls13_alert_that_jsse_padded_refuses_as_first_record),
		cmocka_unit_test(test_tls13_server_turns_the_finished_down),
		cmocka_unit_test(test_tls13_goodbye_is_no_refusal),
		cmocka_unit_test(test_tls13_middlebox_change_cipher_spec_hides_nothing),
		cmocka_unit_test(test_reset_and_close_before_the_end),
		cmocka_unit_test(test_only_the_last_word_missing_is_as_good_as_completed),
		cmocka_unit_test(test_retry_keeps_the_group_asked_for_until_the_hello),
		cmocka_unit_test(test_a_warning_before_the_hello_is_no_goodbye),
		cmocka_unit_test(test_early_data_proves_no_answer),
		cmocka_unit_test(test_early_data_before_a_retry_is_no_finished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
