/* What is told of: all that was found, or the stacks that were named. */
#include <string.h>

#include "base/suggestion.h"
#include "host/host_inside.h"
#include "host/lines.h"

/* Beside the tables of data/hosts. */
static const char *const others[] = { "crypto-policies", "dotnet-framework", "wininet" };

/* "schannel" is "schannel-server" and "schannel-gs" too: who names it cannot know which
 * of them a machine has. */
static bool names(struct bytes name, const char *stack)
{
	struct bytes whole = bytes_of_string(stack);

	return bytes_equal_caseless(name, whole) ||
	       (name.len > 0 && name.len < whole.len && whole.at[name.len] == '-' &&
		       bytes_equal_caseless(name, bytes_first(whole, name.len)));
}

static bool is_named(const struct host *host, const char *stack)
{
	struct bytes left = bytes_of_string(host->only), name;

	while (lines_item(&left, ",", &name))
		if (names(name, stack))
			return true;
	return false;
}

static bool is_stack(const struct host *host, struct bytes name)
{
	for (size_t i = 0; i < host->defaults.count; i++)
		if (lines_equal(name, host->defaults.tables[i].stack))
			return true;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (lines_equal(name, others[i]))
			return true;
	return false;
}

static enum err refuse(const struct host *host, struct bytes name, struct fault *why)
{
	struct suggestion meant = suggestion_for(name);
	struct text CLEANUP(text_done) text;

	for (size_t i = 0; i < host->defaults.count; i++)
		suggestion_offer(&meant, host->defaults.tables[i].stack);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		suggestion_offer(&meant, others[i]);
	text_init(&text, 256);
	text_quote_terminal(&text, bytes_first(name, 40));
	if (meant.name != NULL)
		return fault_set(why, ERR_USAGE,
			"host: there is no stack %s; did you mean %s?",
			text_string(&text), meant.name);
	return fault_set(why, ERR_USAGE, "host: there is no stack %s; --help lists them",
		text_string(&text));
}

static enum err check(const struct host *host, struct fault *why)
{
	struct bytes left = bytes_of_string(host->only), name;
	bool any = false;

	for (; lines_item(&left, ",", &name); any = true)
		if (!is_stack(host, name))
			return refuse(host, name, why);
	/* An empty variable of a script must not be taken for "nothing found". */
	return any ? ERR_OK
		   : fault_set(why, ERR_USAGE,
			     "host: --stack names no stack; without it, all are told");
}

enum err host_keep_only(struct host *host, struct fault *why)
{
	struct host_stack **stack = &host->report->stacks;
	struct host_process **process = &host->report->processes;
	size_t kept = 0;
	enum err err = host->only == NULL ? ERR_OK : check(host, why);

	if (host->only == NULL || err != ERR_OK)
		return err;
	while (*stack != NULL)
		if (is_named(host, (*stack)->stack))
			stack = &(*stack)->next;
		else
			*stack = (*stack)->next;
	host->stack_end = stack;
	while (*process != NULL)
		if (is_named(host, (*process)->stack))
			process = &(*process)->next;
		else
			*process = (*process)->next;
	host->process_end = process;
	for (size_t i = 0; i < host->ask_count; i++)
		if (is_named(host, host->asks[i]->stack->stack))
			host->asks[kept++] = host->asks[i];
	host->ask_count = kept;
	return ERR_OK;
}
