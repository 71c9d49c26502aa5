#include "audit/kinds.h"

#define LIST(...)                                                                        \
	(const char *const[])                                                            \
	{                                                                                \
		__VA_ARGS__, NULL                                                        \
	}

/* Of what its name does not tell. */
static const char *const no_names[] = { NULL };

/* To add one: a row here in order of name. A rule names it with "in". */
const struct kind kinds[] = {
	{ .name = "apache",
		.syntax = "apache",
		.patterns = LIST("*.conf", "*.vhost", ".htaccess", "*httpd*.conf*",
			"sites-available/*", "sites-enabled/*", "*apache", "*apache2") },
	{ .name = "c",
		.family = "c",
		.patterns = LIST("*.c", "*.h", "*.cc", "*.cpp", "*.cxx", "*.c++", "*.hh",
			"*.hpp", "*.hxx", "*.inl", "*.ipp", "*.m", "*.mm") },
	{ .name = "class", .patterns = no_names },
	{ .name = "commands",
		.syntax = "commands",
		.patterns = LIST("*.sh", "*.bash", "*.zsh", "*.ksh", "*.bat", "*.cmd",
			"*Dockerfile*", "*Containerfile*", "*.command", ".profile",
			".bashrc", ".bash_profile", ".zshrc", ".envrc", "*.env", ".env",
			"jvm.options*", "jvm.config", "*.vmoptions", "Procfile*",
			"Makefile*", "GNUmakefile", "makefile", "*.mk", "*.spec",
			"crontab*", "cron.*/*", "default/*", "sysconfig/*", "*.postinst",
			"postinst", "*.init", "init.d/*", "setenv*", "catalina*",
			"*.inc"),
		.first_lines =
			LIST("/sh", "bash", "zsh", "ksh", "dash", "ash", "env sh") },
	{ .name = "crypto-policy",
		.syntax = "properties",
		.patterns = LIST("crypto-policies/config", "*.pol", "*.pmod") },
	{ .name = "csharp",
		.family = "csharp",
		.patterns = LIST("*.cs", "*.csx", "*.cshtml", "*.razor", "*.aspx",
			"*.ashx", "*.asmx", "*.asax", "*.cake") },
	{ .name = "curlrc",
		.syntax = "properties",
		.patterns = LIST("*curlrc", "*wgetrc") },
	{ .name = "elf", .patterns = no_names },
	{ .name = "fsharp",
		.family = "fsharp",
		.patterns = LIST("*.fs", "*.fsx", "*.fsi") },
	{ .name = "go", .family = "go", .patterns = LIST("*.go") },
	{ .name = "go-directive", .syntax = "properties", .patterns = LIST("*.go") },
	{ .name = "go-module",
		.syntax = "properties",
		.patterns = LIST("go.mod", "go.work") },
	{ .name = "groovy",
		.family = "groovy",
		.patterns = LIST("*.groovy", "*.gradle", "*Jenkinsfile*", "*.gvy"),
		.first_lines = LIST("groovy") },
	{ .name = "haproxy",
		.syntax = "haproxy",
		.patterns = LIST("*haproxy*", "*.cfg") },
	{ .name = "hcl",
		.syntax = "hcl",
		.patterns = LIST("*.tf", "*.tfvars", "*.hcl", "*.tofu", "*.bicep",
			"*.bicepparam") },
	{ .name = "ini",
		.syntax = "ini",
		.patterns = LIST("*.cfg", "*.cnf", "*.conf", "*.ini", "*.toml") },
	{ .name = "java",
		.family = "java",
		.patterns = LIST("*.java", "*.jsp", "*.jav") },
	{ .name = "javascript",
		.family = "javascript",
		.patterns = LIST("*.js", "*.mjs", "*.cjs", "*.jsx", "*.ts", "*.mts",
			"*.cts", "*.tsx", "*.vue", "*.svelte", "*.coffee"),
		.first_lines = LIST("node", "deno", "bun") },
	{ .name = "kotlin", .family = "kotlin", .patterns = LIST("*.kt", "*.kts") },
	{ .name = "lighttpd", .syntax = "lighttpd", .patterns = LIST("*.conf") },
	{ .name = "lines",
		.syntax = "lines",
		.patterns = LIST(
			"*.conf", "*.ovpn", "*.ldif", "Caddyfile*", "*.caddy", "*.cfg") },
	{ .name = "lua", .family = "lua", .patterns = LIST("*.lua") },
	{ .name = "nginx",
		.syntax = "braces",
		.patterns = LIST("*.conf", "*.vhost", "*nginx", "sites-available/*",
			"sites-enabled/*", "snippets/*", "*.inc", "*-snippet",
			"*-snippets") },
	{ .name = "pe", .patterns = no_names },
	{ .name = "perl",
		.family = "perl",
		.patterns = LIST("*.pl", "*.pm", "*.t", "*.cgi", "*.psgi", "*.PL"),
		.first_lines = LIST("perl") },
	{ .name = "php",
		.family = "php",
		.patterns = LIST("*.php", "*.phtml", "*.inc", "*.module", "*.install",
			"*.phpt", "*.ctp"),
		.first_lines = LIST("php") },
	{ .name = "plist",
		.syntax = "plist",
		.patterns = LIST("*.plist", "*.mobileconfig", "*.entitlements") },
	{ .name = "postfix", .syntax = "postfix", .patterns = LIST("main.cf", "*.cf") },
	{ .name = "postfix-services",
		.syntax = "postfix-services",
		.patterns = LIST("master.cf") },
	{ .name = "powershell",
		.family = "powershell",
		.patterns = LIST("*.ps1", "*.psm1", "*.psd1"),
		.first_lines = LIST("pwsh", "powershell") },
	{ .name = "powershell-commands",
		.syntax = "commands",
		.patterns = LIST("*.ps1", "*.psm1"),
		.first_lines = LIST("pwsh", "powershell") },
	{ .name = "properties",
		.syntax = "properties",
		.patterns = LIST("*.properties", "*.conf", "java.security*", "*.security",
			"exim*", "*.env", ".env") },
	{ .name = "puppet", .family = "puppet", .patterns = LIST("*.pp", "*.epp") },
	{ .name = "python",
		.family = "python",
		.patterns = LIST("*.py", "*.pyw", "*.pyi", "SConstruct", "SConscript"),
		.first_lines = LIST("python") },
	{ .name = "registry", .syntax = "ini", .patterns = LIST("*.reg") },
	{ .name = "ruby",
		.family = "ruby",
		.patterns = LIST("*.rb", "*.rake", "*.gemspec", "*.ru", "*.erb",
			"Gemfile", "Rakefile", "Vagrantfile", "*.podspec", "Fastfile",
			"Podfile"),
		.first_lines = LIST("ruby") },
	{ .name = "rust", .family = "rust", .patterns = LIST("*.rs") },
	{ .name = "scala",
		.family = "scala",
		.patterns = LIST("*.scala", "*.sc", "*.sbt") },
	{ .name = "swift", .family = "swift", .patterns = LIST("*.swift") },
	{ .name = "unit",
		.syntax = "ini",
		.patterns = LIST("*.service", "*.socket", "*.timer", "*.container",
			"service.d/*.conf", "supervisord.conf", "*.desktop") },
	{ .name = "vb",
		.family = "vb",
		.patterns = LIST("*.vb", "*.bas", "*.vbs", "*.cls") },
	{ .name = "xml",
		.syntax = "xml",
		.patterns = LIST("*.xml", "*.config", "*.csproj", "*.vbproj", "*.fsproj",
			"*.props", "*.targets", "*.plist", "*.xdt") },
	{ .name = "yaml",
		.syntax = "yaml",
		.patterns = LIST("*.yaml", "*.yml", "*.json", "*.jsonc", "*.json5",
			"mongo*.conf") },
};
const size_t kind_count = COUNT_OF(kinds);

_Static_assert(COUNT_OF(kinds) <= KINDS_MAX, "a set of kinds holds them all");

/* Endings that say how a file is kept, not what it is. */
static const char *const wrappings[] = { "*.bak", "*.default", "*.dist", "*.epp", "*.erb",
	"*.example", "*.in", "*.j2", "*.jinja", "*.jinja2", "*.old", "*.orig", "*.sample",
	"*.template", "*.tmpl", "*.tpl", "*.txt" };

#define RESULT_START 512 /* bytes in which a result says that it is one */

/* What an audit found, ours or another's: it quotes what decides, and decides nothing. */
static const char *const results[] = { "\"format\":\"tlsunset-", "/sarif-",
	"\"CycloneDX\"" };

static const char *const prose[] = { "*.1", "*.3", "*.5", "*.7", "*.8", "*.adoc",
	"*.asciidoc", "*.html", "*.htm", "*.md", "*.mdx", "*.markdown", "*.org", "*.po",
	"*.pod", "*.pot", "*.rdoc", "*.rst", "*.tex", "*.texi", "AUTHORS*", "CHANGELOG*",
	"CHANGES*", "COPYING*", "HISTORY*", "LICENSE*", "NEWS*", "README*", "TODO*" };

/* Asked of every name for every pattern: the last character tells nearly always. */
static bool may_fit(struct bytes text, struct bytes pattern)
{
	uint8_t last = pattern.len > 0 ? pattern.at[pattern.len - 1] : '*';

	return last == '*' ||
	       (text.len > 0 && byte_lower(last) == byte_lower(text.at[text.len - 1]));
}

/* The last "*" is tried again one character on; so it takes no stack. */
bool pattern_fits(struct bytes text, struct bytes pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, from = 0;

	if (!may_fit(text, pattern))
		return false;
	while (t < text.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.len &&
			   byte_lower(pattern.at[p]) == byte_lower(text.at[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

static struct bytes base_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.at[at - 1] != '/' && path.at[at - 1] != '!')
		at--;
	return bytes_after(path, at);
}

/* The last two parts of the path: what a pattern with "/" is held against. */
static struct bytes last_two(struct bytes path)
{
	size_t at = path.len - base_name(path).len;

	if (at > 0)
		at--;
	while (at > 0 && path.at[at - 1] != '/')
		at--;
	return bytes_after(path, at);
}

/* What patterns are held against. */
struct named {
	struct bytes name;
	struct bytes last_two;
};

static struct named named(struct bytes path)
{
	return (struct named){ base_name(path), last_two(path) };
}

static bool fits_any(const struct named *file, const char *const *patterns)
{
	for (; *patterns != NULL; patterns++) {
		struct bytes pattern = bytes_of_string(*patterns);
		bool both = memchr(pattern.at, '/', pattern.len) != NULL;

		if (pattern_fits(both ? file->last_two : file->name, pattern))
			return true;
	}
	return false;
}

static struct bytes unwrapped(struct bytes path)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < COUNT_OF(wrappings); i++) {
			size_t len = strlen(wrappings[i]) - 1;

			if (path.len <= len ||
				!pattern_fits(path, bytes_of_string(wrappings[i])))
				continue;
			path.len -= len;
			again = true;
		}
	}
	return path;
}

static bool says(struct bytes file, const char *const *words)
{
	struct bytes line;

	if (words == NULL || !bytes_start_with(file, bytes_of_string("#!")))
		return false;
	line = bytes_first(file, bytes_find(file, bytes_of_string("\n")));
	for (; *words != NULL; words++)
		if (bytes_find(line, bytes_of_string(*words)) < line.len)
			return true;
	return false;
}

static bool has_ending(struct bytes path)
{
	struct bytes name = base_name(path);

	return bytes_find(name, bytes_of_string(".")) < name.len;
}

void kind_set_add(struct kind_set *set, size_t kind)
{
	set->words[kind / 64] |= UINT64_C(1) << kind % 64;
}

bool kind_sets_meet(const struct kind_set *a, const struct kind_set *b)
{
	for (size_t i = 0; i < COUNT_OF(a->words); i++)
		if ((a->words[i] & b->words[i]) != 0)
			return true;
	return false;
}

bool kind_set_has(const struct kind_set *set, size_t kind)
{
	return (set->words[kind / 64] >> kind % 64 & 1) != 0;
}

static void add_fitting(const struct named *file, struct kind_set *set)
{
	for (size_t i = 0; i < kind_count; i++)
		if (fits_any(file, kinds[i].patterns))
			kind_set_add(set, i);
}

/* As a configuration whose name does not say of what. */
static void add_configurations(struct kind_set *set)
{
	struct named file = named(bytes_of_string(".conf"));

	add_fitting(&file, set);
}

struct kind_set kinds_of(struct bytes path, struct bytes file)
{
	struct bytes inner = unwrapped(path);
	struct named outside = named(path), inside = named(inner);
	struct kind_set found = { 0 };

	for (size_t i = 0; i < kind_count; i++)
		if (says(file, kinds[i].first_lines))
			kind_set_add(&found, i);
	add_fitting(&outside, &found);
	if (inner.len == path.len)
		return found;
	add_fitting(&inside, &found);
	/* A template that does not say of what: "ssl.erb". A text may be about anything.
	 */
	if (!has_ending(inner) && !pattern_fits(path, bytes_of_string("*.txt")))
		add_configurations(&found);
	return found;
}

struct kind_set kinds_of_file(struct bytes path, struct bytes file)
{
	struct kind_set found = kinds_of(path, file);
	uint64_t any = 0;

	for (size_t i = 0; i < COUNT_OF(found.words); i++)
		any |= found.words[i];
	if (any == 0 && !has_ending(path))
		add_configurations(&found);
	return found;
}

size_t kind_find(struct bytes name)
{
	size_t i = 0;

	while (i < kind_count && !bytes_equal(name, bytes_of_string(kinds[i].name)))
		i++;
	return i;
}

bool kind_is_result(struct bytes file)
{
	struct bytes start = bytes_first(file, RESULT_START);

	if (!bytes_start_with(file, bytes_of_string("{")))
		return false;
	for (size_t i = 0; i < COUNT_OF(results); i++)
		if (bytes_find(start, bytes_of_string(results[i])) < start.len)
			return true;
	return false;
}

bool kind_is_prose(struct bytes path)
{
	struct bytes name = base_name(path);

	for (size_t i = 0; i < COUNT_OF(prose); i++)
		if (pattern_fits(name, bytes_of_string(prose[i])))
			return true;
	return false;
}
