#define _GNU_SOURCE /* setresuid, setgroups */
#include "sys/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534 /* where no user is called so: the kernel's overflow id */

struct identity {
	uid_t user;
	gid_t group;
};

/* sudo(8): SUDO_UID and SUDO_GID are the caller's. Whoever can set them for a root
 * process is root; all they can do here is to give up more. */
static bool id_of_environment(const char *name, uint32_t *ret)
{
	const char *text = getenv(name);
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || value == 0 || value >= UINT32_MAX)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static struct identity identity_of_nobody(void)
{
	const struct passwd *entry = getpwnam("nobody");

	if (entry == NULL || entry->pw_uid == 0)
		return (struct identity){ NOBODY, NOBODY };
	return (struct identity){ entry->pw_uid, entry->pw_gid };
}

static enum err refused(struct fault *why, const char *what)
{
	return fault_set(why, ERR_PERMISSION,
	        "cannot give up the rights of root (%s): %s", what, strerror(errno));
}

static enum err set_capabilities(uint64_t kept, struct fault *why)
{
	struct __user_cap_header_struct header = { .version =
		                                           _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = (uint32_t)kept, .permitted = (uint32_t)kept },
		{ .effective = (uint32_t)(kept >> 32),
		        .permitted = (uint32_t)(kept >> 32) },
	};

	if (syscall(SYS_capset, &header, sets) != 0)
		return refused(why, "capset");
	return ERR_OK;
}

static enum err become(struct identity identity, struct fault *why)
{
	const struct passwd *entry = getpwuid(identity.user);

	/* Files may be readable through a group only, so the user's groups are taken on.
	 */
	int outcome = entry != NULL ? initgroups(entry->pw_name, identity.group)
	                            : setgroups(0, NULL);
	if (outcome != 0)
		return refused(why, "setgroups");
	if (setresgid(identity.group, identity.group, identity.group) != 0)
		return refused(why, "setresgid");
	if (setresuid(identity.user, identity.user, identity.user) != 0)
		return refused(why, "setresuid");
	/* Believed only once seen: it must not work to go back. */
	if (setresuid(0, 0, 0) == 0)
		return fault_set(why, ERR_PERMISSION,
		        "cannot give up the rights of root: they come back");
	return ERR_OK;
}

static enum privilege_outcome choose(
        const struct privilege *privilege, struct identity *ret)
{
	uint32_t user;
	uint32_t group;

	if (id_of_environment("SUDO_UID", &user) &&
	        id_of_environment("SUDO_GID", &group)) {
		*ret = (struct identity){ user, group };
		return PRIVILEGE_SUDO;
	}
	if (privilege->needs_files)
		return PRIVILEGE_BARE;
	*ret = identity_of_nobody();
	return PRIVILEGE_NOBODY;
}

enum err privilege_drop(
        const struct privilege *privilege, enum privilege_outcome *ret, struct fault *why)
{
	struct identity identity = { 0 };
	enum privilege_outcome outcome = PRIVILEGE_NONE;
	uint64_t kept = 0;
	enum err err = ERR_OK;

	if (geteuid() == 0) {
		outcome = choose(privilege, &identity);
		if (privilege->reads_any)
			kept = UINT64_C(1) << CAP_DAC_READ_SEARCH;
		/* Without it, leaving root empties the permitted set as well. */
		if (kept != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
			return refused(why, "keepcaps");
		if (outcome != PRIVILEGE_BARE)
			err = become(identity, why);
	}
	/* Also where capabilities came from the file (setcap) and not from root. */
	if (err == ERR_OK)
		err = set_capabilities(kept, why);
	if (err != ERR_OK)
		return err;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return refused(why, "no_new_privs");
	*ret = outcome;
	return ERR_OK;
}

const char *privilege_text(enum privilege_outcome outcome)
{
	switch (outcome) {
	case PRIVILEGE_SUDO:
		return "the user who called sudo";
	case PRIVILEGE_NOBODY:
		return "nobody";
	case PRIVILEGE_BARE:
		return "root without capabilities";
	case PRIVILEGE_NONE:
		break;
	}
	return "as before";
}
