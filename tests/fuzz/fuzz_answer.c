/* Whatever a server sends, however it is cut: the answer ends the same, and once it is
 * out no byte changes it. The first byte says how the bytes are cut. Memory that runs
 * out is its own end. */
#include <stdlib.h>

#include "fuzz.h"
#include "tls/answer.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct answer hear(struct bytes all, size_t piece)
{
	struct answer heard = answer();
	bool more = true;

	for (; more && all.len > 0; all = bytes_after(all, piece))
		more = answer_take(&heard, bytes_first(all, piece));
	must(more == (heard.outcome == ANSWER_PENDING));
	if (!more)
		must(!answer_take(&heard, bytes_over("\x15\x03\x03\x00\x02\x02\x28", 7)));
	answer_closed(&heard);
	answer_done(&heard);
	return heard;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer whole, cut;

	if (size == 0)
		return 0;
	whole = hear(bytes_over(data + 1, size - 1), size);
	cut = hear(bytes_over(data + 1, size - 1), data[0] % 32u + 1);
	if (whole.outcome == ANSWER_NO_MEMORY || cut.outcome == ANSWER_NO_MEMORY)
		return 0;
	must(whole.outcome != ANSWER_PENDING && whole.outcome == cut.outcome);
	must(whole.conversation.version == cut.conversation.version);
	must(whole.conversation.cipher == cut.conversation.cipher);
	must(whole.conversation.group == cut.conversation.group);
	must(whole.conversation.signature_scheme == cut.conversation.signature_scheme);
	must(whole.alert_seen == cut.alert_seen && whole.alert == cut.alert);
	must(whole.outcome != ANSWER_RETRY || whole.conversation.retried);
	return 0;
}
