/*
 * log - everything the program says on standard error: messages, and one line of
 * progress below them.
 *
 * A message is one line, "tlsunset: ...". Text from strangers must have gone through
 * text_quote_terminal() before it comes here. The line of progress is redrawn in
 * place, only on a terminal, and a message pushes it aside. Safe in any thread.
 */
#ifndef SYS_LOG_H
#define SYS_LOG_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/fault.h"

enum log_level {
	LOG_QUIET,   /* errors only */
	LOG_NORMAL,  /* and warnings */
	LOG_VERBOSE, /* and notes */
};

/* What is said from now on; LOG_NORMAL before. */
void log_set_level(enum log_level level);

void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);
void log_note(const char *format, ...) PRINTF_LIKE(1, 2);

/* The sentence of a fault, as an error. */
void log_fault(const struct fault *why);

/* True if the line of progress may be redrawn: standard error is a terminal, the level
 * is not quiet, and a tenth of a second went by since it was drawn. Ask before
 * putting the line together. */
bool log_progress_due(void);

/* Draws the line, cut at the width of the terminal. Does nothing where
 * standard error is no terminal, or when quiet. */
void log_progress(const char *line);

/* Wipes the line away, so that what follows starts clean. */
void log_progress_end(void);

#endif
