/* .NET Framework: two values in four keys, and what they come to by the target of an
 * application. */
#include "base/release.h"
#include "host/windows_inside.h"

#define RELEASE_KEY                                                                      \
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full"
#define OLDEST_KEY                                                                       \
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v3.5"

static const struct {
	const char *bits;
	const char *software;
} bitnesses[] = {
	{ "64-bit", "HKEY_LOCAL_MACHINE\\SOFTWARE\\" },
	{ "32-bit", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\" },
};

/* Which applications, by their target, and which key is theirs. */
static const struct {
	unsigned target;
	const char *of;
	const char *key;
} targets[] = {
	{ 350, "2.0 to 3.5", "v2.0.50727" },
	{ 400, "4.0 to 4.5.2", "v4.0.30319" },
	{ 460, "4.6 to 4.6.2", "v4.0.30319" },
	{ 470, "4.7 or later", "v4.0.30319" },
};

/* The updates with which 2.0 to 3.5 reads SystemDefaultTlsVersions; from Windows 10, 1607
 * on it does without. */
static const struct {
	const char *release; /* of Windows, the first */
	const char *update;
} updates[] = {
	{ "6.0", "KB3154517" },
	{ "6.1", "KB3154518" },
	{ "6.2", "KB3154519" },
	{ "6.3", "KB3154520" },
	{ "10.0.10240", "KB3156421" },
	{ "10.0.14393", NULL },
};

static const char *update_needed(const struct windows *windows)
{
	const char *update = NULL;

	for (size_t i = 0; i < COUNT_OF(updates); i++)
		if (release_compare(bytes_of_string(windows->release),
			    bytes_of_string(updates[i].release)) >= 0)
			update = updates[i].update;
	return update;
}

static const char *step_text(enum dotnet_step step)
{
	static const char *const texts[] = {
		[DOTNET_CODE] = "the application's code sets a protocol",
		[DOTNET_SYSTEM_DEFAULT] =
			"SystemDefaultTlsVersions is 1: Windows decides",
		[DOTNET_SYSTEM_TARGET] = "its target leaves it to Windows",
		[DOTNET_STRONG_CRYPTO] = "SchUseStrongCrypto is 1: TLS 1.0 to 1.2",
		[DOTNET_STRONG_TARGET] = "its target has strong cryptography: TLS 1.0 to "
					 "1.2",
		[DOTNET_OLD] = "neither value is set and its target is old: SSL 3.0, TLS "
			       "1.0",
	};

	return texts[step];
}

/* What an application speaks, and what of it is not known for sure. */
struct spoken {
	uint16_t on;
	uint16_t maybe;
};

static struct spoken spoken_by(const struct windows *windows, bool server,
	const struct dotnet_case *application, enum dotnet_step *ret_step)
{
	struct schannel_versions schannel =
		server ? windows->server_side : windows->client;
	uint16_t doubted = windows->unsure, versions = 0;

	*ret_step = dotnet_versions(application, schannel.on, &versions);
	if (*ret_step == DOTNET_SYSTEM_DEFAULT || *ret_step == DOTNET_SYSTEM_TARGET) {
		versions = dotnet_reached(application->target, versions, &doubted);
		doubted |= server ? windows->doubted_server : windows->doubted_client;
	}
	/* What is asked for by name is there though it is off by default. */
	versions &= schannel.on | schannel.can;
	return (struct spoken){ versions & (uint16_t)~doubted, versions & doubted };
}

/* Of an update that may be there both are told: with it and without. */
static struct spoken either(struct spoken a, struct spoken b)
{
	uint16_t on = a.on & b.on;

	return (struct spoken){ on, (a.on | a.maybe | b.on | b.maybe) & (uint16_t)~on };
}

/* SchUseStrongCrypto acts on connections that go out: a server is as without it. */
static void decide(struct windows *windows, struct host_side *side, bool server,
	struct dotnet_case application)
{
	const char *update = application.target == 350 ? update_needed(windows) : NULL;
	bool by_value =
		application.system_default.there && application.system_default.value != 0;
	struct dotnet_case without = application;
	enum dotnet_step step, step_without;
	struct spoken spoken;

	if (server && application.strong.there && application.strong.value != 0)
		application.strong.there = without.strong.there = false;
	without.system_default.there = false;
	if (update != NULL && by_value && windows->inventory_there &&
		!inventory_has(&windows->inventory, update)) {
		host_reason(windows->host, side,
			"SystemDefaultTlsVersions is not read: %s is not in the list",
			update);
		application = without;
		by_value = false;
	}
	spoken = spoken_by(windows, server, &application, &step);
	host_reason(windows->host, side, "%s", step_text(step));
	if (!windows->known) {
		bool system =
			step == DOTNET_SYSTEM_DEFAULT || step == DOTNET_SYSTEM_TARGET;
		uint16_t versions = 0;

		(void)dotnet_versions(&application, 0, &versions);
		side->known = system ? HOST_UNKNOWN : HOST_DERIVED;
		side->range.maybe = system ? VERSIONS_USUAL : versions;
		side->missing = windows_unknown(windows);
		return;
	}
	side->known = HOST_DERIVED;
	if (update != NULL && by_value && !windows->inventory_there) {
		spoken = either(
			spoken, spoken_by(windows, server, &without, &step_without));
		host_reason(windows->host, side, "if %s is there", update);
	}
	side->range = (struct version_range){ spoken.on, spoken.maybe };
	if (spoken.maybe != 0)
		side->missing = update != NULL && by_value && !windows->inventory_there
					? "a list of updates (--inventory)"
					: "a handshake of such an application: sources "
					  "differ, or say nothing";
}

static void one(struct windows *windows, size_t bits, size_t target, unsigned installed)
{
	struct host *host = windows->host;
	const char *key = host_text(host, "%sMicrosoft\\.NETFramework\\%s",
		bitnesses[bits].software, targets[target].key);
	struct host_stack *stack = host_stack_add(host, "dotnet-framework", NULL, key);
	struct dotnet_case application = {
		.target = targets[target].target,
		.system_default = windows_dword(windows, key, "SystemDefaultTlsVersions"),
		.strong = windows_dword(windows, key, "SchUseStrongCrypto"),
	};

	stack->title = ".NET Framework";
	stack->of = host_text(host, "%s, of what targets %s",
		windows->narrow ? "32-bit" : bitnesses[bits].bits, targets[target].of);
	stack->fix = "set SystemDefaultTlsVersions and SchUseStrongCrypto to 1, in both "
		     "bitnesses; or let the application target 4.7 or later";
	if (targets[target].target >= 400 && installed > 0)
		stack->release = host_text(host, "%u.%u.%u", installed / 100,
			installed / 10 % 10, installed % 10);
	decide(windows, &stack->client, false, application);
	decide(windows, &stack->server, true, application);
}

/* WCF over TCP with certificates, of which no key decides. */
static void tell_wcf(struct windows *windows, size_t target)
{
	unsigned first = targets[target].target;
	struct text CLEANUP(text_done) versions;

	text_init(&versions, 256);
	versions_text(dotnet_wcf_versions(first, 0), &versions);
	host_note_add(windows->host,
		host_text(windows->host, ".NET Framework, of what targets %s",
			targets[target].of),
		"WCF over TCP with certificates speaks %s%s, whatever the keys say",
		text_string(&versions),
		first == 470 ? " where the target is 4.7, and not 4.7.1 or later" : "");
}

/* What targets a later release than is there does not run. */
static bool is_there(const struct windows *windows, size_t target, unsigned installed)
{
	bool told = registry_has(&windows->registry, OLDEST_KEY);

	if (targets[target].target > 350)
		return installed == 0 || targets[target].target <= installed;
	for (size_t i = 0; i < COUNT_OF(bitnesses) && !told; i++)
		told = registry_has(&windows->registry,
			host_text(windows->host, "%sMicrosoft\\.NETFramework\\%s",
				bitnesses[i].software, targets[target].key));
	return told;
}

/* Where no export tells of .NET at all, nothing is said of it. */
void windows_dotnet(struct windows *windows)
{
	struct dword release = windows_dword(windows, RELEASE_KEY, "Release");
	unsigned installed = release.there ? dotnet_release(release.value) : 0;
	size_t widths = windows->narrow ? 1 : COUNT_OF(bitnesses);
	bool told = release.there;

	for (size_t i = 0; i < widths; i++)
		told |= registry_has(&windows->registry,
			host_text(windows->host, "%sMicrosoft\\.NETFramework",
				bitnesses[i].software));
	if (!told)
		return;
	for (size_t bits = 0; bits < widths; bits++)
		for (size_t i = 0; i < COUNT_OF(targets); i++)
			if (is_there(windows, i, installed))
				one(windows, bits, i, installed);
	for (size_t i = 0; i < COUNT_OF(targets); i++)
		if (is_there(windows, i, installed))
			tell_wcf(windows, i);
}
