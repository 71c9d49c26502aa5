#include "report/endpoint_render.h"

/* To add one: a line here, endpoint_<name>.c, docs/scan.md. In order of name. */
static const struct endpoint_renderer renderers[] = {
	{ "csv", endpoint_csv_begin, endpoint_csv, NULL },
	{ "json", endpoint_json_begin, endpoint_json, endpoint_json_end },
	{ "jsonl", NULL, endpoint_jsonl, NULL },
	{ "text", NULL, endpoint_text, endpoint_text_end },
};

const struct endpoint_renderer *endpoint_renderer_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(renderers); i++)
		if (strcmp(renderers[i].name, name) == 0)
			return &renderers[i];
	return NULL;
}
