/*
 * stack - where server stacks differ in what they make of the same hello.
 *
 * RFCs leave choices open and stacks have habits; a negotiation follows the RFC and asks
 * the stack where one of these decides. To add one: a line in stack.c, with the source of
 * each habit (a version's source file or documentation, and the lab's run that showed
 * it).
 */
#ifndef POLICY_STACK_H
#define POLICY_STACK_H

#include "policy/policy.h"

enum stack_id {
	STACK_OPENSSL_1_0_1,
	STACK_OPENSSL_1_0_2,
	STACK_OPENSSL_1_1_1,
	STACK_OPENSSL_3_0,
	STACK_OPENSSL_3_5,
	STACK_HAPROXY, /* 2.6, over OpenSSL 3.0 */
	STACK_GNUTLS,
	STACK_NSS,
	STACK_GO,
	STACK_JSSE,
	STACK_SCHANNEL,
	STACK_COUNT
};

struct stack; /* const; its members are negotiate.c's and stack.c's (stack_inside.h) */

const struct stack *stack_of(enum stack_id id);
const char *stack_name(const struct stack *stack); /* "openssl-3.0" */

/* True if it has OpenSSL's security levels. */
bool stack_has_levels(const struct stack *stack);

/* The lists that an empty one in a policy stands for. */
enum stack_list {
	STACK_SUITES13,
	STACK_SUITES12,
	STACK_GROUPS,
	STACK_SCHEMES,
};

void stack_defaults(
	const struct stack *stack, enum stack_list which, struct policy_codes *ret);

/* The versions it can do at all: bit 1 << enum version_rank. */
uint16_t stack_versions(const struct stack *stack);

/* Reads a name; NULL if there is no such stack. */
const struct stack *stack_find(const char *name);

#endif
