#define _GNU_SOURCE /* CLONE_THREAD */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "sys/sandbox_rings.h"

/* Denied whatever their arguments. A name that this architecture has not is
 * passed over by libseccomp. To add one: a line here, sorted. */
static const char *const denied[] = {
	"accept",
	"accept4",
	"acct",
	"add_key",
	"adjtimex",
	"bind",
	"bpf",
	"chmod",
	"chown",
	"chroot",
	"clock_adjtime",
	"clock_settime",
	"connect",
	"delete_module",
	"execve",
	"execveat",
	"fanotify_init",
	"fchmodat",
	"fchmodat2",
	"fchownat",
	"finit_module",
	"fork",
	"fsconfig",
	"fsmount",
	"fsopen",
	"fspick",
	"init_module",
	"io_uring_enter",
	"io_uring_register",
	"io_uring_setup",
	"ioperm",
	"iopl",
	"kcmp",
	"kexec_file_load",
	"kexec_load",
	"keyctl",
	"kill",
	"lchown",
	"link",
	"linkat",
	"listen",
	"lookup_dcookie",
	"mknod",
	"mknodat",
	"mount",
	"mount_setattr",
	"move_mount",
	"move_pages",
	"name_to_handle_at",
	"open_by_handle_at",
	"open_tree",
	"perf_event_open",
	"personality",
	"pidfd_getfd",
	"pidfd_open",
	"pidfd_send_signal",
	"pivot_root",
	"process_madvise",
	"process_vm_readv",
	"process_vm_writev",
	"ptrace",
	"quotactl",
	"reboot",
	"request_key",
	"sethostname",
	"setdomainname",
	"setgid",
	"setgroups",
	"setns",
	"setregid",
	"setresgid",
	"setresuid",
	"setreuid",
	"settimeofday",
	"setuid",
	"socket",
	"socketpair",
	"swapoff",
	"swapon",
	"symlink",
	"symlinkat",
	"syslog",
	"truncate",
	"umount2",
	"unshare",
	"userfaultfd",
	"vfork",
	"vhangup",
	"vmsplice",
};

/* Denied when (argument & mask) == value. */
static const struct denied_if {
	const char *name;
	unsigned argument;
	uint64_t mask;
	uint64_t value;
} denied_if[] = {
	{ "clone", 0, CLONE_THREAD, 0 },     /* a process, not a thread */
	{ "ioctl", 1, UINT32_MAX, TIOCSTI }, /* typing into the caller's terminal */
	{ "mmap", 2, PROT_EXEC, PROT_EXEC },
	{ "mprotect", 2, PROT_EXEC, PROT_EXEC },
	{ "pkey_mprotect", 2, PROT_EXEC, PROT_EXEC },
};

static int add_rules(scmp_filter_ctx filter)
{
	int outcome = 0;

	for (size_t i = 0; i < COUNT_OF(denied) && outcome == 0; i++) {
		int number = seccomp_syscall_resolve_name(denied[i]);

		if (number != __NR_SCMP_ERROR)
			outcome = seccomp_rule_add(
			        filter, SCMP_ACT_ERRNO(EPERM), number, 0);
	}
	for (size_t i = 0; i < COUNT_OF(denied_if) && outcome == 0; i++) {
		const struct denied_if *line = &denied_if[i];
		struct scmp_arg_cmp compare = SCMP_CMP(
		        line->argument, SCMP_CMP_MASKED_EQ, line->mask, line->value);

		outcome = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM),
		        seccomp_syscall_resolve_name(line->name), 1, &compare);
	}
	/* Its flags lie in memory, where no filter can look. The C library takes ENOSYS
	 * as "an old kernel" and calls clone() for its threads instead. */
	if (outcome == 0)
		outcome = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		        seccomp_syscall_resolve_name("clone3"), 0);
	return outcome;
}

enum err sandbox_seccomp(struct fault *why)
{
	/* Answers EINVAL where the kernel was built without. */
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0)
		return ERR_UNSUPPORTED;

	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	if (filter == NULL)
		return fault_set(why, ERR_MEMORY, "cannot build the sandbox: %s",
		        err_sentence(ERR_MEMORY));
	int outcome = add_rules(filter);
	if (outcome == 0)
		outcome = seccomp_load(filter);
	seccomp_release(filter);
	if (outcome != 0)
		return fault_set(why, ERR_PERMISSION, "cannot enter the sandbox: %s",
		        strerror(-outcome));
	return ERR_OK;
}
