#include "cli/crew.h"

#include <stdlib.h>

#include "sys/lock.h"
#include "sys/signals.h"
#include "sys/workers.h"
#include "watch/share.h"

/* Windows a worker: one that it takes, one that it prepares, and some between, so that
 * a worker who was held up for a while does not stop the others. */
#define WINDOWS_A_WORKER 4

_Static_assert(WORKERS_MAX <= WATCH_OWNERS_MAX, "each worker owns packets");

/* How long a pipe is waited for before signals are looked at. */
#define WAIT_MS 100

enum window_state {
	WINDOW_FREE,
	WINDOW_READING, /* somebody reads it */
	WINDOW_READ,
	WINDOW_PREPARING, /* somebody decodes it and takes it apart */
	WINDOW_READY,
};

/* Each belongs to the member who fills it, whose core has its memory in the cache. */
struct window {
	enum window_state state;
	const struct member *reader;
	unsigned left; /* owners that have not taken their packets */
	struct source_window *frames;
	struct watch_share *share;
};

struct member {
	struct crew *crew;
	struct watch *watch;
	unsigned number;
	uint64_t next;   /* the window whose packets it takes next */
	unsigned silent; /* what the crew's was when it last looked for silences */
};

struct crew {
	struct lock *lock; /* over all that follows but the insides of windows */
	struct crew_hook hook;
	struct watch_fragments *fragments;
	struct member *members;
	unsigned count;
	struct window *windows;
	unsigned window_count;
	struct window *
		*line;    /* window n of the file, at n modulo window_count; or NULL */
	uint64_t claimed; /* windows of the file read so far, or being read */
	uint64_t decoded; /* of these: decoded */
	unsigned reading; /* members who read */
	unsigned silent;  /* waits since a pipe last had something */
	bool decoding;
	bool read_out; /* the source has no more to read */
	bool failed;
	struct source *source;
	enum err end; /* of the source; ERR_OK: not reached */
	struct fault *source_why;
};

static bool windows_init(struct crew *crew)
{
	crew->windows = calloc(crew->window_count, sizeof *crew->windows);
	crew->line = calloc(crew->window_count, sizeof(struct window *));
	if (crew->windows == NULL || crew->line == NULL)
		return false;
	for (unsigned i = 0; i < crew->window_count; i++) {
		crew->windows[i].reader = &crew->members[i % crew->count];
		crew->windows[i].frames = source_window_new();
		crew->windows[i].share = watch_share_new(SOURCE_WINDOW_MAX, crew->count);
		if (crew->windows[i].frames == NULL || crew->windows[i].share == NULL)
			return false;
	}
	return true;
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
		crew->members[i] =
			(struct member){ .crew = crew, .watch = watches[i], .number = i };
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
	free(crew->line);
	free(crew->members);
	watch_fragments_free(crew->fragments);
	lock_free(crew->lock);
	free(crew);
}

/* NULL: nobody has begun with it, or all are done. */
static struct window *window_at(const struct crew *crew, uint64_t number)
{
	return crew->line[number % crew->window_count];
}

/* A free window of the member's; NULL: all are full. */
static struct window *own_window(const struct member *member)
{
	struct crew *crew = member->crew;

	for (unsigned i = member->number; i < crew->window_count; i += crew->count)
		if (crew->windows[i].state == WINDOW_FREE)
			return &crew->windows[i];
	return NULL;
}

/* Reads to the first window that has a frame, and answers how many were read: of a pipe,
 * the first piece is no more than told that it is a capture. */
static uint64_t read_first(struct crew *crew, struct source_window *frames)
{
	uint64_t number = 0;

	do {
		if (source_read_window(crew->source, number, WAIT_MS, frames) ==
			ERR_AGAIN)
			break;
		crew->end = source_decode_window(crew->source, frames, crew->source_why);
		number++;
	} while (crew->end == ERR_OK && frames->count == 0 && !signals_stop_wanted());
	return number;
}

const struct frame *crew_begin(struct crew *crew, struct source *source,
	enum err *ret_end, struct fault *source_why)
{
	struct window *window = &crew->windows[0];

	crew->source = source;
	crew->source_why = source_why;
	crew->end = ERR_OK;
	crew->failed = false;
	crew->silent = 0;
	for (unsigned i = 0; i < crew->window_count; i++) {
		crew->windows[i].state = WINDOW_FREE;
		crew->line[i] = NULL;
	}
	crew->claimed = read_first(crew, window->frames);
	crew->decoded = crew->claimed;
	crew->read_out = crew->end != ERR_OK;
	for (unsigned i = 0; i < crew->count; i++) {
		crew->members[i].next = crew->claimed - 1;
		crew->members[i].silent = 0;
	}
	crew->line[(crew->claimed - 1) % crew->window_count] = window;
	*ret_end = crew->end;
	return window->frames->count > 0 ? &window->frames->frames[0] : NULL;
}

void crew_finish(struct crew *crew)
{
	if (crew != NULL)
		watch_fragments_finish(crew->fragments);
}

void crew_coverage(const struct crew *crew, struct coverage *coverage)
{
	watch_fragments_coverage(crew->fragments, coverage);
}

/* Each of what follows is called with the lock taken, and lets go of it while it works.
 */

/* Puts a window's packets in front of their owners. */
static void take_apart(struct member *member, struct window *window)
{
	struct crew *crew = member->crew;

	window->state = WINDOW_PREPARING;
	window->left = crew->count;
	lock_release(crew->lock);
	watch_prepare(member->watch, crew->fragments, window->frames->frames,
		window->frames->count, window->share);
	lock_take(crew->lock);
	window->state = WINDOW_READY;
	lock_wake(crew->lock);
}

static void decode(struct member *member, struct window *window)
{
	struct crew *crew = member->crew;
	enum err end;

	crew->decoding = true;
	window->state = WINDOW_PREPARING;
	lock_release(crew->lock);
	end = source_decode_window(crew->source, window->frames, crew->source_why);
	lock_take(crew->lock);
	crew->decoding = false;
	crew->decoded++;
	if (end != ERR_OK) {
		crew->end = end;
		crew->read_out = true;
	}
	lock_wake(crew->lock); /* the next may be decoded */
	take_apart(member, window);
}

/* Where a pipe is silent, what is known so far is not to wait for its next packet: each
 * member looks for what was silent too long, and tells. */
static enum err hear_silence(struct member *member, struct fault *why)
{
	struct crew *crew = member->crew;
	time_ns silence = (time_ns)crew->silent * WAIT_MS * (TIME_SECOND / 1000);
	enum err err;

	member->silent = crew->silent;
	lock_release(crew->lock);
	err = watch_tick(member->watch, watch_latest(member->watch) + silence, why);
	if (err == ERR_OK)
		err = crew->hook.taken(crew->hook.context, member->number, why);
	lock_take(crew->lock);
	return err;
}

static void read_on(struct member *member, struct window *window)
{
	struct crew *crew = member->crew;
	uint64_t number = crew->claimed++;
	enum err end;

	crew->line[number % crew->window_count] = window;
	window->state = WINDOW_READING;
	crew->reading++;
	lock_release(crew->lock);
	end = source_read_window(crew->source, number, WAIT_MS, window->frames);
	lock_take(crew->lock);
	crew->reading--;
	crew->silent = end == ERR_AGAIN ? crew->silent + 1 : 0;
	if (end == ERR_AGAIN) { /* of a stream, which one at a time reads */
		window->state = WINDOW_FREE;
		crew->line[number % crew->window_count] = NULL;
		crew->claimed--;
	} else {
		window->state = WINDOW_READ;
		crew->read_out |= end != ERR_OK;
	}
	lock_wake(crew->lock);
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
	if (--window->left == 0) {
		window->state = WINDOW_FREE;
		crew->line[member->next % crew->window_count] = NULL;
		lock_wake(crew->lock);
	}
	member->next++;
	return err;
}

static bool may_read(const struct crew *crew)
{
	return !crew->read_out && !signals_stop_wanted() &&
	       (crew->reading == 0 || source_reads_apart(crew->source)) &&
	       window_at(crew, crew->claimed) == NULL;
}

/* The window that is to be decoded next, if it is the member's and nobody is at it. */
static struct window *to_decode(const struct member *member)
{
	const struct crew *crew = member->crew;
	struct window *window;

	if (crew->decoding || crew->decoded == crew->claimed)
		return NULL;
	window = window_at(crew, crew->decoded);
	return window->state == WINDOW_READ && window->reader == member ? window : NULL;
}

/* One thing that there is to do, or a wait for one. False: nothing will come. What was
 * read is worked on first: it is in the cache. */
static bool one_thing(struct member *member, enum err *ret, struct fault *why)
{
	struct crew *crew = member->crew;
	struct window *mine = window_at(crew, member->next);
	struct window *window;

	if (crew->failed)
		return false;
	if ((window = to_decode(member)) != NULL)
		decode(member, window);
	else if (member->next < crew->decoded && mine->state == WINDOW_READY)
		*ret = take_window(member, mine, why);
	else if (member->silent != crew->silent)
		*ret = hear_silence(member, why);
	else if (may_read(crew) && (window = own_window(member)) != NULL)
		read_on(member, window);
	else if (member->next == crew->claimed &&
		 (crew->read_out || signals_stop_wanted()))
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

enum err crew_run(struct crew *crew, enum err *ret_end, struct fault *why)
{
	void *contexts[WORKERS_MAX];
	enum err err;

	lock_take(crew->lock);
	take_apart(&crew->members[0], window_at(crew, crew->claimed - 1));
	lock_release(crew->lock);
	for (unsigned i = 0; i < crew->count; i++)
		contexts[i] = &crew->members[i];
	err = workers_run(work, contexts, crew->count, why);
	*ret_end = crew->end;
	return err;
}
