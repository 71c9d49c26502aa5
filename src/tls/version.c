#include "tls/version.h"

#include "base/attr.h"
#include "tls/iana.h"

/* Drafts of TLS 1.3 on the wire: 0x7f00 + number (RFC 8446 drafts, 4.2.1), and
 * the two that Facebook used with its own. */
#define DRAFT_MAJOR      0x7f
#define DRAFT_LAST       28
#define DRAFT23_FACEBOOK 0xfb17
#define DRAFT26_FACEBOOK 0xfb1a

/* How an operator may write a version. To add one: a line here, in lower case,
 * without spaces and the letter v. In the order of enum version_rank. */
static const struct spelling {
	const char *text;
	uint16_t version;
} spellings[] = {
	{ "ssl2", VERSION_SSL2 },
	{ "ssl2.0", VERSION_SSL2 },
	{ "ssl3", VERSION_SSL3 },
	{ "ssl3.0", VERSION_SSL3 },
	{ "1.0", VERSION_TLS10 },
	{ "tls1", VERSION_TLS10 },
	{ "tls1.0", VERSION_TLS10 },
	{ "1.1", VERSION_TLS11 },
	{ "tls1.1", VERSION_TLS11 },
	{ "1.2", VERSION_TLS12 },
	{ "tls1.2", VERSION_TLS12 },
	{ "1.3", VERSION_TLS13 },
	{ "tls1.3", VERSION_TLS13 },
	{ "dtls1", VERSION_DTLS10 },
	{ "dtls1.0", VERSION_DTLS10 },
	{ "dtls1.2", VERSION_DTLS12 },
	{ "dtls1.3", VERSION_DTLS13 },
};

static bool is_tls13_draft(uint16_t version)
{
	return (version >> 8 == DRAFT_MAJOR && (version & 0xff) <= DRAFT_LAST) ||
	       version == DRAFT23_FACEBOOK || version == DRAFT26_FACEBOOK;
}

enum version_rank version_rank(uint16_t version)
{
	switch (version) {
	case VERSION_SSL2:
		return RANK_SSL2;
	case VERSION_SSL3:
		return RANK_SSL3;
	case VERSION_TLS10:
		return RANK_TLS10;
	case VERSION_TLS11:
	case VERSION_DTLS10:
	case VERSION_DTLS10_OPENSSL:
		return RANK_TLS11;
	case VERSION_TLS12:
	case VERSION_DTLS12:
		return RANK_TLS12;
	case VERSION_TLS13:
	case VERSION_DTLS13:
		return RANK_TLS13;
	default:
		return is_tls13_draft(version) ? RANK_TLS13 : RANK_UNKNOWN;
	}
}

const char *version_name(uint16_t version)
{
	return iana_name(&iana_versions, version);
}

/* Spaces, the case of letters and the v of "TLSv1.2" say nothing. A text longer
 * than any spelling matches none. */
static void fold(const char *text, char ret_folded[16])
{
	size_t len = 0;

	for (; *text != '\0' && len < 15; text++) {
		char c = *text >= 'A' && *text <= 'Z' ? (char)(*text + ('a' - 'A'))
		                                      : *text;

		if (c != ' ' && c != 'v')
			ret_folded[len++] = c;
	}
	ret_folded[len] = '\0';
}

enum err version_parse(const char *text, uint16_t *ret)
{
	char folded[16];

	fold(text, folded);
	for (size_t i = 0; i < COUNT_OF(spellings); i++) {
		if (strcmp(folded, spellings[i].text) == 0) {
			*ret = spellings[i].version;
			return ERR_OK;
		}
	}
	return ERR_VALUE;
}

uint16_t version_of_rank(enum version_rank rank, bool datagram)
{
	static const uint16_t streams[RANK_TLS13 + 1] = {
		[RANK_SSL2] = VERSION_SSL2,
		[RANK_SSL3] = VERSION_SSL3,
		[RANK_TLS10] = VERSION_TLS10,
		[RANK_TLS11] = VERSION_TLS11,
		[RANK_TLS12] = VERSION_TLS12,
		[RANK_TLS13] = VERSION_TLS13,
	};
	/* RFC 4347, 1: DTLS 1.0 is TLS 1.1 over datagrams. */
	static const uint16_t datagrams[RANK_TLS13 + 1] = {
		[RANK_TLS11] = VERSION_DTLS10,
		[RANK_TLS12] = VERSION_DTLS12,
		[RANK_TLS13] = VERSION_DTLS13,
	};

	return datagram ? datagrams[rank] : streams[rank];
}
