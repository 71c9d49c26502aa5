#include "cli/option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/suggestion.h"
#include "tls/version.h"

#define HELP_COLUMN 26 /* where the sentences begin */

const char *const option_forms[] = { "csv", "json", "jsonl", "text", NULL };

/* One argument as far as it is read: "--name=value", "-n", ... */
struct token {
	const struct option *option;
	const char *value; /* joined to the name; NULL: the next argument is it */
	char shown[64];    /* the option as the user wrote it, for faults */
};

static const struct option *find_name(
	const struct option *options, size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(options[i].name) == len &&
			memcmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

static const struct option *find_letter(
	const struct option *options, size_t count, char letter)
{
	for (size_t i = 0; i < count; i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

/* What other commands and programs call it, by letters nothing like it. To add one: a
 * line here. */
static const struct {
	const char *theirs;
	const char *ours;
} aliases[] = {
	{ "min-version", "policy" },
	{ "minimum-version", "policy" },
};

/* The option of this table that goes by another name elsewhere; NULL: none does. */
static const char *known_as(const struct option *options, size_t count, struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(aliases); i++)
		if (bytes_equal(name, bytes_of_string(aliases[i].theirs)) &&
			find_name(options, count, aliases[i].ours,
				strlen(aliases[i].ours)) != NULL)
			return aliases[i].ours;
	return NULL;
}

/* name: of a long option; of a short one nothing can be guessed. */
static enum err unknown(const struct option *options, size_t count, struct bytes name,
	const char *argument, struct fault *why)
{
	struct suggestion meant = suggestion_for(name);
	struct text CLEANUP(text_done) quoted;

	for (size_t i = 0; i < count; i++)
		suggestion_offer(&meant, options[i].name);
	suggestion_offer(&meant, "help");
	if (meant.name == NULL)
		meant.name = known_as(options, count, name);
	text_init(&quoted, 256);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(argument), 40));
	if (meant.name != NULL)
		return fault_set(why, ERR_USAGE,
			"there is no option %s; did you mean --%s?", text_string(&quoted),
			meant.name);
	return fault_set(why, ERR_USAGE, "there is no option %s; --help lists them",
		text_string(&quoted));
}

static enum err read_long(const struct option *options, size_t count,
	const char *argument, struct token *ret, struct fault *why)
{
	const char *name = argument + 2;
	size_t len = strcspn(name, "=");

	ret->option = find_name(options, count, name, len);
	if (ret->option == NULL)
		return unknown(options, count, bytes_over(name, len), argument, why);
	ret->value = name[len] == '=' ? name + len + 1 : NULL;
	(void)snprintf(ret->shown, sizeof ret->shown, "--%s", ret->option->name);
	return ERR_OK;
}

static enum err read_short(const struct option *options, size_t count,
	const char *argument, struct token *ret, struct fault *why)
{
	ret->option = find_letter(options, count, argument[1]);
	if (ret->option == NULL)
		return unknown(options, count, (struct bytes){ 0 }, argument, why);
	ret->value = argument[2] != '\0' ? argument + 2 : NULL;
	(void)snprintf(ret->shown, sizeof ret->shown, "-%c", argument[1]);
	return ERR_OK;
}

static enum err wants(const struct token *token, const char *what, struct fault *why)
{
	struct text quoted;

	text_init(&quoted, 256);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(token->value), 60));
	(void)fault_set(why, ERR_USAGE, "%s wants %s, not \"%s\"", token->shown, what,
		text_string(&quoted));
	text_done(&quoted);
	return ERR_USAGE;
}

static enum err read_number(const struct token *token, uint64_t *ret, struct fault *why)
{
	const struct option *option = token->option;
	char what[80];
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(token->value, &end, 10);
	(void)snprintf(what, sizeof what, "a number from %llu to %llu",
		(unsigned long long)option->least, (unsigned long long)option->most);
	/* strtoull() would take a sign and what is white too. */
	if (token->value[0] < '0' || token->value[0] > '9' || errno != 0 ||
		*end != '\0' || value < option->least || value > option->most)
		return wants(token, what, why);
	*ret = value;
	return ERR_OK;
}

static enum err read_choice(const struct token *token, unsigned *ret, struct fault *why)
{
	struct text what;
	unsigned i = 0;

	for (; token->option->choices[i] != NULL; i++)
		if (strcmp(token->option->choices[i], token->value) == 0) {
			*ret = i;
			return ERR_OK;
		}
	text_init(&what, 256);
	for (i = 0; token->option->choices[i] != NULL; i++) {
		text_add(&what, i == 0                          ? ""
				: token->option->choices[i + 1] ? ", "
								: " or ");
		text_add(&what, token->option->choices[i]);
	}
	(void)wants(token, text_string(&what), why);
	text_done(&what);
	return ERR_USAGE;
}

static enum err read_value(const struct token *token, void *target, struct fault *why)
{
	struct option_address *address = target;

	switch (token->option->kind) {
	case OPTION_FLAG:
		*(bool *)target = true;
		return ERR_OK;
	case OPTION_TEXT:
		*(const char **)target = token->value;
		return ERR_OK;
	case OPTION_NUMBER:
		return read_number(token, target, why);
	case OPTION_CHOICE:
		return read_choice(token, target, why);
	case OPTION_VERSION:
		if (version_parse(token->value, target) != ERR_OK)
			return wants(token, "a version such as 1.2", why);
		return ERR_OK;
	case OPTION_TIME:
		if (time_parse(token->value, target) != ERR_OK)
			return wants(token,
				"a date such as 2026-11-22 or 2026-11-22T10:00:00Z", why);
		return ERR_OK;
	case OPTION_ADDRESS:
		address->given = true;
		if (address_parse(token->value, &address->address) != ERR_OK)
			return wants(token, "an IPv4 or IPv6 address", why);
		return ERR_OK;
	}
	return ERR_USAGE;
}

/* Reads the option that arguments[*at] is, and its value; *at ends on the last one
 * read. */
static enum err read_option(const struct option *options, size_t count, void *settings,
	char *arguments[], size_t argument_count, size_t *at, struct fault *why)
{
	const char *argument = arguments[*at];
	struct token token;
	enum err err = argument[1] == '-'
			       ? read_long(options, count, argument, &token, why)
			       : read_short(options, count, argument, &token, why);

	if (err != ERR_OK)
		return err;
	if (token.option->kind == OPTION_FLAG) {
		if (token.value != NULL)
			return fault_set(
				why, ERR_USAGE, "%s takes no value", token.shown);
	} else if (token.value == NULL) {
		if (*at + 1 == argument_count)
			return fault_set(why, ERR_USAGE, "%s wants a value: %s %s",
				token.shown, token.shown, token.option->value);
		token.value = arguments[++*at];
	}
	return read_value(&token, (char *)settings + token.option->offset, why);
}

enum err option_read(const struct option *options, size_t count, void *settings,
	char *arguments[], size_t argument_count, size_t *ret_operands, bool *ret_help,
	struct fault *why)
{
	bool only_operands = false;
	size_t operands = 0;

	*ret_help = false;
	for (size_t i = 0; i < argument_count; i++) {
		char *argument = arguments[i];
		enum err err;

		if (only_operands || argument[0] != '-' || argument[1] == '\0') {
			arguments[operands++] = argument;
		} else if (strcmp(argument, "--") == 0) {
			only_operands = true;
		} else if (strcmp(argument, "--help") == 0 ||
			   strcmp(argument, "-h") == 0) {
			*ret_help = true;
			return ERR_OK;
		} else {
			err = read_option(options, count, settings, arguments,
				argument_count, &i, why);
			if (err != ERR_OK)
				return err;
		}
	}
	*ret_operands = operands;
	return ERR_OK;
}

static void help_line(const struct option *option, struct text *text)
{
	size_t before = text_len(text);
	size_t len;

	if (option->letter != 0)
		text_format(text, "  -%c, --%s", option->letter, option->name);
	else
		text_format(text, "      --%s", option->name);
	if (option->value != NULL)
		text_format(text, " %s", option->value);
	len = text_len(text) - before;
	if (len + 2 > HELP_COLUMN) {
		text_char(text, '\n');
		len = 0;
	}
	text_format(text, "%*s%s\n", (int)(HELP_COLUMN - len), "", option->help);
}

void option_help(const struct option *options, size_t count, struct text *text)
{
	for (size_t i = 0; i < count; i++)
		help_line(&options[i], text);
	text_format(text, "  -h, --help%*sthis text\n", HELP_COLUMN - 12, "");
}
