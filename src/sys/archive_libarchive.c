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
	uint64_t packed;
	uint64_t unpacked;
	uint64_t entries;
	uint8_t *memory;
	size_t room;
};

static bool is_bomb(const struct walking *walking)
{
	return walking->unpacked > ARCHIVE_TOTAL_MAX ||
	       walking->entries > ARCHIVE_ENTRIES_MAX ||
	       (walking->unpacked > ARCHIVE_RATIO_FROM &&
		       walking->unpacked / ARCHIVE_RATIO_MAX > walking->packed);
}

static const char *name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	if (name == NULL)
		name = archive_entry_pathname(entry);
	return name != NULL ? name : "?";
}

/* The file's bytes, as many as there is room for; false: they cannot be read. */
static bool read_file(struct walking *walking, size_t *ret_len)
{
	size_t len = 0;
	la_ssize_t got = 1;

	while (got > 0 && len < walking->room) {
		got = archive_read_data(
			walking->archive, walking->memory + len, walking->room - len);
		if (got > 0)
			len += (size_t)got;
	}
	walking->unpacked += len;
	*ret_len = len;
	return got >= 0;
}

static enum err walk(
	struct walking *walking, archive_take *take, void *context, enum archive_end *ret)
{
	struct archive_entry *entry;
	enum err err = ERR_OK;
	int status;

	*ret = ARCHIVE_WHOLE;
	while (err == ERR_OK) {
		size_t len;

		status = archive_read_next_header(walking->archive, &entry);
		if (status == ARCHIVE_EOF)
			return ERR_OK;
		if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
			break;
		walking->entries++;
		if (archive_entry_filetype(entry) != AE_IFREG)
			continue;
		if (!read_file(walking, &len))
			break;
		if (is_bomb(walking)) {
			*ret = ARCHIVE_CEILING;
			return ERR_OK;
		}
		err = take(context, name_of(entry), bytes_over(walking->memory, len),
			len == walking->room);
	}
	if (err == ERR_OK)
		*ret = ARCHIVE_BROKEN;
	return err;
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
	struct walking walking = {
		.archive = archive_read_new(), .memory = memory, .room = room
	};
	enum err err = ERR_OK;

	if (walking.archive == NULL)
		return ERR_MEMORY;
	*ret = ARCHIVE_BROKEN;
	(void)archive_read_support_filter_all(walking.archive);
	(void)archive_read_support_format_ar(walking.archive);
	(void)archive_read_support_format_cpio(walking.archive);
	(void)archive_read_support_format_tar(walking.archive);
	(void)archive_read_support_format_zip(walking.archive);
	if (open_source(&walking, source) == ARCHIVE_OK)
		err = walk(&walking, take, context, ret);
	(void)archive_read_free(walking.archive);
	return err;
}
