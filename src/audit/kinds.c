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
	{ .name = "elixir", .family = "elixir", .patterns = LIST("*.ex", "*.exs") },
	{ .name = "erlang",
		.family = "beam",
		.patterns = LIST("*.erl", "*.hrl", "*.app.src", "advanced.config",
			"rabbitmq.config", "sys.config", "app.config", "vm.config") },
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
		.patterns = LIST("*.cfg", "*.cnf", "*.conf", "*.ini", "*.toml",
			"*gitconfig", "*offlineimaprc") },
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
		.patterns = LIST("*.conf", "*.ovpn", "*.ldif", "Caddyfile*", "*.caddy",
			"*.cfg", "*mbsyncrc", "records.config", "sendmail.cf",
			"submit.cf") },
	{ .name = "lua", .family = "lua", .patterns = LIST("*.lua") },
	{ .name = "nginx",
		.syntax = "braces",
		.patterns = LIST("*.conf", "*.vhost", "*nginx", "sites-available/*",
			"sites-enabled/*", "snippets/*", "*.inc", "*-snippet",
			"*-snippets") },
	{ .name = "nix", .family = "nix", .patterns = LIST("*.nix") },
	{ .name = "pascal",
		.family = "pascal",
		.patterns = LIST("*.pas", "*.dpr", "*.dfm", "*.lfm", "*.lpr") },
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
			"exim*", "*.env", ".env", "sqlnet.ora") },
	{ .name = "puppet", .family = "puppet", .patterns = LIST("*.pp", "*.epp") },
	{ .name = "python",
		.family = "python",
		.patterns = LIST("*.py", "*.pyw", "*.pyi", "SConstruct", "SConscript"),
		.first_lines = LIST("python") },
	{ .name = "registry", .syntax = "ini", .patterns = LIST("*.reg") },
	{ .name = "rsyslog",
		.syntax = "commands",
		.patterns = LIST("*rsyslog*.conf", "rsyslog.d/*") },
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

#define RESULT_START 512 /* bytes in which a result says that it is one */

/* What an audit found, ours or another's: it quotes what decides, and decides nothing. */
static const char *const results[] = { "\"format\":\"tlsunset-", "/sarif-",
	"\"CycloneDX\"" };

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
