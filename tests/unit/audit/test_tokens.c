/* What is code in each family of languages, and what is not. */
#include "../unit.h"

#include <string.h>

#include "audit/tokens.h"
#include "base/text.h"

#define MEMORY ((size_t)4 << 20)

/* The tokens as a line: words as they are, strings in brackets, ends of lines as "/". */
static void lex(const char *family, struct bytes file, struct text *ret)
{
	struct tokens tokens;
	struct arena arena;

	arena_init(&arena, MEMORY);
	assert_int_equal(
		tokens_read(file, family_find(bytes_of_string(family)), &arena, &tokens),
		ERR_OK);
	text_reset(ret);
	for (size_t i = 0; i < tokens.count; i++) {
		bool string = tokens.all[i].kind == TOKEN_STRING;

		text_add(ret, i > 0 ? " " : "");
		if (tokens.all[i].kind == TOKEN_LINE) {
			text_char(ret, '/');
			continue;
		}
		text_add(ret, string ? "<" : "");
		text_bytes(ret, token_text(&tokens, i));
		text_add(ret, string ? ">" : "");
	}
	arena_done(&arena);
}

static const struct row {
	const char *family;
	const char *file;
	const char *tokens;
} rows[] = {
	{ "c", "a = 1; // b\n/* c\n d */ e", "a = 1 ; e" },
	{ "c", "f(\"a\\\"b\", 'c'); // \"", "f ( <a\\\"b> , <c> ) ;" },
	{ "c", "x = R\"y(a)\" )y\"; z", "x = <a)\" > ; z" },
	{ "c", "p->q::r |= ~s;", "p -> q :: r |= ~ s ;" },
	{ "c", "\"not closed\nnext", "<not closed> next" },
	{ "c", "#if A \\\n B\nx;\n#else\ny;\n# endif\nz", "x ; y ; z" },
	{ "c", "# define A (b\nc \\\nd\n#define E f \\\n g\nh",
		"# define A ( b / c \\ d # define E f \\ g / h" },
	{ "c",
		"#if 0\na\n#ifdef B\nb\n#else\nc\n#endif\n#else\nd\n#endif\n#if 0\ne\n"
		"#endif\nf\n#if 0x1\ng\n#endif",
		"d f g" },
	{ "csharp", "x = @\"a\\\"; y = $\"b{c}\"; z = \"\"\"q\"q\"\"\";",
		"x = <a\\> ; y = <b{c}> ; z = <q\"q> ;" },
	{ "elixir", "[a: :b] # c\nd", "[ a : : b ] / d" },
	{ "fsharp", "a (* b (* c *) d *) 'x' // e\nf", "a <x> / f" },
	{ "go", "a := `b\nc`\nd", "a := <b\nc> / d" },
	{ "javascript", "a.b = 'c' // d\n$e = `f\n`", "a . b = <c> / $e = <f\n>" },
	{ "javascript", "a(/'[/]`/g, b) / c / d; return /e/",
		"a ( <'[/]`> g , b ) / c / d ; return <e>" },
	{ "groovy", "a = '''b\n''' // c\nd = e / f", "a = <b\n> / d = e / f" },
	{ "kotlin", "/* a /* b */ c */ d", "d" },
	{ "lua", "a --[[ b\n]] c -- d\ne = [[f]]", "a c e = <f>" },
	{ "perl", "$a = 1; # b\n\n=pod\n\nTLSv1\n\n=cut\nc # d", "$a = 1 ; c" },
	{ "perl", "print <<EOT;\nTLSv1\nEOT\nnext", "print << EOT ; <TLSv1\n> next" },
	{ "php", "$a = <<<'X'\nb\n  X;\nc # d", "$a = <<< <X> <b\n> c" },
	{ "php", "it's <?php a; // b ?> don't <?= 'c' ?>", "php a ; = <c>" },
	{ "php", "a; # no mark", "a ;" },
	{ "powershell", "if ($a -eq 1) { <# b #> $c-d } # e",
		"if ( $a -eq 1 ) { $c - d }" },
	{ "powershell", "$a = @\"\nTls \"x\"\n\"@\n$b", "$a = <\nTls \"x\"> / $b" },
	{ "python", "a = '''b\n'c''' # d\ne(\n1,\n2)\n", "a = <b\n'c> / e ( 1 , 2 ) /" },
	{ "ruby", "a = :b # c\n=begin\nd\n=end\ne?", "a = : b / e?" },
	{ "rust", "fn a<'b>(c: &'b str) { r#\"d\"#; '\"' }",
		"fn a < ' b > ( c : & ' b str ) { <d> ; <\"> }" },
	{ "scala", "val a = 'b // c\nd('\"')", "val a = ' b / d ( <\"> )" },
	{ "shell", "cat <<-'E' >f # a\n\tTLSv1\n\tE\ncurl --tlsv1.0 x#y",
		"cat << - <E> > f / <\tTLSv1\n> / curl --tlsv1.0 x # y" },
	{ "swift", "a = .b // c", "a = . b" },
	{ "vb", "a = \"b\"\"c\" ' d\ne _\n= f", "a = <b\"\"c> / e _ = f" },
};

static void test_each_family_tells_code_from_what_is_none(void **state)
{
	struct text found;

	(void)state;
	text_init(&found, 4096);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		lex(rows[i].family, bytes_of_string(rows[i].file), &found);
		if (strcmp(text_string(&found), rows[i].tokens) != 0)
			fail_msg("%s: %s\nis  %s\nnot %s", rows[i].family, rows[i].file,
				text_string(&found), rows[i].tokens);
	}
	text_done(&found);
}

/* Nothing is read outside of the file, wherever it ends. */
static void test_every_cut_gives_tokens_inside_the_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t len = strlen(rows[i].file);

		for (size_t cut = 0; cut <= len; cut++) {
			struct tokens tokens;
			struct arena arena;
			size_t behind = 0;

			arena_init(&arena, MEMORY);
			assert_int_equal(
				tokens_read(bytes_over(rows[i].file, cut),
					family_find(bytes_of_string(rows[i].family)),
					&arena, &tokens),
				ERR_OK);
			for (size_t at = 0; at < tokens.count; at++) {
				assert_true(tokens.all[at].at >= behind);
				behind = tokens.all[at].at + tokens.all[at].len;
				assert_true(behind <= cut);
			}
			arena_done(&arena);
		}
	}
}

static void test_brackets_know_their_mates(void **state)
{
	struct tokens tokens;
	struct arena arena;

	(void)state;
	arena_init(&arena, MEMORY);
	assert_int_equal(tokens_read(bytes_of_string("a(b[c], d))"),
				 family_find(bytes_of_string("c")), &arena, &tokens),
		ERR_OK);
	assert_int_equal(tokens.all[1].mate, 8);
	assert_int_equal(tokens.all[8].mate, 1);
	assert_int_equal(tokens.all[3].mate, 5);
	assert_int_equal(tokens.all[4].in, 3);
	assert_int_equal(tokens.all[7].in, 1);
	assert_int_equal(tokens.all[9].mate, 9); /* closes nothing */
	arena_done(&arena);
}

/* What "#if" opens twice ends with what stands at the margin. */
static void test_the_margin_closes_what_was_opened_there(void **state)
{
	struct tokens tokens;
	struct arena arena;
	struct bytes file = bytes_of_string(
		"f() {\n#if A\n if (b) {\n#else\n if (c) {\n#endif\n }\n}\ng() { }");

	(void)state;
	arena_init(&arena, MEMORY);
	assert_int_equal(
		tokens_read(file, family_find(bytes_of_string("c")), &arena, &tokens),
		ERR_OK);
	for (size_t i = 0; i < tokens.count; i++)
		if (token_is(&tokens, i, "g"))
			assert_int_equal(tokens.all[i].in, NO_TOKEN);
	assert_true(token_is(&tokens, tokens.count - 1, "}"));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_family_tells_code_from_what_is_none),
		cmocka_unit_test(test_every_cut_gives_tokens_inside_the_file),
		cmocka_unit_test(test_brackets_know_their_mates),
		cmocka_unit_test(test_the_margin_closes_what_was_opened_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
