#include "cli/verifying.h"

#include <stdlib.h>

#include "policy/policy_file.h"
#include "probe/agreement.h"
#include "probe/replay.h"
#include "report/grid.h"
#include "sys/crypto.h"
#include "sys/log.h"
#include "sys/output.h"
#include "sys/signals.h"

#define OUTPUT_MAX ((size_t)1 << 28)

/* A server that needs longer for its first answer does not answer. */
#define PATIENCE (5 * TIME_SECOND)

enum fate {
	FATE_UNASKED, /* a stop was wanted */
	FATE_DRAFT,   /* it is of a draft of QUIC */
	FATE_UNWRITTEN,
	FATE_UNKNOWN,
	FATE_AGREES,
	FATE_DIFFERS,
	FATE_COUNT
};

struct verification {
	enum fate fate;
	struct agreement agreement;
	bool goes_on; /* what the server answered, if it tells */
	struct conversation said;
};

struct asking {
	struct replay replay; /* first */
	const struct forecast *forecast;
	const struct hello **hellos;
	struct verification *verifications;
	uint64_t counts[FATE_COUNT];
	char host[DIAL_HOST_MAX];
};

static void told(struct replay *replay, size_t index, const struct probe_result *result,
	enum err unsent)
{
	static const enum fate fates[] = {
		[AGREEMENT_UNKNOWN] = FATE_UNKNOWN,
		[AGREEMENT_YES] = FATE_AGREES,
		[AGREEMENT_NO] = FATE_DIFFERS,
	};
	struct asking *asking = (struct asking *)replay;
	struct verification *one = &asking->verifications[index];

	if (result == NULL) {
		one->fate = unsent == ERR_UNSUPPORTED ? FATE_DRAFT : FATE_UNWRITTEN;
	} else if (result->end == EXCHANGE_STOPPED) {
		one->fate = FATE_UNASKED;
	} else {
		one->agreement = agreement_of(
			&asking->forecast->hellos[index].predictions[0].negotiation,
			result);
		one->fate = fates[one->agreement.kind];
	}
	if (result != NULL && result->reached) {
		one->goes_on = result->answer->outcome == ANSWER_ACCEPTED ||
			       result->answer->outcome == ANSWER_RETRY;
		one->said = result->answer->conversation;
	}
	asking->counts[one->fate]++;
}

static const char *sentence_of(enum err err)
{
	switch (err) {
	case ERR_PERMISSION:
		return "nobody listens there";
	case ERR_AGAIN:
		return "nobody answers there";
	case ERR_LIMIT:
	case ERR_BUSY:
		return "this machine can make no more connections now";
	default:
		return "no connection could be made";
	}
}

static bool any_over(const struct forecast *forecast, bool datagrams)
{
	for (size_t i = 0; i < forecast->hello_count; i++) {
		enum hello_format format = forecast->hellos[i].hello->format;

		if ((format == HELLO_DTLS || format == HELLO_QUIC) == datagrams)
			return true;
	}
	return false;
}

/* Whether anybody listens is asked once, each hello need not be. */
static enum err find_listener(const char *server, const struct dial_target *targets,
	size_t count, struct dial_target *ret, struct fault *why)
{
	struct text CLEANUP(text_done) shown;
	enum err err = dial_first(targets, count, PATIENCE, ret);

	text_init(&shown, FAULT_TEXT_MAX);
	if (err == ERR_OK)
		return ERR_OK;
	text_quote_terminal(&shown, bytes_of_string(server));
	return fault_set(why, err, "%s: %s", text_string(&shown), sentence_of(err));
}

/* An address is no name to call a server by. RFC 6066, 3. */
static struct bytes name_of(const struct verifying *asked, const char *host)
{
	struct address address;

	if (address_parse(host, &address) != ERR_OK)
		return bytes_of_string(host);
	return bytes_of_string(asked->name != NULL ? asked->name : "");
}

/* The predictions are of hellos that name a server, as those in the store did. */
static enum err check_name(
	const struct asking *asking, const struct verifying *asked, struct fault *why)
{
	const struct policy *policy = asking->forecast->policies[0].profile->policy;

	if (!policy->needs_server_name || name_of(asked, asking->host).len > 0)
		return ERR_OK;
	return fault_set(why, ERR_USAGE,
		"impact: %s refuses who names no server, and an address is no name: "
		"--name says one",
		policy->name);
}

static enum err prepare(struct asking *asking, const struct verifying *asked,
	struct dial_target targets[DIAL_TARGETS_MAX], size_t *ret_count,
	struct fault *why)
{
	const struct forecast *forecast = asking->forecast;
	uint16_t port = 0;
	enum err err;

	asking->hellos = calloc(forecast->hello_count + 1, sizeof *asking->hellos);
	asking->verifications =
		calloc(forecast->hello_count + 1, sizeof *asking->verifications);
	if (asking->hellos == NULL || asking->verifications == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (size_t i = 0; i < forecast->hello_count; i++)
		asking->hellos[i] = forecast->hellos[i].hello;
	err = dial_parse(asked->server, asking->host, &port, why);
	if (err == ERR_OK)
		err = check_name(asking, asked, why);
	if (err == ERR_OK)
		err = dial_resolve(asking->host, port, targets, ret_count, why);
	return err == ERR_OK ? signals_catch(why) : err;
}

/* Over UDP nothing but answers tells that somebody is there: they go to the address that
 * takes connections, or to the first. */
static enum err ask(
	struct asking *asking, const struct verifying *asked, struct fault *why)
{
	struct dial_target targets[DIAL_TARGETS_MAX];
	struct fault nobody = { 0 };
	enum err listens = ERR_OK;
	size_t count;
	enum err err = prepare(asking, asked, targets, &count, why);

	if (err != ERR_OK)
		return err;
	asking->replay = (struct replay){
		.hellos = asking->hellos,
		.count = asking->forecast->hello_count,
		.crypto = crypto_openssl(),
		.target = targets[0],
		.server_name = name_of(asked, asking->host),
		.limits = { (size_t)asked->concurrency, (uint32_t)asked->rate, PATIENCE,
			PATIENCE },
		.told = told,
	};
	if (any_over(asking->forecast, false))
		listens = find_listener(
			asked->server, targets, count, &asking->replay.target, &nobody);
	if (listens == ERR_OK || any_over(asking->forecast, true))
		err = replay_run(&asking->replay, why);
	if (err == ERR_OK && listens != ERR_OK &&
		asking->counts[FATE_AGREES] + asking->counts[FATE_DIFFERS] == 0) {
		*why = nobody;
		return listens;
	}
	return err;
}

static const struct grid_column columns[] = {
	{ "hello", GRID_KEPT, 0, false, false },
	{ "handshakes", 3, 0, true, false },
	{ "differs in", GRID_KEPT, 0, false, false },
	{ "predicted", GRID_KEPT, 20, false, false },
	{ "answered", GRID_KEPT, 20, false, true },
};

static void write_differences(
	const struct asking *asking, unsigned width, struct text *text)
{
	struct grid CLEANUP(grid_done) grid;
	struct text CLEANUP(text_done) digest;

	grid_init(&grid, OUTPUT_MAX);
	text_init(&digest, 2 * SHA256_LEN + 1);
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		grid_column(&grid, &columns[i]);
	for (size_t i = 0; i < asking->forecast->hello_count; i++) {
		const struct forecast_hello *hello = &asking->forecast->hellos[i];
		const struct verification *one = &asking->verifications[i];

		if (one->fate != FATE_DIFFERS)
			continue;
		text_reset(&digest);
		text_hex(&digest, bytes_over(hello->hello->digest, 8));
		grid_cell(&grid, text_string(&digest));
		grid_number(&grid, hello->handshakes);
		grid_cell(&grid, one->agreement.what);
		grid_cell(&grid, one->agreement.predicted);
		grid_cell(&grid, one->agreement.answered);
	}
	text_char(text, '\n');
	grid_write(&grid, width, text);
	grid_left_out(&grid, width, text);
}

static void write_count(struct text *text, uint64_t count, const char *what)
{
	if (count == 0)
		return;
	text_add(text, "; ");
	text_grouped(text, count);
	text_add(text, what);
}

static void write_all(
	const struct asking *asking, const struct verifying *asked, struct text *text)
{
	const struct forecast_policy *policy = &asking->forecast->policies[0];
	const uint64_t *counts = asking->counts;
	uint64_t left = asking->forecast->hello_count - counts[FATE_DRAFT] -
			counts[FATE_UNWRITTEN] - counts[FATE_UNKNOWN] -
			counts[FATE_AGREES] - counts[FATE_DIFFERS];

	text_quote_terminal(text, bytes_of_string(asked->server));
	text_add(text, " under ");
	text_quote_terminal(text, bytes_of_string(policy->profile->policy->name));
	text_add(text, ": ");
	text_grouped(text, counts[FATE_AGREES]);
	text_add(text, " of ");
	text_grouped(text, counts[FATE_AGREES] + counts[FATE_DIFFERS]);
	text_add(text, " hellos are answered as predicted");
	write_count(text, counts[FATE_DIFFERS], " are not");
	write_count(text, counts[FATE_UNKNOWN], " got no answer that tells");
	write_count(text, counts[FATE_DRAFT],
		" were not sent, being of a draft of QUIC that no server speaks");
	write_count(text, counts[FATE_UNWRITTEN], " could not be written anew");
	write_count(text, left, " were not sent before the stop");
	text_add(text, ".\n");
	forecast_text_origin(policy->profile, policy->origin, asked->render->width, text);
	if (counts[FATE_DIFFERS] == 0)
		return;
	write_differences(asking, asked->render->width, text);
	text_char(text, '\n');
	grid_sentence(text,
		"Where the server has another stack or other certificates than the "
		"prediction took it to have, say so: --stack, --certificate.",
		0, 0, asked->render->width);
	text_char(text, '\n');
}

/* All that the prediction came from, so that it can be made again. */
static void write_profile(const struct server_profile *profile, struct text *text)
{
	struct text CLEANUP(text_done) document;

	text_init(&document, OUTPUT_MAX);
	policy_write_yaml(profile->policy, &document);
	text_add(text, ",\"document\":");
	text_quote_json(text, bytes_over(text_string(&document), text_len(&document)));
	text_format(text, ",\"security_level\":%u,\"dh_bits\":%u,\"certificates\":[",
		profile->security_level, profile->dh_bits);
	for (size_t i = 0; i < profile->certificate_count; i++) {
		const struct policy_key *key = &profile->certificates[i];

		text_format(text, "%s{\"kind\":\"%s\",\"bits\":%u,", i > 0 ? "," : "",
			key_kind_name(key->kind), key->bits);
		text_format(text, "\"curve\":%u,\"signature\":%u}", key->curve,
			key->signature);
	}
	text_char(text, ']');
}

/* Codes, -1 for what was not seen. */
static void write_answer(const struct verification *one, struct text *text)
{
	const struct conversation *said = &one->said;

	text_format(text, ",\"answer\":{\"outcome\":\"%s\"",
		one->goes_on ? "completes" : "refused");
	if (one->goes_on) {
		text_format(text, ",\"version\":%d,\"cipher\":%d", said->version,
			said->cipher_seen ? (int)said->cipher : -1);
		text_format(text, ",\"group\":%d,\"dh_bits\":%u",
			said->group_seen ? said->group : -1, said->dh_bits);
		text_format(text, ",\"scheme\":%d,\"retried\":%s",
			said->signature_scheme != 0 ? said->signature_scheme : -1,
			said->retried ? "true" : "false");
	}
	text_char(text, '}');
}

/* A line of JSON each, with all that is needed to make a test of it:
 * tests/interop/differences.py. */
static void write_cases(const struct asking *asking, struct text *text)
{
	const struct server_profile *profile = asking->forecast->policies[0].profile;

	for (size_t i = 0; i < asking->forecast->hello_count; i++) {
		const struct hello *hello = asking->forecast->hellos[i].hello;
		const struct verification *one = &asking->verifications[i];

		if (one->fate != FATE_DIFFERS)
			continue;
		text_add(text, "{\"hello\":\"sha256:");
		text_hex(text, bytes_over(hello->digest, SHA256_LEN));
		text_format(text, "\",\"hello_format\":\"%s\",\"form\":\"",
			hello_format_name(hello->format));
		text_hex(text, hello->form);
		text_add(text, "\",\"policy\":");
		text_quote_json(text, bytes_of_string(profile->policy->name));
		text_format(text, ",\"stack\":\"%s\",\"differs\":\"%s\",\"predicted\":",
			stack_name(profile->stack), one->agreement.what);
		text_quote_json(text, bytes_of_string(one->agreement.predicted));
		text_add(text, ",\"answered\":");
		text_quote_json(text, bytes_of_string(one->agreement.answered));
		write_answer(one, text);
		write_profile(profile, text);
		text_add(text, "}\n");
	}
}

static enum err keep_cases(
	const struct asking *asking, const char *path, struct fault *why)
{
	struct text CLEANUP(text_done) text;

	text_init(&text, OUTPUT_MAX);
	write_cases(asking, &text);
	return output_write_file(
		path, bytes_over(text_string(&text), text_len(&text)), why);
}

static enum exit_code show(const struct asking *asking, const struct verifying *asked)
{
	enum exit_code code;
	struct text text;

	text_init(&text, OUTPUT_MAX);
	write_all(asking, asked, &text);
	code = command_print(&text);
	text_done(&text);
	if (code != EXIT_NOTHING_FOUND)
		return code;
	if (asking->counts[FATE_DIFFERS] > 0)
		return EXIT_FOUND;
	return asking->counts[FATE_AGREES] == 0 ? EXIT_COULD_NOT : code;
}

enum exit_code verifying_run(
	const struct verifying *asked, const struct forecast *forecast)
{
	struct asking asking = { .forecast = forecast };
	struct fault why = { 0 };
	enum exit_code code;
	enum err err = ask(&asking, asked, &why);

	code = err == ERR_OK ? show(&asking, asked) : command_fault(&why);
	if (err == ERR_OK && asked->differences != NULL &&
		keep_cases(&asking, asked->differences, &why) != ERR_OK)
		code = command_fault(&why);
	free(asking.hellos);
	free(asking.verifications);
	return code;
}
