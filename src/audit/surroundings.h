/*
 * surroundings - where a token stands: its function, what it depends on, what chose it.
 *
 * Blocks are told by braces, or by indentation where the family says so. Nothing is
 * parsed: what is not understood is a statement that always runs.
 */
#ifndef AUDIT_SURROUNDINGS_H
#define AUDIT_SURROUNDINGS_H

#include "audit/shapes.h"

/* Notes the label above each token, `case X:`, for surroundings_chosen(): once for all,
 * since thousands may stand below one. ERR_MEMORY. */
MUST_USE enum err surroundings_labels(struct tokens *tokens, struct arena *arena);

/* The function that the token stands in; outside of all, the whole file. */
struct token_span surroundings_function(const struct tokens *tokens, size_t at);

/* True if `first` has run whenever `later` runs: no condition stands around it that does
 * not stand around that too. */
bool surroundings_always(const struct tokens *tokens, size_t first, size_t later);

/* What the surroundings of a statement say of the version that it sets. */
enum surroundings_choice {
	CHOSEN_NOT,
	/* Under a switch or in a function that is named for TLS 1.2 or newer, as
	 * `if (enableTls12)`: older versions that are set there are a setting of it. */
	CHOSEN_NEWER,
	/* A version that is named elsewhere chose it: it stands behind `case TLS1:`, or
	 * `if (strcmp(text, "TLSv1") == 0)`. What gives that one is the setting, not
	 * this.
	 */
	CHOSEN,
};

enum surroundings_choice surroundings_chosen(const struct tokens *tokens, size_t at);

/* True if a name that is given its value at `defined` is the one at `used`: it is the
 * file's, its own function's, or a member. */
bool surroundings_seen(const struct tokens *tokens, size_t defined, size_t used);

/* The arms of the switch around the token; false if there is none. */
bool surroundings_switch(
	const struct tokens *tokens, size_t at, struct token_span *ret_body);

/* True if what stands there is only held against something: a test's expectation. */
bool surroundings_expected(const struct tokens *tokens, size_t at);

/* True in a class or function that is named as what asks servers what they speak. */
bool surroundings_probe(const struct tokens *tokens, size_t at);

#endif
