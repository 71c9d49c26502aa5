#include "evidence/endpoint.h"

const char *endpoint_status_name(enum endpoint_status status)
{
	static const char *const names[ENDPOINT_STATUS_COUNT] = {
		[ENDPOINT_UNASKED] = "unasked",
		[ENDPOINT_ACCEPTED] = "accepted",
		[ENDPOINT_REFUSED] = "refused",
		[ENDPOINT_NOT_TLS] = "not-tls",
		[ENDPOINT_NO_ANSWER] = "no-answer",
		[ENDPOINT_UNKNOWN] = "unknown",
	};

	return names[status];
}

const char *endpoint_trust_name(enum endpoint_trust trust)
{
	static const char *const names[] = {
		[TRUST_NOT_LOOKED_AT] = "not-looked-at",
		[TRUST_OK] = "ok",
		[TRUST_SELF_SIGNED] = "self-signed",
		[TRUST_INCOMPLETE] = "incomplete",
		[TRUST_UNKNOWN_ROOT] = "unknown-root",
		[TRUST_EXPIRED] = "expired",
		[TRUST_NOT_YET] = "not-yet-valid",
		[TRUST_BAD] = "bad",
	};

	return names[trust];
}
