#include "audit/suppress.h"

/* Bytes of the line on either side. A script in one line holds thousands of findings:
 * each would look through all of it, and what stands far off is about another. */
#define AROUND_MAX 4096

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

/* The next name of "a, b"; the list goes on behind it. */
static struct bytes next_name(struct bytes *list)
{
	size_t comma = bytes_find(*list, bytes_of_string(","));
	struct bytes name = trimmed(bytes_first(*list, comma));

	*list = bytes_after(*list, comma + 1);
	return name;
}

/* "a, b" or "all" names it. */
static bool names(struct bytes list, const char *rule)
{
	while (list.len > 0) {
		struct bytes name = next_name(&list);

		if (bytes_equal(name, bytes_of_string("all")) ||
			bytes_equal(name, bytes_of_string(rule)))
			return true;
	}
	return false;
}

static bool is_rule(const struct rules *rules, struct bytes name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (bytes_equal(name, bytes_of_string(rules->all[i]->id)))
			return true;
	return false;
}

/* True if one is meant that is not there: then it may be this rule that was meant. */
static bool names_none(const struct rules *rules, struct bytes list)
{
	do {
		if (!is_rule(rules, next_name(&list)))
			return true;
	} while (list.len > 0);
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

/* What stands behind the mark: rules, a day, a reason. Answers what is wrong with it. */
static const char *read_own(
	const struct rules *all, struct bytes rules, struct setting *setting)
{
	struct bytes until = bytes_of_string(" until ");
	size_t colon = bytes_find(rules, bytes_of_string(":"));
	struct bytes reason = without_end(bytes_after(rules, colon + 1));
	struct bytes list;
	time_ns day = 0;
	size_t at;

	rules = without_end(bytes_first(rules, colon));
	at = bytes_find(rules, until);
	list = bytes_first(rules, at);
	if (!names(list, setting->rule))
		return names_none(all, list)
			       ? "the comment that is to suppress it names a rule "
				 "that is not there, so it counts for nothing"
			       : NULL;
	if (reason.len == 0)
		return "the comment that is to suppress it has no reason, so it counts "
		       "for nothing";
	if (at < rules.len &&
		!read_day(trimmed(bytes_after(rules, at + until.len)), &day))
		return "the comment that is to suppress it has a day that is none, so "
		       "it counts for nothing";
	setting->suppressed = SUPPRESSED_HERE;
	setting->suppressed_until = day;
	setting->suppressed_why = bytes_first(reason, SNIPPET_MAX);
	return NULL;
}

static bool is_letter(struct bytes line, size_t at)
{
	uint8_t c = at < line.len ? line.at[at] | 0x20 : ' ';

	return c >= 'a' && c <= 'z';
}

/* As a word of its own: "-Dnosecure=1" is none of theirs. */
static bool has(struct bytes line, const char *text)
{
	struct bytes mark = bytes_of_string(text);
	size_t at = bytes_find(line, mark);

	while (at < line.len) {
		size_t end = at + mark.len;

		if ((at == 0 || !is_letter(line, at - 1)) &&
			!(is_letter(line, end - 1) && is_letter(line, end)))
			return true;
		at = end + bytes_find(bytes_after(line, end), mark);
	}
	return false;
}

/* Ours in a line, and what stands behind it. */
struct mark {
	struct bytes behind;
	bool colon; /* without one it is none, but was meant to be */
};

/* Takes the word in any case, and blanks behind it. */
static bool take_word(struct bytes *text, const char *word)
{
	struct bytes wanted = bytes_of_string(word);

	if (!bytes_equal_caseless(bytes_first(*text, wanted.len), wanted))
		return false;
	*text = bytes_after(*text, wanted.len);
	while (text->len > 0 && (text->at[0] == ' ' || text->at[0] == '\t'))
		*text = bytes_after(*text, 1);
	return true;
}

/* "tlsunset: ignore", "TLSunset:ignore"; words of their own. */
static bool find_mark(struct bytes line, struct mark *ret)
{
	for (size_t at = 0; at < line.len; at++) {
		struct bytes rest = bytes_after(line, at);

		if ((at > 0 && is_letter(line, at - 1)) || !take_word(&rest, "tlsunset"))
			continue;
		ret->colon = take_word(&rest, ":");
		ret->behind = rest;
		if (take_word(&ret->behind, "ignore") && !is_letter(rest, 6))
			return true;
	}
	return false;
}

static const char *read_line(
	const struct rules *rules, struct bytes line, struct setting *setting)
{
	const char *wrong = NULL;
	struct mark mark;

	if (find_mark(line, &mark))
		wrong = mark.colon ? read_own(rules, mark.behind, setting)
				   : "the comment that is to suppress it lacks the colon "
				     "of \"tlsunset: ignore\", so it counts for nothing";

	for (size_t i = 0; setting->suppressed == SUPPRESSED_NOT && i < COUNT_OF(foreign);
		i++) {
		if (!has(line, foreign[i]))
			continue;
		setting->suppressed = SUPPRESSED_ELSEWHERE;
		setting->suppressed_why = bytes_of_string(foreign[i]);
	}
	return setting->suppressed == SUPPRESSED_NOT ? wrong : NULL;
}

/* A line that begins with no letter holds a comment, if it holds our mark. */
static bool is_comment(struct bytes line)
{
	uint8_t first;

	line = trimmed(line);
	first = line.len > 0 ? line.at[0] | 0x20 : 'a';
	return !(first >= 'a' && first <= 'z');
}

/* Where the line of the place begins and ends, or as far as is looked. */
static size_t line_start(struct bytes text, size_t at)
{
	size_t least = at > AROUND_MAX ? at - AROUND_MAX : 0;

	while (at > least && text.at[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(struct bytes text, size_t at)
{
	struct bytes left = bytes_first(bytes_after(text, at), AROUND_MAX);

	return at + bytes_find(left, bytes_of_string("\n"));
}

static struct bytes part(struct bytes text, size_t from, size_t to)
{
	return bytes_first(bytes_after(text, from), to - from);
}

const char *suppress(
	const struct rules *rules, struct bytes text, struct setting *setting)
{
	size_t from = line_start(text, setting->at), above;
	struct bytes line = part(text, from, line_end(text, setting->at));
	const char *wrong = read_line(rules, line, setting);

	if (setting->suppressed != SUPPRESSED_NOT || wrong != NULL || from == 0 ||
		text.at[from - 1] != '\n')
		return wrong;
	above = line_start(text, from - 1);
	text = part(text, above, from - 1);
	return text.len < AROUND_MAX && is_comment(text) ? read_line(rules, text, setting)
							 : NULL;
}
