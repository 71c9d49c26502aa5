/* What general rules found, until all other rules were asked: a place is told once, by
 * the rule that knows most of it. */
#include "audit/look_inside.h"

#define DEFERRED_MAX 512  /* of one file; a generated one repeats itself */
#define TAKEN_MAX    4096 /* directives of one file that other rules have */

struct deferred {
	struct found found;
	struct protocol_list list;
};

void look_defer(struct looking *looking, const struct found *found)
{
	struct deferred *deferred;

	if (looking->deferred == NULL)
		looking->deferred = arena_take(
			looking->arena, DEFERRED_MAX * sizeof *looking->deferred);
	if (looking->deferred == NULL) {
		looking->err = ERR_MEMORY;
		return;
	}
	if (looking->deferred_count == DEFERRED_MAX)
		return;
	deferred = &looking->deferred[looking->deferred_count++];
	deferred->found = *found;
	deferred->list = *found->list;
}

void look_take(struct looking *looking, size_t at)
{
	if (looking->taken == NULL)
		looking->taken =
			arena_take(looking->arena, TAKEN_MAX * sizeof *looking->taken);
	if (looking->taken == NULL)
		looking->err = ERR_MEMORY;
	else if (looking->taken_count < TAKEN_MAX)
		looking->taken[looking->taken_count++] = at;
}

static bool overlap(size_t a, size_t a_end, size_t b, size_t b_end)
{
	return a < b_end && b < a_end;
}

/* Another has told of the place, or of what it follows to, or takes it for its own. */
static bool is_told(const struct looking *looking, const struct found *found)
{
	size_t end = found->value_at + found->value_len;

	for (size_t i = 0; i < looking->taken_count; i++)
		if (looking->taken[i] == found->at)
			return true;
	for (size_t i = 0; i < looking->out->count; i++) {
		const struct setting *setting = &looking->out->settings[i];

		if (overlap(setting->at, setting->at + setting->len, found->at,
			    end > found->at ? end : found->at + 1))
			return true;
	}
	return false;
}

void look_tell_deferred(struct looking *looking)
{
	looking->ending = true;
	for (size_t i = 0; i < looking->deferred_count && looking->err == ERR_OK; i++) {
		struct deferred *deferred = &looking->deferred[i];

		deferred->found.list = &deferred->list;
		if (!is_told(looking, &deferred->found))
			look_keep(looking, &deferred->found);
	}
}
