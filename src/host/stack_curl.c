#include "host/host_inside.h"

void stack_curl(struct host *host)
{
	(void)host;
}
