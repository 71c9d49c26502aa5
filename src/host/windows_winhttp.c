/* WinHTTP in both bitnesses, and WinINet: masks of versions. */
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
	uint16_t versions, doubted;
	bool sure = true, reads;

	stack->of = windows->narrow ? "32-bit" : bitnesses[i].of;
	stack->server.absent = true;
	if (mask.there)
		host_reason(host, &stack->client, MASK " is 0x%x", mask.value);
	else if (other_set)
		host_reason(
			host, &stack->client, MASK " is set for the other bitness only");
	if (row == NULL) {
		stack->client.missing = windows_unknown(windows);
		return;
	}
	reads = mask_is_read(windows, row, &sure);
	if (mask.there && row->needs != NULL)
		host_reason(host, &stack->client, "%s makes it count: %s", row->needs,
			!sure   ? "no list of updates was given"
			: reads ? "it is there"
				: "it is not in the list");
	versions = winhttp_versions(row->client, mask, reads, windows->client);
	doubted = mask.there && reads ? 0 : row->doubted;
	stack->client.range.on = versions & (uint16_t)~doubted;
	stack->client.range.maybe = versions & doubted;
	if (stack->client.range.maybe == 0)
		stack->client.missing = NULL;
	if (mask.there && !sure) {
		uint16_t without =
			winhttp_versions(row->client, mask, false, windows->client);

		stack->client.range.on = versions & without;
		stack->client.range.maybe = versions ^ without;
		stack->client.missing = "a list of updates (--inventory)";
	}
}

#define VERSION_KEY "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Internet Explorer"

/* Where a mask of WinINet's may stand, the one that counts first: a domain's policy, for
 * the machine and for whoever was logged on, then what was ticked. */
static const char *const user_keys[] = {
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\" SETTINGS,
	"HKEY_CURRENT_USER\\SOFTWARE\\Policies\\" SETTINGS,
	"HKEY_CURRENT_USER\\SOFTWARE\\" SETTINGS,
	NULL,
};
static const char *const service_keys[] = {
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\" SETTINGS,
	"HKEY_USERS\\.DEFAULT\\SOFTWARE\\" SETTINGS,
	NULL,
};

static const char *key_that_counts(
	const struct windows *windows, const char *const *keys, struct dword *ret)
{
	for (; *keys != NULL; keys++) {
		*ret = windows_dword(windows, *keys, "SecureProtocols");
		if (ret->there)
			return *keys;
	}
	return NULL;
}

static void wininet(struct windows *windows, const char *const *keys, const char *of)
{
	struct dword mask;
	const char *key = key_that_counts(windows, keys, &mask);
	struct host_stack *stack;

	if (key == NULL)
		return;
	stack = host_stack_add(windows->host, "wininet", NULL, key);
	stack->title = "WinINet";
	stack->of = of;
	stack->fix = "set SecureProtocols to 0x800 or 0x2800";
	stack->server.absent = true;
	stack->client.known = HOST_DERIVED;
	stack->client.range.on = winhttp_mask(mask.value);
	if (windows->known)
		stack->client.range.on &= windows->client.on | windows->client.can;
	host_reason(windows->host, &stack->client, "SecureProtocols is 0x%x", mask.value);
}

/* Without a mask it is as the browser of its release is. */
static void internet_explorer(struct windows *windows)
{
	const struct registry_value *value =
		registry_find(&windows->registry, VERSION_KEY, "svcVersion");
	struct host *host = windows->host;
	struct host_stack *stack;
	struct dword mask;

	if (value == NULL)
		value = registry_find(&windows->registry, VERSION_KEY, "Version");
	if (value == NULL || value->text.len == 0 ||
		key_that_counts(windows, user_keys, &mask) != NULL)
		return;
	stack = host_stack_add(host, "internet-explorer",
		host_text(host, "%.*s",
			(int)(value->text.len < 64 ? value->text.len : 64),
			(const char *)value->text.at),
		VERSION_KEY);
	stack->of = "and what else uses WinINet";
	(void)host_stack_derive(host, stack, stack->release);
	if (windows->known)
		stack->client.range.on &= windows->client.on | windows->client.can;
}

void windows_winhttp(struct windows *windows)
{
	const char *table = windows->server ? "winhttp-server" : "winhttp";
	bool set[COUNT_OF(bitnesses)];

	for (size_t i = 0; i < COUNT_OF(bitnesses); i++)
		set[i] = windows_dword(windows, bitnesses[i].key, MASK).there;
	for (size_t i = 0; i < (windows->narrow ? 1 : COUNT_OF(bitnesses)); i++)
		one(windows, table, i, set[1 - i] && !windows->narrow);
	wininet(windows, user_keys, NULL);
	wininet(windows, service_keys, "of services");
	internet_explorer(windows);
}
