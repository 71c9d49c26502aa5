#include "audit/needles.h"

#include <hs/hs.h>
#include <stdlib.h>

#include "audit/binary.h"

/* All literals, each of which is named a few times by its text and numbers. */
#define LITERALS_BYTES_MAX ((size_t)16 << 20)

struct needles {
	hs_database_t *database;
	struct literals literals;
	struct arena arena;
	size_t longest;
};

struct needles_scratch {
	hs_scratch_t *own;
};

/* Stems as Vectorscan wants them; its number is its place. */
struct patterns {
	const char **texts;
	size_t *lens;
	unsigned *flags;
	unsigned *ids;
};

static bool patterns_of(
	const struct literals *literals, struct arena *arena, struct patterns *ret)
{
	size_t count = literals->stem_count;

	ret->texts = arena_take(arena, count * sizeof *ret->texts);
	ret->lens = arena_take(arena, count * sizeof *ret->lens);
	ret->flags = arena_take(arena, count * sizeof *ret->flags);
	ret->ids = arena_take(arena, count * sizeof *ret->ids);
	for (size_t i = 0; !arena_refused(arena) && i < count; i++) {
		struct bytes stem = literals->stems[i].text;

		ret->texts[i] = arena_string(arena, stem);
		ret->lens[i] = stem.len;
		ret->flags[i] = HS_FLAG_CASELESS;
		ret->ids[i] = (unsigned)i;
	}
	return !arena_refused(arena);
}

static enum err compile(struct needles *needles, struct fault *why)
{
	hs_compile_error_t *error = NULL;
	struct patterns patterns;

	if (!patterns_of(&needles->literals, &needles->arena, &patterns))
		return fault_set(why, ERR_MEMORY, "memory ran out");
	if (hs_compile_lit_multi(patterns.texts, patterns.flags, patterns.ids,
		    patterns.lens, (unsigned)needles->literals.stem_count, HS_MODE_BLOCK,
		    NULL, &needles->database, &error) == HS_SUCCESS)
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
		err = compile(needles, why);
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
	(void)hs_free_database(needles->database);
	arena_done(&needles->arena);
	free(needles);
}

enum err needles_scratch_new(
	const struct needles *needles, struct needles_scratch **ret, struct fault *why)
{
	struct needles_scratch *scratch = calloc(1, sizeof *scratch);

	if (scratch != NULL &&
		hs_alloc_scratch(needles->database, &scratch->own) == HS_SUCCESS) {
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
	(void)hs_free_scratch(scratch->own);
	free(scratch);
}

struct context {
	const struct literals *literals;
	struct bytes piece;
	struct literal_set *found;
	bool any;
};

/* Zero: it goes on. */
static int on_stem(unsigned stem, unsigned long long from, unsigned long long to,
	unsigned flags, void *given)
{
	struct context *context = given;

	(void)from;
	(void)flags;
	if (literals_around(
		    context->literals, stem, context->piece, (size_t)to, context->found))
		context->any = true;
	return 0;
}

void needles_seek(const struct needles *needles, struct needles_scratch *scratch,
	struct seeking *seeking, struct bytes piece)
{
	struct context context = { &needles->literals, piece, &seeking->found, false };

	(void)hs_scan(needles->database, (const char *)piece.at, (unsigned)piece.len, 0,
		scratch->own, on_stem, &context);
	seeking->any = seeking->any || context.any;
}

/* A binary's first bytes tell; nothing in prose decides anything. */
static struct kind_set kinds_there(struct bytes path, struct bytes start)
{
	const char *binary = binary_kind(start);
	struct kind_set set = { 0 };

	if (binary == NULL)
		return kind_is_prose(path) ? set : kinds_of_file(path, start);
	kind_set_add(&set, kind_find(bytes_of_string(binary)));
	return set;
}

bool needles_found(const struct needles *needles, const struct seeking *seeking,
	struct bytes path, struct bytes start, struct rule_set *ret)
{
	*ret = (struct rule_set){ 0 };
	return seeking->any && literals_rules(&needles->literals,
				       kinds_there(path, start), &seeking->found, ret);
}

size_t needles_longest(const struct needles *needles)
{
	return needles->longest;
}
