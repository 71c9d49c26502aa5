#include "cli/nginx_file.h"

#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>

#include "sys/input.h"
#include "sys/log.h"

#define NGINX_SYNTAX "braces"
#define PATH_LEN     4096
#define TREE_MAX     ((size_t)64 << 20) /* DIRECTIVES_MAX of them, twice while they grow */

struct loading {
	const char *folder; /* of the first file: what includes are relative to */
	size_t files;
	struct text *whole;
	struct fault *why;
};

static enum err load(struct loading *loading, const char *path, unsigned depth);

static void warn_of(const char *what, struct bytes pattern)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, 1024);
	text_quote_terminal(&quoted, bytes_first(pattern, 200));
	log_warning("include %s: %s", text_string(&quoted), what);
}

/* A device or pipe that an include names is not waited for. */
static bool is_plain_file(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static enum err include(struct loading *loading, struct bytes pattern, unsigned depth)
{
	char path[PATH_LEN];
	enum err err = ERR_OK;
	glob_t found;

	if (pattern.len == 0 || pattern.len >= PATH_LEN / 2 ||
		memchr(pattern.at, '\0', pattern.len) != NULL)
		return ERR_OK;
	(void)snprintf(path, sizeof path, "%s%.*s",
		pattern.at[0] == '/' ? "" : loading->folder, (int)pattern.len,
		(const char *)pattern.at);
	if (glob(path, 0, NULL, &found) != 0) {
		if (memchr(pattern.at, '*', pattern.len) == NULL)
			warn_of("it is not there, and what it says is not read", pattern);
		return ERR_OK;
	}
	for (size_t i = 0; i < found.gl_pathc && err == ERR_OK; i++)
		if (is_plain_file(found.gl_pathv[i]))
			err = load(loading, found.gl_pathv[i], depth + 1);
		else
			warn_of("it is no plain file, and is not read", pattern);
	globfree(&found);
	return err;
}

static struct bytes unquoted(struct bytes value)
{
	if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\'') &&
		value.at[value.len - 1] == value.at[0])
		return bytes_over(value.at + 1, value.len - 2);
	return value;
}

/* What stands between the includes, and what they name instead of them. */
static enum err splice(struct loading *loading, struct bytes text, unsigned depth)
{
	struct directives all;
	enum err err = ERR_OK;
	struct arena arena;
	size_t done = 0;

	arena_init(&arena, TREE_MAX);
	err = directives_read(
		text, syntax_find(bytes_of_string(NGINX_SYNTAX)), &arena, &all);
	for (size_t i = 0; err == ERR_OK && i < all.count; i++) {
		const struct directive *one = &all.all[i];

		if (one->opens || !bytes_equal(one->name, bytes_of_string("include")))
			continue;
		text_bytes(loading->whole, bytes_over(text.at + done, one->at - done));
		done = one->end;
		err = include(loading, unquoted(one->value), depth);
	}
	if (err == ERR_OK)
		text_bytes(loading->whole, bytes_after(text, done));
	text_char(loading->whole, '\n');
	arena_done(&arena);
	return err;
}

static enum err load(struct loading *loading, const char *path, unsigned depth)
{
	struct input *input;
	struct text text;
	enum err err;

	if (depth > NGINX_DEPTH_MAX || ++loading->files > NGINX_FILES_MAX)
		return fault_set(loading->why, ERR_LIMIT,
			"more than %d files, or includes %d deep: an include may name "
			"itself",
			NGINX_FILES_MAX, NGINX_DEPTH_MAX);
	err = input_open(path, &input, loading->why);
	if (err != ERR_OK)
		return err;
	text_init(&text, NGINX_BYTES_MAX);
	err = input_read_all(input, &text, loading->why);
	if (err == ERR_OK)
		err = splice(
			loading, bytes_over(text_string(&text), text_len(&text)), depth);
	if (err == ERR_OK)
		err = text_end(loading->whole);
	if (err == ERR_LIMIT && loading->why->text[0] == '\0')
		err = fault_set(loading->why, err, "%s is larger than is read",
			input_name(input));
	text_done(&text);
	input_close(input);
	return err;
}

bool nginx_word(struct bytes *text, const char *separators, struct bytes *ret)
{
	size_t len = 0;

	while (text->len > 0 &&
		(text->at[0] <= ' ' || strchr(separators, (char)text->at[0]) != NULL))
		*text = bytes_after(*text, 1);
	while (len < text->len && text->at[len] > ' ' &&
		strchr(separators, (char)text->at[len]) == NULL)
		len++;
	*ret = unquoted(bytes_first(*text, len));
	*text = bytes_after(*text, len);
	return len > 0;
}

static bool has_word(struct bytes value, const char *word)
{
	struct bytes one;

	while (nginx_word(&value, "", &one))
		if (bytes_equal(one, bytes_of_string(word)))
			return true;
	return false;
}

/* What the directives directly in a block say of it. */
static void look_at_server(const struct nginx_file *file, uint32_t block,
	const char *name, bool *ret_tls, bool *ret_default, bool *ret_named)
{
	for (size_t i = 0; i < file->all.count; i++) {
		const struct directive *one = &file->all.all[i];

		if (one->block != block || one->opens)
			continue;
		if (bytes_equal(one->name, bytes_of_string("listen")) &&
			(has_word(one->value, "ssl") || has_word(one->value, "quic"))) {
			*ret_tls = true;
			*ret_default |= has_word(one->value, "default_server") ||
					has_word(one->value, "default");
		} else if (bytes_equal(one->name, bytes_of_string("ssl")) &&
			   has_word(one->value, "on")) {
			*ret_tls = true;
		} else if (name != NULL &&
			   bytes_equal(one->name, bytes_of_string("server_name"))) {
			*ret_named |= has_word(one->value, name);
		}
	}
}

static enum err choose(struct nginx_file *file, const char *name, struct fault *why)
{
	bool chosen_default = false, chosen = false;

	file->server = NO_BLOCK;
	for (uint32_t i = 0; i < file->all.count; i++) {
		bool tls = false, is_default = false, named = name == NULL;
		const struct directive *one = &file->all.all[i];

		if (!one->opens || !bytes_equal(one->name, bytes_of_string("server")))
			continue;
		look_at_server(file, i, name, &tls, &is_default, &named);
		file->servers += tls;
		if (!tls || !named || (chosen && (chosen_default || !is_default)))
			continue;
		file->server = i;
		chosen = true;
		chosen_default = is_default;
	}
	if (name != NULL && !chosen)
		return fault_set(why, ERR_NOT_FOUND,
			"no server of that server_name has a listen with ssl");
	return ERR_OK;
}

enum err nginx_read(
	const char *path, const char *name, struct nginx_file *ret, struct fault *why)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_LEN / 2] = "";
	struct loading loading = { folder, 0, &ret->whole, why };
	enum err err;

	*ret = (struct nginx_file){ .server = NO_BLOCK };
	*why = (struct fault){ 0 };
	text_init(&ret->whole, NGINX_BYTES_MAX);
	arena_init(&ret->arena, TREE_MAX);
	if (slash != NULL)
		(void)snprintf(
			folder, sizeof folder, "%.*s", (int)(slash + 1 - path), path);
	err = load(&loading, path, 0);
	if (err == ERR_OK)
		err = directives_read(
			bytes_over(text_string(&ret->whole), text_len(&ret->whole)),
			syntax_find(bytes_of_string(NGINX_SYNTAX)), &ret->arena,
			&ret->all);
	if (err == ERR_OK)
		err = choose(ret, name, why);
	if (err != ERR_OK && why->text[0] == '\0')
		err = fault_set(why, err, "policy: %s", err_sentence(err));
	return err;
}

void nginx_done(struct nginx_file *file)
{
	text_done(&file->whole);
	arena_done(&file->arena);
}

static bool stands_in(const struct nginx_file *file, const char *name, uint32_t block)
{
	for (size_t i = 0; i < file->all.count; i++)
		if (file->all.all[i].block == block && !file->all.all[i].opens &&
			bytes_equal(file->all.all[i].name, bytes_of_string(name)))
			return true;
	return false;
}

/* The innermost block around the server that has such a directive. */
static uint32_t block_of(const struct nginx_file *file, const char *name)
{
	uint32_t block = file->server;

	while (block != NO_BLOCK && !stands_in(file, name, block))
		block = file->all.all[block].block;
	return block;
}

bool nginx_next(
	const struct nginx_file *file, const char *name, size_t *at, struct bytes *ret)
{
	uint32_t block = block_of(file, name);

	while (*at < file->all.count) {
		const struct directive *one = &file->all.all[(*at)++];

		if (one->block != block || one->opens ||
			!bytes_equal(one->name, bytes_of_string(name)))
			continue;
		*ret = unquoted(one->value);
		return true;
	}
	return false;
}

struct bytes nginx_value(const struct nginx_file *file, const char *name)
{
	struct bytes value = { 0 };
	size_t at = 0;

	while (nginx_next(file, name, &at, &value))
		;
	return value;
}
