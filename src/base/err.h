/*
 * err - the one list of what can go wrong.
 *
 * A function that can fail answers an enum err and is MUST_USE. The codes and
 * their sentences stand in err.def. Pure code answers a code only; code that
 * talks to a person or a file also fills a struct fault (base/fault.h).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

enum err {
	ERR_OK = 0,
#define ERR(code, sentence) code,
#include "base/err.def"
#undef ERR
	ERR_COUNT
};

/* The sentence of err, in lower case and without a full stop. Never NULL. */
const char *err_sentence(enum err err);

/* The name of err as it stands in err.def, "ERR_OK" for success. Never NULL. */
const char *err_name(enum err err);

#endif
