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
		memchr(pattern.at, '\0', pattern.len) != NULL) {
		warn_of("no file can be named so; it is not read", pattern);
		return ERR_OK;
	}
	(void)snprintf(path, sizeof path, "%s%.*s",
		pattern.at[0] == '/' ? "" : loading->folder, (int)pattern.len,
		(const char *)pattern.at);
	if (glob(path, 0, NULL, &found) != 0) {
		if (strpbrk(path, "*?[") == NULL)
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

static bool is_space(uint8_t c)
{
	return c <= ' ';
}

static size_t mate_of(struct bytes text)
{
	const uint8_t *mate = memchr(text.at + 1, text.at[0], text.len - 1);

	return mate != NULL ? (size_t)(mate - text.at) : text.len;
}

bool nginx_word(struct bytes *value, struct bytes *ret)
{
	size_t len = 0;

	while (value->len > 0 && (is_space(value->at[0]) || value->at[0] == '#')) {
		size_t skip = value->at[0] == '#'
				      ? bytes_find(*value, bytes_of_string("\n"))
				      : 1;

		*value = bytes_after(*value, skip);
	}
	if (value->len == 0)
		return false;
	if (value->at[0] == '"' || value->at[0] == '\'') {
		len = mate_of(*value);
		*ret = bytes_first(bytes_after(*value, 1), len - 1);
		*value = bytes_after(*value, len + 1);
		return true;
	}
	while (len < value->len && !is_space(value->at[len]))
		len++;
	*ret = bytes_first(*value, len);
	*value = bytes_after(*value, len);
	return true;
}

static struct bytes first_word(struct bytes value)
{
	struct bytes word = { 0 };

	return nginx_word(&value, &word) ? word : (struct bytes){ 0 };
}

static enum err read_directives(
	struct bytes text, struct arena *arena, struct directives *ret, struct fault *why)
{
	enum err err = directives_read(
		text, syntax_find(bytes_of_string(NGINX_SYNTAX)), arena, ret);

	if (err == ERR_OK && ret->cut)
		return fault_set(why, ERR_LIMIT, "more than %zu directives are not read",
			DIRECTIVES_MAX);
	return err;
}

/* What stands between the includes, and what they name instead of them. */
static enum err splice(struct loading *loading, struct bytes text, unsigned depth)
{
	struct directives all;
	enum err err = ERR_OK;
	struct arena arena;
	size_t done = 0;

	arena_init(&arena, TREE_MAX);
	err = read_directives(text, &arena, &all, loading->why);
	for (size_t i = 0; err == ERR_OK && i < all.count; i++) {
		const struct directive *one = &all.all[i];

		if (one->opens || !bytes_equal(one->name, bytes_of_string("include")))
			continue;
		text_bytes(loading->whole, bytes_over(text.at + done, one->at - done));
		done = one->end;
		err = include(loading, first_word(one->value), depth);
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
		err = fault_set(loading->why, err,
			"%s, with what it includes, is larger than is read",
			input_name(input));
	text_done(&text);
	input_close(input);
	return err;
}

static bool has_word(struct bytes value, const char *word)
{
	struct bytes one;

	while (nginx_word(&value, &one))
		if (bytes_equal(one, bytes_of_string(word)))
			return true;
	return false;
}

/* What the directives directly in a server's block say of it. */
struct looks {
	bool tls;
	bool is_default;
	bool named;
	bool rejects; /* every handshake */
};

static void look_at_directive(
	const struct directive *one, const char *name, struct looks *ret)
{
	if (bytes_equal(one->name, bytes_of_string("listen"))) {
		bool tls = has_word(one->value, "ssl") || has_word(one->value, "quic");

		ret->tls |= tls;
		ret->is_default |= tls && (has_word(one->value, "default_server") ||
						  has_word(one->value, "default"));
	} else if (bytes_equal(one->name, bytes_of_string("ssl"))) {
		ret->tls |= has_word(one->value, "on");
	} else if (bytes_equal(one->name, bytes_of_string("starttls"))) {
		ret->tls |= has_word(one->value, "on") || has_word(one->value, "only");
	} else if (bytes_equal(one->name, bytes_of_string("ssl_reject_handshake"))) {
		ret->rejects |= has_word(one->value, "on");
	} else if (name != NULL &&
		   bytes_equal(one->name, bytes_of_string("server_name"))) {
		ret->named |= has_word(one->value, name);
	}
}

/* What stands in a block comes behind it, and has it or a later block around it. */
static struct looks look_at_server(
	const struct nginx_file *file, uint32_t block, const char *name)
{
	struct looks looks = { .named = name == NULL };

	for (size_t i = block + 1; i < file->all.count; i++) {
		const struct directive *one = &file->all.all[i];

		if (one->block == NO_BLOCK || one->block < block)
			break;
		if (one->block == block && !one->opens)
			look_at_directive(one, name, &looks);
	}
	return looks;
}

static bool opens_one_of(const struct directive *one, const char *const *names)
{
	for (; one->opens && *names != NULL; names++)
		if (bytes_equal(one->name, bytes_of_string(*names)))
			return true;
	return false;
}

static const char *const servers[] = { "server", NULL };

/* Where servers are elsewhere, in files that are not here: what holds in all of them. */
static uint32_t context_of(const struct nginx_file *file)
{
	static const char *const contexts[] = { "http", "stream", "mail", NULL };

	for (uint32_t i = 0; i < file->all.count; i++)
		if (opens_one_of(&file->all.all[i], contexts))
			return i;
	return NO_BLOCK;
}

/* How well a server answers the question: 1: it speaks TLS, 2: and takes handshakes, 3:
 * and is the default of its address. */
static unsigned rank_of(const struct looks *looks)
{
	if (!looks->tls || !looks->named)
		return 0;
	return 1u + !looks->rejects + (!looks->rejects && looks->is_default);
}

/* The first of the best; NO_BLOCK if none speaks TLS and has the name. */
static uint32_t best_server(const struct nginx_file *file, const char *name)
{
	uint32_t found = NO_BLOCK;
	unsigned best = 0;

	for (uint32_t i = 0; i < file->all.count; i++) {
		struct looks looks;

		if (!opens_one_of(&file->all.all[i], servers))
			continue;
		looks = look_at_server(file, i, name);
		if (rank_of(&looks) <= best)
			continue;
		best = rank_of(&looks);
		found = i;
	}
	return found;
}

/* The server that nginx takes for who names none, at that address; NO_BLOCK: there is
 * none. */
static uint32_t default_of(const struct nginx_file *file, struct bytes address)
{
	uint32_t first = NO_BLOCK;

	for (size_t i = 0; i < file->all.count; i++) {
		const struct directive *one = &file->all.all[i];
		struct bytes value = one->value, word;

		if (one->block == NO_BLOCK || one->opens ||
			!bytes_equal(one->name, bytes_of_string("listen")) ||
			!opens_one_of(&file->all.all[one->block], servers) ||
			!nginx_word(&value, &word) || !bytes_equal(word, address))
			continue;
		if (has_word(value, "default_server") || has_word(value, "default"))
			return one->block;
		if (first == NO_BLOCK)
			first = one->block;
	}
	return first;
}

/* Of each address that it listens at. */
static bool is_default(const struct nginx_file *file, uint32_t server)
{
	for (size_t i = 0; i < file->all.count; i++) {
		const struct directive *one = &file->all.all[i];
		struct bytes value = one->value, address;

		if (one->block == server && !one->opens &&
			bytes_equal(one->name, bytes_of_string("listen")) &&
			nginx_word(&value, &address) &&
			default_of(file, address) != server)
			return false;
	}
	return true;
}

static enum err choose(struct nginx_file *file, const char *name, struct fault *why)
{
	bool any = false;

	for (uint32_t i = 0; i < file->all.count; i++) {
		struct looks looks;

		if (!opens_one_of(&file->all.all[i], servers))
			continue;
		any = true;
		looks = look_at_server(file, i, NULL);
		file->servers += looks.tls;
		file->strangers_out |= looks.tls && looks.rejects && looks.is_default;
	}
	file->server = best_server(file, name);
	file->is_default = is_default(file, file->server);
	if (file->server == NO_BLOCK && (any || name != NULL))
		return fault_set(why, ERR_NOT_FOUND,
			name != NULL
				? "no server of that server_name has a listen with ssl"
				: "no server here has a listen with ssl");
	if (file->server == NO_BLOCK)
		file->server = context_of(file);
	return ERR_OK;
}

enum err nginx_read(
	const char *path, const char *name, struct nginx_file *ret, struct fault *why)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_LEN / 2] = "./";
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
		err = read_directives(
			bytes_over(text_string(&ret->whole), text_len(&ret->whole)),
			&ret->arena, &ret->all, why);
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

struct nginx_walk nginx_walk(const struct nginx_file *file, const char *name)
{
	return (struct nginx_walk){ file, name, block_of(file, name), 0 };
}

bool nginx_next(struct nginx_walk *walk, struct bytes *ret)
{
	const struct directives *all = &walk->file->all;

	while (walk->at < all->count) {
		const struct directive *one = &all->all[walk->at++];

		if (one->block != walk->block || one->opens ||
			!bytes_equal(one->name, bytes_of_string(walk->name)))
			continue;
		*ret = one->value;
		return true;
	}
	return false;
}

struct bytes nginx_value(const struct nginx_file *file, const char *name)
{
	struct nginx_walk walk = nginx_walk(file, name);
	struct bytes value = { 0 };

	while (nginx_next(&walk, &value))
		;
	return first_word(value);
}
