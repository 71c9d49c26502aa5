#include "host/registry.h"

#include <stdlib.h>

#include "base/encoding.h"
#include "base/text.h"
#include "host/lines.h"

#define CONTROL     "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\"
#define FIRST       "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\"
#define BUCKETS_MIN 256 /* an export of what counts has some hundred values */

/* A file on its way in. */
struct reading {
	struct registry *registry;
	struct arena *arena;
	struct bytes key;
	bool seen; /* a key, so that it is a registry */
};

static bool starts(struct bytes all, const char *start)
{
	return bytes_start_with_caseless(all, bytes_of_string(start));
}

/* FNV-1a, blind to the case of ASCII letters. */
static uint64_t hash_on(uint64_t hash, struct bytes all)
{
	for (size_t i = 0; i < all.len; i++)
		hash = (hash ^ byte_lower(all.at[i])) * 0x100000001b3;
	return hash;
}

/* A ControlSet001 is the current one. */
static uint64_t hash_of(struct bytes key, struct bytes name)
{
	uint64_t hash = 0xcbf29ce484222325;

	if (starts(key, FIRST)) {
		hash = hash_on(hash, bytes_of_string(CONTROL));
		key = bytes_after(key, sizeof FIRST - 1);
	}
	return hash_on(hash_on(hash_on(hash, key), bytes_of_string("\n")), name);
}

static bool same_key(struct bytes key, struct bytes wanted)
{
	if (starts(key, FIRST) && starts(wanted, CONTROL))
		return bytes_equal_caseless(bytes_after(key, sizeof FIRST - 1),
			bytes_after(wanted, sizeof CONTROL - 1));
	return bytes_equal_caseless(key, wanted);
}

static void put_in(struct registry *registry, struct registry_value *value)
{
	uint64_t hash = hash_of(value->key, value->name);
	struct registry_value **bucket =
		&registry->buckets[hash & (registry->bucket_count - 1)];

	value->beside = *bucket;
	*bucket = value;
}

/* Twice as many, so that what is left behind is no more than what is kept. */
static enum err make_room(struct registry *registry, struct arena *arena)
{
	size_t was = registry->bucket_count;
	size_t count = was == 0 ? BUCKETS_MIN : 2 * was;
	struct registry_value **old = registry->buckets;
	struct registry_value **made = arena_take(arena, count * sizeof(*made));

	if (made == NULL)
		return ERR_MEMORY;
	registry->buckets = made;
	registry->bucket_count = count;
	for (size_t i = 0; i < was; i++)
		for (struct registry_value *at = old[i], *next; at != NULL; at = next) {
			next = at->beside;
			put_in(registry, at);
		}
	return ERR_OK;
}

static enum err keep(struct reading *reading, struct registry_value value)
{
	struct registry *registry = reading->registry;
	struct registry_value *kept;

	if (registry->count == REGISTRY_VALUES_MAX)
		return ERR_LIMIT;
	kept = arena_take(reading->arena, sizeof *kept);
	if (kept == NULL || (registry->count >= registry->bucket_count &&
				    make_room(registry, reading->arena) != ERR_OK))
		return ERR_MEMORY;
	*kept = value;
	kept->key = reading->key;
	kept->name = arena_copy(reading->arena, value.name);
	kept->text = arena_copy(reading->arena, value.text);
	kept->before = registry->last;
	registry->last = kept;
	kept->order = (uint32_t)registry->count++;
	registry->keys_deleted += kept->key_deleted;
	if (arena_refused(reading->arena))
		return ERR_MEMORY;
	put_in(registry, kept);
	return ERR_OK;
}

static bool number_of(struct bytes digits, unsigned base, uint32_t *ret)
{
	uint64_t value = 0;

	if (digits.len == 0 || digits.len > 10)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		uint8_t c = digits.at[i] | 0x20;
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
							: 16;

		if (digit >= base)
			return false;
		value = value * base + digit;
	}
	*ret = (uint32_t)value;
	return value <= UINT32_MAX;
}

/* Where the string that begins at all.at[0] ends: past its quotation mark. */
static size_t string_end(struct bytes all)
{
	size_t i = 1;

	while (i < all.len && all.at[i] != '"')
		i += all.at[i] == '\\' ? 2 : 1;
	return i < all.len ? i + 1 : all.len;
}

static struct bytes inside(struct bytes quoted)
{
	return quoted.len < 2 ? (struct bytes){ 0 }
			      : bytes_first(bytes_after(quoted, 1), quoted.len - 2);
}

/* "54,00,00,00" of hex(1), hex(2) and hex(7): strings of UTF-16, each ended by a zero,
 * here by a line's end. */
static enum err strings_of(struct bytes data, struct arena *arena, struct bytes *ret)
{
	struct text CLEANUP(text_done) wide;
	uint32_t octet, low = 0;
	bool half = false;
	struct bytes item;

	text_init(&wide, data.len + 16);
	while (lines_item(&data, ",", &item) && number_of(item, 16, &octet) &&
		octet <= 0xff) {
		if (half) {
			text_char(&wide, low == 0 && octet == 0 ? '\n' : (char)low);
			text_char(&wide, (char)octet);
		}
		low = octet;
		half = !half;
	}
	return encoding_text(bytes_over(text_string(&wide), text_len(&wide)),
		(struct encoding){ ENCODING_UTF16_LE, 0 }, arena, ret);
}

static bool is_strings(struct bytes data)
{
	return starts(data, "hex(1):") || starts(data, "hex(2):") ||
	       starts(data, "hex(7):");
}

/* "name"=dword:00000001, "name"="text", "name"=hex(4):01,00,00,00, "name"=-, @="text". */
static enum err read_assignment(struct reading *reading, struct bytes line)
{
	struct registry_value value = { 0 };
	size_t end = line.at[0] == '@' ? 1 : string_end(line);
	struct bytes data = lines_trimmed(bytes_after(line, end));

	if (line.at[0] != '@')
		value.name = inside(bytes_first(line, end));
	if (data.len == 0 || data.at[0] != '=')
		return ERR_OK;
	data = lines_trimmed(bytes_after(data, 1));
	if (starts(data, "dword:")) {
		value.is_number =
			number_of(lines_trimmed(bytes_after(data, 6)), 16, &value.number);
	} else if (starts(data, "hex(4):") && data.len >= 7 + 11) {
		for (size_t i = 0; i < 4; i++) {
			uint32_t octet = 0;

			if (!number_of(bytes_first(bytes_after(data, 7 + 3 * i), 2), 16,
				    &octet))
				return ERR_OK;
			value.number |= octet << (8 * i);
		}
		value.is_number = true;
	} else if (is_strings(data)) {
		enum err err =
			strings_of(bytes_after(data, 7), reading->arena, &value.text);

		if (err != ERR_OK)
			return err;
	} else if (data.len > 0 && data.at[0] == '"') {
		value.text = inside(bytes_first(data, string_end(data)));
	} else if (data.len == 1 && data.at[0] == '-') {
		value.deleted = true;
	}
	return keep(reading, value);
}

/* "    Enabled    REG_DWORD    0x0": parted by runs of spaces. */
static enum err read_query(struct reading *reading, struct bytes line)
{
	struct registry_value value = { 0 };
	size_t type = bytes_find(line, bytes_of_string("REG_"));
	struct bytes data = bytes_after(line, type);
	size_t len = 0;

	if (type == line.len)
		return ERR_OK;
	value.name = lines_trimmed(bytes_first(line, type));
	if (lines_equal(value.name, "(Default)"))
		value.name = (struct bytes){ 0 };
	while (len < data.len && data.at[len] > ' ')
		len++;
	struct bytes kind = bytes_first(data, len);

	data = lines_trimmed(bytes_after(data, len));
	if (lines_equal(kind, "REG_DWORD"))
		value.is_number = starts(data, "0x") ? number_of(bytes_after(data, 2), 16,
							       &value.number)
						     : number_of(data, 10, &value.number);
	else
		value.text = data;
	return keep(reading, value);
}

/* "HKLM\..." is short for what files spell out. */
static void take_key(struct reading *reading, struct bytes key)
{
	static const char *const shorts[][2] = { { "HKLM\\", "HKEY_LOCAL_MACHINE\\" },
		{ "HKCU\\", "HKEY_CURRENT_USER\\" } };
	struct text CLEANUP(text_done) whole;

	text_init(&whole, REGISTRY_KEY_MAX);
	for (size_t i = 0; i < 2; i++)
		if (starts(key, shorts[i][0])) {
			text_add(&whole, shorts[i][1]);
			key = bytes_after(key, strlen(shorts[i][0]));
		}
	text_bytes(&whole, key);
	reading->key = arena_copy(
		reading->arena, bytes_over(text_string(&whole), text_len(&whole)));
	reading->seen = true;
}

static enum err read_line(struct reading *reading, struct bytes raw)
{
	struct bytes line = lines_trimmed(raw);
	struct registry_value gone = { .deleted = true, .key_deleted = true };

	if (line.len == 0 || line.at[0] == ';')
		return ERR_OK;
	if (line.at[0] == '[' && line.at[line.len - 1] == ']') {
		bool deleted = line.len > 2 && line.at[1] == '-';

		take_key(reading, bytes_first(bytes_after(line, deleted ? 2 : 1),
					  line.len - (deleted ? 3 : 2)));
		return deleted ? keep(reading, gone) : ERR_OK;
	}
	if (starts(raw, "HKEY_") || starts(raw, "HKLM\\") || starts(raw, "HKCU\\")) {
		take_key(reading, line);
		return ERR_OK;
	}
	if (!reading->seen)
		return ERR_OK;
	if (line.at[0] == '"' || line.at[0] == '@')
		return read_assignment(reading, line);
	return read_query(reading, line);
}

/* What has many octets goes on behind a backslash: regedit's lines have 80 columns. */
static struct bytes joined(struct bytes line, struct bytes *left, struct text *room)
{
	if (line.len == 0 || line.at[line.len - 1] != '\\' ||
		bytes_find(line, bytes_of_string("=hex")) == line.len)
		return line;
	text_reset(room);
	while (line.len > 0 && line.at[line.len - 1] == '\\') {
		text_bytes(room, bytes_first(line, line.len - 1));
		if (!lines_next(left, &line))
			line = (struct bytes){ 0 };
		line = lines_trimmed(line);
	}
	text_bytes(room, line);
	return bytes_over(text_string(room), text_len(room));
}

enum err registry_read(struct registry *registry, struct bytes all, struct arena *arena)
{
	struct reading reading = { .registry = registry, .arena = arena };
	struct arena CLEANUP(arena_done) room;
	struct text CLEANUP(text_done) line_room;
	struct bytes line;
	enum err err;

	arena_init(&room, ENCODING_ROOM(all.len));
	err = encoding_text(all, encoding_of(all), &room, &all);
	text_init(&line_room, all.len + 16);
	while (err == ERR_OK && lines_next(&all, &line))
		err = read_line(&reading, joined(line, &all, &line_room));
	if (err == ERR_OK && !reading.seen)
		err = ERR_VALUE;
	return err;
}

/* The one that was written last, of values or of deletions of a key. */
static const struct registry_value *last_of(const struct registry *registry,
	struct bytes key, struct bytes name, bool key_deleted)
{
	const struct registry_value *found = NULL;

	if (registry->bucket_count == 0)
		return NULL;
	for (const struct registry_value *at =
			registry->buckets[hash_of(key, name) &
					  (registry->bucket_count - 1)];
		at != NULL; at = at->beside)
		if (at->key_deleted == key_deleted &&
			bytes_equal_caseless(at->name, name) && same_key(at->key, key) &&
			(found == NULL || at->order > found->order))
			found = at;
	return found;
}

/* A key that is deleted takes all below it along. */
static bool was_deleted_after(
	const struct registry *registry, struct bytes key, uint32_t order)
{
	const struct bytes none = { 0 };

	for (size_t len = key.len; registry->keys_deleted > 0 && len > 0; len--) {
		const struct registry_value *gone;

		if (len < key.len && key.at[len] != '\\')
			continue;
		gone = last_of(registry, bytes_first(key, len), none, true);
		if (gone != NULL && gone->order > order)
			return true;
	}
	return false;
}

const struct registry_value *registry_find(
	const struct registry *registry, const char *key, const char *name)
{
	struct bytes path = bytes_of_string(key);
	const struct registry_value *found =
		last_of(registry, path, bytes_of_string(name), false);

	return found == NULL || found->deleted ||
			       was_deleted_after(registry, path, found->order)
		       ? NULL
		       : found;
}

bool registry_has(const struct registry *registry, const char *key)
{
	bool control = strncmp(key, CONTROL, sizeof CONTROL - 1) == 0;

	for (const struct registry_value *at = registry->last; at != NULL;
		at = at->before)
		if (starts(at->key, key) ||
			(control && starts(at->key, FIRST) &&
				starts(bytes_after(at->key, sizeof FIRST - 1),
					key + sizeof CONTROL - 1)))
			return true;
	return false;
}
