/*
 * terminal - what the output is shown on.
 */
#ifndef SYS_TERMINAL_H
#define SYS_TERMINAL_H

#include <stdbool.h>

#define TERMINAL_WIDTH_USUAL 80 /* where it cannot be told: a pipe, a file */

/* True if a person sees what is written to the descriptor. */
bool terminal_is(int descriptor);

/* Its columns, never fewer than 20. */
unsigned terminal_width(int descriptor);

#endif
