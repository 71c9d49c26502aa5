#include "host/host_inside.h"

void stack_processes(struct host *host)
{
	(void)host;
}
