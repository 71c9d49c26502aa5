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
 * that is no TLS began. Hellos of DTLS and QUIC go over UDP; one that cannot be sent at
 * all has the outcome "unsupported".
 */
#include <stdio.h>
#include <stdlib.h>

#include "probe/replay.h"
#include "store/store.h"
#include "sys/crypto.h"
#include "sys/signals.h"

struct line {
	const char *outcome;
	bool reached;
	struct answer answer;
};

struct listing {
	struct replay replay; /* first */
	struct store_reader reader;
	const struct hello **hellos;
	struct line *lines;
};

static struct listing *listing_of_reader(struct store_reader *reader)
{
	return (struct listing *)(void *)((char *)reader -
					  offsetof(struct listing, reader));
}

static enum err keep_hello(struct store_reader *reader, const struct hello *hello)
{
	struct listing *listing = listing_of_reader(reader);
	size_t count = listing->replay.count++;
	const struct hello **grown =
		realloc(listing->hellos, (count + 1) * sizeof *listing->hellos);

	if (grown == NULL)
		return ERR_MEMORY;
	grown[count] = hello;
	listing->hellos = grown;
	listing->replay.hellos = grown;
	return ERR_OK;
}

static void told(struct replay *replay, size_t index, const struct probe_result *result,
	enum err unsent)
{
	struct line *line = &((struct listing *)replay)->lines[index];

	if (result == NULL) {
		line->outcome =
			unsent == ERR_UNSUPPORTED ? "unsupported" : err_name(unsent);
		return;
	}
	line->outcome = probe_result_name(result);
	line->reached = result->reached;
	if (result->reached)
		line->answer = *result->answer;
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

static void print_line(const struct hello *hello, const struct line *line)
{
	const struct conversation *said = &line->answer.conversation;

	for (size_t i = 0; i < SHA256_LEN; i++)
		printf("%02x", hello->digest[i]);
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
	printf("\t%s\t%s", hello_format_name(hello->format),
		line->reached ? "yes" : "no");
	if (line->answer.outcome == ANSWER_NOT_TLS)
		print_quoted(&line->answer);
	else
		printf("\t-");
	printf("\t%u\n", said->dh_bits);
}

static enum err ask_all(struct listing *listing, struct fault *why)
{
	enum err err;

	listing->lines = calloc(listing->replay.count + 1, sizeof *listing->lines);
	if (listing->lines == NULL)
		return fault_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
	err = replay_run(&listing->replay, why);
	for (size_t i = 0; err == ERR_OK && i < listing->replay.count; i++)
		print_line(listing->hellos[i], &listing->lines[i]);
	return err;
}

static enum err run(struct listing *listing, const char *store_name, const char *where,
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
	listing->replay.target = targets[0];
	err = store_read_hellos(store, &listing->reader, why);
	if (err == ERR_OK)
		err = ask_all(listing, why);
	free(listing->hellos);
	free(listing->lines);
	store_close(store);
	return err;
}

int main(int argc, char *argv[])
{
	struct listing listing = { .reader = { .hello = keep_hello } };
	struct replay *replay = &listing.replay;
	struct fault why = { 0 };

	*replay = (struct replay){ .crypto = crypto_openssl(),
		.server_name = bytes_of_string("server.example"),
		.limits = { 16, 0, 5 * TIME_SECOND, 5 * TIME_SECOND },
		.told = told };
	for (int i = 3; i + 1 < argc; i += 2) {
		unsigned long number = strtoul(argv[i + 1], NULL, 10);

		if (strcmp(argv[i], "--concurrency") == 0)
			replay->limits.concurrency = number;
		else if (strcmp(argv[i], "--rate") == 0)
			replay->limits.rate = (uint32_t)number;
		else if (strcmp(argv[i], "--timeout") == 0)
			replay->limits.connect_time = replay->limits.answer_time =
				number * (TIME_SECOND / 1000);
		else if (strcmp(argv[i], "--name") == 0)
			replay->server_name = bytes_of_string(argv[i + 1]);
		else
			argc = 0;
	}
	if (argc < 3 || argc % 2 == 0 || replay->limits.concurrency == 0) {
		fprintf(stderr, "replay STORE HOST:PORT [--concurrency N] [--rate N] "
				"[--timeout MS] [--name NAME]\n");
		return 2;
	}
	if (signals_catch(&why) == ERR_OK &&
		run(&listing, argv[1], argv[2], &why) == ERR_OK)
		return 0;
	fprintf(stderr, "replay: %s\n", why.text);
	return 3;
}
