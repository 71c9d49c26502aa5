#include "cli/exports.h"

#include <stdlib.h>
#include <string.h>

#include "sys/input.h"

static enum err read_file(struct exports *exports, const char *path,
	struct export_file *ret, struct fault *why)
{
	struct text *text = &exports->texts[exports->count++];
	struct input *input;
	enum err err = input_open(path, &input, why);

	text_init(text, EXPORT_BYTES_MAX);
	if (err == ERR_NOT_FOUND)
		why->err = err = ERR_USAGE;
	if (err != ERR_OK)
		return err;
	err = input_read_all(input, text, why);
	if (err == ERR_LIMIT)
		err = fault_set(
			why, ERR_USAGE, "%s is larger than is read", input_name(input));
	else if (err == ERR_MEMORY)
		err = fault_set(why, err, "host: %s", err_sentence(err));
	input_close(input);
	*ret = (struct export_file){ path,
		bytes_over(text_string(text), text_len(text)) };
	return err;
}

static enum err read_list(struct exports *exports, const char *list, char **ret_list,
	struct export_file *files, size_t *ret_count, struct fault *why)
{
	enum err err = ERR_OK;

	if (list == NULL)
		return ERR_OK;
	*ret_list = strdup(list);
	if (*ret_list == NULL)
		return fault_set(why, ERR_MEMORY, "host: %s", err_sentence(ERR_MEMORY));
	for (char *at = *ret_list; at != NULL && err == ERR_OK;) {
		char *comma = strchr(at, ',');

		if (comma != NULL)
			*comma++ = '\0';
		if (*ret_count == EXPORTS_MAX)
			return fault_set(why, ERR_USAGE,
				"host: at most %d files of a kind", EXPORTS_MAX);
		err = read_file(exports, at, &files[*ret_count], why);
		(*ret_count)++;
		at = comma;
	}
	return err;
}

enum err exports_read(struct exports *exports, const char *registry,
	const char *inventory, const char *suites, struct fault *why)
{
	struct host_exports *all = &exports->all;
	enum err err = read_list(exports, registry, &exports->lists[0], all->registry,
		&all->registry_count, why);

	if (err == ERR_OK)
		err = read_list(exports, inventory, &exports->lists[1], all->inventory,
			&all->inventory_count, why);
	if (err == ERR_OK && suites != NULL)
		err = read_file(exports, suites, &all->suites, why);
	return err;
}

void exports_done(struct exports *exports)
{
	for (size_t i = 0; i < exports->count; i++)
		text_done(&exports->texts[i]);
	free(exports->lists[0]);
	free(exports->lists[1]);
}
