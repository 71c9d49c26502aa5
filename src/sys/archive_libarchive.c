#include "sys/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"

#define BLOCK ((size_t)64 << 10) /* read at a time */

/* To add one: a line here. */
static const char *const endings[] = { ".apk", ".crate", ".deb", ".ear", ".gem", ".jar",
	".nupkg", ".rpm", ".tar", ".tar.bz2", ".tar.gz", ".tar.xz", ".tar.zst", ".tbz2",
	".tgz", ".txz", ".vsix", ".war", ".whl", ".zip" };

bool archive_is_named(struct bytes path)
{
	/* Nearly no file's name ends so; most are told by their last character. */
	if (path.len < 4 || strchr("bkmprtxzhegl2", path.at[path.len - 1] | 0x20) == NULL)
		return false;
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		size_t len = strlen(endings[i]);

		if (path.len > len &&
			bytes_equal_caseless(bytes_after(path, path.len - len),
				bytes_of_string(endings[i])))
			return true;
	}
	return false;
}

struct walking {
	struct archive *archive;
	struct archive_effort *effort;
	uint64_t packed;
	uint64_t unpacked; /* of this one alone */
	uint8_t *memory;
	size_t room;
	bool encrypted; /* an entry of it */
	bool broken;    /* another one */
};

/* Who is handed the files. */
struct taking {
	archive_take *take;
	void *context;
};

static bool is_bomb(const struct walking *walking)
{
	return walking->effort->unpacked > ARCHIVE_TOTAL_MAX ||
	       walking->effort->entries > ARCHIVE_ENTRIES_MAX ||
	       (walking->unpacked > ARCHIVE_RATIO_FROM &&
		       walking->unpacked / ARCHIVE_RATIO_MAX > walking->packed);
}

static void count(struct walking *walking, size_t unpacked)
{
	walking->unpacked += unpacked;
	walking->effort->unpacked += unpacked;
}

static const char *name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	if (name == NULL)
		name = archive_entry_pathname(entry);
	return name != NULL ? name : "?";
}

/* The file's bytes, as many as there is room for. Answers what libarchive did last. */
static la_ssize_t read_file(struct walking *walking, size_t *ret_len)
{
	size_t len = 0;
	la_ssize_t got = 1;

	while (got > 0 && len < walking->room) {
		got = archive_read_data(
			walking->archive, walking->memory + len, walking->room - len);
		if (got > 0)
			len += (size_t)got;
	}
	count(walking, len);
	*ret_len = len;
	return got;
}

/* What there was no room for, or what is no regular file's: libarchive unpacks it in any
 * case to find the next entry, so it is counted. */
static int pass_over(struct walking *walking)
{
	int status = ARCHIVE_OK;

	while (status == ARCHIVE_OK && !is_bomb(walking)) {
		const void *block;
		size_t len = 0;
		la_int64_t at;

		status = archive_read_data_block(walking->archive, &block, &len, &at);
		count(walking, len);
	}
	return status;
}

/* One entry: its file is handed over. True if there may be another. */
static bool walk_entry(struct walking *walking, struct archive_entry *entry,
	const struct taking *taking, enum err *ret)
{
	la_ssize_t status = 0;
	size_t len;

	if (archive_entry_filetype(entry) == AE_IFREG) {
		status = read_file(walking, &len);
		if (status >= 0 && !is_bomb(walking))
			*ret = taking->take(taking->context, name_of(entry),
				bytes_over(walking->memory, len), len == walking->room);
	}
	if (status >= 0 && *ret == ERR_OK)
		status = pass_over(walking);
	/* Of one entry: the next may be as it should. */
	if (status < 0 && status != ARCHIVE_WARN) {
		if (status != ARCHIVE_FATAL && archive_entry_is_encrypted(entry))
			walking->encrypted = true;
		else
			walking->broken = true;
	}
	return status != ARCHIVE_FATAL && *ret == ERR_OK && !is_bomb(walking);
}

static enum err walk(
	struct walking *walking, const struct taking *taking, enum archive_end *ret)
{
	struct archive_entry *entry;
	enum err err = ERR_OK;
	bool more = true;
	int status = ARCHIVE_OK;

	while (more) {
		status = archive_read_next_header(walking->archive, &entry);
		more = status == ARCHIVE_OK || status == ARCHIVE_WARN;
		walking->effort->entries += more;
		more = more && walk_entry(walking, entry, taking, &err);
	}
	if (is_bomb(walking))
		*ret = ARCHIVE_CEILING;
	else if (walking->broken || status < ARCHIVE_WARN)
		*ret = ARCHIVE_BROKEN;
	else
		*ret = walking->encrypted ? ARCHIVE_ENCRYPTED : ARCHIVE_WHOLE;
	return err;
}

/* How a packing begins. One alone is taken off (of an rpm's payload too): libarchive by
 * itself would go through twenty-five, of which the inner may be large and give no byte
 * that could be counted. Nor are there all that it knows: for some (lrzip, lzop, grzip)
 * it starts a program that it finds on PATH, and gives it what a stranger packed. */
static const struct packing {
	const char *start;
	size_t len;
	int filter;
} packings[] = {
	{ "\x1f\x8b", 2, ARCHIVE_FILTER_GZIP },
	{ "BZh", 3, ARCHIVE_FILTER_BZIP2 },
	{ "\3757zXZ", 5, ARCHIVE_FILTER_XZ },
	{ "\x28\xb5\x2f\xfd", 4, ARCHIVE_FILTER_ZSTD },
	{ "\x5d\0\0", 3, ARCHIVE_FILTER_LZMA },
};

#define RPM_START "\xed\xab\xee\xdb" /* its payload has a packing of its own */
#define START_MAX 8

/* Index of the packing of what begins so; their count if it has none. */
static size_t packing_of(struct bytes start)
{
	size_t i = 0;

	while (i < COUNT_OF(packings) &&
		!bytes_start_with(start, bytes_over(packings[i].start, packings[i].len)))
		i++;
	return i;
}

static struct bytes start_of(
	const struct archive_source *source, uint8_t memory[START_MAX])
{
	ssize_t len;

	if (source->descriptor < 0)
		return bytes_first(source->memory, START_MAX);
	len = pread(source->descriptor, memory, START_MAX, 0);
	return bytes_over(memory, len > 0 ? (size_t)len : 0);
}

static int open_source(struct walking *walking, const struct archive_source *source)
{
	struct stat about;

	walking->packed = source->memory.len;
	if (source->descriptor < 0)
		return archive_read_open_memory(
			walking->archive, source->memory.at, source->memory.len);
	if (fstat(source->descriptor, &about) == 0)
		walking->packed = (uint64_t)about.st_size;
	if (lseek(source->descriptor, 0, SEEK_SET) != 0)
		return ARCHIVE_FATAL;
	return archive_read_open_fd(walking->archive, source->descriptor, BLOCK);
}

/* An archive of that packing, that of an rpm's payload. */
static enum err walk_packed(const struct walking *like,
	const struct archive_source *source, bool is_rpm, size_t packing,
	const struct taking *taking, enum archive_end *ret)
{
	struct walking walking = *like;
	enum err err = ERR_OK;

	walking.archive = archive_read_new();
	if (walking.archive == NULL)
		return ERR_MEMORY;
	*ret = ARCHIVE_BROKEN;
	if (is_rpm)
		(void)archive_read_append_filter(walking.archive, ARCHIVE_FILTER_RPM);
	if (packing < COUNT_OF(packings))
		(void)archive_read_append_filter(
			walking.archive, packings[packing].filter);
	(void)archive_read_support_format_ar(walking.archive);
	(void)archive_read_support_format_cpio(walking.archive);
	(void)archive_read_support_format_tar(walking.archive);
	(void)archive_read_support_format_zip(walking.archive);
	if (open_source(&walking, source) == ARCHIVE_OK)
		err = walk(&walking, taking, ret);
	(void)archive_read_free(walking.archive);
	return err;
}

enum err archive_walk(const struct archive_source *source, void *memory, size_t room,
	archive_take *take, void *context, enum archive_end *ret)
{
	const struct walking walking = {
		.effort = source->effort, .memory = memory, .room = room
	};
	const struct taking taking = { take, context };
	uint64_t before = source->effort->entries;
	uint8_t some[START_MAX];
	struct bytes start = start_of(source, some);
	bool is_rpm = bytes_start_with(start, bytes_of_string(RPM_START));
	/* Of an rpm's it stands in a header that libarchive does not tell of. */
	size_t packing = is_rpm ? 0 : packing_of(start);

	for (;; packing = is_rpm ? packing + 1 : COUNT_OF(packings)) {
		enum err err =
			walk_packed(&walking, source, is_rpm, packing, &taking, ret);

		/* A tar whose first file is "BZhang" has no packing. */
		if (err != ERR_OK || *ret != ARCHIVE_BROKEN ||
			packing == COUNT_OF(packings) ||
			source->effort->entries != before)
			return err;
	}
}
