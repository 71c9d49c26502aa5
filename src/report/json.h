/*
 * json - the pieces that records for programs are written of.
 *
 * What was not found out is null. Names are the registries'; a code point without a
 * name is written "0x1a2b".
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "base/address.h"
#include "base/text.h"
#include "evidence/version_range.h"
#include "tls/certificate.h"
#include "tls/iana.h"

/* A member's name, with the comma that parts it from the one before; `name` is a literal
 * that needs no quoting. */
void json_member(struct text *text, const char *name);

void json_null(struct text *text);
void json_bool(struct text *text, bool value);

/* Ours, or of an alphabet that needs no quoting; NULL is null. */
void json_plain(struct text *text, const char *string);

/* Strangers' text; nothing at all is null. */
void json_quoted(struct text *text, struct bytes all);
void json_string(struct text *text, const char *string);

/* VERSION_NONE and CODE_NONE are null. */
void json_version(struct text *text, uint16_t version);
/* A set of versions, as a list of names. */
void json_version_set(struct text *text, uint16_t versions);
void json_code(struct text *text, const struct iana_registry *registry, uint32_t code);

void json_address(struct text *text, const struct address *address);
void json_time(struct text *text, time_ns moment);

/* An object; NULL is null. */
void json_certificate(struct text *text, const struct certificate *certificate);

#endif
