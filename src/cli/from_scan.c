#include "cli/from_scan.h"

#include "base/text.h"
#include "policy/endpoint_policy.h"
#include "sys/dial.h"
#include "sys/log.h"

/* The newest scan that a policy can be made of; one over UDP, where suites and keys are
 * other ones or not seen, only if there is none over TCP. */
struct search {
	struct store_reader reader;
	struct policy *policy;
	unsigned lacks;
	bool udp;
	time_ns at; /* 0: none so far */
};

static bool is_better(const struct search *search, const struct endpoint *endpoint)
{
	bool udp = endpoint->transport == TRANSPORT_UDP;

	if (search->at == 0 || udp == search->udp)
		return endpoint->at > search->at;
	return search->udp;
}

static enum err look(struct store_reader *reader, const struct endpoint *endpoint)
{
	struct search *search = (struct search *)reader;
	struct policy policy;
	unsigned lacks;

	if (!is_better(search, endpoint) ||
		!policy_of_endpoint(endpoint, &policy, &lacks))
		return ERR_OK;
	*search->policy = policy;
	search->lacks = lacks;
	search->at = endpoint->at;
	search->udp = endpoint->transport == TRANSPORT_UDP;
	return ERR_OK;
}

static void warn(const char *target, unsigned lacks)
{
	static const struct {
		unsigned bit;
		const char *what;
	} all[] = {
		{ LACKS_VERSIONS, "all of its versions; the policy has those that were" },
		{ LACKS_SUITES13, "all of its suites of TLS 1.3; the policy allows any" },
		{ LACKS_SUITES12,
			"all of its suites before TLS 1.3; the policy allows any" },
		{ LACKS_GROUPS, "all of its groups; the policy allows any" },
		{ LACKS_SCHEMES, "all of its signature schemes; the policy allows any" },
		{ LACKS_KEYS,
			"each key of its certificates; the policy has those that were" },
	};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if ((lacks & all[i].bit) != 0)
			log_warning("the scan of %s did not find out %s", target,
				all[i].what);
}

static enum err search_store(struct store *store, const char *host, uint16_t port,
	struct search *search, struct fault *why)
{
	struct store_scan_filter filter = { .port = port, .all = true };
	struct bytes name = bytes_of_string(host);
	struct address address;

	if (address_parse(host, &address) == ERR_OK)
		filter.address = &address;
	else
		filter.host = &name;
	return store_read_scans(store, &filter, &search->reader, why);
}

enum err policy_from_scan(
	const char *target, const char *store_name, struct policy *ret, struct fault *why)
{
	struct search search = { .reader = { .endpoint = look }, .policy = ret };
	struct text CLEANUP(text_done) quoted;
	struct store *store = NULL;
	char host[DIAL_HOST_MAX];
	uint16_t port;
	enum err err = dial_parse(target, host, &port, why);

	if (err == ERR_OK)
		err = store_open(store_name, STORE_READ, &store, why);
	if (err == ERR_OK)
		err = search_store(store, host, port, &search, why);
	store_close(store);
	text_init(&quoted, 1024);
	text_quote_terminal(&quoted, bytes_first(bytes_of_string(target), 200));
	if (err == ERR_OK && search.at == 0)
		err = fault_set(why, ERR_NOT_FOUND,
			"there is no scan of %s that was answered; `tlsunset scan %s` "
			"makes one",
			text_string(&quoted), text_string(&quoted));
	if (err == ERR_OK)
		warn(text_string(&quoted), search.lacks);
	return err;
}
