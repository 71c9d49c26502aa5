/*
 * replay - runs a fuzz target over stored inputs, with any compiler.
 *
 * Usage: replay FILE|DIRECTORY... Every file must be readable, and a run without
 * a single input is a failure: a corpus that got lost is not a test that passed.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

#define INPUT_MAX    (1 << 20) /* no stored input is larger */
#define PATH_LEN_MAX 4096

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *memory = malloc(INPUT_MAX);
	uint8_t *exact;
	size_t len;

	if (file == NULL || memory == NULL) {
		fprintf(stderr, "replay: cannot read %s: %s\n", path, strerror(errno));
		exit(EXIT_FAILURE);
	}
	len = fread(memory, 1, INPUT_MAX, file);
	fclose(file);
	/* In memory of its own length, so that ASan sees a read past the end. */
	exact = malloc(len > 0 ? len : 1);
	if (exact == NULL)
		exit(EXIT_FAILURE);
	memcpy(exact, memory, len);
	free(memory);
	(void)LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 1;
}

static int replay_path(const char *path)
{
	struct stat about;
	struct dirent *entry;
	DIR *directory;
	int count = 0;

	if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
		return replay_file(path);
	directory = opendir(path);
	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL) {
		char below[PATH_LEN_MAX];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
		count += replay_path(below);
	}
	closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		count += replay_path(argv[i]);
	printf("%d inputs replayed\n", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
