#include "audit/kinds.h"

#define LIST(...)                                                                        \
	(const char *const[])                                                            \
	{                                                                                \
		__VA_ARGS__, NULL                                                        \
	}

/* With its length, for each is held against the name of every file. */
#define N(text)                                                                          \
	{                                                                                \
		text, sizeof text - 1                                                    \
	}
#define NAMES(...)                                                                       \
	(const struct kind_name[])                                                       \
	{                                                                                \
		__VA_ARGS__,                                                             \
		{                                                                        \
			NULL, 0                                                          \
		}                                                                        \
	}

/* Of what its name does not tell. */
static const struct kind_name no_names[] = { { NULL, 0 } };

/* To add one: a row here in order of name. A rule names it with "in". */
const struct kind kinds[] = {
	{ .name = "apache",
		.syntax = "apache",
		.patterns = NAMES(N("*.conf"), N("*.vhost"), N(".htaccess"),
			N("*httpd*.conf*"), N("sites-available/*"), N("sites-enabled/*"),
			N("*apache"), N("*apache2")) },
	{ .name = "c",
		.family = "c",
		.patterns = NAMES(N("*.c"), N("*.h"), N("*.cc"), N("*.cpp"), N("*.cxx"),
			N("*.c++"), N("*.hh"), N("*.hpp"), N("*.hxx"), N("*.inl"),
			N("*.ipp"), N("*.m"), N("*.mm")) },
	{ .name = "class", .patterns = no_names },
	{ .name = "commands",
		.syntax = "commands",
		.patterns = NAMES(N("*.sh"), N("*.bash"), N("*.zsh"), N("*.ksh"),
			N("*.bat"), N("*.cmd"), N("*Dockerfile*"), N("*Containerfile*"),
			N("*.command"), N(".profile"), N(".bashrc"), N(".bash_profile"),
			N(".zshrc"), N(".envrc"), N("*.env"), N(".env"),
			N("jvm.options*"), N("jvm.config"), N("*.vmoptions"),
			N("Procfile*"), N("Makefile*"), N("GNUmakefile"), N("makefile"),
			N("*.mk"), N("*.spec"), N("crontab*"), N("cron.*/*"),
			N("default/*"), N("sysconfig/*"), N("*.postinst"), N("postinst"),
			N("*.init"), N("init.d/*"), N("setenv*"), N("catalina*"),
			N("*.inc")),
		.first_lines =
			LIST("/sh", "bash", "zsh", "ksh", "dash", "ash", "env sh") },
	{ .name = "crypto-policy",
		.syntax = "properties",
		.patterns = NAMES(N("crypto-policies/config"), N("*.pol"), N("*.pmod")) },
	{ .name = "csharp",
		.family = "csharp",
		.patterns = NAMES(N("*.cs"), N("*.csx"), N("*.cshtml"), N("*.razor"),
			N("*.aspx"), N("*.ashx"), N("*.asmx"), N("*.asax"),
			N("*.cake")) },
	{ .name = "curlrc",
		.syntax = "properties",
		.patterns = NAMES(N("*curlrc"), N("*wgetrc")) },
	{ .name = "elf", .patterns = no_names },
	{ .name = "fsharp",
		.family = "fsharp",
		.patterns = NAMES(N("*.fs"), N("*.fsx"), N("*.fsi")) },
	{ .name = "go", .family = "go", .patterns = NAMES(N("*.go")) },
	{ .name = "go-directive", .syntax = "properties", .patterns = NAMES(N("*.go")) },
	{ .name = "go-module",
		.syntax = "properties",
		.patterns = NAMES(N("go.mod"), N("go.work")) },
	{ .name = "groovy",
		.family = "groovy",
		.patterns = NAMES(
			N("*.groovy"), N("*.gradle"), N("*Jenkinsfile*"), N("*.gvy")),
		.first_lines = LIST("groovy") },
	{ .name = "haproxy",
		.syntax = "haproxy",
		.patterns = NAMES(N("*haproxy*"), N("*.cfg")) },
	{ .name = "hcl",
		.syntax = "hcl",
		.patterns = NAMES(N("*.tf"), N("*.tfvars"), N("*.hcl"), N("*.tofu"),
			N("*.bicep"), N("*.bicepparam")) },
	{ .name = "ini",
		.syntax = "ini",
		.patterns = NAMES(
			N("*.cfg"), N("*.cnf"), N("*.conf"), N("*.ini"), N("*.toml")) },
	{ .name = "java",
		.family = "java",
		.patterns = NAMES(N("*.java"), N("*.jsp"), N("*.jav")) },
	{ .name = "javascript",
		.family = "javascript",
		.patterns = NAMES(N("*.js"), N("*.mjs"), N("*.cjs"), N("*.jsx"),
			N("*.ts"), N("*.mts"), N("*.cts"), N("*.tsx"), N("*.vue"),
			N("*.svelte"), N("*.coffee")),
		.first_lines = LIST("node", "deno", "bun") },
	{ .name = "kotlin",
		.family = "kotlin",
		.patterns = NAMES(N("*.kt"), N("*.kts")) },
	{ .name = "lighttpd", .syntax = "lighttpd", .patterns = NAMES(N("*.conf")) },
	{ .name = "lines",
		.syntax = "lines",
		.patterns = NAMES(N("*.conf"), N("*.ovpn"), N("*.ldif"), N("Caddyfile*"),
			N("*.caddy"), N("*.cfg")) },
	{ .name = "lua", .family = "lua", .patterns = NAMES(N("*.lua")) },
	{ .name = "nginx",
		.syntax = "braces",
		.patterns = NAMES(N("*.conf"), N("*.vhost"), N("*nginx"),
			N("sites-available/*"), N("sites-enabled/*"), N("snippets/*"),
			N("*.inc"), N("*-snippet"), N("*-snippets")) },
	{ .name = "pe", .patterns = no_names },
	{ .name = "perl",
		.family = "perl",
		.patterns = NAMES(N("*.pl"), N("*.pm"), N("*.t"), N("*.cgi"), N("*.psgi"),
			N("*.PL")),
		.first_lines = LIST("perl") },
	{ .name = "php",
		.family = "php",
		.patterns = NAMES(N("*.php"), N("*.phtml"), N("*.inc"), N("*.module"),
			N("*.install"), N("*.phpt"), N("*.ctp")),
		.first_lines = LIST("php") },
	{ .name = "plist",
		.syntax = "plist",
		.patterns =
			NAMES(N("*.plist"), N("*.mobileconfig"), N("*.entitlements")) },
	{ .name = "postfix",
		.syntax = "postfix",
		.patterns = NAMES(N("main.cf"), N("*.cf")) },
	{ .name = "postfix-services",
		.syntax = "postfix-services",
		.patterns = NAMES(N("master.cf")) },
	{ .name = "powershell",
		.family = "powershell",
		.patterns = NAMES(N("*.ps1"), N("*.psm1"), N("*.psd1")),
		.first_lines = LIST("pwsh", "powershell") },
	{ .name = "powershell-commands",
		.syntax = "commands",
		.patterns = NAMES(N("*.ps1"), N("*.psm1")),
		.first_lines = LIST("pwsh", "powershell") },
	{ .name = "properties",
		.syntax = "properties",
		.patterns = NAMES(N("*.properties"), N("*.conf"), N("java.security*"),
			N("*.security"), N("exim*"), N("*.env"), N(".env")) },
	{ .name = "puppet",
		.family = "puppet",
		.patterns = NAMES(N("*.pp"), N("*.epp")) },
	{ .name = "python",
		.family = "python",
		.patterns = NAMES(N("*.py"), N("*.pyw"), N("*.pyi"), N("SConstruct"),
			N("SConscript")),
		.first_lines = LIST("python") },
	{ .name = "registry", .syntax = "ini", .patterns = NAMES(N("*.reg")) },
	{ .name = "ruby",
		.family = "ruby",
		.patterns = NAMES(N("*.rb"), N("*.rake"), N("*.gemspec"), N("*.ru"),
			N("*.erb"), N("Gemfile"), N("Rakefile"), N("Vagrantfile"),
			N("*.podspec"), N("Fastfile"), N("Podfile")),
		.first_lines = LIST("ruby") },
	{ .name = "rust", .family = "rust", .patterns = NAMES(N("*.rs")) },
	{ .name = "scala",
		.family = "scala",
		.patterns = NAMES(N("*.scala"), N("*.sc"), N("*.sbt")) },
	{ .name = "swift", .family = "swift", .patterns = NAMES(N("*.swift")) },
	{ .name = "unit",
		.syntax = "ini",
		.patterns = NAMES(N("*.service"), N("*.socket"), N("*.timer"),
			N("*.container"), N("service.d/*.conf"), N("supervisord.conf"),
			N("*.desktop")) },
	{ .name = "vb",
		.family = "vb",
		.patterns = NAMES(N("*.vb"), N("*.bas"), N("*.vbs"), N("*.cls")) },
	{ .name = "xml",
		.syntax = "xml",
		.patterns = NAMES(N("*.xml"), N("*.config"), N("*.csproj"), N("*.vbproj"),
			N("*.fsproj"), N("*.props"), N("*.targets"), N("*.plist"),
			N("*.xdt")) },
	{ .name = "yaml",
		.syntax = "yaml",
		.patterns = NAMES(N("*.yaml"), N("*.yml"), N("*.json"), N("*.jsonc"),
			N("*.json5"), N("mongo*.conf")) },
};
const size_t kind_count = COUNT_OF(kinds);

_Static_assert(COUNT_OF(kinds) <= KINDS_MAX, "a set of kinds holds them all");

/* Endings that say how a file is kept, not what it is. */
static const struct kind_name wrappings[] = { N("*.bak"), N("*.default"), N("*.dist"),
	N("*.epp"), N("*.erb"), N("*.example"), N("*.in"), N("*.j2"), N("*.jinja"),
	N("*.jinja2"), N("*.old"), N("*.orig"), N("*.sample"), N("*.template"),
	N("*.tmpl"), N("*.tpl"), N("*.txt") };

#define RESULT_START 512 /* bytes in which a result says that it is one */

/* What an audit found, ours or another's: it quotes what decides, and decides nothing. */
static const char *const results[] = { "\"format\":\"tlsunset-", "/sarif-",
	"\"CycloneDX\"" };

static const struct kind_name prose[] = { N("*.1"), N("*.3"), N("*.5"), N("*.7"),
	N("*.8"), N("*.adoc"), N("*.asciidoc"), N("*.html"), N("*.htm"), N("*.md"),
	N("*.mdx"), N("*.markdown"), N("*.org"), N("*.po"), N("*.pod"), N("*.pot"),
	N("*.rdoc"), N("*.rst"), N("*.tex"), N("*.texi"), N("AUTHORS*"), N("CHANGELOG*"),
	N("CHANGES*"), N("COPYING*"), N("HISTORY*"), N("LICENSE*"), N("NEWS*"),
	N("README*"), N("TODO*") };

/* What stands behind the last "*" is compared first: it tells nearly always. */
static bool ends_fit(struct bytes *text, struct bytes *pattern)
{
	while (pattern->len > 0 && pattern->at[pattern->len - 1] != '*') {
		if (text->len == 0 || byte_lower(pattern->at[pattern->len - 1]) !=
					      byte_lower(text->at[text->len - 1]))
			return false;
		pattern->len--;
		text->len--;
	}
	return pattern->len > 0 || text->len == 0;
}

/* The last "*" is tried again one character on; so it takes no stack. */
bool pattern_fits(struct bytes text, struct bytes pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, from = 0;

	if (!ends_fit(&text, &pattern))
		return false;
	while (t < text.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = t;
			if (p == pattern.len)
				return true;
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
	uint8_t last; /* character, in lower case */
};

static struct named named(struct bytes path)
{
	return (struct named){ base_name(path), last_two(path),
		path.len > 0 ? byte_lower(path.at[path.len - 1]) : 0 };
}

/* The last character tells nearly always; 0x20 makes a letter a lower one. */
static bool fits_any(const struct named *file, const struct kind_name *names)
{
	for (; names->pattern != NULL; names++) {
		struct bytes pattern = bytes_over(names->pattern, names->len);
		uint8_t last = pattern.at[pattern.len - 1] | 0x20;

		if (last != file->last && last != '*')
			continue;
		if (pattern_fits(memchr(pattern.at, '/', pattern.len) != NULL
					 ? file->last_two
					 : file->name,
			    pattern))
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
			size_t len = wrappings[i].len - 1;

			if (path.len <= len ||
				!pattern_fits(path, bytes_over(wrappings[i].pattern,
							    wrappings[i].len)))
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

	if (words == NULL)
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
	struct named outside = named(path), inside;
	struct kind_set found = { 0 };

	if (bytes_start_with(file, bytes_of_string("#!")))
		for (size_t i = 0; i < kind_count; i++)
			if (says(file, kinds[i].first_lines))
				kind_set_add(&found, i);
	add_fitting(&outside, &found);
	if (inner.len == path.len)
		return found;
	inside = named(inner);
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
		if (pattern_fits(name, bytes_over(prose[i].pattern, prose[i].len)))
			return true;
	return false;
}
