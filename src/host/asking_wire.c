/* What the stacks are asked, on the wire. */
#include <string.h>

#include "base/attr.h"
#include "host/asking_inside.h"
#include "probe/probe.h"
#include "tls/client_hello.h"
#include "tls/hello_write.h"
#include "tls/suite.h"
#include "tls/version.h"

#define HEARD_MAX      16384 /* a hello with shares of ML-KEM has 2 KB */
#define HELLO_PATIENCE (20 * TIME_SECOND)
#define QUESTIONS      8 /* of SSL 3.0 to TLS 1.3, those before 1.2 twice */

/* The first record's hello. A hello in several records is none of these programs'. */
static bool hello_of(struct bytes heard, struct client_hello *ret)
{
	struct reader r = reader_over(heard);
	uint8_t type = reader_u8(&r);

	(void)reader_u16(&r);
	struct reader record = reader_vec16(&r);
	uint8_t message = reader_u8(&record);
	struct reader body = reader_vec24(&record);

	return reader_fault(&r) == ERR_OK && reader_fault(&record) == ERR_OK &&
	       type == 22 && message == 1 &&
	       client_hello_parse(reader_rest(&body), ret) == ERR_OK;
}

static uint16_t versions_of(const struct client_hello *hello, bool *ret_listed)
{
	struct reader list = hello->supported_versions;
	uint16_t versions = 0;

	*ret_listed = client_hello_has(hello, EXTENSION_SUPPORTED_VERSIONS);
	if (!*ret_listed)
		return versions_to(version_rank(client_hello_max_version(hello))) &
		       VERSIONS_USUAL;
	while (reader_more(&list))
		versions |= VERSIONS_OF(version_rank(reader_u16(&list)));
	return versions & VERSIONS_ALL;
}

bool asking_offers(const struct asking *asking, const struct host_ask *ask,
	uint16_t *ret_versions, bool *ret_listed)
{
	uint8_t heard[HEARD_MAX];
	struct client_hello hello;
	struct listener listener;
	struct program program;
	size_t len = 0;
	bool said = false;

	if (listener_open(&listener) != ERR_OK)
		return false;
	if (asking_start(asking, ask->client, ask->settings, listener.at.port,
		    &program) == ERR_OK) {
		/* Who is heard waits for an answer: so little is waited for. */
		said = listener_hear(&listener, HELLO_PATIENCE, heard, sizeof heard,
			       &len) == ERR_OK &&
		       hello_of(bytes_over(heard, len), &hello);
		program_end(&program);
	}
	listener_close(&listener);
	if (said)
		*ret_versions = versions_of(&hello, ret_listed);
	return said;
}

/* A server that is asked, hello after hello: some serve one peer at a time. */
struct accepting {
	struct prober prober; /* first: it is handed back */
	const struct asking *asking;
	struct dial_target server;
	unsigned next;
	uint8_t hello[4096];
	uint16_t accepted;
	uint16_t refused;
};

static const struct question {
	enum version_rank rank;
	bool rsa; /* RSA key exchange alone */
} questions[QUESTIONS] = {
	{ RANK_SSL3, false },
	{ RANK_SSL3, true },
	{ RANK_TLS10, false },
	{ RANK_TLS10, true },
	{ RANK_TLS11, false },
	{ RANK_TLS11, true },
	{ RANK_TLS12, false },
	{ RANK_TLS13, false },
};

/* What any server with a certificate of RSA can agree on. */
static size_t suites_of(const struct question *question, uint16_t ret[SUITES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < suite_count; i++) {
		const struct suite *suite = &suite_table[i];
		bool tls13 = suite->since == RANK_TLS13;

		if (tls13 != (question->rank == RANK_TLS13) ||
			suite->since > question->rank)
			continue;
		if (tls13 ? suite->code >> 8 == 0x13
			  : suite->auth == SUITE_BY_RSA && suite->cipher > SUITE_EXPORT &&
					(suite->exchange == SUITE_RSA ||
						(!question->rsa &&
							(suite->exchange == SUITE_ECDHE ||
								suite->exchange ==
									SUITE_DHE))))
			ret[count++] = suite->code;
	}
	return count;
}

static struct bytes write_question(
	struct accepting *accepting, const struct question *question)
{
	static const uint16_t groups[] = { 29, 23, 24, 25, 256 };
	static const uint16_t schemes[] = { 0x0804, 0x0805, 0x0806, 0x0401, 0x0501,
		0x0601, 0x0403, 0x0503, 0x0201 };
	static const uint16_t tls13[] = { VERSION_TLS13 };
	uint16_t suites[SUITES_MAX];
	uint8_t seed[SHA256_LEN] = { (uint8_t)question->rank, question->rsa };
	struct draws draws = draws_from(accepting->asking->crypto, seed);
	struct writer w = writer_over(accepting->hello, sizeof accepting->hello);
	struct hello_plan plan = {
		.record_version = VERSION_TLS10,
		.legacy_version = version_of_rank(question->rank, false),
		.suites = { suites, suites_of(question, suites) },
		.groups = { groups, COUNT_OF(groups) },
		.says = HELLO_SAYS_POINT_FORMATS | HELLO_SAYS_RENEGOTIATION_INFO,
	};

	if (question->rank == RANK_SSL3) { /* of extensions it knows nothing. RFC 6101 */
		plan.record_version = VERSION_SSL3;
		plan.groups.count = 0;
		plan.says = HELLO_SAYS_RENEGOTIATION_SCSV;
	}
	if (question->rank >= RANK_TLS12)
		plan.schemes = (struct hello_codes){ schemes, COUNT_OF(schemes) };
	if (question->rank == RANK_TLS13) {
		plan.legacy_version = VERSION_TLS12;
		plan.versions = (struct hello_codes){ tls13, 1 };
		plan.shares = (struct hello_codes){ groups, 1 };
		plan.session_id_len = 32;
		plan.says = HELLO_SAYS_PSK_MODES;
	}
	if (hello_write(&plan, accepting->asking->crypto, &draws, &w) != ERR_OK)
		return (struct bytes){ 0 };
	return writer_written(&w);
}

static enum exchange_next next(struct prober *prober, struct probe_question *ret)
{
	struct accepting *accepting = (struct accepting *)prober;
	const struct question *question;

	/* One that was accepted before need not be asked another way. */
	while (accepting->next < QUESTIONS &&
		(accepting->accepted & VERSIONS_OF(questions[accepting->next].rank)) != 0)
		accepting->next++;
	if (accepting->next == QUESTIONS)
		return EXCHANGE_NONE;
	question = &questions[accepting->next++];
	ret->target = accepting->server;
	ret->hello = write_question(accepting, question);
	ret->owner = (void *)(uintptr_t)question;
	ret->upgrade = UPGRADE_NONE;
	return EXCHANGE_NEXT;
}

static void told(struct prober *prober, void *owner, const struct probe_result *result)
{
	struct accepting *accepting = (struct accepting *)prober;
	const struct question *question = owner;
	uint16_t version = VERSIONS_OF(question->rank);

	if (!result->reached || result->answer == NULL)
		return;
	switch (result->answer->outcome) {
	case ANSWER_ACCEPTED:
	case ANSWER_RETRY:
		if (version_rank(result->answer->conversation.version) == question->rank)
			accepting->accepted |= version;
		else
			accepting->refused |= version;
		break;
	case ANSWER_REFUSED:
	case ANSWER_CLOSED:
	case ANSWER_RESET:
		accepting->refused |= version;
		break;
	default:
		break;
	}
}

uint16_t asking_accepts(
	const struct asking *asking, const struct dial_target *server, uint16_t *ret_open)
{
	struct accepting accepting = {
		.prober = { .next = next, .told = told, .crypto = asking->crypto },
		.asking = asking,
		.server = *server,
	};
	struct exchange_limits limits = { .concurrency = 1,
		.connect_time = 5 * TIME_SECOND,
		.answer_time = 5 * TIME_SECOND };
	struct fault why;

	*ret_open = VERSIONS_USUAL;
	if (probe_run(&accepting.prober, &limits, &why) != ERR_OK)
		return 0;
	*ret_open = VERSIONS_USUAL & (uint16_t) ~(accepting.accepted | accepting.refused);
	return accepting.accepted;
}
