/*
 * survey - what is asked of one server, and what is made of its answers: an engine
 * without I/O and without a clock.
 *
 * Whoever holds the connections asks for the next question, sends its hello, and tells
 * the reply; any number may be under way. The survey says whom it waits for, when it is
 * over, and what was found.
 *
 * How it is asked (scan/asks.h has the kinds):
 * - suites, groups and schemes by elimination: what the server picks is taken off the
 *   list, until it refuses the rest;
 * - an answer settles what it can: protocols, what else a server bears, heartbeat and
 *   compression ride on hellos for suites that it takes; groups and schemes of TLS 1.2
 * are hunted in the same hellos, groups of TLS 1.3 with its suites, schemes that are left
 * in handshakes that begin a session; the order of suites is told by a handshake;
 * - a list ends with a refusal, never with silence; a refusal that is no alert counts
 *   only if it comes again, in a smaller hello too, and if the server is shown to answer
 *   another hello after it;
 * - what is refused is asked again, several times in a row with nothing between, so that
 *   of two servers that take turns behind one address both are asked;
 * - once questions that were answered before are not, nothing is asked but a control,
 *   after ever longer waits; then on, slowly, if it is answered, else what is open stays
 *   unknown.
 *
 * Over UDP nobody closes and nobody is known to be there before he answers: silence is no
 * refusal but no answer, of a version as of a server. DTLS is asked one question at a
 * time, since many a server holds one association; QUIC is asked for its versions, too.
 *
 * Bounded: JOBS_MAX kinds of questions, each a bounded number of times; a total time.
 *
 * tests: tests/unit/scan/test_survey.c, test_survey_rest.c
 */
#ifndef SCAN_SURVEY_H
#define SCAN_SURVEY_H

#include "base/arena.h"
#include "scan/offers.h"
#include "scan/reply.h"

/* What all targets of a scan have in common. */
struct survey_setting {
	const struct offers *offers;
	unsigned per_host; /* questions of one target under way at once */
	bool mass;        /* versions and certificates only: one connection a version, and
			   * one more if TLS 1.3 alone has a certificate */
	time_ns patience; /* how long a server is asked at most, from the first answer on
			   */
};

struct survey_question {
	unsigned job; /* members up to `plan` are the survey's own */
	uint32_t number;
	uint64_t at;
	bool handshake; /* it is to be carried to its end (tls/client.h) */
	uint8_t alike;  /* but for what is drawn, one hello serves all questions of a
			 * setting that have the same; 0: none but this, at most RANK_TLS13
			 */
	bool sslv2;     /* SSL 2.0's hello: of offers_sslv2; else: */
	enum probe_transport transport;
	const struct session *session; /* that a handshake offers; NULL: none */
	struct hello_plan plan; /* borrows until the next survey_next() of any survey that
				 * has the same room */
};

/* Where the lists of a question lie until it is written; one serves all surveys. */
struct survey_room {
	uint16_t suites[SUITES_MAX];
	uint16_t groups[OFFERS_GROUPS_MAX];
	uint16_t schemes[OFFERS_SCHEMES_MAX];
	struct bytes alpn[64];
	uint8_t extensions[512];
	uint8_t pre_shared_key[SESSION_TICKET_MAX + 128];
};

struct survey; /* heap: some KB, and an arena for what was found */

/* Borrows setting, and the server's name, for as long as it lives; an empty name: none is
 * sent. transport: TCP, DTLS or QUIC. NULL: memory ran out. */
struct survey *survey_new(const struct survey_setting *setting,
	enum probe_transport transport, struct bytes server_name);
void survey_free(struct survey *survey);

enum survey_next {
	SURVEY_NEXT,
	SURVEY_LATER, /* nothing now: once a reply was told, or at *ret_again, if that is
		       * not 0 */
	SURVEY_OVER,
};

/* now: nanoseconds of a clock that never goes back. */
enum survey_next survey_next(struct survey *survey, struct survey_room *room,
	uint64_t now, struct survey_question *ret, uint64_t *ret_again);

/* Tells a reply, once for each question that was answered. sent: bytes of the hello. */
void survey_told(struct survey *survey, const struct survey_question *question,
	const struct reply *reply, size_t sent, uint64_t now);

/* True once something came that is TLS, or QUIC. */
bool survey_speaks(const struct survey *survey);

/* From the first question to the last reply, on the clock of survey_next(); zeros while
 * nothing was asked. */
struct survey_span {
	uint64_t begun;
	uint64_t ended;
};

struct survey_span survey_span(const struct survey *survey);

/* What was found; all that is pointed to lives in the survey. Certificates are left out:
 * see survey_chain(). The caller fills in whom was asked. */
void survey_endpoint(struct survey *survey, struct endpoint *ret);

/* The i-th chain that was seen, in the form of Certificate's body (RFC 5246, 7.4.2) or
 * for SSL 2.0 one certificate; false if there is none. */
struct survey_chain {
	struct bytes body;
	uint16_t version;
	bool named;
	enum endpoint_trait stapled;
	struct bytes staple;     /* OCSP response that came with it */
	struct bytes timestamps; /* of the TLS extension */
};

bool survey_chain(const struct survey *survey, size_t i, struct survey_chain *ret);

#endif
