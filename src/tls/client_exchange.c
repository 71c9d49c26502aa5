/* ClientKeyExchange, and the premaster secret. RFC 5246, 7.4.7 and 8.1; RFC 8422, 5.7. */
#include "tls/client_inside.h"
#include "tls/version.h"

#define PREMASTER_LEN 48
#define RSA_PAD_MIN   11 /* 00 02, eight bytes that are not zero, 00. RFC 8017, 7.2.1 */
#define RSA_LEN_MIN   (PREMASTER_LEN + RSA_PAD_MIN)

static size_t broken(struct client *client, const char *reason)
{
	client_broken(client, reason);
	return 0;
}

static size_t stuck(struct client *client, const char *reason)
{
	client_stuck(client, reason);
	return 0;
}

/* RFC 8017, 7.2.1: the padding is drawn, without zeros. */
static void pad_rsa(
	struct draws *draws, const uint8_t *premaster, size_t len, uint8_t *ret)
{
	size_t end = len - PREMASTER_LEN - 1;

	ret[0] = 0;
	ret[1] = 2;
	draws_fill(draws, ret + 2, end - 2);
	for (size_t i = 2; i < end; i++)
		if (ret[i] == 0)
			ret[i] = 1;
	ret[end] = 0;
	memcpy(ret + end + 1, premaster, PREMASTER_LEN);
}

/* RFC 5246, 7.4.7.1. SSL 3.0 has no length in front: RFC 6101, 5.6.7.1 leaves it open,
 * and all stacks do so. */
static size_t by_rsa(struct client *client, struct writer *body, uint8_t *ret)
{
	struct client_work *work = client->work;
	struct bytes certificate = client_certificate(client, 0);
	uint8_t padded[RSA_KEY_MAX], sealed[RSA_KEY_MAX];
	size_t len;

	if (certificate.len == 0)
		return broken(client, "it sent no certificate, whose key it needs");
	len = work->crypto->rsa_len(certificate);
	if (len < RSA_LEN_MIN)
		return stuck(
			client, "its certificate has no RSA key that libcrypto reads");
	draws_fill(&work->draws, ret, PREMASTER_LEN);
	ret[0] = (uint8_t)(work->hello.legacy_version >> 8);
	ret[1] = (uint8_t)work->hello.legacy_version;
	pad_rsa(&work->draws, ret, len, padded);
	if (!work->crypto->rsa_public(certificate, bytes_over(padded, len), sealed))
		return stuck(client, "libcrypto does not use its RSA key");
	if (client->version != VERSION_SSL3)
		writer_u16(body, (uint16_t)len);
	writer_bytes(body, bytes_over(sealed, len));
	return PREMASTER_LEN;
}

/* The shared number loses the zeros in front. RFC 5246, 8.1.2. */
static size_t without_zeros(uint8_t *number, size_t len)
{
	size_t zeros = 0;

	while (zeros + 1 < len && number[zeros] == 0)
		zeros++;
	memmove(number, number + zeros, len - zeros);
	return len - zeros;
}

static size_t by_dhe(struct client *client, struct writer *body, uint8_t *ret)
{
	struct client_work *work = client->work;
	struct bytes prime = client_dh_prime(client);
	struct bytes generator = client_dh_generator(client);
	struct bytes public_key = client_dh_public(client);
	uint8_t secret[KEY_SECRET_LEN], number[KEY_SHARE_MAX];
	size_t opened;

	if (prime.len == 0 || public_key.len == 0)
		return broken(client, "it sent no numbers for its key exchange");
	if (prime.len > KEY_SHARE_MAX || public_key.len > KEY_SHARE_MAX)
		return stuck(client, "its prime has more than 8192 bits");
	draws_fill(&work->draws, secret, sizeof secret);
	if (!work->crypto->dh_power(prime, generator, secret, number) ||
		!work->crypto->dh_power(prime, public_key, secret, ret))
		return broken(client, "its prime is none");
	opened = writer_open(body, 2);
	writer_bytes(body, bytes_over(number, without_zeros(number, prime.len)));
	writer_close(body, opened, 2);
	return without_zeros(ret, prime.len);
}

/* The shared number keeps its zeros. RFC 8422, 5.10. */
static size_t by_ecdhe(struct client *client, struct writer *body, uint8_t *ret)
{
	struct client_work *work = client->work;
	uint8_t secret[KEY_SECRET_LEN], point[KEY_SHARE_MAX];
	struct bytes public_key = client_bytes_of(client, work->point);
	size_t len, agreed, opened;

	if (public_key.len == 0)
		return broken(client, "it sent no point for its key exchange");
	draws_fill(&work->draws, secret, sizeof secret);
	len = work->crypto->key_share(client->group, secret, point);
	if (len == 0)
		return stuck(client, "libcrypto lacks the group it chose");
	agreed = work->crypto->key_agree(client->group, secret, public_key, ret);
	if (agreed == 0)
		return broken(client, "its key is none of the group it chose");
	opened = writer_open(body, 1);
	writer_bytes(body, bytes_over(point, len));
	writer_close(body, opened, 1);
	return agreed;
}

size_t client_key_exchange(
	struct client *client, struct writer *body, uint8_t ret[KEY_SHARE_MAX])
{
	switch (client->work->suite->exchange) {
	case SUITE_RSA:
		return by_rsa(client, body, ret);
	case SUITE_DHE:
		return by_dhe(client, body, ret);
	case SUITE_ECDHE:
		return by_ecdhe(client, body, ret);
	default:
		return stuck(client, "its key exchange is not computed here");
	}
}
