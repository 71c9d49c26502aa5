/*
 * starttls_inside - what a dialogue is, for starttls.c and those that know the protocols.
 */
#ifndef PROBE_STARTTLS_INSIDE_H
#define PROBE_STARTTLS_INSIDE_H

#include "probe/starttls.h"

/* What a line or packet of the server's says of what was asked. */
enum reply {
	REPLY_CUT,  /* packets: it is not whole yet */
	REPLY_MORE, /* there is more to come */
	REPLY_YES,
	REPLY_NO,
	REPLY_UNKNOWN, /* no, as it does not know such a thing */
	REPLY_OTHER,   /* nothing that is said in this dialogue */
};

/* One turn: something is asked, unless the server begins, and answered. */
struct starttls_step {
	struct bytes ask;
	const char
		*tail; /* behind the server's name, which stands behind `ask`; or NULL */
	uint16_t code; /* that says yes, where there are codes */
	const char
		*word;   /* what the answer must hold, else TLS is not offered; or NULL */
	bool list;       /* lines follow the status, to one that is "." */
	bool optional;   /* who refuses this is asked for the next all the same */
	bool unanswered; /* TLS is next as soon as it is sent */
};

#define ASK(text)          .ask = { (const uint8_t *)(text), sizeof(text) - 1 }
#define STARTTLS_STEPS_MAX 3
#define STARTTLS_PORTS_MAX 2

struct starttls_dialogue {
	enum upgrade upgrade;
	const char *alias; /* or NULL */
	const char *wish;  /* what is asked for, to people: "STARTTLS" */
	uint16_t ports[STARTTLS_PORTS_MAX];
	uint8_t line_end; /* the last byte of a line; 0: these are packets */
	/* unit: a line without its end; of packets, the first bytes of one. */
	enum reply (*read)(struct starttls *starttls, struct bytes unit);
	struct starttls_step steps[STARTTLS_STEPS_MAX];
};

/* Keeps what was said, of which strangers wrote all. */
void starttls_note(struct starttls *starttls, struct bytes said);

static inline const struct starttls_step *starttls_asked(const struct starttls *starttls)
{
	return &starttls->dialogue->steps[starttls->step];
}

/* Lines: starttls_lines.c */
enum reply starttls_read_ftp(struct starttls *starttls, struct bytes line);
enum reply starttls_read_http(struct starttls *starttls, struct bytes line);
enum reply starttls_read_imap(struct starttls *starttls, struct bytes line);
enum reply starttls_read_irc(struct starttls *starttls, struct bytes line);
enum reply starttls_read_nntp(struct starttls *starttls, struct bytes line);
enum reply starttls_read_pop3(struct starttls *starttls, struct bytes line);
enum reply starttls_read_sieve(struct starttls *starttls, struct bytes line);
enum reply starttls_read_smtp(struct starttls *starttls, struct bytes line);
enum reply starttls_read_xmpp(struct starttls *starttls, struct bytes tag);

/* Packets: starttls_packets.c */
enum reply starttls_read_ldap(struct starttls *starttls, struct bytes packet);
enum reply starttls_read_mysql(struct starttls *starttls, struct bytes packet);
enum reply starttls_read_postgresql(struct starttls *starttls, struct bytes packet);
enum reply starttls_read_rdp(struct starttls *starttls, struct bytes packet);
enum reply starttls_read_tds(struct starttls *starttls, struct bytes packet);
enum reply starttls_read_telnet(struct starttls *starttls, struct bytes packet);

#endif
