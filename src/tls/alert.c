#include "tls/alert.h"

#include "base/reader.h"

enum err alert_parse(struct bytes payload, struct alert *ret)
{
	struct reader r = reader_over(payload);
	struct alert alert;

	alert.level = reader_u8(&r);
	alert.description = reader_u8(&r);

	enum err err = reader_end(&r);
	if (err != ERR_OK)
		return err;
	/* RFC 8446, 6: the level is stated even where it means nothing (1.3). */
	if (alert.level != ALERT_WARNING && alert.level != ALERT_FATAL)
		return ERR_VALUE;
	*ret = alert;
	return ERR_OK;
}
