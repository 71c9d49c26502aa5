/* Python: each interpreter, its ssl, and the OpenSSL that this is linked with. */
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"

#define INTERPRETERS_MAX 64

static const char TELL[] = "import sys, ssl\n"
			   "print(sys.version.split()[0])\n"
			   "print(ssl.OPENSSL_VERSION)\n";

static const char CLIENT[] =
	"import ssl, socket, sys\n"
	"c = ssl.create_default_context()\n"
	"c.check_hostname = False\n"
	"c.verify_mode = ssl.CERT_NONE\n"
	"c.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10))\n";

static const char SERVER[] = "import ssl, socket, sys\n"
			     "c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\n"
			     "c.load_cert_chain('" HOST_CERTIFICATE "')\n"
			     "l = socket.socket()\n"
			     "l.bind(('127.0.0.1', int(sys.argv[1])))\n"
			     "l.listen(8)\n"
			     "while True:\n"
			     "    s = l.accept()[0]\n"
			     "    try:\n"
			     "        c.wrap_socket(s, server_side=True).close()\n"
			     "    except Exception:\n"
			     "        s.close()\n";

static void ask(struct host *host, struct host_stack *stack, const char *path)
{
	const char *const client[] = { path, "-E", "-s", "-c", CLIENT, "{port}" };
	const char *const server[] = { path, "-E", "-s", "-c", SERVER, "{port}" };
	struct host_ask *ask = host_ask_add(host, stack);

	if (ask == NULL)
		return;
	memcpy(ask->client, client, sizeof client);
	memcpy(ask->server, server, sizeof server);
}

/* "3.11.7\nOpenSSL 3.0.19 27 Jan 2026\n"; NULL: it says nothing of the kind. */
static const char *told(struct host *host, const char *path, const char **ret_linked)
{
	const char *const words[] = { path, "-E", "-s", "-c", TELL, NULL };
	const char *said;
	size_t len, rest;
	int code;

	if (!host_may_run(host, path))
		return NULL;
	said = host_said(host, words, &code);
	len = strcspn(said, "\n");
	if (code != 0 || release_length(bytes_over(said, len)) == 0)
		return NULL;
	if (said[len] == '\n') {
		rest = strcspn(said + len + 1, "\n");
		*ret_linked = host_text(host, "with %.*s", (int)rest, said + len + 1);
	}
	return host_text(host, "%.*s", (int)len, said);
}

/* "python3.11" and "python2.7", but not "python3" nor "python3.11-config". */
static const char *release_in(const char *name)
{
	const char *release = name + strlen("python");
	size_t len;

	if (strncmp(name, "python", 6) != 0)
		return NULL;
	len = release_length(bytes_of_string(release));
	return len >= 3 && release[len] == '\0' && release[1] == '.' ? release : NULL;
}

/* Debian's and Fedora's are built so that from 3.10 on too the least version is OpenSSL's
 * (tried with 3.11 of Debian 12). What it was built with lies beside its modules. */
static bool leaves_floor(struct host *host, const char *library, const char *release)
{
	static const char *const option[] = { "--with-ssl-default-suites=openssl", NULL };
	const char *built = host_first_in(host, library, "_sysconfigdata");

	return release_compare(bytes_of_string(release), bytes_of_string("3.10")) >= 0 &&
	       built != NULL && host_word(host, built, option) != NULL;
}

/* "/opt/conda/" of "/opt/conda/bin/python3.11". */
static const char *prefix_of(struct host *host, const char *path)
{
	int len = (int)(strrchr(path, '/') - path);

	while (len > 0 && path[len - 1] != '/')
		len--;
	return host_text(host, "%.*s", len, path);
}

/* What its module ssl is linked with: ".../lib/python3.11/lib-dynload/_ssl.*.so" of
 * ".../bin/python3.11". */
static void narrow(struct host *host, struct host_stack *stack,
	const struct default_row *row, const char *release)
{
	const char *library =
		host_text(host, "%slib/python%s", prefix_of(host, stack->path), release);
	const char *module =
		host_first_in(host, host_text(host, "%s/lib-dynload", library), "_ssl.");
	bool has_floor = host_has_floor(row);
	struct host_side *sides[] = { &stack->client, &stack->server };

	if (has_floor && leaves_floor(host, library, release)) {
		has_floor = false;
		for (size_t i = 0; i < COUNT_OF(sides); i++)
			sides[i]->range.on |= row->can_client;
		host_reason_both(host, stack,
			"it was built with --with-ssl-default-suites=openssl: the least "
			"version is OpenSSL's");
		stack->fix = host_fix(host, "openssl");
	}
	if (module != NULL)
		host_narrow(host, stack, has_floor, host_linked(host, module));
}

/* Which of the 2.7 it is, by the folder that it lies in, ".../versions/2.7.18/bin", or by
 * its headers: "2.7.18"; NULL: neither says so. */
static const char *patch_of(struct host *host, const char *path, const char *release)
{
	const char *begins = host_text(host, "/%s.", release);
	static const char *const quoted[] = { "\"", NULL };
	const char *folder = strstr(path, begins), *patch;
	size_t len;

	if (folder != NULL) {
		len = release_length(bytes_of_string(folder + 1));
		if (len >= strlen(begins))
			return host_text(host, "%.*s", (int)len, folder + 1);
	}
	patch = host_banner(host,
		host_text(host, "%sinclude/python%s/patchlevel.h", prefix_of(host, path),
			release),
		quoted);
	if (patch == NULL || strncmp(patch, begins + 1, strlen(begins + 1)) != 0)
		return NULL;
	return patch;
}

/* The name of a program has two parts; where the third decides, NULL rather than ".0". */
static const char *decisive(struct host *host, const char *path, const char *release)
{
	const struct default_table *table = defaults_table(&host->defaults, "python");
	const char *newest = host_text(host, "%s.99", release);

	if (defaults_row(table, bytes_of_string(release), "", "") ==
		defaults_row(table, bytes_of_string(newest), "", ""))
		return release;
	return patch_of(host, path, release);
}

static void look_at(struct host *host, const char *path, const char *release)
{
	const char *linked = NULL;
	const char *said = told(host, path, &linked);
	const char *settled = said != NULL ? said : decisive(host, path, release);
	struct host_stack *stack =
		host_stack_add(host, "python", settled != NULL ? settled : release, path);
	const struct default_row *row = host_stack_derive(host, stack, settled);

	narrow(host, stack, row, release);
	stack->of = linked;
	if (said != NULL)
		ask(host, stack, path);
}

void stack_python(struct host *host)
{
	const char *const *folders = host_program_folders(host);
	uint64_t inodes[INTERPRETERS_MAX];
	const char *const *names;
	size_t count, seen = 0;

	for (; *folders != NULL; folders++) {
		if (root_names(host->root, *folders, host->arena, &names, &count) !=
			ERR_OK)
			continue;
		for (size_t i = 0; i < count && seen < INTERPRETERS_MAX; i++) {
			const char *release = release_in(names[i]);
			const char *path = host_text(host, "%s/%s", *folders, names[i]);
			struct root_status status;
			size_t k = 0;

			if (release == NULL ||
				root_status(host->root, path, &status) != ERR_OK ||
				!status.regular)
				continue;
			while (k < seen && inodes[k] != status.inode)
				k++;
			if (k < seen)
				continue;
			inodes[seen++] = status.inode;
			look_at(host, path, release);
		}
	}
}
