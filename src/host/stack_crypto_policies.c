/* The system-wide policy, which OpenSSL, GnuTLS, NSS and Java of that system follow. */
#include "host/crypto_policy.h"
#include "host/host_inside.h"

#define CONFIG_FILE "/etc/crypto-policies/config"
#define CONFIG_MAX  65536

static void set(struct host *host, struct host_side *side, uint16_t versions)
{
	side->known = versions == 0 ? HOST_UNKNOWN : HOST_DERIVED;
	side->range.on = versions;
	if (versions == 0) {
		side->range.maybe = VERSIONS_USUAL;
		side->missing = "what its modules add: see the stacks that follow it";
	}
	host_reason(host, side, CONFIG_FILE " names the policy of all that follow it");
}

void stack_crypto_policies(struct host *host)
{
	struct host_stack *stack;
	struct bytes name;
	struct text text;

	if (host_read(host, CONFIG_FILE, CONFIG_MAX, &text) != ERR_OK)
		return;
	name = crypto_policy_name(bytes_over(text_string(&text), text_len(&text)));
	stack = host_stack_add(host, "crypto-policies", NULL, CONFIG_FILE);
	stack->fix = "update-crypto-policies --set DEFAULT";
	stack->of = arena_string(host->arena, bytes_first(name, 80));
	set(host, &stack->client, crypto_policy_versions(name, &host->system));
	set(host, &stack->server, crypto_policy_versions(name, &host->system));
	text_done(&text);
}
