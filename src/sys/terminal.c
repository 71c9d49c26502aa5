#include "sys/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_LEAST 20 /* narrower, a table would have no room for its columns */

bool terminal_is(int descriptor)
{
	return isatty(descriptor) == 1;
}

unsigned terminal_width(int descriptor)
{
	struct winsize size = { 0 };

	if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return TERMINAL_WIDTH_USUAL;
	return size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
}
