#include "cli/policies.h"

#include "base/suggestion.h"
#include "cli/yaml_file.h"
#include "sys/document_yaml.h"
#include "sys/input.h"

/* Generated from data/policy. Each begins with "name: ", as a test holds. */
extern const char *const policy_texts[];

#define NAME_FIELD "name: "

size_t policies_count(void)
{
	size_t count = 0;

	while (policy_texts[count] != NULL)
		count++;
	return count;
}

struct bytes policies_name(size_t index)
{
	const char *name = policy_texts[index] + sizeof NAME_FIELD - 1;

	return bytes_over(name, strcspn(name, "\n"));
}

enum err policies_read(size_t index, struct policy *ret, struct fault *why)
{
	struct document document;
	struct arena arena;
	enum err err;

	arena_init(&arena, YAML_NODES_MAX);
	err = document_read_yaml(bytes_of_string(policy_texts[index]),
		"a built-in policy", &arena, &document, why);
	if (err == ERR_OK)
		err = policy_of_document(&document, ret, why);
	arena_done(&arena);
	return err;
}

static enum err load_file(const char *path, struct policy *ret, struct fault *why)
{
	struct document document;
	struct arena arena;
	enum err err;

	arena_init(&arena, YAML_NODES_MAX);
	err = yaml_file_read(path, "a policy", &arena, &document, why);
	if (err == ERR_OK)
		err = yaml_file_fault(policy_of_document(&document, ret, why), why);
	arena_done(&arena);
	return err;
}

/* The name in a policy's first line; answers its length. */
static size_t name_of(const char *policy, const char **ret)
{
	*ret = policy + strlen(NAME_FIELD);
	return strcspn(*ret, "\n");
}

static enum err refuse_unknown(const char *name, struct fault *why)
{
	struct suggestion meant = suggestion_for(bytes_of_string(name));
	char names[32][POLICY_NAME_MAX];
	struct text shown;
	const char *at;

	if (name[0] == '\0')
		return fault_set(
			why, ERR_USAGE, "no policy is named; see `tlsunset policy list`");
	for (size_t i = 0; i < COUNT_OF(names) && policy_texts[i] != NULL; i++) {
		size_t len = name_of(policy_texts[i], &at);

		if (len >= POLICY_NAME_MAX)
			continue;
		memcpy(names[i], at, len);
		names[i][len] = '\0';
		suggestion_offer(&meant, names[i]);
	}
	text_init(&shown, INPUT_NAME_MAX);
	text_quote_terminal(&shown, bytes_first(bytes_of_string(name), 40));
	(void)fault_set(why, ERR_USAGE,
		meant.name != NULL ? "no policy or file %s; did you mean %s?"
				   : "no policy or file %s; see `tlsunset policy list`",
		text_string(&shown), meant.name);
	text_done(&shown);
	return ERR_USAGE;
}

enum err policy_load(const char *name, struct policy *ret, struct fault *why)
{
	enum err err;

	for (size_t i = 0; policy_texts[i] != NULL; i++) {
		const char *at;
		size_t len = name_of(policy_texts[i], &at);

		if (len == strlen(name) && memcmp(at, name, len) == 0)
			return policies_read(i, ret, why);
	}
	err = load_file(name, ret, why);
	if (err == ERR_NOT_FOUND && strpbrk(name, "/") == NULL)
		return refuse_unknown(name, why);
	return err;
}
