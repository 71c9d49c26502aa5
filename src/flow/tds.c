#include "flow/tds.h"

#include "base/reader.h"

/* MS-TDS, 2.2.3.1.1. A server may answer in either; a client sends the first. */
#define TDS_PRELOGIN 0x12
#define TDS_RESPONSE 0x04

/* No packet type of TDS has one of these values, so one byte tells the two apart. */
static bool is_record_type(uint8_t first)
{
	return first >= 20 && first <= 24;
}

static enum err read_header(const uint8_t *header, uint16_t *ret_left)
{
	struct reader r = reader_over(bytes_over(header, TDS_HEADER_LEN));
	uint8_t type = reader_u8(&r);

	(void)reader_u8(&r); /* status */
	uint16_t len = reader_u16(&r);

	if (type != TDS_PRELOGIN && type != TDS_RESPONSE)
		return ERR_VALUE;
	if (len < TDS_HEADER_LEN) /* it counts the header. MS-TDS, 2.2.3.1.3. */
		return ERR_VALUE;
	*ret_left = (uint16_t)(len - TDS_HEADER_LEN);
	return ERR_OK;
}

/* ERR_OK once a header is whole, or once it turns out that none stands here. */
static enum err fill_header(struct tds_deframer *deframer, struct bytes *in)
{
	if (deframer->header_len == 0 && in->len > 0 && is_record_type(in->at[0])) {
		deframer->bare = true;
		return ERR_OK;
	}
	while (deframer->header_len < TDS_HEADER_LEN && in->len > 0) {
		deframer->header[deframer->header_len++] = in->at[0];
		*in = bytes_after(*in, 1);
	}
	if (deframer->header_len < TDS_HEADER_LEN)
		return ERR_MORE;

	/* A bad header stays where it is: the same answer for good. */
	enum err err = read_header(deframer->header, &deframer->left);
	if (err == ERR_OK)
		deframer->header_len = 0;
	return err;
}

enum err tds_next(
	struct tds_deframer *deframer, struct bytes *in, struct bytes *ret_payload)
{
	while (!deframer->bare && deframer->left == 0) {
		enum err err = fill_header(deframer, in);

		if (err != ERR_OK)
			return err;
	}
	if (in->len == 0)
		return ERR_MORE;
	*ret_payload = deframer->bare ? *in : bytes_first(*in, deframer->left);
	*in = bytes_after(*in, ret_payload->len);
	if (!deframer->bare)
		deframer->left = (uint16_t)(deframer->left - ret_payload->len);
	return ERR_OK;
}
