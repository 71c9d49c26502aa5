/*
 * speed STORE [SECONDS] - how many pairs of a hello and a policy negotiate() judges in a
 * second: each distinct hello of a store under each policy that is built in.
 *
 * Offers are made beforehand, as `impact` does, once a hello; what that takes is told
 * too. What is chosen is summed up, so that nothing can be left out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/policies.h"
#include "policy/prediction.h"
#include "store/store.h"
#include "sys/clock.h"

#define POLICIES_MAX 32
#define HELLOS_MAX   100000

static struct offer *offers;
static size_t offer_count;
static uint64_t offers_took;
static struct policy policies[POLICIES_MAX];
static struct server_profile profiles[POLICIES_MAX];

static _Noreturn void give_up(const char *what, const char *why)
{
	fprintf(stderr, "speed: %s: %s\n", what, why);
	exit(3);
}

static enum err keep_offer(struct store_reader *reader, const struct hello *hello)
{
	uint64_t began = clock_monotonic();
	enum err err = offer_of_hello(hello, &offers[offer_count]);

	(void)reader;
	offers_took += clock_monotonic() - began;
	if (err == ERR_OK && offer_count + 1 < HELLOS_MAX)
		offer_count++;
	return ERR_OK;
}

static size_t read_policies(void)
{
	static const struct policy_key rsa = { .kind = KEY_RSA, .bits = 2048 };
	struct fault why;
	size_t count = policies_count();

	for (size_t i = 0; i < count && i < POLICIES_MAX; i++) {
		if (policies_read(i, &policies[i], &why) != ERR_OK)
			give_up("a policy", why.text);
		profiles[i] = (struct server_profile){
			.policy = &policies[i],
			.stack = stack_of(STACK_OPENSSL_3_5),
			.certificates = { rsa },
			.certificate_count = 1,
		};
	}
	return count;
}

static void measure(size_t policy_count, double seconds)
{
	uint64_t began = clock_monotonic();
	uint64_t pairs = 0, refused = 0, chosen = 0;
	double took = 0;

	for (; took < seconds; took = (double)(clock_monotonic() - began) / 1e9) {
		for (size_t i = 0; i < offer_count; i++)
			for (size_t j = 0; j < policy_count; j++) {
				struct negotiation made;

				negotiate(&profiles[j], &offers[i], &made, NULL);
				refused += made.refusal != REFUSAL_NONE;
				chosen += made.cipher;
			}
		pairs += offer_count * policy_count;
	}
	printf("%zu hellos, %zu policies: %.2f million pairs a second (%.0f ns each), "
	       "%.0f %% refused, checksum %llx; an offer %.0f ns\n",
		offer_count, policy_count, (double)pairs / took / 1e6,
		took * 1e9 / (double)pairs, 100.0 * (double)refused / (double)pairs,
		(unsigned long long)chosen, (double)offers_took / (double)offer_count);
}

int main(int argc, char *argv[])
{
	struct store_reader reader = { .hello = keep_offer };
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 2;
	struct store *store = NULL;
	struct fault why = { 0 };

	if (argc < 2 || seconds <= 0) {
		fprintf(stderr, "speed STORE [SECONDS]\n");
		return 2;
	}
	offers = calloc(HELLOS_MAX, sizeof *offers);
	if (offers == NULL)
		give_up("offers", "memory ran out");
	if (store_open(argv[1], STORE_READ, &store, &why) != ERR_OK ||
		store_read_hellos(store, &reader, &why) != ERR_OK)
		give_up(argv[1], why.text);
	if (offer_count == 0)
		give_up(argv[1], "it has no hello");
	measure(read_policies(), seconds);
	store_close(store);
	free(offers);
	return 0;
}
