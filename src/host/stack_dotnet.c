#include "host/host_inside.h"

void stack_dotnet(struct host *host)
{
	(void)host;
}
