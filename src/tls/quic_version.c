#include "tls/quic_version.h"

#include <stdio.h>

#define QUIC_VERSION_2 0x6b3343cf /* RFC 9369, 3.1 */

#define QUIC_VERSION_2_DRAFT 0x709a50c4 /* its drafts; IANA's registry of versions */

#define DRAFT_FIRST 0xff000000 /* RFC 9000's drafts: this and their number */
#define DRAFT_LAST  0xff0000ff

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* Google's are four characters: Q, or T with TLS inside, and three digits. */
static bool is_google(uint32_t version)
{
	uint32_t first = version >> 24;

	return (first == 'Q' || first == 'T') && is_digit(version >> 16 & 0xff) &&
	       is_digit(version >> 8 & 0xff) && is_digit(version & 0xff);
}

const char *quic_version_text(uint32_t version, char ret_text[QUIC_VERSION_TEXT_MAX])
{
	if (version == QUIC_VERSION_1)
		return "QUIC v1";
	if (version == QUIC_VERSION_2)
		return "QUIC v2";
	if (version == QUIC_VERSION_2_DRAFT)
		return "QUIC v2-draft";
	if (version > DRAFT_FIRST && version <= DRAFT_LAST)
		(void)snprintf(ret_text, QUIC_VERSION_TEXT_MAX, "draft-%u",
			(unsigned)(version - DRAFT_FIRST));
	else if (is_google(version))
		(void)snprintf(ret_text, QUIC_VERSION_TEXT_MAX, "%c%c%c%c",
			(int)(version >> 24), (int)(version >> 16 & 0xff),
			(int)(version >> 8 & 0xff), (int)(version & 0xff));
	else
		(void)snprintf(
			ret_text, QUIC_VERSION_TEXT_MAX, "0x%08x", (unsigned)version);
	return ret_text;
}

/* Id, length and value as varints; an idle time of 30 s. RFC 9000, 18.2 and 7.3. */
void quic_parameters_write(struct writer *w)
{
	static const uint8_t parameters[] = {
		0x01, 4, 0x80, 0x00, 0x75, 0x30, /* max_idle_timeout, ms */
		0x04, 4, 0x80, 0x10, 0x00, 0x00, /* initial_max_data */
		0x05, 4, 0x80, 0x04, 0x00, 0x00, /* of streams: bidi_local */
		0x06, 4, 0x80, 0x04, 0x00, 0x00, /* bidi_remote */
		0x07, 4, 0x80, 0x04, 0x00, 0x00, /* uni */
		0x08, 2, 0x40, 0x64,             /* initial_max_streams_bidi */
		0x09, 2, 0x40, 0x64,             /* initial_max_streams_uni */
		0x0f, 0,                         /* initial_source_connection_id */
	};

	writer_bytes(w, bytes_over(parameters, sizeof parameters));
}
