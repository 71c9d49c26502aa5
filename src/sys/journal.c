#include "sys/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/reader.h"
#include "base/table.h"
#include "base/writer.h"

#define RECORD_LEN 12 /* the piece, and a check */
#define BATCH      64 /* records from one fsync() to the next: a second's work */

static const char MAGIC[8] = { 't', 'l', 's', 'u', 'n', 's', 'j', '1' };
#define HEAD_LEN 20 /* the magic, the identity as a record */

struct done {
	uint64_t used;
	uint64_t piece;
};

struct journal {
	int file;
	unsigned unsynced;
	size_t held; /* records that were not written yet */
	uint8_t records[JOURNAL_HELD_MAX * RECORD_LEN];
	struct table done;
	const char *path;
};

static const struct hash_key CHECK = { 0x6a6f75726e616c, 1 };

static void write_record(struct writer *w, uint64_t number)
{
	uint8_t bytes[8];
	struct writer inner = writer_over(bytes, sizeof bytes);

	writer_u64(&inner, number);
	writer_u64(w, number);
	writer_u32(w, (uint32_t)hash_bytes(&CHECK, bytes_over(bytes, sizeof bytes)));
}

static bool read_record(struct bytes record, uint64_t *ret)
{
	struct reader r = reader_over(record);
	uint32_t check = (uint32_t)hash_bytes(&CHECK, bytes_first(record, 8));

	*ret = reader_u64(&r);
	return reader_u32(&r) == check && reader_end(&r) == ERR_OK;
}

static bool write_all(int file, const uint8_t *at, size_t len)
{
	while (len > 0) {
		ssize_t written = write(file, at, len);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			at += written;
			len -= (size_t)written;
		}
	}
	return true;
}

static enum err add(struct journal *journal, uint64_t piece, struct fault *why)
{
	struct done *done = table_take(&journal->done, &piece);

	if (done == NULL)
		return fault_set(
			why, ERR_LIMIT, "%s: no more fits the journal", journal->path);
	done->used = 1;
	return ERR_OK;
}

static enum err begin(struct journal *journal, uint64_t identity, struct fault *why)
{
	uint8_t head[HEAD_LEN];
	struct writer w = writer_over(head, sizeof head);

	writer_bytes(&w, bytes_over(MAGIC, sizeof MAGIC));
	write_record(&w, identity);
	if (ftruncate(journal->file, 0) == 0 &&
		write_all(journal->file, head, sizeof head) && fsync(journal->file) == 0)
		return ERR_OK;
	return fault_set(why, ERR_IO, "%s: %s", journal->path, strerror(errno));
}

/* Reads records up to the first that is not whole; what stands from there on goes. */
static enum err read_records(struct journal *journal, struct fault *why)
{
	off_t at = HEAD_LEN;
	uint8_t bytes[RECORD_LEN * 1024];
	enum err err = ERR_OK;
	ssize_t got;

	while (err == ERR_OK &&
		(got = pread(journal->file, bytes, sizeof bytes, at)) >= RECORD_LEN) {
		size_t i = 0;
		uint64_t piece;

		for (; i + RECORD_LEN <= (size_t)got && err == ERR_OK; i += RECORD_LEN) {
			if (!read_record(bytes_over(bytes + i, RECORD_LEN), &piece))
				break;
			err = add(journal, piece, why);
		}
		at += (off_t)i;
		if (i + RECORD_LEN <= (size_t)got)
			break;
	}
	if (err == ERR_OK && (ftruncate(journal->file, at) != 0 ||
				     lseek(journal->file, at, SEEK_SET) != at))
		err = fault_set(why, ERR_IO, "%s: %s", journal->path, strerror(errno));
	return err;
}

static enum err resume(struct journal *journal, uint64_t identity, struct fault *why)
{
	uint8_t head[HEAD_LEN];
	ssize_t got = pread(journal->file, head, sizeof head, 0);
	uint64_t found = 0;

	if (got >= 0 && got < HEAD_LEN &&
		memcmp(head, MAGIC, (size_t)got < 8 ? (size_t)got : 8) == 0)
		return begin(journal, identity, why);
	if (got < HEAD_LEN || memcmp(head, MAGIC, sizeof MAGIC) != 0 ||
		!read_record(bytes_over(head + sizeof MAGIC, RECORD_LEN), &found))
		return fault_set(why, ERR_VALUE, "%s: it is no journal", journal->path);
	if (found != identity)
		return fault_set(why, ERR_VALUE,
			"%s: it is the journal of other targets; name another file, or "
			"remove it",
			journal->path);
	return read_records(journal, why);
}

static enum err open_file(struct journal *journal, uint64_t identity, struct fault *why)
{
	journal->file = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (journal->file < 0)
		return fault_set(why, errno == EACCES ? ERR_PERMISSION : ERR_IO, "%s: %s",
			journal->path, strerror(errno));
	if (flock(journal->file, LOCK_EX | LOCK_NB) != 0)
		return fault_set(
			why, ERR_BUSY, "%s: another scan is at it", journal->path);
	return resume(journal, identity, why);
}

enum err journal_open(
	const char *path, uint64_t identity, struct journal **ret, struct fault *why)
{
	struct journal *journal = calloc(1, sizeof *journal);
	enum err err;

	if (journal == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	journal->path = path;
	table_init(&journal->done, sizeof(struct done), sizeof(uint64_t),
		JOURNAL_RECORDS_MAX, &CHECK);
	err = open_file(journal, identity, why);
	if (err == ERR_OK)
		*ret = journal;
	else
		journal_close(journal);
	return err;
}

void journal_close(struct journal *journal)
{
	struct fault why;

	if (journal == NULL)
		return;
	if (journal->file >= 0) {
		if (journal_flush(journal, &why) == ERR_OK)
			(void)fsync(journal->file);
		(void)close(journal->file);
	}
	table_done(&journal->done);
	free(journal);
}

bool journal_has(const struct journal *journal, uint64_t piece)
{
	return table_find(&journal->done, &piece) != NULL;
}

enum err journal_note(struct journal *journal, uint64_t piece, struct fault *why)
{
	uint8_t *record = journal->records + journal->held * RECORD_LEN;
	struct writer w = writer_over(record, RECORD_LEN);
	enum err err = add(journal, piece, why);

	if (err != ERR_OK)
		return err;
	write_record(&w, piece);
	return ++journal->held == JOURNAL_HELD_MAX ? journal_flush(journal, why) : ERR_OK;
}

enum err journal_flush(struct journal *journal, struct fault *why)
{
	size_t held = journal->held;

	if (held == 0)
		return ERR_OK;
	journal->held = 0;
	journal->unsynced += (unsigned)held;
	if (!write_all(journal->file, journal->records, held * RECORD_LEN) ||
		(journal->unsynced >= BATCH && fsync(journal->file) != 0))
		return fault_set(why, ERR_IO, "%s: %s", journal->path, strerror(errno));
	if (journal->unsynced >= BATCH)
		journal->unsynced = 0;
	return ERR_OK;
}
