#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/software.h"

extern const char *const software_table[]; /* of data/software.tsv */

/* The hello of the table's first line behind its heading, and that line's label. */
static struct hello first_hello(char ret_label[256])
{
	const char *line = strstr(software_table[0], "\nsha256:") + 1;
	struct hello hello = { 0 };

	line += strlen("sha256:");
	for (size_t i = 0; i < SHA256_LEN; i++, line += 2)
		hello.digest[i] = (uint8_t)strtoul(
			(const char[]){ line[0], line[1], '\0' }, NULL, 16);
	line = strchr(line + 1, '\t') + 1; /* behind the family */
	(void)snprintf(ret_label, 256, "%.*s", (int)strcspn(line, "\t"), line);
	return hello;
}

static void test_a_hello_of_the_table_has_its_stack(void **state)
{
	char label[256];
	struct hello hello = first_hello(label);
	struct text text;

	(void)state;
	label[strcspn(label, "(")] = '\0'; /* several programs of it may send it */
	label[strcspn(label, " ")] = '\0';
	text_init(&text, SOFTWARE_TEXT_MAX);
	software_of(&hello, &text);
	assert_non_null(strstr(text_string(&text), label));
	text_done(&text);
}

static void test_what_the_lab_did_not_see_has_no_label(void **state)
{
	struct hello hello = { .digest = { 1, 2, 3 } };
	struct text text;

	(void)state;
	text_init(&text, SOFTWARE_TEXT_MAX);
	software_of(&hello, &text);
	software_of(NULL, &text);
	assert_int_equal(text_len(&text), 0);
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_hello_of_the_table_has_its_stack),
		cmocka_unit_test(test_what_the_lab_did_not_see_has_no_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
