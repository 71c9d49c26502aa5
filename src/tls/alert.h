/*
 * alert - the two bytes of an alert. RFC 8446, 6.
 *
 * Names stand in data/iana/alerts.csv (iana_alerts).
 */
#ifndef TLS_ALERT_H
#define TLS_ALERT_H

#include "base/bytes.h"
#include "base/err.h"

#define ALERT_LEN 2

enum alert_level {
	ALERT_WARNING = 1,
	ALERT_FATAL = 2,
};

enum { /* the descriptions that decide something here */
	ALERT_CLOSE_NOTIFY = 0,
	ALERT_UNEXPECTED_MESSAGE = 10,
	ALERT_HANDSHAKE_FAILURE = 40,
	ALERT_ILLEGAL_PARAMETER = 47,
	ALERT_DECODE_ERROR = 50,
	ALERT_PROTOCOL_VERSION = 70,
	ALERT_INSUFFICIENT_SECURITY = 71,
	ALERT_INTERNAL_ERROR = 80,
	ALERT_INAPPROPRIATE_FALLBACK = 86, /* RFC 7507, 3 */
	ALERT_USER_CANCELED = 90,
	ALERT_NO_RENEGOTIATION = 100,
	ALERT_MISSING_EXTENSION = 109,
	ALERT_UNRECOGNIZED_NAME = 112,        /* RFC 6066, 3 */
	ALERT_NO_APPLICATION_PROTOCOL = 120, /* RFC 7301, 3.2 */
};

struct alert {
	uint8_t level;
	uint8_t description;
};

/* Reads a whole alert in the clear. ERR_VALUE if level is neither 1 nor 2;
 * ERR_SHORT or ERR_LONG if it is not two bytes (encrypted, then). */
MUST_USE enum err alert_parse(struct bytes payload, struct alert *ret);

#endif
