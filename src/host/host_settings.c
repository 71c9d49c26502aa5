/* What decides beside files: variables of the environment, and arguments. */
#include <stdlib.h>
#include <string.h>

#include "host/host_inside.h"

#define ARGUMENTS_MAX 32768 /* Java's are many */

bool host_string_next(struct bytes *left, const char **ret)
{
	const uint8_t *zero = left->len == 0 ? NULL : memchr(left->at, 0, left->len);

	if (zero == NULL)
		return false;
	*ret = (const char *)left->at;
	*left = bytes_after(*left, (size_t)(zero - left->at) + 1);
	return true;
}

/* Of a name that is there twice the first counts. getenv(3). */
const char *host_variable(struct host *host, const char *name)
{
	size_t len = strlen(name);
	struct bytes left;
	const char *one;

	if (host->settings == NULL)
		return host->may_run ? getenv(name) : NULL;
	left = host->settings->variables;
	while (host_string_next(&left, &one))
		if (strncmp(one, name, len) == 0 && one[len] == '=')
			return one + len + 1;
	return NULL;
}

const char *host_arguments(struct host *host, const char *begins)
{
	struct text CLEANUP(text_done) found;
	struct bytes left = { 0 };
	const char *one, *kept;

	text_init(&found, ARGUMENTS_MAX);
	if (host->settings != NULL)
		left = host->settings->arguments;
	while (host_string_next(&left, &one))
		if (strncmp(one, begins, strlen(begins)) == 0) {
			text_add(&found, one);
			text_char(&found, ' ');
		}
	kept = arena_string(host->arena, bytes_of_string(text_string(&found)));
	return kept == NULL ? "" : kept;
}
