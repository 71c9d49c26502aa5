/*
 * option - the options of a command as a table: what parses them also prints the
 * help and the completions.
 *
 * A value is written into the command's settings at `offset`; what the settings
 * held before is the default. Accepted: --name value, --name=value, -n value,
 * -nvalue, and -- before operands that begin with a dash. A lone "-" is an operand.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"

enum option_kind {
	OPTION_FLAG,    /* bool */
	OPTION_TEXT,    /* const char * */
	OPTION_NUMBER,  /* uint64_t, from least to most */
	OPTION_CHOICE,  /* unsigned: index into choices */
	OPTION_VERSION, /* uint16_t: a TLS version */
	OPTION_TIME,    /* time_ns: a date, or a moment in UTC */
	OPTION_ADDRESS, /* struct option_address */
};

struct option_address {
	bool given;
	struct address address;
};

struct option {
	const char *name; /* without dashes */
	char letter;      /* 0: none */
	enum option_kind kind;
	size_t offset;     /* in the settings */
	const char *value; /* what its value is called in the help; NULL for a flag */
	const char *help;
	const char *const *choices; /* OPTION_CHOICE: ended by NULL */
	uint64_t least;             /* OPTION_NUMBER */
	uint64_t most;
};

/* Lines of the tables of several commands: named, lettered and valued alike. */
#define OPTION_OUTPUT(offset, forms, help, choices)                                      \
	{                                                                                \
		"output", 'o', OPTION_CHOICE, (offset), (forms), (help), (choices), 0, 0 \
	}
#define OPTION_STORE(offset, help)                                                       \
	{                                                                                \
		"store", 's', OPTION_TEXT, (offset), "sqlite:PATH", (help), NULL, 0, 0   \
	}

/* What answers that are rows are written as. */
enum option_form { OPTION_CSV, OPTION_JSON, OPTION_JSONL, OPTION_PLAIN };
#define OPTION_FORMS "text|json|jsonl|csv"
extern const char *const option_forms[]; /* "csv", ...; in that order */

/* Reads the arguments of a command. Operands are moved to the front of arguments, and
 * *ret_operands is their number. *ret_help: --help was among them, nothing else
 * counts. ERR_USAGE: why names the option and the reason. */
MUST_USE enum err option_read(const struct option *options, size_t count, void *settings,
	char *arguments[], size_t argument_count, size_t *ret_operands, bool *ret_help,
	struct fault *why);

/* The options, a line or two each. */
void option_help(const struct option *options, size_t count, struct text *text);

#endif
