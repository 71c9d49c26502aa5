#include "cli/forecasting.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/conceding.h"
#include "cli/policies.h"
#include "report/owned.h"
#include "sys/clock.h"
#include "sys/crypto.h"

#define OUTPUT_MAX ((size_t)1 << 30) /* a report longer than 1 GB is a mistake */

#define RSA_BITS_USUAL 2048
#define DH_BITS_USUAL  2048
#define CURVE_USUAL    23 /* secp256r1 */

/* What a server may present. To add one: a line here. In order of name. */
static const struct certificate_name {
	const char *name;
	struct policy_key key;
} certificate_names[] = {
	{ "ecdsa-p256", { .kind = KEY_ECDSA, .curve = 23, .bits = 256 } },
	{ "ecdsa-p384", { .kind = KEY_ECDSA, .curve = 24, .bits = 384 } },
	{ "ecdsa-p521", { .kind = KEY_ECDSA, .curve = 25, .bits = 521 } },
	{ "ed25519", { .kind = KEY_ED25519, .bits = 256 } },
	{ "rsa-1024", { .kind = KEY_RSA, .bits = 1024 } },
	{ "rsa-2048", { .kind = KEY_RSA, .bits = 2048 } },
	{ "rsa-3072", { .kind = KEY_RSA, .bits = 3072 } },
	{ "rsa-4096", { .kind = KEY_RSA, .bits = 4096 } },
};

struct question {
	struct policy policies[FORECAST_POLICIES_MAX];
	struct server_profile profiles[FORECAST_POLICIES_MAX];
	struct server_origin origins[FORECAST_POLICIES_MAX];
};

static enum err add_certificate(
	struct server_profile *profile, struct bytes name, struct fault *why)
{
	struct text CLEANUP(text_done) known;

	text_init(&known, FAULT_TEXT_MAX);
	for (size_t i = 0; i < COUNT_OF(certificate_names); i++) {
		const struct certificate_name *one = &certificate_names[i];

		text_format(&known, "%s%s", i > 0 ? ", " : "", one->name);
		if (!bytes_equal(name, bytes_of_string(one->name)))
			continue;
		if (profile->certificate_count == SERVER_CERTIFICATES_MAX)
			return fault_set(why, ERR_USAGE,
				"impact: --certificate names more than %d",
				SERVER_CERTIFICATES_MAX);
		profile->certificates[profile->certificate_count++] = one->key;
		return ERR_OK;
	}
	return fault_set(why, ERR_USAGE,
		"impact: --certificate wants one of %s, or several with commas between",
		text_string(&known));
}

static enum err read_certificates(
	struct server_profile *profile, const char *names, struct fault *why)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && *names != '\0') {
		size_t len = strcspn(names, ",");

		err = add_certificate(profile, bytes_over(names, len), why);
		names += len;
		names += *names == ',';
	}
	if (err == ERR_OK && profile->certificate_count == 0)
		return add_certificate(profile, bytes_of_string(""), why);
	return err;
}

/* What the policy asks for first, as little of it as it allows. */
static struct policy_key usual_certificate(const struct policy *policy)
{
	struct policy_key key = { .kind = KEY_RSA };

	if (policy->key_count > 0)
		key = policy->keys[0];
	if (key.kind == KEY_ECDSA && key.curve == 0)
		key.curve = CURVE_USUAL;
	if (key.kind == KEY_RSA && key.bits < RSA_BITS_USUAL)
		key.bits = RSA_BITS_USUAL;
	return key;
}

static enum err make_profile(const struct forecasting *asked, const struct policy *policy,
	struct server_profile *ret, struct fault *why)
{
	const char *stack = asked->stack == NULL ? STACK_USUAL : asked->stack;

	*ret = (struct server_profile){
		.policy = policy,
		.stack = stack_find(stack),
		.security_level = (uint8_t)asked->level,
		.dh_bits = policy->dh_bits_min > DH_BITS_USUAL ? policy->dh_bits_min
							       : DH_BITS_USUAL,
	};
	if (ret->stack == NULL) {
		struct text CLEANUP(text_done) known;

		text_init(&known, FAULT_TEXT_MAX);
		for (int i = 0; i < STACK_COUNT; i++)
			text_format(&known, "%s%s", i > 0 ? ", " : "",
				stack_name(stack_of((enum stack_id)i)));
		return fault_set(why, ERR_USAGE, "impact: --stack wants one of %s",
			text_string(&known));
	}
	if (asked->level_said && !stack_has_levels(ret->stack))
		return fault_set(why, ERR_USAGE,
			"impact: --security-level is OpenSSL's, and %s has none", stack);
	if (asked->certificate != NULL)
		return read_certificates(ret, asked->certificate, why);
	ret->certificates[ret->certificate_count++] = usual_certificate(policy);
	return ERR_OK;
}

static enum err prepare(
	const struct forecasting *asked, struct question *question, struct fault *why)
{
	enum err err = ERR_OK;

	if (asked->policy_count > FORECAST_POLICIES_MAX)
		return fault_set(why, ERR_USAGE,
			"impact: %d policies at most can be compared at a time",
			FORECAST_POLICIES_MAX);
	for (size_t i = 0; i < asked->policy_count && err == ERR_OK; i++) {
		err = policy_load(asked->policies[i], &question->policies[i], why);
		if (err == ERR_OK)
			err = make_profile(asked, &question->policies[i],
				&question->profiles[i], why);
		question->origins[i].stack_said = asked->stack != NULL;
		question->origins[i].keys_said = asked->certificate != NULL;
		question->origins[i].level_said = asked->level_said;
	}
	return err;
}

/* Where one server is asked about and nobody says what it presents, what was seen of it
 * is what counts. */
static enum err look_at_server(const struct forecasting *asked, const char *store_name,
	struct question *question, struct fault *why)
{
	struct store_filter filter = asked->filter;
	struct server_seen seen;
	struct store *store = NULL;
	enum err err;

	if (filter.server == NULL && asked->keep != NULL && asked->keep->owner == NULL)
		filter.server = &asked->keep->address;
	if (filter.server == NULL && filter.server_name == NULL)
		return ERR_OK;
	err = store_open(store_name, STORE_READ, &store, why);
	if (err == ERR_OK)
		err = server_seen_read(&seen, store, &filter, why);
	store_close(store);
	for (size_t i = 0; err == ERR_OK && i < asked->policy_count; i++) {
		struct server_origin *origin = &question->origins[i];

		origin->seen = seen;
		origin->looked = seen.last != 0;
		if (!origin->keys_said)
			server_seen_present(origin, &question->profiles[i]);
		server_seen_use_dh(&origin->seen, &question->profiles[i]);
	}
	return err;
}

/* Who asks about a level asks about a server that runs at it. */
static enum err check_level(const struct forecasting *asked,
	const struct question *question, struct fault *why)
{
	const struct server_profile *profile = question->profiles;
	struct text CLEANUP(text_done) key;

	text_init(&key, FAULT_TEXT_MAX);
	for (size_t i = 0; i < asked->policy_count; i++, profile++)
		for (size_t j = 0; j < profile->certificate_count; j++) {
			if (level_takes_key(profile->stack, asked->level,
				    &profile->certificates[j]))
				continue;
			forecast_text_key(&profile->certificates[j], &key);
			return fault_set(why, ERR_USAGE,
				"impact: at security level %u OpenSSL takes no "
				"certificate with %s; --certificate names another",
				asked->level, text_string(&key));
		}
	return ERR_OK;
}

static void tell_date(
	time_ns on, const struct forecast_policy *forecast, struct text *text)
{
	const struct policy *policy = forecast->profile->policy;
	char day[TIME_TEXT_MAX];

	if (forecast->force == FORCE_UNASKED)
		return;
	time_text(on, day);
	text_format(text, "On %.10s ", day);
	text_quote_terminal(text, bytes_of_string(policy->name));
	if (forecast->force == FORCE_UNDATED)
		text_add(text, " may be in force: it names no date.\n");
	else
		text_format(text, " is%s in force: its date is %s%s.\n",
			forecast->force == FORCE_NOT_YET ? " not yet" : "",
			policy->dates[policy->date_count - 1].on,
			policy->date_count > 1 ? ", after others (policy show tells them)"
					       : "");
}

static void write_text(const struct forecasting *asked, const struct forecast *forecast,
	struct text *text)
{
	for (size_t i = 0; i < forecast->policy_count; i++)
		tell_date(asked->on, &forecast->policies[i], text);
	if (asked->explains)
		forecast_text_decisions(forecast, &asked->render, text);
	else if (asked->by == VIEW_DETAIL)
		forecast_text(forecast, &asked->render, text);
	else if (asked->by == VIEW_HELLO)
		forecast_text_hellos(forecast, &asked->render, text);
	else
		forecast_text_rows(forecast, &asked->render, text);
}

static enum exit_code show(
	const struct forecasting *asked, const struct forecast *forecast)
{
	const struct forecast_policy *policy = &forecast->policies[0];
	enum exit_code code;
	struct text text;

	text_init(&text, OUTPUT_MAX);
	switch (asked->output) {
	case FORECAST_CSV:
		forecast_csv(forecast, &text);
		break;
	case FORECAST_JSON:
		forecast_json(forecast, &text);
		break;
	case FORECAST_JSONL:
		forecast_jsonl(forecast, &text);
		break;
	case FORECAST_TEXT:
		write_text(asked, forecast, &text);
		break;
	}
	code = command_print(&text);
	text_done(&text);
	if (code != EXIT_NOTHING_FOUND)
		return code;
	if (forecast->handshakes == 0) /* no answer is no all-clear */
		return EXIT_COULD_NOT;
	/* A policy that is not in force on the day asks nothing of anybody then. */
	return forecast->policy_count == 1 && policy->force != FORCE_NOT_YET
		       ? fail_on_code(&asked->fails, policy->clients)
		       : code;
}

static enum exit_code answer(const struct forecasting *asked, const char *store_name,
	const struct question *question)
{
	const struct forecast_asked question_asked = {
		.filter = &asked->filter,
		.profiles = question->profiles,
		.origins = question->origins,
		.policy_count = asked->policy_count,
		.by = asked->by,
		.on = asked->on,
	};
	struct forecast forecast;
	struct fault why = { 0 };
	struct store *store = NULL;
	struct hash_key key;
	enum exit_code code;
	enum err err = random_hash_key(&key);

	if (err != ERR_OK)
		err = fault_set(&why, err, "no random bytes could be drawn");
	else
		err = store_open(store_name, STORE_READ, &store, &why);
	if (err == ERR_OK)
		err = forecast_init(&forecast, store, &question_asked, &key, &why);
	if (err == ERR_OK && asked->owners != NULL)
		forecast_name_owners(&forecast, asked->owners);
	if (err == ERR_OK) {
		code = asked->verify.server != NULL
			       ? verifying_run(&asked->verify, &forecast)
			       : show(asked, &forecast);
		forecast_done(&forecast);
	} else {
		code = command_fault(&why);
	}
	store_close(store);
	return code;
}

enum exit_code forecasting_run(const struct forecasting *asked, const char *store)
{
	struct question *question = calloc(1, sizeof *question); /* large */
	struct fault why = { 0 };
	enum exit_code code;
	enum err err;

	if (question == NULL)
		err = fault_set(&why, ERR_MEMORY, "memory ran out");
	else
		err = prepare(asked, question, &why);
	if (err == ERR_OK)
		err = look_at_server(asked, store, question, &why);
	if (err == ERR_OK)
		err = check_level(asked, question, &why);
	if (err != ERR_OK)
		code = command_fault(&why);
	else if (asked->keep != NULL)
		code = conceding_run(
			asked, store, &question->profiles[0], &question->origins[0]);
	else
		code = answer(asked, store, question);
	free(question);
	return code;
}
