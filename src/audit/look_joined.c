/* Places of one rule that are about one object in one function: one list.
 *
 * What always runs before or after another counts with it; what runs only under a
 * condition is told by itself, on top of what always does. */
#include "audit/look_code.h"

#define GROUP_MAX 64 /* places of one group; all are held against all, thrice */

/* The part in front of a dotted name; of a call of a plain name its first argument. */
static struct bytes object_of(const struct tokens *tokens, const struct place *place)
{
	struct token_span all, argument;
	size_t at, len;

	if (place->first < place->last) {
		shape_bytes(tokens, (struct token_span){ place->first, place->last - 1 },
			&at, &len);
		return bytes_over(tokens->file.at + at, len);
	}
	if (place->rule->argument < 2 || !shape_call(tokens, place->last, &all) ||
		!shape_argument(tokens, all, 1, &argument))
		return (struct bytes){ 0 };
	while (argument.first + 1 < argument.end &&
		tokens->all[argument.first].kind == TOKEN_SIGN)
		argument.first++;
	shape_bytes(tokens, argument, &at, &len);
	return bytes_over(tokens->file.at + at, len);
}

/* Members of one literal, or of one chain of calls, have no name in front. */
static size_t group_of(const struct tokens *tokens, const struct place *place)
{
	if (place->rule->find == FIND_ASSIGNMENT)
		return tokens->all[place->first].in;
	return shape_statement(
		tokens, (struct token_span){ place->first, place->last + 1 })
		.first;
}

static bool are_joined(
	const struct tokens *tokens, const struct place *a, const struct place *b)
{
	struct bytes object = object_of(tokens, a);

	if (a->rule != b->rule || !bytes_equal(object, object_of(tokens, b)) ||
		surroundings_function(tokens, a->first).first !=
			surroundings_function(tokens, b->first).first)
		return false;
	return object.len > 0 || group_of(tokens, a) == group_of(tokens, b);
}

static bool sets_bound(const struct place *place)
{
	return place->name->does == LIST_FLOOR || place->name->does == LIST_CEILING ||
	       place->name->does == LIST_EXACTLY || place->name->does == LIST_BOUNDS;
}

/* Of those of a group that count where `leaf` does. */
struct joining {
	struct code *code;
	const size_t *group; /* members, in order of place */
	size_t count;
	const struct place *leaf;
	bool inner; /* also those that not always run where the others do */
};

static bool counts(const struct joining *joining, const struct place *place)
{
	const struct tokens *tokens = &joining->code->tokens;

	return surroundings_always(tokens, place->first, joining->leaf->first) &&
	       (joining->inner ||
		       !surroundings_always(tokens, joining->leaf->first, place->first));
}

/* A later one sets the same bound again. */
static bool is_replaced(const struct joining *joining, size_t index)
{
	const struct place *place = &joining->code->members[joining->group[index]];

	if (!sets_bound(place))
		return false;
	for (size_t i = index + 1; i < joining->count; i++) {
		const struct place *later = &joining->code->members[joining->group[i]];

		if (later->name->does == place->name->does && counts(joining, later))
			return true;
	}
	return false;
}

/* "x = A; x |= B;" of a list that is empty to begin with. */
static void begin_again(const struct place *place, struct expression *e, bool seen)
{
	const struct dialect *dialect = place->rule->dialect;

	if (place->rule->find != FIND_ASSIGNMENT || sets_bound(place) ||
		dialect->start.maybe != 0)
		return;
	if (place->how == ASSIGNS_SETS)
		e->list = protocol_list_begin(dialect);
	else if (!seen)
		protocol_list_from_unseen(&e->list);
}

/* What they come to; *ret_decides is the one that says most, *ret_used how many there
 * were. */
static struct expression evaluate(
	const struct joining *joining, const struct place **ret_decides, size_t *ret_used)
{
	struct expression all = {
		.list = protocol_list_begin(joining->leaf->rule->dialect),
		.joined = true,
	};
	bool unclear = false;

	*ret_decides = NULL;
	*ret_used = 0;
	for (size_t i = 0; i < joining->count; i++) {
		const struct place *place = &joining->code->members[joining->group[i]];
		struct expression e = all;
		bool decides;

		if (!counts(joining, place) || is_replaced(joining, i))
			continue;
		begin_again(place, &e, *ret_used > 0);
		code_evaluate(joining->code, place, &e);
		/* Options that are not known may take away again. */
		unclear = unclear || ((e.compares || e.list.known == all.list.known) &&
					     place->rule->dialect->gaps &&
					     place->name->does == LIST_ADD);
		if (e.compares || e.restores)
			continue;
		/* The oldest decides, and where none is on, the last. */
		decides = e.list.known > all.list.known &&
			  (all.list.range.on == 0 ||
				  versions_lowest(e.list.range.on) <
					  versions_lowest(all.list.range.on));
		if (decides || *ret_decides == NULL)
			*ret_decides = place;
		(*ret_used)++;
		all = e;
	}
	if (unclear && *ret_decides != NULL && (*ret_decides)->name->turned) {
		all.list.range.maybe |= all.list.range.on;
		all.list.range.on = 0;
	}
	protocol_list_end(&all.list);
	return all;
}

/* Each set of members that run together is told once, by its last. */
static bool is_told_later(const struct joining *joining, size_t index)
{
	const struct tokens *tokens = &joining->code->tokens;
	size_t first = joining->code->members[joining->group[index]].first;

	for (size_t i = index + 1; i < joining->count; i++) {
		size_t later = joining->code->members[joining->group[i]].first;

		if (surroundings_always(tokens, first, later) &&
			surroundings_always(tokens, later, first))
			return true;
	}
	return false;
}

static void tell(struct joining *joining)
{
	const struct place *decides, *outer_decides;
	size_t used, outer_used;
	struct expression all, outer;

	joining->inner = true;
	all = evaluate(joining, &decides, &used);
	joining->inner = false;
	outer = evaluate(joining, &outer_decides, &outer_used);
	/* Under a condition, what only takes away may be not taken away. */
	if (decides == NULL ||
		(outer_used > 0 && (all.list.range.on & ~outer.list.range.on) == 0))
		return;
	code_keep(joining->code, decides, &all, used > 1);
}

void code_tell_joined(struct code *code)
{
	size_t group[GROUP_MAX];
	bool done[MEMBERS_MAX] = { false };

	for (size_t i = 0; i < code->member_count && look_goes_on(code->looking); i++) {
		struct joining joining = { .code = code, .group = group };
		bool new = !done[i];

		for (size_t j = i; j < code->member_count && new; j++) {
			if (done[j] || !are_joined(&code->tokens, &code->members[i],
					       &code->members[j]))
				continue;
			if (joining.count < GROUP_MAX)
				group[joining.count++] = j;
			done[j] = true;
		}
		for (size_t k = 0; k < joining.count && look_goes_on(code->looking);
			k++) {
			joining.leaf = &code->members[group[k]];
			if (!is_told_later(&joining, k))
				tell(&joining);
		}
	}
}
