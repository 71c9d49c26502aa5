/* What rules find in a binary: its facts (audit/binary.h), and texts that stand in it. */
#include "audit/look_inside.h"

#include "audit/binary.h"

#include <stdlib.h>

#include "base/release.h"

#define TEXTS_MAX  64    /* different ones of one rule: libraries in a library */
#define PLACES_MAX 65536 /* where the head of one stands */
#define TEXT_LEN   128   /* "OpenSSL 1.0.2k-fips  26 Jan 2017" */

/* A binary on its way through the rules. */
struct sifting {
	struct looking *looking;
	const struct binary *binary;
	const struct rule *rule;
};

static bool is_exactly(struct bytes text, struct bytes pattern)
{
	return bytes_find(pattern, bytes_of_string("*")) < pattern.len
		       ? pattern_fits(text, pattern)
		       : text.len == pattern.len &&
				 bytes_find_caseless(text, pattern) == 0;
}

/* "SSLContext.getInstance" is also "javax.net.ssl.SSLContext.getInstance". */
static bool is_last_part(struct bytes name, struct bytes part)
{
	size_t front = name.len - part.len;

	return name.len > part.len && name.at[front - 1] == '.' &&
	       bytes_equal(bytes_after(name, front), part);
}

static bool names_fact(const struct rule *rule, const struct fact *fact)
{
	for (size_t i = 0; i < rule->name_count; i++)
		if (is_exactly(fact->name, rule->names[i].pattern) ||
			(fact->kind == FACT_CALL &&
				is_last_part(fact->name, rule->names[i].pattern)))
			return true;
	return false;
}

static bool has_any(
	const struct binary *binary, const struct bytes *patterns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < binary->count; j++)
			if (is_exactly(binary->facts[j].name, patterns[i]))
				return true;
	return false;
}

static void keep(const struct sifting *sifting, const struct fact *fact,
	const struct protocol_list *list, struct bytes shown)
{
	const struct rule *rule = sifting->rule;
	/* What a stack is by itself is no setting of somebody. */
	bool own = rule->find == FIND_LIBRARY || rule->dialect->release_count > 0;

	look_keep(sifting->looking,
		&(const struct found){ .rule = rule,
			.at = fact->at,
			.value_at = fact->at,
			.value_len = fact->len,
			.list = list,
			.absent = own && !list->defers && list->range.on != 0,
			.shown = bytes_first(shown, SNIPPET_MAX) });
}

/* A release is one word, whatever stands in it. */
static void keep_value(const struct sifting *sifting, const struct fact *fact,
	struct bytes value, struct bytes shown)
{
	struct protocol_list list = protocol_list_begin(sifting->rule->dialect);

	if (list.dialect->release_count > 0)
		protocol_list_word(&list, value, false);
	else
		protocol_list_text(&list, value);
	protocol_list_end(&list);
	keep(sifting, fact, &list, shown);
}

static enum fact_kind wanted(const struct rule *rule)
{
	switch (rule->find) {
	case FIND_LIBRARY:
		return FACT_LIBRARY;
	case FIND_SYMBOL:
		return FACT_SYMBOL;
	case FIND_DEFINED:
		return FACT_DEFINED;
	case FIND_STATED:
		return FACT_STATED;
	default:
		return FACT_CALL;
	}
}

/* The next fact of the rule from *at on; NULL: no more. */
static const struct fact *next_fact(const struct sifting *sifting, size_t *at)
{
	enum fact_kind kind = wanted(sifting->rule);

	while (*at < sifting->binary->count) {
		const struct fact *fact = &sifting->binary->facts[(*at)++];

		if (fact->kind == kind && names_fact(sifting->rule, fact))
			return fact;
	}
	return NULL;
}

/* All that are taken from others are one list, told at the oldest. Who also takes what
 * speaks any version chooses between them, and which one was not seen. */
static void sift_symbols(const struct sifting *sifting)
{
	struct protocol_list list = protocol_list_begin(sifting->rule->dialect);
	const struct fact *fact, *oldest = NULL;
	enum version_rank lowest = RANK_UNKNOWN;

	for (size_t at = 0; (fact = next_fact(sifting, &at)) != NULL;) {
		struct protocol_list one = protocol_list_begin(list.dialect);
		enum version_rank rank;

		protocol_list_word(&list, fact->name, false);
		protocol_list_word(&one, fact->name, false);
		rank = versions_lowest(one.range.on);
		if (rank == RANK_UNKNOWN || (oldest != NULL && rank >= lowest))
			continue;
		oldest = fact;
		lowest = rank;
	}
	if (oldest == NULL)
		return;
	if (list.range.maybe != 0)
		list.range = (struct version_range){ 0, VERSIONS_USUAL };
	keep(sifting, oldest, &list, oldest->name);
}

/* The newest version that a library defines is its release, or near it. */
static void sift_defined(const struct sifting *sifting)
{
	const struct fact *fact, *newest = NULL;

	for (size_t at = 0; (fact = next_fact(sifting, &at)) != NULL;)
		if (newest == NULL || release_is_before(newest->name, fact->name))
			newest = fact;
	if (newest != NULL)
		keep_value(sifting, newest, newest->name, newest->name);
}

/* "go 1.19.8" */
static struct bytes statement_text(struct looking *looking, const struct fact *fact)
{
	struct text CLEANUP(text_done) text;
	struct bytes copy;

	text_init(&text, 4096);
	text_bytes(&text, fact->name);
	text_char(&text, ' ');
	text_bytes(&text, bytes_first(fact->value, SNIPPET_MAX));
	copy = arena_copy(looking->arena,
		bytes_first(
			bytes_over(text_string(&text), text_len(&text)), SNIPPET_MAX));
	return copy.at == NULL ? fact->value : copy;
}

static void sift_each(const struct sifting *sifting)
{
	const struct fact *fact;

	for (size_t at = 0; (fact = next_fact(sifting, &at)) != NULL;) {
		if (fact->kind == FACT_LIBRARY)
			keep_value(sifting, fact, fact->name, fact->name);
		else
			keep_value(sifting, fact, fact->value,
				statement_text(sifting->looking, fact));
	}
}

static void add_argument(struct protocol_list *list, const struct fact_argument *argument)
{
	if (argument->adds)
		protocol_list_from_unseen(list);
	if (argument->is_number)
		protocol_list_number(list, argument->number, false);
	for (size_t i = 0; i < argument->text_count; i++)
		protocol_list_text(list, argument->texts[i]);
}

/* "ServicePointManager.set_SecurityProtocol(192) in Client.Send" */
static struct bytes call_text(struct looking *looking, const struct fact *fact)
{
	struct text CLEANUP(text_done) text;
	const char *before = "(";
	struct bytes copy;

	text_init(&text, 4096);
	text_bytes(&text, fact->name);
	for (size_t i = 0; i < fact->argument_count; i++) {
		const struct fact_argument *argument = &fact->arguments[i];

		text_add(&text, before);
		before = ", ";
		text_add(&text, argument->adds ? "? | " : "");
		if (argument->is_number)
			text_number(&text, argument->number);
		for (size_t j = 0; j < argument->text_count; j++) {
			text_add(&text, j > 0 ? " \"" : "\"");
			text_bytes(&text, argument->texts[j]);
			text_char(&text, '"');
		}
		if (!argument->is_number && argument->text_count == 0)
			text_char(&text, '?');
	}
	text_add(&text, fact->argument_count > 0 ? ")" : "()");
	if (fact->by.len > 0) {
		text_add(&text, " in ");
		text_bytes(&text, fact->by);
	}
	copy = arena_copy(looking->arena,
		bytes_first(
			bytes_over(text_string(&text), text_len(&text)), SNIPPET_MAX));
	if (text_end(&text) != ERR_OK || copy.at == NULL)
		return fact->name;
	return copy;
}

static bool has_text(const struct fact *fact, struct bytes text)
{
	for (size_t i = 0; i < fact->argument_count; i++)
		for (size_t j = 0; j < fact->arguments[i].text_count; j++)
			if (bytes_equal(fact->arguments[i].texts[j], text))
				return true;
	return false;
}

/* All words stand among the texts of the call; of "a|b" one. */
static bool call_has(const struct fact *fact, const struct bytes *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bytes left = words[i];
		bool found = false;

		while (left.len > 0 && !found) {
			size_t len = bytes_find(left, bytes_of_string("|"));

			found = has_text(fact, bytes_first(left, len));
			left = bytes_after(left, len + 1);
		}
		if (!found)
			return false;
	}
	return true;
}

/* Of one of the arguments that count it was seen what it is. */
static bool is_known(const struct rule *rule, const struct fact *fact)
{
	for (size_t i = 0; i < fact->argument_count; i++)
		if ((rule->argument == 0 || rule->argument == i + 1) &&
			(fact->arguments[i].is_number ||
				fact->arguments[i].text_count > 0))
			return true;
	return false;
}

static void sift_calls(const struct sifting *sifting)
{
	const struct rule *rule = sifting->rule;
	const struct fact *fact;

	for (size_t at = 0; (fact = next_fact(sifting, &at)) != NULL;) {
		struct protocol_list list = protocol_list_begin(rule->dialect);

		if (rule->argument > fact->argument_count ||
			!call_has(fact, rule->with, rule->with_count))
			continue;
		for (size_t i = 0; i < fact->argument_count; i++)
			if (rule->argument == 0 || rule->argument == i + 1)
				add_argument(&list, &fact->arguments[i]);
		protocol_list_end(&list);
		if (!is_known(rule, fact)) {
			list.known = 0;
			list.unknown++;
		}
		keep(sifting, fact, &list, call_text(sifting->looking, fact));
	}
}

/* Printable ASCII from there on. */
static struct bytes text_at(struct bytes all, size_t at)
{
	size_t len = 0;

	all = bytes_after(all, at);
	while (len < all.len && len < TEXT_LEN && all.at[len] >= ' ' &&
		all.at[len] < 0x7f)
		len++;
	return bytes_first(all, len);
}

static bool is_told(const struct bytes *texts, size_t count, struct bytes text)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(texts[i], text))
			return true;
	return false;
}

static bool is_release(struct bytes text)
{
	return text.len > 0 && text.at[0] >= '0' && text.at[0] <= '9';
}

static size_t next_text(struct bytes all, struct bytes head, size_t from)
{
	return from + bytes_find(bytes_after(all, from), head);
}

/* "OpenSSL *.* 20*" of "OpenSSL 1.0.2k  26 Jan 2017": what stands before the first star
 * is sought; the release is what follows, up to a space, a slash or a bracket. */
static void sift_texts(const struct sifting *sifting, struct bytes pattern)
{
	struct bytes head =
		bytes_first(pattern, bytes_find(pattern, bytes_of_string("*")));
	struct bytes all = sifting->looking->text;
	struct bytes told[TEXTS_MAX];
	size_t count = 0, at, places = 0;

	for (at = next_text(all, head, 0); at < all.len;
		at = next_text(all, head, at + head.len)) {
		size_t len = head.len;
		struct bytes text;

		if (count == TEXTS_MAX || places++ == PLACES_MAX) {
			sifting->looking->out->cut = true;
			break;
		}
		text = text_at(all, at);
		while (len < text.len && memchr(" /)", text.at[len], 3) == NULL)
			len++;
		if (is_release(bytes_after(text, head.len)) &&
			pattern_fits(text, pattern) &&
			!is_told(told, count, bytes_first(text, len))) {
			text = told[count++] = bytes_first(text, len);
			keep_value(sifting, &(const struct fact){ .at = at, .len = len },
				bytes_after(text, head.len), text);
		}
	}
}

static void sift(const struct sifting *sifting)
{
	const struct rule *rule = sifting->rule;

	switch (rule->find) {
	case FIND_SYMBOL:
		sift_symbols(sifting);
		break;
	case FIND_DEFINED:
		sift_defined(sifting);
		break;
	case FIND_LIBRARY:
	case FIND_STATED:
		sift_each(sifting);
		break;
	case FIND_ARGUMENT:
		sift_calls(sifting);
		break;
	case FIND_TEXT:
		for (size_t i = 0; i < rule->name_count; i++)
			sift_texts(sifting, rule->names[i].pattern);
		break;
	default:
		break;
	}
}

static void look_at_binary(
	struct looking *looking, size_t kind, const struct binary *binary)
{
	struct sifting sifting = { looking, binary, NULL };

	for (size_t i = 0; i < looking->rules->count && looking->err == ERR_OK; i++) {
		const struct rule *rule = looking->rules->all[i];

		if (!look_applies(looking, i, kind) ||
			(rule->beside_count > 0 &&
				!has_any(binary, rule->beside, rule->beside_count)) ||
			has_any(binary, rule->lacks, rule->lack_count))
			continue;
		sifting.rule = rule;
		sift(&sifting);
	}
}

enum err look_into_facts(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes file, const char *kind,
	const struct binary *binary, struct arena *arena, struct looked *ret)
{
	struct looking looking = {
		.rules = rules,
		.may = *may,
		.path = path,
		.text = file,
		.arena = arena,
		.out = ret,
		.place = place_of(path),
	};

	*ret = (struct looked){ .cut = binary->cut };
	look_narrow(&looking);
	look_at_binary(&looking, kind_find(bytes_of_string(kind)), binary);
	if (looking.err == ERR_OK && ret->count > 0)
		qsort(ret->settings, ret->count, sizeof *ret->settings, setting_order);
	return looking.err;
}

enum err look_into_binary(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes file, struct arena *arena, struct looked *ret)
{
	struct binary binary;
	enum err err = binary_read(file, arena, &binary);

	if (err == ERR_OK)
		err = look_into_facts(
			rules, may, path, file, binary_kind(file), &binary, arena, ret);
	return err == ERR_OK && arena_refused(arena) ? ERR_MEMORY : err;
}
