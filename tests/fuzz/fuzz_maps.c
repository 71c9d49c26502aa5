/* Any bytes as the texts of /proc and as a program of Go's: reading ends, a path begins
 * with a slash and lies in its line, a release begins with a digit. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "host/maps.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void read_maps(struct bytes left)
{
	struct mapping mapping;
	size_t lines = 0;

	for (size_t i = 0; i < left.len; i++)
		lines += left.at[i] == '\n';
	for (size_t count = 0; maps_next(&left, &mapping); count++) {
		must(count <= lines);
		must(mapping.path.len > 0 && mapping.path.at[0] == '/');
		must(memchr(mapping.path.at, '\n', mapping.path.len) == NULL);
		(void)maps_stack(mapping.path);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size), left = all;
	char release[24] = "";
	uint64_t inode;
	uint16_t port;

	read_maps(all);
	for (size_t count = 0; listeners_next(&left, &port, &inode); count++)
		must(count < size);
	if (go_release(all, release, sizeof release))
		must(release[0] >= '0' && release[0] <= '9');
	must(memchr(release, '\0', sizeof release) != NULL);
	left = go_settings(all);
	must(left.len <= size);
	if (go_old_servers(all))
		must(bytes_find(all, bytes_of_string("tls10server=1")) < all.len);
	return 0;
}
