#include <stdlib.h>
#include <string.h>

#include "flow/tds.h"

/* However a stream is cut into pieces, its payload and its end are the same. */

#define PAYLOAD_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	uint8_t payload[PAYLOAD_MAX];
	size_t len;
	enum err err;
};

static void run(struct bytes stream, size_t chunk, struct outcome *ret)
{
	struct tds_deframer deframer = { 0 };
	struct bytes payload;

	ret->len = 0;
	ret->err = ERR_MORE;
	for (size_t at = 0; at < stream.len && ret->err == ERR_MORE; at += chunk) {
		struct bytes in = bytes_first(bytes_after(stream, at), chunk);

		while ((ret->err = tds_next(&deframer, &in, &payload)) == ERR_OK) {
			if (payload.len == 0 || ret->len + payload.len > stream.len)
				abort();
			memcpy(ret->payload + ret->len, payload.at, payload.len);
			ret->len += payload.len;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t chunks[] = { 1, 3, 9 };
	static struct outcome whole;
	static struct outcome cut;

	if (size > PAYLOAD_MAX)
		return 0;
	run(bytes_over(data, size), PAYLOAD_MAX, &whole);
	for (size_t i = 0; i < COUNT_OF(chunks); i++) {
		run(bytes_over(data, size), chunks[i], &cut);
		if (whole.err != cut.err || whole.len != cut.len ||
			memcmp(whole.payload, cut.payload, whole.len) != 0)
			abort();
	}
	return 0;
}
