/* sys/certificate_trust.h on certificates that are made here. */
#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attr.h"
#include "certificates.h"
#include "sys/certificate_trust.h"

#define DAY(n) ((time_ns)(n)*TIME_DAY)

/* Days: everything is valid from 100 to 900 but what says otherwise; today is 500. */
struct fixture {
	struct made *root, *between, *leaf, *stranger, *strange_leaf, *self, *responder;
	struct certificate_roots *roots;
	char path[32];
};

static struct made *make(const char *subject, const struct made *issuer, bool authority)
{
	return made_new(&(struct making){ .subject = subject,
		.issuer = issuer,
		.authority = authority,
		.from_day = 100,
		.to_day = 900,
		.names = authority ? NULL
				   : "DNS:erp.example.net,DNS:*.shop.example,"
				     "IP:10.0.0.1,IP:2001:db8::1" });
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	int fd;

	assert_non_null(f);
	snprintf(f->path, sizeof f->path, "/tmp/tlsunset-roots-XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	close(fd);
	f->root = make("Root", NULL, true);
	f->between = make("Between", f->root, true);
	f->leaf = make("leaf", f->between, false);
	f->stranger = make("Strange root", NULL, true);
	f->strange_leaf = make("strange leaf", f->stranger, false);
	f->self = make("self", NULL, false);
	f->responder = made_new(&(struct making){ .subject = "Responder",
		.issuer = f->between,
		.usage = "OCSPSigning",
		.from_day = 100,
		.to_day = 900 });
	made_bundle(f->path, (const struct made *const[]){ f->root }, 1);
	assert_int_equal(certificate_roots_new(f->path, &f->roots, NULL), ERR_OK);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct made *all[] = { f->root, f->between, f->leaf, f->stranger, f->strange_leaf,
		f->self, f->responder };

	for (size_t i = 0; i < COUNT_OF(all); i++)
		made_free(all[i]);
	certificate_roots_free(f->roots);
	unlink(f->path);
	free(f);
	return 0;
}

static struct certificate_answer judge(const struct fixture *f,
	const struct made *const *chain, size_t count, int day, const char *name)
{
	struct bytes ders[CERTIFICATE_CHAIN_MAX];
	struct certificate_answer answer;

	for (size_t i = 0; i < count; i++)
		ders[i] = made_der(chain[i]);
	certificate_judge(f->roots,
		&(struct certificate_question){
			.chain = ders, .count = count, .name = name, .at = DAY(day) },
		&answer);
	return answer;
}

static enum certificate_trust trust(
	const struct fixture *f, const struct made *const *chain, size_t count, int day)
{
	return judge(f, chain, count, day, NULL).trust;
}

static void test_a_chain_to_a_root_is_trusted(void **state)
{
	struct fixture *f = *state;
	const struct made *chain[] = { f->leaf, f->between, f->root };
	const struct made *with_noise[] = { f->leaf, f->stranger, f->between };

	assert_int_equal(trust(f, chain, 2, 500), TRUST_OK);
	assert_int_equal(trust(f, chain, 3, 500), TRUST_OK);
	assert_int_equal(trust(f, with_noise, 3, 500), TRUST_OK);
}

static void test_what_is_wrong_has_a_name(void **state)
{
	struct fixture *f = *state;
	const struct made *alone[] = { f->leaf }, *self[] = { f->self };
	const struct made *strange[] = { f->strange_leaf, f->stranger };
	const struct made *chain[] = { f->leaf, f->between };

	assert_int_equal(trust(f, alone, 1, 500), TRUST_INCOMPLETE);
	assert_int_equal(trust(f, self, 1, 500), TRUST_SELF_SIGNED);
	assert_int_equal(trust(f, strange, 2, 500), TRUST_UNKNOWN_ROOT);
	assert_int_equal(trust(f, chain, 2, 901), TRUST_EXPIRED);
	assert_int_equal(trust(f, chain, 2, 99), TRUST_NOT_YET);
	assert_int_equal(trust(f, self, 1, 901), TRUST_SELF_SIGNED);
	assert_int_equal(trust(f, chain, 0, 500), TRUST_BAD);
}

/* An issuer of another key with the same name; one that is no authority. */
static void test_what_does_not_hold_is_bad(void **state)
{
	struct fixture *f = *state;
	struct made *no_authority = make("No authority", f->root, false);
	struct made *below = make("below", no_authority, false);
	const struct made *chain[] = { below, no_authority };

	assert_int_equal(trust(f, chain, 2, 500), TRUST_BAD);
	made_free(below);
	made_free(no_authority);
}

static void test_a_certificate_of_which_a_bit_changed_is_bad(void **state)
{
	struct fixture *f = *state;
	struct bytes der = made_der(f->leaf);
	uint8_t *changed = malloc(der.len);
	struct bytes chain[2] = { { changed, der.len }, made_der(f->between) };
	struct certificate_answer answer;

	assert_non_null(changed);
	memcpy(changed, der.at, der.len);
	changed[der.len - 1] ^= 1; /* of the signature */
	certificate_judge(f->roots,
		&(struct certificate_question){
			.chain = chain, .count = 2, .at = DAY(500) },
		&answer);
	assert_int_equal(answer.trust, TRUST_BAD);
	free(changed);
}

static void test_names_match_as_rfc9525_says(void **state)
{
	static const struct {
		const char *name;
		bool matches;
	} cases[] = {
		{ "erp.example.net", true }, { "ERP.Example.NET", true },
		{ "www.example.net", false }, { "a.shop.example", true },
		{ "a.b.shop.example", false }, { "shop.example", false },
		{ "10.0.0.1", true }, { "10.0.0.2", false }, { "2001:db8::1", true },
		{ "2001:db8::2", false }, { "leaf", false }, /* the subject's */
	};
	struct fixture *f = *state;
	const struct made *chain[] = { f->leaf, f->between };

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(judge(f, chain, 2, 500, cases[i].name).name_matches,
			cases[i].matches);
	assert_false(judge(f, chain, 2, 500, NULL).name_matches);
}

static enum certificate_staple staple(const struct fixture *f, const struct made *about,
	const struct made *signer, int status, int to_day)
{
	struct bytes chain[2] = { made_der(f->leaf), made_der(f->between) };
	struct bytes response =
		made_staple(about, f->between, signer, status, 400, to_day);
	struct certificate_answer answer;

	certificate_judge(f->roots,
		&(struct certificate_question){
			.chain = chain, .count = 2, .at = DAY(500), .staple = response },
		&answer);
	made_staple_free(response);
	return answer.staple;
}

static void test_staples_say_what_the_issuer_says(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(staple(f, f->leaf, f->between, 0, 600), STAPLE_GOOD);
	assert_int_equal(staple(f, f->leaf, f->responder, 0, 600), STAPLE_GOOD);
	assert_int_equal(staple(f, f->leaf, f->between, 1, 600), STAPLE_REVOKED);
	assert_int_equal(staple(f, f->leaf, f->between, 2, 600), STAPLE_UNKNOWN);
	assert_int_equal(staple(f, f->self, f->between, 0, 600), STAPLE_UNKNOWN);
	assert_int_equal(staple(f, f->leaf, f->between, 0, 499), STAPLE_OLD);
	assert_int_equal(staple(f, f->leaf, f->stranger, 0, 600), STAPLE_BAD);
	assert_int_equal(staple(f, f->leaf, f->leaf, 0, 600), STAPLE_BAD);
}

static void test_a_staple_says_from_when_to_when(void **state)
{
	struct fixture *f = *state;
	struct bytes chain[2] = { made_der(f->leaf), made_der(f->between) };
	struct bytes response = made_staple(f->leaf, f->between, f->between, 0, 400, 600);
	struct certificate_question question = {
		.chain = chain, .count = 2, .at = DAY(500), .staple = response
	};
	struct certificate_answer answer;

	certificate_judge(f->roots, &question, &answer);
	assert_int_equal(answer.staple_from, DAY(400));
	assert_int_equal(answer.staple_to, DAY(600));
	question.staple.len = 0;
	certificate_judge(f->roots, &question, &answer);
	assert_int_equal(answer.staple, STAPLE_NONE);
	assert_int_equal(answer.staple_to, 0);
	made_staple_free(response);
}

static void test_timestamps_are_counted_wherever_they_stand(void **state)
{
	static const uint8_t list[] = { 0, 3, 0, 1, 9 }, cut[] = { 0, 3, 0, 1 };
	struct fixture *f = *state;
	struct made *stamped = made_new(&(struct making){ .subject = "stamped",
		.issuer = f->between,
		.timestamps = true,
		.from_day = 100,
		.to_day = 900 });
	struct bytes chain[2] = { made_der(stamped), made_der(f->between) };
	struct certificate_question question = { .chain = chain,
		.count = 2,
		.at = DAY(500),
		.timestamps = bytes_over(list, sizeof list) };
	struct certificate_answer answer;

	certificate_judge(f->roots, &question, &answer);
	assert_int_equal(answer.timestamps.inside, 2);
	assert_int_equal(answer.timestamps.sent, 1);
	question.timestamps = bytes_over(cut, sizeof cut);
	certificate_judge(f->roots, &question, &answer);
	assert_int_equal(answer.timestamps.inside, 2);
	assert_int_equal(answer.timestamps.sent, 0);
	made_free(stamped);
}

static void test_every_cut_of_what_is_sent_is_borne(void **state)
{
	struct fixture *f = *state;
	struct bytes response = made_staple(f->leaf, f->between, f->between, 0, 400, 600);
	struct bytes whole = made_der(f->leaf);
	struct certificate_answer answer;

	for (size_t len = 0; len < whole.len; len++) {
		struct bytes chain[2] = { bytes_first(whole, len),
			bytes_first(whole, len) };

		certificate_judge(f->roots,
			&(struct certificate_question){ .chain = chain,
				.count = 2,
				.at = DAY(500),
				.staple = bytes_first(response, len) },
			&answer);
		assert_int_equal(answer.trust, TRUST_BAD);
	}
	made_staple_free(response);
}

static void test_what_is_no_bundle_is_said(void **state)
{
	struct certificate_roots *roots = NULL;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(certificate_roots_new("/does/not/exist", &roots, &why), ERR_IO);
	assert_non_null(strstr(why.text, "/does/not/exist"));
	assert_int_equal(certificate_roots_new("/dev/null", &roots, &why), ERR_VALUE);
	assert_null(roots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_chain_to_a_root_is_trusted),
		cmocka_unit_test(test_what_is_wrong_has_a_name),
		cmocka_unit_test(test_what_does_not_hold_is_bad),
		cmocka_unit_test(test_a_certificate_of_which_a_bit_changed_is_bad),
		cmocka_unit_test(test_names_match_as_rfc9525_says),
		cmocka_unit_test(test_staples_say_what_the_issuer_says),
		cmocka_unit_test(test_a_staple_says_from_when_to_when),
		cmocka_unit_test(test_timestamps_are_counted_wherever_they_stand),
		cmocka_unit_test(test_every_cut_of_what_is_sent_is_borne),
		cmocka_unit_test(test_what_is_no_bundle_is_said),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
