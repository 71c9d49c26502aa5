/* Whatever a server says, however it is cut: the dialogue ends the same, what was asked
 * is the same, and TLS is next only after the server's go-ahead, of which each dialogue
 * has its own sign. What the engine takes is bounded, and nothing is said once it ended.
 * The first byte says which dialogue, the second how the rest is cut. */
#include <stdlib.h>

#include "fuzz.h"
#include "probe/starttls.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* What stands in all that leads to TLS: its last line or packet holds this. */
static const struct {
	enum upgrade upgrade;
	const char *sign;
	size_t len;
} signs[] = {
	{ UPGRADE_FTP, "34", 2 }, /* 234, or the drafts' 334 */
	{ UPGRADE_HTTP_CONNECT, "HTTP/1.", 7 },
	{ UPGRADE_IMAP, "b OK", 4 },
	{ UPGRADE_IRC, "670", 3 },
	{ UPGRADE_LDAP, "\x0a\x01\x00", 3 },
	{ UPGRADE_LMTP, "220", 3 },
	{ UPGRADE_MANAGESIEVE, "OK", 2 },
	{ UPGRADE_MYSQL, "\x0a", 1 },
	{ UPGRADE_NNTP, "382", 3 },
	{ UPGRADE_POP3, "+OK", 3 },
	{ UPGRADE_POSTGRESQL, "S", 1 },
	{ UPGRADE_RDP, "\x03", 1 },
	{ UPGRADE_SMTP, "220", 3 },
	{ UPGRADE_TDS, "\x04", 1 },
	{ UPGRADE_TELNET, "\xff\xfa\x2e\x01", 4 },
	{ UPGRADE_XMPP, "proceed", 7 },
	{ UPGRADE_XMPP_SERVER, "proceed", 7 },
};

struct heard {
	struct starttls starttls;
	uint8_t sent[STARTTLS_SEND_MAX];
	size_t sent_len;
	size_t taken; /* up to the end of the dialogue */
};

static void keep(struct heard *heard, struct bytes sent)
{
	must(heard->sent_len + sent.len <= sizeof heard->sent);
	if (sent.len > 0)
		memcpy(heard->sent + heard->sent_len, sent.at, sent.len);
	heard->sent_len += sent.len;
}

static void hear(enum upgrade upgrade, struct bytes all, size_t piece, struct heard *ret)
{
	struct bytes send;

	ret->sent_len = ret->taken = 0;
	starttls_begin(upgrade, bytes_of_string("a.example"), &ret->starttls, &send);
	keep(ret, send);
	while (all.len > 0 && ret->starttls.outcome == STARTTLS_MORE) {
		struct bytes next = bytes_first(all, piece);
		struct starttls_wish wish = starttls_take(&ret->starttls, next);

		must(wish.rest.len <= next.len);
		must(wish.rest.len == 0 || ret->starttls.outcome == STARTTLS_READY);
		keep(ret, wish.send);
		ret->taken += next.len - wish.rest.len;
		all = bytes_after(all, piece);
	}
}

static void expect_go_ahead(
	const struct heard *heard, enum upgrade upgrade, struct bytes all)
{
	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		struct bytes sign = bytes_over(signs[i].sign, signs[i].len);

		if (signs[i].upgrade == upgrade)
			must(bytes_find_caseless(bytes_first(all, heard->taken), sign) <
				heard->taken);
	}
}

static void expect_words(const struct starttls *starttls)
{
	struct text text;

	text_init(&text, 4096);
	starttls_reason(starttls, &text);
	must(text_end(&text) != ERR_LIMIT);
	for (size_t i = 0; i < text_len(&text); i++)
		must(text_string(&text)[i] >= ' ' || text_string(&text)[i] < 0);
	text_done(&text);
}

/* Who speaks instead is told from what came of the greeting by then. */
static bool is_other(enum starttls_outcome outcome)
{
	return outcome == STARTTLS_OTHER || outcome == STARTTLS_NOT_OFFERED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct heard whole, cut;
	enum upgrade upgrade;
	struct bytes all;

	if (size < 2)
		return 0;
	upgrade = signs[data[0] % COUNT_OF(signs)].upgrade;
	all = bytes_over(data + 2, size - 2);
	hear(upgrade, all, size, &whole);
	hear(upgrade, all, data[1] % 32u + 1, &cut);
	must(whole.sent_len == cut.sent_len);
	must(memcmp(whole.sent, cut.sent, whole.sent_len) == 0);
	must(whole.starttls.code == cut.starttls.code);
	must(whole.starttls.bytes <= STARTTLS_BYTES_MAX);
	must(whole.starttls.outcome == cut.starttls.outcome ||
		(is_other(whole.starttls.outcome) && is_other(cut.starttls.outcome)));
	if (whole.starttls.outcome == STARTTLS_READY) {
		must(whole.taken == cut.taken);
		expect_go_ahead(&whole, upgrade, all);
	}
	expect_words(&whole.starttls);
	return 0;
}
