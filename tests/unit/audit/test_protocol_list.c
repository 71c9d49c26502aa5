/* What lists come to, in dialects like those of the products. */
#include "../unit.h"

#include <string.h>

#include "audit/protocol_list.h"

#define WORD(word, versions)                                                             \
	{                                                                                \
		{ (const uint8_t *)(word), sizeof(word) - 1 }, WORD_VERSIONS, (versions) \
	}
#define MARK(mark, operation)                                                            \
	{                                                                                \
		{ (const uint8_t *)(mark), sizeof(mark) - 1 }, operation                 \
	}

enum {
	SSL3 = 1 << RANK_SSL3,
	T10 = 1 << RANK_TLS10,
	T11 = 1 << RANK_TLS11,
	T12 = 1 << RANK_TLS12,
	T13 = 1 << RANK_TLS13,
	USUAL = SSL3 | T10 | T11 | T12 | T13,
};

static const struct dialect_word words[] = {
	WORD("all", USUAL),
	WORD("SSLv3", SSL3),
	WORD("TLSv1", T10),
	WORD("TLSv1.1", T11),
	WORD("TLSv1.2", T12),
	WORD("TLSv1.3", T13),
	{ { (const uint8_t *)"system", 6 }, WORD_DEFAULT, 0 },
	{ { (const uint8_t *)"any", 3 }, WORD_UNKNOWN, 0 },
};
static const struct dialect_mark prefixes[] = {
	MARK("+", LIST_ADD),
	MARK("-", LIST_REMOVE),
	MARK("!", LIST_REMOVE),
	MARK(">=", LIST_FLOOR),
	MARK("<=", LIST_CEILING),
	MARK("no-", LIST_REMOVE),
};
static const struct dialect_mark keywords[] = {
	MARK("min", LIST_FLOOR),
	MARK("max", LIST_CEILING),
	MARK("crt", LIST_IGNORE),
};
static const struct dialect_number numbers[] = {
	{ 0, WORD_DEFAULT, 0 },
	{ 192, WORD_VERSIONS, T10 },
	{ 3072, WORD_VERSIONS, T12 },
};

#define DIALECT(name_, start_, bare_)                                                    \
	static const struct dialect name_ = { .name = { (const uint8_t *)"x", 1 },       \
		.start = start_,                                                         \
		.bare = bare_,                                                           \
		.masks = true,                                                           \
		.separators = { (const uint8_t *)",:", 2 },                              \
		.words = words,                                                          \
		.word_count = COUNT_OF(words),                                           \
		.numbers = numbers,                                                      \
		.number_count = COUNT_OF(numbers),                                       \
		.prefixes = prefixes,                                                    \
		.prefix_count = COUNT_OF(prefixes),                                      \
		.keywords = keywords,                                                    \
		.keyword_count = COUNT_OF(keywords) }

#define NOTHING                                                                          \
	{                                                                                \
		0, 0                                                                     \
	}
#define ANYTHING                                                                         \
	{                                                                                \
		0, USUAL                                                                 \
	}
#define EVERYTHING                                                                       \
	{                                                                                \
		USUAL, 0                                                                 \
	}

DIALECT(nginx, NOTHING, LIST_ADD);
DIALECT(apache, NOTHING, LIST_EXACTLY);
DIALECT(postfix, EVERYTHING, LIST_ONLY);
DIALECT(excluded, EVERYTHING, LIST_REMOVE);
DIALECT(lowest, ANYTHING, LIST_FLOOR);
DIALECT(highest, ANYTHING, LIST_CEILING);

static const struct row {
	const struct dialect *dialect;
	const char *text;
	uint16_t on, maybe;
	size_t known, unknown;
} rows[] = {
	{ &nginx, "TLSv1 TLSv1.2", T10 | T12, 0, 2, 0 },
	{ &nginx, "tlsV1.3", T13, 0, 1, 0 },
	{ &nginx, "TLSv1.2 $more", T12, 0, 1, 1 },
	{ &nginx, "", 0, 0, 0, 0 },
	{ &apache, "all -SSLv3", T10 | T11 | T12 | T13, 0, 2, 0 },
	{ &apache, "-all +TLSv1.2", T12, 0, 2, 0 },
	{ &apache, "all TLSv1.2", T12, 0, 2, 0 },
	{ &apache, "all - SSLv3", T10 | T11 | T12 | T13, 0, 2, 0 },
	{ &postfix, "!SSLv3, !TLSv1", T11 | T12 | T13, 0, 2, 0 },
	{ &postfix, "TLSv1.2:TLSv1.3", T12 | T13, 0, 2, 0 },
	{ &postfix, ">=TLSv1.1, <=TLSv1.2", T11 | T12, 0, 2, 0 },
	{ &excluded, "TLSv1,TLSv1.1", SSL3 | T12 | T13, 0, 2, 0 },
	{ &lowest, "TLSv1.1", T11 | T12 | T13, 0, 1, 0 },
	{ &lowest, "min TLSv1 max TLSv1.2", T10 | T11 | T12, 0, 2, 0 },
	{ &lowest, "max TLSv1.1 min TLSv1", T10 | T11, 0, 2, 0 },
	{ &lowest, "crt TLSv1 min TLSv1.2", T12 | T13, 0, 1, 0 },
	{ &highest, "TLSv1.1", 0, SSL3 | T10 | T11, 1, 0 },
	{ &nginx, "3264", T10 | T12, 0, 1, 0 },
	{ &nginx, "0xC0", T10, 0, 1, 0 },
	{ &nginx, "193", 0, 0, 0, 1 },
	{ &nginx, "any", 0, USUAL, 1, 0 },
};

static void test_lists_come_to_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct protocol_list list = protocol_list_begin(rows[i].dialect);

		protocol_list_text(&list, bytes_of_string(rows[i].text));
		if (list.range.on != rows[i].on || list.range.maybe != rows[i].maybe ||
			list.known != rows[i].known || list.unknown != rows[i].unknown)
			fail_msg("\"%s\": on %x, maybe %x, known %zu, unknown %zu",
				rows[i].text, list.range.on, list.range.maybe, list.known,
				list.unknown);
	}
}

static void test_only_a_default_alone_defers(void **state)
{
	struct protocol_list list = protocol_list_begin(&nginx);

	(void)state;
	protocol_list_text(&list, bytes_of_string("system"));
	assert_true(list.defers);
	protocol_list_text(&list, bytes_of_string("TLSv1"));
	assert_false(list.defers);
}

static void test_what_is_turned_is_removed(void **state)
{
	struct protocol_list list = protocol_list_begin(&nginx);

	(void)state;
	protocol_list_from_unseen(&list);
	protocol_list_word(&list, bytes_of_string("TLSv1"), true);
	protocol_list_number(&list, 3072, false);
	assert_int_equal(list.range.on, T12);
	assert_int_equal(list.range.maybe, SSL3 | T11 | T13);
}

static void test_numbers_are_read_as_languages_write_them(void **state)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t value;
	} all[] = {
		{ "48", true, 48 },
		{ "0xC0", true, 192 },
		{ "&H300", true, 768 },
		{ "0b11", true, 3 },
		{ "3_072u", true, 3072 },
		{ "12288L", true, 12288 },
		{ "1.2", false, 0 },
		{ "0x", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		uint64_t value;

		assert_int_equal(number_parse(bytes_of_string(all[i].text), &value),
			all[i].is_number);
		if (all[i].is_number)
			assert_int_equal(value, all[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_come_to_what_they_say),
		cmocka_unit_test(test_only_a_default_alone_defers),
		cmocka_unit_test(test_what_is_turned_is_removed),
		cmocka_unit_test(test_numbers_are_read_as_languages_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
