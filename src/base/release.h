/*
 * release - the order of releases as products number them: "1.0.2u" after "1.0.2", 10
 * after 9, "3.0.19-1~deb12u2" after "3.0.19".
 *
 * tests: tests/unit/base/test_release.c
 */
#ifndef BASE_RELEASE_H
#define BASE_RELEASE_H

#include "base/bytes.h"

/* Less than, equal to or more than 0, as memcmp has it. Numbers compare as numbers,
 * letters as letters; what has more parts is later, zeros aside. */
int release_compare(struct bytes a, struct bytes b);

/* The same of a release as people write it: "~> 2.9" is before "3.0", "2019-06-01" before
 * "2021-01-01". Marks in front do not count, nor what stands behind. No release, and it
 * is before none. */
bool release_is_before(struct bytes release, struct bytes limit);

/* Of "1.27" it is not said which of the 1.27 it is: true if the newest that begins with
 * these numbers is before the limit. "1.27" is before "1.28", not before "1.27.3". */
bool release_line_is_before(struct bytes line, struct bytes limit);

/* How much of the start of all is a release: digits, and then digits, dots and what a
 * release may have, as "1.0.2u", "3.7.9" or "8u291". 0: it is none. */
size_t release_length(struct bytes all);

/* "1.8.0_292" and "8u292" are 8.0.292, as what came later is numbered. JEP 223. Writes a
 * string into ret; what is none of these is copied, cut where there is no room. */
void release_of_java(struct bytes all, char *ret, size_t room);

#endif
