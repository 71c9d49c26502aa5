#include "report/render.h"

#include <stdio.h>

/* To add one: a line here and in render.h, a file. In order of name. */
static const struct renderer renderers[] = {
	{ "csv", render_csv },
	{ "json", render_json },
	{ "text", render_text },
};

const struct renderer *renderer_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(renderers); i++)
		if (strcmp(renderers[i].name, name) == 0)
			return &renderers[i];
	return NULL;
}

const char *render_version(uint16_t version, char ret_text[VERSION_TEXT_MAX])
{
	const char *name = version_name(version);

	if (version == VERSION_NONE)
		ret_text[0] = '\0';
	else if (name != NULL)
		(void)snprintf(ret_text, VERSION_TEXT_MAX, "%s", name);
	else
		(void)snprintf(ret_text, VERSION_TEXT_MAX, "0x%04x", version);
	return ret_text;
}

const char *render_endpoint(
	const struct address *address, uint16_t port, char ret_text[ENDPOINT_TEXT_MAX])
{
	char name[ADDRESS_TEXT_MAX];
	const char *format = address_is_ipv4(address) ? "%s:%u" : "[%s]:%u";

	(void)snprintf(ret_text, ENDPOINT_TEXT_MAX, format, address_text(address, name),
		(unsigned)port);
	return ret_text;
}

void render_rows_left(struct text *text, size_t rows, size_t limit)
{
	if (rows <= limit)
		return;
	text_add(text, "  … and ");
	text_grouped(text, rows - limit);
	text_add(text, " more; --limit 0 shows all\n");
}

void render_share(struct text *text, uint64_t part, uint64_t whole)
{
	double share = whole == 0 ? 0 : 100.0 * (double)part / (double)whole;

	if (part > 0 && share < 0.01)
		text_add(text, "under 0.01 %");
	else if (part < whole && share > 99.99)
		text_add(text, "over 99.99 %");
	else
		text_format(
			text, part == 0 || part == whole ? "%.0f %%" : "%.2f %%", share);
}
