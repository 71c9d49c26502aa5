#include <stdlib.h>

#include "base/attr.h"
#include "scan/certificates.h"
#include "scan/scan_inside.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/signals.h"

/* A hello with all suites, groups and schemes, and no name. */
#define CANNED_MAX 2048

/* Where a hello in one record has its random, and behind that the session id with its
 * length. RFC 5246, 6.2.1, 7.4 and 7.4.1.2. */
#define RANDOM_AT     11
#define SESSION_ID_AT (RANDOM_AT + HELLO_RANDOM_LEN)

/* A question that was sent. */
struct inquiry {
	struct reply_reader reader;
	struct target *target;
	enum upgrade upgrade; /* by which it was sent */
	struct inquiry *next; /* of those that go another way */
	struct survey_question question;
	struct client_start handshake; /* if it is to be one */
	uint8_t seed[SHA256_LEN];
	size_t len;
	uint8_t hello[];
};

struct run {
	struct prober prober; /* first: a prober of ours is a run */
	struct scan *scan;
	struct survey_setting setting;
	const struct crypto *crypto;
	struct offers offers;
	struct survey_room room;
	struct draws draws;
	uint8_t hello[HELLO_WRITE_MAX];
	struct canned {
		size_t len; /* 0: it was not written yet */
		uint8_t hello[CANNED_MAX];
	} canned[RANK_TLS13 + 1]; /* of questions that are alike */
	struct hash_key key;
	struct target *first; /* of the queue */
	struct target *last;
	struct inquiry *detour; /* to be sent once more, another way */
	struct deadlines waiting;
	size_t under_way; /* targets */
	bool no_more;
	struct certificates certificates;
	enum err err; /* of the sink */
	struct fault *why;
};

static void queue_add(struct run *run, struct target *target)
{
	if (target->queued)
		return;
	if (target->waits)
		deadlines_remove(&run->waiting, &target->due);
	target->waits = false;
	target->queued = true;
	target->next = NULL;
	if (run->last != NULL)
		run->last->next = target;
	else
		run->first = target;
	run->last = target;
}

static struct target *queue_take(struct run *run)
{
	struct target *target = run->first;

	if (target == NULL)
		return NULL;
	run->first = target->next;
	if (run->first == NULL)
		run->last = NULL;
	target->queued = false;
	return target;
}

static bool begin_target(struct run *run)
{
	struct scan_target from = { 0 };
	struct target *target;

	if (run->no_more || run->under_way >= run->scan->setting.concurrency)
		return false;
	switch (run->scan->next(run->scan, &from)) {
	case EXCHANGE_NONE:
		run->no_more = true;
		return false;
	case EXCHANGE_LATER:
		return false;
	case EXCHANGE_NEXT:
		break;
	}
	target = target_new(&run->setting, &from);
	if (target == NULL) {
		run->err = fault_set(run->why, ERR_MEMORY, "memory ran out");
		run->no_more = true;
		return false;
	}
	run->under_way++;
	run->scan->progress.begun++;
	queue_add(run, target);
	if (target->twin != NULL)
		queue_add(run, target->twin);
	return true;
}

static void hand_over(struct run *run, const struct target *target)
{
	struct endpoint endpoint;
	const struct observation observation = { .kind = OBSERVATION_ENDPOINT,
		.endpoint = &endpoint };

	target_endpoint(target, &endpoint);
	certificates_read(&run->certificates, target->survey, run->scan->setting.roots,
		run->scan->setting.judged_at, &endpoint);
	if (run->err == ERR_OK)
		run->err = sink_take(run->scan->sink, &observation, run->why);
}

static void end_target(struct run *run, struct target *target, bool whole)
{
	struct target *twin = target->twin;

	target->over = true;
	if (twin != NULL && !twin->over) {
		queue_add(run, twin);
		return;
	}
	if (target_is_told(target))
		hand_over(run, target);
	if (twin != NULL && target_is_told(twin))
		hand_over(run, twin);
	run->under_way--;
	run->scan->progress.done++;
	if (run->err == ERR_OK && whole && run->scan->ended != NULL)
		run->err = run->scan->ended(run->scan, target->tag, run->why);
	run->no_more |= run->err != ERR_OK;
	target_free(target);
}

/* As it was written for another target; only what is drawn is its own. */
static struct bytes draw_anew(struct run *run, struct canned *canned)
{
	uint8_t *hello = canned->hello;

	draws_fill(&run->draws, hello + RANDOM_AT, HELLO_RANDOM_LEN);
	draws_fill(&run->draws, hello + SESSION_ID_AT + 1, hello[SESSION_ID_AT]);
	return bytes_over(hello, canned->len);
}

static void keep_hello(struct canned *canned, struct bytes hello)
{
	if (hello.len > sizeof canned->hello)
		return;
	memcpy(canned->hello, hello.at, hello.len);
	canned->len = hello.len;
}

static enum err write_hello(
	struct run *run, const struct survey_question *question, struct bytes *ret)
{
	struct canned *canned =
		question->alike > 0 ? &run->canned[question->alike] : NULL;
	struct writer w = writer_over(run->hello, sizeof run->hello);
	enum err err;

	if (canned != NULL && canned->len > 0) {
		*ret = draw_anew(run, canned);
		return ERR_OK;
	}
	if (question->sslv2)
		err = hello_write_sslv2(
			VERSION_SSL2, offers_sslv2, offers_sslv2_count, &run->draws, &w);
	else if (question->transport == PROBE_TCP)
		err = hello_write(&question->plan, run->crypto, &run->draws, &w);
	else
		err = hello_write_message(&question->plan, run->crypto, &run->draws, &w);

	*ret = writer_written(&w);
	if (canned != NULL && err == ERR_OK)
		keep_hello(canned, *ret);
	return err;
}

static struct inquiry *inquiry_new(
	struct run *run, struct target *target, const struct survey_question *question)
{
	struct inquiry *inquiry = NULL;
	struct bytes hello;

	if (write_hello(run, question, &hello) == ERR_OK)
		inquiry = malloc(sizeof *inquiry + hello.len);
	if (inquiry == NULL)
		return NULL;
	inquiry->target = target;
	inquiry->question = *question;
	inquiry->len = hello.len;
	memcpy(inquiry->hello, hello.at, hello.len);
	if (question->handshake)
		draws_fill(&run->draws, inquiry->seed, sizeof inquiry->seed);
	inquiry->handshake = (struct client_start){ .crypto = run->crypto,
		.seed = inquiry->seed,
		.session = question->session,
		.hello = bytes_over(inquiry->hello, inquiry->len) };
	reply_reader_init(&inquiry->reader, run->crypto, &run->key);
	return inquiry;
}

static void send_inquiry(struct inquiry *inquiry, struct probe_question *ret)
{
	struct target *target = inquiry->target;

	ret->target = target->at;
	ret->hello = bytes_over(inquiry->hello, inquiry->len);
	ret->owner = inquiry;
	ret->transport = inquiry->question.transport;
	ret->listener = &inquiry->reader.listener;
	if (inquiry->question.handshake)
		ret->handshake = &inquiry->handshake;
	ret->upgrade = inquiry->upgrade = target->upgrade;
	ret->host = target->name_len > 0 ? target_name(target) : target_host(target);
}

/* Asks the target for its question: true if there is one to send. Otherwise it waits, or
 * is over. */
static bool ask(struct run *run, struct target *target, struct probe_question *ret)
{
	const struct reply none = { .kind = REPLY_LOCAL };
	struct survey_question question;
	struct inquiry *inquiry;
	uint64_t now = clock_monotonic(), again;

	if (target_waits_for_twin(target))
		return false;
	switch (survey_next(target->survey, &run->room, now, &question, &again)) {
	case SURVEY_OVER:
		end_target(run, target, !signals_stop_wanted());
		return false;
	case SURVEY_LATER:
		target->waits = again != 0;
		if (target->waits)
			deadlines_add(&run->waiting, &target->due, again);
		return false;
	case SURVEY_NEXT:
		break;
	}
	queue_add(run, target);
	inquiry = inquiry_new(run, target, &question);
	if (inquiry == NULL) {
		survey_told(target->survey, &question, &none, 0, now);
		return false;
	}
	send_inquiry(inquiry, ret);
	return true;
}

static void wake(struct run *run)
{
	uint64_t now = clock_monotonic();
	struct deadline *due;

	while ((due = deadlines_first(&run->waiting)) != NULL && due->at <= now)
		queue_add(run, (struct target *)due);
}

static enum exchange_next next(struct prober *prober, struct probe_question *ret)
{
	struct run *run = (struct run *)prober;
	struct target *target;

	if (run->detour != NULL) {
		struct inquiry *inquiry = run->detour;

		run->detour = inquiry->next;
		send_inquiry(inquiry, ret);
		return EXCHANGE_NEXT;
	}
	wake(run);
	do {
		while ((target = queue_take(run)) != NULL)
			if (ask(run, target, ret))
				return EXCHANGE_NEXT;
	} while (begin_target(run));
	if (run->under_way == 0 && run->no_more)
		return EXCHANGE_NONE;
	ret->again = deadlines_first(&run->waiting) != NULL
			     ? deadlines_first(&run->waiting)->at
			     : 0;
	return EXCHANGE_LATER;
}

/* Sends a question once more by another way, where the way was guessed and led nowhere.
 * False: it stays as it is. */
static bool take_detour(
	struct run *run, struct inquiry *inquiry, const struct probe_result *result)
{
	struct target *target = inquiry->target;
	enum upgrade way = probe_result_way(result);

	if (result->client != NULL ||
		(result->reached && result->answer->conversation.answered))
		target->guessed = false;
	if (!target->guessed || way == UPGRADE_UNKNOWN)
		return false;
	if (way != target->upgrade && !(target->tried >> way & 1)) {
		target->tried |= UINT32_C(1) << way;
		target->upgrade = way;
	} else if (inquiry->upgrade == target->upgrade) {
		return false; /* others took no other way meanwhile */
	}
	target->detours++;
	reply_reader_done(&inquiry->reader);
	reply_reader_init(&inquiry->reader, run->crypto, &run->key);
	inquiry->next = run->detour;
	run->detour = inquiry;
	return true;
}

static void told(struct prober *prober, void *owner, const struct probe_result *result)
{
	struct run *run = (struct run *)prober;
	struct inquiry *inquiry = owner;
	struct reply reply;

	run->scan->progress.connections++;
	if (take_detour(run, inquiry, result))
		return;
	reply = reply_of(&inquiry->reader, result);
	survey_told(inquiry->target->survey, &inquiry->question, &reply, inquiry->len,
		clock_monotonic());
	queue_add(run, inquiry->target);
	inquiry->target->answered = true;
	if (inquiry->target->twin != NULL && !inquiry->target->twin->over)
		queue_add(run, inquiry->target->twin);
	reply_reader_done(&inquiry->reader);
	free(inquiry);
}

static uint64_t rest(struct prober *prober, uint64_t now)
{
	struct run *run = (struct run *)prober;
	uint64_t again = 0;

	if (run->scan->rest == NULL || run->err != ERR_OK)
		return 0;
	run->err = run->scan->rest(run->scan, now, &again, run->why);
	run->no_more |= run->err != ERR_OK;
	return again;
}

/* After a stop: what is under way is handed over as far as it came. */
static void end_all(struct run *run)
{
	struct inquiry *inquiry;
	struct target *target;
	struct deadline *due;

	while ((inquiry = run->detour) != NULL) {
		run->detour = inquiry->next;
		queue_add(run, inquiry->target);
		reply_reader_done(&inquiry->reader);
		free(inquiry);
	}
	while ((due = deadlines_first(&run->waiting)) != NULL)
		queue_add(run, (struct target *)due);
	while ((target = queue_take(run)) != NULL)
		end_target(run, target, false);
}

static enum err seed(struct run *run)
{
	struct hash_key key[2];
	uint8_t all[SHA256_LEN];

	if (random_hash_key(&key[0]) != ERR_OK || random_hash_key(&key[1]) != ERR_OK ||
		random_hash_key(&run->key) != ERR_OK)
		return fault_set(run->why, ERR_IO, "the kernel has no random bytes");
	run->crypto->sha256(bytes_over(key, sizeof key), all);
	run->draws = draws_from(run->crypto, all);
	return ERR_OK;
}

static enum err run_all(struct run *run)
{
	const struct scan_setting *setting = &run->scan->setting;
	const struct exchange_limits limits = { setting->concurrency, setting->rate,
		setting->connect_time, setting->answer_time };
	enum err err = seed(run);

	if (err == ERR_OK)
		err = deadlines_init(&run->waiting, TARGET_TWINS * setting->concurrency);
	if (err != ERR_OK)
		return err;
	err = probe_run(&run->prober, &limits, run->why);
	end_all(run);
	deadlines_done(&run->waiting);
	return err == ERR_OK ? run->err : err;
}

enum err scan_run(struct scan *scan, struct fault *why)
{
	struct run *run = calloc(1, sizeof *run);
	enum err err;

	if (run == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	run->scan = scan;
	run->crypto = crypto_openssl();
	run->prober = (struct prober){ .next = next,
		.told = told,
		.rest = rest,
		.guest = scan->guest,
		.crypto = run->crypto };
	run->why = why;
	offers_init(&run->offers);
	run->setting = (struct survey_setting){ &run->offers, scan->setting.per_host,
		scan->setting.mass, scan->setting.patience };
	certificates_init(&run->certificates, &run->key);
	err = run_all(run);
	certificates_done(&run->certificates);
	free(run);
	return err;
}
