#include "audit/binary_code.h"

static void add(struct steps *steps, struct step step)
{
	steps->last[steps->count++ % STEPS_MAX] = step;
}

void steps_add(struct steps *steps, enum step_kind kind)
{
	add(steps, (struct step){ .kind = kind });
}

void steps_number(struct steps *steps, uint64_t number)
{
	add(steps, (struct step){ .kind = STEP_NUMBER, .number = number });
}

void steps_text(struct steps *steps, struct bytes text)
{
	add(steps, (struct step){ .kind = STEP_TEXT, .text = text });
}

/* The one before a place; what is forgotten is another. */
static struct step before(const struct steps *steps, size_t at)
{
	if (at == 0 || at > steps->count || steps->count - at >= STEPS_MAX)
		return (struct step){ .kind = STEP_OTHER };
	return steps->last[(at - 1) % STEPS_MAX];
}

static bool leaves_value(struct step step)
{
	return step.kind != STEP_OTHER && step.kind != STEP_JUMP &&
	       step.kind != STEP_STORE;
}

/* "a ? x : y" ends in y, behind a jump that x is left before. */
static bool is_second_way(const struct steps *steps, size_t at)
{
	return before(steps, at).kind == STEP_JUMP && leaves_value(before(steps, at - 1));
}

static void turn_round(struct bytes *texts, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct bytes text = texts[i];

		texts[i] = texts[count - 1 - i];
		texts[count - 1 - i] = text;
	}
}

/* A new list filled with texts: its length, it, then for each a copy of it, an index, the
 * text and the store. False: it is none. */
static bool take_list(
	const struct steps *steps, size_t *at, struct fact_argument *argument)
{
	size_t end = *at;

	while (before(steps, end).kind == STEP_STORE) {
		struct step text = before(steps, end - 1);

		if (text.kind != STEP_TEXT || argument->text_count == FACT_TEXTS_MAX ||
			before(steps, end - 2).kind != STEP_NUMBER ||
			before(steps, end - 3).kind != STEP_COPY)
			return false;
		argument->texts[argument->text_count++] = text.text;
		end -= 4;
	}
	if (before(steps, end).kind != STEP_ARRAY ||
		before(steps, end - 1).kind != STEP_NUMBER)
		return false;
	*at = end - 2;
	turn_round(argument->texts, argument->text_count);
	return true;
}

static bool take_or(const struct steps *steps, size_t *at, struct fact_argument *argument)
{
	struct step right = before(steps, *at - 1);
	struct step left = before(steps, *at - 2);

	if (right.kind != STEP_NUMBER)
		return false;
	argument->is_number = true;
	argument->number = right.number;
	argument->adds = left.kind != STEP_NUMBER;
	if (!argument->adds)
		argument->number |= left.number;
	*at -= 3;
	/* Where what it adds to begins is known of plain values only. */
	return left.kind == STEP_NUMBER || left.kind == STEP_VALUE;
}

/* The expression that ends at *at, which goes to its start; false: what stands before is
 * not known. */
static bool take_argument(
	const struct steps *steps, size_t *at, struct fact_argument *argument)
{
	struct step step = before(steps, *at);
	bool whole = true;

	switch (step.kind) {
	case STEP_NUMBER:
		argument->is_number = true;
		argument->number = step.number;
		*at -= 1;
		break;
	case STEP_TEXT:
		argument->texts[argument->text_count++] = step.text;
		*at -= 1;
		break;
	case STEP_VALUE:
		*at -= 1;
		break;
	case STEP_STORE:
		whole = take_list(steps, at, argument);
		if (!whole) /* it may be another's */
			*argument = (struct fact_argument){ 0 };
		break;
	case STEP_OR:
		whole = take_or(steps, at, argument);
		break;
	default:
		return false;
	}
	if (whole && is_second_way(steps, *at)) {
		*argument = (struct fact_argument){ 0 };
		return false;
	}
	return whole;
}

void steps_arguments(const struct steps *steps, size_t count,
	struct fact_argument ret[FACT_ARGUMENTS_MAX])
{
	size_t at = steps->count;

	for (size_t i = 0; i < FACT_ARGUMENTS_MAX; i++)
		ret[i] = (struct fact_argument){ 0 };
	while (count > 0 && count <= FACT_ARGUMENTS_MAX)
		if (!take_argument(steps, &at, &ret[--count]))
			return;
}
