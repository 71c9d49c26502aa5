#include "audit/surroundings_inside.h"

#include "audit/version_words.h"

#define ALTERNATIVES_MAX 4096 /* bytes between two arms of "#if" */
#define LABEL_MAX        1024 /* tokens of one label: a list of cases */

/* The token before `at` in the same brackets: of a group in brackets, its first. */
static size_t before(const struct tokens *tokens, size_t at)
{
	tokens_worked(tokens, 1);
	if (at == 0)
		return SIZE_MAX;
	at--;
	return tokens->all[at].mate < at ? tokens->all[at].mate : at;
}

size_t surroundings_header(const struct tokens *tokens, size_t open)
{
	size_t start = open;

	for (size_t at = before(tokens, open), n = 0; at != SIZE_MAX && n < NEAR_MAX;
		at = before(tokens, at), n++) {
		if (tokens->all[at].in != tokens->all[open].in ||
			tokens->all[at].kind == TOKEN_LINE || is_sign(tokens, at, ';') ||
			is_sign(tokens, at, '{'))
			break;
		start = at;
	}
	return start;
}

/* A block that holds functions: a class, a namespace. "struct x *f() {" is a function. */
static bool holds_functions(const struct tokens *tokens, size_t open)
{
	static const char *const always[] = { "class", "interface", "impl", "trait",
		"extension", "protocol", "namespace", "module", "package", "mod",
		"object", "record", NULL };
	static const char *const alone[] = { "struct", "enum", "union", "extern", "type",
		NULL };
	bool type = false, arguments = false;
	size_t at = surroundings_header(tokens, open);

	while (at < open) {
		if (token_is_any(tokens, at, always))
			return true;
		type = type || token_is_any(tokens, at, alone);
		arguments = arguments || is_sign(tokens, at, '(');
		at = tokens->all[at].mate > at ? (size_t)tokens->all[at].mate + 1
					       : at + 1;
	}
	return type && !arguments;
}

/* Between two lines that begin with a definition. */
static struct token_span between_definitions(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "def", "Sub", "Function", "function", NULL };
	struct token_span span = { at, at + 1 };

	size_t least = at > NEAR_MAX ? at - NEAR_MAX : 0;
	size_t most = at + NEAR_MAX < tokens->count ? at + NEAR_MAX : tokens->count;

	while (span.first > least && !token_is_any(tokens, span.first, words))
		span.first--;
	while (span.end < most && !token_is_any(tokens, span.end, words))
		span.end++;
	return span;
}

struct token_span surroundings_function(const struct tokens *tokens, size_t at)
{
	struct token_span found = { 0, tokens->count };
	uint32_t in = tokens->all[at].in;

	if (tokens->family->indents)
		return between_definitions(tokens, at);
	for (size_t depth = 0; in != NO_TOKEN && depth < AROUND_MAX; depth++) {
		if (is_sign(tokens, in, '{') && !holds_functions(tokens, in))
			found = (struct token_span){ in, tokens->all[in].mate > in
								 ? tokens->all[in].mate
								 : tokens->count };
		in = tokens->all[in].in;
	}
	return found;
}

static uint32_t block_of(const struct tokens *tokens, size_t at)
{
	uint32_t in = tokens->all[at].in;

	while (in != NO_TOKEN && !is_sign(tokens, in, '{'))
		in = tokens->all[in].in;
	return in;
}

static bool is_around(const struct tokens *tokens, uint32_t block, size_t at)
{
	uint32_t in = tokens->all[at].in;

	while (in != NO_TOKEN && in != block)
		in = tokens->all[in].in;
	return in == block;
}

size_t surroundings_indentation(const struct tokens *tokens, size_t at)
{
	size_t start = tokens->all[at].at, width = 0;

	while (start > 0 && tokens->file.at[start - 1] != '\n')
		start--;
	while (start + width < tokens->file.len &&
		(tokens->file.at[start + width] == ' ' ||
			tokens->file.at[start + width] == '\t'))
		width++;
	return width;
}

static size_t statement_start(const struct tokens *tokens, size_t at)
{
	return shape_statement(tokens, (struct token_span){ at, at + 1 }).first;
}

/* The statement around all brackets that the token stands in but braces. */
static size_t whole_statement(const struct tokens *tokens, size_t at)
{
	for (uint32_t in;
		(in = tokens->all[at].in) != NO_TOKEN && !is_sign(tokens, in, '{');)
		at = in;
	return statement_start(tokens, at);
}

/* "if (x) y = 1;": from `if` to behind its condition; empty if none stands there. */
static struct token_span condition_in_front(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "if", "else", "elif", "elsif", "unless",
		"while", "for", "case", "when", NULL };
	size_t first = whole_statement(tokens, at);
	struct token_span none = { at, at };
	size_t end = first + 1;

	if (!token_is_any(tokens, first, words))
		return none;
	if (token_is(tokens, first, "else") && token_is(tokens, end, "if"))
		end++;
	if (is_sign(tokens, end, '('))
		end = (size_t)tokens->all[end].mate + 1;
	return end <= at ? (struct token_span){ first, end } : none;
}

/* True if "#else" or "#elif" stands between the two, and parts them. */
static bool are_alternatives(const struct tokens *tokens, size_t a, size_t b)
{
	size_t from = tokens->all[a < b ? a : b].at, to = tokens->all[a < b ? b : a].at;
	struct bytes left = bytes_over(tokens->file.at + from, to - from);
	size_t depth = 0;

	if (!tokens->family->preprocessed || left.len > ALTERNATIVES_MAX)
		return false;
	while (left.len > 0) {
		struct bytes word;

		left = bytes_after(left, bytes_find(left, bytes_of_string("\n")) + 1);
		word = left;
		while (word.len > 0 && (word.at[0] == ' ' || word.at[0] == '\t'))
			word = bytes_after(word, 1);
		if (!bytes_start_with(word, bytes_of_string("#")))
			continue;
		word = bytes_after(word, 1);
		while (word.len > 0 && (word.at[0] == ' ' || word.at[0] == '\t'))
			word = bytes_after(word, 1);
		if (bytes_start_with(word, bytes_of_string("if")))
			depth++;
		else if (depth == 0 && bytes_start_with(word, bytes_of_string("el")))
			return true;
		else if (bytes_start_with(word, bytes_of_string("endif")) && depth-- == 0)
			return false;
	}
	return false;
}

bool surroundings_always(const struct tokens *tokens, size_t first, size_t later)
{
	struct token_span condition = condition_in_front(tokens, first);

	if (first == later)
		return true;
	if (are_alternatives(tokens, first, later))
		return false;
	if (tokens->family->indents)
		return surroundings_indentation(tokens, first) <=
		       surroundings_indentation(tokens, later);
	if (condition.end > condition.first)
		return false;
	return is_around(tokens, block_of(tokens, first), later);
}

/* What asks whether a name is there chooses no version: "defined('TLSv1_2')". */
static bool asks_whether_there(const struct tokens *tokens, size_t first, size_t end)
{
	static const char *const words[] = { "defined", "hasattr", "function_exists",
		"const_defined?", "defined?", "can", "available", "isAvailable",
		"__builtin_available", "typeof", "GetMember", "GetNames", "IsDefined",
		NULL };

	for (size_t at = first; at < end; at++)
		if (token_is_any(tokens, at, words))
			return true;
	return false;
}

/* "minorVersion == '0'", "version == 11": a reader of versions. */
static bool is_version_digit(const struct tokens *tokens, size_t at)
{
	static const char *const digits[] = { "0", "1", "2", "3", "10", "11", "12", "13",
		NULL };
	static const char *const others[] = { "os", "win", "major", NULL };
	struct bytes name, version = bytes_of_string("version");

	if (at < 3 || at + 1 >= tokens->count || tokens->all[at].kind == TOKEN_WORD ||
		tokens->all[at - 2].kind != TOKEN_WORD ||
		(!token_is(tokens, at - 1, "==") && !token_is(tokens, at - 1, "===")))
		return false;
	name = token_text(tokens, at - 2);
	if (token_is(tokens, at + 1, "&&") || token_is(tokens, at - 3, "&&"))
		return false; /* of a system's release */
	for (size_t i = 0; others[i] != NULL; i++)
		if (bytes_find_caseless(name, bytes_of_string(others[i])) < name.len)
			return false;
	for (size_t i = 0; digits[i] != NULL; i++)
		if (bytes_equal(token_text(tokens, at), bytes_of_string(digits[i])))
			return name.len >= version.len &&
			       bytes_equal_caseless(
				       bytes_after(name, name.len - version.len),
				       version);
	return false;
}

/* What is held against another; a word by itself is a switch. */
static bool compares(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "==", "===", "!=", "!==", "<", ">",
		"<=", ">=", "=~", "=", "<>", "-eq", "-ne", "-lt", "-gt", "-le", "-ge",
		"-match", "-like", "-contains", "is", "in", "equals", "Equals", "eq",
		"ne", "eql", "strcmp", "strcasecmp", "strncmp", "strncasecmp", "stricmp",
		"match", "contains", "Contains", "includes", "HasFlag", "compareTo", "&",
		"-band", "equalsIgnoreCase", "isEqualToString", "case", "when", NULL };

	return tokens->all[at].kind != TOKEN_STRING &&
	       tokens->all[at].kind != TOKEN_LINE && token_is_any(tokens, at, words);
}

static enum surroundings_choice chosen_by(
	const struct tokens *tokens, size_t first, size_t end)
{
	enum surroundings_choice choice = CHOSEN_NOT;
	bool compared = false;

	if (asks_whether_there(tokens, first, end))
		return CHOSEN_NOT;
	for (size_t at = first; at < end; at++) {
		enum named_version named;

		if (compares(tokens, at))
			compared = true;
		if (tokens->all[at].kind == TOKEN_SIGN ||
			tokens->all[at].kind == TOKEN_LINE)
			continue;
		named = version_named(token_text(tokens, at));
		if (named == NAMES_OLD_VERSION || is_version_digit(tokens, at))
			return CHOSEN;
		if (named == NAMES_NEW_VERSION && choice == CHOSEN_NOT)
			choice = tokens->all[at].kind == TOKEN_WORD ? CHOSEN_NEWER
								    : CHOSEN;
	}
	return choice != CHOSEN_NOT && compared ? CHOSEN : choice;
}

/* "if (enableTls10)": one name, held against nothing. */
static bool is_switch(const struct tokens *tokens, size_t first, size_t end)
{
	for (size_t at = first; at < end; at++)
		if (tokens->all[at].kind == TOKEN_STRING || compares(tokens, at) ||
			is_sign(tokens, at, '!'))
			return false;
	return true;
}

/* Of a label, or what stands in front of an arrow. */
static bool span_names_version(const struct tokens *tokens, size_t first, size_t end)
{
	return chosen_by(tokens, first, end) != CHOSEN_NOT;
}

enum err surroundings_labels(struct tokens *tokens, struct arena *arena)
{
	static const char *const words[] = { "case", "when", "default", NULL };

	tokens->labels = arena_take(arena, tokens->count * sizeof tokens->labels[0]);
	if (tokens->labels == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < tokens->count; i++) {
		size_t last = before(tokens, i);
		bool begins = last == SIZE_MAX ||
			      (is_sign(tokens, last, '{') && tokens->all[i].in == last);

		if (tokens->all[i].kind == TOKEN_WORD && token_is_any(tokens, i, words))
			tokens->labels[i] = (uint32_t)i;
		else
			tokens->labels[i] = begins ? NO_TOKEN : tokens->labels[last];
	}
	return ERR_OK;
}

/* The label above a statement of its block: "case X:", "default:", "X =>". */
static struct token_span label_above(const struct tokens *tokens, size_t at)
{
	uint32_t label = tokens->labels[at];
	size_t end = label, most;

	if (label == NO_TOKEN)
		return (struct token_span){ at, at };
	most = at - end > LABEL_MAX ? end + LABEL_MAX : at;
	while (end < most && !is_sign(tokens, end, ':') && !token_is(tokens, end, "=>") &&
		!token_is(tokens, end, "->") && tokens->all[end].kind != TOKEN_LINE)
		end++;
	return (struct token_span){ label, end };
}

/* Behind a pattern; in most languages "->" leads to a member. */
static bool is_arrow(const struct tokens *tokens, size_t at)
{
	static const char *const arrows[] = { "elixir", "java", "kotlin", NULL };

	if (token_is(tokens, at, "=>"))
		return true;
	for (size_t i = 0; arrows[i] != NULL; i++)
		if (strcmp(tokens->family->name, arrows[i]) == 0)
			return token_is(tokens, at, "->");
	return false;
}

/* The words in front of a block, and of the blocks that it is the "else" of. */
static enum surroundings_choice block_chosen(const struct tokens *tokens, size_t open)
{
	static const char *const words[] = { "if", "else", "elif", "elsif", "elseif",
		"case", "when", "unless", "while", NULL };
	static const char *const elses[] = { "else", "elseif", "elsif", NULL };

	for (size_t depth = 0; depth < AROUND_MAX; depth++) {
		size_t start = surroundings_header(tokens, open);
		enum surroundings_choice choice;

		if (!token_is_any(tokens, start, words) &&
			(open == 0 || !is_arrow(tokens, open - 1)))
			return CHOSEN_NOT;
		choice = chosen_by(tokens, start, open);
		/* What is set where a switch is off, is set by itself. */
		if (depth > 0 && choice != CHOSEN_NOT && is_switch(tokens, start, open))
			return CHOSEN_NOT;
		if (choice != CHOSEN_NOT)
			return choice;
		if (!token_is_any(tokens, start, elses) ||
			!is_sign(tokens, start - 1, '}') ||
			tokens->all[start - 1].mate >= start)
			return CHOSEN_NOT;
		open = tokens->all[start - 1].mate;
	}
	return CHOSEN_NOT;
}

/* By indentation: a line above that is further out, and begins with a condition. */
static enum surroundings_choice line_chosen(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "if", "elif", "elsif", "else", "when",
		"case", "unless", NULL };
	size_t width = surroundings_indentation(tokens, at);
	struct token_span function = surroundings_function(tokens, at);
	enum surroundings_choice choice = CHOSEN_NOT;

	tokens_worked(tokens, at - function.first);
	for (size_t i = at + 1; i-- > function.first && width > 0;) {
		size_t line = i, end = i;

		if ((i > 0 && tokens->all[i - 1].kind != TOKEN_LINE) ||
			surroundings_indentation(tokens, i) >= width)
			continue;
		while (end < at && tokens->all[end].kind != TOKEN_LINE)
			end++;
		tokens_worked(tokens, end - line);
		width = surroundings_indentation(tokens, line);
		if (token_is_any(tokens, line, words))
			choice = chosen_by(tokens, line, end);
		if (choice != CHOSEN_NOT)
			return choice;
	}
	return CHOSEN_NOT;
}

/* "'tls1' => set(TLS1)," in front of it. */
static bool arm_is_chosen(const struct tokens *tokens, size_t at)
{
	uint32_t in = tokens->all[at].in;
	size_t start = at, arrow = SIZE_MAX;

	for (size_t n = 0; start > 0 && n < NEAR_MAX; n++) {
		size_t i = before(tokens, start);

		if (tokens->all[i].in != in || is_sign(tokens, i, ',') ||
			is_sign(tokens, i, ';') || is_sign(tokens, i, '{'))
			break;
		if (arrow == SIZE_MAX && is_arrow(tokens, i))
			arrow = i;
		start = i;
	}
	return arrow != SIZE_MAX && span_names_version(tokens, start, arrow);
}

/* A test is not called by anybody. */
static bool is_test_name(struct bytes name)
{
	static const char *const words[] = { "test", "should", "spec_", "scenario",
		NULL };

	for (size_t i = 0; words[i] != NULL; i++)
		if (bytes_find_caseless(name, bytes_of_string(words[i])) < name.len)
			return true;
	return false;
}

/* "void use_tls10(context)": who calls it chose. */
static enum surroundings_choice function_chosen(const struct tokens *tokens, size_t at)
{
	struct token_span function = surroundings_function(tokens, at);
	size_t name = function.first;

	if (!is_sign(tokens, function.first, '{'))
		return CHOSEN_NOT;
	while (name > 0 && (name = before(tokens, name)) != SIZE_MAX)
		if (is_sign(tokens, name, '(') || tokens->all[name].kind == TOKEN_LINE)
			break;
	if (name == SIZE_MAX || name == 0 || !is_sign(tokens, name, '(') ||
		tokens->all[name - 1].kind != TOKEN_WORD ||
		is_test_name(token_text(tokens, name - 1)))
		return CHOSEN_NOT;
	return chosen_by(tokens, name - 1, name);
}

static enum surroundings_choice greater(
	enum surroundings_choice a, enum surroundings_choice b)
{
	return a > b ? a : b;
}

enum surroundings_choice surroundings_chosen(const struct tokens *tokens, size_t at)
{
	struct token_span condition = condition_in_front(tokens, at);
	enum surroundings_choice choice =
		chosen_by(tokens, condition.first, condition.end);
	size_t inner = at;

	if (arm_is_chosen(tokens, at))
		return CHOSEN;
	if (tokens->family->indents)
		return greater(choice, line_chosen(tokens, at));
	choice = greater(choice, function_chosen(tokens, at));
	for (size_t depth = 0; depth < AROUND_MAX && choice != CHOSEN; depth++) {
		struct token_span label = label_above(tokens, inner);
		uint32_t block = block_of(tokens, inner);

		if (span_names_version(tokens, label.first, label.end))
			return CHOSEN;
		if (block == NO_TOKEN)
			break;
		choice = greater(choice, block_chosen(tokens, block));
		inner = block;
	}
	return choice;
}

bool surroundings_seen(const struct tokens *tokens, size_t defined, size_t used)
{
	struct token_span function = surroundings_function(tokens, defined);
	bool member = used > 0 && (token_is(tokens, used - 1, ".") ||
					  token_is(tokens, used - 1, "->") ||
					  token_is(tokens, used - 1, "::"));

	if (member || (used >= function.first && used < function.end))
		return true;
	return tokens->family->indents && surroundings_indentation(tokens, defined) == 0;
}
