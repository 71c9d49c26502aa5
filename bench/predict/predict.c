/*
 * predict STORE - what negotiate() makes of each hello of a store.
 * predict --show FILE|PRESET - a policy, in the lines that the former reads.
 *
 * For bench/predict-accuracy. The profile comes on standard input, a line for each
 * thing: its name, then codes or numbers (profile_line()).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "cli/policies.h"
#include "policy/negotiate.h"
#include "policy/policy_file.h"
#include "store/store.h"
#include "sys/crypto.h"

#define LINE_MAX_LEN   8192
#define RANK_BIT(rank) ((uint16_t)(1u << (rank)))

static struct policy policy; /* some 8 KB, one a process */
static struct server_profile profile = { .policy = &policy };

static _Noreturn void give_up(const char *what, const char *which)
{
	fprintf(stderr, "%s: %s\n", what, which);
	exit(3);
}

static const struct number {
	const char *name;
	bool *flag;
	uint16_t *value;
} numbers[] = {
	{ "compression", &policy.compression, NULL },
	{ "dh_bits", NULL, &profile.dh_bits },
	{ "dh_bits_min", NULL, &policy.dh_bits_min },
	{ "needs_extended_master_secret", &policy.needs_extended_master_secret, NULL },
	{ "needs_secure_renegotiation", &policy.needs_secure_renegotiation, NULL },
	{ "needs_server_name", &policy.needs_server_name, NULL },
	{ "server_order", &policy.server_order, NULL },
};

static const struct list {
	const char *name;
	struct policy_codes *codes;
} lists[] = {
	{ "groups", &policy.groups },
	{ "schemes", &policy.schemes },
	{ "suites12", &policy.suites12 },
	{ "suites13", &policy.suites13 },
};

static uint32_t number_of(const char *word)
{
	char *end;
	unsigned long value = word == NULL ? 0 : strtoul(word, &end, 0);

	if (word == NULL || *end != '\0' || value > UINT16_MAX)
		give_up("not a number", word == NULL ? "" : word);
	return (uint32_t)value;
}

static char *words; /* of the line that is read, from the next one on */

/* NULL if there is none. */
static char *next_word(void)
{
	char *word = words + strspn(words, " \n");

	words = word + strcspn(word, " \n");
	if (*words != '\0')
		*words++ = '\0';
	return *word == '\0' ? NULL : word;
}

static void read_versions(void)
{
	for (char *word = next_word(); word != NULL; word = next_word())
		policy.versions |= RANK_BIT(version_rank((uint16_t)number_of(word)));
}

static void read_alpn(void)
{
	for (char *word = next_word();
		word != NULL && policy.alpn_count < POLICY_ALPN_MAX; word = next_word())
		snprintf(policy.alpn[policy.alpn_count++], POLICY_ALPN_LEN, "%s", word);
}

static uint8_t kind_of(const char *word)
{
	for (enum key_kind kind = KEY_RSA; kind < KEY_KIND_COUNT; kind++)
		if (strcmp(word, key_kind_name(kind)) == 0)
			return (uint8_t)kind;
	give_up("not a kind of key", word);
}

static void read_certificate(void)
{
	const char *kind = next_word();
	struct policy_key *key = &profile.certificates[profile.certificate_count];

	if (kind == NULL || profile.certificate_count == SERVER_CERTIFICATES_MAX)
		give_up("certificate", "too many, or of no kind");
	key->kind = kind_of(kind);
	key->bits = (uint16_t)number_of(next_word());
	key->curve = (uint16_t)number_of(next_word());
	key->signature = (uint16_t)number_of(next_word());
	profile.certificate_count++;
}

static bool read_list(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct policy_codes *codes = lists[i].codes;

		if (strcmp(lists[i].name, name) != 0)
			continue;
		for (char *word = next_word(); word != NULL; word = next_word()) {
			if (codes->count == POLICY_CODES_MAX)
				give_up("too many", name);
			codes->codes[codes->count++] = (uint16_t)number_of(word);
		}
		return true;
	}
	return false;
}

static bool read_number(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		if (strcmp(numbers[i].name, name) != 0)
			continue;
		if (numbers[i].flag != NULL)
			*numbers[i].flag = number_of(next_word()) != 0;
		else
			*numbers[i].value = (uint16_t)number_of(next_word());
		return true;
	}
	return false;
}

static void profile_line(const char *name)
{
	if (strcmp(name, "stack") == 0) {
		const char *stack = next_word();

		profile.stack = stack == NULL ? NULL : stack_find(stack);
		if (profile.stack == NULL)
			give_up("no such stack", stack == NULL ? "" : stack);
	} else if (strcmp(name, "level") == 0) {
		profile.security_level = (uint8_t)number_of(next_word());
	} else if (strcmp(name, "versions") == 0) {
		read_versions();
	} else if (strcmp(name, "alpn") == 0) {
		read_alpn();
	} else if (strcmp(name, "certificate") == 0) {
		read_certificate();
	} else if (!read_list(name) && !read_number(name)) {
		give_up("not a line of a profile", name);
	}
}

static void read_profile(void)
{
	static char line[LINE_MAX_LEN];

	while (fgets(line, sizeof line, stdin) != NULL) {
		const char *name;

		words = line;
		name = next_word();
		if (name != NULL)
			profile_line(name);
	}
	if (profile.stack == NULL)
		give_up("profile", "it names no stack");
}

static void print_code(uint32_t code)
{
	if (code == CODE_NONE)
		printf("\t-");
	else
		printf("\t0x%04" PRIx32, code);
}

static enum err print_hello(struct store_reader *reader, const struct hello *hello)
{
	static struct offer offer; /* large */
	struct negotiation made;
	enum err err = offer_of_hello(hello, &offer);

	(void)reader;
	if (err != ERR_OK)
		return err;
	negotiate(&profile, &offer, &made, NULL);
	for (size_t i = 0; i < sizeof hello->digest; i++)
		printf("%02x", hello->digest[i]);
	printf("\t%s", made.refusal == REFUSAL_NONE ? "-" : refusal_text(made.refusal));
	if (made.refusal == REFUSAL_NONE)
		printf("\t-");
	else
		printf("\t%u", made.alert);
	print_code(made.version == VERSION_NONE ? CODE_NONE : made.version);
	print_code(made.cipher);
	print_code(made.group);
	print_code(made.signature);
	printf("\t%d\t%d\t%u\t%d\n", made.certificate, made.retried, made.dh_bits,
		made.unoffered);
	return ERR_OK;
}

static void predict(const char *path)
{
	struct store_reader reader = { .hello = print_hello };
	struct fault why = { 0 };
	struct store *store = NULL;
	char name[4096];
	enum err err;

	snprintf(name, sizeof name, "sqlite:%s", path);
	err = store_open(name, STORE_READ, &store, &why);
	if (err != ERR_OK)
		give_up(path, why.text);
	puts("digest\trefusal\talert\tversion\tcipher\tgroup\tscheme\tcertificate\t"
	     "retried\tdh_bits\tunoffered");
	err = store_read_hellos(store, &reader, &why);
	store_close(store);
	if (err != ERR_OK)
		give_up(path, err_sentence(err));
}

static void show(const char *name)
{
	struct fault why = { 0 };

	if (policy_load(name, &policy, &why) != ERR_OK)
		give_up(name, why.text);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		printf("%s %u\n", numbers[i].name,
			numbers[i].flag != NULL ? *numbers[i].flag : *numbers[i].value);
	printf("versions");
	for (unsigned version = VERSION_SSL3; version <= VERSION_TLS13; version++)
		if (policy_allows_version(&policy, version_rank((uint16_t)version)))
			printf(" 0x%04x", version);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		printf("\n%s", lists[i].name);
		for (size_t j = 0; j < lists[i].codes->count; j++)
			printf(" 0x%04x", lists[i].codes->codes[j]);
	}
	printf("\nalpn");
	for (size_t i = 0; i < policy.alpn_count; i++)
		printf(" %s", policy.alpn[i]);
	printf("\n");
}

int main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "--show") == 0) {
		show(argv[2]);
	} else if (argc == 2) {
		read_profile();
		predict(argv[1]);
	} else {
		give_up("usage", "predict STORE | --show FILE");
	}
	return fflush(stdout) == 0 ? 0 : 3;
}
