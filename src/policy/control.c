#include "policy/control.h"

static bool any_alert(const struct endpoint *endpoint, int16_t *ret)
{
	for (int rank = RANK_TLS13; rank >= RANK_SSL3; rank--) {
		if (endpoint->versions[rank].version == VERSION_NONE ||
			endpoint->versions[rank].alert < 0)
			continue;
		*ret = endpoint->versions[rank].alert;
		return true;
	}
	return false;
}

static void note_certificate(const struct endpoint *endpoint, struct control_seen *ret)
{
	const struct endpoint_certificate *shown = &endpoint->certificates[0];
	const struct certificate *leaf;

	if (endpoint->certificate_count == 0 || shown->chain_len == 0)
		return;
	leaf = shown->chain[0];
	ret->trust = shown->trust;
	if (leaf->issuer == NULL || strlen(leaf->issuer) >= sizeof ret->issuer)
		return; /* a cut one might be another's */
	memcpy(ret->issuer, leaf->issuer, strlen(leaf->issuer) + 1);
}

void control_of_endpoint(const struct endpoint *endpoint, struct control_seen *ret)
{
	ret->alert = -1;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED)
			ret->accepted |= (uint16_t)(1u << rank);
	note_certificate(endpoint, ret);
	memcpy(ret->start, endpoint->start, endpoint->start_len);
	ret->start_len = endpoint->start_len;
	if (ret->accepted != 0)
		ret->stage = CONTROL_ACCEPTED;
	else if (any_alert(endpoint, &ret->alert))
		ret->stage = CONTROL_REFUSED;
	else if (endpoint->status == ENDPOINT_NOT_TLS)
		ret->stage = CONTROL_NOT_TLS;
	else if (endpoint->status == ENDPOINT_NO_ANSWER)
		ret->stage = CONTROL_SILENT;
	else
		ret->stage = endpoint->bytes_sent > 0 ? CONTROL_CLOSED : CONTROL_UNKNOWN;
}

/* What can be said of a target by the part of the way that it failed on. */
enum part { PART_UNKNOWN, PART_NAME, PART_CONNECTION, PART_SPEECH, PART_TLS, PART_NONE };

static enum part part_of(const struct control_seen *seen)
{
	switch (seen->stage) {
	case CONTROL_NO_NAME:
	case CONTROL_NO_RESOLVER:
		return PART_NAME;
	case CONTROL_NO_ROUTE:
	case CONTROL_NO_ANSWER:
	case CONTROL_NO_LISTENER:
		return PART_CONNECTION;
	case CONTROL_NOT_TLS:
		return PART_SPEECH;
	case CONTROL_SILENT:
	case CONTROL_CLOSED:
	case CONTROL_REFUSED:
		return PART_TLS;
	case CONTROL_ACCEPTED:
		return PART_NONE;
	default:
		return PART_UNKNOWN;
	}
}

/* It came further than that. */
static bool passed(const struct control_seen *seen, enum part part)
{
	return part_of(seen) > part;
}

/* Two that have nothing to do with each other show certificates of one issuer, whom
 * nobody here trusts. */
static bool is_intercepted(const struct control_seen seen[CONTROL_TARGETS])
{
	const struct control_seen *strict = &seen[CONTROL_STRICT];
	const struct control_seen *unrelated = &seen[CONTROL_UNRELATED];

	return strict->issuer[0] != '\0' &&
	       strcmp(strict->issuer, unrelated->issuer) == 0 &&
	       strict->trust != TRUST_OK && strict->trust != TRUST_NOT_LOOKED_AT &&
	       unrelated->trust != TRUST_OK && unrelated->trust != TRUST_NOT_LOOKED_AT;
}

/* An address needs no names, so it shows nothing of them. */
static enum control_cause judge_names(const struct control_seen seen[CONTROL_TARGETS])
{
	const struct control_seen *similar = &seen[CONTROL_SIMILAR];
	const struct control_seen *unrelated = &seen[CONTROL_UNRELATED];

	if (similar->named && passed(similar, PART_NAME))
		return CAUSE_NAME;
	if (unrelated->named && passed(unrelated, PART_NAME))
		return similar->named ? CAUSE_ZONE : CAUSE_UNKNOWN;
	return similar->named && unrelated->named ? CAUSE_NAMES : CAUSE_UNKNOWN;
}

static enum control_cause judge_connections(
	const struct control_seen seen[CONTROL_TARGETS])
{
	if (passed(&seen[CONTROL_SIMILAR], PART_CONNECTION))
		return CAUSE_SERVICE;
	if (passed(&seen[CONTROL_UNRELATED], PART_CONNECTION))
		return part_of(&seen[CONTROL_SIMILAR]) == PART_CONNECTION ? CAUSE_NETWORK
									  : CAUSE_UNKNOWN;
	return part_of(&seen[CONTROL_UNRELATED]) == PART_CONNECTION ? CAUSE_ROUTE
								    : CAUSE_UNKNOWN;
}

/* Who answers like that on all three is on the way to all three. */
static enum control_cause judge_speech(const struct control_seen seen[CONTROL_TARGETS])
{
	return part_of(&seen[CONTROL_UNRELATED]) == PART_SPEECH ? CAUSE_PROXY
								: CAUSE_NOT_TLS;
}

/* An alert is the word of whoever speaks TLS; a close may be anybody's on the way there.
 */
static enum control_cause judge_tls(const struct control_seen seen[CONTROL_TARGETS])
{
	bool similar = part_of(&seen[CONTROL_SIMILAR]) == PART_NONE;
	bool unrelated = part_of(&seen[CONTROL_UNRELATED]) == PART_NONE;

	if (similar || (unrelated && seen[CONTROL_STRICT].stage == CONTROL_REFUSED))
		return CAUSE_TLS;
	if (unrelated)
		return part_of(&seen[CONTROL_SIMILAR]) == PART_TLS ? CAUSE_NETWORK
								   : CAUSE_UNKNOWN;
	return part_of(&seen[CONTROL_UNRELATED]) == PART_TLS ||
			       part_of(&seen[CONTROL_UNRELATED]) == PART_SPEECH
		       ? CAUSE_PROXY
		       : CAUSE_UNKNOWN;
}

enum control_cause control_judge(const struct control_seen seen[CONTROL_TARGETS])
{
	switch (part_of(&seen[CONTROL_STRICT])) {
	case PART_NAME:
		return judge_names(seen);
	case PART_CONNECTION:
		return judge_connections(seen);
	case PART_SPEECH:
		return judge_speech(seen);
	case PART_TLS:
		return judge_tls(seen);
	case PART_NONE:
		return is_intercepted(seen) ? CAUSE_PROXY : CAUSE_NONE;
	default:
		return CAUSE_UNKNOWN;
	}
}

uint16_t control_left_behind(const struct control_seen seen[CONTROL_TARGETS])
{
	uint16_t strict = seen[CONTROL_STRICT].accepted;

	return strict == 0 ? 0 : (uint16_t)(seen[CONTROL_SIMILAR].accepted & ~strict);
}

const char *control_stage_name(enum control_stage stage)
{
	static const char *const names[CONTROL_STAGES] = {
		[CONTROL_UNKNOWN] = "unknown",
		[CONTROL_NO_NAME] = "no-name",
		[CONTROL_NO_RESOLVER] = "no-resolver",
		[CONTROL_NO_ROUTE] = "no-route",
		[CONTROL_NO_ANSWER] = "no-answer",
		[CONTROL_NO_LISTENER] = "no-listener",
		[CONTROL_NOT_TLS] = "not-tls",
		[CONTROL_SILENT] = "silent",
		[CONTROL_CLOSED] = "closed",
		[CONTROL_REFUSED] = "refused",
		[CONTROL_ACCEPTED] = "accepted",
	};

	return names[stage];
}

const char *control_cause_name(enum control_cause cause)
{
	static const char *const names[CAUSE_COUNT] = {
		[CAUSE_UNKNOWN] = "unknown",
		[CAUSE_NAMES] = "names",
		[CAUSE_ROUTE] = "route",
		[CAUSE_PROXY] = "proxy",
		[CAUSE_ZONE] = "zone",
		[CAUSE_NETWORK] = "network",
		[CAUSE_NAME] = "name",
		[CAUSE_SERVICE] = "service",
		[CAUSE_NOT_TLS] = "not-tls",
		[CAUSE_TLS] = "tls",
		[CAUSE_NONE] = "none",
	};

	return names[cause];
}
