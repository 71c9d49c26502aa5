#include "cli/yaml_file.h"

#include "base/text.h"
#include "sys/document_yaml.h"
#include "sys/input.h"

enum err yaml_file_fault(enum err err, struct fault *why)
{
	if (err != ERR_VALUE && err != ERR_DUPLICATE && err != ERR_LIMIT)
		return err;
	why->err = ERR_USAGE;
	return ERR_USAGE;
}

static enum err read(struct input *input, const char *what, struct arena *arena,
	struct document *ret, struct fault *why)
{
	const char *name = arena_string(arena, bytes_of_string(input_name(input)));
	struct text CLEANUP(text_done) all;
	enum err err = name != NULL ? ERR_OK : ERR_MEMORY;

	text_init(&all, YAML_BYTES_MAX);
	if (err == ERR_OK)
		err = input_read_all(input, &all, why);
	if (err == ERR_LIMIT)
		return fault_set(
			why, ERR_USAGE, "%s is larger than %s can be", name, what);
	if (err == ERR_MEMORY)
		return fault_set(why, err, "memory ran out");
	if (err != ERR_OK)
		return err;
	err = document_read_yaml(
		bytes_over(text_string(&all), text_len(&all)), name, arena, ret, why);
	return yaml_file_fault(err, why);
}

enum err yaml_file_read(const char *path, const char *what, struct arena *arena,
	struct document *ret, struct fault *why)
{
	struct input *input;
	enum err err = input_open(path, &input, why);

	if (err != ERR_OK)
		return err;
	err = read(input, what, arena, ret, why);
	input_close(input);
	return err;
}
