#include "probe/passage.h"

#include <stdlib.h>

struct passage {
	struct starttls dialogue;
	struct bytes unsent; /* of the dialogue, to stand before the first of TLS */
	uint8_t *wire;       /* heap, or NULL: what was put together last */
	uint8_t host[STARTTLS_HOST_MAX];
};

enum err passage_new(enum upgrade upgrade, struct bytes host, struct passage **ret,
	struct bytes *ret_send)
{
	struct passage *passage = NULL;

	*ret = NULL;
	*ret_send = (struct bytes){ 0 };
	if (upgrade == UPGRADE_NONE)
		return ERR_OK;
	passage = calloc(1, sizeof *passage);
	if (passage == NULL)
		return ERR_MEMORY;
	if (host.len > sizeof passage->host)
		host.len = 0; /* no name is as long */
	if (host.len > 0)
		memcpy(passage->host, host.at, host.len);
	starttls_begin(upgrade, bytes_over(passage->host, host.len), &passage->dialogue,
		ret_send);
	*ret = passage;
	return ERR_OK;
}

void passage_free(struct passage *passage)
{
	if (passage != NULL)
		free(passage->wire);
	free(passage);
}

bool passage_is_open(const struct passage *passage)
{
	return passage == NULL || passage->dialogue.outcome == STARTTLS_READY;
}

bool passage_take(struct passage *passage, struct bytes *in, struct bytes *ret_send)
{
	struct starttls_wish wish = starttls_take(&passage->dialogue, *in);

	*in = wish.rest;
	*ret_send = wish.send;
	if (passage->dialogue.outcome == STARTTLS_READY) {
		passage->unsent = wish.send;
		*ret_send = (struct bytes){ 0 };
	}
	return passage->dialogue.outcome <= STARTTLS_READY;
}

enum err passage_send(struct passage *passage, struct bytes tls, struct bytes *ret_send)
{
	size_t len = passage == NULL ? tls.len
				     : starttls_written_len(&passage->dialogue, tls.len) +
					       passage->unsent.len;
	struct writer writer;
	uint8_t *wire;

	*ret_send = tls;
	if (len == tls.len)
		return ERR_OK;
	wire = malloc(len);
	if (wire == NULL)
		return ERR_MEMORY;
	free(passage->wire);
	passage->wire = wire;
	writer = writer_over(wire, len);
	writer_bytes(&writer, passage->unsent);
	starttls_write(&passage->dialogue, tls, &writer);
	passage->unsent = (struct bytes){ 0 };
	*ret_send = writer_written(&writer);
	return writer_end(&writer);
}

enum err passage_next(struct passage *passage, struct bytes *in, struct bytes *ret_tls)
{
	if (passage != NULL)
		return starttls_next(&passage->dialogue, in, ret_tls);
	*ret_tls = *in;
	*in = (struct bytes){ 0 };
	return ret_tls->len > 0 ? ERR_OK : ERR_MORE;
}

const struct starttls *passage_dialogue(const struct passage *passage)
{
	return passage == NULL ? NULL : &passage->dialogue;
}
