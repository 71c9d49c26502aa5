/*
 * YAML by its lines and their indentation, JSON by its brackets.
 *
 * A library would refuse what is most often found: charts and playbooks with templates
 * between the lines, several documents, unknown tags; and it tells no byte of a value.
 * Nothing is expanded here, so no file is larger than it is written. YAML 1.2.2, RFC
 * 8259.
 */
#include "audit/directives_inside.h"

#define DASHES_MAX 16 /* lists in lists that begin on one line; two are rare */

/* Where the keys of the open blocks stand; as many as there are blocks. */
struct margins {
	size_t column[BLOCKS_MAX];
	bool item[BLOCKS_MAX];
	size_t count;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip_blanks(const struct building *building, size_t at, size_t end)
{
	while (at < end && is_blank(building->file.at[at]))
		at++;
	return at;
}

/* Behind the quoted text that begins at `at`; `end` if nothing ends it. */
static size_t quoted_end(const struct building *building, size_t at, size_t end)
{
	uint8_t quote = building->file.at[at++];

	while (at < end && building->file.at[at] != quote)
		at += building->file.at[at] == '\\' && quote == '"' ? 2 : 1;
	return at < end ? at + 1 : end;
}

static bool is_quote(const struct building *building, size_t at, size_t end)
{
	return at < end &&
	       (building->file.at[at] == '"' || building->file.at[at] == '\'');
}

static struct bytes unquoted(struct bytes text)
{
	if (text.len >= 2 && (text.at[0] == '"' || text.at[0] == '\'') &&
		text.at[text.len - 1] == text.at[0])
		return bytes_over(text.at + 1, text.len - 2);
	return text;
}

static void add(
	struct building *building, struct bytes name, size_t at, size_t value, size_t end)
{
	struct directive *kept = building_add(building);

	if (kept == NULL)
		return;
	kept->name = unquoted(name);
	kept->value = directive_trimmed(building_span(building, value, end));
	kept->at = (uint32_t)at;
	kept->end = (uint32_t)end;
}

/* A string, or what else stands up to a mark of JSON; comments are not JSON's, but many
 * readers'. */
static size_t json_scalar_end(const struct building *building, size_t at)
{
	uint8_t c = building->file.at[at];

	if (is_quote(building, at, building->file.len))
		return quoted_end(building, at, building->file.len);
	while (at < building->file.len && memchr(",:{}[]\n\"", c, 8) == NULL) {
		at++;
		c = building_byte(building, at);
	}
	return at;
}

static size_t json_between(const struct building *building, size_t at)
{
	while (at < building->file.len) {
		struct bytes left = bytes_after(building->file, at);

		if (is_blank(left.at[0]) || left.at[0] == '\n' || left.at[0] == ',')
			at++;
		else if (left.at[0] == '#' ||
			 bytes_start_with(left, bytes_of_string("//")))
			at = building_line_end(building, at);
		else if (bytes_start_with(left, bytes_of_string("/*")))
			at += bytes_find(left, bytes_of_string("*/")) + 2;
		else
			return at;
	}
	return building->file.len;
}

/* One key with what follows it, or an item. */
static void json_member(struct building *building, size_t *opened)
{
	size_t at = building->at, end = at, value;
	struct bytes name = building_span(building, at, at);
	uint8_t c = building->file.at[at];

	value = at;
	if (c != '{' && c != '[') {
		end = json_scalar_end(building, at);
		value = json_between(building, end);
		if (building_byte(building, value) == ':') {
			name = directive_trimmed(building_span(building, at, end));
			value = json_between(building, value + 1);
			end = value;
			c = building_byte(building, value);
			if (c != '{' && c != '[' && value < building->file.len)
				end = json_scalar_end(building, value);
		} else {
			value = at;
			c = 0;
		}
	}
	if (end == at && c != '{' && c != '[')
		end = at + 1;
	add(building, name, at, value, end);
	if (c == '{' || c == '[') {
		building_open(building);
		(*opened)++;
		end = value + 1;
	}
	if (building->at < building->file.len)
		building->at = end;
}

void directives_read_json(struct building *building)
{
	size_t opened = 1;

	building->at++;
	while (opened > 0) {
		building->at = json_between(building, building->at);
		if (building->at >= building->file.len)
			break;
		if (memchr("}]", building->file.at[building->at], 2) == NULL) {
			json_member(building, &opened);
			continue;
		}
		building->at++;
		if (--opened > 0)
			building_close(building);
	}
	for (; opened > 1; opened--)
		building_close(building);
}

/* Blocks end whose keys stand at this column or behind it. An item may stand at the
 * column of the key that its list belongs to. */
static void leave(
	struct building *building, struct margins *margins, size_t column, bool item)
{
	while (margins->count > 0) {
		size_t last = margins->count - 1;

		if (margins->column[last] < column ||
			(item && margins->column[last] == column && !margins->item[last]))
			return;
		margins->count--;
		building_close(building);
	}
}

static void enter(
	struct building *building, struct margins *margins, size_t column, bool item)
{
	if (margins->count == BLOCKS_MAX)
		return;
	margins->column[margins->count] = column;
	margins->item[margins->count++] = item;
	building_open(building);
}

/* Where the key that begins at `at` ends; `end` if no key stands there. */
static size_t key_end(const struct building *building, size_t at, size_t end)
{
	size_t colon = at;

	if (is_quote(building, at, end))
		colon = quoted_end(building, at, end);
	while (colon < end) {
		uint8_t c = building->file.at[colon];

		if (c == ':' &&
			(colon + 1 >= end || is_blank(building->file.at[colon + 1])))
			return colon;
		if (c == '#' && colon > at && is_blank(building->file.at[colon - 1]))
			return end;
		colon++;
	}
	return end;
}

/* Where a plain or quoted scalar ends on its line. 6.6: a comment has a blank before. */
static size_t scalar_end(const struct building *building, size_t at, size_t end)
{
	if (is_quote(building, at, end))
		return quoted_end(building, at, end);
	for (size_t i = at; i < end; i++)
		if (building->file.at[i] == '#' &&
			(i == at || is_blank(building->file.at[i - 1])))
			return i;
	return end;
}

static bool is_block_scalar(const struct building *building, size_t at, size_t end)
{
	if (at >= end || (building->file.at[at] != '|' && building->file.at[at] != '>'))
		return false;
	for (at++; at < end && !is_blank(building->file.at[at]); at++)
		if (memchr("+-123456789", building->file.at[at], 11) == NULL)
			return false;
	return true;
}

static size_t column_of(const struct building *building, size_t line, size_t end)
{
	size_t at = line;

	while (at < end && building->file.at[at] == ' ')
		at++;
	return at - line;
}

/* 8.1: the lines that follow and stand further in than the key. */
static size_t block_scalar_end(
	const struct building *building, size_t line, size_t column)
{
	while (line < building->file.len) {
		size_t end = building_line_end(building, line);

		if (directive_trimmed(building_span(building, line, end)).len > 0 &&
			column_of(building, line, end) <= column)
			return line;
		line = end + 1;
	}
	return building->file.len;
}

/* What stands behind a key or a dash: up to `end`, or several lines. */
static void read_value(struct building *building, struct margins *margins,
	struct bytes name, size_t at, size_t value, size_t end, size_t column)
{
	uint8_t c;

	value = skip_blanks(building, value, end);
	c = value < end ? building->file.at[value] : 0;
	building->at = end + 1;
	if (c == 0 || c == '#') {
		add(building, name, at, end, end);
		enter(building, margins, column, name.len == 0);
	} else if (is_block_scalar(building, value, end)) {
		building->at = block_scalar_end(building, end + 1, column);
		add(building, name, at, end < building->at ? end + 1 : end, building->at);
	} else if (c == '{' && building_byte(building, value + 1) == '{') {
		add(building, name, at, value, scalar_end(building, value, end));
	} else if (c == '{' || c == '[') {
		add(building, name, at, value, value);
		building_open(building);
		building->at = building->at > building->file.len ? building->at : value;
		directives_read_json(building);
		building_close(building);
		building->at = building_line_end(building, building->at) + 1;
	} else {
		add(building, name, at, value, scalar_end(building, value, end));
		/* A tag or an anchor may stand before what the key opens. */
		if (c == '!' || c == '&')
			enter(building, margins, column, name.len == 0);
	}
}

/* What stands behind the indentation and dashes of a line. */
static void read_entry(struct building *building, struct margins *margins, size_t line,
	size_t at, size_t end, bool item)
{
	size_t column = at - line;
	size_t colon = key_end(building, at, end);
	size_t dash = column;

	if (colon < end) {
		leave(building, margins, column, false);
		read_value(building, margins, building_span(building, at, colon), at,
			colon + 1, end, column);
	} else if (item) {
		while (dash > 0 && (line + dash >= building->file.len ||
					   building->file.at[line + dash] != '-'))
			dash--; /* the file may end right behind it */
		read_value(building, margins, building_span(building, at, at), at, at,
			end, dash);
	}
}

static bool is_dash(const struct building *building, size_t at, size_t end)
{
	return at < end && building->file.at[at] == '-' &&
	       (at + 1 == end || is_blank(building->file.at[at + 1]));
}

static void read_line(struct building *building, struct margins *margins)
{
	size_t line = building->at;
	size_t end = building_line_end(building, line);
	size_t at = skip_blanks(building, line, end);
	struct bytes left = building_span(building, at, end);
	size_t dashes = 0;

	building->at = end + 1;
	if (left.len == 0 || left.at[0] == '#' || left.at[0] == '%' ||
		bytes_start_with(left, bytes_of_string("{{")) ||
		bytes_start_with(left, bytes_of_string("{%")))
		return;
	if (bytes_start_with(left, bytes_of_string("---"))) {
		leave(building, margins, 0, false);
		return;
	}
	if (left.at[0] == '{' || left.at[0] == '[') {
		building->at = at;
		directives_read_json(building);
		return;
	}
	for (; dashes < DASHES_MAX && is_dash(building, at, end);
		at = skip_blanks(building, at + 1, end)) {
		leave(building, margins, at - line, true);
		dashes++;
		if (key_end(building, skip_blanks(building, at + 1, end), end) < end ||
			is_dash(building, skip_blanks(building, at + 1, end), end)) {
			add(building, building_span(building, at, at), at, at, at);
			enter(building, margins, at - line, true);
		}
	}
	read_entry(building, margins, line, at, end, dashes > 0);
}

void directives_read_yaml(struct building *building)
{
	struct margins margins = { 0 };

	while (building->at < building->file.len)
		read_line(building, &margins);
}
