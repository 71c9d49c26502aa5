#include "audit/needles.h"

#include <hs/hs.h>
#include <stdlib.h>

/* All literals, each of which is named a few times by its text and numbers, and the stems
 * of each kind. */
#define LITERALS_BYTES_MAX ((size_t)16 << 20)

/* Vectorscan has a fast way to seek up to eight literals, and one for more than sixteen;
 * for those between it takes one of half their speed. Then it is given more, which stand
 * in no text: bytes that are no UTF-8. */
#define FEW_MAX  8
#define MANY_MIN 17

static const char nowhere[] = "\xfe\xff";

/* Stems, and how they are sought. */
struct sieve {
	hs_database_t *database;
	struct stems stems;
	bool refused; /* memory ran out when it was made */
};

struct needles {
	struct literals literals;
	struct arena arena;
	struct sieve all;
	size_t longest;
};

struct needles_scratch {
	hs_scratch_t *own;
	struct arena arena;
	struct sieve of_kinds[KINDS_MAX];
};

/* Stems as Vectorscan wants them; its number is its place. */
struct patterns {
	const char **texts;
	size_t *lens;
	unsigned *flags;
	unsigned *ids;
	size_t count;
};

static size_t padded(size_t count)
{
	return count > FEW_MAX && count < MANY_MIN ? MANY_MIN : count;
}

/* The stem, or, past them, one that stands nowhere. */
static const char *pattern_at(
	const struct stems *stems, size_t index, struct arena *arena, size_t *ret_len)
{
	char *text;

	if (index < stems->count) {
		*ret_len = stems->all[index].text.len;
		return arena_string(arena, stems->all[index].text);
	}
	*ret_len = sizeof nowhere;
	text = arena_take(arena, sizeof nowhere);
	if (text != NULL) {
		memcpy(text, nowhere, sizeof nowhere - 1);
		text[sizeof nowhere - 1] = (char)(0x80 + index);
	}
	return text;
}

static bool patterns_of(
	const struct stems *stems, struct arena *arena, struct patterns *ret)
{
	ret->count = padded(stems->count);
	ret->texts = arena_take(arena, ret->count * sizeof *ret->texts);
	ret->lens = arena_take(arena, ret->count * sizeof *ret->lens);
	ret->flags = arena_take(arena, ret->count * sizeof *ret->flags);
	ret->ids = arena_take(arena, ret->count * sizeof *ret->ids);
	for (size_t i = 0; !arena_refused(arena) && i < ret->count; i++) {
		ret->texts[i] = pattern_at(stems, i, arena, &ret->lens[i]);
		ret->flags[i] = HS_FLAG_CASELESS;
		ret->ids[i] = (unsigned)i;
	}
	return !arena_refused(arena);
}

/* Of some literals; NULL: of all. */
static enum err sieve_of(const struct literals *literals, const struct literal_set *of,
	struct arena *arena, struct sieve *ret, struct fault *why)
{
	hs_compile_error_t *error = NULL;
	struct patterns patterns;

	*ret = (struct sieve){ 0 };
	if (!literals_stems(literals, of, arena, &ret->stems))
		return arena_refused(arena)
			       ? fault_set(why, ERR_MEMORY, "memory ran out")
			       : fault_set(why, ERR_LIMIT, "there are too many needles");
	if (!patterns_of(&ret->stems, arena, &patterns))
		return fault_set(why, ERR_MEMORY, "memory ran out");
	if (ret->stems.count == 0 ||
		hs_compile_lit_multi(patterns.texts, patterns.flags, patterns.ids,
			patterns.lens, (unsigned)patterns.count, HS_MODE_BLOCK, NULL,
			&ret->database, &error) == HS_SUCCESS)
		return ERR_OK;
	(void)fault_set(why, ERR_LIMIT, "the rules' needles cannot be compiled: %s",
		error != NULL ? error->message : "no reason is given");
	hs_free_compile_error(error);
	return ERR_LIMIT;
}

enum err needles_new(const struct rules *rules, struct needles **ret, struct fault *why)
{
	struct needles *needles = calloc(1, sizeof *needles);
	enum err err;

	if (needles == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	arena_init(&needles->arena, LITERALS_BYTES_MAX);
	err = literals_of(rules, &needles->arena, &needles->literals, why);
	if (err == ERR_OK)
		err = sieve_of(
			&needles->literals, NULL, &needles->arena, &needles->all, why);
	for (size_t i = 0; err == ERR_OK && i < needles->literals.count; i++)
		if (needles->literals.all[i].len > needles->longest)
			needles->longest = needles->literals.all[i].len;
	if (err == ERR_OK)
		*ret = needles;
	else
		needles_free(needles);
	return err;
}

void needles_free(struct needles *needles)
{
	if (needles == NULL)
		return;
	(void)hs_free_database(needles->all.database);
	arena_done(&needles->arena);
	free(needles);
}

enum err needles_scratch_new(
	const struct needles *needles, struct needles_scratch **ret, struct fault *why)
{
	struct needles_scratch *scratch = calloc(1, sizeof *scratch);

	if (scratch != NULL &&
		(needles->all.database == NULL || hs_alloc_scratch(needles->all.database,
							  &scratch->own) == HS_SUCCESS)) {
		arena_init(&scratch->arena, LITERALS_BYTES_MAX);
		*ret = scratch;
		return ERR_OK;
	}
	needles_scratch_free(scratch);
	return fault_set(why, ERR_MEMORY, "memory ran out");
}

void needles_scratch_free(struct needles_scratch *scratch)
{
	if (scratch == NULL)
		return;
	for (size_t i = 0; i < KINDS_MAX; i++)
		(void)hs_free_database(scratch->of_kinds[i].database);
	(void)hs_free_scratch(scratch->own);
	arena_done(&scratch->arena);
	free(scratch);
}

struct context {
	const struct literals *literals;
	const struct stems *stems;
	struct bytes piece;
	struct literal_set *found;
	bool any;
	bool one; /* is enough */
};

/* Zero: it goes on. */
static int on_stem(unsigned stem, unsigned long long from, unsigned long long to,
	unsigned flags, void *given)
{
	struct context *context = given;

	(void)from;
	(void)flags;
	if (stem >= context->stems->count)
		return 0;
	if (literals_around(context->literals, &context->stems->all[stem], context->piece,
		    (size_t)to, context->found))
		context->any = true;
	return context->any && context->one;
}

static void scan(const struct sieve *sieve, struct needles_scratch *scratch,
	struct context *context)
{
	hs_error_t error;

	context->stems = &sieve->stems;
	if (sieve->database == NULL || context->piece.len == 0)
		return;
	error = hs_scan(sieve->database, (const char *)context->piece.at,
		(unsigned)context->piece.len, 0, scratch->own, on_stem, context);
	/* What could not be sought may stand there. Ended early is not an error. */
	if (error != HS_SUCCESS && error != HS_SCAN_TERMINATED) {
		memset(context->found, 0xff, sizeof *context->found);
		context->any = true;
	}
}

/* NULL if there is no memory for it. */
static const struct sieve *sieve_of_kind(
	const struct needles *needles, struct needles_scratch *scratch, size_t kind)
{
	struct sieve *sieve = &scratch->of_kinds[kind];
	struct fault why;

	if (sieve->stems.all == NULL && !sieve->refused)
		sieve->refused =
			sieve_of(&needles->literals, &needles->literals.of_kinds[kind],
				&scratch->arena, sieve, &why) != ERR_OK ||
			(sieve->database != NULL && hs_alloc_scratch(sieve->database,
							    &scratch->own) != HS_SUCCESS);
	return sieve->refused ? NULL : sieve;
}

bool needles_any(const struct needles *needles, struct needles_scratch *scratch,
	const struct kind_set *kinds_there, struct bytes piece)
{
	struct literal_set found;

	for (size_t kind = 0; kind < kind_count; kind++) {
		struct context context = { &needles->literals, NULL, piece, &found, false,
			true };
		const struct sieve *sieve;

		if (!kind_set_has(kinds_there, kind))
			continue;
		found = (struct literal_set){ 0 };
		sieve = sieve_of_kind(needles, scratch, kind);
		if (sieve != NULL)
			scan(sieve, scratch, &context);
		if (sieve == NULL || context.any)
			return true;
	}
	return false;
}

void needles_seek(const struct needles *needles, struct needles_scratch *scratch,
	struct seeking *seeking, struct bytes piece)
{
	struct context context = { &needles->literals, NULL, piece, &seeking->found,
		false, false };

	scan(&needles->all, scratch, &context);
	seeking->any = seeking->any || context.any;
}

bool needles_found(const struct needles *needles, const struct seeking *seeking,
	const struct kind_set *kinds_there, struct rule_set *ret)
{
	*ret = (struct rule_set){ 0 };
	return seeking->any &&
	       literals_rules(&needles->literals, *kinds_there, &seeking->found, ret);
}

size_t needles_longest(const struct needles *needles)
{
	return needles->longest;
}
