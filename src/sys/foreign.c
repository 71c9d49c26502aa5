#include "sys/foreign.h"

#include <ctype.h>

#include "base/attr.h"

/* Names of formats and their first bytes, from the formats' own descriptions.
 * To add one: a line here. The first line that matches names the file. */
static const struct foreign {
	uint16_t offset;
	uint8_t len;
	const char *magic;
	const char *name;
} foreigns[] = {
	{ 0, 4, "\177ELF", "an ELF program or library" },
	{ 0, 6, "\3757zXZ\0", "packed by xz: unpack it first with xz -d" },
	{ 0, 3, "BZh", "packed by bzip2: unpack it first with bzip2 -d" },
	{ 0, 4, "\x04\x22\x4d\x18", "packed by lz4: unpack it first with lz4 -d" },
	{ 0, 4, "PK\x03\x04", "a zip archive: unpack it first with unzip" },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first" },
	{ 0, 4, "Rar!", "a rar archive: unpack it first" },
	{ 0, 2, "\x1f\x8b", "packed by gzip twice: unpack it first with gzip -d" },
	{ 0, 4, "\x28\xb5\x2f\xfd",
	        "packed by zstd twice: unpack it first with zstd -d" },
	{ 257, 5, "ustar", "a tar archive: unpack it first with tar -x" },
	{ 0, 8, "snoop\0\0\0", "a snoop capture: convert it first with editcap" },
	{ 0, 4, "RTSS", "a Network Monitor capture: convert it first with editcap" },
	{ 0, 4, "XCP\0", "a NetXRay capture: convert it first with editcap" },
	{ 0, 4, "GMBU", "a Network Monitor capture: convert it first with editcap" },
	{ 0, 4, "TRSN", "a Sniffer capture: convert it first with editcap" },
	{ 0, 16, "SQLite format 3\0", "an SQLite database" },
	{ 0, 4, "%PDF", "a PDF document" },
	{ 0, 4, "\x89PNG", "a PNG image" },
	{ 0, 3, "\xff\xd8\xff", "a JPEG image" },
	{ 0, 11, "-----BEGIN ", "a PEM file (a certificate or a key)" },
	{ 0, 5, "<?xml", "XML text" },
	{ 0, 2, "#!", "a script" },
};

static bool is_text(struct bytes start)
{
	for (size_t i = 0; i < start.len; i++) {
		uint8_t byte = start.at[i];

		if (byte == 0x7f || (byte < 0x20 && !isspace(byte)))
			return false;
	}
	return true;
}

static const char *text_name(struct bytes start)
{
	size_t i = 0;

	while (i < start.len && isspace(start.at[i]))
		i++;
	if (i < start.len && (start.at[i] == '{' || start.at[i] == '['))
		return "JSON text";
	return "text";
}

const char *foreign_name(struct bytes start)
{
	start = bytes_first(start, FOREIGN_START_MAX);
	if (start.len == 0)
		return "empty";
	for (size_t i = 0; i < COUNT_OF(foreigns); i++) {
		const struct foreign *foreign = &foreigns[i];

		if (bytes_start_with(bytes_after(start, foreign->offset),
		            bytes_over(foreign->magic, foreign->len)))
			return foreign->name;
	}
	return is_text(start) ? text_name(start) : NULL;
}
