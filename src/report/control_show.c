#include "report/control_show.h"

#include "report/grid.h"
#include "report/json.h"

static const char *const roles[CONTROL_TARGETS] = { "strict", "similar", "unrelated" };

static const char *say_stage(enum control_stage stage)
{
	static const char *const said[CONTROL_STAGES] = {
		[CONTROL_UNKNOWN] = "it could not be asked",
		[CONTROL_NO_NAME] = "the name has no address",
		[CONTROL_NO_RESOLVER] = "nobody could be asked for the name",
		[CONTROL_NO_ROUTE] = "there is no way to it",
		[CONTROL_NO_ANSWER] = "nobody takes the connection",
		[CONTROL_NO_LISTENER] = "the connection is refused: nobody listens",
		[CONTROL_NOT_TLS] = "it is no TLS",
		[CONTROL_SILENT] = "connected, and no hello is answered",
		[CONTROL_CLOSED] = "connected, and every hello is closed on",
		[CONTROL_REFUSED] = "every hello is refused",
		[CONTROL_ACCEPTED] = "accepts",
	};

	return said[stage];
}

static const char *say_cause(enum control_cause cause)
{
	static const char *const said[CAUSE_COUNT] = {
		[CAUSE_UNKNOWN] =
			"What the three came to does not tell. Controls that are "
			"named, and of which one is known to work, would.",
		[CAUSE_NAMES] = "Names: this machine finds none of the three. It is its "
				"resolver, not TLS.",
		[CAUSE_ROUTE] =
			"Network: none of the three takes a connection from here. "
			"This machine has no way out, or must go by a proxy; it is "
			"not TLS.",
		[CAUSE_PROXY] = "Proxy: something on the way answers in the place of all "
				"three. What was asked is that, not the service.",
		[CAUSE_ZONE] =
			"Names: those of the service and of the similar one are not "
			"found here, others are. A DNS zone that is known elsewhere "
			"only; it is not TLS.",
		[CAUSE_NETWORK] =
			"Network: service and similar one cannot be talked to from "
			"here, others can. A route, a firewall or a VPN; it is not "
			"the TLS of the service.",
		[CAUSE_NAME] =
			"Names: the service's alone is not found. A wrong name, or "
			"one that was taken away; it is not TLS.",
		[CAUSE_SERVICE] =
			"Service: nothing takes connections there, while another "
			"is reached. It is down, or closed to this machine; it is "
			"not TLS.",
		[CAUSE_NOT_TLS] = "Service: it speaks something else on that port.",
		[CAUSE_TLS] = "TLS: the service refuses it, while another is answered on "
			      "the same way. Names, route and proxy are well.",
		[CAUSE_NONE] =
			"The service is reached from here and accepts TLS. Who fails "
			"here fails by what it offers.",
	};

	return said[cause];
}

static void add_versions(struct text *text, uint16_t ranks, const char *between)
{
	const char *before = "";

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if ((ranks >> rank & 1) == 0)
			continue;
		text_format(text, "%s%s", before,
			version_name(version_of_rank((enum version_rank)rank, false)));
		before = between;
	}
}

static void tell_target(
	const struct control_view *view, enum control_target which, struct text *text)
{
	const struct control_seen *seen = &view->seen[which];
	char address[ADDRESS_TEXT_MAX];

	text_quote_terminal(text, bytes_of_string(view->targets[which]));
	if (seen->named && seen->stage >= CONTROL_NO_ROUTE)
		text_format(text, " (%s)", address_text(&seen->at, address));
	text_format(text, "  %s", say_stage(seen->stage));
	if (seen->stage == CONTROL_ACCEPTED) {
		text_char(text, ' ');
		add_versions(text, seen->accepted, ", ");
	} else if (seen->stage == CONTROL_REFUSED) {
		text_format(text, " (alert %d)", seen->alert);
	} else if (seen->stage == CONTROL_NOT_TLS && seen->start_len > 0) {
		text_add(text, ", it begins \"");
		text_quote_terminal(text, bytes_over(seen->start, seen->start_len));
		text_char(text, '"');
	}
}

static void add_sentence(
	const struct control_view *view, const struct text *sentence, struct text *text)
{
	grid_sentence(text, text_string(sentence), 0, 2, view->width);
	text_char(text, '\n');
}

/* What shows it, and what else it may be. */
static void tell_issuer(const struct control_view *view, struct text *text)
{
	text_add(text, " The service and the unrelated one show certificates of one "
		       "issuer whom nobody here trusts, ");
	text_quote_terminal(text, bytes_of_string(view->seen[CONTROL_STRICT].issuer));
	text_add(text, ". If that is an authority of your own, --trust names it.");
}

static void tell_cause(const struct control_view *view, struct text *text)
{
	enum control_cause cause = control_judge(view->seen);
	uint16_t behind = cause == CAUSE_NONE ? control_left_behind(view->seen) : 0;

	text_add(text, say_cause(cause));
	if (behind != 0) {
		text_add(text, " Who reaches the similar one and not the service speaks "
			       "nothing newer than ");
		add_versions(text, behind, " or ");
		text_add(text, ".");
	}
	if (cause == CAUSE_PROXY && view->seen[CONTROL_STRICT].stage == CONTROL_ACCEPTED)
		tell_issuer(view, text);
	if (view->proxy_set && cause != CAUSE_TLS)
		text_add(text,
			" HTTPS_PROXY is set here: clients may go by that, and this "
			"did not.");
}

void control_text(const struct control_view *view, struct text *text)
{
	struct text CLEANUP(text_done) line;

	for (int i = 0; i < CONTROL_TARGETS; i++) {
		text_init(&line, 4096);
		text_format(&line, "%-11s", roles[i]);
		tell_target(view, (enum control_target)i, &line);
		add_sentence(view, &line, text);
		text_done(&line);
	}
	text_init(&line, 4096);
	tell_cause(view, &line);
	add_sentence(view, &line, text);
}

static void json_versions(const char *name, uint16_t ranks, struct text *text)
{
	const char *between = "";

	json_member(text, name);
	text_char(text, '[');
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if ((ranks >> rank & 1) == 0)
			continue;
		text_add(text, between);
		json_version(text, version_of_rank((enum version_rank)rank, false));
		between = ",";
	}
	text_char(text, ']');
}

static void json_target(
	const struct control_view *view, enum control_target which, struct text *text)
{
	const struct control_seen *seen = &view->seen[which];

	text_format(text, "%s\n{\"role\":\"%s\"", which > 0 ? "," : "", roles[which]);
	json_member(text, "target");
	json_string(text, view->targets[which]);
	json_member(text, "address");
	if (seen->stage >= CONTROL_NO_ROUTE)
		json_address(text, &seen->at);
	else
		json_null(text);
	json_member(text, "stage");
	json_plain(text, control_stage_name(seen->stage));
	json_versions("accepted", seen->accepted, text);
	json_member(text, "alert");
	json_code(text, &iana_alerts,
		seen->stage == CONTROL_REFUSED ? (uint32_t)seen->alert : CODE_NONE);
	json_member(text, "start");
	json_quoted(text, bytes_over(seen->start, seen->start_len));
	json_member(text, "issuer");
	json_string(text, seen->issuer[0] != '\0' ? seen->issuer : NULL);
	json_member(text, "trust");
	json_plain(text, seen->trust == TRUST_NOT_LOOKED_AT
				 ? NULL
				 : endpoint_trust_name(seen->trust));
	text_char(text, '}');
}

void control_json(const struct control_view *view, struct text *text)
{
	enum control_cause cause = control_judge(view->seen);

	text_add(text, "{\"format\":\"" CONTROL_FORMAT "\",\"targets\":[");
	for (int i = 0; i < CONTROL_TARGETS; i++)
		json_target(view, (enum control_target)i, text);
	text_add(text, "]");
	json_member(text, "cause");
	json_plain(text, control_cause_name(cause));
	json_versions("left_behind", control_left_behind(view->seen), text);
	json_member(text, "proxy_set");
	json_bool(text, view->proxy_set);
	text_add(text, "}\n");
}
