/*
 * handshake PORT VERSION SUITE [GROUP[,GROUP...]] [WORD...]
 *
 * Carries a handshake with 127.0.0.1:PORT to its end by tls/client.h, and prints what
 * came of it, a "name value" a line; numbers are hexadecimal as on the wire. GROUPs are
 * those offered. WORDs: "etm", "ems", "hrr" (offers no share, so that it is asked for
 * one), "resume" (a second handshake by all that the first left), "name NAME".
 *
 * Exit code: 0 whatever came of it, 3 if there was no connection.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "sys/crypto.h"
#include "tls/client.h"
#include "tls/hello_write.h"
#include "tls/version.h"

#define GROUPS_MAX 8
#define PATIENCE   3000 /* milliseconds of silence */

struct ask {
	uint16_t port;
	uint16_t version;
	uint16_t suite;
	uint16_t groups[GROUPS_MAX];
	size_t group_count;
	bool etm, ems, hrr, resume;
	const char *name;
};

static const uint8_t seed[SHA256_LEN] = "the same bytes in every run";

static const uint16_t schemes[] = { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804,
	0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201, 0x0202 };

static uint16_t says_of(const struct ask *ask, const struct session *session)
{
	uint16_t says = HELLO_SAYS_POINT_FORMATS;

	if (ask->version == VERSION_SSL3)
		return HELLO_SAYS_RENEGOTIATION_SCSV;
	if (ask->version == VERSION_TLS13)
		says |= HELLO_SAYS_PSK_MODES | HELLO_SAYS_KEY_SHARE;
	else
		says |= HELLO_SAYS_RENEGOTIATION_INFO | HELLO_SAYS_SESSION_TICKET;
	if (ask->etm)
		says |= HELLO_SAYS_ENCRYPT_THEN_MAC;
	if (session != NULL ? session->extended_master_secret : ask->ems)
		says |= HELLO_SAYS_EXTENDED_MASTER_SECRET;
	return says | HELLO_SAYS_STATUS_REQUEST | HELLO_SAYS_TIMESTAMPS;
}

static struct hello_plan plan_of(const struct ask *ask, const struct session *session)
{
	bool new = ask->version == VERSION_TLS13;
	struct hello_plan plan = {
		.record_version = ask->version < VERSION_TLS11 ? ask->version : 0x0301,
		.legacy_version = new ? VERSION_TLS12 : ask->version,
		.session_id_len = new ? 32 : 0,
		.suites = { &ask->suite, 1 },
		.groups = { ask->groups, ask->group_count },
		.says = says_of(ask, session),
	};

	if (ask->version >= VERSION_TLS12)
		plan.schemes = (struct hello_codes){ schemes, COUNT_OF(schemes) };
	if (new)
		plan.versions = (struct hello_codes){ &ask->version, 1 };
	if (ask->name != NULL)
		plan.server_name = bytes_of_string(ask->name);
	if (ask->version == VERSION_SSL3)
		plan.groups = (struct hello_codes){ 0 };
	return plan;
}

/* Keys of all groups that libcrypto makes, and their shares. */
static size_t make_keys(const struct ask *ask, struct client_key keys[GROUPS_MAX],
	uint8_t shares[GROUPS_MAX][KEY_SHARE_MAX], struct bytes ret[GROUPS_MAX])
{
	for (size_t i = 0; i < ask->group_count; i++) {
		keys[i].group = ask->groups[i];
		memset(keys[i].secret, (int)(0x40 + i), KEY_SECRET_LEN);
		ret[i] = bytes_over(shares[i], crypto_openssl()->key_share(keys[i].group,
						       keys[i].secret, shares[i]));
	}
	return ask->group_count;
}

static void offer_session(struct hello_plan *plan, const struct session *session,
	uint8_t memory[SESSION_TICKET_MAX + 128], uint8_t id[SESSION_ID_MAX])
{
	struct writer w = writer_over(memory, SESSION_TICKET_MAX + 128);

	if (session->version == VERSION_TLS13) {
		session_psk_write(session, 100, &w);
		plan->pre_shared_key = writer_written(&w);
		return;
	}
	/* A ticket needs an id to be told by. RFC 5077, 3.4. */
	memset(id, 0x77, SESSION_ID_MAX);
	plan->session_id = session->ticket_len > 0
				   ? bytes_over(id, SESSION_ID_MAX)
				   : bytes_over(session->id, session->id_len);
	plan->session_ticket = bytes_over(session->ticket, session->ticket_len);
}

static enum err begin(
	struct client *client, const struct ask *ask, const struct session *session)
{
	static uint8_t memory[HELLO_WRITE_MAX];
	uint8_t shares[GROUPS_MAX][KEY_SHARE_MAX], ticket[SESSION_TICKET_MAX + 128];
	uint8_t id[SESSION_ID_MAX];
	struct bytes share_keys[GROUPS_MAX];
	struct client_key keys[GROUPS_MAX];
	struct hello_plan plan = plan_of(ask, session);
	struct draws draws = draws_from(crypto_openssl(), seed);
	struct writer w = writer_over(memory, sizeof memory);
	size_t count = make_keys(ask, keys, shares, share_keys);

	if (ask->version == VERSION_TLS13 && !ask->hrr) {
		plan.shares = plan.groups;
		plan.share_keys = share_keys;
	}
	if (session != NULL)
		offer_session(&plan, session, ticket, id);
	if (hello_write(&plan, crypto_openssl(), &draws, &w) != ERR_OK)
		return ERR_VALUE;
	return client_begin(client, &(struct client_start){ crypto_openssl(), seed,
					    writer_written(&w), keys, count, session });
}

static int dial(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
		perror("connect");
		exit(3);
	}
	return fd;
}

static void send_all(int fd, struct bytes all)
{
	ssize_t sent;

	for (; all.len > 0; all = bytes_after(all, (size_t)sent)) {
		sent = send(fd, all.at, all.len, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
	}
}

static void converse(struct client *client, int fd)
{
	uint8_t memory[4096];
	bool more = true;

	while (more) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t got;

		send_all(fd, client_sends(client));
		if (poll(&wait, 1, PATIENCE) != 1) {
			client_timed_out(client);
			return;
		}
		got = recv(fd, memory, sizeof memory, 0);
		if (got == 0)
			client_closed(client);
		if (got < 0)
			client_reset(client);
		if (got <= 0)
			return;
		more = client_take(client, bytes_over(memory, (size_t)got));
	}
	send_all(fd, client_sends(client));
}

static void print(const struct client *client)
{
	printf("end %s\n", client_end_name(client->end));
	if (client->reason != NULL)
		printf("reason %s\n", client->reason);
	if (client->alert_seen)
		printf("alert %u\n", client->alert);
	printf("version %04x\nsuite %04x\ngroup %04x\nscheme %04x\n", client->version,
		client->suite, client->group, client->scheme);
	printf("dh %u\nchain %u\nfirst %zu\n", client->dh_bits, client->chain_len,
		client_certificate(client, 0).len);
	printf("finished %d\nretried %d\nresumed %d\nasked %d\nems %d\netm %d\nreneg "
	       "%d\n",
		client->finished, client->retried, client->resumed,
		client->certificate_asked, client->extended_master_secret,
		client->encrypt_then_mac, client->secure_renegotiation);
	printf("tickets %u\nearly %u\nid %u\nstaple %zu\n", client->tickets,
		client->max_early_data, client->session.id_len,
		client_staple(client).len);
}

static struct session once(const struct ask *ask, const struct session *session)
{
	struct client client;
	struct session left;
	int fd = dial(ask->port);

	if (begin(&client, ask, session) == ERR_OK) {
		converse(&client, fd);
		print(&client);
	} else {
		printf("end unbegun\n");
	}
	close(fd);
	left = client.session;
	client_done(&client);
	return left;
}

static void read_groups(struct ask *ask, char *list)
{
	while (ask->group_count < GROUPS_MAX) {
		ask->groups[ask->group_count++] = (uint16_t)strtoul(list, &list, 16);
		if (*list++ != ',')
			return;
	}
}

static void read_words(struct ask *ask, char **words, int count)
{
	for (int i = 0; i < count; i++) {
		ask->etm |= strcmp(words[i], "etm") == 0;
		ask->ems |= strcmp(words[i], "ems") == 0;
		ask->hrr |= strcmp(words[i], "hrr") == 0;
		ask->resume |= strcmp(words[i], "resume") == 0;
		if (strcmp(words[i], "name") == 0 && i + 1 < count)
			ask->name = words[++i];
	}
}

int main(int argc, char **argv)
{
	struct ask ask = { 0 };
	struct session left;

	if (argc < 5) {
		fprintf(stderr, "handshake PORT VERSION SUITE GROUPS [WORD...]\n");
		return 2;
	}
	ask.port = (uint16_t)strtoul(argv[1], NULL, 10);
	ask.version = (uint16_t)strtoul(argv[2], NULL, 16);
	ask.suite = (uint16_t)strtoul(argv[3], NULL, 16);
	read_groups(&ask, argv[4]);
	read_words(&ask, argv + 5, argc - 5);
	left = once(&ask, NULL);
	if (ask.resume)
		(void)once(&ask, &left);
	return 0;
}
