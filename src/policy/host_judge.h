/*
 * host_judge - what a policy says of a TLS stack of a machine: each side as of a setting
 * (policy/setting_judge.h), for the default of a stack is a setting that nobody wrote.
 *
 * Unknown is never rounded: a side whose range is not known is unclear.
 *
 * tests: tests/unit/policy/test_host_judge.c
 */
#ifndef POLICY_HOST_JUDGE_H
#define POLICY_HOST_JUDGE_H

#include "evidence/host_stack.h"
#include "policy/setting_judge.h"

struct host_judgement {
	enum setting_verdict client;
	enum setting_verdict server;
	enum setting_verdict worst;
};

struct host_judgement host_judge(
	const struct policy *policy, const struct host_stack *stack);

#endif
