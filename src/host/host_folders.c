/* Where libraries, programs and runtimes lie: patterns, of which "*" is each name in a
 * folder, and "~" each home. */
#include <stdlib.h>
#include <string.h>

#include "host/host_inside.h"

#define FOLDERS_MAX 512 /* of one kind: some hundred environments of Python's */

/* Of all machines that are looked for. */
#define EACH_TRIPLET(before, after)                                                      \
	before "x86_64-linux-gnu" after, before "aarch64-linux-gnu" after,               \
		before "i386-linux-gnu" after, before "arm-linux-gnueabihf" after,       \
		before "riscv64-linux-gnu" after, before "powerpc64le-linux-gnu" after,  \
		before "s390x-linux-gnu" after

static const char *const libraries[] = { "/usr/lib", "/usr/lib64", "/usr/local/lib",
	"/usr/local/lib64", "/usr/local/ssl/lib", "/usr/local/ssl/lib64", "/lib",
	"/lib64", EACH_TRIPLET("/usr/lib/", ""), EACH_TRIPLET("/lib/", ""), "/opt/*/lib",
	"/opt/*/lib64", "/home/linuxbrew/.linuxbrew/lib", "/snap/*/current/lib",
	"/snap/*/current/usr/lib", EACH_TRIPLET("/snap/*/current/usr/lib/", ""),
	EACH_TRIPLET("/var/lib/flatpak/runtime/*/*/*/active/files/lib/", ""),
	"/var/lib/flatpak/app/*/current/active/files/lib", "~/miniconda3/lib",
	"~/anaconda3/lib", "~/miniforge3/lib", NULL };

/* The package managers' first, then those that people bring runtimes with; last where
 * links to these lie. */
static const char *const programs[] = { "/usr/bin", "/usr/local/bin", "/bin", "/usr/sbin",
	"/usr/local/sbin", "/opt/*/bin", "/opt/*/envs/*/bin", "/opt/pyenv/versions/*/bin",
	"/usr/local/pyenv/versions/*/bin", "/usr/local/nvm/versions/node/*/bin",
	"/usr/local/share/nvm/versions/node/*/bin", "/usr/local/n/versions/node/*/bin",
	"/home/linuxbrew/.linuxbrew/bin", "/snap/*/current/bin",
	"/snap/*/current/usr/bin", "~/.pyenv/versions/*/bin", "~/.asdf/installs/*/*/bin",
	"~/.local/share/mise/installs/*/*/bin", "~/.local/share/uv/python/*/bin",
	"~/.nvm/versions/node/*/bin",
	"~/.local/share/fnm/node-versions/*/installation/bin",
	"~/.volta/tools/image/node/*/bin", "~/miniconda3/bin", "~/miniconda3/envs/*/bin",
	"~/anaconda3/bin", "~/anaconda3/envs/*/bin", "~/miniforge3/bin",
	"~/miniforge3/envs/*/bin", "~/.local/bin", NULL };

static const char *const runtimes[] = { "/usr/lib/jvm/*", "/usr/java/*", "/opt/*",
	"/opt/*/jre", "/opt/*/jbr", "/usr/local/*", "/usr/local/lib/jvm/*",
	"/snap/*/current/jdk", "/snap/*/current/jbr", "~/.sdkman/candidates/java/*",
	"~/.jdks/*", "~/.asdf/installs/java/*", "~/.local/share/mise/installs/java/*",
	NULL };

static const char *const dotnets[] = { "/usr/share/dotnet", "/usr/lib/dotnet",
	"/usr/lib64/dotnet", "/usr/local/share/dotnet", "/opt/dotnet",
	"/snap/*/current/usr/lib/dotnet", "~/.dotnet", "~/.asdf/installs/dotnet-core/*",
	NULL };

struct seen {
	uint64_t device;
	uint64_t inode;
};

struct folders {
	const char *paths[FOLDERS_MAX + 1];
	struct seen seen[FOLDERS_MAX];
	size_t count;
};

/* Where two names lead to one folder (/lib is /usr/lib), the first counts. */
static void add_folder(struct host *host, struct folders *folders, const char *path)
{
	struct root_status status;

	if (root_status(host->root, path, &status) != ERR_OK || !status.folder)
		return;
	for (size_t i = 0; i < folders->count; i++)
		if (folders->seen[i].device == status.device &&
			folders->seen[i].inode == status.inode)
			return;
	if (folders->count == FOLDERS_MAX) {
		host_note_add(host, path, "not looked into: more folders than are");
		return;
	}
	folders->seen[folders->count] = (struct seen){ status.device, status.inode };
	folders->paths[folders->count++] = path;
}

/* Patterns are ours: they have few stars. */
static void add_pattern(struct host *host, struct folders *folders, const char *pattern)
{
	const char *star = strstr(pattern, "/*");
	const char *const *names;
	size_t count;

	if (star == NULL) {
		add_folder(host, folders, pattern);
		return;
	}
	const char *before = host_text(host, "%.*s", (int)(star - pattern), pattern);

	if (root_names(host->root, before, host->arena, &names, &count) != ERR_OK)
		return;
	for (size_t i = 0; i < count; i++)
		if (names[i][0] != '.' && strpbrk(names[i], "*") == NULL)
			add_pattern(host, folders,
				host_text(host, "%s/%s%s", before, names[i], star + 2));
}

static bool is_home(const char *path)
{
	return path != NULL && path[0] == '/' && path[1] != '\0' && strlen(path) < 256 &&
	       strpbrk(path, "*~") == NULL;
}

const char *host_home(struct host *host)
{
	const char *home = host->here ? getenv("HOME") : NULL;

	return is_home(home) ? home : "/root";
}

/* Of this machine HOME may lie elsewhere. */
static void add_in_homes(struct host *host, struct folders *folders, const char *rest)
{
	add_pattern(host, folders, host_text(host, "%s%s", host_home(host), rest));
	add_pattern(host, folders, host_text(host, "/root%s", rest));
	add_pattern(host, folders, host_text(host, "/home/*%s", rest));
}

static const char *const *folders_of(struct host *host, const char *const *patterns)
{
	static const char *const none[] = { NULL };
	struct folders *folders = arena_take(host->arena, sizeof *folders);

	for (; folders != NULL && *patterns != NULL; patterns++)
		if (**patterns == '~')
			add_in_homes(host, folders, *patterns + 1);
		else
			add_pattern(host, folders, *patterns);
	return folders == NULL ? none : folders->paths;
}

const char *const *host_library_folders(struct host *host)
{
	if (host->library_folders == NULL)
		host->library_folders = folders_of(host, libraries);
	return host->library_folders;
}

const char *const *host_program_folders(struct host *host)
{
	if (host->program_folders == NULL)
		host->program_folders = folders_of(host, programs);
	return host->program_folders;
}

const char *const *host_runtime_folders(struct host *host)
{
	return folders_of(host, runtimes);
}

const char *const *host_dotnet_folders(struct host *host)
{
	return folders_of(host, dotnets);
}
