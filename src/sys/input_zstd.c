#include "sys/input_packed.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* 64 MB: all that zstd -1 to -21 make. With more the memory promised for any
 * file could not be kept. */
#define WINDOW_LOG_MAX 26

static const uint8_t magic[] = { 0x28, 0xb5, 0x2f, 0xfd }; /* RFC 8878, 3.1.1 */

/* What a frame is begun with: as much as its header has at least. */
#define START_LEN 5

struct zstd {
	ZSTD_DCtx *context;
	size_t wanted; /* bytes: to the end of the block */
	bool between;  /* frames: the next byte starts one */
	bool any;      /* a frame was read to its end */
};

static void zstd_free(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDCtx(zstd->context);
	free(zstd);
}

static void *zstd_new(void)
{
	struct zstd *zstd = calloc(1, sizeof *zstd);

	if (zstd == NULL)
		return NULL;
	zstd->context = ZSTD_createDCtx();
	zstd->between = true;
	zstd->wanted = START_LEN;
	if (zstd->context == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(zstd->context,
	                                     ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		zstd_free(zstd);
		return NULL;
	}
	return zstd;
}

static enum err err_of(const struct zstd *zstd, size_t outcome)
{
	switch (ZSTD_getErrorCode(outcome)) {
	case ZSTD_error_prefix_unknown:
		return zstd->any ? ERR_LONG : ERR_VALUE;
	case ZSTD_error_frameParameter_windowTooLarge:
		return ERR_LIMIT;
	case ZSTD_error_memory_allocation:
		return ERR_MEMORY;
	default:
		return ERR_VALUE;
	}
}

static enum err zstd_unpack(
        void *state, struct bytes *in, uint8_t *to, size_t n, size_t *ret_len)
{
	struct zstd *zstd = state;
	/* Block by block: when one is damaged, libzstd takes back all that it wrote in
	 * the same call. */
	ZSTD_inBuffer from = { in->at, bytes_first(*in, zstd->wanted).len, 0 };
	ZSTD_outBuffer out = { to, n, 0 };

	*ret_len = 0;
	if (zstd->between && in->len == 0)
		return ERR_END;

	size_t outcome = ZSTD_decompressStream(zstd->context, &out, &from);

	if (ZSTD_isError(outcome))
		return err_of(zstd, outcome);
	*ret_len = out.pos;
	*in = bytes_after(*in, from.pos);
	zstd->wanted = outcome == 0 ? START_LEN : outcome;
	zstd->between = outcome == 0; /* 0: a frame is at its end */
	zstd->any = zstd->any || outcome == 0;
	if (from.pos == 0 && out.pos == 0)
		return ERR_MORE;
	return ERR_OK;
}

const struct packing input_zstd = {
	.name = "zstd",
	.magic = { magic, sizeof magic },
	.state_new = zstd_new,
	.state_free = zstd_free,
	.unpack = zstd_unpack,
};
