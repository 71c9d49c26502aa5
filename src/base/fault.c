#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

/* Takes back the first bytes of a UTF-8 character whose rest was cut off. */
static void drop_cut_character(char *text, size_t len)
{
	size_t start = len;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t wants = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

	if (len - (start - 1) < wants)
		text[start - 1] = '\0';
}

enum err fault_set(struct fault *why, enum err err, const char *format, ...)
{
	va_list values;
	int len;

	if (why == NULL)
		return err;
	why->err = err;
	va_start(values, format);
	len = vsnprintf(why->text, sizeof why->text, format, values);
	va_end(values);
	if (len < 0)
		why->text[0] = '\0';
	else if ((size_t)len >= sizeof why->text)
		drop_cut_character(why->text, sizeof why->text - 1);
	return err;
}
