/* A policy spelled out, on a terminal that is too narrow for its sentences. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "report/policy_show.h"

#define WIDTH 44

static void test_fits_the_terminal(void **state)
{
	static struct policy policy = { .name = "some-policy", .date_count = 1 };
	struct text CLEANUP(text_done) text;
	const char *line;

	(void)state;
	(void)snprintf(policy.source, sizeof policy.source,
		"A standard of some name, in its edition of that year, of all its "
		"sections");
	(void)snprintf(policy.title, sizeof policy.title,
		"What is allowed by it, and what is not");
	(void)snprintf(policy.dates[0].on, sizeof policy.dates[0].on, "2030-01-01");
	(void)snprintf(policy.dates[0].note, sizeof policy.dates[0].note,
		"from then on it is so, for all that there are");
	text_init(&text, 65536);
	policy_show_text(&policy, WIDTH, &text);
	line = text_string(&text);
	for (size_t len; *line != '\0'; line += len + 1) {
		len = strcspn(line, "\n");
		if (len > WIDTH)
			fail_msg("wider than %d: %.*s", WIDTH, (int)len, line);
	}
	assert_non_null(strstr(text_string(&text), "2030-01-01"));
	text_reset(&text);
	policy_show_text(&policy, 0, &text);
	assert_non_null(strstr(text_string(&text), policy.source));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
