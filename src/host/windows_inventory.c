/* Software of a list: what brings a TLS stack of its own, and what is known to be too
 * old. */
#include <stdio.h>

#include "host/lines.h"
#include "host/release.h"
#include "host/windows_inside.h"

/* The first builds with TLS 1.2, of what is named. KB3135244 and the products' notes. */
static const struct {
	const char *begins;
	const char *major;
	const char *first;
} thresholds[] = {
	{ "Microsoft SQL Server 2012 Native Client", "11.", "11.4.7001.0" },
	{ "Microsoft SQL Server 2014", "12.", "12.0.4219.0" },
	{ "Microsoft Azure AD Connect Authentication Agent", "1.", "1.5.643.0" },
	{ "Microsoft Azure AD Application Proxy Connector", "1.", "1.5.1526.0" },
	{ "Multi-Factor Authentication Server", "", "8.0" },
};

static void by_threshold(struct windows *windows, const struct inventory_entry *entry,
	const char *name, const char *version)
{
	for (size_t i = 0; i < COUNT_OF(thresholds); i++) {
		if (!bytes_start_with_caseless(
			    entry->name, bytes_of_string(thresholds[i].begins)) ||
			!bytes_start_with(
				entry->version, bytes_of_string(thresholds[i].major)) ||
			release_compare(entry->version,
				bytes_of_string(thresholds[i].first)) >= 0)
			continue;
		host_note_add(windows->host, name,
			"%s cannot do TLS 1.2; the first that can is %s", version,
			thresholds[i].first);
	}
}

void windows_inventory(struct windows *windows)
{
	struct host *host = windows->host;

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
	}
}
