/* WinHTTP in both bitnesses, and WinINet: masks of versions. */
#include "host/release.h"
#include "host/windows_inside.h"

#define SETTINGS "Microsoft\\Windows\\CurrentVersion\\Internet Settings"
#define MASK     "DefaultSecureProtocols"

static const struct {
	const char *of;
	const char *key;
} bitnesses[] = {
	{ "64-bit", "HKEY_LOCAL_MACHINE\\SOFTWARE\\" SETTINGS "\\WinHttp" },
	{ "32-bit", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\" SETTINGS "\\WinHttp" },
};

/* Up to Windows 8 and Server 2012 the value is read once KB3140245 is there. */
static bool mask_is_read(
	const struct windows *windows, const struct default_row *row, bool *ret_known)
{
	*ret_known = row->needs == NULL || windows->inventory_there;
	return row->needs == NULL || !windows->inventory_there ||
	       inventory_has(&windows->inventory, row->needs);
}

static void one(struct windows *windows, const char *table, size_t i, bool other_set)
{
	struct host *host = windows->host;
	struct dword mask = windows_dword(windows, bitnesses[i].key, MASK);
	const char *release = windows->release[0] == '\0'
				      ? NULL
				      : host_text(host, "%s", windows->release);
	struct host_stack *stack = host_stack_add(host, table, release, bitnesses[i].key);
	const struct default_row *row = host_stack_derive(host, stack, release);
	uint16_t versions;
	bool sure = true, reads;

	stack->of = bitnesses[i].of;
	stack->server.absent = true;
	if (mask.there)
		host_reason(host, &stack->client, MASK " is 0x%x", mask.value);
	else if (other_set)
		host_reason(
			host, &stack->client, MASK " is set for the other bitness only");
	if (row == NULL) {
		stack->client.missing = "which Windows it is: its key CurrentVersion, or "
					"--system";
		return;
	}
	reads = mask_is_read(windows, row, &sure);
	if (mask.there && row->needs != NULL)
		host_reason(host, &stack->client, "%s makes it count: %s", row->needs,
			!sure   ? "no list of updates was given"
			: reads ? "it is there"
				: "it is not in the list");
	versions = winhttp_versions(row->client, mask, reads, windows->client);
	stack->client.range.on = versions & (uint16_t)~row->doubted;
	stack->client.range.maybe = mask.there ? 0 : versions & row->doubted;
	if (mask.there && reads)
		stack->client.range.on = versions;
	if (mask.there && !sure) {
		uint16_t without =
			winhttp_versions(row->client, mask, false, windows->client);

		stack->client.range.on = versions & without;
		stack->client.range.maybe = versions ^ without;
		stack->client.missing = "a list of updates (--inventory)";
	}
}

static void wininet(struct windows *windows)
{
	static const char *const keys[] = { "HKEY_CURRENT_USER\\SOFTWARE\\" SETTINGS,
		"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\" SETTINGS };

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct dword mask = windows_dword(windows, keys[i], "SecureProtocols");
		struct host_stack *stack;

		if (!mask.there)
			continue;
		stack = host_stack_add(windows->host, "wininet", NULL, keys[i]);
		stack->title = "WinINet";
		stack->fix = "set SecureProtocols to 0x800 or 0x2800";
		stack->server.absent = true;
		stack->client.known = HOST_DERIVED;
		stack->client.range.on = winhttp_mask(mask.value);
		if (windows->known)
			stack->client.range.on &=
				windows->client.on | windows->client.can;
		host_reason(windows->host, &stack->client, "SecureProtocols is 0x%x",
			mask.value);
	}
}

void windows_winhttp(struct windows *windows)
{
	const char *table = windows->server ? "winhttp-server" : "winhttp";
	bool set[2];

	for (size_t i = 0; i < 2; i++)
		set[i] = windows_dword(windows, bitnesses[i].key, MASK).there;
	for (size_t i = 0; i < 2; i++)
		one(windows, table, i, set[1 - i]);
	wininet(windows);
}
