/* The second pass: stacks are asked by handshakes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/asking_inside.h"
#include "host/host_inside.h"
#include "sys/certificate_made.h"
#include "sys/crypto.h"

#define LISTEN_PATIENCE (20 * TIME_SECOND) /* until a server listens: a JVM's start */
#define CLIENT_PATIENCE (20 * TIME_SECOND)
#define LATE_MAX        2 /* who hangs twice does so with each peer */

static const char *port_put_in(const char *word, uint16_t port, char ret[WORD_MAX])
{
	const char *at = strstr(word, "{port}");

	if (at == NULL || strlen(word) >= WORD_MAX)
		return word;
	(void)snprintf(ret, WORD_MAX, "%.*s%u%s", (int)(at - word), word, (unsigned)port,
		at + strlen("{port}"));
	return ret;
}

enum err asking_start(const struct asking *asking, const char *const *words,
	const char *const *settings, uint16_t port, struct program *ret)
{
	char room[HOST_WORDS_MAX][WORD_MAX];
	const char *put[HOST_WORDS_MAX + 1] = { NULL };
	struct program_start start = { .arguments = put, .held = asking->certificate };

	for (size_t i = 0; i < HOST_WORDS_MAX && words[i] != NULL; i++)
		put[i] = port_put_in(words[i], port, room[i]);
	start.settings[0] = "LC_ALL=C";
	for (size_t i = 0; i < 2 && settings[i] != NULL; i++)
		start.settings[i + 1] = settings[i];
	return program_start(&start, ret);
}

static uint16_t free_port(void)
{
	struct listener listener;

	if (listener_open(&listener) != ERR_OK)
		return 0;
	listener_close(&listener);
	return listener.at.port;
}

enum err asking_serve(const struct asking *asking, const char *const *words,
	const char *const *settings, struct served *ret)
{
	uint64_t until = clock_monotonic() + LISTEN_PATIENCE;
	struct dial_target reached;
	uint8_t loopback[4] = { 127, 0, 0, 1 };
	enum err err;

	ret->at.address = address_of_ipv4(loopback);
	ret->at.port = free_port();
	err = ret->at.port == 0 ? ERR_IO
				: asking_start(asking, words, settings, ret->at.port,
					  &ret->program);
	if (err != ERR_OK)
		return err;
	err = dial_first(&ret->at, 1, TIME_SECOND, &reached);
	while (err != ERR_OK && program_runs(&ret->program) &&
		clock_monotonic() < until) {
		clock_rest(TIME_SECOND / 50);
		err = dial_first(&ret->at, 1, TIME_SECOND, &reached);
	}
	if (err != ERR_OK)
		program_end(&ret->program);
	return err;
}

/* Its exit code; *late counts one that did not end in time. */
static int run_client(const struct asking *asking, const struct host_ask *ask,
	uint16_t port, unsigned *late)
{
	struct program program;
	struct text CLEANUP(text_done) said;
	int code = 127;

	text_init(&said, 65536);
	if (asking_start(asking, ask->client, ask->settings, port, &program) != ERR_OK)
		return 127;
	if (program_wait(&program, CLIENT_PATIENCE, &said, &code) == ERR_OK)
		return code;
	(*late)++;
	return 127;
}

/* A client may do without suites of one kind: what is asked of each peer. */
static const struct peer_kind {
	enum version_rank rank;
	const char *version; /* of s_server */
	const char *cipher;
} peers[PEERS] = {
	{ RANK_TLS10, "-tls1", "ALL:@SECLEVEL=0" },
	{ RANK_TLS10, "-tls1", "kRSA:@SECLEVEL=0" },
	{ RANK_TLS11, "-tls1_1", "ALL:@SECLEVEL=0" },
	{ RANK_TLS11, "-tls1_1", "kRSA:@SECLEVEL=0" },
	{ RANK_TLS12, "-tls1_2", "ALL:@SECLEVEL=0" },
	{ RANK_TLS13, "-tls1_3", "ALL:@SECLEVEL=0" },
};

/* Servers of OpenSSL that speak one version each, whatever the machine's openssl.cnf. */
static void start_peers(struct asking *asking)
{
	const char *const settings[2] = { "OPENSSL_CONF=/dev/null", NULL };

	for (size_t i = 0; i < PEERS && asking->host->openssl != NULL; i++) {
		const char *const words[HOST_WORDS_MAX] = { asking->host->openssl,
			"s_server", "-accept", "127.0.0.1:{port}", "-cert",
			HOST_CERTIFICATE, "-key", HOST_CERTIFICATE, "-quiet", "-www",
			peers[i].version, "-cipher", peers[i].cipher };

		asking->peer_up[i] = asking_serve(asking, words, settings,
					     &asking->peers[i]) == ERR_OK;
	}
}

static void end_peers(struct asking *asking)
{
	for (size_t i = 0; i < PEERS; i++)
		if (asking->peer_up[i])
			program_end(&asking->peers[i].program);
}

/* On a machine that is busy a client may not end in time: what was derived otherwise is
 * asked again. */
static bool completes(const struct asking *asking, const struct host_ask *ask,
	uint16_t version, uint16_t port, unsigned *late)
{
	const struct host_side *side = &ask->stack->client;
	bool expected = side->known == HOST_DERIVED && (side->range.on & version) != 0;

	return run_client(asking, ask, port, late) == 0 ||
	       (expected && run_client(asking, ask, port, late) == 0);
}

/* What a client did with the peers: what none could be had for it was not tried with. */
struct completed {
	uint16_t versions;
	uint16_t rsa; /* by RSA key exchange alone */
	uint16_t untried;
	unsigned late; /* how often it did not end in time */
};

static struct completed complete(
	const struct asking *asking, const struct host_ask *ask, uint16_t offered)
{
	struct completed done = { 0 };

	for (size_t i = 0; i < PEERS && done.late < LATE_MAX; i++) {
		uint16_t version = VERSIONS_OF(peers[i].rank);

		/* What it does not offer no peer can bring it to. */
		if ((done.versions & version) != 0 || (offered & version) == 0)
			continue;
		if (!asking->peer_up[i])
			done.untried |= version;
		else if (completes(asking, ask, version, asking->peers[i].at.port,
				 &done.late)) {
			done.versions |= version;
			done.rsa |=
				strncmp(peers[i].cipher, "kRSA", 4) == 0 ? version : 0;
		}
	}
	return done;
}

static void versions_told(struct host *host, struct host_side *side, const char *before,
	uint16_t versions, const char *after)
{
	struct text CLEANUP(text_done) text;

	text_init(&text, 256);
	versions_text(versions, &text);
	host_reason(host, side, "%s%s%s", before, text_string(&text), after);
}

/* What was derived is told where the stack says otherwise. */
static void settle(struct host *host, struct host_side *side, struct version_range asked)
{
	if (side->known == HOST_DERIVED && side->range.maybe == 0 && asked.maybe == 0 &&
		side->range.on != asked.on)
		versions_told(
			host, side, "derived, and not borne out: ", side->range.on, "");
	side->range = asked;
	side->known = HOST_ASKED;
	side->missing = asked.maybe != 0 ? "a peer that speaks those" : NULL;
}

static void ask_client(const struct asking *asking, const struct host_ask *ask)
{
	struct host *host = asking->host;
	struct host_side *side = &ask->stack->client;
	struct completed done;
	uint16_t offered;
	bool listed;

	if (!asking_offers(asking, ask, &offered, &listed)) {
		host_note_add(host, ask->client[0], "was to be asked, and said no hello");
		return;
	}
	if (listed)
		versions_told(host, side, "asked: it offers ", offered, "");
	done = complete(asking, ask, offered);
	if (done.late >= LATE_MAX || (done.versions | done.untried) == 0) {
		host_note_add(host, ask->client[0],
			done.late >= LATE_MAX
				? "was to be asked, and hung: it did not end in time"
				: "was to be asked, and completed no handshake");
		return;
	}
	versions_told(host, side, "asked: it completes with ", done.versions, "");
	if (done.rsa != 0)
		versions_told(host, side, "asked: with ", done.rsa,
			" by RSA key exchange alone");
	/* What it does not offer it does not speak; a peer of SSL 3.0 is not to be had.
	 */
	done.untried &= listed ? offered : VERSIONS_USUAL;
	if (!listed)
		done.untried |= VERSIONS_OF(RANK_SSL3) & side->range.on;
	settle(host, side, (struct version_range){ done.versions, done.untried });
}

static void ask_server(const struct asking *asking, const struct host_ask *ask)
{
	struct host *host = asking->host;
	struct host_side *side = &ask->stack->server;
	uint16_t versions, open;
	struct served served;

	if (ask->listens_everywhere && !asking->alone) {
		host_reason(host, side,
			"not asked: it would listen on all addresses, and no network of "
			"its own can be had");
		return;
	}
	if (asking_serve(asking, ask->server, ask->settings, &served) != ERR_OK) {
		host_note_add(
			host, ask->server[0], "was to be asked, and did not listen");
		return;
	}
	versions = asking_accepts(asking, &served.at, &open);
	program_end(&served.program);
	if (versions == 0) {
		host_note_add(host, ask->server[0], "was asked, and accepted nothing");
		return;
	}
	versions_told(host, side, "asked: it accepts ", versions, "");
	settle(host, side, (struct version_range){ versions, open });
}

enum err host_asking(struct host *host, struct fault *why)
{
	struct asking asking = { .host = host, .crypto = crypto_openssl() };
	enum err err = certificate_made(&asking.certificate);

	if (err != ERR_OK)
		return fault_set(why, err, "host: no certificate can be made: %s",
			err_sentence(err));
	asking.alone = listener_alone() == ERR_OK;
	start_peers(&asking);
	for (size_t i = 0; i < host->ask_count; i++) {
		if (host->asks[i]->client[0] != NULL)
			ask_client(&asking, host->asks[i]);
		if (host->asks[i]->server[0] != NULL)
			ask_server(&asking, host->asks[i]);
	}
	end_peers(&asking);
	certificate_made_close(asking.certificate);
	return ERR_OK;
}
