/*
 * journal - which numbered pieces of a long piece of work are done, in a file that
 * survives whatever ends the program.
 *
 * The file begins with the identity of the work; behind it stands a record for each
 * piece, added as it is done and never changed. What a broken write left at its end is
 * cut off, and the piece counts as not done. Records are with the kernel once they were
 * flushed, so a kill loses none of them; they are brought to the disk in batches, so a
 * power cut may lose some.
 *
 * tests: tests/unit/sys/test_journal.c; tests/reliability/resume.py kills in a loop
 */
#ifndef SYS_JOURNAL_H
#define SYS_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

#define JOURNAL_RECORDS_MAX (1 << 24) /* 200 MB of file */
#define JOURNAL_HELD_MAX    256

struct journal; /* heap */

/* Opens the journal of that work, or makes one. ERR_VALUE: it is of other work, or no
 * journal. ERR_BUSY: another program is at it. */
MUST_USE enum err journal_open(
	const char *path, uint64_t identity, struct journal **ret, struct fault *why);
void journal_close(struct journal *journal);

/* Whether a piece is done. */
bool journal_has(const struct journal *journal, uint64_t piece);

/* Notes that a piece is done; in the file from journal_flush() on, or JOURNAL_HELD_MAX
 * later. */
MUST_USE enum err journal_note(
	struct journal *journal, uint64_t piece, struct fault *why);

/* Writes what was noted, at once. */
MUST_USE enum err journal_flush(struct journal *journal, struct fault *why);

#endif
