#include "host/host_inside.h"

void stack_java(struct host *host)
{
	(void)host;
}
