/*
 * XML by its tags: an element opens a block, its attributes and its text are directives.
 *
 * A library tells no byte of an attribute, which a mended file needs, and refuses
 * templates. Entities are not expanded. XML 1.0, 2.4 to 3.1.
 */
#include "audit/directives_inside.h"

/* Bytes of the file, from at up to end. */
struct place_in {
	size_t at;
	size_t end;
};

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t skip_spaces(const struct building *building, size_t at)
{
	while (at < building->file.len && is_space(building->file.at[at]))
		at++;
	return at;
}

static size_t name_end(const struct building *building, size_t at)
{
	while (at < building->file.len && !is_space(building->file.at[at]) &&
		memchr("=/><\"'", building->file.at[at], 6) == NULL)
		at++;
	return at;
}

static void add(
	struct building *building, size_t from, size_t to, size_t value, size_t end)
{
	struct directive *kept = building_add(building);

	if (kept == NULL)
		return;
	kept->name = building_span(building, from, to);
	kept->value = directive_trimmed(building_span(building, value, end));
	kept->at = (uint32_t)from;
	kept->end = (uint32_t)end;
}

/* Behind what the text begins with and ends with: comments, sections, declarations. */
static size_t skip_to(const struct building *building, size_t at, const char *end)
{
	struct bytes left = bytes_after(building->file, at);
	size_t len = bytes_find(left, bytes_of_string(end));

	return len < left.len ? at + len + strlen(end) : building->file.len;
}

/* Where the attributes end that begin at `at`. */
static size_t tag_end(const struct building *building, size_t at)
{
	while (at < building->file.len && building->file.at[at] != '>' &&
		building->file.at[at] != '<') {
		uint8_t c = building->file.at[at++];

		if (c == '"' || c == '\'')
			at = skip_to(building, at, c == '"' ? "\"" : "'");
	}
	return at;
}

/* "name" and "key" say what the text of their element is of. */
static bool is_name(struct bytes attribute)
{
	return bytes_equal(attribute, bytes_of_string("name")) ||
	       bytes_equal(attribute, bytes_of_string("key"));
}

/* The attributes between there and the end of the tag. Answers the value of the one that
 * names the element's text, without its marks; empty if none does. */
static struct bytes read_attributes(struct building *building, size_t at, size_t end)
{
	struct bytes named = { 0 };

	for (at = skip_spaces(building, at); at < end; at = skip_spaces(building, at)) {
		size_t from = at, to = name_end(building, at);
		size_t value = skip_spaces(building, to);
		uint8_t c;

		if (to == from || value >= end || building->file.at[value] != '=') {
			at = to > from ? to : at + 1;
			continue;
		}
		value = skip_spaces(building, value + 1);
		c = building_byte(building, value);
		at = value + 1;
		if (c == '"' || c == '\'')
			at = skip_to(building, at, c == '"' ? "\"" : "'");
		if (at <= end)
			add(building, from, to, value, at);
		if (at <= end && at > value + 2 &&
			is_name(building_span(building, from, to)))
			named = building_span(building, value + 1, at - 1);
	}
	return named;
}

/* The text of an element that has attributes is a directive of the element's name, and
 * of the name that an attribute says: <item name="a">b</item>. */
static void add_text(struct building *building, struct place_in element,
	struct bytes named, struct place_in text)
{
	size_t at = (size_t)(named.at - building->file.at);

	add(building, element.at, element.end, text.at, text.end);
	if (named.len > 0)
		add(building, at, at + named.len, text.at, text.end);
}

/* In a property list an element's name is the text of the one before:
 * "<key>a</key><string>b</string>". */
static void take_key(
	struct building *building, size_t from, size_t to, size_t text, size_t next)
{
	struct bytes key = building->key;
	struct bytes tag = building_span(building, from, to);

	building->key = (struct bytes){ 0 };
	if (bytes_equal(tag, bytes_of_string("key")))
		building->key = directive_trimmed(building_span(building, text, next));
	else if (key.len > 0)
		add(building, (size_t)(key.at - building->file.at),
			(size_t)(key.at - building->file.at) + key.len, text, next);
}

/* An element without text has its attributes as its value, so that blocks can be told by
 * them; one with text has that. */
static void read_element(struct building *building)
{
	size_t from = building->at + 1, to = name_end(building, from);
	size_t end = tag_end(building, to);
	size_t text = end + (building_byte(building, end) == '>');
	size_t next = text +
		      bytes_find(bytes_after(building->file, text), bytes_of_string("<"));
	bool has_text = text < building->file.len &&
			directive_trimmed(building_span(building, text, next)).len > 0;
	bool empty = end > to && building->file.at[end - 1] == '/';
	struct bytes named;

	if (to == from || to >= building->file.len) {
		building->at = from;
		return;
	}
	if (building->keys)
		take_key(building, from, to, text, has_text && !empty ? next : text);
	if (has_text && !empty && end == to)
		add(building, from, to, text, next);
	else
		add(building, from, to, to, empty ? end - 1 : end);
	if (building->at >= building->file.len)
		return;
	building_open(building);
	building->at = text;
	named = read_attributes(building, to, end);
	if (has_text && !empty && end > to && building->key.len == 0)
		add_text(building, (struct place_in){ from, to }, named,
			(struct place_in){ text, next });
	if (empty)
		building_close(building);
}

/* </name> ends the element, and those in it that were not ended. */
static void read_ending(struct building *building)
{
	size_t from = building->at + 2, to = name_end(building, from);
	struct bytes name = building_span(building, from < to ? from : to, to);

	building->at = tag_end(building, to);
	if (building->deeper > 0 || building->depth == 0) {
		building_close(building);
		return;
	}
	for (size_t depth = building->depth; depth > 0; depth--) {
		if (!bytes_equal(building->all[building->blocks[depth - 1]].name, name))
			continue;
		while (building->depth >= depth)
			building_close(building);
		return;
	}
}

void directives_read_xml(struct building *building)
{
	while (building->at < building->file.len) {
		struct bytes left = bytes_after(building->file, building->at);

		if (left.at[0] != '<')
			building->at += bytes_find(left, bytes_of_string("<"));
		else if (bytes_start_with(left, bytes_of_string("<!--")))
			building->at = skip_to(building, building->at, "-->");
		else if (bytes_start_with(left, bytes_of_string("<![CDATA[")))
			building->at = skip_to(building, building->at, "]]>");
		else if (left.len > 1 &&
			 (left.at[1] == '!' || left.at[1] == '?' || left.at[1] == '%'))
			building->at = skip_to(building, building->at, ">");
		else if (left.len > 1 && left.at[1] == '/')
			read_ending(building);
		else
			read_element(building);
	}
}
