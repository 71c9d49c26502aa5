/*
 * spend - runs a command and says what it cost.
 *
 *   spend OUT COMMAND [ARGUMENT]...
 *
 * writes to OUT: user seconds, system seconds, wall seconds, peak resident KB. The peak
 * of who forks counts as its child's too, which is why this is not done in Python.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status = -1;
	double begun = now();
	FILE *out;
	pid_t child;

	if (argc < 3) {
		fprintf(stderr, "usage: spend OUT COMMAND [ARGUMENT]...\n");
		return 2;
	}
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return 3;
	out = fopen(argv[1], "w");
	if (out == NULL)
		return 3;
	fprintf(out, "%.6f %.6f %.6f %ld\n", seconds(usage.ru_utime),
		seconds(usage.ru_stime), now() - begun, usage.ru_maxrss);
	fclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
