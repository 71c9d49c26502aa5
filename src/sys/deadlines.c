#include "sys/deadlines.h"

#include <stdlib.h>

enum err deadlines_init(struct deadlines *deadlines, size_t room)
{
	*deadlines = (struct deadlines){ .room = room };
	deadlines->heap = calloc(room, sizeof(struct deadline *));
	return deadlines->heap != NULL ? ERR_OK : ERR_MEMORY;
}

void deadlines_done(struct deadlines *deadlines)
{
	free(deadlines->heap);
	*deadlines = (struct deadlines){ 0 };
}

struct deadline *deadlines_first(const struct deadlines *deadlines)
{
	return deadlines->count > 0 ? deadlines->heap[0] : NULL;
}

static void put(struct deadlines *deadlines, size_t place, struct deadline *deadline)
{
	deadlines->heap[place] = deadline;
	deadline->place = place;
}

static void sift_up(struct deadlines *deadlines, struct deadline *deadline)
{
	size_t place = deadline->place;

	while (place > 0 && deadlines->heap[(place - 1) / 2]->at > deadline->at) {
		put(deadlines, place, deadlines->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(deadlines, place, deadline);
}

static void sift_down(struct deadlines *deadlines, struct deadline *deadline)
{
	size_t place = deadline->place;

	for (size_t child; (child = 2 * place + 1) < deadlines->count; place = child) {
		if (child + 1 < deadlines->count &&
			deadlines->heap[child + 1]->at < deadlines->heap[child]->at)
			child++;
		if (deadlines->heap[child]->at >= deadline->at)
			break;
		put(deadlines, place, deadlines->heap[child]);
	}
	put(deadlines, place, deadline);
}

void deadlines_move(struct deadlines *deadlines, struct deadline *deadline, uint64_t at)
{
	deadline->at = at;
	sift_up(deadlines, deadline);
	sift_down(deadlines, deadline);
}

void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, uint64_t at)
{
	deadline->at = at;
	put(deadlines, deadlines->count++, deadline);
	sift_up(deadlines, deadline);
}

void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline)
{
	struct deadline *last = deadlines->heap[--deadlines->count];

	if (last == deadline)
		return;
	put(deadlines, deadline->place, last);
	deadlines_move(deadlines, last, last->at);
}
