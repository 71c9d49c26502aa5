/*
 * endpoint_diff - what changed of an endpoint between two scans.
 *
 * Something is gained or lost only if both scans know: what one of them did not find out
 * is no change, but that a version is not known any more is one. A finding is what got
 * worse: an old version accepted again, a new exposure, ML-KEM lost, a chain that is not
 * trusted any more.
 *
 * tests: tests/unit/report/test_endpoint_diff.c
 */
#ifndef REPORT_ENDPOINT_DIFF_H
#define REPORT_ENDPOINT_DIFF_H

#include "base/text.h"
#include "evidence/endpoint.h"
#include "tls/iana.h"

/* In the order in which they are told. */
enum change_what {
	CHANGE_STATUS,
	CHANGE_VERSION,
	CHANGE_EXPOSURE,
	CHANGE_SUITE,
	CHANGE_GROUP,
	CHANGE_SCHEME,
	CHANGE_CERTIFICATE,
	CHANGE_TRAIT,
	CHANGE_ALPN,
	CHANGE_DH,
	CHANGE_NODES,
	CHANGE_QUIC, /* versions of it */
};

enum change_kind {
	CHANGE_GAINED, /* accepts it now */
	CHANGE_LOST,   /* refuses it now */
	CHANGE_OTHER,  /* `name` is what it was, `to` what it is */
};

#define CHANGE_NAME_MAX 96

struct endpoint_change {
	enum change_what what;
	enum change_kind kind;
	bool finding;
	uint16_t version; /* of a suite; else VERSION_NONE */
	char name[CHANGE_NAME_MAX];
	char to[CHANGE_NAME_MAX];
};

/* All suites of all versions may change; more are counted only. */
#define CHANGES_MAX 512

struct endpoint_diff {
	bool any;      /* there was an earlier scan */
	bool partial;  /* that asked for versions alone, and the new one for more */
	time_ns since; /* when that was */
	struct endpoint_change changes[CHANGES_MAX];
	size_t count;
	size_t left_out;
	size_t findings;
};

/* True of a scan that asked for more than versions and a certificate: only with such a
 * one can another such be compared whole. */
bool endpoint_diff_is_whole(const struct endpoint *endpoint);

void endpoint_diff(const struct endpoint *before, const struct endpoint *now,
	struct endpoint_diff *ret);

const char *change_what_name(enum change_what what); /* "suite" */
const char *change_kind_name(enum change_kind kind); /* "gained" */

/* A line each: "+ TLS 1.2 suites: ...", findings marked. */
void endpoint_diff_text(
	const struct endpoint_diff *diff, unsigned width, struct text *text);

/* An object; of no earlier scan null. */
void endpoint_diff_json(const struct endpoint_diff *diff, struct text *text);

#endif
