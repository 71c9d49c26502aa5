#include "tls/session.h"

/* A binder is as long as the suite's hash; so is the PSK. RFC 8446, 4.2.11. */
void session_psk_write(const struct session *session, uint32_t age, struct writer *w)
{
	size_t identities = writer_open(w, 2);
	size_t identity = writer_open(w, 2);
	size_t binders, binder;

	writer_bytes(w, bytes_over(session->ticket, session->ticket_len));
	writer_close(w, identity, 2);
	writer_u32(w, age + session->age_add);
	writer_close(w, identities, 2);
	binders = writer_open(w, 2);
	binder = writer_open(w, 1);
	writer_zeros(w, session->secret_len);
	writer_close(w, binder, 1);
	writer_close(w, binders, 2);
}
