/* Texts of Windows' tools: each encoding, every cut, and what lies of its own. */
#include "../unit.h"

#include "base/attr.h"
#include "host/exported.h"

static const struct {
	const char *bytes;
	size_t len;
	const char *text;
} rows[] = {
	{ "\xff\xfe"
	  "a\0b\0",
		6, "ab" },
	{ "a\0b\0", 4, "ab" }, /* without its mark */
	{ "\xfe\xff\0a\0b", 6, "ab" }, { "\0a\0b", 4, "ab" },
	{ "\xef\xbb\xbf"
	  "ab",
		5, "ab" },
	{ "ab", 2, "ab" }, { "", 0, "" },
	{ "\xff\xfe\xe9\0\xac\x20", 6, "\xc3\xa9\xe2\x82\xac" },       /* e acute, euro */
	{ "\xff\xfe\x3d\xd8\x00\xde", 6, "\xed\xa0\xbd\xed\xb8\x80" }, /* a pair */
	{ "\xff\xfe"
	  "a\0b",
		5, "a" }, /* half a unit */
	{ "\xff\xfe\xff\xfe"
	  "a\0\0\0",
		8, "a" }, /* a mark again, and a zero */
};

static void test_reads_each_encoding(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct text CLEANUP(text_done) room;
		struct bytes read =
			exported_text(bytes_over(rows[i].bytes, rows[i].len), &room);

		assert_true(bytes_equal(read, bytes_of_string(rows[i].text)));
	}
}

static void test_every_cut_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t len = 0; len < rows[i].len; len++) {
			struct text CLEANUP(text_done) room;
			struct bytes read =
				exported_text(bytes_over(rows[i].bytes, len), &room);

			assert_true(read.len <= 3 * len);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_each_encoding),
		cmocka_unit_test(test_every_cut_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
