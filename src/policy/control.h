/*
 * control - why a service is not reached by TLS, told by two others: a similar one, that
 * is as the service but less strict, and an unrelated one elsewhere.
 *
 * A service alone cannot show whether its name, the way to it, something in between or
 * its TLS is at fault; what works for the others rules causes out. What they cannot show
 * is UNKNOWN.
 *
 * tests: tests/unit/policy/test_control.c
 */
#ifndef POLICY_CONTROL_H
#define POLICY_CONTROL_H

#include "evidence/endpoint.h"

/* How far one was come to. */
enum control_stage {
	CONTROL_UNKNOWN,
	CONTROL_NO_NAME,     /* the name has no address */
	CONTROL_NO_RESOLVER, /* nobody could be asked for it */
	CONTROL_NO_ROUTE,
	CONTROL_NO_ANSWER,   /* to the connection */
	CONTROL_NO_LISTENER, /* the connection was refused */
	CONTROL_NOT_TLS,     /* something else answers */
	CONTROL_SILENT,      /* connected, and no answer to any hello */
	CONTROL_CLOSED,      /* every hello is closed or reset without a word */
	CONTROL_REFUSED,     /* every hello is refused by an alert */
	CONTROL_ACCEPTED,    /* some version is accepted */
	CONTROL_STAGES
};

#define CONTROL_ISSUER_MAX 256

struct control_seen {
	enum control_stage stage;
	bool named;        /* by a name, not an address */
	struct address at; /* where it was found */
	uint16_t accepted; /* bit 1 << enum version_rank */
	int16_t alert;     /* that refused; -1: none */
	enum certificate_trust trust;
	char issuer[CONTROL_ISSUER_MAX];   /* of its certificate; "" if none was seen */
	uint8_t start[ENDPOINT_START_MAX]; /* of what is no TLS */
	uint8_t start_len;
};

enum control_target {
	CONTROL_STRICT, /* the service that is asked about */
	CONTROL_SIMILAR,
	CONTROL_UNRELATED,
	CONTROL_TARGETS
};

/* In order of how far from here it lies. */
enum control_cause {
	CAUSE_UNKNOWN,
	CAUSE_NAMES,   /* this machine finds no names */
	CAUSE_ROUTE,   /* this machine comes nowhere */
	CAUSE_PROXY,   /* something in between answers in the servers' place */
	CAUSE_ZONE,    /* the names of service and similar are not found, others are */
	CAUSE_NETWORK, /* there is no way to service and similar, there is to others */
	CAUSE_NAME,    /* the name of the service alone */
	CAUSE_SERVICE, /* nothing takes connections there, beside it something does */
	CAUSE_NOT_TLS, /* it speaks something else on that port */
	CAUSE_TLS,     /* it refuses TLS while another is answered */
	CAUSE_NONE,    /* it accepts TLS */
	CAUSE_COUNT
};

/* How far the TLS of a scanned endpoint was come to; the connection was made. */
void control_of_endpoint(const struct endpoint *endpoint, struct control_seen *ret);

enum control_cause control_judge(const struct control_seen seen[CONTROL_TARGETS]);

/* Versions that `similar` accepts and the service, which accepts others, does not: a
 * client that speaks no newer ones comes to the one and not to the other. */
uint16_t control_left_behind(const struct control_seen seen[CONTROL_TARGETS]);

const char *control_stage_name(enum control_stage stage); /* "no-name", "accepted" */
const char *control_cause_name(enum control_cause cause); /* "names", "tls", "none" */

#endif
