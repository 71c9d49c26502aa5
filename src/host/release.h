/*
 * release - the order of releases as products number them: "1.0.2u" after "1.0.2", 10
 * after 9, "3.0.19-1~deb12u2" after "3.0.19".
 *
 * tests: tests/unit/host/test_release.c
 */
#ifndef HOST_RELEASE_H
#define HOST_RELEASE_H

#include "base/bytes.h"

/* Less than, equal to or more than 0, as memcmp has it. Numbers compare as numbers,
 * letters as letters; what has more parts is later. */
int release_compare(struct bytes a, struct bytes b);

/* How much of the start of all is a release: digits, and then digits, dots and what a
 * release may have, as "1.0.2u", "3.7.9" or "8u291". 0: it is none. */
size_t release_length(struct bytes all);

/* "1.8.0_292" and "8u292" are 8.0.292, as what came later is numbered. JEP 223. Writes a
 * string into ret; what is none of these is copied, cut where there is no room. */
void release_of_java(struct bytes all, char *ret, size_t room);

#endif
