/*
 * read - reads every file of a list with two threads and looks at nothing: what no audit
 * of the same files can be faster than.
 *
 *   read LIST THREADS
 *
 * LIST has a path a line; says files and octets.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM        ((size_t)1 << 20)
#define BATCH       64
#define THREADS_MAX 64

static char **paths;
static size_t path_count;
static atomic_size_t next;
static atomic_ullong octets;

static void *work(void *nothing)
{
	char *room = malloc(ROOM);
	unsigned long long sum = 0;

	(void)nothing;
	for (size_t at; (at = atomic_fetch_add(&next, BATCH)) < path_count;)
		for (size_t i = at; i < at + BATCH && i < path_count; i++) {
			int file = open(paths[i], O_RDONLY | O_CLOEXEC);
			ssize_t got;

			if (file < 0)
				continue;
			while ((got = read(file, room, ROOM)) > 0)
				sum += (unsigned long long)got;
			close(file);
		}
	atomic_fetch_add(&octets, sum);
	free(room);
	return NULL;
}

static int take_list(const char *name)
{
	FILE *list = fopen(name, "r");
	size_t room = 0, line_room = 0;
	char *line = NULL;

	if (list == NULL)
		return -1;
	while (getline(&line, &line_room, list) > 0) {
		if (path_count == room) {
			room = room * 2 + 1024;
			paths = realloc(paths, room * sizeof *paths);
		}
		line[strcspn(line, "\n")] = '\0';
		paths[path_count++] = strdup(line);
	}
	free(line);
	return fclose(list);
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

	if (count < 1 || count > THREADS_MAX) {
		fprintf(stderr, "usage: read LIST THREADS\n");
		return 2;
	}
	if (take_list(argv[1]) != 0) {
		perror(argv[1]);
		return 3;
	}
	for (int i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	printf("%zu files, %llu octets\n", path_count, (unsigned long long)octets);
	return 0;
}
