/*
 * openssl_config - what an openssl.cnf says of TLS: sections and values, each with the
 * place where it stands, and the chain that ends in system_default.
 *
 * The file is read as CONF reads it (config(5)): comments, quotes, lines that go on,
 * variables, `.include`. Whatever it holds, reading it ends: files, depth, values and
 * their length have ceilings, and reaching one is a note.
 *
 * Pure: files that are included are asked for by a function that is handed in.
 *
 * tests: tests/unit/host/test_openssl_config.c; fuzz: tests/fuzz/fuzz_openssl_config.c
 */
#ifndef HOST_OPENSSL_CONFIG_H
#define HOST_OPENSSL_CONFIG_H

#include "base/arena.h"
#include "evidence/version_range.h"

#define OPENSSL_CONFIG_VALUES_MAX 4096 /* the stock file has 200 */
#define OPENSSL_CONFIG_VALUE_MAX  4096 /* bytes, variables in their places */
#define OPENSSL_CONFIG_DEPTH_MAX  8    /* of includes: Fedora's has two */
#define OPENSSL_CONFIG_FILES_MAX  64
#define OPENSSL_CONFIG_NOTES_MAX  8

struct openssl_value {
	const char *section;
	const char *name;
	const char *value;
	const char *file;
	uint32_t line;
	const struct openssl_value *before; /* the one read before it */
};

struct openssl_config {
	struct arena *arena; /* members are for openssl_config.c alone, but the notes */
	const struct openssl_value *last;
	size_t count;
	const char *section; /* of what is read next */
	unsigned depth;
	unsigned files;
	const char *notes[OPENSSL_CONFIG_NOTES_MAX]; /* clauses: what was not read */
	uint8_t note_count;

	/* Reads what stands at a path, a file or the *.cnf and *.conf of a folder, by
	 * openssl_config_read(). NULL: nothing is included. */
	void (*include)(struct openssl_config *config, const char *path);
	void *owner; /* of include() */
};

/* Reads a file's text. ERR_MEMORY: the arena is full. What is wrong is stepped over, and
 * noted. */
MUST_USE enum err openssl_config_read(
	struct openssl_config *config, struct bytes all, const char *file);

/* Notes that something was not read: "FILE, line 3: WHY". */
void openssl_config_note(
	struct openssl_config *config, const char *file, uint32_t line, const char *why);

/* The last value of that name in a section; NULL if there is none. */
const struct openssl_value *openssl_config_find(
	const struct openssl_config *config, const char *section, const char *name);

/* What the chain openssl_conf, ssl_conf, system_default comes to: each NULL if the file
 * does not say it. */
struct openssl_policy {
	const struct openssl_value *system_default; /* where the chain ends */
	const char *broken;                         /* the link that leads nowhere */
	const struct openssl_value *lowest;         /* MinProtocol */
	const struct openssl_value *highest;        /* MaxProtocol */
	const struct openssl_value *protocol;       /* Protocol */
	const struct openssl_value *ciphers;        /* CipherString */
	const struct openssl_value *options;        /* Options */
	const struct openssl_value *fips;           /* default_properties or fips_mode */
	int level; /* SECLEVEL of the ciphers; -1: not said */
};

struct openssl_policy openssl_policy_of(const struct openssl_config *config);

/* "TLSv1.2", "None", "TLSv1": the version of MinProtocol and MaxProtocol, RANK_UNKNOWN
 * for None. ERR_VALUE: none. SSL_CONF_cmd(3). */
MUST_USE enum err openssl_protocol(const char *value, enum version_rank *ret);

/* What is left of a set of versions. */
uint16_t openssl_policy_apply(const struct openssl_policy *policy, uint16_t versions);

#endif
