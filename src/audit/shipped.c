#include "audit/shipped.h"

#include "sys/document_yaml.h"

/* Generated from data/audit, without its examples. */
extern const char *const audit_texts[];

enum err rules_add_text(struct rules *rules, struct bytes text, const char *name,
	struct arena *arena, struct fault *why)
{
	struct document document;
	enum err err = document_read_yaml(text, name, arena, &document, why);

	return err == ERR_OK ? rules_add(rules, &document, arena, why) : err;
}

enum err shipped_rules(struct rules *rules, struct arena *arena, struct fault *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && audit_texts[i] != NULL; i++)
		err = rules_add_text(rules, bytes_of_string(audit_texts[i]),
			"a built-in file of rules", arena, why);
	return err;
}
