/*
 * policy_file - a policy as a person writes it: a document with the fields of
 * docs/policy.md, read and written.
 *
 * Whatever is wrong is told with its place, with what was expected and, for a name that
 * is not known, the nearest one that is. What is not said is left to the server's stack.
 * Nothing is believed silently: no field, suite, group or scheme stands twice, and lists
 * that no allowed version can use are refused.
 */
#ifndef POLICY_POLICY_FILE_H
#define POLICY_POLICY_FILE_H

#include "base/document.h"
#include "base/text.h"
#include "policy/policy.h"

/* ERR_VALUE, ERR_DUPLICATE or ERR_LIMIT: why has line and column. */
MUST_USE enum err policy_of_document(
	const struct document *document, struct policy *ret, struct fault *why);

/* As YAML; read again it is the same policy. */
void policy_write_yaml(const struct policy *policy, struct text *text);

/* "rsa", "ecdsa", as the file says it. */
const char *key_kind_name(enum key_kind kind);

#endif
