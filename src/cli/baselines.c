#include "cli/baselines.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/setting_render.h"
#include "sys/input.h"

#define ID_LEN 16

/* The names of what holds an id, in each form. */
static const char *const marks[] = { "\"id\"", "\"tlsunset/v1\"" };

static int in_order(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

static bool read_id(struct bytes text, uint64_t *ret)
{
	static const char digits[] = "0123456789abcdef";

	*ret = 0;
	for (size_t i = 0; i < ID_LEN; i++) {
		const char *digit =
			i < text.len ? memchr(digits, text.at[i], ID_LEN) : NULL;

		if (digit == NULL)
			return false;
		*ret = *ret << 4 | (uint64_t)(digit - digits);
	}
	return text.len > ID_LEN && text.at[ID_LEN] == '"';
}

static bool add(struct baseline *baseline, size_t *room, uint64_t id)
{
	if (baseline->count == *room) {
		size_t more = *room == 0 ? 64 : 2 * *room;
		uint64_t *ids = realloc(baseline->ids, more * sizeof *ids);

		if (ids == NULL)
			return false;
		baseline->ids = ids;
		*room = more;
	}
	baseline->ids[baseline->count++] = id;
	return true;
}

static struct bytes without_blanks(struct bytes text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.at[0], 4) != NULL)
		text = bytes_after(text, 1);
	return text;
}

/* The text of the next member of that name, from behind its quotation mark on, whoever
 * laid out the lines since; *left goes on behind the name. False: there is none. */
static bool next_text(struct bytes *left, const char *name, struct bytes *ret)
{
	struct bytes mark = bytes_of_string(name);
	size_t at;

	while ((at = bytes_find(*left, mark)) < left->len) {
		*left = bytes_after(*left, at + mark.len);
		*ret = without_blanks(*left);
		if (!bytes_start_with(*ret, bytes_of_string(":")))
			continue;
		*ret = without_blanks(bytes_after(*ret, 1));
		if (!bytes_start_with(*ret, bytes_of_string("\"")))
			continue;
		*ret = bytes_after(*ret, 1);
		return true;
	}
	return false;
}

static enum err read_ids(struct bytes all, struct baseline *ret)
{
	size_t room = 0;
	uint64_t id;

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		struct bytes left = all, text;

		while (next_text(&left, marks[i], &text))
			if (read_id(text, &id) && !add(ret, &room, id))
				return ERR_MEMORY;
	}
	if (ret->count > 0)
		qsort(ret->ids, ret->count, sizeof *ret->ids, in_order);
	return ERR_OK;
}

/* True if a member of that name has a text that begins so. */
static bool has(struct bytes all, const char *name, const char *value)
{
	struct bytes text;

	while (next_text(&all, name, &text))
		if (bytes_start_with(text, bytes_of_string(value)))
			return true;
	return false;
}

/* Our bill of materials has our name too, but no ids. */
static bool is_sarif(struct bytes all)
{
	return has(all, "\"$schema\"", "https://docs.oasis-open.org/sarif/") &&
	       has(all, "\"name\"", "tlsunset\"");
}

/* What ends early would have all as new that stood behind. */
static bool ends(struct bytes all)
{
	while (all.len > 0 && memchr(" \t\r\n", all.at[all.len - 1], 4) != NULL)
		all.len--;
	return all.len > 0 && all.at[all.len - 1] == '}';
}

static enum err expect_audit(struct bytes all, const char *name, struct fault *why)
{
	if (!has(all, "\"format\"", AUDIT_FORMAT_START) && !is_sarif(all))
		return fault_set(why, ERR_USAGE,
			"%s is no audit in JSON or SARIF: make one with `tlsunset audit "
			"--output json`",
			name);
	if (!has(all, "\"format\"", AUDIT_FORMAT "\"") && !is_sarif(all))
		return fault_set(why, ERR_USAGE,
			"%s is an audit of another version, whose findings are named "
			"otherwise: make it anew",
			name);
	return ends(all) ? ERR_OK
			 : fault_set(why, ERR_USAGE, "%s is an audit that ends early",
				   name);
}

enum err baseline_read(const char *path, struct baseline *ret, struct fault *why)
{
	struct text CLEANUP(text_done) text;
	struct input *input = NULL;
	struct bytes all;
	enum err err = input_open(path, &input, why);

	*ret = (struct baseline){ 0 };
	text_init(&text, BASELINE_BYTES_MAX);
	if (err == ERR_NOT_FOUND)
		why->err = err = ERR_USAGE;
	if (err != ERR_OK)
		return err;
	err = input_read_all(input, &text, why);
	all = bytes_over(text_string(&text), text_len(&text));
	if (err == ERR_OK)
		err = expect_audit(all, input_name(input), why);
	if (err == ERR_OK)
		err = read_ids(all, ret);
	if (err == ERR_MEMORY || err == ERR_LIMIT)
		(void)fault_set(why, err, "the baseline is too large");
	input_close(input);
	return err;
}

void baseline_done(struct baseline *baseline)
{
	free(baseline->ids);
	*baseline = (struct baseline){ 0 };
}

bool baseline_has(const struct baseline *baseline, uint64_t id)
{
	return baseline->count > 0 &&
	       bsearch(&id, baseline->ids, baseline->count, sizeof id, in_order) != NULL;
}
