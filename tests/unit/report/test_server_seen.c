#include "../unit.h"

#include "report/server_seen.h"

#define DAY(n) ((time_ns)(n)*TIME_DAY)

static const struct certificate RSA_1024 = {
	.key_type = "RSA", .key_bits = 1024, .not_after = DAY(1000)
};
static const struct certificate RSA_2048 = {
	.key_type = "RSA", .key_bits = 2048, .not_after = DAY(1000)
};
static const struct certificate P256 = {
	.key_type = "EC P-256", .key_bits = 256, .not_after = DAY(1000)
};
static const struct certificate OVER = {
	.key_type = "Ed25519", .key_bits = 256, .not_after = DAY(5)
};

/* What a store holds of a server: a certificate a handshake, or none. */
static const struct sighting {
	const struct certificate *certificate;
	unsigned day;
	uint16_t version;
	uint16_t offered;
} * sightings;
static size_t sighting_count;
static const struct endpoint *scanned; /* NULL: it was not */

static enum err read_handshakes(struct store *store, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	enum err err = ERR_OK;

	(void)store;
	(void)why;
	assert_null(filter->client);
	for (size_t i = 0; err == ERR_OK && i < sighting_count; i++) {
		struct hello hello = { .max_version = sightings[i].offered };
		struct tally tally = { .last = DAY(sightings[i].day), .count = 1 };

		tally.handshake.certificate = sightings[i].certificate;
		tally.handshake.version = sightings[i].version;
		tally.handshake.hello = &hello;
		err = reader->handshake(reader, &tally);
	}
	return err;
}

static enum err read_scans(struct store *store, const struct store_scan_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	(void)store;
	(void)filter;
	(void)why;
	return scanned == NULL ? ERR_OK : reader->endpoint(reader, scanned);
}

static const struct store_kind KIND = {
	.name = "canned",
	.read_handshakes = read_handshakes,
	.read_scans = read_scans,
};

static struct policy policy;
static struct server_profile profile;
static struct server_origin origin;
static struct text told;

static int setup(void **state)
{
	(void)state;
	policy = (struct policy){ .versions = 1 << RANK_TLS12 | 1 << RANK_TLS13,
		.keys = { { .kind = KEY_RSA, .bits = 2048 }, { .kind = KEY_ECDSA } },
		.key_count = 2 };
	profile = (struct server_profile){ .policy = &policy,
		.certificates = { { .kind = KEY_RSA, .bits = 3072 } },
		.certificate_count = 1 };
	origin = (struct server_origin){ .looked = true };
	scanned = NULL;
	text_init(&told, 10000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	text_done(&told);
	return 0;
}

#define LOOK(seen) look(seen, COUNT_OF(seen))

static void look(const struct sighting *seen, size_t count)
{
	struct store store = { .kind = &KIND };
	struct address client = { { 1 } };
	struct store_filter filter = { .client = &client };
	struct fault why;

	sightings = seen;
	sighting_count = count;
	assert_int_equal(server_seen_read(&origin.seen, &store, &filter, &why), ERR_OK);
	server_seen_present(&origin, &profile);
	server_seen_tell(&origin, &profile, &told);
}

static void test_the_latest_key_of_each_kind_is_presented(void **state)
{
	static const struct sighting seen[] = {
		{ &RSA_2048, 9, VERSION_TLS12, VERSION_TLS12 },
		{ &RSA_1024, 3, VERSION_TLS12, VERSION_TLS12 },
		{ &P256, 7, VERSION_TLS12, VERSION_TLS13 },
		{ NULL, 10, VERSION_TLS13, VERSION_TLS13 },
	};

	(void)state;
	LOOK(seen);
	assert_int_equal(profile.certificate_count, 2);
	assert_int_equal(profile.certificates[0].bits, 2048);
	assert_int_equal(origin.keys[0], DAY(9));
	assert_int_equal(profile.certificates[1].curve, 23);
	assert_int_equal(origin.keys[1], DAY(7));
	assert_string_equal(text_string(&told), "");
}

static void test_what_has_expired_is_not_presented_any_more(void **state)
{
	static const struct sighting seen[] = {
		{ &OVER, 4, VERSION_TLS12, VERSION_TLS12 },
		{ &RSA_2048, 9, VERSION_TLS12, VERSION_TLS12 },
	};

	(void)state;
	policy.key_count = 0; /* takes any */
	LOOK(seen);
	assert_int_equal(profile.certificate_count, 1);
	assert_int_equal(profile.certificates[0].kind, KEY_RSA);
}

static void test_a_key_that_the_policy_does_not_take_is_told(void **state)
{
	static const struct sighting seen[] = {
		{ &RSA_1024, 3, VERSION_TLS12, VERSION_TLS12 },
	};

	(void)state;
	LOOK(seen);
	assert_int_equal(profile.certificate_count, 1);
	assert_int_equal(profile.certificates[0].bits, 3072); /* as it was */
	assert_int_equal(origin.keys[0], 0);
	assert_string_equal(text_string(&told),
		" It presented RSA of 1024 bits (1970-01-04), which the policy does not "
		"take.");
}

static void test_a_server_that_never_did_what_is_wanted_is_told(void **state)
{
	static const struct sighting willing[] = {
		{ &RSA_2048, 3, VERSION_TLS10, VERSION_TLS12 },
	};
	static const struct sighting unasked[] = {
		{ &RSA_2048, 3, VERSION_TLS10, VERSION_TLS10 },
	};

	(void)state;
	LOOK(willing);
	assert_non_null(strstr(text_string(&told),
		"on none of the policy's versions, on TLS 1.0 at most, though clients "
		"offered one"));
	text_reset(&told);
	LOOK(unasked);
	assert_non_null(strstr(text_string(&told), "on TLS 1.0 at most: that"));
}

static void test_a_scan_knows_what_watching_does_not(void **state)
{
	static const struct sighting seen[] = {
		{ NULL, 3, VERSION_NONE, VERSION_TLS13 },
	};
	static const struct endpoint endpoint = { .at = DAY(8),
		.versions = { [RANK_TLS13] = { .status = ENDPOINT_ACCEPTED } },
		.certificates = { { .chain = { &P256 }, .chain_len = 1 } },
		.certificate_count = 1 };

	(void)state;
	LOOK(seen);
	assert_string_equal(text_string(&told),
		" What it presents by now was not seen. It was not seen to agree on any "
		"version.");
	text_reset(&told);
	scanned = &endpoint;
	LOOK(seen);
	assert_string_equal(text_string(&told), " A scan (1970-01-09) found TLS 1.3.");
	assert_int_equal(profile.certificates[0].kind, KEY_ECDSA);
	assert_int_equal(origin.keys[0], DAY(8));
}

static void test_dh_is_as_scanned_if_the_policy_takes_it(void **state)
{
	struct server_seen seen = { .dh_bits = 3072 };

	(void)state;
	policy.dh_bits_min = 2048;
	profile.dh_bits = 2048;
	server_seen_use_dh(&seen, &profile);
	assert_int_equal(profile.dh_bits, 3072);
	seen.dh_bits = 1024;
	server_seen_use_dh(&seen, &profile);
	assert_int_equal(profile.dh_bits, 3072);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_the_latest_key_of_each_kind_is_presented),
		T(test_what_has_expired_is_not_presented_any_more),
		T(test_a_key_that_the_policy_does_not_take_is_told),
		T(test_a_server_that_never_did_what_is_wanted_is_told),
		T(test_a_scan_knows_what_watching_does_not),
		T(test_dh_is_as_scanned_if_the_policy_takes_it),
	};

	return cmocka_run_group_tests_name("server_seen", tests, NULL, NULL);
}
