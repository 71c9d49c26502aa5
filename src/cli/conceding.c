#include "cli/conceding.h"

#include <stdlib.h>

#include "cli/policies.h"
#include "report/concession.h"

#define OUTPUT_MAX ((size_t)1 << 20) /* a few relaxations */

static enum err read_presets(struct policy **ret, size_t *ret_count, struct fault *why)
{
	enum err err = ERR_OK;

	*ret_count = policies_count();
	if (*ret_count > CONCESSION_PRESETS_MAX)
		*ret_count = CONCESSION_PRESETS_MAX;
	*ret = calloc(*ret_count, sizeof **ret);
	if (*ret == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (size_t i = 0; err == ERR_OK && i < *ret_count; i++)
		err = policies_read(i, &(*ret)[i], why);
	return err;
}

static enum exit_code show(
	const struct forecasting *asked, const struct concessions *found)
{
	enum exit_code code;
	struct text text;

	text_init(&text, OUTPUT_MAX);
	if (asked->output == FORECAST_JSON)
		concessions_json(found, &text);
	else
		concessions_text(found, &asked->render, &text);
	code = command_print(&text);
	text_done(&text);
	return code == EXIT_NOTHING_FOUND && found->breaking > 0 ? EXIT_FOUND : code;
}

enum exit_code conceding_run(const struct forecasting *asked, const char *store_name,
	const struct server_profile *profile, const struct server_origin *origin)
{
	struct fault why = { 0 };
	struct concessions found;
	struct policy *presets;
	struct store *store = NULL;
	enum exit_code code;
	size_t count;
	enum err err = read_presets(&presets, &count, &why);

	if (err == ERR_OK)
		err = store_open(store_name, STORE_READ, &store, &why);
	if (err == ERR_OK)
		err = concessions_init(&found, store, &asked->filter, asked->keep,
			profile, presets, count, &why);
	found.origin = origin;
	code = err == ERR_OK ? show(asked, &found) : command_fault(&why);
	store_close(store);
	free(presets);
	return code;
}
