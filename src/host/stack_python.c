#include "host/host_inside.h"

void stack_python(struct host *host)
{
	(void)host;
}
