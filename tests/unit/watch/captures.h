/*
 * captures - the packets of our own captures and of the public ones, given to a watch
 * as they are and otherwise, and what is observed of them each time.
 */
#ifndef TESTS_UNIT_WATCH_CAPTURES_H
#define TESTS_UNIT_WATCH_CAPTURES_H

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

#define CAPTURE_MAX  (4 << 20) /* larger ones show nothing that smaller do not */
#define LINK_RAW     101
#define HEADERS_MAX  60
#define OBSERVED_MAX 4096

static const struct hash_key KEY = { 3, 4 };

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
	if (observed->count == OBSERVED_MAX)
		return ERR_OK;
	(void)snprintf(line, sizeof line,
		"%d %s:%u->%u up=%d hello=%s ja3=%s v=%04x c=%x g=%x alpn=%zu res=%d/%d "
		"out=%d/%d "
		"alerts=%d cert=%d name=%zu cut=%d bad=%d",
		h->transport, address_text(&h->client, client), h->client_port,
		h->server_port, h->upgrade, h->hello != NULL ? h->hello->ja4 : "-",
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

static size_t write_ip(const struct packet *packet, size_t len, uint8_t *frame)
{
	memset(frame, 0, HEADERS_MAX);
	if (address_is_ipv4(&packet->source) && address_is_ipv4(&packet->destination)) {
		frame[0] = 0x45;
		put16(frame + 2, (uint32_t)(20 + len));
		frame[8] = 64;
		frame[9] = packet->protocol;
		memcpy(frame + 12, packet->source.bytes + 12, 4);
		memcpy(frame + 16, packet->destination.bytes + 12, 4);
		return 20;
	}
	frame[0] = 0x60;
	put16(frame + 4, (uint32_t)len);
	frame[6] = packet->protocol;
	frame[7] = 64;
	memcpy(frame + 8, packet->source.bytes, 16);
	memcpy(frame + 24, packet->destination.bytes, 16);
	return 40;
}

/* Answers its length. RFC 9293, 3.1. */
static size_t write_tcp(const struct packet *packet, uint8_t *at)
{
	memset(at, 0, 20);
	put16(at, packet->source_port);
	put16(at + 2, packet->destination_port);
	put32(at + 4, packet->sequence);
	put32(at + 8, packet->acknowledged);
	at[12] = 0x50;
	at[13] = packet->flags;
	return 20;
}

/* RFC 768. */
static size_t write_udp(const struct packet *packet, uint8_t *at)
{
	put16(at, packet->source_port);
	put16(at + 2, packet->destination_port);
	put16(at + 4, (uint32_t)(8 + packet->payload.len));
	put16(at + 6, 0);
	return 8;
}

static void watch_packet(struct watch *watch, const struct packet *packet)
{
	static uint8_t bytes[HEADERS_MAX + 20 + 65536];
	bool is_tcp = packet->protocol == IP_PROTOCOL_TCP;
	size_t ip = write_ip(packet, (is_tcp ? 20 : 8) + packet->payload.len, bytes);
	size_t headers = ip + (is_tcp ? write_tcp(packet, bytes + ip)
				      : write_udp(packet, bytes + ip));
	struct frame frame = { .at = packet->at, .link_type = LINK_RAW };
	struct fault why;

	if (packet->payload.len > 0)
		memcpy(bytes + headers, packet->payload.at, packet->payload.len);
	frame.bytes = bytes_over(bytes, headers + packet->payload.len);
	frame.wire_len = (uint32_t)frame.bytes.len;
	assert_int_equal(watch_take(watch, &frame, 1, &why), ERR_OK);
}

static bool same_direction(const struct packet *a, const struct packet *b)
{
	return a->source_port == b->source_port &&
	       a->destination_port == b->destination_port &&
	       address_equal(&a->source, &b->source) &&
	       address_equal(&a->destination, &b->destination);
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

/* The packets of a protocol in a capture, in order; payloads borrow from the file.
 * Those joined from fragments are left out, for their memory does not last. */
static size_t read_packets(
	struct bytes file, enum ip_protocol protocol, struct packet **ret)
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
			packets[count].protocol == protocol && counters->joined == joined)
			count++;
	}
	capture_decoder_free(decoder);
	decapsulation_free(decapsulation);
	*ret = packets;
	return count;
}

static void expect_same(struct observed *whole, struct observed *other, const char *path)
{
	qsort(whole->lines, whole->count, sizeof *whole->lines, by_text);
	qsort(other->lines, other->count, sizeof *other->lines, by_text);
	for (size_t i = 0; i < whole->count || i < other->count; i++) {
		const char *a = i < whole->count ? whole->lines[i] : "(nothing)";
		const char *b = i < other->count ? other->lines[i] : "(nothing)";

		if (strcmp(a, b) != 0)
			fail_msg("%s\n whole: %s\n other: %s", path, a, b);
	}
}

/* What a test does with captures. */
struct trial {
	enum ip_protocol protocol;
	unsigned rounds;
	/* Gives a watch the packets in another way, by random_below(). */
	void (*other)(const struct trial *trial, struct watch *watch,
		const struct packet *packets, size_t count);
	bool (*is_seen)(const struct packet *packet); /* NULL: all are */
};

static void trial_give(
	const struct trial *trial, struct watch *watch, const struct packet *packet)
{
	if (trial->is_seen == NULL || trial->is_seen(packet))
		watch_packet(watch, packet);
}

static size_t check_capture(const struct trial *trial, const char *path)
{
	static struct observed whole;
	static struct observed other;
	struct bytes file = read_file(path);
	struct packet *packets;
	size_t count = read_packets(file, trial->protocol, &packets);
	struct watch *watch = new_watch(&whole);
	struct fault why;
	size_t handshakes;

	for (size_t i = 0; i < count; i++)
		trial_give(trial, watch, &packets[i]);
	assert_int_equal(watch_finish(watch, &why), ERR_OK);
	watch_free(watch);
	for (unsigned round = 0; round < trial->rounds; round++) {
		random_state = round + 1;
		watch = new_watch(&other);
		trial->other(trial, watch, packets, count);
		assert_int_equal(watch_finish(watch, &why), ERR_OK);
		watch_free(watch);
		expect_same(&whole, &other, path);
		observed_done(&other);
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

static void check_tree(const struct trial *trial, const char *folder, struct found *found)
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
			check_tree(trial, path, found);
		} else if (status.st_size < CAPTURE_MAX && len > 5 &&
			   (strcmp(path + len - 5, ".pcap") == 0 ||
				   strcmp(path + len - 7, ".pcapng") == 0)) {
			found->captures++;
			found->handshakes += check_capture(trial, path);
		}
	}
	(void)closedir(dir);
}

static inline void check_our_own_captures(const struct trial *trial)
{
	struct found found = { 0 };

	check_tree(trial, TLSUNSET_SOURCE_ROOT "/examples", &found);
	check_tree(trial, TLSUNSET_SOURCE_ROOT "/tests/golden", &found);
	print_message("%zu captures, %zu handshakes\n", found.captures, found.handshakes);
	if (found.captures == 0)
		skip();
}

static inline void check_public_captures(const struct trial *trial)
{
	const char *corpus = getenv("TLSUNSET_CORPUS");
	struct found found = { 0 };

	check_tree(trial,
		corpus != NULL ? corpus : TLSUNSET_SOURCE_ROOT "/../shared/corpus",
		&found);
	print_message("%zu captures, %zu handshakes\n", found.captures, found.handshakes);
	if (found.captures == 0) {
		print_message("the public captures are not here: set TLSUNSET_CORPUS\n");
		skip();
	}
	assert_true(found.handshakes > 0);
}

#endif
