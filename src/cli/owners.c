#include "cli/owners.h"

#include "base/suggestion.h"
#include "base/text.h"
#include "cli/yaml_file.h"

enum err owners_load(
	const char *path, struct arena *arena, struct owners *ret, struct fault *why)
{
	struct document document;
	enum err err = yaml_file_read(path, "a file of owners", arena, &document, why);

	if (err != ERR_OK)
		return err;
	return yaml_file_fault(owners_of_document(&document, arena, ret, why), why);
}

enum err owners_named(const struct owners *owners, const char *option, const char *name,
	const struct owner **ret, struct fault *why)
{
	struct suggestion meant = suggestion_for(bytes_of_string(name));
	struct text CLEANUP(text_done) shown;
	struct text CLEANUP(text_done) other;

	text_init(&shown, FAULT_TEXT_MAX);
	text_init(&other, FAULT_TEXT_MAX);
	*ret = owners_find(owners, bytes_of_string(name));
	if (*ret != NULL)
		return ERR_OK;
	for (size_t i = 0; i < owners->count; i++)
		suggestion_offer(&meant, owners->all[i].name);
	text_quote_terminal(&shown, bytes_first(bytes_of_string(name), OWNER_NAME_MAX));
	if (meant.name == NULL)
		return fault_set(why, ERR_USAGE,
			"impact: %s: \"%s\" is none of --owners FILE", option,
			text_string(&shown));
	text_quote_terminal(&other, bytes_of_string(meant.name));
	return fault_set(why, ERR_USAGE,
		"impact: %s: \"%s\" is none of --owners FILE; did you mean %s?", option,
		text_string(&shown), text_string(&other));
}
