/*
 * replay STORE HOST:PORT [--concurrency N] [--rate N] [--timeout MS] [--name NAME]
 *
 * Sends every distinct hello of a store to a server and prints, in the store's order, one
 * line a hello with tabs between:
 *
 *   digest outcome version cipher group scheme retried alert format reached quoted
 *   dh_bits
 *
 * Codes are hexadecimal, "-" where nothing was seen; alert is the number of the fatal
 * alert, "encrypted" if it must be one; retried is yes or no; quoted is how something
 * that is no TLS began. A hello that cannot be sent over TCP has the outcome
 * "unsupported".
 */
#include <stdio.h>
#include <stdlib.h>

#include "evidence/hello_live.h"
#include "probe/probe.h"
#include "store/store.h"
#include "sys/crypto.h"
#include "sys/signals.h"

struct line {
	const struct hello *hello;
	const char *outcome;
	bool reached;
	struct answer answer;
	uint8_t *sent; /* heap, as long as it is asked */
};

struct replay {
	struct prober prober; /* first */
	struct store_reader reader;
	struct exchange_limits limits;
	struct dial_target target;
	const char *name;
	struct line *lines;
	size_t count;
	size_t asked;
};

static struct replay *replay_of_reader(struct store_reader *reader)
{
	return (struct replay *)(void *)((char *)reader -
					 offsetof(struct replay, reader));
}

static enum err keep_hello(struct store_reader *reader, const struct hello *hello)
{
	struct replay *replay = replay_of_reader(reader);
	struct line *grown =
		realloc(replay->lines, (replay->count + 1) * sizeof *replay->lines);

	if (grown == NULL)
		return ERR_MEMORY;
	grown[replay->count++] = (struct line){ .hello = hello };
	replay->lines = grown;
	return ERR_OK;
}

/* Seeded by its digest, a hello is replayed with the same bytes each time. */
static enum err write_hello(
	const struct replay *replay, struct line *line, size_t *ret_len)
{
	struct hello_live_wish wish = { .server_name = bytes_of_string(replay->name) };
	struct writer w;
	enum err err;

	line->sent = malloc(HELLO_LIVE_MAX);
	if (line->sent == NULL)
		return ERR_MEMORY;
	w = writer_over(line->sent, HELLO_LIVE_MAX);
	memcpy(wish.seed, line->hello->digest, sizeof wish.seed);
	err = hello_live_records(line->hello, &wish, crypto_openssl(), &w);
	*ret_len = writer_written(&w).len;
	return err;
}

static bool next(struct prober *prober, struct probe_question *ret)
{
	struct replay *replay = (struct replay *)prober;

	while (replay->asked < replay->count) {
		struct line *line = &replay->lines[replay->asked++];
		size_t len = 0;
		enum err err = write_hello(replay, line, &len);

		if (err == ERR_OK) {
			*ret = (struct probe_question){ replay->target,
				bytes_over(line->sent, len), line };
			return true;
		}
		line->outcome = err == ERR_UNSUPPORTED ? "unsupported" : err_name(err);
	}
	return false;
}

static void told(struct prober *prober, void *owner, const struct probe_result *result)
{
	struct line *line = owner;

	(void)prober;
	line->outcome = probe_result_name(result);
	line->reached = result->reached;
	if (result->reached)
		line->answer = *result->answer;
	free(line->sent);
	line->sent = NULL;
}

static void print_code(bool seen, uint32_t code, int digits)
{
	if (seen)
		printf("\t0x%0*x", digits, code);
	else
		printf("\t-");
}

static void print_quoted(const struct answer *answer)
{
	printf("\t");
	for (size_t i = 0; i < answer->start_len; i++) {
		unsigned char byte = answer->start[i];

		if (byte >= ' ' && byte < 0x7f && byte != '\\')
			putchar(byte);
		else
			printf("\\x%02x", byte);
	}
}

static void print_line(const struct line *line)
{
	const struct conversation *said = &line->answer.conversation;

	for (size_t i = 0; i < SHA256_LEN; i++)
		printf("%02x", line->hello->digest[i]);
	printf("\t%s", line->outcome);
	print_code(said->version != VERSION_NONE, said->version, 4);
	print_code(said->cipher_seen, said->cipher, 4);
	print_code(said->group_seen, said->group, 4);
	print_code(said->signature_scheme != 0, said->signature_scheme, 4);
	printf("\t%s", said->retried ? "yes" : "no");
	if (line->answer.alert_seen)
		printf("\t%u", line->answer.alert);
	else
		printf("\t%s", line->answer.inferred ? "encrypted" : "-");
	printf("\t%s\t%s", hello_format_name(line->hello->format),
		line->reached ? "yes" : "no");
	if (line->answer.outcome == ANSWER_NOT_TLS)
		print_quoted(&line->answer);
	else
		printf("\t-");
	printf("\t%u\n", said->dh_bits);
}

static enum err run(struct replay *replay, const char *store_name, const char *where,
	struct fault *why)
{
	struct dial_target targets[DIAL_TARGETS_MAX];
	struct store *store = NULL;
	char host[DIAL_HOST_MAX];
	uint16_t port = 0;
	size_t count;
	enum err err = dial_parse(where, host, &port, why);

	if (err == ERR_OK)
		err = dial_resolve(host, port, targets, &count, why);
	if (err == ERR_OK)
		err = store_open(store_name, STORE_READ, &store, why);
	if (err != ERR_OK)
		return err;
	replay->target = targets[0];
	err = store_read_hellos(store, &replay->reader, why);
	if (err == ERR_OK)
		err = probe_run(&replay->prober, &replay->limits, why);
	for (size_t i = 0; err == ERR_OK && i < replay->count; i++)
		print_line(&replay->lines[i]);
	for (size_t i = 0; i < replay->count; i++)
		free(replay->lines[i].sent);
	free(replay->lines);
	store_close(store);
	return err;
}

int main(int argc, char *argv[])
{
	struct replay replay = {
		.prober = { next, told },
		.reader = { .hello = keep_hello },
		.limits = { 16, 0, 5 * TIME_SECOND, 5 * TIME_SECOND },
		.name = "server.example",
	};
	struct fault why = { 0 };

	for (int i = 3; i + 1 < argc; i += 2) {
		unsigned long number = strtoul(argv[i + 1], NULL, 10);

		if (strcmp(argv[i], "--concurrency") == 0)
			replay.limits.concurrency = number;
		else if (strcmp(argv[i], "--rate") == 0)
			replay.limits.rate = (uint32_t)number;
		else if (strcmp(argv[i], "--timeout") == 0)
			replay.limits.connect_time = replay.limits.answer_time =
				number * (TIME_SECOND / 1000);
		else if (strcmp(argv[i], "--name") == 0)
			replay.name = argv[i + 1];
		else
			argc = 0;
	}
	if (argc < 3 || argc % 2 == 0 || replay.limits.concurrency == 0) {
		fprintf(stderr, "replay STORE HOST:PORT [--concurrency N] [--rate N] "
				"[--timeout MS] [--name NAME]\n");
		return 2;
	}
	if (signals_catch(&why) == ERR_OK &&
		run(&replay, argv[1], argv[2], &why) == ERR_OK)
		return 0;
	fprintf(stderr, "replay: %s\n", why.text);
	return 3;
}
