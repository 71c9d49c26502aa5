#include "fake_server.h"

#include "../crypto.h"
#include "../unit.h"
#include "tls/record.h"
#include "tls/sslv2_hello.h"

#define ROUND_TRIP  (TIME_SECOND / 1000)
#define ANSWER_TIME (5 * TIME_SECOND)
#define ASKED_MAX   4000

unsigned fake_draw(struct fake *fake, unsigned below)
{
	fake->lots = fake->lots * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((fake->lots >> 33) % below);
}

static bool holds(struct reader list, uint16_t code)
{
	while (reader_more(&list))
		if (reader_u16(&list) == code)
			return true;
	return false;
}

static size_t place_of(const struct fake_codes *codes, uint16_t code)
{
	size_t i = 0;

	while (i < codes->count && codes->at[i] != code)
		i++;
	return i;
}

/* The first of ours that they have too, or theirs of ours; 0: none. Theirs are read but
 * once: most of the test's time goes here. */
static uint16_t common(const struct fake_codes *ours, struct reader theirs, bool client)
{
	size_t best = ours->count;

	while (reader_more(&theirs) && (best == ours->count || !client)) {
		size_t place = place_of(ours, reader_u16(&theirs));

		if (place < best)
			best = place;
	}
	return best < ours->count ? ours->at[best] : 0;
}

static struct reply refusal(enum fake_refusal how)
{
	static const struct reply all[FAKE_REFUSALS] = {
		[FAKE_ALERT_VERSION] = { .kind = REPLY_REFUSED, .alert = 70 },
		[FAKE_ALERT_FAILURE] = { .kind = REPLY_REFUSED, .alert = 40 },
		[FAKE_ALERT_INTERNAL] = { .kind = REPLY_REFUSED, .alert = 80 },
		[FAKE_CLOSES] = { .kind = REPLY_CLOSED },
		[FAKE_RESETS] = { .kind = REPLY_RESET },
		[FAKE_IS_SILENT] = { .kind = REPLY_SILENT },
		[FAKE_BREAKS] = { .kind = REPLY_BROKEN },
	};
	struct reply reply = all[how];

	reply.alert_seen = reply.kind == REPLY_REFUSED;
	return reply;
}

static struct reply alert(uint8_t description)
{
	return (struct reply){
		.kind = REPLY_REFUSED, .alert_seen = true, .alert = description
	};
}

static bool may_use(const struct fake_node *node, int rank, bool named)
{
	return node->has[rank] && !(named && node->only_nameless[rank]);
}

/* They count down from 0xfeff. RFC 6347, 4.1. */
static bool is_dtls(const struct client_hello *hello)
{
	return hello->legacy_version >> 8 == VERSION_DTLS10 >> 8;
}

/* RFC 8446, 4.2.1 for who knows TLS 1.3; RFC 5246, E.1 for who does not. */
static int pick_version(const struct fake_node *node, const struct client_hello *hello)
{
	bool named = hello->server_name.len > 0;
	int legacy = (int)version_rank(hello->legacy_version);
	bool listed = node->has[RANK_TLS13] && reader_more(&hello->supported_versions);
	bool datagram = is_dtls(hello);

	if (legacy == RANK_UNKNOWN)
		legacy = RANK_TLS12;
	for (int rank = RANK_TLS13; rank >= RANK_SSL3; rank--) {
		bool offered = listed ? holds(hello->supported_versions,
						version_of_rank((enum version_rank)rank,
							datagram))
				      : rank <= legacy && rank <= RANK_TLS12;

		if (offered && may_use(node, rank, named))
			return rank;
	}
	return RANK_UNKNOWN;
}

/* True if the suite can be used; fills in group and scheme. */
static bool fits(const struct fake_node *node, int rank, const struct suite *suite,
	const struct client_hello *hello, struct reply *reply)
{
	bool is_signed = suite->exchange == SUITE_ECDHE || suite->exchange == SUITE_DHE;

	if (suite->auth == SUITE_BY_ECDSA ? !node->ecdsa : !node->rsa)
		return false;
	reply->group = reply->scheme = 0;
	if (suite->exchange == SUITE_ECDHE) {
		reply->group = reader_more(&hello->supported_groups)
				       ? common(&node->curves, hello->supported_groups,
						 node->client_order)
				       : node->curves.at[0];
		if (reply->group == 0)
			return false;
	}
	if (is_signed && rank == RANK_TLS12) {
		struct fake_codes ours = { .count = 0 };

		for (size_t i = 0; i < node->schemes.count; i++)
			if (((node->schemes.at[i] & 0xff) == 3) ==
				(suite->auth == SUITE_BY_ECDSA))
				ours.at[ours.count++] = node->schemes.at[i];
		reply->scheme =
			common(&ours, hello->signature_schemes, node->client_order);
		if (reply->scheme == 0)
			return false;
	}
	return true;
}

static struct reply pick_suite(
	const struct fake_node *node, int rank, const struct client_hello *hello)
{
	struct fake_codes usable = { .count = 0 };
	struct reply reply = { .kind = REPLY_ACCEPTED, .answered = true };

	for (size_t i = 0; i < node->suites[rank].count; i++) {
		const struct suite *suite = suite_find(node->suites[rank].at[i]);

		if (rank == RANK_TLS13 || fits(node, rank, suite, hello, &reply))
			usable.at[usable.count++] = suite->code;
	}
	reply.version = version_of_rank((enum version_rank)rank, is_dtls(hello));
	reply.suite = common(&usable, hello->cipher_suites, node->client_order);
	if (reply.suite == 0)
		return alert(ALERT_HANDSHAKE_FAILURE);
	if (rank == RANK_TLS13) {
		reply.group = common(
			&node->groups, hello->supported_groups, node->client_order);
		return reply.group != 0 ? reply : alert(ALERT_HANDSHAKE_FAILURE);
	}
	(void)fits(node, rank, suite_find((uint16_t)reply.suite), hello, &reply);
	return reply;
}

static bool offers(struct reader alpn, const char *protocol)
{
	while (reader_more(&alpn)) {
		struct reader name = reader_vec8(&alpn);

		if (bytes_equal(reader_rest(&name), bytes_of_string(protocol)))
			return true;
	}
	return false;
}

#define SESSIONS 64

/* A ticket begins with its key's name; what follows is as good as any. RFC 5077, 4. */
static void complete(
	const struct fake_node *node, const struct session *offered, struct reply *reply)
{
	static struct session sessions[SESSIONS]; /* as many as may be under way */
	static size_t turn;
	struct session *session = &sessions[turn++ % SESSIONS];

	*session = (struct session){ .version = reply->version, .ticket_len = 64 };
	memset(session->ticket, node->ticket_key, 16);
	reply->completed = true;
	reply->session = session;
	reply->resumed = offered != NULL && offered->ticket[0] == node->ticket_key;
}

static void answer_extensions(const struct fake_node *node,
	const struct client_hello *hello, const struct fake *fake, struct reply *reply)
{
	if (client_hello_has(hello, EXTENSION_EXTENDED_MASTER_SECRET))
		reply->says |= node->says & HELLO_SAYS_EXTENDED_MASTER_SECRET;
	if (client_hello_has(hello, EXTENSION_SESSION_TICKET))
		reply->says |= node->says & HELLO_SAYS_SESSION_TICKET;
	if (fake->handshake && node->ticket_key != 0)
		complete(node, fake->offered, reply);
	if (node->h2 && offers(hello->alpn, "h2") &&
		(reply->completed || version_rank(reply->version) != RANK_TLS13)) {
		reply->alpn_len = 2;
		memcpy(reply->alpn, "h2", 2);
	}
	reply->leaf =
		node->leaf + (suite_find((uint16_t)reply->suite)->auth == SUITE_BY_ECDSA);
}

static bool is_higher_known(const struct fake_node *node, int rank)
{
	for (int higher = rank + 1; higher <= RANK_TLS13; higher++)
		if (node->has[higher])
			return true;
	return false;
}

static struct reply answer_node(const struct fake_node *node,
	const struct client_hello *hello, const struct fake *fake)
{
	int rank = pick_version(node, hello);
	struct reply reply;

	if (rank == RANK_UNKNOWN)
		return refusal(node->refusal);
	if (node->scsv && is_higher_known(node, rank) &&
		client_hello_offers_suite(hello, SUITE_FALLBACK_SCSV))
		return alert(ALERT_INAPPROPRIATE_FALLBACK);
	reply = pick_suite(node, rank, hello);
	if (reply.kind == REPLY_ACCEPTED)
		answer_extensions(node, hello, fake, &reply);
	return reply;
}

static size_t count_codes(struct reader list)
{
	return reader_left(&list) / 2;
}

static bool has_grease(struct reader list)
{
	while (reader_more(&list))
		if (is_grease(reader_u16(&list)))
			return true;
	return false;
}

/* True, with what it says, if its own or a middlebox's habits decide. */
static bool is_hostile(const struct fake *fake, struct bytes sent,
	const struct client_hello *hello, struct reply *ret)
{
	*ret = (struct reply){ .kind = REPLY_SILENT };
	if (fake->drops_over > 0 && sent.len > fake->drops_over)
		return true;
	ret->kind = REPLY_RESET;
	if (fake->resets_over > 0 && sent.len > fake->resets_over)
		return true;
	ret->kind = REPLY_CLOSED;
	if (fake->wants_session_id && hello->session_id.len == 0)
		return true;
	*ret = alert(ALERT_HANDSHAKE_FAILURE);
	if (fake->suites_most > 0 &&
		count_codes(hello->cipher_suites) > fake->suites_most)
		return true;
	*ret = alert(ALERT_ILLEGAL_PARAMETER);
	if (fake->hates_grease && has_grease(hello->cipher_suites))
		return true;
	*ret = alert(ALERT_PROTOCOL_VERSION);
	return fake->hates_versions && hello->legacy_version > VERSION_TLS12;
}

/* Too many in its time: like haproxy's stick tables, those turned away count too. */
static bool is_limited(struct fake *fake, uint64_t now)
{
	unsigned recent = 0;

	if (fake->limit == 0)
		return false;
	fake->taken[fake->taken_count++ % 4096] = now;
	for (size_t i = 0; i < fake->taken_count && i < 4096; i++)
		recent += fake->taken[i] + fake->limit_time > now;
	return recent > fake->limit;
}

static struct bytes body_of(struct bytes sent, uint8_t *room)
{
	struct record_deframer deframer = record_deframer();
	struct writer w = writer_over(room, HELLO_WRITE_MAX);
	struct record_piece piece;

	while (record_next(&deframer, &sent, &piece) == ERR_OK)
		writer_bytes(&w, piece.payload);
	return bytes_after(writer_written(&w), 4);
}

/* The message, without records. RFC 9001, 8.1 of protocols. */
static struct reply answer_udp(
	const struct fake *fake, const struct fake_node *node, struct bytes message)
{
	struct bytes body = bytes_after(message, 4);
	struct client_hello hello;

	if (fake->transport == PROBE_DTLS) {
		assert_int_equal(client_hello_parse_dtls(body, &hello), ERR_OK);
		return answer_node(node, &hello, fake);
	}
	assert_int_equal(client_hello_parse(body, &hello), ERR_OK);
	assert_int_equal(hello.session_id.len, 0);
	assert_true(client_hello_has(&hello, EXTENSION_QUIC_TRANSPORT_PARAMETERS));
	if (fake->no_protocol || !offers(hello.alpn, "h3"))
		return alert(ALERT_NO_APPLICATION_PROTOCOL);
	return answer_node(node, &hello, fake);
}

static struct reply answer_versions(const struct fake *fake)
{
	static const uint32_t versions[] = { 0x6b3343cf, 0x00000001 };

	return (struct reply){ .kind = REPLY_OTHER_QUIC,
		.quic_versions = versions,
		.quic_version_count = fake->no_quic1 ? 1 : 2,
		.bytes = 40 };
}

static struct reply answer_sslv2(const struct fake_node *node)
{
	struct reply reply = { .kind = REPLY_ACCEPTED,
		.version = VERSION_SSL2,
		.specs = { 0x010080, 0x0700c0 },
		.spec_count = 2 };

	return node->has[RANK_SSL2] ? reply : refusal(node->refusal);
}

/* The first of the suites, in the highest version. */
static struct reply answer_hollow(const struct client_hello *hello)
{
	struct reader suites = hello->cipher_suites;
	struct reader versions = hello->supported_versions;

	return (struct reply){ .kind = REPLY_ACCEPTED,
		.answered = true,
		.hollow = true,
		.suite = reader_u16(&suites),
		.version = reader_more(&versions) ? reader_u16(&versions)
						  : hello->legacy_version };
}

static struct reply answer_all(struct fake *fake, struct bytes sent, uint64_t now)
{
	static uint8_t room[HELLO_WRITE_MAX];
	const struct fake_node *node = &fake->nodes[fake->turn++ % fake->node_count];
	struct sslv2_client_hello old;
	struct client_hello hello;
	struct reply reply;

	fake->connections++;
	if (fake->no_listener)
		return (struct reply){ .kind = REPLY_NO_LISTENER };
	if (fake->mute || (fake->dies && fake->connections > fake->dies_after))
		return (struct reply){ .kind = REPLY_SILENT };
	if (fake->lost_one_in > 0 && fake_draw(fake, fake->lost_one_in) == 0)
		return (struct reply){ .kind = REPLY_SILENT };
	if (fake_draw(fake, 100) < fake->resets_in_100)
		return (struct reply){ .kind = REPLY_RESET };
	if (is_limited(fake, now))
		return (struct reply){ .kind = REPLY_CLOSED };
	if (fake->plain_http)
		return (struct reply){
			.kind = REPLY_NOT_TLS, .start = "HTTP/1.1 400", .start_len = 12
		};
	if (fake->transport != PROBE_TCP)
		return answer_udp(fake, node, sent);
	if (sslv2_client_hello_parse(sent, &old) == ERR_OK)
		return answer_sslv2(node);
	assert_int_equal(client_hello_parse(body_of(sent, room), &hello), ERR_OK);
	assert_int_equal(hello.body_fault, ERR_OK);
	if (fake->hollow)
		return answer_hollow(&hello);
	if (!is_hostile(fake, sent, &hello, &reply))
		reply = answer_node(node, &hello, fake);
	if (fake->closes_for_alert && reply.alert_seen)
		return refusal(FAKE_CLOSES);
	return reply;
}

struct reply fake_answer(
	struct fake *fake, struct bytes hello, uint64_t now, uint64_t *ret_time)
{
	struct reply reply = answer_all(fake, hello, now);

	*ret_time = reply.kind == REPLY_SILENT || reply.hollow
			    ? ANSWER_TIME
			    : ROUND_TRIP * (1 + fake_draw(fake, 4));
	return reply;
}

struct pending {
	struct survey_question question;
	struct reply reply;
	size_t sent;
	uint64_t at;
};

#define PENDING_MAX 64

struct game {
	struct fake *fake;
	struct survey *survey;
	struct pending pending[PENDING_MAX];
	unsigned count;
	uint64_t now;
	struct draws draws;
};

static void ask(struct game *game, const struct survey_question *question)
{
	static uint8_t room[HELLO_WRITE_MAX];
	struct writer w = writer_over(room, sizeof room);
	struct pending *pending = &game->pending[game->count++];
	uint64_t time;
	enum err err;

	if (question->sslv2)
		err = hello_write_sslv2(
			VERSION_SSL2, offers_sslv2, offers_sslv2_count, &game->draws, &w);
	else if (question->transport == PROBE_TCP)
		err = hello_write(&question->plan, &test_crypto, &game->draws, &w);
	else
		err = hello_write_message(
			&question->plan, &test_crypto, &game->draws, &w);
	assert_int_equal(err, ERR_OK);
	if (writer_written(&w).len > game->fake->longest_hello)
		game->fake->longest_hello = writer_written(&w).len;
	pending->question = *question;
	game->fake->handshake = question->handshake;
	game->fake->offered = question->session;
	pending->sent = writer_written(&w).len;
	pending->reply = fake_answer(game->fake, writer_written(&w), game->now, &time);
	if (pending->reply.kind != REPLY_SILENT &&
		(question->transport == PROBE_QUIC_VERSIONS || game->fake->no_quic1))
		pending->reply = answer_versions(game->fake);
	pending->at = game->now + time;
	if (game->count > game->fake->most_at_once)
		game->fake->most_at_once = game->count;
}

/* The next that is due is told; or time moves on to `again`. */
static void move_on(struct game *game, uint64_t again)
{
	unsigned first = 0;
	struct pending due;

	for (unsigned i = 1; i < game->count; i++)
		if (game->pending[i].at < game->pending[first].at)
			first = i;
	if (game->count == 0 || (again != 0 && again < game->pending[first].at)) {
		assert_true(again > game->now);
		game->now = again;
		return;
	}
	due = game->pending[first];
	game->pending[first] = game->pending[--game->count];
	if (due.at > game->now)
		game->now = due.at;
	survey_told(game->survey, &due.question, &due.reply, due.sent, game->now);
}

struct survey *fake_survey(struct fake *fake, const struct survey_setting *setting,
	const char *name, uint64_t seed, uint64_t *ret_took)
{
	static struct survey_room room;
	static const uint8_t zero[SHA256_LEN] = { 0 };
	struct game game = {
		.fake = fake, .now = TIME_SECOND, .draws = draws_from(&test_crypto, zero)
	};
	struct survey_question question;
	enum survey_next next;
	uint64_t again = 0;

	fake->lots = seed;
	game.survey = survey_new(setting, fake->transport, bytes_of_string(name));
	assert_non_null(game.survey);
	while ((next = survey_next(game.survey, &room, game.now, &question, &again)) !=
		SURVEY_OVER) {
		if (next == SURVEY_NEXT)
			ask(&game, &question);
		else
			move_on(&game, again);
		assert_true(fake->connections < ASKED_MAX);
	}
	assert_int_equal(game.count, 0);
	assert_true(fake->most_at_once <= setting->per_host);
	*ret_took = game.now - TIME_SECOND;
	return game.survey;
}
