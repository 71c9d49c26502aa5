#include "../unit.h"

#include "../endpoints.h"
#include "evidence/endpoint_codec.h"

static uint8_t room[ENDPOINT_PACKED_MAX];
static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ENDPOINT_ARENA_MAX);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const struct certificate *find(
	struct endpoint_finder *finder, const uint8_t digest[SHA256_LEN])
{
	(void)finder;
	return memcmp(digest, erp_certificate.digest, SHA256_LEN) == 0 ? &erp_certificate
								       : NULL;
}

static struct endpoint_finder finder = { find };

static struct bytes pack(const struct endpoint *endpoint)
{
	struct writer w = writer_over(room, sizeof room);

	assert_int_equal(endpoint_pack(endpoint, &w), ERR_OK);
	return writer_written(&w);
}

static enum err unpack(struct bytes packed, struct endpoint *ret)
{
	return endpoint_unpack(packed, &arena, &finder, ret);
}

static void same_codes(const struct endpoint_codes *a, const struct endpoint_codes *b)
{
	assert_int_equal(a->whole, b->whole);
	assert_int_equal(a->count, b->count);
	if (a->count > 0)
		assert_memory_equal(a->codes, b->codes, a->count * sizeof a->codes[0]);
}

static void test_what_was_packed_comes_back(void **state)
{
	struct endpoint e = erp_endpoint(), back;

	(void)state;
	e.reason = "so it is";
	e.upgrade = UPGRADE_SMTP;
	e.versions[RANK_SSL3].alert = 0;
	e.traits.tickets = TRAIT_YES;
	e.nodes_differ = true;
	e.dh = (struct endpoint_dh){ 1024, "Apache 2.2", TRAIT_YES };
	e.certificates[0].staple = STAPLE_OLD;
	e.certificates[0].staple_from = ERP_AT - TIME_DAY;
	e.certificates[0].staple_to = ERP_AT;
	e.certificates[0].timestamps = (struct certificate_timestamps){ 3, 2, 1 };
	assert_int_equal(unpack(pack(&e), &back), ERR_OK);
	assert_true(back.at == e.at && back.port == e.port && back.nodes_differ);
	assert_string_equal(back.reason, "so it is");
	assert_true(bytes_equal(back.host, e.host));
	assert_int_equal(back.upgrade, UPGRADE_SMTP);
	assert_int_equal(back.alpn_count, 2);
	assert_memory_equal(&back.traits, &e.traits, sizeof e.traits);
	assert_string_equal(back.dh.known, "Apache 2.2");
	assert_null(back.nodes_reason);
	assert_int_equal(back.certificates[0].staple, STAPLE_OLD);
	assert_int_equal(back.certificates[0].staple_from, ERP_AT - TIME_DAY);
	assert_int_equal(back.certificates[0].staple_to, ERP_AT);
	assert_memory_equal(&back.certificates[0].timestamps,
		&e.certificates[0].timestamps, sizeof back.certificates[0].timestamps);
	for (size_t i = 0; i < COUNT_OF(e.versions); i++) {
		assert_int_equal(back.versions[i].status, e.versions[i].status);
		assert_int_equal(back.versions[i].alert, e.versions[i].alert);
		same_codes(&back.versions[i].suites, &e.versions[i].suites);
		same_codes(&back.versions[i].groups, &e.versions[i].groups);
	}
}

static void test_certificates_are_asked_for(void **state)
{
	struct endpoint e = erp_endpoint(), back;
	struct certificate lost = { .digest = { 1 } };

	(void)state;
	e.certificates[0].chain[1] = &lost;
	e.certificates[0].chain[2] = &erp_certificate;
	e.certificates[0].chain_len = 3;
	assert_int_equal(unpack(pack(&e), &back), ERR_OK);
	assert_int_equal(back.certificates[0].chain_len, 1);
	assert_ptr_equal(back.certificates[0].chain[0], &erp_certificate);
}

static void test_every_cut_is_noticed(void **state)
{
	struct endpoint e = erp_endpoint(), back = { .port = 4242 };
	struct bytes all = pack(&e);

	(void)state;
	for (size_t len = 0; len < all.len; len++) {
		assert_int_not_equal(unpack(bytes_first(all, len), &back), ERR_OK);
		arena_reset(&arena);
	}
	assert_int_equal(back.port, 4242); /* failure writes nothing */
}

static void test_a_value_out_of_range_is_refused(void **state)
{
	struct endpoint e = erp_endpoint(), back;
	struct bytes all = pack(&e);

	(void)state;
	assert_int_equal(unpack(bytes_over(room, all.len + 1), &back), ERR_LONG);
	room[0] = ENDPOINT_FORMAT + 1;
	assert_int_equal(unpack(all, &back), ERR_UNSUPPORTED);
	e.status = ENDPOINT_STATUS_COUNT;
	assert_int_equal(unpack(pack(&e), &back), ERR_VALUE);
	e = erp_endpoint();
	e.versions[RANK_TLS10].version = 0x4242;
	assert_int_equal(unpack(pack(&e), &back), ERR_VALUE);
}

static void test_what_does_not_fit_is_not_packed(void **state)
{
	struct endpoint e = erp_endpoint();
	struct writer w = writer_over(room, 100);

	(void)state;
	assert_int_equal(endpoint_pack(&e, &w), ERR_LIMIT);
}

static void test_what_udp_came_to_comes_back(void **state)
{
	struct endpoint e = erp_quic(), back;

	(void)state;
	assert_int_equal(unpack(pack(&e), &back), ERR_OK);
	assert_true(back.quic && back.transport == TRANSPORT_UDP);
	assert_int_equal(back.udp.dtls, ENDPOINT_NO_ANSWER);
	assert_int_equal(back.udp.quic, ENDPOINT_ACCEPTED);
	assert_int_equal(back.udp.quic_version_count, 2);
	assert_int_equal(back.udp.quic_versions[1], 0xff00001d);
	assert_int_equal(back.versions[RANK_TLS12].version, VERSION_NONE);
}

#define STAPLE_LEN 21 /* of its one certificate */

/* What ends where formats 2 and 1 ended: a staple is off, then two words and an empty
 * list.
 */
static void test_formats_before_are_read(void **state)
{
	struct endpoint e = erp_endpoint(), back;
	struct bytes packed = pack(&e);

	(void)state;
	packed.len -= STAPLE_LEN;
	room[0] = 2;
	assert_int_equal(unpack(packed, &back), ERR_OK);
	assert_int_equal(back.certificates[0].staple, STAPLE_NOT_LOOKED_AT);
	room[0] = 1;
	assert_int_equal(unpack(bytes_first(packed, packed.len - 4), &back), ERR_OK);
	assert_int_equal(back.udp.dtls, ENDPOINT_UNASKED);
	assert_int_equal(back.port, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_was_packed_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_certificates_are_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_every_cut_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_value_out_of_range_is_refused, setup, teardown),
		cmocka_unit_test(test_what_does_not_fit_is_not_packed),
		cmocka_unit_test_setup_teardown(
			test_what_udp_came_to_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_formats_before_are_read, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
