/* Any capture at all, through everything that watches: what comes out adds up.
 *
 * Every frame is counted once; every handshake reported shows something (a hello, its
 * beginning, or an answer) and is counted as what it shows; a small flow table gives
 * up connections but never more than it was given. */
#include <stdlib.h>

#include "evidence/sink.h"
#include "flow/capture_format.h"
#include "fuzz.h"
#include "sys/crypto.h"
#include "tls/version.h"
#include "watch/watch.h"

#define FLOWS 16

struct counted {
	struct sink sink;
	uint64_t handshakes;
	uint64_t with_hello;
	uint64_t with_answer;
};

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct counted *counted = (struct counted *)(void *)sink;
	const struct handshake *handshake = &observation->handshake;
	bool hello = handshake->hello != NULL;
	bool answer = handshake->version != VERSION_NONE;

	(void)why;
	counted->handshakes++;
	counted->with_hello += hello;
	counted->with_answer += answer;
	if (!hello && !answer && !handshake->hello_cut && !handshake->hello_malformed)
		abort();
	if (handshake->outcome == OUTCOME_UNANSWERED && (answer || !hello))
		abort();
	if (handshake->outcome >= OUTCOME_COUNT || handshake->upgrade >= UPGRADE_COUNT ||
		handshake->alert_count > OBSERVED_ALERTS_MAX)
		abort();
	return ERR_OK;
}

static uint64_t watch_all(struct watch *watch, struct bytes capture)
{
	struct capture_decoder *decoder = capture_decoder_new();
	struct frame frame;
	struct fault why;
	uint64_t frames = 0;

	while (decoder != NULL && capture_next(decoder, &capture, &frame) == ERR_OK) {
		if (watch_take(watch, &frame, 1, &why) != ERR_OK)
			break;
		frames++;
	}
	capture_decoder_free(decoder);
	if (watch_finish(watch, &why) != ERR_OK)
		return frames;
	return frames;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counted counted = { .sink = { take } };
	struct watch_settings settings = {
		.crypto = crypto_openssl(),
		.key = { 1, 2 },
		.sink = &counted.sink,
		.max_flows = FLOWS,
	};
	struct watch *watch = watch_new(&settings);
	struct coverage coverage;
	uint64_t frames;

	if (watch == NULL)
		return 0;
	frames = watch_all(watch, bytes_over(data, size));
	coverage = watch_coverage(watch);
	if (coverage.frames != frames || coverage.handshakes != counted.handshakes ||
		coverage.both_hellos + coverage.client_only != counted.with_hello ||
		coverage.both_hellos + coverage.server_only != counted.with_answer)
		abort();
	watch_free(watch);
	return 0;
}
