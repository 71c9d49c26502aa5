#include "scan/offers.h"

#include "base/attr.h"
#include "tls/iana.h"

const uint32_t offers_sslv2[] = { 0x0700c0, 0x050080, 0x030080, 0x010080, 0x080080,
	0x060040, 0x040080, 0x020080 };
const size_t offers_sslv2_count = COUNT_OF(offers_sslv2);

/* Drafts 28, 27, 26, 23, 22 and 18 were shipped by browsers and edges in 2017 and 2018.
 */
const uint16_t offers_tls13[] = { VERSION_TLS13, 0x7f1c, 0x7f1b, 0x7f1a, 0x7f17, 0x7f16,
	0x7f12 };
const size_t offers_tls13_count = COUNT_OF(offers_tls13);

#define NAME(text)                                                                       \
	{                                                                                \
		(const uint8_t *)text, sizeof text - 1                                   \
	}

const struct bytes offers_alpn[] = { NAME("h2"), NAME("http/1.1"), NAME("http/1.0"),
	NAME("spdy/3"), NAME("h2c"), NAME("imap"), NAME("pop3"), NAME("managesieve"),
	NAME("ftp"), NAME("xmpp-client"), NAME("xmpp-server"), NAME("postgresql"),
	NAME("mqtt"), NAME("dot"), NAME("acme-tls/1"), NAME("stun.turn"), NAME("coap"),
	NAME("irc"), NAME("nntp"), NAME("sunrpc"), NAME("smb"), NAME("tds/8.0") };
const size_t offers_alpn_count = COUNT_OF(offers_alpn);

/* HTTP/3, with a draft's name some servers have; DNS (RFC 9250); what tests of QUIC
 * speak; SMB; MoQ, MASQUE's and WebTransport's own are h3. */
const struct bytes offers_quic_alpn[] = { NAME("h3"), NAME("h3-29"), NAME("doq"),
	NAME("hq-interop"), NAME("hq-29"), NAME("smb"), NAME("moq-00"), NAME("mqtt") };
const size_t offers_quic_alpn_count = COUNT_OF(offers_quic_alpn);

/* The lower, the earlier it is offered. */
static unsigned place(const struct suite *suite)
{
	if (suite->exchange == SUITE_OTHER_EXCHANGE)
		return 9;
	if (suite->exchange == SUITE_PSK)
		return 8;
	if (suite->cipher == SUITE_EXPORT)
		return 6;
	if (suite->auth == SUITE_ANONYMOUS)
		return 7;
	switch (suite->exchange) {
	case SUITE_ANY_EXCHANGE:
	case SUITE_RSA:
		return 0;
	case SUITE_ECDHE:
		return suite->auth == SUITE_BY_ECDSA ? 1 : 2;
	case SUITE_DHE:
		return 3;
	default:
		return 5; /* static (EC)DH */
	}
}

#define PLACES 10

/* ARIA and Camellia in GCM and the like are in the registry and hardly anywhere else. */
static bool is_rare(const struct suite *suite)
{
	switch (suite->cipher) {
	case SUITE_ARIA_CBC:
	case SUITE_ARIA_GCM:
	case SUITE_CAMELLIA_GCM:
	case SUITE_SEED:
	case SUITE_IDEA:
	case SUITE_OTHER_CIPHER:
		return true;
	default:
		return false;
	}
}

/* What begins a session with nothing and what only signals are not to be asked for. */
static bool is_asked(const struct suite *suite)
{
	return suite->code != 0 && suite->code != SUITE_EMPTY_RENEGOTIATION_INFO_SCSV &&
	       suite->code != SUITE_FALLBACK_SCSV;
}

/* TLS 1.3's are its own: those the registry's names tell, and of those without an
 * exchange in their name the ones of RFC 8998, RFC 9150 and drafts. */
static bool is_of_tls13(const struct suite *suite)
{
	switch (suite->code) {
	case 0x00c6: /* SM4 */
	case 0x00c7:
	case 0xc0b4: /* integrity only */
	case 0xc0b5:
	case 0x1306: /* AEGIS */
	case 0x1307:
	case 0x006e: /* Ascon */
	case 0x006f:
	case 0x0070:
	case 0x0071:
		return true;
	default:
		return suite->since == RANK_TLS13;
	}
}

/* Some stacks take what is defined for TLS 1.2 in earlier versions too (mbedTLS 2.28):
 * all is asked of each. */
static bool is_of(const struct suite *suite, int rank)
{
	return is_asked(suite) && is_of_tls13(suite) == (rank == RANK_TLS13);
}

static void add_suites(struct offers *offers, int rank, unsigned of_place, bool rare)
{
	for (size_t i = 0; i < suite_count; i++) {
		const struct suite *suite = &suite_table[i];

		if (is_of(suite, rank) && place(suite) == of_place &&
			is_rare(suite) == rare)
			offers->suites[rank][offers->suite_counts[rank]++] = suite->code;
	}
}

/* In front of all others, in this order. */
static const uint16_t usual_groups[] = { 29, 23, 24, 25, 30, 0x11ec, 0x11eb, 0x11ed, 256,
	257, 258, 26, 27, 28, 22 };
static const uint16_t usual_schemes[] = { 0x0804, 0x0403, 0x0401, 0x0805, 0x0501, 0x0503,
	0x0806, 0x0601, 0x0603, 0x0807, 0x0808, 0x0201, 0x0203 };

static bool holds(const uint16_t *codes, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

static bool is_curve(uint32_t code)
{
	return code <= 41 && (code < 31 || code > 33); /* those are of TLS 1.3 alone */
}

/* RFC 8446, 4.2.7: explicit curves are of TLS 1.2. */
static bool is_group(uint32_t code)
{
	return code < 0xff01;
}

static bool is_any(uint32_t code)
{
	(void)code;
	return true;
}

static size_t list(const struct iana_registry *registry, const uint16_t *usual,
	size_t usual_count, bool (*wanted)(uint32_t code), size_t most, uint16_t *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < usual_count; i++)
		if (wanted(usual[i]))
			ret[count++] = usual[i];
	for (size_t i = 0; i < registry->count && count < most; i++) {
		uint32_t code = registry->entries[i].code;

		if (wanted(code) && !holds(usual, usual_count, code))
			ret[count++] = (uint16_t)code;
	}
	return count;
}

void offers_init(struct offers *offers)
{
	*offers = (struct offers){ 0 };
	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		for (unsigned rare = 0; rare < 2; rare++)
			for (unsigned of_place = 0; of_place < PLACES; of_place++)
				add_suites(offers, rank, of_place, rare == 1);
	offers->curve_count = list(&iana_groups, usual_groups, COUNT_OF(usual_groups),
		is_curve, OFFERS_GROUPS_MAX, offers->curves);
	offers->group_count = list(&iana_groups, usual_groups, COUNT_OF(usual_groups),
		is_group, OFFERS_GROUPS_MAX, offers->groups);
	offers->scheme_count = list(&iana_signature_schemes, usual_schemes,
		COUNT_OF(usual_schemes), is_any, OFFERS_SCHEMES_MAX, offers->schemes);
}
