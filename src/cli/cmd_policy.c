#include "cli/command.h"

#include <limits.h>
#include <unistd.h>

#include "cli/from_nginx.h"
#include "cli/from_scan.h"
#include "cli/policies.h"
#include "report/export.h"
#include "report/grid.h"
#include "report/policy_show.h"
#include "sys/log.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)1 << 20) /* a policy is some KB in any form */
#define UNSAID     UINT_MAX
#define TITLES     24 /* the column where they begin */

#define AT(member) offsetof(struct settings, member)

struct settings {
	unsigned kind;     /* index into kinds, or UNSAID */
	unsigned library;  /* enum export_library, or UNSAID */
	unsigned output;   /* index into outputs */
	const char *store; /* NULL: not said */
	const char *name;  /* of a server; NULL: not said */
};

static const char *const kinds[] = { "apache", "caddy", "haproxy", "iis-reg", "nginx",
	"openssl", "postfix", NULL };

/* In the order of enum export_library. */
static const char *const libraries[] = { "1.1.1", "3.0", "3.2", "3.5", NULL };

enum { OUTPUT_JSON, OUTPUT_TEXT, OUTPUT_YAML };
static const char *const outputs[] = { "json", "text", "yaml", NULL };

static const struct option options[] = {
	{ "for", 0, OPTION_CHOICE, AT(kind), "SERVER",
		"of export: the kind of server, one of those above", kinds, 0, 0 },
	{ "name", 0, OPTION_TEXT, AT(name), "NAME",
		"of from-nginx: the server with that server_name", NULL, 0, 0 },
	{ "openssl", 0, OPTION_CHOICE, AT(library), "1.1.1|3.0|3.2|3.5",
		"of export: the library that the server has (3.0)", libraries, 0, 0 },
	OPTION_OUTPUT(AT(output), "text|json|yaml",
		"the form of show and diff (text); yaml is show's alone", outputs),
	OPTION_STORE(AT(store), "of from-scan: where scans are (" STORE_USUAL ")"),
};

static enum exit_code print(struct text *text, enum exit_code fine)
{
	enum exit_code code = command_print(text);

	text_done(text);
	return code == EXIT_NOTHING_FOUND ? fine : code;
}

/* Of a terminal; what is piped is as wide as need be. */
static unsigned width_of_output(void)
{
	return terminal_is(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 0;
}

static enum exit_code list(const struct settings *settings, char *names[])
{
	enum exit_code code = EXIT_NOTHING_FOUND;
	struct text text;

	(void)settings;
	(void)names;
	text_init(&text, OUTPUT_MAX);
	for (size_t i = 0; i < policies_count() && code == EXIT_NOTHING_FOUND; i++) {
		struct policy policy;
		struct fault why;

		if (policies_read(i, &policy, &why) != ERR_OK) {
			code = command_fault(&why);
			break;
		}
		text_format(&text, "%-*s", TITLES, policy.name);
		grid_sentence(&text, policy.title, TITLES, TITLES, width_of_output());
		text_char(&text, '\n');
	}
	return print(&text, code);
}

static enum exit_code show(const struct settings *settings, char *names[])
{
	struct policy policy;
	struct fault why;
	struct text text;

	if (policy_load(names[0], &policy, &why) != ERR_OK)
		return command_fault(&why);
	text_init(&text, OUTPUT_MAX);
	if (settings->output == OUTPUT_JSON)
		policy_show_json(&policy, &text);
	else if (settings->output == OUTPUT_YAML)
		policy_write_yaml(&policy, &text);
	else
		policy_show_text(&policy, width_of_output(), &text);
	return print(&text, EXIT_NOTHING_FOUND);
}

static enum exit_code check(const struct settings *settings, char *names[])
{
	struct policy policy;
	struct fault why;
	struct text text;

	(void)settings;
	if (policy_load(names[0], &policy, &why) != ERR_OK)
		return command_fault(&why);
	text_init(&text, OUTPUT_MAX);
	text_format(&text, "%s can be used\n", policy.name);
	return print(&text, EXIT_NOTHING_FOUND);
}

static enum exit_code diff(const struct settings *settings, char *names[])
{
	struct policy a, b;
	struct fault why;
	struct text text;
	bool same;

	if (policy_load(names[0], &a, &why) != ERR_OK ||
		policy_load(names[1], &b, &why) != ERR_OK)
		return command_fault(&why);
	text_init(&text, OUTPUT_MAX);
	same = settings->output == OUTPUT_JSON ? policy_diff_json(&a, &b, &text)
					       : policy_diff_text(&a, &b, &text);
	return print(&text, same ? EXIT_NOTHING_FOUND : EXIT_FOUND);
}

/* What a server cannot be told is a warning a line. */
static void warn(const struct text *unsaid)
{
	const char *line = text_string(unsaid);

	for (size_t len; *line != '\0'; line += len + 1) {
		len = strcspn(line, "\n");
		log_warning("%.*s", (int)len, line);
	}
}

static enum exit_code export_to(const struct settings *settings, char *names[])
{
	struct text text, unsaid;
	struct policy policy;
	struct fault why;

	if (settings->kind == UNSAID) {
		log_error("policy: export wants --for and a server, such as --for nginx");
		return EXIT_WRONG_USE;
	}
	if (policy_load(names[0], &policy, &why) != ERR_OK)
		return command_fault(&why);
	text_init(&text, OUTPUT_MAX);
	text_init(&unsaid, OUTPUT_MAX);
	export_policy(&policy, export_find(kinds[settings->kind]),
		settings->library == UNSAID ? EXPORT_OPENSSL_3_0
					    : (enum export_library)settings->library,
		&text, &unsaid);
	warn(&unsaid);
	text_done(&unsaid);
	return print(&text, EXIT_NOTHING_FOUND);
}

static enum exit_code write_file(const struct policy *policy)
{
	struct text text;

	text_init(&text, OUTPUT_MAX);
	policy_write_yaml(policy, &text);
	return print(&text, EXIT_NOTHING_FOUND);
}

static enum exit_code from_nginx(const struct settings *settings, char *names[])
{
	struct policy policy;
	struct fault why;

	if (policy_from_nginx(names[0], settings->name, &policy, &why) != ERR_OK)
		return command_fault(&why);
	return write_file(&policy);
}

static enum exit_code from_scan(const struct settings *settings, char *names[])
{
	struct policy policy;
	struct fault why;

	if (policy_from_scan(names[0],
		    settings->store != NULL ? settings->store : STORE_USUAL, &policy,
		    &why) != ERR_OK)
		return command_fault(&why);
	return write_file(&policy);
}

#define FORM(output) (1U << (output))

/* To add one: a line here and a function above. In order of name. */
static const struct action {
	const char *name;
	size_t operands; /* behind its name */
	const char *wants;
	unsigned forms; /* that --output may name */
	enum exit_code (*run)(const struct settings *settings, char *names[]);
} actions[] = {
	{ "check", 1, "one file", FORM(OUTPUT_TEXT), check },
	{ "diff", 2, "two policies", FORM(OUTPUT_TEXT) | FORM(OUTPUT_JSON), diff },
	{ "export", 1, "one policy", FORM(OUTPUT_TEXT), export_to },
	{ "from-nginx", 1, "one file", FORM(OUTPUT_TEXT) | FORM(OUTPUT_YAML),
		from_nginx },
	{ "from-scan", 1, "one server", FORM(OUTPUT_TEXT) | FORM(OUTPUT_YAML),
		from_scan },
	{ "list", 0, "nothing", FORM(OUTPUT_TEXT), list },
	{ "show", 1, "one policy",
		FORM(OUTPUT_TEXT) | FORM(OUTPUT_JSON) | FORM(OUTPUT_YAML), show },
};

/* NULL: the options are those of the action. */
static const char *misfit(const struct action *action, const struct settings *settings)
{
	if (action->run != export_to &&
		(settings->kind != UNSAID || settings->library != UNSAID))
		return "--for and --openssl go with export";
	if (action->run != from_scan && settings->store != NULL)
		return "--store goes with from-scan";
	if (action->run != from_nginx && settings->name != NULL)
		return "--name goes with from-nginx";
	return NULL;
}

static enum exit_code act(const struct action *action, const struct settings *settings,
	char *names[], size_t count)
{
	if (count != action->operands)
		log_error("policy: %s wants %s behind it", action->name, action->wants);
	else if ((action->forms & FORM(settings->output)) == 0)
		log_error("policy: %s has no form %s", action->name,
			outputs[settings->output]);
	else if (misfit(action, settings) != NULL)
		log_error("policy: %s", misfit(action, settings));
	else
		return action->run(settings, names);
	return EXIT_WRONG_USE;
}

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	struct settings settings = {
		.kind = UNSAID, .library = UNSAID, .output = OUTPUT_TEXT
	};
	enum exit_code code;
	size_t operands;

	if (!command_begin(self, &settings, arguments, count, &operands, &code))
		return code;
	for (size_t i = 0; operands > 0 && i < COUNT_OF(actions); i++)
		if (strcmp(actions[i].name, arguments[0]) == 0)
			return act(&actions[i], &settings, arguments + 1, operands - 1);
	log_error("policy: one of check, diff, export, from-nginx, from-scan, list and "
		  "show is wanted");
	return EXIT_WRONG_USE;
}

const struct command command_policy = {
	.name = "policy",
	.summary = "what servers are to allow: policies shown, compared, exported",
	.operands = "ACTION [POLICY]...",
	.first = "check diff export from-nginx from-scan list show",
	.about = "A POLICY is the name of one that is built in, or a file.\n"
		 "\n"
		 "  list                         those that are built in\n"
		 "  show POLICY                  spells one out\n"
		 "  check FILE                   says what is wrong with a file\n"
		 "  diff A B                     what B forbids and allows beyond A; "
		 "ends with "
		 "1\n"
		 "                               if that is anything\n"
		 "  export --for SERVER POLICY   the configuration of a server that "
		 "enforces "
		 "it:\n"
		 "                               apache, caddy, haproxy, iis-reg, nginx, "
		 "openssl\n"
		 "                               or postfix\n"
		 "  from-nginx FILE              what a configuration tells nginx to "
		 "speak, "
		 "as a\n"
		 "                               file\n"
		 "  from-scan HOST:PORT          what a server was found to accept, "
		 "as a file\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};
