#include "audit/mend.h"

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

/* Some lines of the old text, and what becomes of them. */
struct hunk {
	size_t first; /* edits */
	size_t end;
	size_t from; /* of whole lines that change */
	size_t to;
	size_t context_from;
	size_t context_to;
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

/* The hunk that begins with this edit: those follow whose lines are near. */
static struct hunk hunk_of(const struct mend *mend, size_t first)
{
	struct bytes text = mend->text;
	struct hunk hunk = { .first = first, .end = first + 1 };

	hunk.from = line_start(text, mend->edits[first].at);
	hunk.to = touched_to(text, &mend->edits[first]);
	while (hunk.end < mend->count &&
		line_start(text, mend->edits[hunk.end].at) <=
			lines_on(text, hunk.to, 2 * MEND_CONTEXT)) {
		hunk.to = touched_to(text, &mend->edits[hunk.end]);
		hunk.end++;
	}
	hunk.context_from = lines_back(text, hunk.from, MEND_CONTEXT);
	hunk.context_to = lines_on(text, hunk.to, MEND_CONTEXT);
	return hunk;
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

static void add_hunk(
	const struct mend *mend, const struct hunk *hunk, long *shift, struct text *ret)
{
	struct text mended;
	struct bytes made;
	size_t before = count_lines(part(mend, 0, hunk->context_from));
	size_t around = count_lines(part(mend, hunk->context_from, hunk->from)) +
			count_lines(part(mend, hunk->to, hunk->context_to));
	size_t old = count_lines(part(mend, hunk->from, hunk->to)) + around, new;

	text_init(&mended, mend->text.len + ((size_t)1 << 20));
	add_mended(mend, hunk->first, hunk->end, hunk->from, hunk->to, &mended);
	made = bytes_over(text_string(&mended), text_len(&mended));
	new = count_lines(made) + around;
	text_format(ret, "@@ -%zu,%zu +%zu,%zu @@\n", first_line(before, old), old,
		first_line((size_t)((long)before + *shift), new), new);
	add_lines(mend, ret, ' ', part(mend, hunk->context_from, hunk->from));
	add_lines(mend, ret, '-', part(mend, hunk->from, hunk->to));
	add_lines(mend, ret, '+', made);
	add_lines(mend, ret, ' ', part(mend, hunk->to, hunk->context_to));
	*shift += (long)new - (long)old;
	text_done(&mended);
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
		struct hunk hunk = hunk_of(mend, at);

		add_hunk(mend, &hunk, &shift, ret);
		at = hunk.end;
	}
}
