#include "audit/suppress.h"

#define MARK "tlsunset: ignore"

/* What other tools write. To add one: a line here. */
static const char *const foreign[] = { "DevSkim: ignore", "NOSONAR",
	"checkov:skip=", "codeql[", "kics-scan ignore", "lgtm[", "nosec", "nosemgrep",
	"noqa: S50", "tfsec:ignore", "trivy:ignore" };

static struct bytes trimmed(struct bytes text)
{
	while (text.len > 0 && text.at[0] <= ' ')
		text = bytes_after(text, 1);
	while (text.len > 0 && text.at[text.len - 1] <= ' ')
		text.len--;
	return text;
}

/* "a, b" or "all" names it. */
static bool names(struct bytes list, const char *rule)
{
	while (list.len > 0) {
		size_t comma = bytes_find(list, bytes_of_string(","));
		struct bytes name = trimmed(bytes_first(list, comma));

		if (bytes_equal(name, bytes_of_string("all")) ||
			bytes_equal(name, bytes_of_string(rule)))
			return true;
		list = bytes_after(list, comma + 1);
	}
	return false;
}

/* The end of a comment of several lines is no part of the reason. */
static struct bytes without_end(struct bytes reason)
{
	static const char *const ends[] = { "*/", "-->", "#>", "*)" };

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		reason =
			bytes_first(reason, bytes_find(reason, bytes_of_string(ends[i])));
	return trimmed(reason);
}

static bool read_day(struct bytes day, time_ns *ret)
{
	char text[11] = "";

	if (day.len != 10)
		return false;
	memcpy(text, day.at, 10);
	return time_parse(text, ret) == ERR_OK;
}

/* What stands behind the mark: rules, a day, a reason. */
static bool read_own(struct bytes line, struct setting *setting)
{
	struct bytes mark = bytes_of_string(MARK), until = bytes_of_string(" until ");
	struct bytes rules = bytes_after(line, bytes_find(line, mark) + mark.len);
	size_t colon = bytes_find(rules, bytes_of_string(":"));
	struct bytes reason = without_end(bytes_after(rules, colon + 1));
	time_ns day = 0;
	size_t at;

	rules = bytes_first(rules, colon);
	at = bytes_find(rules, until);
	if (at < rules.len &&
		!read_day(trimmed(bytes_after(rules, at + until.len)), &day))
		return false;
	if (!names(bytes_first(rules, at), setting->rule) || reason.len == 0)
		return false;
	setting->suppressed = SUPPRESSED_HERE;
	setting->suppressed_until = day;
	setting->suppressed_why = bytes_first(reason, SNIPPET_MAX);
	return true;
}

static bool has(struct bytes line, const char *mark)
{
	return bytes_find(line, bytes_of_string(mark)) < line.len;
}

static bool read_line(struct bytes line, struct setting *setting)
{
	if (has(line, MARK) && read_own(line, setting))
		return true;
	for (size_t i = 0; i < COUNT_OF(foreign); i++) {
		if (!has(line, foreign[i]))
			continue;
		setting->suppressed = SUPPRESSED_ELSEWHERE;
		setting->suppressed_why = bytes_of_string(foreign[i]);
		return true;
	}
	return false;
}

/* A line that begins with no letter holds a comment, if it holds our mark. */
static bool is_comment(struct bytes line)
{
	uint8_t first;

	line = trimmed(line);
	first = line.len > 0 ? line.at[0] | 0x20 : 'a';
	return !(first >= 'a' && first <= 'z');
}

void suppress(struct bytes text, struct setting *setting)
{
	size_t from = setting->at, to = setting->at, above;

	while (from > 0 && text.at[from - 1] != '\n')
		from--;
	to += bytes_find(bytes_after(text, to), bytes_of_string("\n"));
	if (read_line(bytes_first(bytes_after(text, from), to - from), setting) ||
		from == 0)
		return;
	above = from - 1;
	while (above > 0 && text.at[above - 1] != '\n')
		above--;
	text = bytes_first(bytes_after(text, above), from - 1 - above);
	if (is_comment(text))
		(void)read_line(text, setting);
}
