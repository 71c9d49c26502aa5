#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum err fault_set(struct fault *why, enum err err, const char *format, ...)
{
	va_list values;

	if (why == NULL)
		return err;
	why->err = err;
	va_start(values, format);
	(void)vsnprintf(why->text, sizeof why->text, format, values);
	va_end(values);
	return err;
}
