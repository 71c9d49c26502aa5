#include "host/gnutls_config.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "host/lines.h"

/* VERS-ALL has no SSL 3.0, which must be named. */
#define TLS_ALL ((uint16_t)(VERSIONS_USUAL & ~VERSIONS_OF(RANK_SSL3)))

/* gnutls_priority_init(3), and the configuration's names. */
static const struct {
	const char *name;
	uint16_t versions;
} versions[] = {
	{ "ssl3.0", VERSIONS_OF(RANK_SSL3) },
	{ "tls1.0", VERSIONS_OF(RANK_TLS10) },
	{ "tls1.1", VERSIONS_OF(RANK_TLS11) },
	{ "tls1.2", VERSIONS_OF(RANK_TLS12) },
	{ "tls1.3", VERSIONS_OF(RANK_TLS13) },
	{ "all", TLS_ALL },
	{ "tls-all", TLS_ALL },
};

static uint16_t version_named(struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(versions); i++)
		if (lines_equal(name, versions[i].name))
			return versions[i].versions;
	return 0;
}

static void take(struct gnutls_config *config, struct bytes section, struct bytes name,
	struct bytes value, uint32_t line)
{
	if (lines_equal(section, "global") && lines_equal(name, "override-mode")) {
		config->allowlist = lines_equal(value, "allowlist");
	} else if (lines_equal(section, "overrides")) {
		if (lines_equal(name, "disabled-version")) {
			config->disabled |= version_named(value);
			if (config->disabled_line == 0)
				config->disabled_line = line;
		} else if (lines_equal(name, "enabled-version")) {
			config->enabled |= version_named(value);
			if (config->enabled_line == 0)
				config->enabled_line = line;
		} else if (lines_equal(name, "default-priority-string")) {
			config->default_priority = value;
			config->priority_line = line;
		}
	} else if ((section.len == 0 || lines_equal(section, "priorities")) &&
		   lines_equal(name, "SYSTEM")) {
		config->system_priority = value;
		config->system_line = line;
	}
}

/* "TLS1.2    # why": a comment may stand behind a value. */
static struct bytes without_comment(struct bytes value)
{
	for (size_t i = 1; i < value.len; i++)
		if ((value.at[i] == '#' || value.at[i] == ';') &&
			(value.at[i - 1] == ' ' || value.at[i - 1] == '\t'))
			return lines_trimmed(bytes_first(value, i));
	return value;
}

struct gnutls_config gnutls_config_of(struct bytes all)
{
	struct gnutls_config config = { 0 };
	struct bytes section = { 0 }, line, name, value;
	uint32_t number = 0;

	while (lines_next(&all, &line)) {
		number++;
		line = lines_trimmed(line);
		if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';')
			continue;
		if (line.at[0] == '[') {
			section = lines_trimmed(bytes_after(line, 1));
			if (section.len > 0 && section.at[section.len - 1] == ']')
				section = lines_trimmed(
					bytes_first(section, section.len - 1));
		} else if (lines_pair(line, '=', &name, &value)) {
			take(&config, section, name, without_comment(value), number);
		}
	}
	return config;
}

/* "-VERS-TLS1.0" and "!VERS-TLS1.0" take away, "+VERS-TLS1.2" adds. */
static uint16_t change(struct bytes word, uint16_t now)
{
	struct bytes vers = bytes_of_string("VERS-");
	struct bytes name = bytes_after(word, 1);
	uint16_t named;

	if (!bytes_start_with(name, vers))
		return now;
	named = version_named(bytes_after(name, vers.len));
	if (word.at[0] == '+')
		return now | named;
	return named == TLS_ALL ? 0 : now & (uint16_t)~named;
}

uint16_t gnutls_priority(
	struct bytes priority, uint16_t normal, const struct gnutls_config *config)
{
	uint16_t now = normal;
	struct bytes word;
	bool first = true;

	while (lines_item(&priority, ":", &word)) {
		uint8_t begins = word.at[0];

		if (first && begins == '@') {
			/* What it names in turn is not followed. */
			struct gnutls_config none = { 0 };

			now = config->system_priority.len == 0
				      ? normal
				      : gnutls_priority(
						config->system_priority, normal, &none);
		} else if (first && lines_equal(word, "NONE")) {
			now = 0;
		} else if (begins == '-' || begins == '!' || begins == '+') {
			now = change(word, now);
		}
		first = false;
	}
	return now;
}

uint16_t gnutls_config_apply(const struct gnutls_config *config, uint16_t versions_now)
{
	if (config->allowlist)
		return config->enabled;
	return versions_now & (uint16_t)~config->disabled;
}
