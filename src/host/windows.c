#include "host/windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/encoding.h"
#include "base/release.h"
#include "host/lines.h"
#include "host/windows_inside.h"

#define VERSION_KEY "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define COMPUTER_KEY                                                                     \
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\"         \
	"ComputerName"

static const char *const tables[] = { "schannel", "schannel-server", "schannel-gs" };

struct dword windows_dword(
	const struct windows *windows, const char *key, const char *name)
{
	const struct registry_value *value = registry_find(&windows->registry, key, name);

	if (value == NULL)
		return (struct dword){ 0 };
	if (!value->is_number) {
		host_note_add(
			windows->host, key, "%s is no DWORD, and does not count", name);
		return (struct dword){ 0 };
	}
	return (struct dword){ true, value->number };
}

const char *windows_unknown(const struct windows *windows)
{
	return windows->release[0] == '\0'
		       ? "which Windows it is: its key CurrentVersion, what systeminfo "
			 "printed (--inventory), or --system"
		       : "what this Windows does by default, of which there is no "
			 "table: a scan of it, or its hellos (watch)";
}

static struct bytes text_of(const struct windows *windows, const char *name)
{
	const struct registry_value *value =
		registry_find(&windows->registry, VERSION_KEY, name);

	return value == NULL ? (struct bytes){ 0 } : value->text;
}

/* The kernel's version of a build; Windows 11 still calls itself 10, in words too. */
static const char *kernel_of(unsigned long build)
{
	if (build >= 10240)
		return "10.0";
	if (build >= 9600)
		return "6.3";
	if (build >= 9200)
		return "6.2";
	if (build >= 7600)
		return "6.1";
	return build >= 6000 ? "6.0" : "5.1";
}

static void set_system(
	struct windows *windows, unsigned long build, bool server, struct bytes product)
{
	struct text CLEANUP(text_done) shown;

	text_init(&shown, 1024);
	(void)snprintf(windows->release, sizeof windows->release, "%s.%lu",
		kernel_of(build), build);
	windows->server = server;
	windows->table = tables[server];
	text_quote_terminal(&shown, bytes_first(product, 100));
	windows->host->report->system = host_text(windows->host, "%s, build %lu",
		product.len > 0 ? text_string(&shown) : "Windows", build);
}

static bool names_server(struct bytes text)
{
	return bytes_find_caseless(text, bytes_of_string("Server")) < text.len;
}

static void system_of_registry(struct windows *windows)
{
	struct bytes build = text_of(windows, "CurrentBuild");
	struct bytes lab = text_of(windows, "BuildLabEx");
	struct bytes product = text_of(windows, "ProductName");
	unsigned long number = 0;

	if (build.len == 0)
		build = text_of(windows, "CurrentBuildNumber");
	/* "7601.24545.x86fre.win7sp1_ldr_escrow.200102-1707" */
	windows->narrow = bytes_find(lab, bytes_of_string(".x86")) < lab.len;
	for (size_t i = 0; i < build.len && i < 6; i++)
		number = number * 10 + (unsigned long)(build.at[i] - '0') % 10;
	if (number > 0)
		set_system(windows, number,
			names_server(text_of(windows, "InstallationType")) ||
				names_server(product),
			product);
}

/* What systeminfo or Get-ComputerInfo printed. */
static void system_of_inventory(struct windows *windows)
{
	const struct inventory *inventory = &windows->inventory;

	if (inventory->build > 0)
		set_system(windows, inventory->build, names_server(inventory->product),
			inventory->product);
}

/* "Windows Server 2019", or without "Windows ". */
static bool is_name(const char *name, const char *wanted)
{
	return name != NULL &&
	       (strcasecmp(name, wanted) == 0 ||
		       strcasecmp(name + strlen("Windows "), wanted) == 0);
}

/* What the exports say is so; a name may only say more of it, that it is a GS. */
static bool is_said_so(
	const struct windows *windows, size_t i, const struct default_row *row)
{
	const struct default_table *table =
		defaults_table(&windows->host->defaults, tables[i]);

	return windows->server == (i > 0) &&
	       defaults_row(table, bytes_of_string(windows->release), "", "") == row;
}

/* A name of a row, which counts where nothing else says which Windows it is. */
static enum err system_of_name(
	struct windows *windows, const char *wanted, struct fault *why)
{
	struct text CLEANUP(text_done) shown;
	bool known = windows->release[0] != '\0', found = false;

	text_init(&shown, 256);
	text_quote_terminal(&shown, bytes_first(bytes_of_string(wanted), 60));
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		const struct default_table *table =
			defaults_table(&windows->host->defaults, tables[i]);

		for (size_t k = 0; table != NULL && k < table->count; k++) {
			const struct default_row *row = &table->rows[k];

			if (!is_name(row->name, wanted))
				continue;
			found = true;
			if (known && !is_said_so(windows, i, row))
				continue;
			windows->table = tables[i];
			if (known)
				return ERR_OK;
			(void)snprintf(windows->release, sizeof windows->release, "%s",
				row->release);
			windows->server = i > 0;
			windows->host->report->system = row->name;
			return ERR_OK;
		}
	}
	if (!found)
		return fault_set(why, ERR_USAGE,
			"host: no system \"%s\" is known; one is \"Windows Server "
			"2019\"",
			text_string(&shown));
	host_note_add(windows->host, "--system",
		"%s does not count: what was exported says that it is another",
		text_string(&shown));
	return ERR_OK;
}

/* An export is of what it says, and a list of another machine says nothing of it. */
static void tell_other_build(struct windows *windows)
{
	unsigned long listed = windows->inventory.build;
	const char *build = strrchr(windows->release, '.');

	if (listed > 0 && build != NULL && strtoul(build + 1, NULL, 10) != listed)
		host_note_add(windows->host, "--inventory",
			"a list is of build %lu, and the registry of %s: of another "
			"machine, or of another day",
			listed, build + 1);
}

enum err windows_system(struct windows *windows, struct fault *why)
{
	windows->table = tables[0];
	system_of_registry(windows);
	tell_other_build(windows);
	if (windows->release[0] == '\0')
		system_of_inventory(windows);
	if (windows->exports->system != NULL)
		return system_of_name(windows, windows->exports->system, why);
	return ERR_OK;
}

static enum err refuse(const struct export_file *file, enum err err, struct fault *why)
{
	struct text CLEANUP(text_done) shown;

	text_init(&shown, 512);
	text_quote_terminal(&shown, bytes_first(bytes_of_string(file->name), 100));
	if (err == ERR_VALUE)
		return fault_set(why, ERR_USAGE,
			"host: %s is neither a .reg file nor output of reg query",
			text_string(&shown));
	return fault_set(why, err, "host: cannot read %s: %s", text_string(&shown),
		err_sentence(err));
}

/* What all exports of one machine have alike. */
static const struct {
	const char *key;
	const char *name;
} marks[] = {
	{ COMPUTER_KEY, "ComputerName" },
	{ VERSION_KEY, "ProductName" },
	{ VERSION_KEY, "CurrentBuild" },
};

static enum err read_registry(struct windows *windows, struct fault *why)
{
	const struct host_exports *exports = windows->exports;
	const struct registry_value *was[COUNT_OF(marks)] = { NULL };

	for (size_t i = 0; i < exports->registry_count; i++) {
		const struct export_file *file = &exports->registry[i];
		enum err err = registry_read(
			&windows->registry, file->bytes, windows->host->arena);

		if (err != ERR_OK)
			return refuse(file, err, why);
		for (size_t k = 0; k < COUNT_OF(marks); k++) {
			const struct registry_value *now = registry_find(
				&windows->registry, marks[k].key, marks[k].name);

			if (was[k] != NULL && now != NULL &&
				!bytes_equal_caseless(was[k]->text, now->text))
				return fault_set(why, ERR_USAGE,
					"host: %s is of another machine than what stands "
					"before it: its %s differs",
					host_quoted(windows->host, file->name),
					marks[k].name);
			was[k] = now;
		}
	}
	return ERR_OK;
}

/* By its first line, as regedit, or reg query writes it. */
static bool is_registry(struct bytes all, struct arena *arena)
{
	static const char *const starts[] = { "Windows Registry Editor", "REGEDIT4",
		"HKEY_" };
	struct bytes text;

	if (encoding_text(all, encoding_of(all), arena, &text) != ERR_OK)
		return false;
	text = lines_trimmed(text);
	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (bytes_start_with(text, bytes_of_string(starts[i])))
			return true;
	return false;
}

static enum err read_inventories(struct windows *windows, struct fault *why)
{
	const struct host_exports *exports = windows->exports;
	struct arena *arena = windows->host->arena;
	struct inventory *inventory = &windows->inventory;

	for (size_t i = 0; i < exports->inventory_count; i++) {
		const struct export_file *file = &exports->inventory[i];
		size_t count = inventory->count;
		uint32_t build = inventory->build;
		enum err err;

		if (is_registry(file->bytes, arena))
			return fault_set(why, ERR_USAGE,
				"host: %s is a registry, which --registry takes, and no "
				"list",
				host_quoted(windows->host, file->name));
		err = inventory_read(inventory, file->bytes, arena);
		if (err != ERR_OK)
			return refuse(file, err, why);
		if (inventory->count == count && inventory->build == build)
			host_note_add(windows->host,
				host_quoted(windows->host, file->name),
				"it names no update, no software and no system");
	}
	return ERR_OK;
}

static enum err read_files(struct windows *windows, struct fault *why)
{
	enum err err = read_registry(windows, why);

	if (err == ERR_OK)
		err = read_inventories(windows, why);
	if (err != ERR_OK)
		return err;
	/* A list of software alone says nothing of updates that are not there. */
	windows->inventory_there = windows->inventory.updates > 0;
	return ERR_OK;
}

enum err host_windows(
	struct host *host, const struct host_exports *exports, struct fault *why)
{
	struct windows windows = { .host = host, .exports = exports };
	enum err err = read_files(&windows, why);

	if (err == ERR_OK)
		err = windows_system(&windows, why);
	if (err != ERR_OK)
		return err;
	windows_schannel(&windows);
	windows_winhttp(&windows);
	windows_dotnet(&windows);
	windows_inventory(&windows);
	err = host_keep_only(host, why);
	if (err != ERR_OK)
		return err;
	if (arena_refused(host->arena))
		return fault_set(why, ERR_MEMORY, "host: %s", err_sentence(ERR_MEMORY));
	return ERR_OK;
}
