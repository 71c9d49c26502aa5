#include "tls/key_share.h"

#include "base/attr.h"

#define MODULUS      3329 /* q of ML-KEM and of Kyber. FIPS 203, 2.4 */
#define COEFFICIENTS 256
#define RHO_LEN      32
#define UNKNOWN_LEN  32

enum { P256 = 23, P384 = 24, X25519 = 29, SM2 = 41, NONE = 0 };

/* The groups with an ML-KEM (or Kyber, of the same form) key in them. To add one: a line
 * here, in order of code. */
static const struct hybrid {
	uint16_t group;
	uint16_t classical;
	uint8_t rank; /* k of FIPS 203, 8 */
	bool kem_first;
} hybrids[] = {
	{ 0x0200, NONE, 2, true }, /* MLKEM512, draft-ietf-tls-mlkem */
	{ 0x0201, NONE, 3, true }, /* MLKEM768 */
	{ 0x0202, NONE, 4, true }, /* MLKEM1024 */
	{ 0x11eb, P256, 3,
		false }, /* SecP256r1MLKEM768, draft-ietf-tls-ecdhe-mlkem, 4.1 */
	{ 0x11ec, X25519, 3, true }, /* X25519MLKEM768 */
	{ 0x11ed, P384, 4, false },  /* SecP384r1MLKEM1024 */
	{ 0x11ee, SM2, 3, false }, /* curveSM2MLKEM768, draft-yang-tls-hybrid-sm2-mlkem */
	{ 0x6399, X25519, 3, false }, /* X25519Kyber768Draft00, its draft, 3 */
	{ 0x639a, P256, 3, false },   /* SecP256r1Kyber768Draft00 */
};

static uint16_t draw_coefficient(struct draws *draws)
{
	return (uint16_t)draws_below(draws, MODULUS);
}

/* Twelve bits a coefficient, the low ones first. FIPS 203, 4.2.1, ByteEncode. */
static void write_kem(uint8_t rank, struct draws *draws, struct writer *w)
{
	uint8_t rho[RHO_LEN];

	for (size_t i = 0; i < (size_t)rank * COEFFICIENTS; i += 2) {
		uint16_t a = draw_coefficient(draws);
		uint16_t b = draw_coefficient(draws);

		writer_u8(w, (uint8_t)a);
		writer_u8(w, (uint8_t)(a >> 8 | (b & 0x0f) << 4));
		writer_u8(w, (uint8_t)(b >> 4));
	}
	draws_fill(draws, rho, sizeof rho);
	writer_bytes(w, bytes_over(rho, sizeof rho));
}

static void write_classical(uint16_t group, const struct crypto *crypto,
	struct draws *draws, struct writer *w)
{
	uint8_t secret[KEY_SECRET_LEN];
	uint8_t key[KEY_SHARE_MAX];
	size_t len;

	draws_fill(draws, secret, sizeof secret);
	len = crypto->key_share(group, secret, key);
	writer_bytes(w, len > 0 ? bytes_over(key, len) : bytes_over(secret, UNKNOWN_LEN));
}

static const struct hybrid *hybrid_find(uint16_t group)
{
	for (size_t i = 0; i < COUNT_OF(hybrids); i++)
		if (hybrids[i].group == group)
			return &hybrids[i];
	return NULL;
}

void key_share_write(uint16_t group, const struct crypto *crypto, struct draws *draws,
	struct writer *w)
{
	const struct hybrid *hybrid = hybrid_find(group);

	if (hybrid == NULL) {
		write_classical(group, crypto, draws, w);
		return;
	}
	if (hybrid->kem_first)
		write_kem(hybrid->rank, draws, w);
	if (hybrid->classical != NONE)
		write_classical(hybrid->classical, crypto, draws, w);
	if (!hybrid->kem_first)
		write_kem(hybrid->rank, draws, w);
}
