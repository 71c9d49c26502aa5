#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

/* Any bytes, quoted for any medium: what comes out is one well-formed JSON string,
 * one CSV field, text without a control; and all of it is UTF-8. */

#define CEILING (1 << 20)

static void hold(bool property)
{
	if (!property)
		abort();
}

/* Controls of either kind; C1 are two bytes in UTF-8. */
static void check_no_controls(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		hold(at[i] >= 0x20 && at[i] != 0x7f);
		hold(!(at[i] == 0xc2 && i + 1 < len && at[i + 1] < 0xa0));
	}
}

/* Each lead byte has as many followers as it announces, no follower stands alone. */
static void check_utf8(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t more = at[i] < 0x80 ? 0 : at[i] < 0xe0 ? 1 : at[i] < 0xf0 ? 2 : 3;

		hold(at[i] < 0x80 || (at[i] >= 0xc2 && at[i] <= 0xf4));
		hold(len - i > more);
		for (size_t k = 1; k <= more; k++)
			hold((at[i + k] & 0xc0) == 0x80);
		i += 1 + more;
	}
}

/* RFC 8259, 7: a string's grammar. */
static void check_json(const char *at, size_t len)
{
	hold(len >= 2 && at[0] == '"' && at[len - 1] == '"');
	for (size_t i = 1; i < len - 1; i++) {
		hold(at[i] != '"');
		if (at[i] != '\\')
			continue;
		i++;
		hold(i < len - 1);
		if (at[i] == 'u') {
			hold(len - 1 - i > 4);
			hold(strspn(at + i + 1, "0123456789abcdef") >= 4);
			i += 4;
		} else {
			hold(at[i] == '"' || at[i] == '\\');
		}
	}
}

/* RFC 4180, 2: quotation marks inside stand in pairs. */
static void check_csv(const char *at, size_t len)
{
	hold(len >= 2 && at[0] == '"' && at[len - 1] == '"');
	hold(strchr("=+-@", at[1]) == NULL || len == 2);
	for (size_t i = 1; i < len - 1; i++)
		if (at[i] == '"')
			hold(++i < len - 1 && at[i] == '"');
}

static void check(void (*quote)(struct text *, struct bytes),
	void (*check_form)(const char *, size_t), struct bytes all)
{
	struct text text;

	text_init(&text, CEILING);
	quote(&text, all);
	if (text_end(&text) == ERR_OK) {
		const char *at = text_string(&text);
		size_t len = text_len(&text);

		hold(at[len] == '\0');
		check_no_controls((const uint8_t *)at, len);
		check_utf8((const uint8_t *)at, len);
		if (check_form != NULL)
			check_form(at, len);
	}
	text_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = { data, size };

	check(text_quote_json, check_json, all);
	check(text_quote_terminal, NULL, all);
	check(text_quote_csv, check_csv, all);
	return 0;
}
