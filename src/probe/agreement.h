/*
 * agreement - whether a server answered a hello as was predicted.
 *
 * Compared is what both know: whether it goes on, version, suite, group, retry, the size
 * of a finite-field group, and up to TLS 1.2 the signature. Which alert refuses is told
 * and not compared: stacks differ in it, and no client passes for it.
 *
 * Unknown is an answer that says nothing about the hello: nobody listened, nothing came,
 * it was no TLS; or, where a refusal is predicted behind a HelloRetryRequest, that request
 * alone, for a second hello is not sent. It is never counted as agreement.
 */
#ifndef PROBE_AGREEMENT_H
#define PROBE_AGREEMENT_H

#include "policy/negotiate.h"
#include "probe/probe.h"

#define AGREEMENT_TEXT_MAX 128

enum agreement_kind {
	AGREEMENT_UNKNOWN,
	AGREEMENT_YES,
	AGREEMENT_NO,
};

struct agreement {
	enum agreement_kind kind;
	const char *what; /* the first that differs: "outcome", "version", "cipher suite",
			   * "group", "signature", "retry"; NULL unless AGREEMENT_NO */
	char predicted[AGREEMENT_TEXT_MAX]; /* "TLS 1.2", "refuses: no common suite" */
	char answered[AGREEMENT_TEXT_MAX];  /* "TLS 1.3", "alert handshake_failure" */
};

struct agreement agreement_of(
	const struct negotiation *predicted, const struct probe_result *result);

#endif
