#include "base/ber.h"

#define LONG_FORM     0x80 /* the low bits tell how many bytes of length follow */
#define LONG_FORM_MAX 0x84

size_t ber_len(struct reader *r)
{
	uint8_t first = reader_u8(r);
	size_t len = 0;

	if (first < LONG_FORM)
		return first;
	if (first == LONG_FORM || first > LONG_FORM_MAX)
		reader_spoil(r, ERR_VALUE);
	for (uint8_t i = LONG_FORM; i < first && reader_fault(r) == ERR_OK; i++)
		len = len << 8 | reader_u8(r);
	return len;
}

size_t ber_head(struct reader *r, uint8_t tag)
{
	if (reader_u8(r) != tag)
		reader_spoil(r, ERR_VALUE);
	return ber_len(r);
}
