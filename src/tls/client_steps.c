#include "base/attr.h"
#include "tls/client_inside.h"

#define IN(state) (1u << (state))

#define OLD_ANY                                                                          \
	(IN(OLD_CERTIFICATE) | IN(OLD_STATUS) | IN(OLD_KEY) | IN(OLD_REQUEST) |          \
		IN(OLD_DONE) | IN(OLD_TICKET) | IN(OLD_CHANGE))

/* Which message may come in which states, and what follows. What may lack is skipped by
 * those behind it, which list its state too. `apart`: it does not go into the transcript,
 * or its function puts it there. RFC 5246, 7.3 and 7.4; RFC 8446, 2 and 4; RFC 6066, 8;
 * RFC 5077, 3.3. To add one: a line here, in order of what comes, and a function. */
static const struct step {
	uint16_t type; /* enum handshake_type, or STEP_CHANGE_CIPHER_SPEC */
	uint32_t in;
	enum client_state next;
	bool apart;
	void (*act)(struct client *client, struct bytes body);
} steps[] = {
	/* The next state is of the function's choice. */
	{ HANDSHAKE_SERVER_HELLO, IN(AWAIT_HELLO), AWAIT_HELLO, true, client_agree },
	{ HANDSHAKE_HELLO_RETRY_REQUEST_DRAFT, IN(AWAIT_HELLO), AWAIT_HELLO, true,
		client_draft },

	{ HANDSHAKE_CERTIFICATE, IN(OLD_CERTIFICATE), OLD_STATUS, false,
		client_old_certificate },
	{ HANDSHAKE_CERTIFICATE_STATUS, IN(OLD_STATUS), OLD_KEY, false, client_status },
	{ HANDSHAKE_SERVER_KEY_EXCHANGE,
		IN(OLD_CERTIFICATE) | IN(OLD_STATUS) | IN(OLD_KEY), OLD_REQUEST, false,
		client_old_key },
	{ HANDSHAKE_CERTIFICATE_REQUEST, IN(OLD_STATUS) | IN(OLD_KEY) | IN(OLD_REQUEST),
		OLD_DONE, false, client_old_request },
	{ HANDSHAKE_SERVER_HELLO_DONE,
		IN(OLD_CERTIFICATE) | IN(OLD_STATUS) | IN(OLD_KEY) | IN(OLD_REQUEST) |
			IN(OLD_DONE),
		OLD_TICKET, false, client_old_done },
	/* In place of a certificate it tells that a ticket was taken. RFC 5077, 3.4. */
	{ HANDSHAKE_NEW_SESSION_TICKET, IN(OLD_CERTIFICATE) | IN(OLD_TICKET), OLD_CHANGE,
		false, client_old_ticket },
	{ STEP_CHANGE_CIPHER_SPEC, IN(OLD_CERTIFICATE) | IN(OLD_TICKET) | IN(OLD_CHANGE),
		OLD_FINISHED, true, client_old_change },
	{ HANDSHAKE_FINISHED, IN(OLD_FINISHED), OLD_FINISHED, true, client_old_finished },
	/* RFC 5246, 7.4.1.1: to be ignored during a handshake. The state stays. */
	{ HANDSHAKE_HELLO_REQUEST, OLD_ANY, STATE_NONE, true, client_ignore },

	{ HANDSHAKE_ENCRYPTED_EXTENSIONS, IN(NEW_EXTENSIONS), NEW_REQUEST, false,
		client_new_extensions },
	{ HANDSHAKE_CERTIFICATE_REQUEST, IN(NEW_REQUEST), NEW_CERTIFICATE, false,
		client_new_request },
	{ HANDSHAKE_CERTIFICATE, IN(NEW_REQUEST) | IN(NEW_CERTIFICATE), NEW_VERIFY, false,
		client_new_certificate },
	{ HANDSHAKE_COMPRESSED_CERTIFICATE, IN(NEW_REQUEST) | IN(NEW_CERTIFICATE),
		NEW_VERIFY, false, client_new_compressed },
	{ HANDSHAKE_CERTIFICATE_VERIFY, IN(NEW_VERIFY), NEW_FINISHED, false,
		client_new_verify },
	{ HANDSHAKE_FINISHED, IN(NEW_REQUEST) | IN(NEW_FINISHED), NEW_AFTER, true,
		client_new_finished },
	{ HANDSHAKE_NEW_SESSION_TICKET, IN(NEW_AFTER), NEW_AFTER, true,
		client_new_ticket },
};

static const struct step *step_find(enum client_state state, uint16_t type)
{
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (steps[i].type == type && (steps[i].in & IN(state)) != 0)
			return &steps[i];
	return NULL;
}

enum client_state client_step_next(enum client_state state, uint16_t type)
{
	const struct step *step = step_find(state, type);

	if (step == NULL)
		return STATE_NONE;
	return step->next != STATE_NONE ? step->next : state;
}

/* What is remembered is looked at where it is remembered, so that spans of it last. */
void client_step(struct client *client, uint16_t type, struct bytes body)
{
	struct client_work *work = client->work;
	const struct step *step = step_find(work->state, type);

	if (step == NULL) {
		client_broken(client, "it sent a message out of its place");
		return;
	}
	work->state = client_step_next(work->state, type);
	if (!step->apart) {
		if (!client_remember(client, (uint8_t)type, body))
			return;
		body = bytes_over(
			work->transcript + work->transcript_len - body.len, body.len);
	}
	step->act(client, body);
}
