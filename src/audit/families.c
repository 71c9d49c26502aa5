/* The families of languages. To add one: a row here in order of name, its files in
 * kinds.c, examples in the rules that use it. */
#include "audit/tokens.h"

#define QUOTED                                                                           \
	{                                                                                \
		"\"", "\"", '\\', false, false                                           \
	}
#define QUOTED_LINES                                                                     \
	{                                                                                \
		"\"", "\"", '\\', false, true                                            \
	}
#define SINGLE                                                                           \
	{                                                                                \
		"'", "'", '\\', false, false                                             \
	}
#define SINGLE_LINES                                                                     \
	{                                                                                \
		"'", "'", '\\', false, true                                              \
	}
#define BACKTICKS                                                                        \
	{                                                                                \
		"`", "`", '\\', false, true                                              \
	}

const struct family families[] = {
	{ .name = "beam",
		.line_comments = { "%" },
		.strings = { { "\"\"\"", "\"\"\"", '\\', false, true }, QUOTED_LINES,
			SINGLE },
		.word_also = "@" },
	{ .name = "c",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", false } },
		.strings = { QUOTED, SINGLE },
		.preprocessed = true,
		.raw = RAW_CPP },
	{ .name = "csharp",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", false } },
		.strings = { { "$@\"", "\"", 0, true, true },
			{ "@$\"", "\"", 0, true, true }, { "@\"", "\"", 0, true, true },
			{ "$\"", "\"", '\\', false, false }, QUOTED, SINGLE },
		.preprocessed = true,
		.raw = RAW_CSHARP },
	{ .name = "elixir",
		.line_comments = { "#" },
		.indents = true,
		.strings = { { "\"\"\"", "\"\"\"", '\\', false, true }, QUOTED_LINES,
			SINGLE },
		.word_also = "@",
		.line_ends = true },
	{ .name = "fsharp",
		.line_comments = { "//" },
		.block_comments = { { "(*", "*)", true } },
		.strings = { { "\"\"\"", "\"\"\"", 0, false, true },
			{ "@\"", "\"", 0, true, true }, QUOTED_LINES },
		.line_ends = true,
		.characters = true },
	{ .name = "go",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", false } },
		.strings = { QUOTED, SINGLE, { "`", "`", 0, false, true } },
		.line_ends = true },
	/* A slash begins a string, and a division: what does not close on its line is
	 * none. */
	{ .name = "groovy",
		.line_comments = { "//", "#!" },
		.block_comments = { { "/*", "*/", false } },
		.strings = { { "\"\"\"", "\"\"\"", '\\', false, true },
			{ "'''", "'''", '\\', false, true }, QUOTED, SINGLE },
		.word_also = "$",
		.line_ends = true,
		.slash_patterns = true },
	{ .name = "java",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", false } },
		.strings = { { "\"\"\"", "\"\"\"", '\\', false, true }, QUOTED,
			SINGLE } },
	{ .name = "javascript",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", false } },
		.strings = { QUOTED, SINGLE, BACKTICKS },
		.word_also = "$",
		.line_ends = true,
		.slash_patterns = true },
	{ .name = "kotlin",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", true } },
		.strings = { { "\"\"\"", "\"\"\"", 0, false, true }, QUOTED, SINGLE },
		.line_ends = true },
	{ .name = "lua",
		.line_comments = { "--" },
		.block_comments = { { "--[[", "]]", false } },
		.indents = true,
		.strings = { { "[[", "]]", 0, false, true }, QUOTED, SINGLE } },
	{ .name = "perl",
		.line_comments = { "#" },
		.block_comments = { { "\n=", "\n=cut", false } },
		.modifiers = true,
		.slash_patterns = true,
		.strings = { QUOTED_LINES, SINGLE_LINES },
		.word_first = "$@%",
		.bare_hash = true,
		.here = HERE_SHELL },
	{ .name = "php",
		.line_comments = { "//", "#" },
		.block_comments = { { "/*", "*/", false } },
		.island_open = "<?",
		.island_close = "?>",
		.strings = { QUOTED_LINES, SINGLE_LINES },
		.word_first = "$",
		.here = HERE_PHP },
	{ .name = "powershell",
		.line_comments = { "#" },
		.block_comments = { { "<#", "#>", false } },
		.strings = { { "@\"", "\n\"@", 0, false, true },
			{ "@'", "\n'@", 0, false, true }, { "\"", "\"", '`', true, true },
			{ "'", "'", 0, true, true } },
		.word_first = "$",
		.dash_words = true,
		.comma_joins = true,
		.line_ends = true,
		.continues = '`',
		.caseless = true },
	{ .name = "puppet",
		.line_comments = { "#" },
		.strings = { QUOTED_LINES, SINGLE_LINES },
		.line_ends = true,
		.slash_patterns = true },
	{ .name = "python",
		.line_comments = { "#" },
		.indents = true,
		.strings = { { "\"\"\"", "\"\"\"", '\\', false, true },
			{ "'''", "'''", '\\', false, true }, QUOTED, SINGLE },
		.line_ends = true,
		.continues = '\\' },
	{ .name = "ruby",
		.line_comments = { "#" },
		.block_comments = { { "\n=begin", "\n=end", false } },
		.indents = true,
		.modifiers = true,
		.slash_patterns = true,
		.strings = { QUOTED_LINES, SINGLE_LINES },
		.word_also = "?!",
		.word_first = "@$",
		.line_ends = true,
		.continues = '\\',
		.here = HERE_SHELL },
	{ .name = "rust",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", true } },
		.strings = { QUOTED_LINES },
		.characters = true,
		.raw = RAW_RUST },
	{ .name = "scala",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", true } },
		.strings = { { "\"\"\"", "\"\"\"", 0, false, true }, QUOTED },
		.line_ends = true,
		.characters = true },
	{ .name = "shell",
		.line_comments = { "#" },
		.strings = { QUOTED_LINES, { "'", "'", 0, false, true } },
		.word_also = "-.",
		.word_first = "$",
		.line_ends = true,
		.continues = '\\',
		.bare_hash = true,
		.here = HERE_SHELL },
	{ .name = "swift",
		.line_comments = { "//" },
		.block_comments = { { "/*", "*/", true } },
		.strings = { { "\"\"\"", "\"\"\"", '\\', false, true }, QUOTED },
		.line_ends = true },
	{ .name = "vb",
		.line_comments = { "'" },
		.indents = true,
		.strings = { { "\"", "\"", 0, true, false } },
		.word_also = "",
		.line_ends = true,
		.continues = '_',
		.caseless = true },
};
const size_t family_count = COUNT_OF(families);

const struct family *family_find(struct bytes name)
{
	for (size_t i = 0; i < family_count; i++)
		if (bytes_equal(name, bytes_of_string(families[i].name)))
			return &families[i];
	return NULL;
}
