/*
 * concession - what a policy would have to concede so that a client, all clients of a
 * server, or all of an owner pass: the smallest relaxations (policy/relax.h), each with
 * its cost.
 *
 * The cost is who else would be let in, and which presets the policy then fails in a way
 * that it does not now: by its versions, suites, groups, schemes or keys. Hellos that
 * were not kept whole cannot be judged, and are not asked for. Presets and the profile
 * are borrowed.
 *
 * tests: tests/unit/report/test_concession.c
 */
#ifndef REPORT_CONCESSION_H
#define REPORT_CONCESSION_H

#include "policy/relax.h"
#include "report/render.h"
#include "store/store.h"

#define CONCESSION_FORMAT "tlsunset-keep-1" /* of JSON; grows with every break */

#define CONCESSION_PRESETS_MAX 32 /* a bit each */

/* Who is to pass: a client or all clients of a server, or those of an owner. */
struct kept {
	struct address address;
	const struct owners *owners;
	const struct owner *owner; /* one of them; NULL: the address */
};

struct concession {
	struct relaxation relaxation;
	uint64_t clients; /* that break now, are not to be kept, and pass then */
	uint64_t handshakes;
	uint64_t lost_clients; /* that do not break now, and do then */
	uint64_t lost_handshakes;
	uint32_t presets; /* bits: those that are failed then in a way they are not now */
};

struct concessions {
	const struct server_profile *profile;
	const struct server_origin *origin; /* NULL: not told */
	const struct policy *presets;
	size_t preset_count;
	struct kept kept;
	bool as_client; /* it was seen as that */
	bool as_server;
	uint64_t clients; /* to be kept, with these */
	uint64_t handshakes;
	uint64_t hellos;
	uint64_t breaking;                        /* of the hellos */
	uint64_t unknown;                         /* likewise */
	struct concession items[RELAX_FOUND_MAX]; /* by cost */
	size_t count;
	size_t total; /* relaxations of that size, of which items are the best */
	bool cut;     /* not everything was tried */
};

/* ERR_NOT_FOUND: whom to keep was not seen. ERR_MEMORY, ERR_LIMIT, or what the store
 * says. */
MUST_USE enum err concessions_init(struct concessions *ret, struct store *store,
	const struct store_filter *filter, const struct kept *kept,
	const struct server_profile *profile, const struct policy *presets,
	size_t preset_count, struct fault *why);

/* "192.0.2.7", or the owner's name, fit for a terminal. */
void kept_text(const struct kept *kept, struct text *text);

void concessions_text(const struct concessions *all, const struct render_options *options,
	struct text *text);
void concessions_json(const struct concessions *all, struct text *text);

#endif
