#include "host/inventory_pairs.h"

#include "base/attr.h"
#include "host/lines.h"

/* "DisplayName  : Node.js", "\"DisplayName\":  \"Node.js\",": without the marks of JSON.
 */
static bool pair_of(struct bytes line, struct bytes *ret_name, struct bytes *ret_value)
{
	struct bytes *both[] = { ret_name, ret_value };

	line = lines_trimmed(line);
	if (line.len > 0 && line.at[line.len - 1] == ',')
		line = bytes_first(line, line.len - 1);
	if (!lines_pair(line, ':', ret_name, ret_value))
		return false;
	for (size_t i = 0; i < COUNT_OF(both); i++)
		if (both[i]->len >= 2 && both[i]->at[0] == '"' &&
			both[i]->at[both[i]->len - 1] == '"')
			*both[i] =
				bytes_first(bytes_after(*both[i], 1), both[i]->len - 2);
	return true;
}

/* A line of CSV may hold a colon too, behind a comma or in quotation marks. */
bool inventory_pair(struct bytes line)
{
	struct bytes name, value;

	line = lines_trimmed(line);
	if (!pair_of(line, &name, &value) || name.len == 0)
		return false;
	return memchr(name.at, ',', name.len) == NULL &&
	       memchr(name.at, ';', name.len) == NULL &&
	       memchr(name.at, '"', name.len) == NULL;
}

bool inventory_pairs_begin(struct inventory_pairs *pairs, struct bytes line)
{
	line = lines_trimmed(line);
	pairs->begun = (line.len > 0 && (line.at[0] == '[' || line.at[0] == '{')) ||
		       inventory_pair(line);
	return pairs->begun;
}

static uint32_t number_at(struct bytes all, size_t *ret_len)
{
	uint32_t number = 0;
	size_t len = 0;

	for (; len < all.len && len < 6 && all.at[len] >= '0' && all.at[len] <= '9';
		len++)
		number = number * 10 + all.at[len] - '0';
	*ret_len = len;
	return number;
}

#define BUILD_MIN 2195 /* of Windows 2000 */

/* "10.0.17763", and what stands behind: the build is the third. 0: not Windows'. */
static uint32_t build_of(struct bytes version)
{
	uint32_t number = 0;

	for (size_t i = 0; i < 3; i++) {
		size_t len;

		number = number_at(version, &len);
		if (i == 0 && number != 5 && number != 6 && number != 10)
			return 0;
		version = bytes_after(version, len);
		if (len == 0 || (i < 2 && (version.len == 0 || version.at[0] != '.')))
			return 0;
		version = bytes_after(version, 1);
	}
	return number < BUILD_MIN ? 0 : number;
}

static bool ends_with_build(struct bytes value, uint32_t build)
{
	struct bytes last = { 0 }, word;
	uint32_t number;
	size_t len;

	while (lines_item(&value, " ", &word))
		last = word;
	number = number_at(last, &len);
	return len > 0 && len == last.len && number == build;
}

/* Of systeminfo every language has the build twice, "10.0.17763 N/A Build 17763", and the
 * product's name, as it is, above it; of Get-ComputerInfo the names of members are no
 * language's. "Microsoft Windows Desktop Runtime" stands above no build. */
static enum err take_system(struct inventory_pairs *pairs, struct inventory *inventory,
	struct bytes name, struct bytes value, struct arena *arena)
{
	uint32_t build = build_of(value);

	if (bytes_start_with(value, bytes_of_string("Microsoft Windows ")))
		pairs->product = value;
	if (build == 0 || (!lines_equal(name, "OsVersion") &&
				  (!ends_with_build(value, build) ||
					  memchr(value.at, ' ', value.len) == NULL)))
		return ERR_OK;
	inventory->build = build;
	if (pairs->product.len > 0)
		inventory->product = arena_copy(arena, pairs->product);
	return arena_refused(arena) ? ERR_MEMORY : ERR_OK;
}

enum err inventory_pairs_end(
	struct inventory_pairs *pairs, struct inventory *inventory, struct arena *arena)
{
	enum err err = ERR_OK;

	if (pairs->name.len > 0)
		err = inventory_add(inventory, pairs->name, pairs->version, arena);
	*pairs = (struct inventory_pairs){ .begun = pairs->begun };
	return err;
}

/* A piece of software ends where a blank line or a brace stands, or its name again. */
enum err inventory_pairs_line(struct inventory_pairs *pairs, struct inventory *inventory,
	struct bytes line, struct arena *arena)
{
	struct bytes name, value;
	bool display, plain;
	enum err err = ERR_OK;

	line = lines_trimmed(line);
	if (line.len == 0 || line.at[0] == '}')
		return inventory_pairs_end(pairs, inventory, arena);
	if (!pair_of(line, &name, &value))
		return ERR_OK;
	display = lines_equal(name, "DisplayName");
	plain = lines_equal(name, "Name");
	if ((display && pairs->shown) || (plain && pairs->name.len > 0 && !pairs->shown))
		err = inventory_pairs_end(pairs, inventory, arena);
	if (display || (plain && !pairs->shown))
		pairs->name = value;
	pairs->shown |= display;
	if (lines_equal(name, "DisplayVersion") || lines_equal(name, "Version"))
		pairs->version = value;
	return err == ERR_OK ? take_system(pairs, inventory, name, value, arena) : err;
}
