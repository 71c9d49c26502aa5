/* Concessions for programs; docs/impact.md. */
#include "report/concession.h"

#include "report/render_forecast.h"
#include "tls/iana.h"

static void add_number(struct text *text, const char *name, uint64_t value)
{
	text_format(text, ",\"%s\":", name);
	text_number(text, value);
}

static void add_string(struct text *text, const char *name, const char *value)
{
	text_format(text, ",\"%s\":", name);
	text_quote_json(text, bytes_of_string(value));
}

static const char *kind_name(enum relax_kind kind)
{
	static const char *const names[] = {
		[RELAX_CERTIFICATE] = "certificate",
		[RELAX_SCHEME] = "signature-scheme",
		[RELAX_GROUP] = "group",
		[RELAX_SUITE] = "cipher-suite",
		[RELAX_VERSION] = "version",
	};

	return names[kind];
}

static void add_name(struct text *text, const struct relax_change *change)
{
	static const struct iana_registry *const registries[] = {
		[RELAX_SCHEME] = &iana_signature_schemes,
		[RELAX_GROUP] = &iana_groups,
		[RELAX_SUITE] = &iana_cipher_suites,
	};
	struct text CLEANUP(text_done) key;
	char name[IANA_TEXT_MAX];

	text_init(&key, 256);
	if (change->kind == RELAX_VERSION) {
		add_string(text, "name", version_name(change->code));
		return;
	}
	if (change->kind != RELAX_CERTIFICATE) {
		add_string(text, "name",
			iana_text(registries[change->kind], change->code, name));
		return;
	}
	forecast_text_key(&change->key, &key);
	add_string(text, "name", text_string(&key));
}

static void add_changes(struct text *text, const struct relaxation *relaxation)
{
	for (size_t i = 0; i < relaxation->count; i++) {
		const struct relax_change *change = &relaxation->changes[i];

		text_format(text, "%s{\"kind\":\"%s\"", i > 0 ? "," : "",
			kind_name((enum relax_kind)change->kind));
		add_name(text, change);
		text_char(text, '}');
	}
}

static void add_cost(
	struct text *text, const char *name, uint64_t clients, uint64_t handshakes)
{
	text_format(text, ",\"%s\":{\"clients\":", name);
	text_number(text, clients);
	add_number(text, "handshakes", handshakes);
	text_char(text, '}');
}

static void add_item(
	struct text *text, const struct concessions *all, const struct concession *item)
{
	const char *between = "";

	text_add(text, "{\"changes\":[");
	add_changes(text, &item->relaxation);
	text_char(text, ']');
	add_cost(text, "others", item->clients, item->handshakes);
	add_cost(text, "lost", item->lost_clients, item->lost_handshakes);
	text_add(text, ",\"presets_failed\":[");
	for (size_t i = 0; i < all->preset_count; i++) {
		if ((item->presets >> i & 1) == 0)
			continue;
		text_format(text, "%s\"%s\"", between, all->presets[i].name);
		between = ",";
	}
	text_add(text, "]}");
}

void concessions_json(const struct concessions *all, struct text *text)
{
	const struct kept *kept = &all->kept;
	char address[ADDRESS_TEXT_MAX];

	text_add(text, "{\"format\":\"" CONCESSION_FORMAT "\"");
	add_string(text, "policy", all->profile->policy->name);
	add_string(text, "stack", stack_name(all->profile->stack));
	add_number(text, "security_level", all->profile->security_level);
	add_string(text, "keep",
		kept->owner != NULL ? kept->owner->name
				    : address_text(&kept->address, address));
	add_string(text, "keep_is", kept->owner != NULL ? "owner" : "address");
	text_format(text, ",\"as\":[%s%s%s]", all->as_client ? "\"client\"" : "",
		all->as_client && all->as_server ? "," : "",
		all->as_server ? "\"server\"" : "");
	add_number(text, "clients", all->clients);
	add_number(text, "handshakes", all->handshakes);
	add_number(text, "hellos", all->hellos);
	add_number(text, "breaking", all->breaking);
	add_number(text, "unknown", all->unknown);
	add_number(text, "total", all->total);
	text_format(
		text, ",\"complete\":%s,\"relaxations\":[", all->cut ? "false" : "true");
	for (size_t i = 0; i < all->count; i++) {
		text_add(text, i > 0 ? ",\n" : "\n");
		add_item(text, all, &all->items[i]);
	}
	text_add(text, "]}\n");
}
