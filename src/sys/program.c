#define _GNU_SOURCE /* pipe2, environ */
#include "sys/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"

#define HELD 3 /* what the program sees the held descriptor as */

static enum err trusted_one(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return ERR_NOT_FOUND;
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return ERR_PERMISSION;
	return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0 ? ERR_PERMISSION : ERR_OK;
}

enum err program_trusted(const char *path)
{
	char *real = realpath(path, NULL);
	enum err err = real == NULL ? ERR_NOT_FOUND : trusted_one(real);

	if (err == ERR_OK && access(real, X_OK) != 0)
		err = ERR_TYPE;
	while (err == ERR_OK && real[1] != '\0') {
		char *slash = strrchr(real, '/');

		slash[slash == real ? 1 : 0] = '\0';
		err = trusted_one(real);
	}
	free(real);
	return err;
}

bool program_as_root(void)
{
	return geteuid() == 0;
}

/* In the child, until it is another program: calls that are safe there alone. */
static void become(const struct program_start *start, const int pipes[2], int null,
	char *const environment[])
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setpgid(0, 0); /* what it starts is ended with it */
	if (start->held >= 0 && start->held != HELD)
		(void)dup2(start->held, HELD);
	if (start->held == HELD)
		(void)fcntl(HELD, F_SETFD, 0);
	if (dup2(null, STDIN_FILENO) >= 0 && dup2(pipes[1], STDOUT_FILENO) >= 0 &&
		dup2(pipes[1], STDERR_FILENO) >= 0)
		/* execve() wants what it does not change without const. */
		(void)execve(start->arguments[0],
			(char *const *)(uintptr_t)start->arguments, environment);
	_exit(127);
}

/* Whether it is set anew by one of the settings. */
static bool is_set(const struct program_start *start, const char *variable)
{
	size_t len = strcspn(variable, "=") + 1;

	for (size_t i = 0; i < PROGRAM_SETTINGS_MAX && start->settings[i] != NULL; i++)
		if (strncmp(start->settings[i], variable, len) == 0)
			return true;
	return false;
}

/* Heap; its strings are borrowed. */
static char **environment_of(const struct program_start *start)
{
	size_t count = 0, kept = 0;
	char **ret;

	while (environ[count] != NULL)
		count++;
	ret = calloc(count + PROGRAM_SETTINGS_MAX + 1, sizeof *ret);
	if (ret == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!is_set(start, environ[i]))
			ret[kept++] = environ[i];
	for (size_t i = 0; i < PROGRAM_SETTINGS_MAX && start->settings[i] != NULL; i++)
		ret[kept++] = (char *)(uintptr_t)start->settings[i];
	return ret;
}

enum err program_start(const struct program_start *start, struct program *ret)
{
	char **environment = environment_of(start);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int pipes[2] = { -1, -1 };
	enum err err = ERR_IO;
	pid_t pid = -1;

	*ret = (struct program){ .output = -1 };
	if (environment != NULL && null >= 0 && pipe2(pipes, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		become(start, pipes, null, environment);
	if (pid > 0) {
		(void)setpgid(pid, pid); /* whoever of both comes first */
		*ret = (struct program){ .pid = pid, .output = pipes[0] };
		pipes[0] = -1;
		err = ERR_OK;
	}
	for (size_t i = 0; i < 2; i++)
		if (pipes[i] >= 0)
			close(pipes[i]);
	if (null >= 0)
		close(null);
	free(environment);
	return err;
}

static int milliseconds_left(uint64_t until)
{
	uint64_t now = clock_monotonic();

	return now >= until ? 0 : (int)((until - now) / (TIME_SECOND / 1000)) + 1;
}

/* Takes what it says until it closes its outputs; false: it did not in time. A signal
 * that is handled here, as of a terminal's new width, says nothing of the program. */
static bool hear(const struct program *program, uint64_t until, struct text *said)
{
	struct pollfd wait = { .fd = program->output, .events = POLLIN };
	uint8_t some[4096];
	ssize_t len = 1;

	while (len > 0 || (len < 0 && errno == EINTR)) {
		int ready = poll(&wait, 1, milliseconds_left(until));

		if (ready < 0 && errno == EINTR)
			continue;
		/* Who never pauses is not waited for longer than who says nothing. */
		if (ready <= 0 || clock_monotonic() >= until)
			return false;
		len = read(program->output, some, sizeof some);
		if (len > 0)
			text_bytes(said, bytes_over(some, (size_t)len));
	}
	return true;
}

enum err program_wait(
	struct program *program, time_ns patience, struct text *said, int *ret_code)
{
	int status = 0;

	if (!hear(program, clock_monotonic() + patience, said)) {
		program_end(program);
		return ERR_AGAIN;
	}
	/* Who closes both outputs and goes on is not waited for. */
	if (waitpid(program->pid, &status, WNOHANG) == 0) {
		(void)poll(NULL, 0, 50);
		if (waitpid(program->pid, &status, WNOHANG) == 0) {
			program_end(program);
			return ERR_AGAIN;
		}
	}
	close(program->output);
	*program = (struct program){ .output = -1 };
	*ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return ERR_OK;
}

bool program_runs(const struct program *program)
{
	siginfo_t info = { 0 };

	return program->pid > 0 &&
	       waitid(P_PID, (id_t)program->pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       info.si_pid == 0;
}

void program_end(struct program *program)
{
	if (program->pid <= 0)
		return;
	(void)kill(-program->pid, SIGKILL);
	(void)kill(program->pid, SIGKILL);
	while (waitpid(program->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(program->output);
	*program = (struct program){ .output = -1 };
}
