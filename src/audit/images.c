#include "audit/images.h"

#include "audit/kinds.h"
#include "base/release.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct bytes behind_blanks(struct bytes text)
{
	while (text.len > 0 && is_blank(text.at[0]))
		text = bytes_after(text, 1);
	return text;
}

/* Up to a blank, and what ends a value of YAML and JSON. */
static struct bytes word_of(struct bytes text)
{
	size_t len = 0;

	while (len < text.len && !is_blank(text.at[len]) &&
		memchr("\"',#{}", text.at[len], 6) == NULL)
		len++;
	return bytes_first(text, len);
}

/* What the key of a line has: `image: "nginx:1.25"`, `- image: x`, `"image": "x",`. */
static bool key_value(struct bytes line, const char *key, struct bytes *ret)
{
	while (line.len > 0 && (is_blank(line.at[0]) || line.at[0] == '-'))
		line = bytes_after(line, 1);
	if (line.len > 0 && line.at[0] == '"')
		line = bytes_after(line, 1);
	if (!bytes_start_with(line, bytes_of_string(key)))
		return false;
	line = bytes_after(line, strlen(key));
	if (line.len > 0 && line.at[0] == '"')
		line = bytes_after(line, 1);
	if (line.len == 0 || line.at[0] != ':')
		return false;
	line = behind_blanks(bytes_after(line, 1));
	if (line.len > 0 && (line.at[0] == '"' || line.at[0] == '\''))
		line = bytes_after(line, 1);
	*ret = word_of(line);
	return true;
}

/* "FROM --platform=x nginx:1.25 AS base". Dockerfile reference, FROM. */
static bool from_value(struct bytes line, struct bytes *ret)
{
	struct bytes from = bytes_of_string("FROM");

	line = behind_blanks(line);
	if (!bytes_start_with_caseless(line, from) || line.len == from.len ||
		!is_blank(line.at[from.len]))
		return false;
	line = behind_blanks(bytes_after(line, from.len));
	while (bytes_start_with(line, bytes_of_string("--")))
		line = behind_blanks(bytes_after(line, word_of(line).len));
	*ret = word_of(line);
	return true;
}

/* "registry:5000/library/nginx:1.25@sha256:..." */
static struct image image_of(struct bytes reference)
{
	struct image image = { .name = bytes_first(reference,
				       bytes_find(reference, bytes_of_string("@"))) };
	size_t at = image.name.len;

	while (at > 0 && image.name.at[at - 1] != '/')
		at--;
	image.name = bytes_after(image.name, at);
	at = bytes_find(image.name, bytes_of_string(":"));
	image.tag = bytes_after(image.name, at + 1);
	image.name = bytes_first(image.name, at);
	return image;
}

static void add(struct images *images, struct image image)
{
	if (image.name.len == 0)
		return;
	if (images->count < IMAGES_MAX)
		images->all[images->count++] = image;
	else
		images->cut = true;
}

void images_add(struct images *images, struct bytes text)
{
	struct image *chart = NULL; /* of the "repository" above */
	struct bytes value;

	while (text.len > 0) {
		size_t len = bytes_find(text, bytes_of_string("\n"));
		struct bytes line = bytes_first(text, len);
		size_t before = images->count;

		text = bytes_after(text, len + 1);
		if (from_value(line, &value) || key_value(line, "image", &value) ||
			key_value(line, "repository", &value)) {
			add(images, image_of(value));
			chart = images->count > before ? &images->all[before] : NULL;
		} else if (chart != NULL && chart->tag.len == 0 &&
			   key_value(line, "tag", &value)) {
			chart->tag = value;
		}
	}
}

/* The same program without rights: "nginx-unprivileged". */
static bool is_of(const struct image *image, struct bytes name)
{
	return bytes_start_with(image->name, name) &&
	       (image->name.len == name.len ||
		       bytes_equal(bytes_after(image->name, name.len),
			       bytes_of_string("-unprivileged")));
}

bool images_are_before(
	const struct images *images, struct bytes name, struct bytes release)
{
	bool found = false;

	for (size_t i = 0; i < images->count; i++) {
		if (!is_of(&images->all[i], name))
			continue;
		if (!release_line_is_before(images->all[i].tag, release))
			return false;
		found = true;
	}
	return found && !images->cut;
}

bool images_stand_in(struct bytes file_name)
{
	static const char *const patterns[] = { "*Dockerfile*", "*Containerfile*",
		"*.yaml", "*.yml", NULL };

	for (size_t i = 0; patterns[i] != NULL; i++)
		if (pattern_fits(file_name, bytes_of_string(patterns[i])))
			return true;
	return false;
}
