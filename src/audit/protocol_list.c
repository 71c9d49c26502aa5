#include "audit/protocol_list.h"

#include "audit/version_words.h"
#include "base/release.h"

struct protocol_list protocol_list_begin(const struct dialect *dialect)
{
	return (struct protocol_list){
		.dialect = dialect,
		.next = LIST_OPERATION_COUNT,
		.bare = dialect->bare,
		.range = dialect->start,
		.known = dialect->decides,
	};
}

void protocol_list_from_unseen(struct protocol_list *list)
{
	list->range = (struct version_range){ 0, VERSIONS_USUAL };
	list->emptied = true; /* what is added is added to what is there */
}

struct protocol_list protocol_list_merged(
	const struct protocol_list *a, const struct protocol_list *b)
{
	struct protocol_list merged = *b;

	merged.range.on = a->range.on & b->range.on;
	merged.range.maybe =
		(uint16_t)((a->range.on | a->range.maybe | b->range.on | b->range.maybe) &
			   ~merged.range.on);
	merged.floor = a->floor && b->floor;
	merged.defers = a->defers && b->defers;
	return merged;
}

void protocol_list_end(struct protocol_list *list)
{
	struct version_range *range = &list->range;
	uint16_t newer = VERSIONS_OF(RANK_TLS13);
	uint16_t meant = 0;

	if (!list->dialect->gaps || range->on != 0)
		return;
	for (unsigned rank = RANK_TLS12; rank > RANK_TLS10; rank--) {
		uint16_t version = VERSIONS_OF(rank);

		if ((range->maybe & version) == 0 && (range->maybe & newer) != 0)
			meant |= range->maybe &
				 versions_to((enum version_rank)(rank - 1)) &
				 versions_from(RANK_TLS10);
		newer |= version;
	}
	range->on = meant;
	range->maybe &= (uint16_t)~meant;
}

static bool is_word(const struct dialect *dialect, struct bytes word, struct bytes known)
{
	return dialect->case_matters ? bytes_equal(word, known)
				     : bytes_equal_caseless(word, known);
}

/* A name that says its version itself. */
static const struct dialect_word *word_of_name(struct bytes word)
{
	static const struct dialect_word words[] = {
		{ { 0 }, WORD_VERSIONS, VERSIONS_OF(RANK_SSL2) },
		{ { 0 }, WORD_VERSIONS, VERSIONS_OF(RANK_SSL3) },
		{ { 0 }, WORD_VERSIONS, VERSIONS_OF(RANK_TLS10) },
		{ { 0 }, WORD_VERSIONS, VERSIONS_OF(RANK_TLS11) },
		{ { 0 }, WORD_VERSIONS, VERSIONS_OF(RANK_TLS12) },
		{ { 0 }, WORD_VERSIONS, VERSIONS_OF(RANK_TLS13) },
	};
	enum version_rank rank = version_at_end(word);

	return rank == RANK_UNKNOWN ? NULL : &words[rank - RANK_SSL2];
}

static const struct dialect_word *find_word(
	const struct dialect *dialect, struct bytes word)
{
	for (size_t i = 0; i < dialect->word_count; i++)
		if (is_word(dialect, word, dialect->words[i].text))
			return &dialect->words[i];
	return dialect->names ? word_of_name(word) : NULL;
}

static const struct dialect_mark *find_keyword(
	const struct dialect *dialect, struct bytes word)
{
	for (size_t i = 0; i < dialect->keyword_count; i++)
		if (is_word(dialect, word, dialect->keywords[i].text))
			return &dialect->keywords[i];
	return NULL;
}

/* The longest prefix that the word begins with; NULL if it is all of the word. */
static const struct dialect_mark *find_prefix(
	const struct dialect *dialect, struct bytes word)
{
	const struct dialect_mark *found = NULL;

	for (size_t i = 0; i < dialect->prefix_count; i++) {
		const struct dialect_mark *mark = &dialect->prefixes[i];

		if (word.len > mark->text.len &&
			is_word(dialect, bytes_first(word, mark->text.len), mark->text) &&
			(found == NULL || mark->text.len > found->text.len))
			found = mark;
	}
	return found;
}

static bool has_digit(struct bytes word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] >= '0' && word.at[i] <= '9')
			return true;
	return false;
}

static const struct dialect_release *find_release(
	const struct dialect *dialect, struct bytes word)
{
	const struct dialect_release *found = NULL;

	for (size_t i = 0; has_digit(word) && i < dialect->release_count; i++)
		if (!release_is_before(word, dialect->releases[i].from))
			found = &dialect->releases[i];
	return found;
}

bool dialect_knows(const struct dialect *dialect, struct bytes word)
{
	const struct dialect_mark *mark;

	if (find_word(dialect, word) != NULL || find_keyword(dialect, word) != NULL)
		return true;
	mark = find_prefix(dialect, word);
	return mark != NULL &&
	       find_word(dialect, bytes_after(word, mark->text.len)) != NULL;
}

static void put_on(struct version_range *range, uint16_t versions)
{
	range->on |= versions;
	range->maybe &= (uint16_t)~versions;
}

static void put_off(struct version_range *range, uint16_t versions)
{
	range->on &= (uint16_t)~versions;
	range->maybe &= (uint16_t)~versions;
}

/* A lowest version without a list means that all newer ones that there are are on. */
static void put_floor(struct protocol_list *list, uint16_t versions)
{
	enum version_rank lowest = versions_lowest(versions);
	uint16_t wanted = versions_from(lowest);

	if (lowest == RANK_UNKNOWN)
		return;
	put_off(&list->range, (uint16_t)~wanted);
	put_on(&list->range, list->range.maybe);
	list->floor = true;
}

static void put_ceiling(struct protocol_list *list, uint16_t versions)
{
	enum version_rank highest = versions_highest(versions);

	if (highest == RANK_UNKNOWN)
		return;
	put_off(&list->range, (uint16_t)~versions_to(highest));
	list->floor = false;
}

static void apply(
	struct protocol_list *list, enum list_operation operation, uint16_t versions)
{
	switch (operation) {
	case LIST_ADD:
		put_on(&list->range, versions);
		break;
	case LIST_REMOVE:
		put_off(&list->range, versions);
		break;
	case LIST_ONLY:
		if (!list->emptied)
			list->range = (struct version_range){ 0 };
		list->emptied = true;
		put_on(&list->range, versions);
		break;
	case LIST_EXACTLY:
		list->range = (struct version_range){ versions, 0 };
		break;
	case LIST_FLOOR:
		put_floor(list, versions);
		break;
	case LIST_CEILING:
		put_ceiling(list, versions);
		break;
	case LIST_BOUNDS:
		if (list->bounded)
			put_ceiling(list, versions);
		else
			put_floor(list, versions);
		list->bounded = true;
		break;
	case LIST_IGNORE:
	case LIST_OPERATION_COUNT:
		break;
	}
}

static enum list_operation turn(enum list_operation operation, bool turned)
{
	if (!turned)
		return operation;
	return operation == LIST_REMOVE ? LIST_ADD : LIST_REMOVE;
}

static void mean(struct protocol_list *list, enum word_sense sense, uint16_t versions,
	enum list_operation operation, bool turned)
{
	switch (sense) {
	case WORD_NOTHING:
		return;
	case WORD_VERSIONS:
		apply(list, turn(operation, turned), versions);
		list->defers = false;
		break;
	case WORD_DEFAULT:
		list->defers = list->known == 0;
		break;
	case WORD_UNKNOWN:
		list->range.maybe |= (uint16_t)(VERSIONS_USUAL & ~list->range.on);
		break;
	}
	list->known++;
}

static void not_known(struct protocol_list *list, struct bytes word)
{
	if (list->dialect->lenient)
		return;
	if (list->unknown++ == 0)
		list->unclear = word;
}

/* What the word before asked for, once. */
static enum list_operation take_next(struct protocol_list *list, enum list_operation or)
{
	enum list_operation operation = list->next;

	list->next = LIST_OPERATION_COUNT;
	return operation == LIST_OPERATION_COUNT ? or : operation;
}

void protocol_list_number(struct protocol_list *list, uint64_t value, bool turned)
{
	const struct dialect *dialect = list->dialect;
	enum list_operation operation = take_next(list, list->bare);
	uint16_t versions = 0;
	uint64_t left = value;

	for (size_t i = 0; i < dialect->number_count; i++) {
		const struct dialect_number *number = &dialect->numbers[i];

		if (number->value == value) {
			mean(list, number->sense, number->versions, operation, turned);
			return;
		}
		if (dialect->masks && number->sense == WORD_VERSIONS &&
			number->value != 0 && (left & number->value) == number->value) {
			versions |= number->versions;
			left &= ~number->value;
		}
	}
	if (versions != 0 && left == 0)
		mean(list, WORD_VERSIONS, versions, operation, turned);
	else
		not_known(list, (struct bytes){ 0 });
}

void protocol_list_word(struct protocol_list *list, struct bytes word, bool turned)
{
	const struct dialect *dialect = list->dialect;
	const struct dialect_word *known = find_word(dialect, word);
	const struct dialect_release *release = find_release(dialect, word);
	const struct dialect_mark *mark;
	enum list_operation operation, asked;
	uint64_t number;

	if (known == NULL && (mark = find_keyword(dialect, word)) != NULL) {
		list->next = mark->operation;
		return;
	}
	asked = take_next(list, LIST_OPERATION_COUNT);
	if (asked == LIST_IGNORE)
		return;
	operation = asked == LIST_OPERATION_COUNT ? list->bare : asked;
	if (known == NULL && (mark = find_prefix(dialect, word)) != NULL) {
		operation = mark->operation;
		known = find_word(dialect, bytes_after(word, mark->text.len));
	}
	if (operation == LIST_IGNORE) {
		return;
	} else if (known != NULL) {
		mean(list, known->sense, known->versions, operation, turned);
	} else if (release != NULL) {
		mean(list, release->sense, release->versions, LIST_EXACTLY, turned);
	} else if (dialect->number_count > 0 && number_parse(word, &number)) {
		list->next = operation;
		protocol_list_number(list, number, turned);
	} else {
		not_known(list, word);
		/* What says nothing does not take what was asked for either. */
		list->next = dialect->lenient ? asked : LIST_OPERATION_COUNT;
	}
}

static bool parts(const struct dialect *dialect, uint8_t c)
{
	return c <= ' ' || c == '"' || c == '\'' || c == '\\' ||
	       (dialect->separators.len > 0 && memchr(dialect->separators.at, c,
						       dialect->separators.len) != NULL);
}

/* True if there is no word in the text. */
static bool is_blank(const struct protocol_list *list, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!parts(list->dialect, text.at[i]))
			return false;
	return true;
}

/* A mark may stand apart from its word: "! SSLv3". */
static bool take_mark(struct protocol_list *list, struct bytes word)
{
	if (word.len != 1 || dialect_knows(list->dialect, word))
		return false;
	for (size_t i = 0; i < list->dialect->prefix_count; i++) {
		if (!bytes_equal(list->dialect->prefixes[i].text, word))
			continue;
		list->next = list->dialect->prefixes[i].operation;
		return true;
	}
	return false;
}

static void take_text(struct protocol_list *list, struct bytes text, bool turned)
{
	if (find_word(list->dialect, (struct bytes){ 0 }) != NULL && is_blank(list, text))
		protocol_list_word(list, (struct bytes){ 0 }, false);
	while (text.len > 0) {
		size_t len = 0;

		while (text.len > 0 && parts(list->dialect, text.at[0]))
			text = bytes_after(text, 1);
		while (len < text.len && !parts(list->dialect, text.at[len]))
			len++;
		if (len > 0 && !take_mark(list, bytes_first(text, len)))
			protocol_list_word(list, bytes_first(text, len), turned);
		text = bytes_after(text, len);
	}
}

void protocol_list_text(struct protocol_list *list, struct bytes text)
{
	take_text(list, text, false);
}

void protocol_list_turned(struct protocol_list *list, struct bytes text)
{
	take_text(list, text, true);
}

static int digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

bool number_parse(struct bytes word, uint64_t *ret)
{
	static const char suffixes[] = "uUlLnN";
	unsigned base = 10;
	size_t digits = 0;
	uint64_t value = 0;

	/* Exported registries have dword:00000a00. */
	if (bytes_start_with(word, bytes_of_string("dword:"))) {
		base = 16;
		word = bytes_after(word, 6);
	}
	/* Visual Basic has &H and &B. */
	if (base == 10 && word.len > 2 && (word.at[0] == '0' || word.at[0] == '&')) {
		uint8_t c = word.at[1] | 0x20;

		base = c == 'x' || c == 'h' ? 16 : c == 'b' ? 2 : 10;
		word = base == 10 ? word : bytes_after(word, 2);
	}
	while (word.len > 0) {
		int digit = digit_of(word.at[0]);

		if (word.at[0] != '_') {
			if (digit >= (int)base || value > UINT32_MAX)
				break;
			value = value * base + (unsigned)digit;
			digits++;
		}
		word = bytes_after(word, 1);
	}
	while (word.len > 0 && memchr(suffixes, word.at[0], sizeof suffixes - 1) != NULL)
		word = bytes_after(word, 1);
	*ret = value;
	return digits > 0 && word.len == 0;
}
