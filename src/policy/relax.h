/*
 * relax - the smallest change of a policy with which all of some hellos pass.
 *
 * A policy's neighbours allow one thing more each: a version, a suite, a group, a
 * signature scheme, or present one certificate more. Searched are those of one change,
 * and only if none of them will do those of two, then of three; what protects nothing
 * (no encryption, export, DES, no authentication) is never proposed. Of sets of the same
 * size the least harmful are kept. What a policy demands beside its lists stays.
 *
 * A list that the policy leaves out stands for the stack's own, and is written out before
 * something is added to it; but suites up to TLS 1.2, where no such version was allowed,
 * begin with nothing: who then adds a version must name its suites.
 *
 * Pure, without allocation.
 *
 * tests: tests/unit/policy/test_relax.c
 */
#ifndef POLICY_RELAX_H
#define POLICY_RELAX_H

#include "policy/negotiate.h"

#define RELAX_SIZE_MAX    3   /* changes together: more is another policy */
#define RELAX_CHANGES_MAX 256 /* all sets of three are then some 2.8 million */
#define RELAX_FOUND_MAX   12  /* told of one size: nobody chooses among more */

/* In order of harm, where nothing else decides. */
enum relax_kind {
	RELAX_CERTIFICATE, /* one more is presented; the policy allows its kind of key */
	RELAX_SCHEME,
	RELAX_GROUP,
	RELAX_SUITE,
	RELAX_VERSION,
};

struct relax_change {
	uint8_t kind;  /* enum relax_kind */
	uint8_t harm;  /* 0: none worth a word; 9: hardly better than nothing */
	uint16_t code; /* a version as on the wire; 0: of a certificate */
	struct policy_key key;
};

struct relaxation {
	uint8_t count;
	uint8_t harm;                                /* of all changes together */
	struct relax_change changes[RELAX_SIZE_MAX]; /* a version first */
};

/* A search and what it found. Large: on the heap. */
struct relax {
	struct policy policy; /* scratch */
	struct server_profile profile;
	struct relax_change changes[RELAX_CHANGES_MAX]; /* by harm */
	size_t change_count;
	bool cut; /* there were more changes than that; the most harmful were left out */
	struct relaxation found[RELAX_FOUND_MAX]; /* by harm; all of one size */
	size_t found_count;
	size_t total; /* sets of that size with which all pass */
};

/* Finds what lets all of these offers pass, which do not all do so now. */
void relax_search(const struct server_profile *profile, const struct offer *offers,
	size_t count, struct relax *ret);

/* The profile with these changes; its policy is written to ret_policy. */
void relax_apply(const struct server_profile *profile,
	const struct relaxation *relaxation, struct policy *ret_policy,
	struct server_profile *ret);

/* What of a policy may allow more than another's. */
enum relax_excess {
	RELAX_EXCESS_VERSIONS = 1 << 0,
	RELAX_EXCESS_SUITES13 = 1 << 1,
	RELAX_EXCESS_SUITES12 = 1 << 2,
	RELAX_EXCESS_GROUPS = 1 << 3,
	RELAX_EXCESS_SCHEMES = 1 << 4,
	RELAX_EXCESS_KEYS = 1 << 5,
};

/* Bits of enum relax_excess: where the policy allows something that the other does not; 0
 * if nowhere. What a list that is left out stands for is not known: it allows any. */
unsigned relax_excess(const struct policy *policy, const struct policy *other);

#endif
