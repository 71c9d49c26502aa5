#include "host/host_inside.h"

void stack_wget(struct host *host)
{
	(void)host;
}
