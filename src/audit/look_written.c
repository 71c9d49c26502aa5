/* Texts that say themselves what they are: a configuration that a program or a script
 * writes, told by a directive in it, and PowerShell, told by the property that it sets.
 */
#include "audit/look_inside.h"
#include "audit/look_wants.h"

/* To add one: a row here; "with" must stand there too. Both are as they are written. */
static const struct {
	const char *mark;
	const char *with;
	const char *kind;
} written[] = {
	{ "]::SecurityProtocol", "=", "powershell" },
	{ "SSLProtocol ", "SSL", "apache" },
	{ "_version", "resource \"a", "hcl" },
	{ "smtp_tls_", "=", "postfix" },
	{ "smtpd_tls_", "=", "postfix" },
	{ "ssl-default-bind-options ", "ssl", "haproxy" },
	{ "_tls_protocols =", "=", "ini" },
	{ "ssl_min_protocol =", "=", "lines" },
	{ "ssl_protocols ", ";", "nginx" },
	{ "ssl_protocols =", "=", "ini" },
	{ "gnutlsPriorityString=", "=", "rsyslog" },
	{ "tls.tlscfgcmd=", "=", "rsyslog" },
	{ "tls-protos =", "=", "lines" },
	{ "tls-version-min ", "\n", "lines" },
	{ "MinProtocol =", "=", "ini" },
	{ "MinProtocol=", "\n", "ini" },
	{ "{versions,", "']}", "erlang" },
	{ "tls1", "resource \"a", "hcl" },
	{ "ssl.enabled.protocols=", "=", "properties" },
	{ "jdk.tls.disabledAlgorithms=", "=", "properties" },
	{ "https.protocols=", "=", "properties" },
};

/* The longer one stands in fewer files. */
const char *look_mark(size_t index)
{
	if (index >= COUNT_OF(written))
		return NULL;
	return strlen(written[index].with) > strlen(written[index].mark)
		       ? written[index].with
		       : written[index].mark;
}

bool look_is_written(const struct rule *rule)
{
	for (size_t i = 0; i < COUNT_OF(written); i++)
		if (kind_set_has(
			    &rule->kinds, kind_find(bytes_of_string(written[i].kind))))
			return true;
	return false;
}

static bool holds(struct bytes text, const char *part)
{
	return bytes_find(text, bytes_of_string(part)) < text.len;
}

static bool is_marked(struct bytes text, size_t row)
{
	return holds(text, written[row].mark) && holds(text, written[row].with);
}

static bool is_any_marked(struct bytes text)
{
	for (size_t i = 0; i < COUNT_OF(written); i++)
		if (is_marked(text, i))
			return true;
	return false;
}

/* Each text is a part of the file: most hold no mark at all. */
bool look_has_written_rules(struct looking *looking)
{
	if (looking->written_rules != WRITTEN_UNASKED)
		return looking->written_rules == WRITTEN_SOME;
	for (size_t i = 0;
		i < looking->rules->count && looking->written_rules == WRITTEN_UNASKED;
		i++)
		if (rule_set_has(&looking->may, i) &&
			look_is_written(looking->rules->all[i]))
			looking->written_rules = WRITTEN_SOME;
	if (looking->written_rules == WRITTEN_UNASKED || !is_any_marked(looking->text))
		looking->written_rules = WRITTEN_NONE;
	return looking->written_rules == WRITTEN_SOME;
}

void look_at_lines(
	struct looking *looking, struct bytes text, size_t kind, unsigned depth)
{
	/* What has lines of its own does not write their ends. */
	bool escaped = bytes_find(text, bytes_of_string("\n")) == text.len;

	while (text.len > 0 && looking->err == ERR_OK) {
		size_t len =
			escaped ? bytes_find(text, bytes_of_string("\\n")) : text.len;

		look_at_text(looking, bytes_first(text, len), kind, depth);
		text = bytes_after(text, len + 2);
	}
}

bool look_is_marked(struct looking *looking, struct bytes text)
{
	return look_has_written_rules(looking) && is_any_marked(text);
}

void look_at_written(struct looking *looking, struct bytes text, unsigned depth)
{
	if (text.len < 2 || depth >= LOOK_DEPTH || !look_has_written_rules(looking))
		return;
	for (size_t i = 0; i < COUNT_OF(written) && looking->err == ERR_OK; i++) {
		size_t kind;

		if (!is_marked(text, i))
			continue;
		kind = kind_find(bytes_of_string(written[i].kind));
		if (kinds[kind].family != NULL && kind_set_has(&looking->kinds, kind))
			continue; /* what is not seen of a part is in the whole */
		if (kinds[kind].family != NULL)
			look_at_code_text(looking, text, kind);
		else
			look_at_lines(looking, text, kind, depth);
	}
}
