#include "cli/fail_on.h"

#include <string.h>

/* Digits alone; false if they are no number. */
static bool read_number(const char *text, uint64_t *ret)
{
	*ret = 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || *ret > UINT32_MAX)
			return false;
		*ret = *ret * 10 + (uint64_t)(*text - '0');
	}
	return true;
}

enum err fail_on_parse(const char *text, const char *command, const char *counted,
	struct fail_on *ret, struct fault *why)
{
	static const enum verdict verdicts[] = { VERDICT_BREAKS, VERDICT_UNKNOWN };

	if (text == NULL)
		text = FAIL_ON_USUAL;
	for (size_t i = 0; i < COUNT_OF(verdicts); i++) {
		const char *name = verdict_name(verdicts[i]);
		size_t len = strlen(name);

		ret->verdict = verdicts[i];
		if (strncmp(text, name, len) == 0 && text[len] == '>' &&
			read_number(text + len + 1, &ret->over))
			return ERR_OK;
	}
	return fault_set(why, ERR_USAGE,
		"%s: --fail-on wants breaks>N or unknown>N, where N is a number of %s",
		command, counted);
}

enum exit_code fail_on_code(
	const struct fail_on *fail_on, const uint64_t by_verdict[VERDICT_COUNT])
{
	return by_verdict[fail_on->verdict] > fail_on->over ? EXIT_FOUND
							    : EXIT_NOTHING_FOUND;
}
