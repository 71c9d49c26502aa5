#include "cli/auditing.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/binary.h"
#include "base/encoding.h"
#include "cli/audit_sources.h"
#include "cli/beside.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/workers.h"

/* Enough for nearly every file in one read, and for the caches of one core. */
#define WINDOW ((size_t)256 << 10)

/* Of a larger file: its mark, and its first line if that says what reads it. */
#define START ((size_t)256)

/* Of one worker: what its findings stand in. */
#define KEPT_MAX ((size_t)1 << 30)

/* Of one file: its tokens. */
#define LOOK_MAX ((size_t)512 << 20)

/* How far all are; each worker adds to it after some files, and one of them tells. */
struct progress {
	atomic_uint_fast64_t files;
	atomic_uint_fast64_t bytes;
	atomic_uint_fast64_t findings;
	uint64_t began;
};

/* Files between two looks at the clock. */
#define PROGRESS_EVERY 64

struct auditor {
	struct progress *progress;
	struct audited told; /* what of the tally is in progress already */
	struct looker looker;
	struct needles_scratch *scratch;
	struct tree_walker *walker;
	uint8_t *window;                    /* WINDOW, the first of every file */
	uint8_t *inner[AUDIT_ARCHIVES_MAX]; /* a file of an archive, at each depth */
	size_t depth;                       /* of archives around the file at hand */
	struct archive_effort effort;       /* of the outermost of them */
	uint8_t *whole;    /* a larger file that has needles; NULL before the first */
	struct arena file; /* of the file at hand */
	struct arena kept;
	struct beside beside;
	struct setting *settings; /* heap */
	size_t count;
	size_t room;
	struct audited tally;
};

/* What outlives a run. */
struct gathered {
	struct arena *arenas;
	size_t count;
};

static void note(
	struct auditor *auditor, enum noted_kind kind, bool is_so, const char *name)
{
	if (is_so)
		noted_add(&auditor->tally.noted, kind, name, &auditor->kept);
}

static void unreadable(struct auditor *auditor, const struct tree_file *file)
{
	auditor->tally.skipped[TREE_UNREADABLE]++;
	note(auditor, NOTED_UNREADABLE, true, file->path);
}

static bool make_room(struct auditor *auditor, size_t more)
{
	size_t room = auditor->room;
	struct setting *settings;

	if (auditor->count + more > AUDIT_FINDINGS_MAX)
		return false;
	while (room < auditor->count + more)
		room = room == 0 ? 64 : 2 * room;
	if (room == auditor->room)
		return true;
	settings = realloc(auditor->settings, room * sizeof *settings);
	if (settings == NULL)
		return false;
	auditor->settings = settings;
	auditor->room = room;
	return true;
}

/* What stands in the file's bytes and arena is copied; what is a rule's stays. */
static bool keep(struct auditor *auditor, const struct setting *found, struct bytes path)
{
	struct setting *setting;

	if (!make_room(auditor, 1))
		return false;
	setting = &auditor->settings[auditor->count];
	*setting = *found;
	setting->path = path;
	setting->snippet = arena_copy(&auditor->kept, found->snippet);
	for (size_t i = 1; i < setting->why_count; i++)
		setting->why[i] =
			arena_string(&auditor->kept, bytes_of_string(found->why[i]));
	setting->suppressed_why = arena_copy(&auditor->kept, found->suppressed_why);
	for (size_t i = 0; i < setting->fix.edit_count; i++)
		setting->fix.edits[i].with =
			arena_copy(&auditor->kept, found->fix.edits[i].with);
	/* What lies in an archive is mended where it is made. */
	if (auditor->depth > 0) {
		setting->fix.edit_count = 0;
		setting->fix.safe = false;
	}
	auditor->count++;
	return !arena_refused(&auditor->kept);
}

static enum err look(struct auditor *auditor, const char *name, struct bytes text)
{
	struct bytes path = audit_path(name);
	const struct images *images = NULL;
	struct looked looked;
	struct sought sought;
	enum err err;

	arena_reset(&auditor->file);
	err = look_seek(&auditor->looker, path, text, &auditor->file, &sought);
	auditor->tally.binaries += sought.is_binary;
	note(auditor, NOTED_BINARY, sought.is_binary, name);
	if (err != ERR_OK || !sought.any)
		return err;
	/* What lies in an archive has no folder. */
	if (auditor->depth == 0 &&
		look_asks_beside(auditor->looker.rules, &sought.may, path))
		images = beside_images(&auditor->beside, name);
	err = look_into_sought(
		&auditor->looker, path, &sought, images, &auditor->file, &looked);
	if (err == ERR_MEMORY) /* of a file that was made to take it: the rest goes on */
		looked = (struct looked){ .cut = true };
	else if (err != ERR_OK)
		return err;
	auditor->tally.looked_into++;
	auditor->tally.cut += looked.cut;
	note(auditor, NOTED_CUT, looked.cut, name);
	auditor->tally.left_out += looked.left_out;
	if (looked.count > 0)
		path = arena_copy(&auditor->kept, path);
	for (size_t i = 0; i < looked.count; i++)
		if (!keep(auditor, &looked.settings[i], path))
			auditor->tally.left_out++;
	return ERR_OK;
}

/* Reads on in windows that overlap by a needle, until the file is to be looked into or
 * ends. ret_size is exact only at the end. */
static bool large_may_find(
	struct auditor *auditor, const struct tree_file *file, uint64_t *ret_size)
{
	const struct looker *looker = &auditor->looker;
	struct bytes start = bytes_over(auditor->window, START);
	size_t step = WINDOW - needles_longest(looker->needles);
	struct encoding encoding = encoding_of(start);
	struct kind_set kinds_there = look_kinds(
		bytes_of_string(file->path), bytes_after(start, encoding.mark));
	uint64_t offset = 0;
	size_t len = WINDOW;

	/* It is decoded first, or may hold UTF-16. */
	if (encoding.kind != ENCODING_BYTES ||
		binary_kind(bytes_over(auditor->window, WINDOW)) != NULL)
		return true;
	for (;;) {
		if (needles_any(looker->needles, looker->scratch, &kinds_there,
			    bytes_over(auditor->window, len)))
			return true;
		if (len < WINDOW)
			return false;
		offset += step;
		if (!tree_read(file, offset, auditor->window, WINDOW, &len)) {
			unreadable(auditor, file);
			return false;
		}
		*ret_size = offset + len;
	}
}

/* How much of a file that begins so is looked into. */
static size_t ceiling_of(struct bytes file)
{
	return binary_kind(file) != NULL ? AUDIT_BINARY_MAX : AUDIT_FILE_MAX;
}

/* True if what was read to the ceiling is not all. */
static bool goes_on(const struct tree_file *file, size_t len, size_t ceiling)
{
	uint8_t next;
	size_t got;

	return len == ceiling && tree_read(file, len, &next, 1, &got) && got > 0;
}

static enum err look_at_large(
	struct auditor *auditor, const struct tree_file *file, uint64_t *ret_size)
{
	size_t ceiling = ceiling_of(bytes_over(auditor->window, WINDOW));
	size_t len = 0, got = 1;
	uint64_t before;
	bool is_cut = false; /* also by a read that failed */
	enum err err;

	if (!large_may_find(auditor, file, ret_size))
		return ERR_OK;
	if (auditor->whole == NULL)
		auditor->whole = malloc(AUDIT_BINARY_MAX);
	if (auditor->whole == NULL)
		return ERR_MEMORY;
	while (got > 0 && len < ceiling && !is_cut) {
		is_cut = !tree_read(file, len, auditor->whole + len, ceiling - len, &got);
		len += is_cut ? 0 : got;
	}
	if (*ret_size < len)
		*ret_size = len;
	before = auditor->tally.cut;
	err = look(auditor, file->path, bytes_over(auditor->whole, len));
	is_cut = auditor->tally.cut == before && (is_cut || goes_on(file, len, ceiling));
	auditor->tally.cut += is_cut;
	note(auditor, NOTED_CUT, is_cut, file->path);
	return err;
}

/* The archive around a file, and its name. */
struct inside {
	struct auditor *auditor;
	const char *name;
};

static enum err look_at_archive(
	struct auditor *auditor, const char *name, const struct archive_source *source);

static enum err take_inner(
	void *context, const char *name, struct bytes file, bool is_cut)
{
	struct inside *inside = context;
	struct auditor *auditor = inside->auditor;
	struct text CLEANUP(text_done) path;

	auditor->tally.files++;
	auditor->tally.bytes += file.len;
	text_init(&path, 2 * TREE_PATH_MAX);
	text_format(&path, "%s!%s", inside->name, name);
	if (text_end(&path) != ERR_OK) { /* such a name is no file's */
		auditor->tally.skipped[TREE_TOO_LONG]++;
		note(auditor, NOTED_TOO_LONG, true, inside->name);
		return ERR_OK;
	}
	if (!is_cut && archive_is_named(bytes_of_string(name))) {
		if (auditor->depth < AUDIT_ARCHIVES_MAX)
			return look_at_archive(auditor, text_string(&path),
				&(const struct archive_source){
					-1, file, &auditor->effort });
		auditor->tally.bombs++; /* too deep */
		note(auditor, NOTED_BOMB, true, text_string(&path));
		return ERR_OK;
	}
	is_cut = is_cut || file.len > ceiling_of(file);
	auditor->tally.cut += is_cut;
	note(auditor, NOTED_CUT, is_cut, text_string(&path));
	return look(auditor, text_string(&path), bytes_first(file, ceiling_of(file)));
}

static enum err look_at_archive(
	struct auditor *auditor, const char *name, const struct archive_source *source)
{
	struct inside inside = { auditor, name };
	uint8_t **memory = &auditor->inner[auditor->depth];
	enum archive_end end;
	enum err err;

	if (*memory == NULL)
		*memory = malloc(AUDIT_BINARY_MAX);
	if (*memory == NULL)
		return ERR_MEMORY;
	auditor->depth++;
	err = archive_walk(source, *memory, AUDIT_BINARY_MAX, take_inner, &inside, &end);
	auditor->depth--;
	auditor->tally.archives++;
	if (err == ERR_OK)
		audited_add_end(&auditor->tally, end, name, &auditor->kept);
	return err;
}

static enum err audit_file(struct auditor *auditor, const struct tree_file *file)
{
	uint64_t size;
	size_t len;
	enum err err;

	if (archive_is_named(bytes_of_string(file->path))) {
		auditor->tally.files++;
		auditor->effort = (struct archive_effort){ 0 };
		return look_at_archive(auditor, file->path,
			&(const struct archive_source){
				file->descriptor, { 0 }, &auditor->effort });
	}
	if (!tree_read(file, 0, auditor->window, WINDOW, &len)) {
		unreadable(auditor, file);
		return ERR_OK;
	}
	size = len;
	err = len == WINDOW ? look_at_large(auditor, file, &size)
			    : look(auditor, file->path, bytes_over(auditor->window, len));
	auditor->tally.files++;
	auditor->tally.bytes += size;
	return err;
}

static void add(atomic_uint_fast64_t *to, uint64_t *told, uint64_t now)
{
	atomic_fetch_add_explicit(to, now - *told, memory_order_relaxed);
	*told = now;
}

static void tell_progress(struct auditor *auditor)
{
	struct progress *progress = auditor->progress;
	uint64_t findings = auditor->told.looked_into;
	double seconds;
	char line[160];

	add(&progress->files, &auditor->told.files, auditor->tally.files);
	add(&progress->bytes, &auditor->told.bytes, auditor->tally.bytes);
	add(&progress->findings, &findings, auditor->count);
	auditor->told.looked_into = findings;
	if (!log_progress_due())
		return;
	seconds = (double)(clock_monotonic() - progress->began) / (double)TIME_SECOND;
	(void)snprintf(line, sizeof line,
		"%llu files, %.1f GB, %.0f files/s, %.2f GB/s; %llu settings",
		(unsigned long long)progress->files, (double)progress->bytes / 1e9,
		(double)progress->files / seconds,
		(double)progress->bytes / 1e9 / seconds,
		(unsigned long long)progress->findings);
	log_progress(line);
}

static enum err audit_files(void *context, struct fault *why)
{
	struct auditor *auditor = context;
	struct tree_file file;
	enum err err = ERR_OK;

	while (err == ERR_OK && tree_next(auditor->walker, &file)) {
		err = audit_file(auditor, &file);
		if (auditor->tally.files % PROGRESS_EVERY == 0)
			tell_progress(auditor);
	}
	if (err == ERR_OK)
		return ERR_OK;
	tree_stop(auditor->walker);
	return fault_set(why, err, "memory ran out");
}

static enum err auditor_init(struct auditor *auditor, const struct rules *rules,
	const struct needles *needles, struct tree *tree, struct fault *why)
{
	enum err err = needles_scratch_new(needles, &auditor->scratch, why);

	auditor->looker = (struct looker){ rules, needles, auditor->scratch };
	arena_init(&auditor->file, LOOK_MAX);
	arena_init(&auditor->kept, KEPT_MAX);
	beside_init(&auditor->beside);
	if (err != ERR_OK)
		return err;
	auditor->window = malloc(WINDOW);
	if (auditor->window == NULL || tree_walker_new(tree, &auditor->walker) != ERR_OK)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	return ERR_OK;
}

static void auditor_done(struct auditor *auditor)
{
	needles_scratch_free(auditor->scratch);
	tree_walker_free(auditor->walker);
	free(auditor->window);
	free(auditor->whole);
	for (size_t i = 0; i < AUDIT_ARCHIVES_MAX; i++)
		free(auditor->inner[i]);
	free(auditor->settings);
	arena_done(&auditor->file);
	beside_done(&auditor->beside);
}

static enum err gather(struct auditor *auditors, size_t count, const struct tree *tree,
	struct audited *ret, struct fault *why)
{
	struct gathered *own = calloc(1, sizeof *own);
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += auditors[i].count;
	*ret = (struct audited){ .own = own };
	ret->settings = calloc(total + 1, sizeof *ret->settings);
	if (own != NULL)
		own->arenas = calloc(count, sizeof *own->arenas);
	if (own == NULL || own->arenas == NULL || ret->settings == NULL) {
		for (size_t i = 0; i < count; i++)
			arena_done(&auditors[i].kept);
		return fault_set(why, ERR_MEMORY, "memory ran out");
	}
	own->count = count;
	for (size_t i = 0; i < count; i++) {
		own->arenas[i] = auditors[i].kept;
		audited_add(ret, &auditors[i].tally);
		if (auditors[i].count > 0)
			memcpy(ret->settings + ret->count, auditors[i].settings,
				auditors[i].count * sizeof *ret->settings);
		ret->count += auditors[i].count;
	}
	audited_add_walk(ret, tree, &own->arenas[0]);
	if (ret->count > 0)
		qsort(ret->settings, ret->count, sizeof *ret->settings, setting_order);
	return ERR_OK;
}

static enum err run_all(const struct rules *rules, const struct needles *needles,
	struct tree *tree, size_t workers, struct audited *ret, struct fault *why)
{
	struct auditor *auditors = calloc(workers, sizeof *auditors);
	struct progress progress = { .began = clock_monotonic() };
	void *contexts[AUDITORS_MAX] = { NULL };
	enum err err = ERR_OK;

	if (auditors == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (size_t i = 0; i < workers && err == ERR_OK; i++) {
		contexts[i] = &auditors[i];
		auditors[i].progress = &progress;
		err = auditor_init(&auditors[i], rules, needles, tree, why);
	}
	if (err == ERR_OK)
		err = workers_run(audit_files, contexts, workers, why);
	log_progress_end();
	if (err == ERR_OK)
		err = gather(auditors, workers, tree, ret, why);
	else
		for (size_t i = 0; i < workers; i++)
			arena_done(&auditors[i].kept);
	for (size_t i = 0; i < workers; i++)
		auditor_done(&auditors[i]);
	free(auditors);
	return err;
}

enum err auditing_run(
	const struct audit_request *request, struct audited *ret, struct fault *why)
{
	struct needles *needles = NULL;
	struct tree *tree = NULL;
	struct tree_ignore ignore = audit_ignore;
	enum err err;

	ignore.named_too = request->ignores_named;
	err = tree_new(request->paths, request->path_count,
		request->ignores ? &ignore : NULL, &tree, why);

	*ret = (struct audited){ 0 };
	if (err == ERR_OK && request->kept != NULL)
		tree_keep_to(tree, request->kept->paths, request->kept->count);
	if (err == ERR_OK)
		err = needles_new(request->rules, &needles, why);
	if (err == ERR_OK)
		err = run_all(request->rules, needles, tree,
			request->workers < AUDITORS_MAX ? request->workers : AUDITORS_MAX,
			ret, why);
	needles_free(needles);
	tree_free(tree);
	return err;
}

void audited_done(struct audited *audited)
{
	struct gathered *own = audited->own;

	for (size_t i = 0; own != NULL && i < own->count; i++)
		arena_done(&own->arenas[i]);
	if (own != NULL)
		free(own->arenas);
	free(own);
	free(audited->settings);
}
