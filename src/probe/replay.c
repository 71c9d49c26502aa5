#include "probe/replay.h"

#include <stdlib.h>

#include "evidence/hello_live.h"

/* A hello on its way: what was written is freed once its answer is told. */
struct sent {
	size_t index;
	size_t len;
	uint8_t bytes[];
};

struct run {
	struct prober prober; /* first: a prober of ours is a run */
	struct replay *replay;
	size_t next;
	uint8_t *room; /* HELLO_LIVE_MAX */
};

static enum probe_transport transport_of(const struct hello *hello)
{
	static const enum probe_transport transports[] = {
		[HELLO_TLS] = PROBE_TCP,
		[HELLO_SSLV2] = PROBE_TCP,
		[HELLO_DTLS] = PROBE_DTLS,
		[HELLO_QUIC] = PROBE_QUIC,
	};

	return transports[hello->format];
}

static enum err write_hello(struct run *run, const struct hello *hello, struct bytes *ret)
{
	const struct replay *replay = run->replay;
	struct hello_live_wish wish = { .server_name = replay->server_name };
	struct writer w = writer_over(run->room, HELLO_LIVE_MAX);
	enum err err;

	if (replay->server_name.len == 0)
		wish.name = HELLO_LIVE_NAME_NEVER;
	memcpy(wish.seed, hello->digest, sizeof wish.seed);
	if (transport_of(hello) == PROBE_TCP)
		err = hello_live_records(hello, &wish, replay->crypto, &w);
	else
		err = hello_live_message(hello, &wish, replay->crypto, &w);
	*ret = writer_written(&w);
	return err;
}

static struct sent *sent_new(struct bytes bytes, size_t index)
{
	struct sent *sent = malloc(sizeof *sent + bytes.len);

	if (sent == NULL)
		return NULL;
	*sent = (struct sent){ .index = index, .len = bytes.len };
	memcpy(sent->bytes, bytes.at, bytes.len);
	return sent;
}

static enum exchange_next next(struct prober *prober, struct probe_question *ret)
{
	struct run *run = (struct run *)prober;
	struct replay *replay = run->replay;

	while (run->next < replay->count) {
		size_t index = run->next++;
		struct sent *sent = NULL;
		struct bytes bytes;
		enum err err = write_hello(run, replay->hellos[index], &bytes);

		if (err == ERR_OK && (sent = sent_new(bytes, index)) == NULL)
			err = ERR_MEMORY;
		if (err == ERR_OK) {
			*ret = (struct probe_question){ .target = replay->target,
				.hello = bytes_over(sent->bytes, sent->len),
				.owner = sent,
				.transport = transport_of(replay->hellos[index]) };
			return EXCHANGE_NEXT;
		}
		replay->told(replay, index, NULL, err);
	}
	return EXCHANGE_NONE;
}

static void told(struct prober *prober, void *owner, const struct probe_result *result)
{
	struct replay *replay = ((struct run *)prober)->replay;
	struct sent *sent = owner;

	replay->told(replay, sent->index, result, ERR_OK);
	free(sent);
}

enum err replay_run(struct replay *replay, struct fault *why)
{
	struct run run = {
		.prober = { .next = next, .told = told, .crypto = replay->crypto },
		.replay = replay,
		.room = malloc(HELLO_LIVE_MAX)
	};
	enum err err;

	if (run.room == NULL)
		return fault_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
	err = probe_run(&run.prober, &replay->limits, why);
	free(run.room);
	return err;
}
