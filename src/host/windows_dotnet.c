/* .NET Framework: two values in four keys, and what they come to by the target of an
 * application. */
#include "host/release.h"
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
	{ 350, "that targets 2.0 to 3.5", "v2.0.50727" },
	{ 400, "that targets 4.0 to 4.5.2", "v4.0.30319" },
	{ 460, "that targets 4.6 to 4.6.2", "v4.0.30319" },
	{ 470, "that targets 4.7 or later", "v4.0.30319" },
};

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

/* SchUseStrongCrypto acts on connections that go out: a server is as without it. */
static void decide(struct windows *windows, struct host_side *side, bool server,
	struct dotnet_case application)
{
	struct schannel_versions schannel =
		server ? windows->server_side : windows->client;
	uint16_t versions = 0;
	enum dotnet_step step;

	if (server && application.strong.there && application.strong.value != 0)
		application.strong.there = false;
	step = dotnet_versions(&application, schannel.on, &versions);
	host_reason(windows->host, side, "%s", step_text(step));
	if (!windows->known &&
		(step == DOTNET_SYSTEM_DEFAULT || step == DOTNET_SYSTEM_TARGET)) {
		side->range.maybe = VERSIONS_USUAL;
		side->missing =
			"which Windows it is: its key CurrentVersion, or --system";
		return;
	}
	side->known = HOST_DERIVED;
	if (!windows->known) {
		side->range.maybe = versions;
		side->missing = "which of them Schannel has: which Windows it is";
		return;
	}
	versions &= schannel.on | schannel.can;
	side->range.on = versions & (uint16_t)~windows->doubted;
	side->range.maybe = versions & windows->doubted;
	if (side->range.maybe != 0)
		side->missing = "the keys of these versions in SCHANNEL: sources differ";
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
	stack->of = host_text(
		host, "%s, of what %s", bitnesses[bits].bits, targets[target].of + 5);
	stack->fix = "set SystemDefaultTlsVersions and SchUseStrongCrypto to 1, in both "
		     "bitnesses; or let the application target 4.7 or later";
	if (targets[target].target >= 400 && installed > 0)
		stack->release = host_text(host, "%u.%u.%u", installed / 100,
			installed / 10 % 10, installed % 10);
	decide(windows, &stack->client, false, application);
	decide(windows, &stack->server, true, application);
}

/* Where no export tells of .NET at all, nothing is said of it. */
void windows_dotnet(struct windows *windows)
{
	struct dword release = windows_dword(windows, RELEASE_KEY, "Release");
	unsigned installed = release.there ? dotnet_release(release.value) : 0;
	bool told = release.there;

	for (size_t i = 0; i < 2; i++)
		told |= registry_has(&windows->registry,
			host_text(windows->host, "%sMicrosoft\\.NETFramework",
				bitnesses[i].software));
	if (!told)
		return;
	for (size_t bits = 0; bits < 2; bits++)
		for (size_t i = 0; i < COUNT_OF(targets); i++) {
			/* What targets a later release than is there does not run. */
			if (installed > 0 && targets[i].target > installed)
				continue;
			if (targets[i].target == 350 &&
				!registry_has(&windows->registry, OLDEST_KEY) &&
				!registry_has(&windows->registry,
					host_text(windows->host,
						"%sMicrosoft\\.NETFramework\\v2.0.50727",
						bitnesses[bits].software)))
				continue;
			one(windows, bits, i, installed);
		}
}
