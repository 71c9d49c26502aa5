/*
 * kinds - what a file is, by its name and its first line.
 *
 * A name may fit several kinds: "site.conf" is read as nginx's and as Apache's, and what
 * stands in it decides. Endings as ".in", ".j2" and ".example" are taken off first.
 */
#ifndef AUDIT_KINDS_H
#define AUDIT_KINDS_H

#include "audit/directives.h"
#include "audit/patterns.h"
#include "audit/tokens.h"

#define KINDS_MAX 256 /* a set of them is four words */

struct kind_set {
	uint64_t words[KINDS_MAX / 64];
};

/* What reads a file of that kind; one of the two is set, or none: a binary, which its
 * first bytes tell (audit/binary.h). */
struct kind {
	const char *name;
	const char *family;             /* of a language: tokens */
	const char *syntax;             /* of a configuration: directives */
	const char *const *patterns;    /* of names; with "/": of the path's end */
	const char *const *first_lines; /* words in a line that begins with "#!" */
};

/* In order of name. */
extern const struct kind kinds[];
extern const size_t kind_count;

/* The kinds of a file. */
struct kind_set kinds_of(struct bytes path, struct bytes file);

/* The same; a name alone that says nothing ("example.org" has an ending, "site" none)
 * may be any configuration. */
struct kind_set kinds_of_file(struct bytes path, struct bytes file);

/* True if a text in a file is of that kind only if it has a name that fits one of its
 * patterns; false if a first line may tell, or the ending of a template. */
bool kind_needs_name(size_t kind);

/* Its number; kind_count if there is none of that name. */
size_t kind_find(struct bytes name);

void kind_set_add(struct kind_set *set, size_t kind);
bool kind_sets_meet(const struct kind_set *a, const struct kind_set *b);
bool kind_set_has(const struct kind_set *set, size_t kind);

/* What is prose: documentation, changes, licences; nothing in it decides anything. */
bool kind_is_prose(struct bytes path);

/* What an audit or a scan found, as JSON, SARIF or CycloneDX, by how it begins. */
bool kind_is_result(struct bytes file);

#endif
