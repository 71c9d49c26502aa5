/*
 * fake_server - a server in memory that answers hellos from a configuration, after its
 * own reading of the RFCs: what a survey finds must be what stands in the configuration.
 *
 * It reads the bytes of a hello, never the survey's plan. Time is a number that the test
 * moves on.
 */
#ifndef TESTS_UNIT_SCAN_FAKE_SERVER_H
#define TESTS_UNIT_SCAN_FAKE_SERVER_H

#include "scan/survey.h"

#define FAKE_SUITES_MAX 40
#define FAKE_NODES_MAX  3

/* How a node refuses a version that it does not have. */
enum fake_refusal {
	FAKE_ALERT_VERSION, /* protocol_version */
	FAKE_ALERT_FAILURE, /* handshake_failure */
	FAKE_ALERT_INTERNAL,
	FAKE_CLOSES,
	FAKE_RESETS,
	FAKE_IS_SILENT,
	FAKE_BREAKS, /* half a hello */
	FAKE_REFUSALS
};

struct fake_codes {
	uint16_t at[FAKE_SUITES_MAX];
	size_t count;
};

struct fake_node {
	bool has[RANK_TLS13 + 1];
	bool only_nameless[RANK_TLS13 + 1];       /* to hellos that name nobody */
	struct fake_codes suites[RANK_TLS13 + 1]; /* in its order */
	bool client_order;
	struct fake_codes curves;
	struct fake_codes groups;
	struct fake_codes schemes;
	bool rsa; /* keys it has */
	bool ecdsa;
	enum fake_refusal refusal;
	uint16_t says; /* of what it is offered, what it answers */
	bool scsv;     /* RFC 7507 */
	bool h2;
	uint8_t ticket_key; /* handshakes end, and leave a ticket under it; 0: not */
	uint64_t leaf;
};

struct fake {
	enum probe_transport transport;
	struct fake_node nodes[FAKE_NODES_MAX];
	size_t node_count;
	size_t turn;

	/* What makes it hostile; 0: not. */
	size_t drops_over; /* hellos of more bytes: silence */
	size_t resets_over;
	size_t suites_most; /* more: an alert */
	bool wants_session_id;
	bool closes_for_alert;
	bool hates_grease;
	bool hates_versions; /* a legacy version beyond TLS 1.2 */
	bool mute;
	bool hollow; /* takes any hello, and behind its own says nothing */
	bool no_listener;
	bool plain_http;
	bool no_quic1;        /* it has QUIC 2 alone */
	bool no_protocol;     /* over QUIC: takes none that is offered */
	size_t longest_hello; /* so far */
	unsigned limit;       /* connections in limit_time; more are closed, and count */
	uint64_t limit_time;
	uint64_t taken[4096]; /* when they came */
	size_t taken_count;
	bool dies; /* after so many connections: silence */
	unsigned dies_after;
	unsigned resets_in_100; /* by chance */
	unsigned lost_one_in;   /* so many answers are lost */

	bool handshake;                /* what is asked is to be carried to its end */
	const struct session *offered; /* to be resumed, or NULL */
	unsigned connections;
	unsigned at_once;
	unsigned most_at_once;
	uint64_t lots;
};

/* A number below `below`. */
unsigned fake_draw(struct fake *fake, unsigned below);

/* A server drawn by lot, of one node, which has one version at least; and the suites of
 * one version of a node, which has it then. */
struct fake fake_drawn(const struct offers *offers, uint64_t seed);
void fake_pick_suites(
	const struct offers *offers, struct fake *fake, struct fake_node *node, int rank);

/* What it answers; *ret_time: nanoseconds until it does. */
struct reply fake_answer(
	struct fake *fake, struct bytes hello, uint64_t now, uint64_t *ret_time);

/* Surveys it, from asking to the end; time begins at one second. Asserts that never more
 * than per_host are under way. */
struct survey *fake_survey(struct fake *fake, const struct survey_setting *setting,
	const char *name, uint64_t seed, uint64_t *ret_took);

#endif
