/* Schannel: the protocols' keys over the system's default, and the suites that are on. */
#include "base/encoding.h"
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

/* What turns on what is off by default counts for sure only with all that it needs: the
 * update that brings the version, and DisabledByDefault=0, which alone is enough. */
static bool is_sure(const struct windows *windows, struct dword off, uint16_t version)
{
	if (!off.there)
		return false;
	return (windows->unsure & version) == 0;
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
	uint16_t *doubted = versions == &windows->client ? &windows->doubted_client
							 : &windows->doubted_server;
	bool was_off = (versions->can & version) != 0;

	if (state == SCHANNEL_SYSTEM)
		return;
	if (!windows->known) { /* a key decides even where the default is not known */
		versions->can |= version;
	} else if (((versions->on | versions->can) & version) == 0) {
		host_reason(host, side, "%s\\%s: this Windows does not have it",
			protocols[i].name, role);
		return;
	}
	*doubted &= (uint16_t)~version;
	schannel_apply(versions, protocols[i].rank, state);
	if (windows->known && was_off && state == SCHANNEL_ENABLED &&
		!is_sure(windows, off, version))
		*doubted |= version;
	host_reason(host, side, "%s\\%s: %s%s%s", protocols[i].name, role,
		state_text(state),
		schannel_half(enabled, off)
			? "; Enabled and DisabledByDefault contradict each other"
			: "",
		(*doubted & version) != 0 && !off.there
			? "; but DisabledByDefault is not there, and the default is off"
			: "");
}

static bool in_name(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Before Windows 10 a suite has its curve at its end: "..._SHA256_P384". */
static struct bytes without_curve(struct bytes name)
{
	static const char *const curves[] = { "_P256", "_P384", "_P521" };

	for (size_t i = 0; i < COUNT_OF(curves) && name.len > 5; i++)
		if (bytes_equal(
			    bytes_after(name, name.len - 5), bytes_of_string(curves[i])))
			return bytes_first(name, name.len - 5);
	return name;
}

static uint16_t versions_of_suite(struct bytes name)
{
	name = without_curve(name);
	for (size_t i = 0; i < suite_count; i++) {
		const char *known = iana_name(&iana_cipher_suites, suite_table[i].code);

		if (known == NULL || !bytes_equal(name, bytes_of_string(known)))
			continue;
		if (suite_table[i].since == RANK_TLS13)
			return VERSIONS_OF(RANK_TLS13);
		return versions_from((enum version_rank)suite_table[i].since) &
		       versions_to(RANK_TLS12);
	}
	return 0;
}

/* The versions for which a suite is named, wherever in a text: TLS 1.3 has its own, those
 * of SHA-256 and later are TLS 1.2's. RFC 5246, 1.2; RFC 8446, B.4. */
static uint16_t versions_of_suites(struct bytes all, size_t *ret_count)
{
	uint16_t versions = 0;
	size_t at;

	*ret_count = 0;
	while ((at = bytes_find(all, bytes_of_string("TLS_"))) < all.len) {
		size_t len = 4;
		uint16_t found;

		all = bytes_after(all, at);
		while (len < all.len && in_name(all.at[len]))
			len++;
		found = versions_of_suite(bytes_first(all, len));
		*ret_count += found != 0;
		versions |= found;
		all = bytes_after(all, len);
	}
	return versions;
}

/* "TLS_ECDHE_RSA_WITH_AES_256_G...", or with one character for the three. */
static bool is_cut(struct bytes all)
{
	static const char *const ends[] = { "...", "\xe2\x80\xa6" };
	size_t at;

	while ((at = bytes_find(all, bytes_of_string("TLS_"))) < all.len) {
		size_t len = 4;

		all = bytes_after(all, at);
		while (len < all.len && in_name(all.at[len]))
			len++;
		all = bytes_after(all, len);
		for (size_t i = 0; i < COUNT_OF(ends); i++)
			if (bytes_start_with(all, bytes_of_string(ends[i])))
				return true;
	}
	return false;
}

#define SUITES_KEY "\\Cryptography\\Configuration\\"

/* Where a list of suites may stand in the registry: a domain's policy, then the machine's
 * own. What Get-TlsCipherSuite printed has both behind it. */
static const char *const suites_keys[] = {
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft" SUITES_KEY "SSL\\00010002",
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control" SUITES_KEY
	"Local\\SSL\\00010002",
};

static struct bytes suites_said(const struct windows *windows, const char **ret_where)
{
	const struct export_file *file = &windows->exports->suites;
	struct bytes said;

	if (file->bytes.len > 0) {
		*ret_where = file->name;
		return encoding_text(file->bytes, encoding_of(file->bytes),
			       windows->host->arena, &said) == ERR_OK
			       ? said
			       : (struct bytes){ 0 };
	}
	for (size_t i = 0; i < COUNT_OF(suites_keys); i++) {
		const struct registry_value *value =
			registry_find(&windows->registry, suites_keys[i], "Functions");

		if (value == NULL || value->text.len == 0)
			continue;
		*ret_where = suites_keys[i];
		return value->text;
	}
	return (struct bytes){ 0 };
}

static void apply_suites(struct windows *windows, struct host_stack *stack)
{
	const char *where = NULL;
	struct bytes all = suites_said(windows, &where);
	size_t count = 0;
	uint16_t versions;

	if (all.len == 0)
		return;
	versions = versions_of_suites(all, &count);
	if (is_cut(all)) {
		host_note_add(windows->host, where,
			"has names that are cut, as Format-Table does: it does not "
			"count; "
			"Format-List prints them whole");
		return;
	}
	if (count == 0) {
		host_note_add(windows->host, where, "names no suite that is known");
		return;
	}
	windows->client.on &= versions;
	windows->client.can &= versions;
	windows->server_side.on &= versions;
	windows->server_side.can &= versions;
	host_reason_both(windows->host, stack,
		"%zu suites are on, by %s; a version without any is not spoken", count,
		host_quoted(windows->host, where));
}

/* A FIPS policy can make Schannel negotiate TLS 1.0 whatever DisabledByDefault says; only
 * Enabled=0 keeps it off. */
static void apply_fips(struct windows *windows, struct host_stack *stack)
{
	struct dword fips = windows_dword(windows, FIPS_KEY, "Enabled");
	uint16_t old = VERSIONS_OF(RANK_TLS10);

	if (!fips.there || fips.value == 0)
		return;
	host_reason_both(windows->host, stack,
		"a FIPS policy is on: it may bring TLS 1.0 back unless Enabled is 0");
	windows->doubted_client |= windows->client.can & old;
	windows->client.on |= windows->client.can & old;
	windows->doubted_server |= windows->server_side.can & old;
	windows->server_side.on |= windows->server_side.can & old;
}

static void settle(struct host_side *side, const struct windows *windows,
	struct schannel_versions versions, uint16_t doubted)
{
	side->range.on = versions.on & (uint16_t)~doubted;
	side->range.maybe = versions.on & doubted;
	if (side->range.maybe == 0)
		side->missing = NULL;
	else if ((side->range.maybe & windows->unsure) != 0)
		side->missing = "a list of updates (--inventory)";
	else
		side->missing = "both values in the keys of these versions, or a "
				"handshake with the system itself";
}

/* The versions that only an update brings. */
static void apply_update(
	struct windows *windows, struct host_stack *stack, const struct default_row *row)
{
	bool there;

	if (row->needs == NULL)
		return;
	there = windows->inventory_there &&
		inventory_has(&windows->inventory, row->needs);
	host_reason_both(windows->host, stack, "%s is needed for what is newer: %s",
		row->needs,
		!windows->inventory_there ? "no list of updates was given"
		: there                   ? "it is there"
					  : "it is not in the list");
	if (there)
		return;
	if (!windows->inventory_there) {
		windows->unsure = versions_from(RANK_TLS11);
		return;
	}
	windows->client.can &= versions_to(RANK_TLS10);
	windows->server_side.can &= versions_to(RANK_TLS10);
}

static void begin(
	struct windows *windows, struct host_stack *stack, const struct default_row *row)
{
	windows->known = row != NULL;
	if (row == NULL)
		return;
	windows->client = (struct schannel_versions){ row->client, row->can_client };
	windows->server_side = (struct schannel_versions){ row->server, row->can_server };
	windows->doubted_client = windows->doubted_server = row->doubted;
	apply_update(windows, stack, row);
}

static enum schannel_state state_of(
	struct windows *windows, const char *version, const char *role)
{
	const char *key = host_text(
		windows->host, SCHANNEL_KEY "\\Protocols\\%s\\%s", version, role);

	return schannel_state_of(windows_dword(windows, key, "Enabled"),
		windows_dword(windows, key, "DisabledByDefault"));
}

/* One side that was set and the other not is most often forgotten. */
static void tell_unlike(struct windows *windows)
{
	for (size_t i = 0; i < COUNT_OF(protocols); i++) {
		enum schannel_state client =
			state_of(windows, protocols[i].name, "Client");
		enum schannel_state server =
			state_of(windows, protocols[i].name, "Server");

		if (client != server)
			host_note_add(windows->host, protocols[i].name,
				"Client is %s and Server is %s by the keys: they differ",
				state_text(client), state_text(server));
	}
}

/* What the keys beside those of versions make weaker, or what nobody would see. */
static void tell_others(struct windows *windows)
{
	static const char *const exchanges[] = { "Diffie-Hellman", "ECDH", "PKCS" };
	struct dword least = windows_dword(windows,
		SCHANNEL_KEY "\\KeyExchangeAlgorithms\\Diffie-Hellman",
		"ServerMinKeyBitLength");
	struct dword logging = windows_dword(windows, SCHANNEL_KEY, "EventLogging");
	size_t off = 0;

	for (size_t i = 0; i < COUNT_OF(exchanges); i++) {
		struct dword enabled = windows_dword(windows,
			host_text(windows->host,
				SCHANNEL_KEY "\\KeyExchangeAlgorithms\\%s", exchanges[i]),
			"Enabled");

		off += enabled.there && enabled.value == 0;
	}
	if (off == COUNT_OF(exchanges))
		host_note_add(windows->host, SCHANNEL_KEY "\\KeyExchangeAlgorithms",
			"all are disabled: of no version up to TLS 1.2 a handshake can "
			"succeed");
	if (least.there && least.value < 2048)
		host_note_add(windows->host, SCHANNEL_KEY "\\KeyExchangeAlgorithms",
			"ServerMinKeyBitLength is %u, below the 2048 that is the default",
			least.value);
	if (logging.there && logging.value == 0)
		host_note_add(windows->host, SCHANNEL_KEY,
			"EventLogging is 0: handshakes that fail are in no log");
}

void windows_schannel(struct windows *windows)
{
	struct host *host = windows->host;
	const char *release = windows->release[0] == '\0' ? NULL : windows->release;
	struct host_stack *stack = host_stack_add(host, windows->table,
		release == NULL ? NULL : host_text(host, "%s", release), SCHANNEL_KEY);

	begin(windows, stack, host_stack_derive(host, stack, release));
	if (!registry_has(&windows->registry, SCHANNEL_KEY))
		host_reason_both(host, stack,
			"no export has the key SCHANNEL: taken for unchanged");
	for (size_t i = 0; i < COUNT_OF(protocols); i++) {
		apply_key(windows, &stack->client, &windows->client, i, "Client");
		apply_key(windows, &stack->server, &windows->server_side, i, "Server");
	}
	tell_unlike(windows);
	tell_others(windows);
	if (!windows->known) {
		stack->client.missing = stack->server.missing = windows_unknown(windows);
		return;
	}
	apply_suites(windows, stack);
	apply_fips(windows, stack);
	settle(&stack->client, windows, windows->client, windows->doubted_client);
	settle(&stack->server, windows, windows->server_side, windows->doubted_server);
}
