#include "evidence/version_range.h"

uint16_t versions_from(enum version_rank rank)
{
	return (uint16_t)(VERSIONS_ALL & ~(VERSIONS_OF(rank) - 1));
}

uint16_t versions_to(enum version_rank rank)
{
	return (uint16_t)(VERSIONS_ALL & ((VERSIONS_OF(rank) << 1) - 1));
}

enum version_rank versions_lowest(uint16_t versions)
{
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if ((versions & VERSIONS_OF(rank)) != 0)
			return (enum version_rank)rank;
	return RANK_UNKNOWN;
}

enum version_rank versions_highest(uint16_t versions)
{
	for (unsigned rank = RANK_TLS13; rank >= RANK_SSL2; rank--)
		if ((versions & VERSIONS_OF(rank)) != 0)
			return (enum version_rank)rank;
	return RANK_UNKNOWN;
}

/* "SSL " or "TLS ", once for those that follow one another, then the number. */
static void add_name(struct text *text, unsigned rank, unsigned before)
{
	const char *name = version_name(version_of_rank((enum version_rank)rank, false));
	bool same_family =
		before != RANK_UNKNOWN && (before >= RANK_TLS10) == (rank >= RANK_TLS10);

	text_add(text, same_family ? name + strlen("TLS ") : name);
}

/* The last rank of the run that begins at rank. */
static unsigned run_end(uint16_t versions, unsigned rank)
{
	unsigned last = rank >= RANK_TLS10 ? RANK_TLS13 : RANK_SSL3;

	while (rank < last && (versions & VERSIONS_OF(rank + 1)) != 0)
		rank++;
	return rank;
}

void versions_text(uint16_t versions, struct text *text)
{
	unsigned before = RANK_UNKNOWN;

	if (versions == 0)
		text_add(text, "no version");
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		unsigned end;

		if ((versions & VERSIONS_OF(rank)) == 0)
			continue;
		end = run_end(versions, rank);
		if (before != RANK_UNKNOWN)
			text_add(text, ", ");
		add_name(text, rank, before);
		before = rank;
		if (end < rank + 2)
			continue;
		text_add(text, " to ");
		add_name(text, end, rank);
		before = rank = end;
	}
}

void version_range_text(struct version_range range, struct text *text)
{
	enum version_rank most = versions_highest(range.maybe);

	if (range.on != 0) {
		versions_text(range.on, text);
		text_add(text, range.maybe != 0 ? ", perhaps others" : "");
	} else if (range.maybe == 0) {
		text_add(text, "no version");
	} else if (most == RANK_TLS13) {
		text_add(text, (range.maybe & VERSIONS_USUAL) == VERSIONS_USUAL
				       ? "unknown"
				       : "the default's, ");
		if ((range.maybe & VERSIONS_USUAL) != VERSIONS_USUAL) {
			text_add(text, "at most ");
			versions_text(range.maybe, text);
		}
	} else {
		text_add(text, "at most ");
		text_add(text, version_name(version_of_rank(most, false)));
	}
}

/* One version's name, white space around it. */
static enum err parse_one(struct bytes text, uint16_t *ret)
{
	char word[24] = "";
	uint16_t version;
	enum err err;

	while (text.len > 0 && text.at[0] == ' ')
		text = bytes_after(text, 1);
	while (text.len > 0 && text.at[text.len - 1] == ' ')
		text.len--;
	if (text.len == 0 || text.len >= sizeof word)
		return ERR_VALUE;
	memcpy(word, text.at, text.len);
	err = version_parse(word, &version);
	if (err == ERR_OK)
		*ret = VERSIONS_OF(version_rank(version));
	return err;
}

/* "TLS 1.0", or "SSL 3.0 to TLS 1.3". */
static enum err parse_run(struct bytes text, uint16_t *ret)
{
	struct bytes to = bytes_of_string(" to ");
	size_t at = bytes_find(text, to);
	uint16_t first = 0, last = 0;
	enum err err = parse_one(bytes_first(text, at), &first);

	last = first;
	if (err == ERR_OK && at < text.len)
		err = parse_one(bytes_after(text, at + to.len), &last);
	if (err == ERR_OK && last < first)
		err = ERR_VALUE;
	if (err == ERR_OK)
		*ret = (uint16_t)(versions_from(versions_lowest(first)) &
				  versions_to(versions_lowest(last)));
	return err;
}

enum err versions_parse(struct bytes text, uint16_t *ret)
{
	uint16_t all = 0, some = 0;
	bool more;
	enum err err;

	if (bytes_equal(text, bytes_of_string("none"))) {
		*ret = 0;
		return ERR_OK;
	}
	if (bytes_equal(text, bytes_of_string("all"))) {
		*ret = VERSIONS_USUAL;
		return ERR_OK;
	}
	do {
		size_t comma = bytes_find(text, bytes_of_string(","));

		err = parse_run(bytes_first(text, comma), &some);
		all |= some;
		more = comma < text.len;
		text = bytes_after(text, comma + 1);
	} while (err == ERR_OK && more);
	if (err == ERR_OK)
		*ret = all;
	return err;
}
