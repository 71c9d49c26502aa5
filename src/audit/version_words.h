/*
 * version_words - whether a text names a version of TLS, in any of the spellings that
 * programs have: a name of a variable, of a constant, of a protocol. Pure.
 *
 * tests: the examples of data/audit, by tests/unit/audit/test_rule_examples.c
 */
#ifndef AUDIT_VERSION_WORDS_H
#define AUDIT_VERSION_WORDS_H

#include "base/bytes.h"
#include "tls/version.h"

/* "tls1", "SSLv3", "use_tls_1_1", "1.1", "0x0301"; not "openssl3". */
bool names_version(struct bytes text);

enum named_version {
	NAMES_NO_VERSION,
	NAMES_NEW_VERSION, /* TLS 1.2 or newer, and no older one */
	NAMES_OLD_VERSION,
};

enum named_version version_named(struct bytes text);

/* The version that a constant's name ends with: "AWS_IO_TLSv1", "kTLSProtocol11",
 * "SSL_VERSION_TLS1_1", "TLSv1_METHOD"; RANK_UNKNOWN if it ends with none, or takes it
 * away, as "OP_NO_TLSv1". */
enum version_rank version_at_end(struct bytes name);

#endif
