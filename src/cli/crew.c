#include "cli/crew.h"

#include <stdlib.h>

#include "sys/lock.h"
#include "sys/signals.h"
#include "sys/workers.h"
#include "watch/share.h"

/* Windows a worker: one that it takes, one that it prepares, one in between. */
#define WINDOWS_A_WORKER 3

/* How long a pipe is waited for before signals are looked at. */
#define WAIT_MS 100

enum window_state {
	WINDOW_FREE,
	WINDOW_TAKEN_APART, /* is being */
	WINDOW_READY,
};

struct window {
	enum window_state state;
	unsigned left; /* owners that have not taken their packets */
	struct source_window *frames;
	struct watch_share *share;
};

struct member {
	struct crew *crew;
	struct watch *watch;
	unsigned number;
	uint64_t next; /* the window whose packets it takes next */
};

struct crew {
	struct lock *lock; /* over all that follows but the insides of windows */
	struct crew_hook hook;
	struct watch_fragments *fragments;
	struct member *members;
	unsigned count;
	struct window *windows; /* window n of the file stands at n modulo their number */
	unsigned window_count;
	uint64_t filled; /* windows of the file read so far */
	bool reading;
	bool failed;
	struct source *source;
	enum err end; /* of the source; ERR_OK: not reached */
	struct fault *source_why;
};

static bool windows_init(struct crew *crew)
{
	crew->windows = calloc(crew->window_count, sizeof *crew->windows);
	for (unsigned i = 0; crew->windows != NULL && i < crew->window_count; i++) {
		crew->windows[i].frames = source_window_new();
		crew->windows[i].share = watch_share_new(SOURCE_WINDOW_MAX, crew->count);
		if (crew->windows[i].frames == NULL || crew->windows[i].share == NULL)
			return false;
	}
	return crew->windows != NULL;
}

struct crew *crew_new(struct watch *const watches[], unsigned count,
	const struct hash_key *key, const struct crew_hook *hook)
{
	struct crew *crew = calloc(1, sizeof *crew);

	if (crew == NULL)
		return NULL;
	crew->hook = *hook;
	crew->count = count;
	crew->window_count = WINDOWS_A_WORKER * count;
	crew->lock = lock_new();
	crew->fragments = watch_fragments_new(key);
	crew->members = calloc(count, sizeof *crew->members);
	if (crew->lock == NULL || crew->fragments == NULL || crew->members == NULL ||
		!windows_init(crew)) {
		crew_free(crew);
		return NULL;
	}
	for (unsigned i = 0; i < count; i++)
		crew->members[i] = (struct member){ crew, watches[i], i, 0 };
	return crew;
}

void crew_free(struct crew *crew)
{
	if (crew == NULL)
		return;
	for (unsigned i = 0; crew->windows != NULL && i < crew->window_count; i++) {
		source_window_free(crew->windows[i].frames);
		watch_share_free(crew->windows[i].share);
	}
	free(crew->windows);
	free(crew->members);
	watch_fragments_free(crew->fragments);
	lock_free(crew->lock);
	free(crew);
}

static struct window *window_at(const struct crew *crew, uint64_t number)
{
	return &crew->windows[number % crew->window_count];
}

const struct frame *crew_begin(struct crew *crew, struct source *source,
	enum err *ret_end, struct fault *source_why)
{
	struct window *window = window_at(crew, 0);

	crew->source = source;
	crew->filled = 0;
	crew->reading = false;
	crew->failed = false;
	for (unsigned i = 0; i < crew->window_count; i++)
		crew->windows[i].state = WINDOW_FREE;
	for (unsigned i = 0; i < crew->count; i++)
		crew->members[i].next = 0;
	do {
		*ret_end =
			source_next_window(source, WAIT_MS, window->frames, source_why);
	} while (*ret_end == ERR_AGAIN && !signals_stop_wanted());
	crew->end = *ret_end == ERR_AGAIN ? ERR_OK : *ret_end;
	return window->frames->count > 0 ? &window->frames->frames[0] : NULL;
}

void crew_coverage(const struct crew *crew, struct coverage *coverage)
{
	watch_fragments_coverage(crew->fragments, coverage);
}

/* Puts a window's packets in front of their owners. The lock is taken on entry and at
 * the end, not in between. */
static void take_apart(struct member *member, struct window *window)
{
	struct crew *crew = member->crew;

	window->state = WINDOW_TAKEN_APART;
	window->left = crew->count;
	crew->filled++;
	lock_wake(crew->lock); /* the next window may be read meanwhile */
	lock_release(crew->lock);
	watch_prepare(member->watch, crew->fragments, window->frames->frames,
		window->frames->count, window->share);
	lock_take(crew->lock);
	window->state = WINDOW_READY;
	lock_wake(crew->lock);
}

/* Reads the next window and takes it apart. Where a pipe is silent, what is known so
 * far is not to wait for its next packet. */
static enum err read_on(struct member *member, struct fault *why)
{
	struct crew *crew = member->crew;
	struct window *window = window_at(crew, crew->filled);
	enum err taken = ERR_OK;
	enum err end;

	crew->reading = true;
	lock_release(crew->lock);
	end = source_next_window(crew->source, WAIT_MS, window->frames, crew->source_why);
	if (end == ERR_AGAIN && window->frames->count == 0)
		taken = crew->hook.taken(crew->hook.context, member->number, why);
	lock_take(crew->lock);
	crew->reading = false;
	if (end != ERR_AGAIN)
		crew->end = end;
	if (window->frames->count > 0)
		take_apart(member, window);
	lock_wake(crew->lock);
	return taken;
}

static enum err take_window(
	struct member *member, struct window *window, struct fault *why)
{
	struct crew *crew = member->crew;
	enum err err;

	lock_release(crew->lock);
	err = watch_take_share(member->watch, window->share, member->number, why);
	if (err == ERR_OK)
		err = crew->hook.taken(crew->hook.context, member->number, why);
	lock_take(crew->lock);
	member->next++;
	if (--window->left == 0)
		window->state = WINDOW_FREE;
	lock_wake(crew->lock);
	return err;
}

/* One thing that there is to do, or a wait for one. False: nothing will come. */
static bool one_thing(struct member *member, enum err *ret, struct fault *why)
{
	struct crew *crew = member->crew;
	struct window *mine = window_at(crew, member->next);
	bool more = crew->end == ERR_OK && !signals_stop_wanted();

	if (crew->failed)
		return false;
	if (member->next < crew->filled && mine->state == WINDOW_READY)
		*ret = take_window(member, mine, why);
	else if (more && !crew->reading &&
		 window_at(crew, crew->filled)->state == WINDOW_FREE)
		*ret = read_on(member, why);
	else if (!more && !crew->reading && member->next == crew->filled)
		return false;
	else
		lock_wait(crew->lock);
	return *ret == ERR_OK;
}

static enum err work(void *context, struct fault *why)
{
	struct member *member = context;
	struct crew *crew = member->crew;
	enum err err = ERR_OK;

	lock_take(crew->lock);
	while (one_thing(member, &err, why))
		continue;
	crew->failed |= err != ERR_OK;
	lock_wake(crew->lock);
	lock_release(crew->lock);
	return err;
}

enum err crew_run(
	struct crew *crew, enum err *ret_end, struct fault *source_why, struct fault *why)
{
	void *contexts[WORKERS_MAX];
	enum err err;

	crew->source_why = source_why;
	if (window_at(crew, 0)->frames->count > 0) {
		lock_take(crew->lock);
		take_apart(&crew->members[0], window_at(crew, 0));
		lock_release(crew->lock);
	}
	for (unsigned i = 0; i < crew->count; i++)
		contexts[i] = &crew->members[i];
	err = workers_run(work, contexts, crew->count, why);
	*ret_end = crew->end;
	return err;
}
