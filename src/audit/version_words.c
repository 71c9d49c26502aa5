#include "audit/version_words.h"

#define NAME_MAX_LEN 64

static struct bytes behind_marks(struct bytes text)
{
	size_t n = 0;

	while (n < text.len && memchr("_-v. V", text.at[n], 6) != NULL)
		n++;
	return bytes_after(text, n);
}

/* "1.0", "1_2", "VERSION_1_0", "10", "1" at the end of its digits: what stands behind
 * "tls". *ret_new: it is 1.2 or newer. */
static bool is_version_number(struct bytes text, bool *ret_new)
{
	size_t n;

	*ret_new = false;

	text = behind_marks(text);
	if (bytes_start_with_caseless(text, bytes_of_string("ersion")))
		text = behind_marks(bytes_after(text, strlen("ersion")));
	if (text.len == 0 || text.at[0] < '1' || text.at[0] > '3')
		return false;
	n = text.len > 1 && (text.at[1] == '_' || text.at[1] == '.') ? 2 : 1;
	if (n < text.len && text.at[n] >= '0' && text.at[n] <= '3') {
		*ret_new = text.at[0] == '1' && text.at[n] >= '2';
		n++;
	}
	return n >= text.len || text.at[n] < '0' || text.at[n] > '9';
}

static bool is_any(struct bytes text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal(text, bytes_of_string(*words)))
			return true;
	return false;
}

enum named_version version_named(struct bytes text)
{
	static const char *const old[] = { "0x0301", "0x301", "0x0302", "0x302", "0x0300",
		"0x300", "1.0", "1.1", "1_0", "1_1", NULL };
	static const char *const new[] = { "0x0303", "0x303", "0x0304", "0x304", "1.2",
		"1.3", "1_2", "1_3", NULL };
	enum named_version named = NAMES_NO_VERSION;

	if (is_any(text, old))
		return NAMES_OLD_VERSION;
	if (is_any(text, new))
		return NAMES_NEW_VERSION;
	for (size_t i = 0; i + 3 < text.len; i++) {
		uint8_t first = byte_lower(text.at[i]);
		bool is_new;

		if ((first != 't' && first != 's') ||
			byte_lower(text.at[i + 1]) != (first == 't' ? 'l' : 's') ||
			byte_lower(text.at[i + 2]) != (first == 't' ? 's' : 'l'))
			continue;
		/* OpenSSL's own release is no version of TLS. */
		if (first == 's' && i > 0 && byte_lower(text.at[i - 1]) == 'n')
			continue;
		if (!is_version_number(bytes_after(text, i + 3), &is_new))
			continue;
		if (!is_new || first == 's')
			return NAMES_OLD_VERSION;
		named = NAMES_NEW_VERSION;
	}
	return named;
}

bool names_version(struct bytes text)
{
	return version_named(text) != NAMES_NO_VERSION;
}

static bool take_back(struct bytes *name, const char *end)
{
	size_t len = strlen(end);

	if (name->len <= len || !bytes_equal_caseless(bytes_after(*name, name->len - len),
					bytes_of_string(end)))
		return false;
	name->len -= len;
	return true;
}

/* "no_", "disableTLS", "without": what stands in front takes away. */
static bool takes_away(struct bytes front)
{
	static const char *const words[] = { "disab", "exclud", "without", "deny",
		"reject", "below", "before", "not", NULL };

	while (front.len > 0 && memchr("_-.", front.at[front.len - 1], 3) != NULL)
		front.len--;
	for (size_t i = 0; words[i] != NULL; i++)
		if (bytes_find_caseless(front, bytes_of_string(words[i])) < front.len)
			return true;
	return front.len >= 2 && bytes_equal_caseless(bytes_after(front, front.len - 2),
					 bytes_of_string("no"));
}

static bool is_letter(uint8_t c)
{
	return byte_lower(c) >= 'a' && byte_lower(c) <= 'z';
}

/* "tls" begins a word there: "PROTO_TLS1", "kTLS1"; not "DTLS1", "gnutls1". */
static bool begins_word(struct bytes front, struct bytes name)
{
	uint8_t last = front.len > 0 ? front.at[front.len - 1] : 0;

	return !is_letter(last) || (byte_lower(last) == last && name.at[front.len] < 'a');
}

enum version_rank version_at_end(struct bytes name)
{
	static const struct {
		const char *end;
		enum version_rank rank;
		bool ssl;
	} ends[] = {
		{ "1_0", RANK_TLS10, false },
		{ "1.0", RANK_TLS10, false },
		{ "10", RANK_TLS10, false },
		{ "1_1", RANK_TLS11, false },
		{ "1.1", RANK_TLS11, false },
		{ "11", RANK_TLS11, false },
		{ "1_2", RANK_TLS12, false },
		{ "1.2", RANK_TLS12, false },
		{ "12", RANK_TLS12, false },
		{ "1_3", RANK_TLS13, false },
		{ "1.3", RANK_TLS13, false },
		{ "13", RANK_TLS13, false },
		{ "1", RANK_TLS10, false },
		{ "3_0", RANK_SSL3, true },
		{ "30", RANK_SSL3, true },
		{ "3", RANK_SSL3, true },
		{ "2", RANK_SSL2, true },
	};
	static const char *const words[] = { "version", "protocol", "proto", "ver", "v",
		NULL };
	uint8_t first = name.len > 0 ? byte_lower(name.at[0]) : 0;

	if (name.len >= NAME_MAX_LEN || (first != '_' && (first < 'a' || first > 'z')))
		return RANK_UNKNOWN;
	if (!take_back(&name, "_method"))
		(void)take_back(&name, "_version");
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct bytes front = name;

		if (!take_back(&front, ends[i].end))
			continue;
		while (take_back(&front, "_"))
			continue;
		for (size_t j = 0; words[j] != NULL; j++)
			if (take_back(&front, words[j]))
				break;
		while (take_back(&front, "_"))
			continue;
		if (take_back(&front, ends[i].ssl ? "ssl" : "tls") &&
			begins_word(front, name) && !takes_away(front))
			return ends[i].rank;
	}
	return RANK_UNKNOWN;
}
