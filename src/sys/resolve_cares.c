#include <ares.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/time.h>

#include "base/attr.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/resolve.h"

#define TRY_TIME_MS 2000 /* of the first round; c-ares doubles it for the second */
#define TRIES       2

/* A name that was asked for. It is in one of two lists: of the asked, oldest first, which
 * are all given the same time; of the answered, until it is taken. One that was given up
 * is c-ares's until that has ended it, too. */
struct lookup {
	struct resolver *resolver;
	struct lookup *next;
	const char *host;
	uint64_t tag;
	uint64_t deadline;
	uint16_t port;
	bool ended; /* by c-ares */
	bool settled;
	bool taken;
	int status; /* ARES_... */
	size_t count;
	struct dial_target *targets; /* heap, or NULL */
};

struct lookups {
	struct lookup *first;
	struct lookup *last;
};

struct resolver {
	struct exchange_guest guest; /* first: a guest of ours is a resolver */
	struct exchange_loop *loop;  /* NULL: it does not run */
	ares_channel channel;
	struct lookups asked;
	struct lookups answered;
	size_t open;
};

static void add(struct lookups *lookups, struct lookup *lookup)
{
	lookup->next = NULL;
	if (lookups->last != NULL)
		lookups->last->next = lookup;
	else
		lookups->first = lookup;
	lookups->last = lookup;
}

static void take_out(struct lookups *lookups, struct lookup *lookup)
{
	struct lookup **at = &lookups->first, *before = NULL;

	while (*at != lookup) {
		before = *at;
		at = &before->next;
	}
	*at = lookup->next;
	if (lookups->last == lookup)
		lookups->last = before;
}

static void free_all(struct lookups *lookups)
{
	struct lookup *lookup;

	while ((lookup = lookups->first) != NULL) {
		lookups->first = lookup->next;
		free(lookup->targets);
		free(lookup);
	}
}

static bool target_of(
	const struct ares_addrinfo_node *node, uint16_t port, struct dial_target *ret)
{
	const struct sockaddr_in *in = (const void *)node->ai_addr;
	const struct sockaddr_in6 *in6 = (const void *)node->ai_addr;

	ret->port = port;
	if (node->ai_family == AF_INET)
		ret->address = address_of_ipv4((const uint8_t *)&in->sin_addr);
	else if (node->ai_family == AF_INET6)
		ret->address = address_of_ipv6(in6->sin6_addr.s6_addr);
	else
		return false;
	return true;
}

static void keep(struct lookup *lookup, const struct ares_addrinfo *found)
{
	struct dial_target all[DIAL_TARGETS_MAX];
	size_t count = 0;

	for (const struct ares_addrinfo_node *node = found->nodes;
		node != NULL && count < DIAL_TARGETS_MAX; node = node->ai_next)
		count += target_of(node, lookup->port, &all[count]);
	if (count == 0) {
		lookup->status = ARES_ENODATA;
		return;
	}
	lookup->targets = malloc(count * sizeof *all);
	if (lookup->targets == NULL) {
		lookup->status = ARES_ENOMEM;
		return;
	}
	memcpy(lookup->targets, all, count * sizeof *all);
	lookup->count = count;
}

/* "localhost" and what ends so is this machine, though it may have no /etc/hosts, and a
 * name server that knows nothing of it. RFC 6761, 6.3. */
static bool is_this_machine(const char *host)
{
	static const char name[] = "localhost";
	size_t len = strlen(host), name_len = sizeof name - 1;

	if (len > 0 && host[len - 1] == '.')
		len--;
	return len >= name_len &&
	       strncasecmp(host + len - name_len, name, name_len) == 0 &&
	       (len == name_len || host[len - name_len - 1] == '.');
}

static void keep_loopback(struct lookup *lookup)
{
	static const uint8_t four[4] = { 127, 0, 0, 1 }, six[16] = { [15] = 1 };

	lookup->targets = calloc(2, sizeof *lookup->targets);
	if (lookup->targets == NULL) {
		lookup->status = ARES_ENOMEM;
		return;
	}
	lookup->targets[0].address = address_of_ipv4(four);
	lookup->targets[1].address = address_of_ipv6(six);
	lookup->targets[0].port = lookup->targets[1].port = lookup->port;
	lookup->count = 2;
	lookup->status = ARES_SUCCESS;
}

static void settle(struct lookup *lookup, int status)
{
	struct resolver *resolver = lookup->resolver;

	lookup->settled = true;
	lookup->status = status;
	if (status != ARES_SUCCESS && is_this_machine(lookup->host))
		keep_loopback(lookup);
	take_out(&resolver->asked, lookup);
	add(&resolver->answered, lookup);
}

static void answered(void *of, int status, int timeouts, struct ares_addrinfo *found)
{
	struct lookup *lookup = of;

	(void)timeouts;
	lookup->ended = true;
	if (!lookup->settled) {
		settle(lookup, status);
		if (status == ARES_SUCCESS)
			keep(lookup, found);
	}
	if (lookup->taken)
		free(lookup);
	ares_freeaddrinfo(found);
}

/* What is sent by a socket that the loop has no place for stays unanswered, and the time
 * of its lookups passes. */
static void watch(void *of, ares_socket_t socket, int readable, int writable)
{
	struct resolver *resolver = of;

	if (resolver->loop == NULL || exchange_watch(resolver->loop, socket,
					      readable != 0, writable != 0) == ERR_OK)
		return;
	log_warning("a name server cannot be listened to");
}

static void give_up_late(struct resolver *resolver, uint64_t now)
{
	while (resolver->asked.first != NULL && resolver->asked.first->deadline <= now)
		settle(resolver->asked.first, ARES_ETIMEOUT);
}

/* The first of c-ares's times and ours. */
static void plan_wake(struct resolver *resolver, uint64_t now)
{
	struct timeval room;
	const struct timeval *wait = ares_timeout(resolver->channel, NULL, &room);
	uint64_t at = resolver->asked.first != NULL ? resolver->asked.first->deadline : 0;

	if (wait != NULL) {
		uint64_t theirs = now + (uint64_t)wait->tv_sec * TIME_SECOND +
				  (uint64_t)wait->tv_usec * (TIME_SECOND / 1000000);

		at = at == 0 || theirs < at ? theirs : at;
	}
	exchange_wake(resolver->loop, at);
}

static void process(struct resolver *resolver, ares_socket_t in, ares_socket_t out)
{
	uint64_t now = clock_monotonic();

	ares_process_fd(resolver->channel, in, out);
	give_up_late(resolver, now);
	plan_wake(resolver, now);
}

static void began(struct exchange_guest *guest, struct exchange_loop *loop)
{
	((struct resolver *)guest)->loop = loop;
}

static void ready(
	struct exchange_guest *guest, int descriptor, bool readable, bool writable)
{
	process((struct resolver *)guest, readable ? descriptor : ARES_SOCKET_BAD,
		writable ? descriptor : ARES_SOCKET_BAD);
}

static void woken(struct exchange_guest *guest)
{
	process((struct resolver *)guest, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static enum err open_channel(
	struct resolver *resolver, const char *servers, struct fault *why)
{
	struct ares_options options = { .timeout = TRY_TIME_MS,
		.tries = TRIES,
		.sock_state_cb = watch,
		.sock_state_cb_data = resolver };
	int status = ares_init_options(&resolver->channel, &options,
		ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);

	if (status != ARES_SUCCESS)
		return fault_set(why, ERR_IO, "names cannot be looked for: %s",
			ares_strerror(status));
	if (servers != NULL &&
		ares_set_servers_ports_csv(resolver->channel, servers) != ARES_SUCCESS)
		return fault_set(why, ERR_USAGE,
			"%s: expected addresses of name servers, as in 192.0.2.53",
			servers);
	return ERR_OK;
}

enum err resolver_new(const char *servers, struct resolver **ret, struct fault *why)
{
	struct resolver *resolver = calloc(1, sizeof *resolver);
	enum err err;

	if (resolver == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
		free(resolver);
		return fault_set(why, ERR_MEMORY, "memory ran out");
	}
	resolver->guest = (struct exchange_guest){ began, ready, woken };
	err = open_channel(resolver, servers, why);
	if (err == ERR_OK)
		*ret = resolver;
	else
		resolver_free(resolver);
	return err;
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	resolver->loop = NULL;
	if (resolver->channel != NULL)
		ares_destroy(resolver->channel); /* which ends all that is asked */
	free_all(&resolver->answered);
	ares_library_cleanup();
	free(resolver);
}

struct exchange_guest *resolver_guest(struct resolver *resolver)
{
	return &resolver->guest;
}

enum err resolver_ask(
	struct resolver *resolver, const char *host, uint16_t port, uint64_t tag)
{
	const struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM };
	uint64_t now = clock_monotonic();
	struct lookup *lookup;

	if (resolver->open == RESOLVE_AT_ONCE)
		return ERR_BUSY;
	lookup = calloc(1, sizeof *lookup);
	if (lookup == NULL)
		return ERR_MEMORY;
	*lookup = (struct lookup){ .resolver = resolver,
		.host = host,
		.port = port,
		.tag = tag,
		.deadline = now + RESOLVE_TIME };
	resolver->open++;
	add(&resolver->asked, lookup);
	ares_getaddrinfo(resolver->channel, host, NULL, &hints, answered, lookup);
	plan_wake(resolver, now);
	return ERR_OK;
}

size_t resolver_open(const struct resolver *resolver)
{
	return resolver->open;
}

static enum err tell(const char *host, int status, struct fault *why)
{
	switch (status) {
	case ARES_ENOTFOUND:
		return fault_set(why, ERR_NOT_FOUND, "%s: there is no such name", host);
	case ARES_ENODATA:
		return fault_set(why, ERR_NOT_FOUND, "%s has no address", host);
	case ARES_EBADNAME:
		return fault_set(why, ERR_NOT_FOUND, "%s: no name can be so", host);
	case ARES_ETIMEOUT:
		return fault_set(why, ERR_IO, "%s: no name server answers", host);
	case ARES_ECONNREFUSED: /* SERVFAIL and REFUSED come out so, too */
		return fault_set(why, ERR_IO,
			"%s: no name server can be reached, or all fail", host);
	default:
		return fault_set(why, ERR_IO, "%s: %s", host, ares_strerror(status));
	}
}

enum err resolver_take(
	struct resolver *resolver, struct resolver_answer *ret, struct fault *why)
{
	struct lookup *lookup = resolver->answered.first;
	int status;

	if (lookup == NULL)
		return ERR_AGAIN;
	take_out(&resolver->answered, lookup);
	resolver->open--;
	ret->host = lookup->host;
	ret->tag = lookup->tag;
	ret->count = lookup->count;
	if (lookup->count > 0)
		memcpy(ret->targets, lookup->targets,
			lookup->count * sizeof *lookup->targets);
	status = lookup->status;
	free(lookup->targets);
	lookup->targets = NULL;
	lookup->taken = true;
	if (lookup->ended)
		free(lookup);
	return status == ARES_SUCCESS ? ERR_OK : tell(ret->host, status, why);
}
