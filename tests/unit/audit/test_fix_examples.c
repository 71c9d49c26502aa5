/* Every example whose fix is safe is mended as --fix does it, in each encoding and with
 * both line ends: `test_fix_examples FILE...`. */
#include "examples.h"

#include "audit/mend.h"
#include "base/encoding.h"
#include "policy/setting_judge.h"

/* Fewer would say that something else is wrong: rules are no longer safe, or not found.
 */
#define MENDED_LEAST 500

enum line_ends { ENDS_LF, ENDS_CRLF, ENDS_LATIN1, ENDS_COUNT };

static const struct form {
	const char *mark;
	size_t mark_len;
	enum encoding_kind kind;
} forms[] = {
	{ "", 0, ENCODING_BYTES },
	{ "\xef\xbb\xbf", 3, ENCODING_BYTES },
	{ "\xff\xfe", 2, ENCODING_UTF16_LE },
	{ "\xfe\xff", 2, ENCODING_UTF16_BE },
};

static const struct policy usual = { .name = "usual",
	.versions = VERSIONS_OF(RANK_TLS12) | VERSIONS_OF(RANK_TLS13) };

/* One example on its way. */
struct fixing {
	const char *path;
	const struct rule_example *example;
	const struct form *form;
	struct arena own;
	struct mend mend;
};

static size_t mended_count;
static size_t complaints;

static void object(const struct fixing *fixing, const char *what)
{
	complaints++;
	print_error("%s, line %u: %s: form %zu: %s\n", fixing->path,
		fixing->example->line, fixing->example->rule,
		(size_t)(fixing->form - forms), what);
}

/* The example with other line ends, or with a byte that is no UTF-8 at its end. */
static struct bytes with_ends(struct bytes text, enum line_ends ends, struct arena *own)
{
	uint8_t *all = arena_take(own, 2 * text.len + 8);
	size_t len = 0;

	assert_non_null(all);
	for (size_t i = 0; i < text.len; i++) {
		if (ends == ENDS_CRLF && text.at[i] == '\n')
			all[len++] = '\r';
		all[len++] = text.at[i];
	}
	if (ends == ENDS_LATIN1) {
		memcpy(all + len, "\n# \xfc\n", 5);
		len += 5;
	}
	return bytes_over(all, len);
}

static struct bytes encoded(struct bytes text, const struct form *form, struct arena *own)
{
	struct bytes body = encoding_bytes((struct encoding){ form->kind, 0 }, text, own);
	uint8_t *all = arena_take(own, form->mark_len + body.len + 1);

	assert_non_null(all);
	memcpy(all, form->mark, form->mark_len);
	if (body.len > 0)
		memcpy(all + form->mark_len, body.at, body.len);
	return bytes_over(all, form->mark_len + body.len);
}

static struct bytes decoded(struct bytes file, struct arena *own)
{
	struct bytes text;

	assert_int_equal(encoding_text(file, encoding_of(file), own, &text), ERR_OK);
	return text;
}

/* The edits that --fix would make of a file. */
static void look_for_edits(struct fixing *fixing, struct bytes file)
{
	const struct looker looker = { &rules, needles, scratch };
	struct looked looked;

	assert_int_equal(look_into_file(&looker, fixing->example->file, file,
				 &fixing->own, &looked),
		ERR_OK);
	fixing->mend = (struct mend){ .text = file };
	for (size_t i = 0; i < looked.count; i++) {
		const struct setting *setting = &looked.settings[i];

		if (!setting->fix.safe || setting->suppressed != SUPPRESSED_NOT ||
			setting_judge(&usual, setting).verdict == SETTING_PASSES)
			continue;
		for (size_t j = 0; j < setting->fix.edit_count; j++)
			if (!mend_add(&fixing->mend, &setting->fix.edits[j]))
				object(fixing, "an edit was not taken");
	}
}

/* Behind the last edit all is as it was, and before the first. */
static void check_rest(const struct fixing *fixing, struct bytes mended)
{
	const struct mend *mend = &fixing->mend;
	size_t from = mend->edits[0].at;
	const struct setting_edit *last = &mend->edits[mend->count - 1];
	struct bytes rest = bytes_after(mend->text, last->at + last->len);

	if (!bytes_equal(bytes_first(mended, from), bytes_first(mend->text, from)))
		object(fixing, "bytes before the edit changed");
	if (rest.len > mended.len ||
		!bytes_equal(rest, bytes_after(mended, mended.len - rest.len)))
		object(fixing, "bytes behind the edit changed");
}

/* White space in front of a line stays, unless the line goes. */
static void check_margin(const struct fixing *fixing)
{
	for (size_t i = 0; i < fixing->mend.count; i++) {
		const struct setting_edit *edit = &fixing->mend.edits[i];
		struct bytes text = fixing->mend.text;
		size_t end = edit->at + edit->len;
		bool to_end = end == text.len || text.at[end - 1] == '\n';
		bool begins_line = edit->at == 0 || text.at[edit->at - 1] == '\n';
		uint8_t first = edit->at < text.len ? text.at[edit->at] : 'x';

		if (begins_line && !to_end && (first == ' ' || first == '\t'))
			object(fixing, "the margin of a line is taken");
	}
}

static size_t count_bare_ends(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n' && (i == 0 || text.at[i - 1] != '\r');
	return count;
}

/* The file after --fix, and what is to be seen of it; its text. */
static struct bytes run_form(
	struct fixing *fixing, struct bytes text, enum line_ends ends)
{
	struct bytes file = encoded(text, fixing->form, &fixing->own), after;
	struct text mended;

	look_for_edits(fixing, file);
	if (fixing->mend.count == 0)
		return text;
	mended_count++;
	text_init(&mended, 1 << 20);
	mend_text(&fixing->mend, &mended);
	after = arena_copy(
		&fixing->own, bytes_over(text_string(&mended), text_len(&mended)));
	text_done(&mended);
	check_rest(fixing, after);
	if (fixing->form->kind == ENCODING_BYTES)
		check_margin(fixing);
	if (memcmp(after.at, fixing->form->mark, fixing->form->mark_len) != 0)
		object(fixing, "the mark of the encoding changed");
	if (ends == ENDS_CRLF && count_bare_ends(decoded(after, &fixing->own)) > 0)
		object(fixing, "a line end changed");
	look_for_edits(fixing, after);
	if (fixing->mend.count > 0)
		object(fixing, "a second run has something to mend");
	return decoded(after, &fixing->own);
}

/* All forms of the same text come to the same text. */
static void run_example(
	const char *path, const struct rule_example *example, enum line_ends ends)
{
	struct fixing fixing = { .path = path, .example = example };
	struct bytes text, first = { 0 }, after;

	arena_init(&fixing.own, EXAMPLES_MEM);
	text = with_ends(example->text, ends, &fixing.own);
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		fixing.form = &forms[i];
		if (ends == ENDS_LATIN1 && fixing.form->kind != ENCODING_BYTES)
			continue;
		after = run_form(&fixing, text, ends);
		if (i == 0)
			first = after;
		else if (!bytes_equal(first, after))
			object(&fixing, "it is mended otherwise than in UTF-8");
	}
	arena_done(&fixing.own);
}

static void test_safe_fixes_mend_and_change_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < path_count; i++)
		for (size_t j = 0; j < files[i].count; j++)
			for (unsigned ends = 0; ends < ENDS_COUNT; ends++)
				run_example(
					paths[i], &files[i].all[j], (enum line_ends)ends);
	assert_int_equal(complaints, 0);
	assert_true(mended_count >= MENDED_LEAST);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_safe_fixes_mend_and_change_nothing_else),
	};

	paths = (const char *const *)argv + 1;
	path_count = (size_t)argc - 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
