#include "sys/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>

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
	bool broken; /* an entry of it */
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
	archive_take *take, void *context, enum err *ret)
{
	la_ssize_t status = 0;
	size_t len;

	if (archive_entry_filetype(entry) == AE_IFREG) {
		status = read_file(walking, &len);
		if (status >= 0 && !is_bomb(walking))
			*ret = take(context, name_of(entry),
				bytes_over(walking->memory, len), len == walking->room);
	}
	if (status >= 0 && *ret == ERR_OK)
		status = pass_over(walking);
	/* Of one entry, as where it needs a password: the next may be as it should. */
	walking->broken |= status < 0 && status != ARCHIVE_WARN;
	return status != ARCHIVE_FATAL && *ret == ERR_OK && !is_bomb(walking);
}

static enum err walk(
	struct walking *walking, archive_take *take, void *context, enum archive_end *ret)
{
	struct archive_entry *entry;
	enum err err = ERR_OK;
	bool more = true;
	int status = ARCHIVE_OK;

	while (more) {
		status = archive_read_next_header(walking->archive, &entry);
		more = status == ARCHIVE_OK || status == ARCHIVE_WARN;
		walking->effort->entries += more;
		more = more && walk_entry(walking, entry, take, context, &err);
	}
	*ret = is_bomb(walking) ? ARCHIVE_CEILING : ARCHIVE_WHOLE;
	if (*ret == ARCHIVE_WHOLE && (walking->broken || status < ARCHIVE_WARN))
		*ret = ARCHIVE_BROKEN;
	return err;
}

/* Not all that there are: for some (lrzip, lzop, grzip) libarchive starts a program that
 * it finds on PATH, and gives it what a stranger packed. */
static void support_filters(struct archive *archive)
{
	(void)archive_read_support_filter_bzip2(archive);
	(void)archive_read_support_filter_gzip(archive);
	(void)archive_read_support_filter_lzma(archive);
	(void)archive_read_support_filter_rpm(archive);
	(void)archive_read_support_filter_xz(archive);
	(void)archive_read_support_filter_zstd(archive);
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
	return archive_read_open_fd(walking->archive, source->descriptor, BLOCK);
}

enum err archive_walk(const struct archive_source *source, void *memory, size_t room,
	archive_take *take, void *context, enum archive_end *ret)
{
	struct walking walking = { .archive = archive_read_new(),
		.effort = source->effort,
		.memory = memory,
		.room = room };
	enum err err = ERR_OK;

	if (walking.archive == NULL)
		return ERR_MEMORY;
	*ret = ARCHIVE_BROKEN;
	support_filters(walking.archive);
	(void)archive_read_support_format_ar(walking.archive);
	(void)archive_read_support_format_cpio(walking.archive);
	(void)archive_read_support_format_tar(walking.archive);
	(void)archive_read_support_format_zip(walking.archive);
	if (open_source(&walking, source) == ARCHIVE_OK)
		err = walk(&walking, take, context, ret);
	(void)archive_read_free(walking.archive);
	return err;
}
