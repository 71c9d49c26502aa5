#include "host/host_inside.h"

void stack_node(struct host *host)
{
	(void)host;
}
