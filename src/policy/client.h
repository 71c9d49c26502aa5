/*
 * client - what all handshakes of a client tell about one of them.
 *
 * A first pass notes every tally; then clients_context() answers for each what the
 * judge wants to know. Two facts are kept: whether a client only ever probes, and
 * how high each hello family of it went in each hour. Memory grows with the number
 * of clients, some 300 bytes each, up to the ceiling that the caller names, and hardly
 * with that of hours: tallies come in order of hour, and of an hour that is over
 * only those families stay that also offered less than their most.
 *
 * A hello below the minimum is a fallback if the same client sent another of the same
 * family, within the same hour and to whatever server, that offered the minimum or got
 * it. Whether that other one completed does not matter: refused, reset or unanswered is
 * why clients come back lower (browsers did until 2015), and a client that can
 * offer the minimum needs no change of its own.
 *
 * Who cannot read everything twice calls clients_meet() for each handshake as it
 * comes, and gets what is known up to there.
 */
#ifndef POLICY_CLIENT_H
#define POLICY_CLIENT_H

#include "base/hash.h"
#include "evidence/tally.h"
#include "policy/judge.h"

/* What tells a scanner from an old program that nobody accepts any more. Hiding the
 * second among the first is the worst error there is here, so:
 *
 * - Variety is what a scanner cannot do without and a host does not have: hellos of many
 *   families failed. nmap's ssl-enum-ciphers shows 16 and more of them to one server,
 *   testssl.sh 34, sslscan 8 (measured); a host's few TLS programs one or two each.
 *   Digests would not do: one old program sends half a dozen forms, with and
 *   without a name, a ticket, the form of SSL 2.0, and lower at each retry.
 * - A sweep, many servers that failed, is noise only if the hello offers the minimum. One
 *   that offers less is refused by whoever has that minimum already, and by each one
 *   of them: an agent of TLS 1.0 that calls on every host looks just so. A scanner that
 *   sweeps with nothing but one old hello is therefore told as `cannot`.
 *
 * Only what was refused or reset counts: an unanswered hello may be our own blindness. */
#define JUNK_FAMILIES 8  /* distinct ones that failed */
#define JUNK_SERVERS  16 /* distinct ones that failed */

/* And fewer than one handshake in so many completed: behind one address may be many
 * people, whose failures stand beside many more successes. */
#define JUNK_COMPLETED_SHARE 10

struct clients;

/* Of max clients at most. key: clients are strangers. NULL if memory ran out. */
struct clients *clients_new(const struct hash_key *key, size_t max);
void clients_free(struct clients *clients);

/* ERR_LIMIT: no room for one more; the others stay known. */
MUST_USE enum err clients_note(struct clients *clients, const struct tally *tally);

struct judge_context clients_context(const struct clients *clients,
	enum version_rank minimum, const struct tally *tally);

/* Notes a handshake and answers its context in one. All clients are forgotten when a
 * later hour begins, and when there is no room for one more: `junk` here is a client
 * that only probed within the hour. */
MUST_USE enum err clients_meet(struct clients *clients, enum version_rank minimum,
	const struct handshake *handshake, struct judge_context *ret);

#endif
