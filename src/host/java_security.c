#include "host/java_security.h"

#include "base/attr.h"
#include "host/lines.h"

#define DISABLED "jdk.tls.disabledAlgorithms"
#define SYSTEM   "security.useSystemPropertiesFile"

static const struct {
	const char *name;
	enum version_rank rank;
} names[] = {
	{ "SSLv2Hello", RANK_SSL2 },
	{ "SSLv3", RANK_SSL3 },
	{ "TLSv1", RANK_TLS10 },
	{ "TLSv1.1", RANK_TLS11 },
	{ "TLSv1.2", RANK_TLS12 },
	{ "TLSv1.3", RANK_TLS13 },
};

/* Lines go on behind a backslash, which parts items as a comma does. */
uint16_t java_protocols(struct bytes list)
{
	uint16_t versions = 0;
	struct bytes item;

	while (lines_item(&list, ",\\\r\n", &item))
		for (size_t i = 0; i < COUNT_OF(names); i++)
			if (lines_equal(item, names[i].name))
				versions |= VERSIONS_OF(names[i].rank);
	return versions;
}

static bool goes_on(struct bytes line)
{
	size_t count = 0;

	while (count < line.len && line.at[line.len - 1 - count] == '\\')
		count++;
	return count % 2 == 1;
}

/* The line with those that it goes on in, which are no lines of their own.
 * java.util.Properties, load(). */
static struct bytes whole(struct bytes line, struct bytes *left, uint32_t *number)
{
	const uint8_t *begin = line.at;

	while (goes_on(line) && lines_next(left, &line))
		(*number)++;
	return bytes_over(begin, (size_t)(line.at + line.len - begin));
}

struct java_security java_security_of(struct bytes all)
{
	struct java_security security = { 0 };
	struct bytes line, name, value;
	uint32_t number = 0;

	while (lines_next(&all, &line)) {
		uint32_t first = ++number;

		line = lines_trimmed(line);
		if (line.len == 0 || line.at[0] == '#' || line.at[0] == '!' ||
			!lines_pair(whole(line, &all, &number), '=', &name, &value))
			continue;
		if (lines_equal(name, DISABLED)) {
			security.disables = true;
			security.line = first;
			security.disabled = java_protocols(value);
		} else if (lines_equal(name, SYSTEM)) {
			security.system_policy = lines_equal(value, "true");
		}
	}
	return security;
}
