#include "audit/mend.h"

#define MADE_MAX ((size_t)1 << 20) /* that edits put into a file */

bool mend_add(struct mend *mend, const struct setting_edit *edit)
{
	const struct setting_edit *last = NULL;

	if (mend->count == MEND_EDITS_MAX || edit->at > mend->text.len ||
		edit->len > mend->text.len - edit->at)
		return false;
	if (mend->count > 0)
		last = &mend->edits[mend->count - 1];
	if (last != NULL && edit->at < last->at + last->len)
		return false;
	mend->edits[mend->count++] = *edit;
	return true;
}

static struct bytes part(const struct mend *mend, size_t from, size_t to)
{
	return bytes_first(bytes_after(mend->text, from), to - from);
}

/* The bytes from `from` to `to` of the old text, with edits first to end made. */
static void add_mended(const struct mend *mend, size_t first, size_t end, size_t from,
	size_t to, struct text *ret)
{
	for (size_t i = first; i < end; i++) {
		text_bytes(ret, part(mend, from, mend->edits[i].at));
		text_bytes(ret, mend->edits[i].with);
		from = mend->edits[i].at + mend->edits[i].len;
	}
	text_bytes(ret, part(mend, from, to));
}

void mend_text(const struct mend *mend, struct text *ret)
{
	add_mended(mend, 0, mend->count, 0, mend->text.len, ret);
}

/* Edits, and the whole lines of the old text that they are in. */
struct changes {
	size_t first;
	size_t end;
	size_t from;
	size_t to;
};

static size_t line_start(struct bytes text, size_t at)
{
	while (at > 0 && text.at[at - 1] != '\n')
		at--;
	return at;
}

/* Behind the end of the line that holds `at`. */
static size_t line_end(struct bytes text, size_t at)
{
	while (at < text.len && text.at[at] != '\n')
		at++;
	return at < text.len ? at + 1 : at;
}

static size_t lines_back(struct bytes text, size_t at, unsigned count)
{
	while (count-- > 0 && at > 0)
		at = line_start(text, at - 1);
	return at;
}

static size_t lines_on(struct bytes text, size_t at, unsigned count)
{
	while (count-- > 0 && at < text.len)
		at = line_end(text, at);
	return at;
}

static size_t count_lines(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count + (text.len > 0 && text.at[text.len - 1] != '\n');
}

/* The lines that an edit touches. What takes its last line whole touches none behind. */
static size_t touched_to(struct bytes text, const struct setting_edit *edit)
{
	size_t end = edit->at + edit->len;

	if (edit->len > 0 && end > 0 && text.at[end - 1] == '\n' &&
		edit->at == line_start(text, edit->at) && edit->with.len == 0)
		return end;
	return line_end(text, end);
}

/* From this edit on: those belong to it that follow within so many lines. */
static struct changes changes_near(const struct mend *mend, size_t first, unsigned near)
{
	struct bytes text = mend->text;
	struct changes changes = { .first = first, .end = first + 1 };

	changes.from = line_start(text, mend->edits[first].at);
	changes.to = touched_to(text, &mend->edits[first]);
	while (changes.end < mend->count &&
		line_start(text, mend->edits[changes.end].at) <=
			lines_on(text, changes.to, near)) {
		changes.to = touched_to(text, &mend->edits[changes.end]);
		changes.end++;
	}
	return changes;
}

static void add_lines(
	const struct mend *mend, struct text *ret, char mark, struct bytes lines)
{
	while (lines.len > 0) {
		size_t end = line_end(lines, 0);
		bool ended = lines.at[end - 1] == '\n';

		text_char(ret, mark);
		if (mend->shown)
			text_quote_terminal(ret, bytes_first(lines, end - ended));
		else
			text_bytes(ret, bytes_first(lines, end - ended));
		text_add(ret, ended ? "\n" : "");
		if (!ended)
			text_add(ret, "\n\\ No newline at end of file\n");
		lines = bytes_after(lines, end);
	}
}

/* Where lines begin in a hunk's head: the one before where there are none. */
static size_t first_line(size_t before, size_t count)
{
	return count > 0 ? before + 1 : before;
}

/* Lines from `from` to `to` of the old text, and what edits make of them. */
static size_t count_mended(
	const struct mend *mend, const struct changes *changes, size_t from, size_t to)
{
	struct text mended;
	size_t count;

	text_init(&mended, mend->text.len + MADE_MAX);
	add_mended(mend, changes->first, changes->end, from, to, &mended);
	count = count_lines(bytes_over(text_string(&mended), text_len(&mended)));
	text_done(&mended);
	return count;
}

static void add_change(
	const struct mend *mend, const struct changes *change, struct text *ret)
{
	struct text made;

	text_init(&made, mend->text.len + MADE_MAX);
	add_mended(mend, change->first, change->end, change->from, change->to, &made);
	add_lines(mend, ret, '-', part(mend, change->from, change->to));
	add_lines(mend, ret, '+', bytes_over(text_string(&made), text_len(&made)));
	text_done(&made);
}

/* What did not change between two changes is context too. */
static void add_hunk(const struct mend *mend, const struct changes *hunk, long *shift,
	struct text *ret)
{
	size_t from = lines_back(mend->text, hunk->from, MEND_CONTEXT);
	size_t to = lines_on(mend->text, hunk->to, MEND_CONTEXT);
	size_t before = count_lines(part(mend, 0, from));
	size_t old = count_lines(part(mend, from, to));
	size_t new = count_mended(mend, hunk, from, to);

	text_format(ret, "@@ -%zu,%zu +%zu,%zu @@\n", first_line(before, old), old,
		first_line((size_t)((long)before + *shift), new), new);
	for (size_t at = hunk->first; at < hunk->end;) {
		struct changes change = changes_near(mend, at, 0);

		add_lines(mend, ret, ' ', part(mend, from, change.from));
		add_change(mend, &change, ret);
		from = change.to;
		at = change.end;
	}
	add_lines(mend, ret, ' ', part(mend, from, to));
	*shift += (long)new - (long)old;
}

/* True of a name that stands in a diff as it is. */
static bool is_plain(struct bytes path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] < ' ' || path.at[i] >= 0x7f || path.at[i] == '"' ||
			path.at[i] == '\\')
			return false;
	return true;
}

/* "a/x", as git writes names and patch reads them: one that is not plain in quotation
 * marks, its bytes in octal; behind a blank a tab, that it is no date. */
static void add_name(
	const struct mend *mend, const char *side, struct bytes path, struct text *ret)
{
	bool quoted = !mend->shown && !is_plain(path);

	text_format(ret, "%s%s/", quoted ? "\"" : "", side);
	if (mend->shown)
		text_quote_terminal(ret, path);
	for (size_t i = 0; i < path.len && !mend->shown; i++) {
		if (is_plain(bytes_over(path.at + i, 1)))
			text_char(ret, (char)path.at[i]);
		else
			text_format(ret, "\\%03o", path.at[i]);
	}
	text_add(ret, quoted ? "\"" : "");
	if (!mend->shown && bytes_find(path, bytes_of_string(" ")) < path.len)
		text_char(ret, '\t');
	text_char(ret, '\n');
}

void mend_diff(const struct mend *mend, struct bytes path, struct text *ret)
{
	long shift = 0;
	size_t at = 0;

	if (mend->count == 0)
		return;
	/* What is applied strips one part: "a//x" would be "/x". */
	while (path.len > 0 && path.at[0] == '/')
		path = bytes_after(path, 1);
	text_add(ret, "--- ");
	add_name(mend, "a", path, ret);
	text_add(ret, "+++ ");
	add_name(mend, "b", path, ret);
	while (at < mend->count) {
		struct changes hunk = changes_near(mend, at, 2 * MEND_CONTEXT);

		add_hunk(mend, &hunk, &shift, ret);
		at = hunk.end;
	}
}
