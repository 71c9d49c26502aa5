/*
 * rating - the letter that the SSL Server Rating Guide of SSL Labs gives a server, for
 * those who have to show one beside others. Its edition is 2009r.
 *
 * It is arithmetic over what was found, with the guide's caps. What the guide asks and a
 * scan does not find out is in rating_not_measured; a server of which a version or a
 * list is not known has no rating.
 *
 * tests: tests/unit/policy/test_rating.c
 */
#ifndef POLICY_RATING_H
#define POLICY_RATING_H

#include "evidence/endpoint.h"

#define RATING_EDITION     "2009r"
#define RATING_REASONS_MAX 21 /* one for each cap */

/* "HSTS, without which no A+ is given; ..." */
extern const char rating_not_measured[];

struct rating {
	const char *grade;         /* "A", "A-", "B" to "F", "T", "M"; NULL: not rated */
	const char *without_trust; /* if T or M: what it were; else as `grade` */
	const char *unrated;       /* a clause: why it is not rated; else NULL */
	uint8_t score;             /* of 100; as are the parts */
	uint8_t protocol;
	uint8_t exchange;
	uint8_t cipher;
	const char *reasons[RATING_REASONS_MAX]; /* of the caps that applied */
	size_t reason_count;
};

void rating_of(const struct endpoint *endpoint, struct rating *ret);

#endif
