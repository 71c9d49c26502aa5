#include "fake_server.h"

#include "base/attr.h"

static void pick(struct fake *fake, const uint16_t *from, size_t count,
	struct fake_codes *ret, size_t least)
{
	uint16_t all[512];

	ret->count = 0;
	memcpy(all, from, count * sizeof *all);
	for (size_t left = count; left > 0; left--) {
		size_t i = fake_draw(fake, (unsigned)left);
		bool wanted = ret->count < least || fake_draw(fake, 3) == 0;

		if (wanted && ret->count < FAKE_SUITES_MAX)
			ret->at[ret->count++] = all[i];
		all[i] = all[left - 1];
	}
}

static bool is_served(const struct fake_node *node, uint16_t code)
{
	const struct suite *suite = suite_find(code);

	if (suite->exchange != SUITE_RSA && suite->exchange != SUITE_DHE &&
		suite->exchange != SUITE_ECDHE)
		return false;
	return suite->auth == SUITE_BY_ECDSA ? node->ecdsa
					     : node->rsa && suite->auth == SUITE_BY_RSA;
}

void fake_pick_suites(
	const struct offers *offers, struct fake *fake, struct fake_node *node, int rank)
{
	uint16_t served[SUITES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < offers->suite_counts[rank]; i++)
		if (rank == RANK_TLS13 || is_served(node, offers->suites[rank][i]))
			served[count++] = offers->suites[rank][i];
	pick(fake, served, count, &node->suites[rank], 1);
	node->has[rank] = node->suites[rank].count > 0;
}

/* Both kinds of key, so that no curve or scheme is tied to the only certificate. */
static void draw_node(
	const struct offers *offers, struct fake *fake, struct fake_node *node)
{
	static const uint16_t schemes[] = { 0x0401, 0x0501, 0x0601, 0x0804, 0x0805,
		0x0201 };

	*node = (struct fake_node){ .rsa = true, .ecdsa = fake_draw(fake, 2) == 0 };
	node->client_order = fake_draw(fake, 2) == 0;
	node->scsv = fake_draw(fake, 2) == 0;
	node->h2 = fake_draw(fake, 2) == 0;
	node->leaf = 77;
	node->refusal = (enum fake_refusal)fake_draw(fake, FAKE_IS_SILENT);
	node->says = HELLO_SAYS_EXTENDED_MASTER_SECRET;
	node->has[RANK_SSL2] = fake_draw(fake, 4) == 0;
	pick(fake, offers->curves, 12, &node->curves, 1);
	pick(fake, offers->groups, offers->group_count, &node->groups, 1);
	pick(fake, schemes, COUNT_OF(schemes), &node->schemes, 1);
	node->schemes.at[node->schemes.count++] = 0x0403;
	do {
		for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
			if (fake_draw(fake, 2) == 0)
				fake_pick_suites(offers, fake, node, rank);
	} while (!node->has[RANK_TLS10] && !node->has[RANK_TLS12] &&
		 !node->has[RANK_TLS13]);
}

struct fake fake_drawn(const struct offers *offers, uint64_t seed)
{
	struct fake fake = { .node_count = 1, .lots = seed * 7919 };

	draw_node(offers, &fake, &fake.nodes[0]);
	return fake;
}
