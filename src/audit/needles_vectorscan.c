#include "audit/needles.h"

#include <hs/hs.h>
#include <stdlib.h>

/* In nearly all names of rules. What has none of them is a short needle itself. */
static const char *const stems[] = { "ssl", "tls" };

#define NEEDLES_MAX ((size_t)16 * RULES_MAX) /* with their forms in UTF-16 */

/* Literals on their way into a database. */
struct literals {
	const char **texts;
	size_t *lens;
	unsigned *flags;
	unsigned *ids;
	size_t count;
	size_t longest;
	struct arena arena;
};

struct needles {
	hs_database_t *any;
	hs_database_t *which;
	size_t longest;
};

struct needles_scratch {
	hs_scratch_t *own;
};

static bool literals_init(struct literals *all)
{
	*all = (struct literals){ 0 };
	arena_init(&all->arena, (size_t)16 << 20);
	all->texts = arena_take(&all->arena, NEEDLES_MAX * sizeof *all->texts);
	all->lens = arena_take(&all->arena, NEEDLES_MAX * sizeof *all->lens);
	all->flags = arena_take(&all->arena, NEEDLES_MAX * sizeof *all->flags);
	all->ids = arena_take(&all->arena, NEEDLES_MAX * sizeof *all->ids);
	return !arena_refused(&all->arena);
}

static bool add_literal(struct literals *all, struct bytes text, unsigned id)
{
	const char *copy = arena_string(&all->arena, text);

	if (copy == NULL || all->count == NEEDLES_MAX)
		return false;
	all->texts[all->count] = copy;
	all->lens[all->count] = text.len;
	all->flags[all->count] = HS_FLAG_CASELESS;
	all->ids[all->count] = id;
	all->count++;
	if (text.len > all->longest)
		all->longest = text.len;
	return true;
}

/* As it is, and with a zero behind each byte: as it stands in UTF-16 of either order,
 * one byte on in one of them. */
static bool add_forms(struct literals *all, struct bytes text, unsigned id)
{
	uint8_t *wide = arena_take(&all->arena, 2 * text.len);

	if (wide == NULL || text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++)
		wide[2 * i] = text.at[i];
	return add_literal(all, text, id) &&
	       add_literal(all, bytes_over(wide, 2 * text.len - 1), id);
}

static bool has_stem(struct bytes text)
{
	for (size_t i = 0; i < COUNT_OF(stems); i++)
		if (bytes_find_caseless(text, bytes_of_string(stems[i])) < text.len)
			return true;
	return false;
}

/* Each literal once: rules share many. */
static bool stands_already(const struct literals *all, struct bytes text)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->lens[i] == text.len &&
			bytes_find_caseless(
				bytes_over(all->texts[i], all->lens[i]), text) == 0)
			return true;
	return false;
}

static bool gather(
	const struct rules *rules, struct literals *any, struct literals *which)
{
	for (size_t i = 0; i < COUNT_OF(stems); i++)
		if (!add_forms(any, bytes_of_string(stems[i]), 0))
			return false;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = rules->all[i];

		for (size_t j = 0; j < rule->needle_count; j++) {
			struct bytes needle = rule->needles[j];

			if (!add_forms(which, needle, (unsigned)i))
				return false;
			if (!has_stem(needle) && !stands_already(any, needle) &&
				!add_forms(any, needle, 0))
				return false;
		}
	}
	return true;
}

static enum err compile(
	const struct literals *all, hs_database_t **ret, struct fault *why)
{
	hs_compile_error_t *error = NULL;

	if (hs_compile_lit_multi(all->texts, all->flags, all->ids, all->lens,
		    (unsigned)all->count, HS_MODE_BLOCK, NULL, ret, &error) == HS_SUCCESS)
		return ERR_OK;
	(void)fault_set(why, ERR_LIMIT, "the rules' literals cannot be compiled: %s",
		error != NULL ? error->message : "no reason is given");
	hs_free_compile_error(error);
	return ERR_LIMIT;
}

enum err needles_new(const struct rules *rules, struct needles **ret, struct fault *why)
{
	struct needles *needles = calloc(1, sizeof *needles);
	struct literals any, which;
	enum err err = ERR_MEMORY;

	if (literals_init(&any) && literals_init(&which) && needles != NULL &&
		gather(rules, &any, &which)) {
		err = compile(&any, &needles->any, why);
		if (err == ERR_OK)
			err = compile(&which, &needles->which, why);
		needles->longest =
			any.longest > which.longest ? any.longest : which.longest;
	} else {
		(void)fault_set(why, err, "memory ran out");
	}
	arena_done(&any.arena);
	arena_done(&which.arena);
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
	(void)hs_free_database(needles->any);
	(void)hs_free_database(needles->which);
	free(needles);
}

enum err needles_scratch_new(
	const struct needles *needles, struct needles_scratch **ret, struct fault *why)
{
	struct needles_scratch *scratch = calloc(1, sizeof *scratch);

	if (scratch != NULL &&
		hs_alloc_scratch(needles->any, &scratch->own) == HS_SUCCESS &&
		hs_alloc_scratch(needles->which, &scratch->own) == HS_SUCCESS) {
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

/* Ends the scan. */
static int on_any(unsigned id, unsigned long long from, unsigned long long to,
	unsigned flags, void *context)
{
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	*(bool *)context = true;
	return 1;
}

static int on_which(unsigned id, unsigned long long from, unsigned long long to,
	unsigned flags, void *context)
{
	struct rule_set *set = context;

	(void)from;
	(void)to;
	(void)flags;
	set->words[id / 64] |= UINT64_C(1) << id % 64;
	return 0;
}

bool needles_any(
	const struct needles *needles, struct needles_scratch *scratch, struct bytes all)
{
	bool found = false;

	/* Ended early is not an error. */
	(void)hs_scan(needles->any, (const char *)all.at, (unsigned)all.len, 0,
		scratch->own, on_any, &found);
	return found;
}

void needles_which(const struct needles *needles, struct needles_scratch *scratch,
	struct bytes all, struct rule_set *ret)
{
	*ret = (struct rule_set){ 0 };
	(void)hs_scan(needles->which, (const char *)all.at, (unsigned)all.len, 0,
		scratch->own, on_which, ret);
}

size_t needles_longest(const struct needles *needles)
{
	return needles->longest;
}
