/* Each test runs in a child, since neither sandbox nor privilege can be left. */
#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "scratch.h"
#include "sys/privilege.h"
#include "sys/sandbox.h"
#include "sys/workers.h"

/* Reads below "in", writes below "out"; ends the child where a ring is missing. */
static void enter(struct scratch *scratch)
{
	char in[SCRATCH_PATH_MAX];
	char out[SCRATCH_PATH_MAX];
	const char *read[] = { in };
	const char *write[] = { out };
	struct sandbox sandbox = { read, 1, write, 1 };
	struct sandbox_outcome outcome;
	struct fault why = { 0 };

	snprintf(in, sizeof in, "%s/in", scratch->directory);
	snprintf(out, sizeof out, "%s/out", scratch->directory);
	CHECK(mkdir(in, 0700) == 0 && mkdir(out, 0700) == 0);
	scratch_write(scratch, "in/file", "x", 1);
	scratch_write(scratch, "out/old", "x", 1);
	scratch_write(scratch, "secret", "x", 1);
	CHECK(sandbox_enter(&sandbox, &outcome, &why) == ERR_OK);
	if (!outcome.landlock || !outcome.seccomp) {
		fprintf(stderr, "skipped: %s\n", outcome.missing);
		_exit(CHILD_SKIPPED);
	}
	CHECK(outcome.missing == NULL);
}

static bool opens(struct scratch *scratch, const char *name, int flags)
{
	int descriptor = open(scratch_path(scratch, name), flags, 0600);

	if (descriptor >= 0)
		close(descriptor);
	return descriptor >= 0;
}

static void starts_nothing(void *state)
{
	struct scratch *scratch = state;
	char *arguments[] = { (char[]){ "true" }, NULL };

	enter(scratch);
	CHECK(execv("/bin/true", arguments) == -1 && errno == EPERM);
	CHECK(fork() == -1 && errno == EPERM);
	CHECK(kill(getppid(), 0) == -1 && errno == EPERM);
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0) == MAP_FAILED);
}

static void speaks_to_nobody(void *state)
{
	struct scratch *scratch = state;
	int pair[2];

	enter(scratch);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM);
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EPERM);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 && errno == EPERM);
}

static void opens_only_what_was_given(void *state)
{
	struct scratch *scratch = state;
	enter(scratch);
	CHECK(opens(scratch, "in/file", O_RDONLY));
	CHECK(!opens(scratch, "in/file", O_WRONLY));
	CHECK(!opens(scratch, "in/new", O_WRONLY | O_CREAT));
	CHECK(!opens(scratch, "secret", O_RDONLY));
	CHECK(!opens(scratch, "elsewhere", O_WRONLY | O_CREAT));
	CHECK(open("/etc/passwd", O_RDONLY) == -1);
}

static void writes_beside_the_database(void *state)
{
	struct scratch *scratch = state;
	enter(scratch);
	CHECK(opens(scratch, "out/new-wal", O_RDWR | O_CREAT));
	CHECK(opens(scratch, "out/old", O_RDWR | O_TRUNC));
	CHECK(unlink(scratch_path(scratch, "out/new-wal")) == 0);
	CHECK(mkdir(scratch_path(scratch, "out/d"), 0700) == -1);
	CHECK(symlink("/etc", scratch_path(scratch, "out/l")) == -1);
}

static enum err write_file(void *scratch, struct fault *why)
{
	(void)why;
	return opens(scratch, "out/new", O_RDWR | O_CREAT) ? ERR_OK : ERR_IO;
}

static void has_threads_that_are_inside_too(void *state)
{
	struct scratch *scratch = state;
	void *contexts[] = { scratch };
	struct fault why = { 0 };

	enter(scratch);
	CHECK(workers_run(write_file, contexts, 1, &why) == ERR_OK);
	CHECK(!opens(scratch, "secret", O_RDONLY));
}

/* Root's files stay root's to write, and nobody else's. */
static void stays_root_but_bare(void *state)
{
	struct scratch *scratch = state;
	struct privilege privilege = { .needs_files = true };
	enum privilege_outcome outcome;
	struct fault why = { 0 };

	scratch_write(scratch, "theirs", "x", 1);
	CHECK(chown(scratch->path, 1234, 1234) == 0 && chmod(scratch->path, 0600) == 0);
	unsetenv("SUDO_UID");
	CHECK(privilege_drop(&privilege, &outcome, &why) == ERR_OK);
	CHECK(outcome == PRIVILEGE_BARE);
	CHECK(!opens(scratch, "theirs", O_RDONLY));
	CHECK(opens(scratch, "mine", O_WRONLY | O_CREAT));
	CHECK(socket(AF_PACKET, SOCK_RAW, 0) == -1 && errno == EPERM);
}

static void becomes_who_called_sudo(void *state)
{
	struct privilege privilege = { .needs_files = true };
	enum privilege_outcome outcome;
	struct fault why = { 0 };

	(void)state;
	setenv("SUDO_UID", "4321", 1);
	setenv("SUDO_GID", "4322", 1);
	CHECK(privilege_drop(&privilege, &outcome, &why) == ERR_OK);
	CHECK(outcome == PRIVILEGE_SUDO);
	CHECK(getuid() == 4321 && geteuid() == 4321 && getgid() == 4322);
	CHECK(getgroups(0, NULL) == 0);
	CHECK(setuid(0) == -1);
}

static void becomes_nobody_and_reads_on(void *state)
{
	struct scratch *scratch = state;
	struct privilege privilege = { .reads_any = true };
	enum privilege_outcome outcome;
	struct fault why = { 0 };

	scratch_write(scratch, "roots", "x", 1);
	CHECK(chmod(scratch_path(scratch, "roots"), 0600) == 0);
	unsetenv("SUDO_UID");
	CHECK(privilege_drop(&privilege, &outcome, &why) == ERR_OK);
	CHECK(outcome == PRIVILEGE_NOBODY && getuid() != 0);
	CHECK(opens(scratch, "roots", O_RDONLY));
	CHECK(!opens(scratch, "roots", O_WRONLY));
	CHECK(setuid(0) == -1);
}

/* Nothing a caller of sudo sets may make root of anybody. */
static void a_lying_environment_gives_nothing(void *state)
{
	struct privilege privilege = { 0 };
	enum privilege_outcome outcome;
	struct fault why = { 0 };

	(void)state;
	setenv("SUDO_UID", "0", 1);
	setenv("SUDO_GID", "4294967295", 1);
	CHECK(privilege_drop(&privilege, &outcome, &why) == ERR_OK);
	CHECK(outcome == PRIVILEGE_NOBODY && getuid() != 0);
}

#define IN_CHILD(body)                                                                   \
	static void test_##body(void **state)                                            \
	{                                                                                \
		run_in_child(body, *state);                                              \
	}
#define AS_ROOT(body)                                                                    \
	static void test_##body(void **state)                                            \
	{                                                                                \
		if (geteuid() != 0)                                                      \
			skip();                                                          \
		run_in_child(body, *state);                                              \
	}

IN_CHILD(starts_nothing)
IN_CHILD(speaks_to_nobody)
IN_CHILD(opens_only_what_was_given)
IN_CHILD(writes_beside_the_database)
IN_CHILD(has_threads_that_are_inside_too)
AS_ROOT(stays_root_but_bare)
AS_ROOT(becomes_who_called_sudo)
AS_ROOT(becomes_nobody_and_reads_on)
AS_ROOT(a_lying_environment_gives_nothing)

#define T(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_starts_nothing),
		T(test_speaks_to_nobody),
		T(test_opens_only_what_was_given),
		T(test_writes_beside_the_database),
		T(test_has_threads_that_are_inside_too),
		T(test_stays_root_but_bare),
		T(test_becomes_who_called_sudo),
		T(test_becomes_nobody_and_reads_on),
		T(test_a_lying_environment_gives_nothing),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
