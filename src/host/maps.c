#include "host/maps.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/release.h"
#include "host/lines.h"

static uint64_t number_of(struct bytes digits, unsigned base)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.len && i < 20; i++) {
		uint8_t c = digits.at[i] | 0x20;
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
							: base;

		if (digit >= base)
			break;
		value = value * base + digit;
	}
	return value;
}

/* "7f00-7f01 r-xp 00001000 08:01 1234   /usr/lib/libssl.so.3 (deleted)" */
bool maps_next(struct bytes *left, struct mapping *ret)
{
	const struct bytes gone = bytes_of_string(" (deleted)");
	struct bytes line, word, device, major, minor;

	while (lines_next(left, &line)) {
		size_t slash = bytes_find(line, bytes_of_string("/"));

		if (slash == line.len || !lines_item(&line, " ", &word) ||
			!lines_item(&line, " ", &word) ||
			!lines_item(&line, " ", &word) ||
			!lines_item(&line, " ", &device) ||
			!lines_item(&line, " ", &word) ||
			!lines_pair(device, ':', &major, &minor))
			continue;
		line = lines_trimmed(line);
		if (line.len == 0 || line.at[0] != '/')
			continue;
		ret->deleted = line.len > gone.len &&
			       bytes_equal(bytes_after(line, line.len - gone.len), gone);
		ret->path = ret->deleted ? bytes_first(line, line.len - gone.len) : line;
		ret->major = (uint32_t)number_of(major, 16);
		ret->minor = (uint32_t)number_of(minor, 16);
		ret->inode = number_of(word, 10);
		return true;
	}
	return false;
}

/* To add one: a line here, before what its file's name begins with. */
static const struct {
	const char *begins;
	const char *stack;
} libraries[] = {
	{ "libssl.so.", "openssl" },
	{ "libssl-", "openssl" },
	{ "libssl3.so", "nss" },
	{ "libgnutls.so.", "gnutls" },
	{ "libmbedtls.so.", "mbedtls" },
	{ "libwolfssl.so.", "wolfssl" },
	{ "libjvm.so", "java" },
	{ "libnode.so.", "node" },
	{ "librustls", "rustls" },
};

const char *maps_stack(struct bytes path)
{
	size_t slash;

	while ((slash = bytes_find(path, bytes_of_string("/"))) < path.len)
		path = bytes_after(path, slash + 1);
	for (size_t i = 0; i < COUNT_OF(libraries); i++)
		if (bytes_start_with(path, bytes_of_string(libraries[i].begins)))
			return libraries[i].stack;
	return NULL;
}

/* "  0: 0100007F:1F90 00000000:0000 0A ...": the tenth word is the inode. */
bool listeners_next(struct bytes *left, uint16_t *ret_port, uint64_t *ret_inode)
{
	struct bytes line, words[10], address, port;

	while (lines_next(left, &line)) {
		size_t count = 0;

		while (count < COUNT_OF(words) && lines_item(&line, " ", &words[count]))
			count++;
		if (count < COUNT_OF(words) || !lines_equal(words[3], "0A") ||
			!lines_pair(words[1], ':', &address, &port))
			continue;
		*ret_port = (uint16_t)number_of(port, 16);
		*ret_inode = number_of(words[9], 10);
		return true;
	}
	return false;
}

/* The version is a string with its length in front, 32 bytes behind the mark, where bit 1
 * of the flags says so. */
bool go_release(struct bytes window, char *ret, size_t room)
{
	struct bytes mark = bytes_of_string("\xff Go buildinf:");
	size_t at;

	for (; (at = bytes_find(window, mark)) < window.len;
		window = bytes_after(window, at + 1)) {
		struct bytes found = bytes_after(window, at);
		struct bytes version = bytes_after(found, 33);
		size_t len;

		if (found.len < 64 || (found.at[15] & 2) == 0 || found.at[32] < 4 ||
			found.at[32] > 31 ||
			!bytes_start_with(version, bytes_of_string("go")))
			continue;
		version = bytes_first(bytes_after(version, 2), found.at[32] - 2U);
		len = release_length(version);
		if (len == 0)
			continue;
		(void)snprintf(ret, room, "%.*s", (int)len, (const char *)version.at);
		return true;
	}
	return false;
}

bool go_old_servers(struct bytes settings)
{
	bool old = false;
	struct bytes item;
	size_t len = 0;

	while (len < settings.len && settings.at[len] > ' ')
		len++;
	settings = bytes_first(settings, len);
	/* Of one that is named twice the last counts. runtime, "GODEBUG". */
	while (lines_item(&settings, ",", &item))
		if (bytes_start_with(item, bytes_of_string("tls10server=")))
			old = lines_equal(item, "tls10server=1");
	return old;
}

struct bytes go_settings(struct bytes window)
{
	struct bytes mark = bytes_of_string("build\tDefaultGODEBUG=");
	size_t at = bytes_find(window, mark);

	return at == window.len ? (struct bytes){ 0 }
				: bytes_after(window, at + mark.len);
}
