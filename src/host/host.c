#include "host/host_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/lines.h"

#define CLAUSE_MAX 1024

/* To add one: a line here, stack_<name>.c, a line in host_inside.h,
 * data/hosts/<name>.yaml. OpenSSL first: the others' chains lead to it. */
static const struct {
	const char *name;
	void (*find)(struct host *host);
} stacks[] = {
	{ "openssl", stack_openssl },
	{ "crypto-policies", stack_crypto_policies },
	{ "gnutls", stack_gnutls },
	{ "nss", stack_nss },
	{ "mbedtls", stack_mbedtls },
	{ "java", stack_java },
	{ "python", stack_python },
	{ "node", stack_node },
	{ "dotnet", stack_dotnet },
	{ "curl", stack_curl },
	{ "wget", stack_wget },
	{ "processes", stack_processes },
};

static const char *format_into(struct host *host, const char *format, va_list values)
{
	char text[CLAUSE_MAX];
	const char *kept;

	(void)vsnprintf(text, sizeof text, format, values);
	kept = arena_string(host->arena, bytes_of_string(text));
	return kept == NULL ? "" : kept;
}

const char *host_text(struct host *host, const char *format, ...)
{
	const char *kept;
	va_list values;

	va_start(values, format);
	kept = format_into(host, format, values);
	va_end(values);
	return kept;
}

const char *host_quoted(struct host *host, const char *string)
{
	struct text CLEANUP(text_done) quoted;
	const char *kept;

	text_init(&quoted, CLAUSE_MAX);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(string), 200));
	kept = arena_string(host->arena, bytes_of_string(text_string(&quoted)));
	return kept == NULL ? "" : kept;
}

static void add_reason(struct host_side *side, const char *reason)
{
	if (!side->absent && side->reason_count < HOST_REASONS_MAX)
		side->reasons[side->reason_count++] = reason;
}

void host_reason(struct host *host, struct host_side *side, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	add_reason(side, format_into(host, format, values));
	va_end(values);
}

void host_reason_both(
	struct host *host, struct host_stack *stack, const char *format, ...)
{
	const char *reason;
	va_list values;

	va_start(values, format);
	reason = format_into(host, format, values);
	va_end(values);
	add_reason(&stack->client, reason);
	add_reason(&stack->server, reason);
}

static bool was_noted(const struct host *host, const char *about, const char *why)
{
	for (const struct host_note *at = host->report->notes; at != NULL; at = at->next)
		if (strcmp(at->about, about) == 0 && strcmp(at->why, why) == 0)
			return true;
	return false;
}

void host_note_add(struct host *host, const char *about, const char *format, ...)
{
	struct host_note *note;
	const char *why;
	va_list values;

	va_start(values, format);
	why = format_into(host, format, values);
	va_end(values);
	about = arena_string(host->arena, bytes_of_string(about));
	if (host->note_count == HOST_NOTES_MAX || about == NULL ||
		was_noted(host, about, why))
		return;
	note = arena_take(host->arena, sizeof *note);
	if (note == NULL)
		return;
	note->about = about;
	note->why = ++host->note_count == HOST_NOTES_MAX ? "and more, which are not told"
							 : why;
	*host->note_end = note;
	host->note_end = &note->next;
}

const char *host_fix(struct host *host, const char *stack)
{
	const struct default_table *table = defaults_table(&host->defaults, stack);

	return table == NULL ? NULL : table->fix;
}

struct host_stack *host_stack_add(
	struct host *host, const char *stack, const char *release, const char *path)
{
	static struct host_stack none; /* written, never told */
	const struct default_table *table = defaults_table(&host->defaults, stack);
	struct host_stack *made = NULL;

	if (host->stack_count < HOST_STACKS_MAX)
		made = arena_take(host->arena, sizeof *made);
	if (made == NULL) {
		host_note_add(host, path, "more stacks than are told");
		return &none;
	}
	host->stack_count++;
	*made = (struct host_stack){
		.stack = stack,
		.title = table == NULL ? stack : table->title,
		.fix = host_fix(host, stack),
		.release = release,
		.path = arena_string(host->arena, bytes_of_string(path)),
	};
	*host->stack_end = made;
	host->stack_end = &made->next;
	return made;
}

static void derive_side(struct host *host, struct host_side *side, bool has,
	struct version_range range, const struct default_row *row)
{
	side->absent = row != NULL && !has;
	if (row == NULL) {
		side->missing = "the release";
		side->range.maybe = VERSIONS_USUAL;
		return;
	}
	side->range = range;
	side->known = HOST_DERIVED;
	if (range.maybe != 0)
		side->missing = "what the system itself answers: sources differ";
	host_reason(host, side, "%s (%s)", row->decides, row->source);
}

const struct default_row *host_stack_derive(
	struct host *host, struct host_stack *stack, const char *release)
{
	const struct default_table *table = defaults_table(&host->defaults, stack->stack);
	const struct default_row *row = NULL;

	if (release != NULL)
		row = defaults_row(table, bytes_of_string(release), host->system.id,
			host->system.version);
	derive_side(host, &stack->client, row != NULL && row->has_client,
		row != NULL ? default_client(row) : (struct version_range){ 0 }, row);
	derive_side(host, &stack->server, row != NULL && row->has_server,
		row != NULL ? default_server(row) : (struct version_range){ 0 }, row);
	return row;
}

static void unsettle_side(struct host *host, struct host_side *side, const char *file)
{
	if (side->absent)
		return;
	side->range = (struct version_range){ .maybe = VERSIONS_USUAL };
	side->known = HOST_UNKNOWN;
	side->missing =
		host_text(host, "%s, which was not read", host_quoted(host, file));
}

void host_unsettle(struct host *host, struct host_stack *stack, const char *file)
{
	unsettle_side(host, &stack->client, file);
	unsettle_side(host, &stack->server, file);
}

struct host_ask *host_ask_add(struct host *host, struct host_stack *stack)
{
	struct host_ask *ask = NULL;

	if (!host->may_run)
		return NULL;
	if (host->ask_count < HOST_ASKS_MAX)
		ask = arena_take(host->arena, sizeof *ask);
	if (ask == NULL) {
		host_note_add(host, stack->path, "more stacks than are asked");
		return NULL;
	}
	ask->stack = stack;
	host->asks[host->ask_count++] = ask;
	return ask;
}

/* "ID=debian" of os-release, quotes off. os-release(5). */
static void take_field(struct bytes all, const char *wanted, char *ret, size_t room)
{
	struct bytes line, name, value;

	while (lines_next(&all, &line)) {
		if (!lines_pair(line, '=', &name, &value) || !lines_equal(name, wanted))
			continue;
		if (value.len >= 2 && value.at[0] == '"')
			value = bytes_first(bytes_after(value, 1), value.len - 2);
		if (value.len < room) {
			memcpy(ret, value.at, value.len);
			ret[value.len] = '\0';
		}
	}
}

const char *host_system_read(struct host *host, struct host_system *ret)
{
	char pretty[128] = "";
	struct text text;

	*ret = (struct host_system){ 0 };
	if (host_read(host, "/etc/os-release", 65536, &text) != ERR_OK)
		return NULL;
	struct bytes all = bytes_over(text_string(&text), text_len(&text));

	take_field(all, "ID", ret->id, sizeof ret->id);
	take_field(all, "VERSION_ID", ret->version, sizeof ret->version);
	take_field(all, "PRETTY_NAME", pretty, sizeof pretty);
	text_done(&text);
	return pretty[0] == '\0' ? NULL : host_quoted(host, pretty);
}

enum err host_begin(struct host *host, struct host_report *report,
	const struct root *root, bool may_run, struct arena *arena, struct fault *why)
{
	*report = (struct host_report){ 0 };
	*host = (struct host){
		.root = root,
		.may_run = may_run,
		.arena = arena,
		.report = report,
		.stack_end = &report->stacks,
		.note_end = &report->notes,
		.process_end = &report->processes,
	};
	return defaults_read(arena, &host->defaults, why);
}

/* What is not asked is not borne out, and a reader wants to know why. */
static void tell_not_run(struct host *host)
{
	if (host->here && !host->may_run)
		host_note_add(host, "--no-run",
			"no program was started, so nothing is asked and borne out by "
			"handshakes; variables of this environment (OPENSSL_CONF and "
			"others) do not count");
}

enum err host_look(struct host *host, struct fault *why)
{
	enum err err = ERR_OK;

	host->report->system = host_system_read(host, &host->system);
	host->openssl = host_program(host, "openssl");
	for (size_t i = 0; i < COUNT_OF(stacks); i++)
		stacks[i].find(host);
	tell_not_run(host);
	err = host_keep_only(host, why);
	if (err == ERR_OK && host->ask_count > 0)
		err = host_asking(host, why);
	if (err == ERR_OK && arena_refused(host->arena))
		return fault_set(why, ERR_MEMORY, "host: %s", err_sentence(ERR_MEMORY));
	return err;
}
