/* What `host` tells people, on a terminal of 80 columns. */
#include "../unit.h"

#include <string.h>

#include "report/host_render.h"

#define WIDTH 80

static struct host_stack stack = {
	.stack = "openssl",
	.title = "OpenSSL",
	.release = "3.0.19",
	.path = "/usr/lib/x86_64-linux-gnu/libssl.so.3",
	.client = { .known = HOST_DERIVED,
		.reasons = { "a clause that is longer than any terminal is, so that it "
			     "has to go on in a line of its own, and then in another" },
		.reason_count = 1 },
	.server = { .absent = true },
};

static struct host_process process = {
	.pid = 7,
	.name = "nginx",
	.stack = "openssl",
	.library = "/usr/lib/x86_64-linux-gnu/libssl.so.3",
	.mapped = MAPPED_REPLACED,
};

static struct host_note note = {
	.about = "/proc",
	.why = "processes, 7, are others', and can be looked into by root alone: what "
	       "they have mapped is not told",
};

static void render(struct host_report *report, struct text *text)
{
	static const struct policy policy = { .name = "a-policy-with-a-name" };
	struct host_view view = { .report = report, .policy = &policy, .width = WIDTH };

	text_init(text, 65536);
	host_render_text(text, &view);
}

static void test_fits_the_terminal(void **state)
{
	struct host_report report = { .stacks = &stack,
		.processes = &process,
		.notes = &note,
		.processes_seen = true,
		.processes_unread = 7 };
	struct text CLEANUP(text_done) text;
	const char *line;

	(void)state;
	render(&report, &text);
	line = text_string(&text);
	for (size_t len; *line != '\0'; line += len + 1) {
		size_t columns = 0;

		len = strcspn(line, "\n");
		for (size_t i = 0; i < len; i++)
			columns += (line[i] & 0xc0) != 0x80; /* an ellipsis is three */
		if (columns > WIDTH)
			fail_msg("wider than %d: %.*s", WIDTH, (int)len, line);
	}
	assert_non_null(strstr(text_string(&text), "7 processes were not looked into\n"));
}

static void test_says_that_nothing_runs(void **state)
{
	struct host_report report = { .processes_seen = true };
	struct text CLEANUP(text_done) text;

	(void)state;
	render(&report, &text);
	assert_non_null(strstr(text_string(&text), "no process"));
	text_done(&text);
	report.processes_seen = false;
	render(&report, &text);
	assert_null(strstr(text_string(&text), "no process"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits_the_terminal),
		cmocka_unit_test(test_says_that_nothing_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
