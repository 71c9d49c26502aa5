/*
 * software - which stack sends a hello, as far as the lab has seen it send one.
 *
 * data/software.tsv is built in. A hello that is not in it has no label: nothing is
 * guessed. Programs of one stack often send the same hello; then the label is what
 * theirs have in common before the parenthesis, or the labels with "or" between.
 */
#ifndef REPORT_SOFTWARE_H
#define REPORT_SOFTWARE_H

#include "base/text.h"
#include "evidence/hello.h"

/* Room for what software_of() appends. */
#define SOFTWARE_TEXT_MAX 1024

/* Appends the label of the hello, nothing if there is none. NULL is allowed. */
void software_of(const struct hello *hello, struct text *text);

#endif
