/*
 * look_inside - a file that is being looked into, as its readers share it.
 *
 * To be included by look*.c only.
 */
#ifndef AUDIT_LOOK_INSIDE_H
#define AUDIT_LOOK_INSIDE_H

#include "audit/expression.h"
#include "audit/look.h"
#include "audit/positions.h"

/* Tokens and directives that are looked at in one file, each time: about a second. What
 * takes more was made to. */
#define WORK_MAX ((size_t)1 << 28)

#define LOOK_DEPTH 4 /* texts in texts: a command in a script of a ConfigMap */

struct reading;
struct code;
struct deferred;

struct looking {
	const struct rules *rules;
	struct rule_set may;  /* those that may find something */
	bool may_hold_others; /* one of them is for what a text in the file may be */
	struct bytes path;
	struct bytes text;
	struct arena *arena;
	struct looked *out;
	size_t room;
	enum setting_place place;
	enum err err;

	/* What is read of nested texts is read into the same memory, and rules for
	 * commands are sought once. */
	struct reading *spare[LOOK_DEPTH];
	const struct rule **command_rules;
	size_t command_rule_count;
	struct kind_set kinds; /* that the file itself is read as */
	enum { WRITTEN_UNASKED, WRITTEN_NONE, WRITTEN_SOME } written_rules;
	struct code *inner_code; /* of code in texts; one is done with before the next */

	/* What the file and those beside it tell of releases, once it was asked for. */
	const struct images *beside;
	struct images *images;

	/* Rules that tell what no other has: what they found, told when all is read; and
	 * where the others' directives stand. */
	struct deferred *deferred;
	size_t deferred_count;
	bool ending;
	size_t *taken;
	size_t taken_count;

	size_t work;                /* up to WORK_MAX: see look_goes_on() */
	struct positions positions; /* of the text, once something was found */
	uint64_t *lines; /* of each finding its line, hashed: what its id is made of */
};

/* A finding on its way: where, what was evaluated, what it came to. */
struct found {
	const struct rule *rule;
	size_t at; /* where it is told */
	size_t value_at;
	size_t value_len;
	size_t statement_at; /* what "edit: delete" takes; 0 long: cannot */
	size_t statement_len;
	const struct protocol_list *list;
	struct bytes followed; /* a constant, */
	size_t followed_at;    /* and where its value stands */
	bool joined;        /* several places, or several values: it is mended by hand */
	bool absent;        /* what it comes to because nothing is said */
	bool one_of;        /* of several values, chosen when it runs */
	struct bytes shown; /* of a binary, which has no lines: what stands there */
};

/* False once there was an error, or so much work that the rest of the file is left: then
 * it is told as cut. */
static inline bool look_goes_on(struct looking *looking)
{
	looking->out->cut = looking->out->cut || looking->work > WORK_MAX;
	return looking->err == ERR_OK && looking->work <= WORK_MAX;
}

/* Keeps it, if the list says something. */
void look_keep(struct looking *looking, const struct found *found);

/* Leaves out rules that need what stands nowhere in the file, or must miss what does. */
void look_narrow(struct looking *looking);

/* Keeps what a rule found that tells only what no other has, until all is read. */
void look_defer(struct looking *looking, const struct found *found);

/* A rule that is no such has the directive at that place. */
void look_take(struct looking *looking, size_t at);

/* Tells what was kept back and no other rule has. */
void look_tell_deferred(struct looking *looking);

/* True if the rule may apply: its needles stand there, and what it needs. */
bool look_applies(const struct looking *looking, size_t rule, size_t kind);

/* Images that the file and those beside it tell of; NULL if memory ran out. */
const struct images *look_images(struct looking *looking);

void look_at_code(struct looking *looking, size_t kind);

/* A text of the file that is code of that kind: what a string says to a shell. */
void look_at_code_text(struct looking *looking, struct bytes text, size_t kind);

void look_at_directives(struct looking *looking, size_t kind);

/* A file that has a kind of binary. As look_into_file(). */
MUST_USE enum err look_into_binary(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes file, struct arena *arena, struct looked *ret);

/* Rules for configurations over one text of a file, depth texts in; commands too. */
void look_at_text(
	struct looking *looking, struct bytes text, size_t kind, unsigned depth);

/* True if the file may hold what a rule for commands finds. */
bool look_has_command_rules(struct looking *looking);

/* True of a text that one of these rules has a needle in. */
bool look_is_option(const struct looking *looking, struct bytes text);

/* A text of code or configuration that may be a command, or a list that is one. */
void look_at_command(
	struct looking *looking, struct bytes text, bool list, unsigned depth);

/* The same of a text in which "\\n" ends a line too, as code and printf write it. */
void look_at_lines(
	struct looking *looking, struct bytes text, size_t kind, unsigned depth);

/* True of a rule for what look_at_written() reads. */
bool look_is_written(const struct rule *rule);

/* True if the file may hold such texts that a rule finds something in. */
bool look_has_written_rules(struct looking *looking);

/* True of a text that look_at_written() reads; cheap, to be asked before what is not. */
bool look_is_marked(struct looking *looking, struct bytes text);

/* A text that is written or run: what it is is told by what stands in it. */
void look_at_written(struct looking *looking, struct bytes text, unsigned depth);

#endif
