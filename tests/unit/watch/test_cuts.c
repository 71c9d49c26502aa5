/* However the segments of a connection are cut and put, the same is observed: every
 * TCP stream of our own captures and of the public ones is cut at random borders, one
 * byte included, its pieces are swapped and some sent twice, and watched again.
 *
 * Order between the two directions stays, since it is a fact and not an accident;
 * without a SYN the first piece of a direction stays first, since nothing else says
 * where the stream begins. */
#include "../unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "evidence/sink.h"
#include "flow/capture_format.h"
#include "flow/decapsulation.h"
#include "sys/crypto.h"
#include "watch/watch.h"

#define ROUNDS       20
#define PIECES_MAX   4096
#define CAPTURE_MAX  (4 << 20) /* larger ones show nothing that smaller do not */
#define LINK_RAW     101
#define HEADERS_MAX  60
#define OBSERVED_MAX 4096

static const struct hash_key KEY = { 3, 4 };

struct piece {
	struct packet packet;
	bool first; /* of a direction whose SYN was not seen: must stay in front */
};

struct observed {
	struct sink sink;
	char *lines[OBSERVED_MAX];
	size_t count;
};

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(random_state >> 33) % limit;
}

static enum err observe(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct observed *observed = (struct observed *)(void *)sink;
	const struct handshake *h = &observation->handshake;
	char client[ADDRESS_TEXT_MAX];
	char line[512];

	(void)why;
	if (h->transport != TRANSPORT_TCP || observed->count == OBSERVED_MAX)
		return ERR_OK;
	(void)snprintf(line, sizeof line,
		"%s:%u->%u up=%d hello=%s ja3=%s v=%04x c=%x g=%x alpn=%zu res=%d/%d "
		"out=%d/%d "
		"alerts=%d cert=%d name=%zu cut=%d bad=%d",
		address_text(&h->client, client), h->client_port, h->server_port,
		h->upgrade, h->hello != NULL ? h->hello->ja4 : "-",
		h->ja3 != NULL ? h->ja3 : "-", h->version, h->cipher, h->group,
		h->alpn.len, h->resumed, h->resumed_known, h->outcome,
		h->outcome_inferred, h->alert_count, h->certificate != NULL,
		h->server_name.len, h->hello_cut, h->hello_malformed);
	observed->lines[observed->count++] = strdup(line);
	return ERR_OK;
}

static void observed_done(struct observed *observed)
{
	for (size_t i = 0; i < observed->count; i++)
		free(observed->lines[i]);
	observed->count = 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct watch *new_watch(struct observed *observed)
{
	struct watch_settings settings = {
		.crypto = crypto_openssl(),
		.key = KEY,
		.sink = &observed->sink,
		.max_flows = 4096,
	};

	observed->sink.take = observe;
	observed->count = 0;
	return watch_new(&settings);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static size_t write_ip(const struct packet *packet, size_t tcp_len, uint8_t *frame)
{
	memset(frame, 0, HEADERS_MAX);
	if (address_is_ipv4(&packet->source) && address_is_ipv4(&packet->destination)) {
		frame[0] = 0x45;
		put16(frame + 2, (uint32_t)(20 + tcp_len));
		frame[8] = 64;
		frame[9] = IP_PROTOCOL_TCP;
		memcpy(frame + 12, packet->source.bytes + 12, 4);
		memcpy(frame + 16, packet->destination.bytes + 12, 4);
		return 20;
	}
	frame[0] = 0x60;
	put16(frame + 4, (uint32_t)tcp_len);
	frame[6] = IP_PROTOCOL_TCP;
	frame[7] = 64;
	memcpy(frame + 8, packet->source.bytes, 16);
	memcpy(frame + 24, packet->destination.bytes, 16);
	return 40;
}

static void watch_packet(struct watch *watch, const struct packet *packet)
{
	static uint8_t bytes[HEADERS_MAX + 20 + 65536];
	size_t ip = write_ip(packet, 20 + packet->payload.len, bytes);
	uint8_t *tcp = bytes + ip;
	struct frame frame = { .at = packet->at, .link_type = LINK_RAW };
	struct fault why;

	memset(tcp, 0, 20);
	put16(tcp, packet->source_port);
	put16(tcp + 2, packet->destination_port);
	put32(tcp + 4, packet->sequence);
	put32(tcp + 8, packet->acknowledged);
	tcp[12] = 0x50;
	tcp[13] = packet->flags;
	if (packet->payload.len > 0)
		memcpy(tcp + 20, packet->payload.at, packet->payload.len);
	frame.bytes = bytes_over(bytes, ip + 20 + packet->payload.len);
	frame.wire_len = (uint32_t)frame.bytes.len;
	assert_int_equal(watch_take(watch, &frame, 1, &why), ERR_OK);
}

/* The segments of one direction that stand next to each other, as pieces. */
struct run {
	struct piece pieces[PIECES_MAX];
	size_t count;
};

static void shuffle(struct run *run)
{
	for (size_t i = 0; i + 1 < run->count; i++) {
		size_t j = i + random_below((uint32_t)(run->count - i < 4 ? run->count - i
									  : 4));
		struct piece swapped = run->pieces[i];

		if (run->pieces[i].first || run->pieces[j].first)
			continue;
		run->pieces[i] = run->pieces[j];
		run->pieces[j] = swapped;
	}
}

static void flush_run(struct watch *watch, struct run *run)
{
	shuffle(run);
	for (size_t i = 0; i < run->count; i++) {
		watch_packet(watch, &run->pieces[i].packet);
		if (random_below(16) == 0)
			watch_packet(watch, &run->pieces[i].packet);
	}
	run->count = 0;
}

/* Cuts a segment; only its last piece keeps FIN and RST. */
static void cut(
	struct watch *watch, struct run *run, const struct packet *packet, bool first)
{
	struct bytes left = packet->payload;
	uint32_t sequence = packet->sequence;

	while (left.len > 0) {
		size_t n =
			random_below(4) == 0 ? 1 : 1 + random_below((uint32_t)left.len);
		struct piece piece = { .packet = *packet, .first = first };

		if (run->count == PIECES_MAX)
			flush_run(watch, run);
		piece.packet.sequence = sequence;
		piece.packet.payload = bytes_first(left, n);
		piece.packet.wire_len = (uint32_t)n;
		piece.packet.flags = TCP_ACK;
		run->pieces[run->count++] = piece;
		left = bytes_after(left, n);
		sequence += (uint32_t)n;
		first = false;
	}
}

static bool same_direction(const struct packet *a, const struct packet *b)
{
	return a->source_port == b->source_port &&
	       a->destination_port == b->destination_port &&
	       address_equal(&a->source, &b->source) &&
	       address_equal(&a->destination, &b->destination);
}

/* Whether a SYN or payload of that direction came before packet `at`. */
static bool direction_began(const struct packet *packets, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_direction(&packets[i], &packets[at]) &&
			(packets[i].payload.len > 0 || packets[i].flags & TCP_SYN))
			return true;
	return false;
}

static void watch_cut(struct watch *watch, const struct packet *packets, size_t count)
{
	static struct run run;
	const struct packet *before = NULL;

	run.count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &packets[i];
		bool plain = packet->payload.len > 0 &&
			     packet->payload.len == packet->wire_len &&
			     !(packet->flags & (TCP_SYN | TCP_FIN | TCP_RST));

		if (!plain || before == NULL || !same_direction(before, packet))
			flush_run(watch, &run);
		if (plain)
			cut(watch, &run, packet, !direction_began(packets, i));
		else
			watch_packet(watch, packet);
		before = plain ? packet : NULL;
	}
	flush_run(watch, &run);
}

static struct bytes read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(CAPTURE_MAX);
	size_t len;

	assert_non_null(file);
	assert_non_null(bytes);
	len = fread(bytes, 1, CAPTURE_MAX, file);
	(void)fclose(file);
	return bytes_over(bytes, len);
}

/* The TCP segments of a capture, in order; payloads borrow from the file. Segments
 * joined from fragments are left out, for their memory does not last. */
static size_t read_packets(struct bytes file, struct packet **ret)
{
	struct capture_decoder *decoder = capture_decoder_new();
	struct decapsulation *decapsulation = decapsulation_new(&KEY, 16);
	const struct decapsulation_counters *counters =
		decapsulation_counters(decapsulation);
	struct packet *packets = malloc(sizeof *packets * (file.len / 16 + 1));
	struct frame frame;
	size_t count = 0;

	assert_non_null(packets);
	while (capture_next(decoder, &file, &frame) == ERR_OK) {
		uint64_t joined = counters->joined;

		if (decapsulate(decapsulation, &frame, &packets[count]) == ERR_OK &&
			packets[count].protocol == IP_PROTOCOL_TCP &&
			counters->joined == joined)
			count++;
	}
	capture_decoder_free(decoder);
	decapsulation_free(decapsulation);
	*ret = packets;
	return count;
}

static void expect_same(struct observed *whole, struct observed *cuts, const char *path)
{
	qsort(whole->lines, whole->count, sizeof *whole->lines, by_text);
	qsort(cuts->lines, cuts->count, sizeof *cuts->lines, by_text);
	for (size_t i = 0; i < whole->count || i < cuts->count; i++) {
		const char *a = i < whole->count ? whole->lines[i] : "(nothing)";
		const char *b = i < cuts->count ? cuts->lines[i] : "(nothing)";

		if (strcmp(a, b) != 0)
			fail_msg("%s\n whole: %s\n cut:   %s", path, a, b);
	}
}

static size_t check_capture(const char *path)
{
	static struct observed whole;
	static struct observed cuts;
	struct bytes file = read_file(path);
	struct packet *packets;
	size_t count = read_packets(file, &packets);
	struct watch *watch = new_watch(&whole);
	struct fault why;
	size_t handshakes;

	for (size_t i = 0; i < count; i++)
		watch_packet(watch, &packets[i]);
	assert_int_equal(watch_finish(watch, &why), ERR_OK);
	watch_free(watch);
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round + 1;
		watch = new_watch(&cuts);
		watch_cut(watch, packets, count);
		assert_int_equal(watch_finish(watch, &why), ERR_OK);
		watch_free(watch);
		expect_same(&whole, &cuts, path);
		observed_done(&cuts);
	}
	handshakes = whole.count;
	observed_done(&whole);
	free(packets);
	free((void *)(uintptr_t)file.at);
	return handshakes;
}

struct found {
	size_t captures;
	size_t handshakes;
};

static void check_tree(const char *folder, struct found *found)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		char path[4096];
		struct stat status;
		size_t len;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		len = strlen(path);
		if (stat(path, &status) != 0)
			continue;
		if (S_ISDIR(status.st_mode)) {
			check_tree(path, found);
		} else if (status.st_size < CAPTURE_MAX && len > 5 &&
			   (strcmp(path + len - 5, ".pcap") == 0 ||
				   strcmp(path + len - 7, ".pcapng") == 0)) {
			found->captures++;
			found->handshakes += check_capture(path);
		}
	}
	(void)closedir(dir);
}

static void test_our_own_captures(void **state)
{
	struct found found = { 0 };

	(void)state;
	check_tree(TLSUNSET_SOURCE_ROOT "/examples", &found);
	check_tree(TLSUNSET_SOURCE_ROOT "/tests/golden", &found);
	print_message("%zu captures, %zu handshakes\n", found.captures, found.handshakes);
	if (found.captures == 0)
		skip();
}

static void test_public_captures(void **state)
{
	const char *corpus = getenv("TLSUNSET_CORPUS");
	struct found found = { 0 };

	(void)state;
	check_tree(corpus != NULL ? corpus : TLSUNSET_SOURCE_ROOT "/../shared/corpus",
		&found);
	print_message("%zu captures, %zu handshakes\n", found.captures, found.handshakes);
	if (found.captures == 0) {
		print_message("the public captures are not here: set TLSUNSET_CORPUS\n");
		skip();
	}
	assert_true(found.handshakes > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_captures),
		cmocka_unit_test(test_public_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
