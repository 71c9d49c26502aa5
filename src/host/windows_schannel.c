/* Schannel: the protocols' keys over the system's default, and the suites that are on. */
#include "host/lines.h"
#include "host/windows_inside.h"
#include "tls/iana.h"
#include "tls/suite.h"

#define FIPS_KEY                                                                         \
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\"                  \
	"FipsAlgorithmPolicy"

static const struct {
	const char *name;
	enum version_rank rank;
} protocols[] = {
	{ "SSL 2.0", RANK_SSL2 },
	{ "SSL 3.0", RANK_SSL3 },
	{ "TLS 1.0", RANK_TLS10 },
	{ "TLS 1.1", RANK_TLS11 },
	{ "TLS 1.2", RANK_TLS12 },
	{ "TLS 1.3", RANK_TLS13 },
};

static const char *state_text(enum schannel_state state)
{
	switch (state) {
	case SCHANNEL_ENABLED:
		return "enabled";
	case SCHANNEL_OFF:
		return "off by default";
	case SCHANNEL_DISABLED:
		return "disabled";
	default:
		return "the system's default";
	}
}

static void apply_key(struct windows *windows, struct host_side *side,
	struct schannel_versions *versions, size_t i, const char *role)
{
	struct host *host = windows->host;
	const char *key = host_text(
		host, SCHANNEL_KEY "\\Protocols\\%s\\%s", protocols[i].name, role);
	struct dword enabled = windows_dword(windows, key, "Enabled");
	struct dword off = windows_dword(windows, key, "DisabledByDefault");
	enum schannel_state state = schannel_state_of(enabled, off);
	uint16_t version = VERSIONS_OF(protocols[i].rank);

	if (state == SCHANNEL_SYSTEM)
		return;
	if (!windows->known) { /* a key decides even where the default is not known */
		versions->can |= version;
		windows->doubted &= (uint16_t)~version;
	} else if (((versions->on | versions->can) & version) == 0) {
		host_reason(host, side, "%s\\%s: this Windows does not have it",
			protocols[i].name, role);
		return;
	}
	windows->doubted &= (uint16_t)~version;
	schannel_apply(versions, protocols[i].rank, state);
	host_reason(host, side, "%s\\%s: %s%s", protocols[i].name, role,
		state_text(state),
		schannel_half(enabled, off)
			? "; Enabled and DisabledByDefault contradict each other"
			: "");
}

/* The versions for which a suite is on: TLS 1.3 has its own, those of SHA-256 and later
 * are TLS 1.2's. RFC 5246, 1.2; RFC 8446, B.4. */
static uint16_t versions_of_suites(struct bytes all, size_t *ret_count)
{
	uint16_t versions = 0;
	struct bytes line;

	*ret_count = 0;
	while (lines_next(&all, &line)) {
		size_t at = bytes_find(line, bytes_of_string("TLS_"));
		struct bytes name = lines_trimmed(bytes_after(line, at));

		if (at == line.len)
			continue;
		for (size_t i = 0; i < suite_count; i++) {
			const char *known =
				iana_name(&iana_cipher_suites, suite_table[i].code);

			if (known == NULL || !lines_equal(name, known))
				continue;
			(*ret_count)++;
			versions |=
				suite_table[i].since == RANK_TLS13
					? VERSIONS_OF(RANK_TLS13)
					: versions_from((enum version_rank)suite_table[i]
								.since) &
						  versions_to(RANK_TLS12);
		}
	}
	return versions;
}

static void apply_suites(struct windows *windows, struct host_stack *stack)
{
	size_t count = 0;
	uint16_t versions;

	if (windows->exports->suites.bytes.len == 0)
		return;
	versions = versions_of_suites(windows->exports->suites.bytes, &count);
	if (count == 0) {
		host_note_add(windows->host, windows->exports->suites.name,
			"names no suite that is known");
		return;
	}
	windows->client.on &= versions;
	windows->server_side.on &= versions;
	windows->doubted &= versions;
	host_reason_both(windows->host, stack,
		"%zu suites are on; a version without any is not spoken", count);
}

/* A FIPS policy can make Schannel negotiate TLS 1.0 whatever DisabledByDefault says; only
 * Enabled=0 keeps it off. */
static void apply_fips(struct windows *windows, struct host_stack *stack)
{
	struct dword fips = windows_dword(windows, FIPS_KEY, "Enabled");

	if (!fips.there || fips.value == 0)
		return;
	host_reason_both(windows->host, stack,
		"a FIPS policy is on: it may bring TLS 1.0 back unless Enabled is 0");
	stack->client.range.maybe |= windows->client.can & VERSIONS_OF(RANK_TLS10);
	stack->server.range.maybe |= windows->server_side.can & VERSIONS_OF(RANK_TLS10);
}

static void settle(struct host_side *side, const struct windows *windows,
	struct schannel_versions versions)
{
	side->range.on = versions.on & (uint16_t)~windows->doubted;
	side->range.maybe = versions.on & windows->doubted;
	if (windows->known)
		side->missing =
			side->range.maybe == 0
				? NULL
				: "the keys of these versions, or the system itself: "
				  "sources differ";
}

void windows_schannel(struct windows *windows)
{
	struct host *host = windows->host;
	const char *release = windows->release[0] == '\0' ? NULL : windows->release;
	struct host_stack *stack = host_stack_add(host, windows->table,
		release == NULL ? NULL : host_text(host, "%s", release), SCHANNEL_KEY);
	const struct default_row *row = host_stack_derive(host, stack, release);

	windows->known = row != NULL;
	if (row != NULL) {
		windows->client =
			(struct schannel_versions){ row->client, row->can_client };
		windows->server_side =
			(struct schannel_versions){ row->server, row->can_server };
		windows->doubted = row->doubted;
		if (row->needs != NULL)
			host_reason_both(host, stack,
				"%s is needed for what is newer: %s", row->needs,
				!windows->inventory_there ? "no list of updates was given"
				: inventory_has(&windows->inventory, row->needs)
					? "it is there"
					: "it is not in the list");
		if (row->needs != NULL && windows->inventory_there &&
			!inventory_has(&windows->inventory, row->needs)) {
			windows->client.can &= versions_to(RANK_TLS10);
			windows->server_side.can &= versions_to(RANK_TLS10);
		}
	}
	if (!registry_has(&windows->registry, SCHANNEL_KEY))
		host_reason_both(host, stack,
			"no export has the key SCHANNEL: taken for unchanged");
	for (size_t i = 0; i < COUNT_OF(protocols); i++) {
		apply_key(windows, &stack->client, &windows->client, i, "Client");
		apply_key(windows, &stack->server, &windows->server_side, i, "Server");
	}
	if (!windows->known) {
		stack->client.missing = stack->server.missing =
			"which Windows it is: its key CurrentVersion, or --system";
		return;
	}
	apply_suites(windows, stack);
	settle(&stack->client, windows, windows->client);
	settle(&stack->server, windows, windows->server_side);
	apply_fips(windows, stack);
}
