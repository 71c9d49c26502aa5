/* What a line of targets says, and lines of files. */
#include <stdlib.h>

#include "base/text.h"
#include "scan/targets_inside.h"
#include "sys/input.h"

#define PORT_USUAL 443

/* A number of digits alone, up to `most`; *end stands behind it. */
static bool read_number(const char **at, unsigned long most, unsigned long *ret)
{
	unsigned long number = 0;
	const char *digit = *at;

	for (; *digit >= '0' && *digit <= '9' && number <= most; digit++)
		number = number * 10 + (unsigned long)(*digit - '0');
	if (digit == *at || number > most)
		return false;
	*at = digit;
	*ret = number;
	return true;
}

static bool has_port(const struct target_text *text, unsigned long port)
{
	for (size_t i = 0; i < text->port_count; i++)
		if (text->ports[i] == port)
			return true;
	return false;
}

/* ":443,8443" to the end, or nothing. */
static bool read_ports(const char *at, struct target_text *ret)
{
	unsigned long port;

	ret->ports_named = *at == ':';
	if (*at == '\0') {
		ret->ports[ret->port_count++] = PORT_USUAL;
		return true;
	}
	do {
		at++;
		if (!read_number(&at, UINT16_MAX, &port) || port == 0)
			return false;
		if (has_port(ret, port))
			continue;
		if (ret->port_count == TARGETS_PORTS_MAX)
			return false;
		ret->ports[ret->port_count++] = (uint16_t)port;
	} while (*at == ',');
	return *at == '\0' && ret->ports_named;
}

/* "/24" behind an address, or nothing: all of its bits. */
static bool read_bits(const char **at, struct target_range *ret)
{
	unsigned long bits;
	unsigned family = address_is_ipv4(&ret->first) ? 32 : 128;

	ret->bits = 128;
	if (**at != '/')
		return true;
	(*at)++;
	if (!read_number(at, family, &bits))
		return false;
	ret->bits = (uint8_t)(128 - family + bits);
	for (size_t i = 0; i < ADDRESS_LEN; i++) {
		unsigned before = (unsigned)i * 8;

		if (before >= ret->bits)
			ret->first.bytes[i] = 0;
		else if (before + 8 > ret->bits)
			ret->first.bytes[i] &= (uint8_t)(0xff00 >> (ret->bits - before));
	}
	return true;
}

/* An IPv6 address stands in brackets if ports follow; bits may stand in them or behind.
 */
static bool read_address(const char *text, struct target_text *ret)
{
	bool bracketed = text[0] == '[';
	size_t len = strcspn(text + bracketed, bracketed ? "]/" : "/");
	char address[ADDRESS_TEXT_MAX];
	const char *at = text + bracketed + len;

	if (!bracketed && strchr(text, ':') == strrchr(text, ':'))
		len = strcspn(text, ":/"), at = text + len;
	if (len >= sizeof address)
		return false;
	memcpy(address, text + bracketed, len);
	address[len] = '\0';
	if (address_parse(address, &ret->range.first) != ERR_OK)
		return false;
	ret->range.bits = 128;
	if (*at == '/' && !read_bits(&at, &ret->range))
		return false;
	if (bracketed && *at++ != ']')
		return false;
	if (bracketed && *at == '/' && !read_bits(&at, &ret->range))
		return false;
	return read_ports(at, ret);
}

/* Letters, digits, '-', '.' and, in names of services and of Windows, '_'. */
static bool read_name(const char *text, struct target_text *ret)
{
	size_t len = strcspn(text, ":");

	if (len == 0 || len >= sizeof ret->name)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!(c >= '0' && c <= '9') &&
			!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
			strchr("-._", c) == NULL)
			return false;
	}
	memcpy(ret->name, text, len);
	ret->name[len] = '\0';
	ret->is_name = true;
	ret->port_count = 0;
	return read_ports(text + len, ret);
}

/* Digits and dots alone are a mistaken address, no name. RFC 3696, 2. */
static bool looks_numeric(const char *text)
{
	return text[strspn(text, "0123456789./")] == '\0' ||
	       text[strspn(text, "0123456789./")] == ':';
}

enum err target_text_read(const char *text, struct target_text *ret, struct fault *why)
{
	struct text quoted;
	enum err err;

	*ret = (struct target_text){ .said = text };
	if (read_address(text, ret))
		return ERR_OK;
	*ret = (struct target_text){ .said = text };
	if (!looks_numeric(text) && read_name(text, ret))
		return ERR_OK;
	text_init(&quoted, TARGETS_TEXT_MAX);
	text_quote_terminal(&quoted, bytes_of_string(text));
	err = fault_set(why, ERR_USAGE,
		"%s: expected HOST, HOST:PORT,... or a range, as in 10.0.4.0/24:443",
		text_string(&quoted));
	text_done(&quoted);
	return err;
}

enum err targets_add(struct targets *targets, const char *text, struct fault *why)
{
	struct target_text read;
	enum err err = target_text_read(text, &read, why);

	return err == ERR_OK ? targets_keep(targets, &read, why) : err;
}

enum err targets_read_shard(
	const char *text, uint32_t *ret_shard, uint32_t *ret_shards, struct fault *why)
{
	unsigned long shard = 0, shards = 0;
	const char *at = text;

	if (!read_number(&at, 65536, &shard) || *at++ != '/' ||
		!read_number(&at, 65536, &shards) || *at != '\0' || shard == 0 ||
		shard > shards)
		return fault_set(why, ERR_USAGE, "%s: expected a shard, as in 1/4", text);
	*ret_shard = (uint32_t)shard - 1;
	*ret_shards = (uint32_t)shards;
	return ERR_OK;
}

/* A line as it stands in a file: what it says between spaces, up to a comment. */
static char *trimmed(char *line)
{
	char *end;

	line[strcspn(line, "#\r\n")] = '\0';
	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	return line;
}

struct lines {
	struct targets *targets;
	enum err (*take)(struct targets *targets, const char *text, struct fault *why);
	const char *name;
	uint64_t number;
	size_t len;
	char line[TARGETS_TEXT_MAX];
};

static enum err take_line(struct lines *lines, struct fault *why)
{
	struct fault inner = { 0 };
	char *text;
	enum err err;

	lines->number++;
	lines->line[lines->len] = '\0';
	lines->len = 0;
	text = trimmed(lines->line);
	err = *text != '\0' ? lines->take(lines->targets, text, &inner) : ERR_OK;
	return err == ERR_OK ? ERR_OK
			     : fault_set(why, err, "%s, line %llu: %s", lines->name,
				       (unsigned long long)lines->number, inner.text);
}

static enum err take_bytes(struct lines *lines, struct bytes bytes, struct fault *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < bytes.len && err == ERR_OK; i++) {
		if (bytes.at[i] == '\n')
			err = take_line(lines, why);
		else if (lines->len == TARGETS_TEXT_MAX - 1 || bytes.at[i] == '\0')
			err = fault_set(why, ERR_USAGE,
				"%s, line %llu: no line of targets is like this",
				lines->name, (unsigned long long)lines->number + 1);
		else
			lines->line[lines->len++] = (char)bytes.at[i];
	}
	return err;
}

enum err targets_read(struct targets *targets, const char *path,
	enum err (*take)(struct targets *targets, const char *text, struct fault *why),
	struct fault *why)
{
	struct lines lines = { .targets = targets, .take = take };
	struct input *input = NULL;
	uint8_t bytes[4096];
	size_t len = 0;
	enum err err = input_open(path, &input, why);

	if (err != ERR_OK)
		return err;
	lines.name = input_name(input);
	while (err == ERR_OK) {
		err = input_read(input, -1, bytes, sizeof bytes, &len, why);
		if (err == ERR_OK)
			err = take_bytes(&lines, bytes_over(bytes, len), why);
	}
	if (err == ERR_END)
		err = lines.len > 0 ? take_line(&lines, why) : ERR_OK;
	input_close(input);
	return err;
}
