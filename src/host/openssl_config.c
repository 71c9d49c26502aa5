#include "host/openssl_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "host/lines.h"

#define DEFAULT_SECTION "default" /* of what stands before the first [section] */

/* A file on its way in. */
struct conf {
	struct openssl_config *config;
	struct bytes left;
	const char *file;
	uint32_t line; /* of what was taken last */
	uint32_t next_line;
	enum err err;
};

void openssl_config_note(
	struct openssl_config *config, const char *file, uint32_t line, const char *why)
{
	struct text text;

	if (config->note_count == OPENSSL_CONFIG_NOTES_MAX)
		return;
	text_init(&text, 1024);
	text_quote_terminal(&text, bytes_first(bytes_of_string(file), 200));
	if (line > 0)
		text_format(&text, ", line %u", line);
	text_format(&text, ": %s", why);
	config->notes[config->note_count] =
		arena_string(config->arena, bytes_of_string(text_string(&text)));
	if (config->notes[config->note_count] != NULL)
		config->note_count++;
	text_done(&text);
}

static void note(const struct conf *conf, const char *why)
{
	openssl_config_note(conf->config, conf->file, conf->line, why);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* The next line, with those that it goes on in: a backslash at its end, but not two. */
static struct bytes take_line(struct conf *conf)
{
	struct bytes line = { conf->left.at, 0 };

	conf->line = conf->next_line;
	while (line.len < conf->left.len) {
		size_t from = line.len;
		size_t end =
			bytes_find(bytes_after(conf->left, from), bytes_of_string("\n"));
		size_t content = from + end;

		line.len = content;
		conf->next_line++;
		while (content > from && conf->left.at[content - 1] == '\r')
			content--;
		if (line.len < conf->left.len)
			line.len++;
		if (content - from < 1 || conf->left.at[content - 1] != '\\' ||
			(content - from > 1 && conf->left.at[content - 2] == '\\'))
			break;
	}
	conf->left = bytes_after(conf->left, line.len);
	return line;
}

/* Where the comment begins, quotes and escapes observed. */
static size_t comment_at(struct bytes line)
{
	uint8_t quote = 0;

	for (size_t i = 0; i < line.len; i++) {
		uint8_t c = line.at[i];

		if (c == '\\')
			i++;
		else if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'' || c == '`')
			quote = c;
		else if (c == '#')
			return i;
	}
	return line.len;
}

static const struct openssl_value *find(
	const struct openssl_config *config, struct bytes section, struct bytes name)
{
	for (const struct openssl_value *at = config->last; at != NULL; at = at->before)
		if (bytes_equal(bytes_of_string(at->section), section) &&
			bytes_equal(bytes_of_string(at->name), name))
			return at;
	return NULL;
}

const struct openssl_value *openssl_config_find(
	const struct openssl_config *config, const char *section, const char *name)
{
	return find(config, bytes_of_string(section), bytes_of_string(name));
}

static bool in_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* "$name", "${name}" or "$section::name" at the start of *rest: its value is added. Of
 * the environment nothing is known here: such a value is left as it is written. */
static bool add_variable(struct conf *conf, struct bytes *rest, struct text *text)
{
	struct bytes at = bytes_after(*rest, 1);
	uint8_t close = 0;
	size_t len = 0, colons;
	const struct openssl_value *found;

	if (at.len > 0 && (at.at[0] == '{' || at.at[0] == '(')) {
		close = at.at[0] == '{' ? '}' : ')';
		at = bytes_after(at, 1);
	}
	while (len < at.len && (in_name(at.at[len]) || at.at[len] == ':'))
		len++;
	if (len == 0 || (close != 0 && (len == at.len || at.at[len] != close)))
		return false;
	struct bytes name = bytes_first(at, len);

	colons = bytes_find(name, bytes_of_string("::"));
	if (colons < name.len)
		found = find(conf->config, bytes_first(name, colons),
			bytes_after(name, colons + 2));
	else
		found = find(conf->config, bytes_of_string(conf->config->section), name);
	if (found == NULL && colons == name.len)
		found = find(conf->config, bytes_of_string(DEFAULT_SECTION), name);
	if (found == NULL)
		return false;
	text_add(text, found->value);
	*rest = bytes_after(at, len + (close != 0));
	return true;
}

/* A value with its quotes, escapes and variables resolved; the arena's. */
static const char *value_of(struct conf *conf, struct bytes raw)
{
	const char *ret = NULL;
	struct text text;
	uint8_t quote = 0;

	text_init(&text, OPENSSL_CONFIG_VALUE_MAX);
	while (raw.len > 0 && text_end(&text) == ERR_OK) {
		uint8_t c = raw.at[0];

		if (c == '$' && quote != '\'' && add_variable(conf, &raw, &text))
			continue;
		raw = bytes_after(raw, 1);
		if (c == '\\' && raw.len > 0) {
			if (raw.at[0] != '\n' && raw.at[0] != '\r')
				text_char(&text, (char)raw.at[0]);
			raw = bytes_after(raw, 1);
		} else if (quote != 0 ? c == quote : c == '"' || c == '\'' || c == '`') {
			quote = quote != 0 ? 0 : c;
		} else if (c != '\n' && c != '\r' && c != '\0') {
			text_char(&text, (char)c);
		}
	}
	if (text_end(&text) == ERR_LIMIT)
		note(conf, "the value is longer than is read");
	else
		ret = arena_string(conf->config->arena,
			bytes_over(text_string(&text), text_len(&text)));
	text_done(&text);
	return ret;
}

static void keep(struct conf *conf, struct bytes name, struct bytes raw)
{
	struct openssl_config *config = conf->config;
	struct bytes section = bytes_of_string(conf->config->section);
	size_t colons = bytes_find(name, bytes_of_string("::"));
	struct openssl_value *value;

	if (colons < name.len) {
		section = bytes_first(name, colons);
		name = bytes_after(name, colons + 2);
	}
	if (config->count == OPENSSL_CONFIG_VALUES_MAX) {
		note(conf, "more values than are read; what follows is left out");
		conf->left = (struct bytes){ 0 };
		return;
	}
	value = arena_take(config->arena, sizeof *value);
	if (value == NULL) {
		conf->err = ERR_MEMORY;
		return;
	}
	*value = (struct openssl_value){
		.section = arena_string(config->arena, section),
		.name = arena_string(config->arena, name),
		.value = value_of(conf, raw),
		.file = conf->file,
		.line = conf->line,
		.before = config->last,
	};
	if (value->section == NULL || value->name == NULL || value->value == NULL) {
		if (arena_refused(config->arena))
			conf->err = ERR_MEMORY;
		return;
	}
	config->last = value;
	config->count++;
}

/* A file that is included goes on in the section that includes it, and what stands behind
 * goes on in the file's last: so does OpenSSL's CONF, and Fedora's openssl.cnf relies on
 * it. */
static void include(struct conf *conf, struct bytes path)
{
	struct openssl_config *config = conf->config;
	const char *value;

	if (path.len > 0 && path.at[0] == '=')
		path = lines_trimmed(bytes_after(path, 1));
	value = value_of(conf, path);
	if (value == NULL || value[0] == '\0') {
		note(conf, "an .include names nothing");
	} else if (config->depth == OPENSSL_CONFIG_DEPTH_MAX) {
		note(conf, "includes go deeper than is followed");
	} else if (config->include != NULL) {
		config->depth++;
		config->include(config, value);
		config->depth--;
	}
}

/* ".include path", ".pragma name:value": what else begins so is not known. */
static bool is_order(struct bytes line, const char *order, struct bytes *ret_rest)
{
	struct bytes name = bytes_of_string(order);

	if (!bytes_start_with(line, name))
		return false;
	*ret_rest = bytes_after(line, name.len);
	if (ret_rest->len > 0 && !is_space(ret_rest->at[0]) && ret_rest->at[0] != '=')
		return false;
	*ret_rest = lines_trimmed(*ret_rest);
	return true;
}

static void read_line(struct conf *conf, struct bytes line)
{
	struct bytes rest;
	size_t equals, close;

	line = lines_trimmed(bytes_first(line, comment_at(line)));
	if (line.len == 0 || is_order(line, ".pragma", &rest))
		return;
	if (is_order(line, ".include", &rest)) {
		include(conf, rest);
		return;
	}
	if (line.at[0] == '[') {
		close = bytes_find(line, bytes_of_string("]"));
		if (close == line.len) {
			note(conf, "a section's name has no end");
			return;
		}
		conf->config->section = arena_string(conf->config->arena,
			lines_trimmed(bytes_first(bytes_after(line, 1), close - 1)));
		if (conf->config->section == NULL)
			conf->err = ERR_MEMORY;
		return;
	}
	equals = bytes_find(line, bytes_of_string("="));
	if (equals == line.len || equals == 0)
		note(conf, "neither a section nor a value");
	else
		keep(conf, lines_trimmed(bytes_first(line, equals)),
			lines_trimmed(bytes_after(line, equals + 1)));
}

enum err openssl_config_read(
	struct openssl_config *config, struct bytes all, const char *file)
{
	struct conf conf = {
		.config = config,
		.left = all,
		.file = file,
		.next_line = 1,
	};

	if (config->files == OPENSSL_CONFIG_FILES_MAX) {
		openssl_config_note(config, file, 0, "more files than are read");
		return ERR_OK;
	}
	config->files++;
	if (config->depth == 0)
		config->section = DEFAULT_SECTION;
	if (bytes_start_with(all, bytes_of_string("\xef\xbb\xbf")))
		conf.left = bytes_after(all, 3);
	while (conf.left.len > 0 && conf.err == ERR_OK)
		read_line(&conf, take_line(&conf));
	return conf.err;
}
