/*
 * survey_inside - what a survey is made of; for src/scan alone. survey.c asks,
 * rulings.c judges what came back, plans.c composes hellos, asks.c and ask_*.c know the
 * kinds of questions, findings.c tells what was found.
 */
#ifndef SCAN_SURVEY_INSIDE_H
#define SCAN_SURVEY_INSIDE_H

#include "base/attr.h"
#include "scan/hunt.h"
#include "scan/survey.h"

#define JOBS_MAX 64

/* A server has suites of some hundred bytes each version and chains of some KB. */
#define SURVEY_ARENA_MAX ((size_t)1 << 20)

/* A small hello is under 256 bytes with a name of usual length. */
#define SMALL_SUITES  30
#define SMALL_GROUPS  15
#define SMALL_SCHEMES 9

/* Hellos of one question, from the one that says all to the one that says least. */
enum form {
	FORM_FULL,
	FORM_SMALL, /* under 256 bytes: few suites at once, few extensions */
	FORM_BARE,  /* no extensions that are not needed, no session id */
	FORM_COUNT
};

enum job_state {
	JOB_WAITS, /* for what other jobs find out */
	JOB_OPEN,
	JOB_ASKED,
	JOB_HELD,  /* refused without a word: counts once a control is answered */
	JOB_DOUBT, /* refused by an alert that the hello's length may have caused */
	JOB_DONE,
};

struct job {
	uint8_t ask;   /* enum ask_kind */
	uint8_t rank;  /* of the version that it is about; or what the kind says */
	uint8_t state; /* enum job_state */
	uint8_t form;
	uint8_t tries;    /* that told nothing, since it was last settled */
	uint8_t silent;   /* of them, those that time or half a hello ended */
	uint8_t turn;     /* how often it was settled */
	uint8_t last;     /* enum reply_kind, of what told nothing */
	uint8_t odd;      /* refusals in a row that are not those of a list's end; of a
			   * session, those to resume it */
	int16_t alert;    /* of a doubtful refusal; -1: none */
	uint16_t offered; /* suites of the last hello */
	uint8_t rides;    /* of enum ride: what else its last hello asked for */
	uint32_t since;   /* questions asked when it became doubtful */
};

/* What rides on a hello that asks for suites, once its version is known to be taken: else
 * each would be a connection more. Who chokes on it is asked again without. */
enum ride {
	RIDE_ALPN = 1 << 0,
	RIDE_BURDENS = 1 << 1, /* of ask_tolerance.c, all */
	RIDE_OFFERS = 1 << 2,  /* heartbeat and compression */
	RIDE_GROUPS = 1 << 3,  /* of TLS 1.3: those alone that were not found yet */
	RIDE_SCHEMES = 1 << 4, /* of TLS 1.2 likewise, on handshakes of ask_resume.c */
};

/* What a job is told: what its question came to after all tries. */
enum ruling {
	RULING_TAKEN,
	RULING_REFUSED, /* it counts */
	RULING_UNCLEAR,
};

struct ruled {
	enum ruling ruling;
	const struct reply *reply; /* of TAKEN and, with an alert or none, of REFUSED */
	const char *reason;        /* of UNCLEAR, and where a refusal wants one */
};

enum readiness {
	READY_LATER,
	READY_NOW,
	READY_NEVER,
};

struct survey;

struct ask {
	const char *name;
	/* Whether a job that waits is to be asked. */
	enum readiness (*ready)(const struct survey *survey, const struct job *job);
	void (*plan)(struct survey *survey, struct job *job, struct survey_room *room,
		struct hello_plan *plan);
	/* The job is done unless this opens it again. */
	void (*told)(struct survey *survey, struct job *job, const struct ruled *ruled);
	bool handshake; /* carried to its end */
	bool quiet;     /* asked with nothing else under way, once all others are done */
	bool only_tcp;
	bool only_quic;
	uint8_t tries; /* hellos that may tell nothing until it is settled so */
};

enum ask_kind { /* in the order in which they are asked */
	ASK_CONTROL,
	ASK_SUITES,
	ASK_SSLV2,
	ASK_ORDER,
	ASK_GROUPS,
	ASK_SCHEMES,
	ASK_ALPN,
	ASK_FALLBACK,
	ASK_TOLERANCE,
	ASK_HANDSHAKE,
	ASK_RESUME,
	ASK_ALPN_ENCRYPTED,
	ASK_NO_NAME,
	ASK_OTHER_NAME,
	ASK_AGAIN,
	ASK_SSLV2_AGAIN,
	ASK_REST,
	ASK_QUIC_ALPN,
	ASK_QUIC_VERSIONS,
	ASK_KINDS
};

extern const struct ask *const asks[ASK_KINDS];

/* How two things are hunted: groups of TLS 1.2 with schemes, of TLS 1.3 with suites. */
enum joint {
	JOINT_GOES,  /* in the same hellos: each answer tells one of both */
	JOINT_DOUBT, /* such a hello was refused: for want of either */
	JOINT_OVER,  /* each alone */
};

/* Ways to resume a session: the rank of a job of that kind. */
enum resume { RESUME_ID, RESUME_TICKET, RESUME_PSK, RESUME_KINDS };

enum mode {
	MODE_USUAL,
	MODE_SUSPECT, /* nothing but a control is asked */
	MODE_PAUSED,  /* nothing at all, until a time */
	MODE_LOST,    /* nothing any more */
};

/* Marks of whoever answered: keys of tickets, or habits. Who is alone may change one for
 * another, but comes not back to what it had. */
#define MARKS_MAX 4

struct marks {
	uint64_t seen[MARKS_MAX]; /* the last one is that which was met last */
	unsigned count;
};

/* What is found of a version. */
struct finding {
	uint8_t status; /* enum endpoint_status; UNASKED: not settled yet */
	int16_t alert;
	const char *reason;
	uint8_t order;        /* enum endpoint_order */
	uint8_t completes;    /* enum endpoint_trait */
	uint8_t without_name; /* enum endpoint_trait */
	uint8_t other_name;
	bool named_dh;       /* DHE only with groups of RFC 7919 in the hello */
	uint16_t rest_suite; /* taken after it was refused with others */
	uint16_t taken;      /* hellos that were answered with it */
	uint16_t wavers; /* connections that were closed, and then the same hello taken */
	bool hinted;     /* a hello for a higher version was answered with it */
	bool closed;     /* its refusal, or that at its list's end, was no alert */
	bool cut;        /* its list ended otherwise than by a refusal */
	bool groups_cut;
	bool schemes_cut;
	uint16_t first_group; /* what it picked of all */
	uint16_t first_scheme;
	uint64_t leaves[SUITE_BY_PSK]; /* certificates by how suites authenticate */
	struct marks ids;              /* whether it gives sessions an id */
};

struct survey {
	const struct survey_setting *setting;
	enum probe_transport transport;
	struct bytes server_name;
	struct arena arena;

	struct job jobs[JOBS_MAX];
	unsigned job_count;
	unsigned under_way;
	uint32_t asked; /* questions so far */

	bool reached; /* a connection was made */
	bool speaks;  /* TLS came back */
	bool heard;   /* anything, be it a close */
	bool stopped;
	enum mode mode;
	uint8_t form; /* the fullest that it is known to take, or FULL */
	bool full_taken;
	uint16_t suites_taken; /* the most that stood in a hello that it took */
	uint8_t not_tls;
	bool without; /* the dialogue told that there is no TLS */
	uint8_t no_connection;
	uint8_t local;

	/* The hello that was taken last: what a control says again. */
	uint8_t good_rank;
	uint8_t good_form;
	bool good_nameless;
	uint32_t good_suite;

	unsigned accidents; /* closed, and then taken when it was said again */
	unsigned answers;   /* that were taken */
	unsigned streak;    /* questions in a row that told nothing */
	unsigned pauses;
	bool slowed;
	uint64_t pace;     /* nanoseconds from one question to the next; 0: none */
	uint64_t next_at;  /* not before */
	uint64_t burst_at; /* since when it is asked at this pace */
	unsigned burst_taken;
	uint64_t begun; /* 0: not yet */
	uint64_t ended;

	struct finding findings[RANK_TLS13 + 1];
	struct hunt suites[RANK_TLS13 + 1];
	struct hunt groups[2]; /* up to TLS 1.2, and of TLS 1.3 */
	struct hunt schemes;   /* of TLS 1.2 */
	struct hunt schemes13;
	uint8_t groups_rank; /* the version up to TLS 1.2 whose groups are hunted */
	uint16_t version13;  /* as it answered: TLS 1.3 or a draft */
	uint16_t curves[4];  /* of its certificates */
	uint32_t sslv2[REPLY_SPECS_MAX];
	size_t sslv2_count;
	uint32_t quic_versions[ANSWER_QUIC_VERSIONS_MAX];
	size_t quic_version_count;
	uint64_t alpn_open; /* of offers_alpn, or over QUIC of offers_quic_alpn */
	bool alpn_over;
	bool no_rides;         /* it choked on one */
	uint8_t joint;         /* enum joint, of TLS 1.2 */
	uint8_t joint13;       /* of TLS 1.3 */
	uint8_t joint_resumed; /* of schemes with handshakes to resume a session */
	struct bytes alpn[16];
	size_t alpn_count;
	const struct session *sessions[RESUME_KINDS]; /* to be resumed; NULL: none */
	struct endpoint_traits traits;
	struct endpoint_dh dh;
	uint64_t dh_public;
	uint64_t dh_prime;
	bool differ;
	const char *differ_reason;
	const char *several; /* why it is several, that need not differ; or NULL */
	struct marks ticket_keys[2]; /* up to TLS 1.2, and of TLS 1.3 */
	struct survey_chain chains[ENDPOINT_CERTIFICATES_MAX];
	uint64_t leaves[ENDPOINT_CERTIFICATES_MAX];
	size_t chain_count;
	const char *reason; /* of what is unknown, if it is the same for all */
	const char *hollow; /* why lists are left (hollow.c); NULL: they are not */
	unsigned hollows;
	unsigned sound; /* hellos that were followed by what belongs there */
	uint64_t hollow_time;
	uint8_t start[ENDPOINT_START_MAX];
	uint8_t start_len;
	uint64_t bytes_sent;
	uint64_t bytes_received;
	uint32_t connections;
};

/* Nodes of one address differ as soon as this is told; the first reason stays. */
void survey_differs(struct survey *survey, const char *format, ...) PRINTF_LIKE(2, 3);

/* What a version was refused is taken in another connection. True if that alone shows
 * that nodes differ: it was refused by a word. Of what was closed upon, which chance may
 * do, a note is made for findings.c; of what was not settled, none. */
bool survey_refused_then_taken(struct survey *survey, int rank);

/* A clause in the survey's arena. */
const char *survey_clause(struct survey *survey, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* The job of a kind and a rank; NULL if there is none. */
struct job *survey_job(struct survey *survey, enum ask_kind ask, uint8_t rank);

/* The version of a rank over the survey's transport; VERSION_NONE: there is none. */
uint16_t survey_version(const struct survey *survey, int rank);

/* What a version is of which no word came. */
enum endpoint_status survey_silence(const struct survey *survey, const struct job *job);

/* True once every job of that kind is done. */
bool survey_all_done(const struct survey *survey, enum ask_kind ask);

bool survey_job_done(const struct survey *survey, enum ask_kind ask, uint8_t rank);

bool survey_accepts(const struct survey *survey, int rank);

/* The highest version that is accepted, up to a rank; RANK_UNKNOWN: none. */
int survey_highest(const struct survey *survey, int most);

/* Settles as unclear what waits for a control, where there is none to ask. */
void survey_settle_unproved(struct survey *survey);

/* Why a job stayed open after so many tries. */
const char *survey_reason(struct survey *survey, const struct job *job);

/* Why a dialogue did not come to TLS; NULL of what answered a hello. */
const char *survey_reason_before(struct survey *survey, const struct reply *reply);

/* It named its versions of QUIC, and version 1 is none of them. */
const char *survey_reason_other_quic(struct survey *survey);

/* Settles every job that is not done as unclear, with that reason. */
void survey_lose(struct survey *survey, const char *reason);

/* A hello that is taken with whatever suites, in the survey's form or a job's. */
void plan_version(const struct survey *survey, int rank, enum form form,
	struct survey_room *room, struct hello_plan *plan);
void plan_found_suites(const struct survey *survey, int rank, struct survey_room *room,
	struct hello_plan *plan);
size_t plan_suites_at_once(const struct survey *survey, enum form form);

/* All groups of TLS 1.3, those that were found behind the others. */
void plan_open_groups(
	const struct survey *survey, struct survey_room *room, struct hello_plan *plan);

/* In place of all groups those that a handshake can be carried to its end with. */
void plan_computed_groups(int rank, struct hello_plan *plan);

/* Whether the server has one of them, or needs none; else that it refuses them says
 * nothing of its handshakes. */
bool survey_computes_groups(const struct survey *survey, int rank);

/* Whether a group that a handshake can be carried to its end with was seen to be taken,
 * or none is needed so far as was seen. */
bool survey_saw_computed_group(const struct survey *survey, int rank);

/* Whether handshakes can be done with all groups that were seen, those of the keys too.
 */
bool survey_computes_keys(const struct survey *survey, int rank);

/* Adds the groups of RFC 7919 to those of the plan. */
void plan_named_dh(struct survey_room *room, struct hello_plan *plan);

/* Copies a session that a handshake left, unless there is one of its kind; NULL is none.
 */
void survey_keep_session(struct survey *survey, const struct session *session);

/* Counts an acceptance that was `time` under way: see hollow.c. */
void survey_count_hollow(struct survey *survey, const struct reply *reply, uint64_t time);

/* Settles as unclear all but the first hello of each version. */
void survey_leave_lists(struct survey *survey);

/* Over UDP: whether it had a cookie or token sent back before it answered. */
void survey_note_address(struct survey *survey, const struct reply *reply);

/* What any reply tells beside what it was asked for. */
void survey_note(struct survey *survey, const struct survey_question *question,
	const struct reply *reply);

#endif
