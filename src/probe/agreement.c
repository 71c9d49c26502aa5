#include "probe/agreement.h"

#include <stdio.h>

#include "tls/iana.h"

static bool goes_on(const struct probe_result *result)
{
	return result->answer->outcome == ANSWER_ACCEPTED ||
	       result->answer->outcome == ANSWER_RETRY;
}

static bool refuses(const struct probe_result *result)
{
	return result->answer->outcome == ANSWER_REFUSED ||
	       result->answer->outcome == ANSWER_CLOSED ||
	       result->answer->outcome == ANSWER_RESET;
}

static void version_text(uint16_t version, char ret[AGREEMENT_TEXT_MAX])
{
	const char *name = version_name(version);

	if (name != NULL)
		(void)snprintf(ret, AGREEMENT_TEXT_MAX, "%s", name);
	else
		(void)snprintf(ret, AGREEMENT_TEXT_MAX, "0x%04x", version);
}

static void predicted_text(
	const struct negotiation *predicted, char ret[AGREEMENT_TEXT_MAX])
{
	if (predicted->refusal == REFUSAL_NONE)
		version_text(predicted->version, ret);
	else
		(void)snprintf(ret, AGREEMENT_TEXT_MAX, "refuses: %s",
			refusal_text(predicted->refusal));
}

static void answered_text(const struct probe_result *result, char ret[AGREEMENT_TEXT_MAX])
{
	char name[IANA_TEXT_MAX];

	if (result->reached && goes_on(result))
		version_text(result->answer->conversation.version, ret);
	else if (result->reached && result->answer->alert_seen)
		(void)snprintf(ret, AGREEMENT_TEXT_MAX, "alert %s",
			iana_text(&iana_alerts, result->answer->alert, name));
	else
		(void)snprintf(ret, AGREEMENT_TEXT_MAX, "%s", probe_result_name(result));
}

static struct agreement differs(struct agreement agreement, const char *what)
{
	agreement.kind = AGREEMENT_NO;
	agreement.what = what;
	return agreement;
}

static struct agreement codes_differ(struct agreement agreement, const char *what,
	const struct iana_registry *registry, uint32_t predicted, uint32_t answered)
{
	static const char none[] = "none";
	char a[IANA_TEXT_MAX], b[IANA_TEXT_MAX];

	(void)snprintf(agreement.predicted, AGREEMENT_TEXT_MAX, "%s",
		predicted == CODE_NONE ? none : iana_text(registry, predicted, a));
	(void)snprintf(agreement.answered, AGREEMENT_TEXT_MAX, "%s",
		answered == CODE_NONE ? none : iana_text(registry, answered, b));
	return differs(agreement, what);
}

/* A group of RFC 7919 is, up to TLS 1.2, seen by its size alone. */
static bool group_agrees(
	const struct negotiation *predicted, const struct conversation *said)
{
	if (said->group_seen)
		return predicted->group == said->group;
	if (said->dh_bits > 0)
		return predicted->dh_bits == 0 || predicted->dh_bits == said->dh_bits;
	return predicted->group == CODE_NONE && predicted->dh_bits == 0;
}

static struct agreement groups_differ(struct agreement agreement,
	const struct negotiation *predicted, const struct conversation *said)
{
	uint32_t group = said->group_seen ? said->group : CODE_NONE;

	agreement =
		codes_differ(agreement, "group", &iana_groups, predicted->group, group);
	if (predicted->dh_bits > 0)
		(void)snprintf(agreement.predicted, AGREEMENT_TEXT_MAX, "DH of %u bits",
			predicted->dh_bits);
	if (said->dh_bits > 0)
		(void)snprintf(agreement.answered, AGREEMENT_TEXT_MAX, "DH of %u bits",
			said->dh_bits);
	return agreement;
}

/* Both go on. */
static struct agreement compare(struct agreement agreement,
	const struct negotiation *predicted, const struct conversation *said)
{
	if (predicted->version != said->version)
		return differs(agreement, "version");
	if (said->cipher_seen && predicted->cipher != said->cipher)
		return codes_differ(agreement, "cipher suite", &iana_cipher_suites,
			predicted->cipher, said->cipher);
	if (said->cipher_seen && !group_agrees(predicted, said))
		return groups_differ(agreement, predicted, said);
	if (predicted->retried != said->retried) {
		(void)snprintf(agreement.predicted, AGREEMENT_TEXT_MAX, "%s",
			predicted->retried ? "asks again" : "goes on at once");
		(void)snprintf(agreement.answered, AGREEMENT_TEXT_MAX, "%s",
			said->retried ? "asks again" : "goes on at once");
		return differs(agreement, "retry");
	}
	if (said->signature_scheme != 0 && predicted->signature != CODE_NONE &&
		predicted->signature != said->signature_scheme)
		return codes_differ(agreement, "signature", &iana_signature_schemes,
			predicted->signature, said->signature_scheme);
	agreement.kind = AGREEMENT_YES;
	return agreement;
}

/* It asks again and would then refuse: the second hello, which would tell, is not sent.
 */
static bool is_half_way(
	const struct negotiation *predicted, const struct probe_result *result)
{
	return result->answer->outcome == ANSWER_RETRY &&
	       predicted->refusal != REFUSAL_NONE && predicted->retried &&
	       predicted->group == result->answer->conversation.group;
}

struct agreement agreement_of(
	const struct negotiation *predicted, const struct probe_result *result)
{
	struct agreement agreement = { .kind = AGREEMENT_UNKNOWN };
	bool passes = predicted->refusal == REFUSAL_NONE;

	predicted_text(predicted, agreement.predicted);
	answered_text(result, agreement.answered);
	if (!result->reached || (!goes_on(result) && !refuses(result)) ||
		is_half_way(predicted, result))
		return agreement;
	if (passes != goes_on(result))
		return differs(agreement, "outcome");
	if (passes)
		return compare(agreement, predicted, &result->answer->conversation);
	agreement.kind = AGREEMENT_YES;
	return agreement;
}
