#include "flow/capture_format.h"

#include <stdlib.h>

#include "flow/capture_decoder.h"

#define MAGIC_LEN 4

enum err capture_check(struct bytes start)
{
	if (start.len < MAGIC_LEN)
		return ERR_MORE;
	return pcap_starts(start) || pcapng_starts(start) ? ERR_OK : ERR_TYPE;
}

struct capture_decoder *capture_decoder_new(void)
{
	return calloc(1, sizeof(struct capture_decoder));
}

void capture_decoder_free(struct capture_decoder *decoder)
{
	if (decoder == NULL)
		return;
	free(decoder->interfaces);
	free(decoder);
}

static enum err capture_begin(struct capture_decoder *decoder, struct bytes *in)
{
	enum err err = capture_check(*in);

	if (err == ERR_MORE)
		return capture_wants(decoder, MAGIC_LEN);
	if (err != ERR_OK)
		return err;
	if (pcap_starts(*in))
		return pcap_begin(decoder, in);
	decoder->pcapng = true;
	return ERR_OK;
}

enum err capture_next(
	struct capture_decoder *decoder, struct bytes *in, struct frame *ret)
{
	if (UNLIKELY(decoder->pcap == NULL && !decoder->pcapng)) {
		enum err err = capture_begin(decoder, in);

		if (err != ERR_OK)
			return err;
	}
	return decoder->pcapng ? pcapng_next(decoder, in, ret)
			       : pcap_next(decoder, in, ret);
}

size_t capture_needs(const struct capture_decoder *decoder)
{
	return decoder->needs;
}

uint64_t capture_drops(const struct capture_decoder *decoder)
{
	uint64_t drops = decoder->drops_earlier;

	for (size_t i = 0; i < decoder->interface_count; i++)
		drops += decoder->interfaces[i].drops;
	return drops;
}

const char *capture_format_name(const struct capture_decoder *decoder)
{
	if (decoder->pcapng)
		return "pcapng";
	return decoder->pcap == NULL ? "unknown" : pcap_kind_name(decoder->pcap);
}
