/*
 * software - which stack sends a hello, as far as the lab has seen it send one.
 *
 * data/software.tsv is built in. A hello that is not in it has no label: nothing is
 * guessed.
 */
#ifndef REPORT_SOFTWARE_H
#define REPORT_SOFTWARE_H

#include "evidence/hello.h"

/* The label of the hello, borrowed for good; empty if there is none. NULL is allowed. */
struct bytes software_of(const struct hello *hello);

#endif
