/* Software of a list: what brings a TLS stack of its own, and what is known to be too
 * old. */
#include <stdio.h>

#include "base/release.h"
#include "host/lines.h"
#include "host/windows_inside.h"

/* What cannot do TLS 1.2: builds from one on, below another that can. SQL Server's have a
 * row a branch, for each got it on its own. KB3135244 and the products' notes. */
static const struct {
	const char *begins;
	const char *from;
	const char *first;
} thresholds[] = {
	{ "Microsoft SQL Server 2012 Native Client", "11.", "11.4.7001.0" },
	{ "Microsoft SQL Server 2014", "12.0.2000", "12.0.2564.0" }, /* RTM, CU12 */
	{ "Microsoft SQL Server 2014", "12.0.4000", "12.0.4219.0" }, /* SP1, GDR */
	{ "Microsoft SQL Server 2014", "12.0.4400", "12.0.4439.1" }, /* SP1, CU5 */
	{ "Microsoft Azure AD Connect Authentication Agent", "1.", "1.5.643.0" },
	{ "Microsoft Azure AD Application Proxy Connector", "1.", "1.5.1526.0" },
	{ "Multi-Factor Authentication Server", "", "8.0" },
	/* with its credential manager, at GitHub from 22 February 2018 on */
	{ "Git version ", "", "2.16.0" },
};

static void by_threshold(struct windows *windows, const struct inventory_entry *entry,
	const char *name, const char *version)
{
	for (size_t i = 0; i < COUNT_OF(thresholds) && entry->version.len > 0; i++) {
		if (!bytes_start_with_caseless(
			    entry->name, bytes_of_string(thresholds[i].begins)) ||
			release_compare(entry->version,
				bytes_of_string(thresholds[i].from)) < 0 ||
			release_compare(entry->version,
				bytes_of_string(thresholds[i].first)) >= 0)
			continue;
		host_note_add(windows->host, name,
			"%s cannot do TLS 1.2; the first that can is %s", version,
			thresholds[i].first);
	}
}

#define UNINSTALL "\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\"

/* An export of SOFTWARE holds the list of software too, of both bitnesses. */
static void take_installed(struct windows *windows)
{
	struct registry *registry = &windows->registry;

	for (const struct registry_value *at = registry->last; at != NULL;
		at = at->before) {
		const struct registry_value *version;
		const char *key;

		if (!lines_equal(at->name, "DisplayName") || at->text.len == 0 ||
			bytes_find_caseless(at->key, bytes_of_string(UNINSTALL)) ==
				at->key.len)
			continue;
		key = arena_string(windows->host->arena, at->key);
		if (key == NULL || registry_find(registry, key, "DisplayName") != at)
			continue; /* it was written again, or deleted */
		version = registry_find(registry, key, "DisplayVersion");
		if (inventory_add(&windows->inventory, at->text,
			    version == NULL ? (struct bytes){ 0 } : version->text,
			    windows->host->arena) != ERR_OK)
			return;
	}
}

/* Corretto kept TLS 1.0 and 1.1 on in 8 and 11 when OpenJDK turned them off, and did so
 * still in August 2024 (corretto-8, pull request 512). */
static void doubt_corretto(const struct inventory_entry *entry, struct host_stack *stack)
{
	uint16_t old = VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS11);
	struct host_side *sides[] = { &stack->client, &stack->server };

	if (!bytes_start_with(entry->name, bytes_of_string("Amazon Corretto")) ||
		stack->release == NULL ||
		release_compare(bytes_of_string(stack->release), bytes_of_string("16")) >=
			0)
		return;
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		sides[i]->range.maybe |= old & (uint16_t)~sides[i]->range.on;
		if (sides[i]->range.maybe != 0)
			sides[i]->missing = "jdk.tls.disabledAlgorithms of its "
					    "java.security: Corretto kept them on";
	}
}

void windows_inventory(struct windows *windows)
{
	struct host *host = windows->host;

	take_installed(windows);
	for (const struct inventory_entry *at = windows->inventory.last; at != NULL;
		at = at->before) {
		const char *name = host_text(host, "%.*s",
			(int)(at->name.len < 120 ? at->name.len : 120),
			at->name.len > 0 ? (const char *)at->name.at : "");
		char release[80] = "";
		const char *stack = inventory_stack(at, release, sizeof release);
		struct host_stack *added;

		by_threshold(windows, at, name,
			host_quoted(host,
				host_text(host, "%.*s",
					(int)(at->version.len < 60 ? at->version.len
								   : 60),
					at->version.len > 0 ? (const char *)at->version.at
							    : "")));
		if (stack == NULL)
			continue;
		added = host_stack_add(host, stack,
			release[0] == '\0' ? NULL : host_text(host, "%s", release), name);
		(void)host_stack_derive(host, added, added->release);
		doubt_corretto(at, added);
	}
}
