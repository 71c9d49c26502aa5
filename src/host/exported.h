/*
 * exported - texts as Windows' tools write them: UTF-16 of either order with a mark or
 * without (regedit, wmic, PowerShell's >), UTF-8 with a mark, 8-bit (reg query).
 *
 * tests: tests/unit/host/test_exported.c
 */
#ifndef HOST_EXPORTED_H
#define HOST_EXPORTED_H

#include "base/bytes.h"
#include "base/text.h"

/* The same text in UTF-8, without its mark. It is borrowed from all or from room, which
 * is initialised here; text_done() is owed whatever the answer. */
struct bytes exported_text(struct bytes all, struct text *room);

/* Appends one unit of UTF-16 as UTF-8. Half of a pair is kept as it is: no name that
 * counts here has one. */
void exported_unit(struct text *text, uint16_t unit);

#endif
