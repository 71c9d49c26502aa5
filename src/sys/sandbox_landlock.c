#define _GNU_SOURCE /* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/sandbox_rings.h"

/* Headers older than the kernel: the bits are the kernel's interface and stay. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

#define ACCESS_FIRST ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* all of version 1 */
#define ACCESS_READ  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* What SQLite does: its journals are made, cut, and removed beside the database. */
#define ACCESS_WRITE                                                                     \
	(ACCESS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |     \
	        LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define ACCESS_OF_FILE                                                                   \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |                  \
	        LANDLOCK_ACCESS_FS_TRUNCATE)

/* To add a right of a newer Landlock: a line here. */
static uint64_t handled_by(long version)
{
	uint64_t handled = ACCESS_FIRST;

	if (version >= 2)
		handled |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		handled |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (version >= 5)
		handled |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return handled;
}

static enum err allow(int rules, const char *path, uint64_t access, struct fault *why)
{
	struct stat status;
	int descriptor = open(path, O_PATH | O_CLOEXEC);

	if (descriptor < 0)
		return ERR_OK; /* what is not there needs no permission */
	if (fstat(descriptor, &status) == 0 && !S_ISDIR(status.st_mode))
		access &= ACCESS_OF_FILE; /* the kernel refuses the others for a file */

	struct landlock_path_beneath_attr rule = {
		.allowed_access = access,
		.parent_fd = descriptor,
	};
	long outcome = syscall(
	        SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	int number = errno;

	close(descriptor);
	if (outcome != 0)
		return fault_set(why, ERR_PERMISSION, "cannot build the sandbox: %s",
		        strerror(number));
	return ERR_OK;
}

/* What any C program may have to read. */
static const char *const always_read[] = {
	"/dev/null",
	"/dev/urandom",
	"/etc/localtime",
	"/usr/share/zoneinfo",
};

static enum err allow_all(
        int rules, const struct sandbox *sandbox, uint64_t handled, struct fault *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < COUNT_OF(always_read) && err == ERR_OK; i++)
		err = allow(rules, always_read[i], ACCESS_READ & handled, why);
	for (size_t i = 0; i < sandbox->read_count && err == ERR_OK; i++)
		err = allow(rules, sandbox->read[i], ACCESS_READ & handled, why);
	for (size_t i = 0; i < sandbox->write_count && err == ERR_OK; i++)
		err = allow(rules, sandbox->write[i], ACCESS_WRITE & handled, why);
	return err;
}

enum err sandbox_landlock(const struct sandbox *sandbox, struct fault *why)
{
	long version = syscall(
	        SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return ERR_UNSUPPORTED;
	struct landlock_ruleset_attr attr = { .handled_access_fs = handled_by(version) };
	int rules = (int)syscall(
	        SYS_landlock_create_ruleset, &attr, sizeof attr.handled_access_fs, 0);
	if (rules < 0)
		return fault_set(why, ERR_PERMISSION, "cannot build the sandbox: %s",
		        strerror(errno));

	enum err err = allow_all(rules, sandbox, attr.handled_access_fs, why);
	if (err == ERR_OK && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		err = fault_set(why, ERR_PERMISSION, "cannot enter the sandbox: %s",
		        strerror(errno));
	close(rules);
	return err;
}
