/*
 * handshake_json - one handshake as one line of JSON; docs/jsonl.md is its schema.
 *
 * What was not seen is null. Names are the registries'; a code point without a
 * name is written "0x1a2b".
 */
#ifndef REPORT_HANDSHAKE_JSON_H
#define REPORT_HANDSHAKE_JSON_H

#include "base/text.h"
#include "evidence/observation.h"
#include "policy/judge.h"

/* Appends the line, its newline included. */
void handshake_json(struct text *text, const struct handshake *handshake,
        enum handshake_class class);

#endif
