/*
 * server_seen - what a store knows of one server: the keys that it presented, as watched
 * or scanned, and the versions it agreed on. Where nobody says what a server presents, a
 * policy is judged with these.
 *
 * TLS 1.3 hides certificates from who watches; then a scan may know them.
 *
 * tests: tests/unit/report/test_server_seen.c
 */
#ifndef REPORT_SERVER_SEEN_H
#define REPORT_SERVER_SEEN_H

#include "base/text.h"
#include "policy/negotiate.h"
#include "store/store.h"

struct server_seen_key {
	struct policy_key key;
	time_ns last;      /* when it was seen; 0: it was not */
	time_ns not_after; /* of its certificate */
};

struct server_seen {
	struct server_seen_key keys[KEY_KIND_COUNT]; /* of each kind the latest */
	uint16_t
		agreed; /* bit 1 << enum version_rank: agreed on, or accepted by a scan */
	uint16_t offered; /* likewise: the most that a client offered */
	time_ns last;
	time_ns scanned;   /* when a scan was answered last; 0: none was */
	uint16_t accepted; /* as `agreed`: by that scan */
	uint16_t dh_bits;  /* of DHE, as found by it; 0: none was */
};

/* Where what a profile says of a server comes from. */
struct server_origin {
	bool stack_said; /* on the command line; else it is assumed */
	bool keys_said;
	bool level_said;
	bool looked;                           /* for one server: then these are of it */
	time_ns keys[SERVER_CERTIFICATES_MAX]; /* when each was seen; 0: assumed */
	struct server_seen seen;
};

/* Of the server or server name of the filter. Whose handshakes are looked at does not
 * matter. */
MUST_USE enum err server_seen_read(struct server_seen *ret, struct store *store,
	const struct store_filter *filter, struct fault *why);

/* Has the profile present what was seen and its policy takes; changes nothing if there is
 * no such key. A key whose certificate had expired when the server was last seen is not
 * presented any more. */
void server_seen_present(struct server_origin *origin, struct server_profile *profile);

/* Has the profile use the DH parameters that a scan found, if its policy takes them. */
void server_seen_use_dh(const struct server_seen *seen, struct server_profile *profile);

/* Sentences, each with a space in front: what was seen and is not presented, and if it
 * was never seen to do what the policy wants. */
void server_seen_tell(const struct server_origin *origin,
	const struct server_profile *profile, struct text *text);

#endif
