/* Any bytes as a java.security: versions are JSSE's, a line is one of the text's, and
 * nothing is disabled where no list was seen. */
#include <stdlib.h>

#include "fuzz.h"
#include "host/java_security.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size);
	struct java_security security = java_security_of(all);
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	must((security.disabled & ~VERSIONS_ALL) == 0);
	must(security.disables == (security.line > 0));
	must(security.line <= lines);
	must(security.disables || security.disabled == 0);
	must((java_protocols(all) & ~VERSIONS_ALL) == 0);
	return 0;
}
